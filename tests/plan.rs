//! Holds plans to their schema, to the codes they exit with, and to ending whatever they are asked about.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "plan/gates.rs"]
mod gates;
#[path = "plan/inputs.rs"]
mod inputs;
#[path = "plan/nodes.rs"]
mod nodes;
#[path = "plan/peers.rs"]
mod peers;
#[path = "plan/questions.rs"]
mod questions;
#[path = "plan/storage.rs"]
mod storage;

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use serde_json::Value;

const SET: &str = "\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  replicas: REPLICAS
  podManagementPolicy: POLICY
  serviceName: web
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: 'web:1'}]}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
";

fn set(replicas: &str, policy: &str) -> String {
    SET.replace("REPLICAS", replicas).replace("POLICY", policy)
}

/// Runs `stslint plan` in a folder with these files.
fn plan(files: &[(&str, &str)], words: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let words = ["plan", "--no-config"].into_iter().chain(words.split_whitespace());
    let mut command = Command::new(env!("CARGO_BIN_EXE_stslint"));
    command.args(words).current_dir(folder.path()).env_clear().env("LC_ALL", "C.UTF-8");
    command.output().unwrap()
}

fn json(output: &Output) -> Value {
    assert!(!output.stdout.is_empty(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn validator() -> jsonschema::Validator {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/plan.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

/// What is asked, and how it ends.
const QUESTIONS: [(&str, &str, &str); 12] = [
    ("3", "a.yaml", "stable"),
    ("3", "a.yaml --fail web-1", "stalled"),
    ("3", "a.yaml --fail web-1:crash", "stalled"),
    ("3", "a.yaml --fail web-1:unschedulable", "stalled"),
    ("3", "a.yaml --fail web-1:node-lost", "stalled"),
    ("3", "a.yaml --fail web-1:evict", "stable"),
    ("3", "a.yaml --scale-to 5 --scale-to 1", "stable"),
    ("3", "a.yaml --replicas 7 --against-path b.yaml", "stable"),
    ("3", "a.yaml --delete", "stable"),
    ("3", "a.yaml --delete --cascade orphan", "stable"),
    ("0", "a.yaml", "stable"),
    ("-1", "a.yaml", "refused"),
];

#[test]
fn plans_are_as_their_schema_says_and_end_as_they_should() {
    let validator = validator();
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: None, selector: {app: web}, \
                   ports: [{name: http, port: 80}]}\n";
    for version in ["1.33", "1.37"] {
        for policy in ["OrderedReady", "Parallel"] {
            for (replicas, words, end) in QUESTIONS {
                let (set, before) = (set(replicas, policy), set("3", policy).replace("web:1", "web:0"));
                let files = [("a.yaml", set.as_str()), ("b.yaml", before.as_str()), ("s.yaml", service)];
                let words = format!("{words} -o json --context s.yaml --kubernetes-version {version}");
                let document = json(&plan(&files, &words));
                let faults: Vec<String> = validator.iter_errors(&document).map(|fault| fault.to_string()).collect();
                assert!(faults.is_empty(), "{policy} {words}: {faults:#?}\n{document:#}");
                assert_eq!(document["sets"][0]["outcome"]["state"], end, "{policy} {words}: {document:#}");
            }
        }
    }
}

#[test]
fn the_schema_takes_no_other_keys_and_misses_each_that_is_always_there() {
    let validator = validator();
    let set = set("2", "OrderedReady");
    let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: None, selector: {app: web}}\n";
    let files = [("a.yaml", set.as_str()), ("s.yaml", service), ("bad.yaml", "a: [\n")];
    let document = json(&plan(&files, "a.yaml bad.yaml -o json --fail web-1 --context s.yaml"));
    let objects = [
        "",
        "/tool",
        "/skipped/0",
        "/sets/0",
        "/sets/0/outcome",
        "/sets/0/pods/0",
        "/sets/0/claims/0",
        "/sets/0/dns/0",
    ];
    let optional = ["remedy", "pod", "place"];
    for path in objects.into_iter().chain([
        "/sets/0/outcome/place",
        "/sets/0/services/0",
        "/sets/0/revisions/0",
        "/sets/0/steps/0",
    ]) {
        let object =
            document.pointer(path).and_then(Value::as_object).unwrap_or_else(|| panic!("{path}: {document:#}"));
        let mut more = document.clone();
        more.pointer_mut(path).unwrap()["unheardOf"] = Value::Null;
        assert!(!validator.is_valid(&more), "{path} takes another key");
        let may_lack =
            |key: &str| path == "/sets/0/outcome" && optional.contains(&key) || (path, key) == ("/skipped/0", "line");
        for key in object.keys().filter(|key| !may_lack(key)) {
            let mut less = document.clone();
            less.pointer_mut(path).and_then(Value::as_object_mut).unwrap().remove(key);
            assert!(!validator.is_valid(&less), "{path} does without {key}");
        }
    }
}

#[test]
fn the_exit_code_says_whether_it_ends_well_only_when_it_is_asked_to() {
    let keeps = set("2", "OrderedReady");
    let deletes = keeps.replace(
        "spec:\n  replicas",
        "spec:\n  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}\n  replicas",
    );
    for (text, words, want) in [
        (&keeps, "a.yaml --exit-code", 0),
        (&keeps, "a.yaml --exit-code --fail web-0", 1),
        (&keeps, "a.yaml --fail web-0", 0),
        (&keeps, "a.yaml --exit-code --replicas 1 --scale-to 0", 0),
        (&deletes, "a.yaml --exit-code --scale-to 1", 1),
        (&deletes, "a.yaml --exit-code --scale-to 1 --scale-to 2", 1),
        (&deletes, "a.yaml --exit-code --scale-to 3", 0),
        (&keeps.replace("replicas: 2", "replicas: -2"), "a.yaml --exit-code", 1),
        (&keeps, "missing.yaml", 2),
        (&keeps, "a.yaml --against-path missing.yaml", 2),
        (&keeps, "a.yaml --ready-after soon", 2),
        (&keeps, "a.yaml --cluster-domain a_b", 2),
        (&keeps, "a.yaml --fail web-0:evict --fail web-0:crash", 2),
        (&keeps, "a.yaml --fail web-0:evict --fail web-0:evict", 0),
        (&keeps, "a.yaml --fail web", 2),
        (&"a: b\n".to_owned(), "a.yaml", 3),
        (&"a: b\n".to_owned(), "a.yaml --allow-empty", 0),
        (&"a: b\n".to_owned(), "a.yaml --context service.yaml", 3),
        (&"a: b\n".to_owned(), "service.yaml", 0),
        (&"a: [\n".to_owned(), "a.yaml", 2),
        (&"a: [\n".to_owned(), "a.yaml --allow-empty", 2),
        (&"a: [\n".to_owned(), "a.yaml service.yaml", 0),
        (&"a: [\n".to_owned(), "a.yaml service.yaml --exit-code", 1),
        (&"a: [\n".to_owned(), "a.yaml missing.yaml --exit-code", 2),
    ] {
        let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n";
        let output = plan(&[("a.yaml", text), ("service.yaml", service)], words);
        assert_eq!(output.status.code(), Some(want), "{words}: {output:?}");
    }
}

#[test]
fn what_is_left_open_or_broken_is_said_even_when_little_is() {
    let open = set("${N}", "${POLICY}");
    let (.., notes) = story(&[("a.yaml", &open)], "a.yaml");
    for want in ["spec.replicas is still to be filled in, and is taken to be 1", "taken to be OrderedReady"] {
        assert!(notes.iter().any(|note| note.contains(want)), "{want}: {notes:#?}");
    }
    let (.., notes) = story(&[("a.yaml", &open)], "a.yaml --replicas 2");
    assert!(!notes.iter().any(|note| note.contains("spec.replicas")), "{notes:#?}");
    let broken = set("1", "Parallel") + "---\na: [b\n";
    for words in ["a.yaml -q --exit-code", "a.yaml -q --exit-code -o json"] {
        let output = plan(&[("a.yaml", &broken)], words);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(1) && told.starts_with("a.yaml:16: cannot be read: "), "{words}: {told}");
    }
}

#[test]
fn claims_of_two_sets_and_pods_that_there_are_not_are_told() {
    let one =
        set("1", "OrderedReady").replace("{name: web}\nspec", "{name: b}\nspec").replace("{name: data}", "{name: x-a}");
    let other = one.replace("{name: b}\nspec", "{name: a-b}\nspec").replace("{name: x-a}", "{name: x}");
    let output =
        plan(&[("a.yaml", &format!("{one}---\n{other}"))], "a.yaml --fail b-0:evict --fail b-1 --fail c-1 -o json");
    let document = json(&output);
    for (index, rival) in [(0, "a-b"), (1, "b")] {
        let notes = document["sets"][index]["notes"].to_string();
        let want = format!("claim \\\"x-a-b-0\\\" is also one of StatefulSet \\\"{rival}\\\"");
        assert!(notes.contains(&want), "{want}: {notes}");
    }
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(told, "warning: no StatefulSet of the plan has the pod c-1, which is to fail\n");
    let notes = document["sets"][0]["notes"].to_string();
    assert!(notes.contains("--fail b-1:never-ready did not happen: the pod is never created"), "{notes}");
    assert!(!notes.contains("--fail b-0"), "{notes}");
}

#[test]
fn ways_out_are_those_that_work() {
    for (policy, words, want) in [
        (
            "OrderedReady",
            "--fail web-2:crash",
            "apply the repaired manifest first, then delete web-2; not before, or it comes back",
        ),
        (
            "OrderedReady",
            "--against-path b.yaml --fail web-2",
            "apply the repaired manifest first, then delete web-2; not before",
        ),
        (
            "Parallel",
            "--against-path b.yaml --fail web-2:crash --fail web-1",
            "the controller replaces the broken pod by itself",
        ),
        (
            "OrderedReady",
            "--fail web-0:node-lost",
            "delete the Node object or taint it node.kubernetes.io/out-of-service",
        ),
        ("Parallel", "--fail web-0:unschedulable", "give web-0 a node with room for it"),
        // Without a `rollingUpdate` block, the pod that is deleted at once comes back at the older revision.
        (
            "OrderedReady\n  updateStrategy: {type: RollingUpdate}",
            "--fail web-2:unschedulable",
            "write rollingUpdate: {partition: 0} below spec.updateStrategy with the same change",
        ),
        ("OrderedReady\n  updateStrategy: {type: RollingUpdate}", "--fail web-2:crash", "repair the template: apply"),
    ] {
        let (new, old) = (set("3", policy), set("3", policy).replace("web:1", "web:0"));
        let document = json(&plan(&[("a.yaml", &new), ("b.yaml", &old)], &format!("a.yaml -o json {words}")));
        let remedy = document["sets"][0]["outcome"]["remedy"].as_str().unwrap_or_default();
        assert!(remedy.contains(want) && !remedy.contains("in the way"), "{policy} {words}: {remedy}");
    }
    // The version decides: the API server refuses the pod, where a newer one refuses the set.
    let twice = set("2", "OrderedReady")
        .replace("[{name: web, image: 'web:1'}]", "[{name: web, image: a}, {name: web, image: b}]");
    for (version, state, reason) in [
        ("1.33", "stalled", "the API server refuses pod web-0: spec.containers[1].name: Duplicate value: \"web\""),
        ("1.34", "refused", "spec.template.spec.containers[1].name: Duplicate value: \"web\""),
    ] {
        let words = format!("a.yaml -o json --kubernetes-version {version}");
        let outcome = json(&plan(&[("a.yaml", &twice)], &words))["sets"][0]["outcome"].clone();
        assert_eq!([&outcome["state"], &outcome["reason"]], [state, reason], "{version}: {outcome:#}");
    }
}

/// The steps of a story as they are told, how it ends, and its notes.
fn story(files: &[(&str, &str)], words: &str) -> (Vec<String>, String, Vec<String>) {
    let text = String::from_utf8(plan(files, words).stdout).unwrap();
    let document = json(&plan(files, &format!("{words} -o json")));
    let set = &document["sets"][0];
    let strings = |value: &Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
    };
    let is_time =
        |word: &str| word.strip_suffix('s').is_some_and(|it| it.ends_with(|digit: char| digit.is_ascii_digit()));
    let numbered = |line: &&str| line.split_whitespace().nth(1).is_some_and(is_time);
    let steps = text.lines().filter(numbered).map(|line| {
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        words.join(" ")
    });
    (steps.collect(), set["outcome"]["state"].as_str().unwrap().to_owned(), strings(&set["notes"]))
}

