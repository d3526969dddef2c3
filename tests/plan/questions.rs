//! Holds what may be asked together, and that nothing that is asked goes unheard.

use std::collections::BTreeMap;

use super::{plan, set, story};

const OPTIONS: [&str; 6] =
    ["--replicas 2", "--scale-to 5", "--delete", "--against-path b.yaml", "--fail web-1:evict", "--ready-after 9s"];

/// The options of a number, one for each bit.
fn words(number: usize) -> String {
    let chosen = OPTIONS.iter().enumerate().filter(|(bit, _)| number & (1 << bit) > 0);
    chosen.fold("a.yaml".to_owned(), |words, (_, option)| words + " " + option)
}

#[test]
fn each_option_changes_the_story_whatever_else_is_asked_or_is_refused() {
    let (now, before) = (set("3", "OrderedReady"), set("3", "OrderedReady").replace("web:1", "web:0"));
    let files = [("a.yaml", now.as_str()), ("b.yaml", &before)];
    let mut stories: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
    for number in 0..1 << OPTIONS.len() {
        let words = words(number);
        let output = plan(&files, &words);
        let clash = words.contains("--delete") && (words.contains("--scale-to") || words.contains("--ready-after"));
        assert_eq!(output.status.code(), Some(if clash { 2 } else { 0 }), "{words}: {output:?}");
        if clash {
            let told = String::from_utf8(output.stderr).unwrap();
            assert!(told.contains("cannot be used with") && told.contains("--delete"), "{words}: {told}");
            continue;
        }
        for bit in (0..OPTIONS.len()).filter(|bit| number & (1 << bit) > 0) {
            let without = number & !(1 << bit);
            assert!(stories[&without] != output.stdout, "{words}: {} makes no difference", OPTIONS[bit]);
        }
        stories.insert(number, output.stdout);
    }
}

#[test]
fn what_is_asked_together_happens_in_the_order_that_the_help_says() {
    let (now, before) = (set("3", "Parallel"), set("6", "Parallel").replace("web:1", "web:0"));
    let files = [("a.yaml", now.as_str()), ("b.yaml", &before)];
    for (words, title, first, last) in [
        (
            "--scale-to 3 --scale-to 5 --scale-to 2",
            "is scaled from 3 to 3, then to 5, then to 2",
            "0s scale web to 3",
            "gone web-4 … web-2",
        ),
        ("--replicas 1 --scale-to 2", "is scaled from 1 to 2", "0s scale web to 2", "ready web-1"),
        // What was there before has six pods, and is made three before the story begins: two claims are found again.
        ("--against-path b.yaml --scale-to 5", "is scaled from 3 to 5", "0s scale web to 5", "ready web-3 and web-4"),
        ("--against-path b.yaml --delete", "is deleted", "0s delete web", "gone web-0 … web-2"),
        (
            "--against-path b.yaml --replicas 6",
            "is changed",
            "0s delete web-5: it is not at the update revision",
            "ready web-0",
        ),
        (
            "--delete --cascade foreground",
            "is deleted, its pods first",
            "0s delete web-0 … web-2: the set is deleted",
            "2s delete web",
        ),
    ] {
        let (steps, state, notes) = story(&files, &format!("a.yaml {words}"));
        let text = String::from_utf8(plan(&files, &format!("a.yaml {words}")).stdout).unwrap();
        assert!(text.starts_with(&format!("StatefulSet default/web {title}: ")), "{words}: {text}");
        assert_eq!(state, "stable", "{words}");
        assert_eq!(steps.first().map(String::as_str), Some(first), "{words}: {steps:#?}");
        assert!(steps.last().is_some_and(|step| step.ends_with(last)), "{words}: {steps:#?}");
        let settled = notes.iter().any(|note| note == "it was applied to what was there before, and has come to rest");
        assert_eq!(settled, words.contains("b.yaml") && !words.contains("--replicas"), "{words}: {notes:?}");
    }
    for (words, told) in [
        ("--cascade orphan", "--delete"),
        ("--scale-to 2 --cascade orphan", "--cascade"),
        ("--ready-after 9s --cascade orphan", "--cascade"),
        ("--delete --scale-to 2", "--scale-to"),
        ("--replicas 2147483648", "2147483647"),
        ("--scale-to=-1", "--scale-to"),
    ] {
        let output = plan(&files, &format!("a.yaml {words}"));
        assert_eq!(output.status.code(), Some(2), "{words}: {output:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains(told), "{words}");
    }
}

#[test]
fn no_pod_has_an_ordinal_beyond_an_int32() {
    for policy in ["OrderedReady", "Parallel"] {
        let text = set("3", policy).replace("spec:\n  replicas", "spec:\n  ordinals: {start: 2147483646}\n  replicas");
        let told = String::from_utf8(plan(&[("a.yaml", &text)], "a.yaml").stdout).unwrap();
        for want in [
            "web-2147483646 … web--1",
            "web--1: the API server refuses to create it",
            "at         a.yaml:5:21",
            "lower spec.ordinals.start",
            "data-web-2147483647 Bound",
        ] {
            assert!(told.contains(want), "{policy} {want}: {told}");
        }
        assert!(!told.contains("2147483648") && !told.contains("web--2"), "{told}");
        // The controller makes it once, and its update comes no further either.
        let new = text.replace("web:1", "web:2");
        let (steps, state, _) = story(&[("a.yaml", &text), ("b.yaml", &new)], "b.yaml --against-path a.yaml");
        assert_eq!((&*state, steps.iter().any(|step| step.contains("not at the update revision"))), ("stalled", false));
    }
}
