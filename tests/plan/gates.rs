//! Holds plans to what feature gates change.

use serde_json::Value;

use super::{json, plan, set, story, validator};

/// What is said in the header behind a word.
fn header(files: &[(&str, &str)], words: &str, word: &str) -> String {
    let text = String::from_utf8(plan(files, words).stdout).unwrap();
    let line = text.lines().find_map(|line| line.trim_start().strip_prefix(word));
    line.unwrap_or_default().trim().to_owned()
}

#[test]
fn max_unavailable_counts_where_its_feature_gate_is_on() {
    let before = set("4", "OrderedReady").replacen(
        "spec:\n  replicas",
        "spec:\n  updateStrategy: {rollingUpdate: {maxUnavailable: 2}}\n  replicas",
        1,
    );
    let after = before.replace("web:1", "web:2");
    let files = [("before.yaml", before.as_str()), ("after.yaml", after.as_str())];
    let (gate, validator) = ("--feature-gates MaxUnavailableStatefulSet=", validator());
    let (on, off) = (", maxUnavailable 2", "; maxUnavailable 2 is dropped,");
    for (words, at_once, told, gates, listed) in [
        ("--kubernetes-version 1.36".to_owned(), 1, off, "", serde_json::json!({})),
        (
            format!("--kubernetes-version 1.36 {gate}true"),
            2,
            on,
            "MaxUnavailableStatefulSet=true",
            serde_json::json!({"MaxUnavailableStatefulSet": true}),
        ),
        (format!("--kubernetes-version 1.37 {gate}true"), 2, on, "", serde_json::json!({})),
        (
            format!("{gate}false"),
            1,
            off,
            "MaxUnavailableStatefulSet=false",
            serde_json::json!({"MaxUnavailableStatefulSet": false}),
        ),
    ] {
        let words = format!("after.yaml --against-path before.yaml {words}");
        let document = json(&plan(&files, &format!("{words} -o json")));
        assert!(validator.is_valid(&document), "{words}: {document:#}");
        let steps = document["sets"][0]["steps"].as_array().unwrap();
        let first = steps.iter().filter(|step| step["action"] == "delete" && step["seconds"] == 0).count();
        assert_eq!(first, at_once, "{words}: {steps:#?}");
        assert_eq!(
            (&document["featureGates"], &document["sets"][0]["outcome"]["state"]),
            (&listed, &Value::from("stable"))
        );
        let update = header(&files, &words, "update");
        assert!(update.starts_with(&format!("RollingUpdate, highest ordinal first{told}")), "{words}: {update}");
        assert_eq!(header(&files, &words, "gates"), gates, "{words}");
    }
}

#[test]
fn recreate_is_refused_without_its_feature_gate_and_waits_for_every_older_pod_with_it() {
    let before = set("2", "Parallel");
    let after = before.replace("web:1", "web:2").replacen(
        "spec:\n  replicas",
        "spec:\n  updateStrategy: {type: Recreate}\n  replicas",
        1,
    );
    let files = [("before.yaml", before.as_str()), ("after.yaml", after.as_str())];
    let gate = "after.yaml --against-path before.yaml --feature-gates StatefulSetRecreateStrategy";
    assert_eq!(story(&files, &format!("{gate}=false")).1, "refused");
    let (steps, state, _) = story(&files, &format!("{gate}=true"));
    let want = [
        "0s delete web-0 and web-1: they are not at the update revision",
        "2s gone web-0 and web-1",
        "2s create web-0 and web-1 at B, once all older pods are gone",
        "7s ready web-0 and web-1",
    ];
    assert_eq!((&*steps.join("\n"), &*state), (&*want.join("\n"), "stable"));

    let document = json(&plan(&files, &format!("{gate}=true --fail web-1:node-lost -o json")));
    let outcome = &document["sets"][0]["outcome"];
    let told = outcome["consequences"].as_array().unwrap();
    assert_eq!(outcome["state"], "stalled", "{outcome:#}");
    assert_eq!(told.last().unwrap(), "with Recreate, no pod is created before all older ones are gone", "{outcome:#}");
}