#[test]
fn pods_are_refused_for_the_template_that_they_are_made_from() {
    let good = set("2", "OrderedReady");
    let bad = good.replace("image: 'web:1'}", "image: 'web:1', volumeMounts: [{name: nope, mountPath: /d}]}");
    let files = [("good.yaml", good.as_str()), ("bad.yaml", bad.as_str())];
    for (words, state, want) in [
        (
            "bad.yaml --against-path good.yaml --kubernetes-version 1.33",
            "stalled",
            &[
                "0s delete web-1: it is not at the update revision",
                "2s event web-1: the API server refuses to create it, once web-1 is gone",
            ][..],
        ),
        (
            "good.yaml --against-path bad.yaml --kubernetes-version 1.33",
            "stable",
            &[
                "0s create web-0 at B, with claim data-web-0 as it was left",
                "5s create web-1 at B, with new claim data-web-1, once web-0 is ready",
                "10s ready web-1",
            ],
        ),
        // What the API server refused was never there.
        (
            "good.yaml --against-path bad.yaml",
            "stable",
            &[
                "0s create web-0 at A, with new claim data-web-0",
                "5s create web-1 at A, with new claim data-web-1, once web-0 is ready",
                "10s ready web-1",
            ],
        ),
    ] {
        let (steps, ends, _) = story(&files, words);
        assert_eq!(
            (&steps[..], &*ends),
            (&want.iter().map(ToString::to_string).collect::<Vec<_>>()[..], state),
            "{words}"
        );
    }
}

