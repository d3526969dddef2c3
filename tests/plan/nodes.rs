//! Holds what a plan says of lost nodes, and of several pods that fail, to what the controllers around a set do.

use serde_json::Value;

use super::storage::{claim, claiming, class, volume};
use super::{json, plan, set, story};

/// How a story ends.
fn outcome(manifest: &str, words: &str) -> Value {
    json(&plan(&[("a.yaml", manifest)], &format!("a.yaml -o json {words}")))["sets"][0]["outcome"].clone()
}

fn consequences(outcome: &Value) -> Vec<&str> {
    outcome["consequences"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect()
}

#[test]
fn tolerations_decide_when_a_pod_on_a_lost_node_is_deleted() {
    let ours = "key: node.kubernetes.io/unreachable";
    for (tolerations, deleted) in [
        (String::new(), Some("5m56s")),
        (format!("{{{ours}, operator: Exists, effect: NoExecute, tolerationSeconds: 10}}"), Some("1m06s")),
        (format!("{{{ours}, operator: Exists, effect: NoExecute}}"), None),
        (format!("{{{ours}, operator: Exists}}"), None),
        (format!("{{{ours}}}"), None),
        ("{operator: Exists}".to_owned(), None),
        // It tolerates another value, and keeps the usual toleration away.
        (format!("{{{ours}, value: x, effect: NoExecute}}"), Some("56s")),
        (format!("{{{ours}, operator: Exists, effect: NoExecute, tolerationSeconds: -1}}"), Some("56s")),
        // Of another effect, or for another taint.
        (format!("{{{ours}, operator: Exists, effect: NoSchedule}}"), Some("5m56s")),
        ("{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute}".to_owned(), Some("5m56s")),
        // The first one counts.
        (
            format!(
                "{{{ours}, operator: Exists, effect: NoExecute, tolerationSeconds: 20}}, {{{ours}, operator: Exists, \
                 effect: NoExecute, tolerationSeconds: 5}}"
            ),
            Some("1m16s"),
        ),
    ] {
        let tolerating = format!("spec: {{tolerations: [{tolerations}], containers:");
        let manifest = set("1", "OrderedReady").replace("spec: {containers:", &tolerating);
        let (steps, state, _) = story(&[("a.yaml", &manifest)], "a.yaml --fail web-0:node-lost");
        let want = deleted.map(|time| format!("{time} delete web-0: it tolerates a lost node no longer"));
        let found = steps.iter().find(|step| step.contains("delete web-0"));
        assert_eq!((found, &*state), (want.as_ref(), "stalled"), "{tolerations}");
        let outcome = outcome(&manifest, "--fail web-0:node-lost");
        let (stays, way) = match deleted {
            Some(_) => ("it stays Terminating", "delete the Node object or taint it"),
            None => ("which it tolerates for ever (tolerations): it stays Running and not ready", "and delete web-0"),
        };
        let (reason, remedy) = (outcome["reason"].as_str().unwrap(), outcome["remedy"].as_str().unwrap());
        assert!(reason.contains(stays) && remedy.contains(way), "{tolerations}: {reason}; {remedy}");
    }
}

#[test]
fn the_volume_of_a_lost_node_is_lost_with_it() {
    let manifest = |node: &str, kind: &str| {
        let set = claiming("web", "1", &[("data", &claim("storageClassName: fast"))]);
        let volume = volume("pv-a", "fast", node).replace("hostPath: {path: /x}", kind);
        format!("{set}{volume}{}", class("fast", "WaitForFirstConsumer"))
    };
    for (node, kind, scaled, is_lost) in [
        ("n1", "local: {path: /x}", "", true),
        ("n1", "hostPath: {path: /x}", "", true),
        ("'n1, n2'", "local: {path: /x}", "", true),
        ("n1, n2", "nfs: {server: a, path: /x}", "", false),
        ("", "nfs: {server: a, path: /x}", "", false),
        ("n1", "local: {path: /x}", "--scale-to 0", false),
    ] {
        let outcome = outcome(&manifest(node, kind), &format!("--fail web-0:node-lost {scaled}"));
        let remedy = outcome["remedy"].as_str().unwrap();
        let lost = "is created again, but stays Pending, because PersistentVolume \"pv-a\" is only on that node: delete \
                    PersistentVolumeClaim \"data-web-0\" and PersistentVolume \"pv-a\" as well";
        let case = format!("{node} {kind} {scaled}: {remedy}");
        assert_eq!(remedy.contains(lost), is_lost, "{case}");
        assert_eq!(remedy.contains("by force alone does not help"), is_lost, "{case}");
        assert_eq!(remedy.contains("created on another node"), !is_lost && scaled.is_empty(), "{case}");
    }
}

#[test]
fn each_pod_that_fails_is_told_with_its_own_cause() {
    for (policy, words, told, way) in [
        (
            "OrderedReady",
            "--fail web-0:node-lost --fail web-2:node-lost",
            &["web-2 is not ready either: its node is lost"][..],
            "the same volume; web-2 needs a way out of its own: its node is lost",
        ),
        (
            "Parallel",
            "--fail web-0:crash --fail web-1:unschedulable --fail web-2:node-lost",
            &["web-1 is not ready either: no node takes it", "web-2 is not ready either: its node is lost"],
            "then delete web-0, web-1; not before, or it comes back as it was; even then web-2 needs a way out of its own: \
             its node is lost",
        ),
        (
            "Parallel",
            "--fail web-1:node-lost --fail web-2 --fail web-3 --fail web-5",
            &["web-2, web-3, web-5 are not ready either: they run and never become ready"],
            "web-2, web-3, web-5 need ways out of their own: they run and never become ready",
        ),
        // Another pod is repaired with the first.
        (
            "Parallel",
            "--fail web-1 --fail web-3",
            &["web-3 is not ready either: it runs and never becomes ready"],
            "repair the template: the controller replaces the broken pod by itself",
        ),
        // It fails only once the first is repaired.
        (
            "OrderedReady",
            "--fail web-0:crash --fail web-2:node-lost",
            &["web-1 … web-5 are not created"],
            "even then web-2 needs a way out of its own: its node is lost",
        ),
    ] {
        let outcome = outcome(&set("6", policy), words);
        let remedy = outcome["remedy"].as_str().unwrap();
        assert!(consequences(&outcome).starts_with(told), "{policy} {words}: {outcome:#}");
        assert!(remedy.ends_with(way), "{policy} {words}: {remedy}");
    }
}

#[test]
fn only_pods_that_are_not_there_are_told_to_be_missing() {
    let before = set("6", "Parallel");
    let recreate = "spec:\n  updateStrategy: {type: Recreate}\n  replicas";
    let after = before.replace("web:1", "web:2").replacen("spec:\n  replicas", recreate, 1);
    let files = [("before.yaml", before.as_str()), ("after.yaml", after.as_str())];
    let words = "after.yaml --against-path before.yaml --feature-gates StatefulSetRecreateStrategy=true -o json";
    for (failures, missing) in [
        ("--fail web-2:node-lost", "web-0, web-1, web-3 … web-5 are not created"),
        ("--fail web-0:node-lost --fail web-2:node-lost", "web-1, web-3 … web-5 are not created"),
        ("--fail web-5:node-lost", "web-0 … web-4 are not created"),
    ] {
        let outcome = json(&plan(&files, &format!("{words} {failures}")))["sets"][0]["outcome"].clone();
        assert!(consequences(&outcome).contains(&missing), "{failures}: {outcome:#}");
    }
}
