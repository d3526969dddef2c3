//! Holds the rules about fields and types to their fixtures, and one fault to one finding.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

const MARK: &str = "# expect:";
const RULES: [&str; 2] = ["unknown-field", "wrong-type"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What `stslint check` finds in folders below `fixtures`.
fn findings(folders: &[&str]) -> Vec<Value> {
    let folders = folders.iter().map(|folder| format!("fixtures/{folder}"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_stslint"));
    command.current_dir(root()).arg("check").args(["--no-config", "-o", "json"]).args(folders);
    let output = command.output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    report["findings"].as_array().unwrap().clone()
}

fn line(finding: &Value) -> String {
    format!("{}:{} {}", finding["path"].as_str().unwrap(), finding["line"], finding["rule"].as_str().unwrap())
}

fn cases(rule: &str) -> Vec<PathBuf> {
    let folder = fs::read_dir(root().join("fixtures").join(rule)).unwrap();
    let mut cases: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

#[test]
fn each_rule_finds_what_its_fixtures_mark_and_nothing_else() {
    for rule in RULES {
        let mut marked = Vec::new();
        for case in cases(rule) {
            let path = case.strip_prefix(root()).unwrap().display().to_string();
            let name = case.file_name().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&case).unwrap();
            let lines = text.lines().enumerate().filter_map(|(number, line)| Some((number, line.split_once(MARK)?.1)));
            let before = marked.len();
            marked.extend(lines.map(|(number, rule)| format!("{path}:{} {}", number + 1, rule.trim())));
            assert_eq!(marked.len() > before, name.starts_with("fail-"), "{path} marks {}", marked.len() - before);
        }
        let found = findings(&[rule]);
        let found: Vec<_> = found.iter().filter(|finding| RULES.iter().any(|rule| finding["rule"] == *rule)).collect();
        assert_eq!(found.iter().map(|finding| line(finding)).collect::<Vec<_>>(), marked);
        for finding in found {
            assert_eq!(finding["api"]["reason"], "BadRequest", "{finding}");
            assert_eq!(finding["api"]["field"], finding["field"], "{finding}");
        }
    }
}

#[test]
fn what_another_rule_explains_is_not_said_twice() {
    let explaining = ["deployment-field", "label-not-text", "misplaced-field", "storage-request-not-a-quantity"];
    for finding in findings(&explaining) {
        let rule = finding["rule"].as_str().unwrap();
        assert!(!RULES.contains(&rule), "{}", line(&finding));
        if explaining.contains(&rule) {
            let answer = finding["api"]["message"].as_str().unwrap_or_default();
            assert!(answer.contains("cannot be handled as a StatefulSet: "), "{}: {answer}", line(&finding));
        }
    }
}