#[test]
fn what_the_api_server_refused_in_the_history_is_said_to_be_so() {
    let (one, two) = (set("2", "OrderedReady"), set("2", "OrderedReady").replace("web:1", "web:2"));
    let refused = one.replace("serviceName: web", "serviceName: other");
    let files = [("one.yaml", one.as_str()), ("refused.yaml", &*refused), ("two.yaml", &*two)];
    let told = |words| story(&files, words);
    let (steps, state, notes) = told("two.yaml --against-path one.yaml --against-path refused.yaml");
    let (direct, ..) = told("two.yaml --against-path one.yaml");
    assert_eq!((steps, &*state), (direct, "stable"));
    let note = "what refused.yaml says was never applied, because the API server refuses it: spec";
    assert!(notes.iter().any(|it| it.starts_with(note)), "{notes:?}");
}

#[test]
fn below_a_partition_a_repair_takes_a_lower_partition() {
    let partition = |count: &str| {
        let rolling = format!("spec:\n  updateStrategy: {{rollingUpdate: {{partition: {count}}}}}\n  replicas");
        set("3", "OrderedReady").replacen("spec:\n  replicas", &rolling, 1)
    };
    let unknown =
        |text: &str| text.replace("image: 'web:1'}", "image: a, volumeMounts: [{name: nope, mountPath: /d}]}");
    let lower = |to: u8| format!("lower the partition to {to} with the same change");
    for (text, words, want, lowered) in [
        (partition("2"), "--fail web-0:crash", "then delete web-0;", Some(0)),
        (partition("2"), "--fail web-1", "then delete web-1;", Some(1)),
        (partition("2"), "--fail web-2", "then delete web-2;", None),
        (unknown(&partition("1")), "--kubernetes-version 1.33", "the controller tries again by itself", Some(0)),
        (unknown(&partition("0")), "--kubernetes-version 1.33", "the controller tries again by itself", None),
    ] {
        let document = json(&plan(&[("a.yaml", &text)], &format!("a.yaml -o json {words}")));
        let remedy = document["sets"][0]["outcome"]["remedy"].as_str().unwrap_or_default();
        let is_told = lowered.map_or(!remedy.contains("lower the"), |to| remedy.contains(&lower(to)));
        assert!(remedy.contains(want) && is_told && !remedy.contains("in the way"), "{words}: {remedy}");
    }
}

