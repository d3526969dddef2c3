//! Pins the pictures of small plans, and holds those of large and hostile ones to what they promise.

use std::path::Path;
use std::{env, fs};

use super::sample::{hostile, ordered, plan, stuck};
use super::*;
use crate::plan::Plan;
use crate::report::{PlanFormat, Style, write_plan};

const ALL: [(PlanFormat, &str); 4] =
    [(PlanFormat::Markdown, "md"), (PlanFormat::Mermaid, "mmd"), (PlanFormat::Svg, "svg"), (PlanFormat::Html, "html")];

fn written(plan: &Plan, picture: PlanFormat) -> String {
    let mut out = Vec::new();
    write_plan(plan, picture, &Style::FILE, &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("text")
}

#[test]
fn the_pictures_of_a_stuck_rollout_are_as_pinned() {
    let plan = plan(vec![stuck()]);
    for (picture, extension) in ALL {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/picture").join(format!("stuck.{extension}"));
        let now = written(&plan, picture);
        if env::var_os("BLESS").is_some() {
            fs::write(&path, &now).expect("a folder that can be written to");
        }
        let pinned = fs::read_to_string(&path).unwrap_or_default();
        let differs = pinned.lines().zip(now.lines()).find(|(before, now)| before != now);
        assert!(pinned == now, "{}: BLESS=1 writes it anew; the first difference is {differs:?}", path.display());
    }
}

#[test]
fn pictures_of_ten_thousand_pods_stay_small() {
    let plan = plan(vec![ordered("db", 10_000)]);
    for (picture, most) in [
        (PlanFormat::Markdown, 10_000),
        (PlanFormat::Mermaid, 5_000),
        (PlanFormat::Svg, 60_000),
        (PlanFormat::Html, 1_500_000),
    ] {
        let bytes = written(&plan, picture).len();
        assert!(bytes < most, "{picture:?} has {bytes} bytes");
    }
}

#[test]
fn hostile_text_ends_nothing_and_begins_nothing() {
    let plan = plan(vec![hostile()]);
    let page = written(&plan, PlanFormat::Html);
    for (what, want) in [("<script", 2), ("</script", 2), ("<img", 0), ("<svg", 1), ("</svg", 1), ("-->", 0)] {
        assert_eq!(page.matches(what).count(), want, "{what} in the page");
    }
    let drawing = written(&plan, PlanFormat::Svg);
    for (what, want) in [("<svg", 1), ("</svg", 1), ("<img", 0), ("<script", 0), ("]]>", 0)] {
        assert_eq!(drawing.matches(what).count(), want, "{what} in the drawing");
    }
    for (picture, _) in ALL {
        let text = written(&plan, picture);
        let obeyed = |character: char| character.is_control() && character != '\n' || character == '\u{202e}';
        assert!(!text.contains(obeyed), "{picture:?}");
    }
}

#[test]
fn a_plan_of_nothing_and_one_of_several_sets_can_be_drawn() {
    for (picture, _) in ALL {
        assert!(!written(&plan(Vec::new()), picture).is_empty(), "{picture:?}");
        let two = written(&plan(vec![ordered("db", 1), ordered("web", 2)]), picture);
        assert!(two.contains("db-0") && two.contains("web-1"), "{picture:?}");
        let none = written(&plan(vec![ordered("db", 0)]), picture);
        assert!(none.contains("db"), "{picture:?}");
    }
}

#[test]
fn of_many_pods_some_at_equal_distances_are_drawn() {
    let set = ordered("db", 10);
    for (most, want) in
        [(10, vec![0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), (4, vec![0, 3, 6, 9]), (2, vec![0, 9]), (1, vec![0]), (0, vec![])]
    {
        let ordinals: Vec<i64> = sampled(&set, most).into_iter().map(|pod| pod.ordinal).collect();
        assert_eq!(ordinals, want, "at most {most}");
    }
}

#[test]
fn long_texts_are_cut_and_numbers_are_grouped() {
    assert_eq!((cut("abcd", 4).as_str(), cut("abcde", 4).as_str()), ("abcd", "abc…"));
    assert_eq!([0, 999, 1_000, 12_345, 1_234_567].map(grouped), ["0", "999", "1,000", "12,345", "1,234,567"]);
}