#[test]
fn what_was_before_is_long_ago_and_had_its_own_storage_classes() {
    let class = |default: &str| {
        format!(
            "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nprovisioner: x\nmetadata: {{name: std, annotations: \
             {{storageclass.kubernetes.io/is-default-class: '{default}'}}}}\n---\n"
        )
    };
    let whole = set("2", "OrderedReady");
    let slow = whole.replace("web:1", "web:2").replacen("spec:\n", "spec:\n  minReadySeconds: 2147483647\n", 1);
    let (with, without) = (class("true") + &whole, class("false") + &whole);
    let files = [("with.yaml", &*with), ("without.yaml", &*without), ("slow.yaml", &*slow), ("fast.yaml", &*whole)];
    let (steps, ..) = story(&files, "slow.yaml --against-path fast.yaml");
    assert_eq!(steps.first().map(String::as_str), Some("0s delete web-1: it is not at the update revision"));
    let (steps, state, _) = story(&files, "without.yaml --against-path with.yaml");
    assert_eq!((steps, &*state), (Vec::new(), "stable"), "claims that were bound stay so");
    assert_eq!(story(&files, "without.yaml").1, "stalled");
}

#[test]
fn numbers_at_the_edges_have_an_answer() {
    let whole = set("2", "OrderedReady");
    for (spec, want) in [
        ("updateStrategy: {rollingUpdate: {partition: 9223372036854775807}}", "refused"),
        ("updateStrategy: {rollingUpdate: {partition: 2147483647}}", "stable"),
        ("updateStrategy: {rollingUpdate: {maxUnavailable: 99999999999999999999%}}", "refused"),
        ("updateStrategy: {rollingUpdate: {maxUnavailable: 2147483647}}", "stable"),
        ("ordinals: {start: 2147483646}", "stable"),
        ("ordinals: {start: 2147483647}", "stalled"),
        ("ordinals: {start: 2147483648}", "refused"),
        ("ordinals: {start: 9223372036854775807}", "refused"),
        ("ordinals: {start: -1}", "refused"),
        ("minReadySeconds: 2147483647", "stable"),
        ("minReadySeconds: -9223372036854775808", "refused"),
        ("revisionHistoryLimit: -2147483648", "stable"),
    ] {
        let text = whole.replace("spec:\n  replicas", &format!("spec:\n  {spec}\n  replicas"));
        let files = [("a.yaml", text.as_str()), ("b.yaml", whole.as_str())];
        for words in ["a.yaml -o json", "b.yaml -o json --against-path a.yaml", "a.yaml -o json --scale-to 7"] {
            let document = json(&plan(&files, words));
            let state = &document["sets"][0]["outcome"]["state"];
            assert!(words != "a.yaml -o json" || state == want, "{spec}: {document:#}");
        }
    }
}

#[test]
fn very_many_replicas_are_cut_short_aloud() {
    for policy in ["OrderedReady", "Parallel"] {
        let output = plan(&[("a.yaml", &set("2147483647", policy))], "a.yaml");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("only the first 20000 of 2147483647 replicas are looked at"), "{text}");
        assert!(text.lines().count() < 60, "{text}");
    }
}

#[test]
fn what_is_odd_among_many_is_told_and_what_is_equal_is_counted() {
    let text = set("300", "OrderedReady");
    let told = String::from_utf8(plan(&[("a.yaml", &text)], "a.yaml --fail web-100:evict").stdout).unwrap();
    for words in ["web-100 is evicted", "create web-299 at A", "more in the same way", "web-0 ", "web-299 "] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(told.lines().count() < 40, "{told}");
    let steps = json(&plan(&[("a.yaml", &text)], "a.yaml --fail web-100:evict -o json"))["sets"][0]["steps"].clone();
    // A claim, a pod and its readiness each; then eviction, deletion, its end, a new pod and its readiness.
    assert_eq!(steps.as_array().map(Vec::len), Some(3 * 300 + 5));
}

#[test]
fn what_happens_to_many_at_once_is_told_once() {
    let text = set("9", "Parallel")
        .replace("spec:\n  replicas", "spec:\n  updateStrategy: {rollingUpdate: {maxUnavailable: 3}}\n  replicas");
    let new = text.replace("web:1", "web:2");
    let files = [("a.yaml", new.as_str()), ("b.yaml", text.as_str())];
    let told = String::from_utf8(plan(&files, "a.yaml --against-path b.yaml").stdout).unwrap();
    for words in [
        "delete web-8 … web-6: ",
        "gone   web-8 … web-6\n",
        "create web-6 … web-8 at B, once web-6 is gone",
        "ready  web-0 … web-2",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
}

#[test]
fn a_long_story_is_whole_in_json_and_short_in_text() {
    for policy in ["OrderedReady", "Parallel"] {
        let files = [("a.yaml", set("10000", policy))];
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let text = String::from_utf8(plan(&files, "a.yaml").stdout).unwrap();
        assert!(text.lines().count() < 40, "{text}");
        let document = json(&plan(&files, "a.yaml -o json"));
        assert_eq!(document["sets"][0]["pods"].as_array().unwrap().len(), 10_000, "{policy}");
        assert_eq!(document["sets"][0]["steps"].as_array().unwrap().len(), 30_000, "{policy}");
    }
}

fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/real");
    env::var_os("STSLINT_CORPUS").map_or(beside, PathBuf::from).canonicalize().ok()
}

/// The folder is no part of the repository: it is `STSLINT_CORPUS`, or `../shared/corpus/real` beside the repository.
#[test]
fn every_plan_of_the_corpus_ends() {
    let Some(folder) = corpus() else {
        _ = writeln!(io::stderr(), "the corpus is not planned: it is not there");
        return;
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let words = ["plan", "--no-config", "--no-gitignore", "-o", "json", "--allow-empty"];
        let output =
            Command::new(env!("CARGO_BIN_EXE_stslint")).args(words).arg(entry.unwrap().path()).output().unwrap();
        for set in json(&output)["sets"].as_array().unwrap() {
            let outcome = &set["outcome"];
            let state = outcome["state"].as_str().unwrap();
            let explained = state == "stable" || outcome["reason"].as_str().is_some_and(|reason| !reason.is_empty());
            assert!(explained, "{}: {outcome:#}", set["path"]);
            if env::var_os("STSLINT_OUTCOMES").is_some() {
                _ = writeln!(io::stderr(), "{} {}: {outcome}", set["path"], set["name"]);
            }
            *counts.entry(state.to_owned()).or_default() += 1;
        }
    }
    assert!(!counts.is_empty());
    _ = writeln!(io::stderr(), "plans of the corpus: {counts:?}");
}

#[test]
fn a_plan_against_what_was_there_says_what_it_did_not_find() {
    let now = set("2", "OrderedReady");
    let new = now.replace("web:1", "web:2");
    let files = [("a.yaml", now.as_str()), ("b.yaml", new.as_str()), ("bad.yaml", "kind: [\n")];
    let missing = plan(&files, "b.yaml --against-path missing.yaml");
    assert!(missing.stdout.is_empty(), "{missing:?}");
    assert_eq!(String::from_utf8(missing.stderr).unwrap().matches("missing.yaml").count(), 1);
    let broken = plan(&files, "b.yaml --against-path bad.yaml");
    let (story, told) = (String::from_utf8(broken.stdout).unwrap(), String::from_utf8(broken.stderr).unwrap());
    assert!(story.contains("is taken for new"), "{story}");
    assert!(story.contains("not in the plan\n  bad.yaml:1: cannot be read: "), "{story}");
    assert!(told.is_empty(), "{told}");
}
