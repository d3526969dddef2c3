//! Runs the built program with rules that a user brings along, good ones and bad ones.

use std::error::Error;
use std::fs;
use std::process::Command;

use tempfile::TempDir;

const SET: &str = "apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: db:1}]}}
";

const REST: &str = "
severity: error
category: api
since: 1.0.0
message: 'StatefulSet \"{set.name}\" has no owner'
help: name one
why: Whoever is on call looks there.
references: [https://kubernetes.io/]
";

/// What is printed, line by line, and the exit code, with one rule of the user's own.
fn check(name: &str, rule: &str) -> Result<(Vec<String>, Option<i32>), Box<dyn Error>> {
    let folder = TempDir::new()?;
    fs::create_dir(folder.path().join("rules"))?;
    fs::write(folder.path().join("rules").join(name), rule)?;
    // It stands before the rules among the sources, so that numbers of files must follow.
    fs::write(folder.path().join("a.yaml"), SET)?;
    let words =
        ["check", "--no-config", "--output", "concise", "-q", "--rules", "rules", "--ignore", "identity", "a.yaml"];
    let output = Command::new(env!("CARGO_BIN_EXE_stslint")).current_dir(folder.path()).args(words).output()?;
    let lines = String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect();
    Ok((lines, output.status.code()))
}

#[test]
fn rules_of_ones_own_are_asked_and_what_is_wrong_with_them_is_told() -> Result<(), Box<dyn Error>> {
    let good = format!("summary: s{REST}expect: has(object.metadata.annotations)\n");
    let fails = format!("summary: s{REST}expect: object.metadata.annotations.owner != \"\"\n");
    let typo = format!("summary: s{REST}expect: set.nmae != \"\"\n");
    for (name, rule, want) in [
        ("no-owner.yaml", &good, "a.yaml:3:1: error no-owner: StatefulSet \"db\" has no owner"),
        (
            "no-owner.yaml",
            &fails,
            "rules/no-owner.yaml:9:9: error no-owner: this rule cannot be asked about StatefulSet \"db\": there is no \
             \"annotations\"",
        ),
        ("no-owner.yaml", &typo, "rules/no-owner.yaml:9:13: error no-owner: set has no \"nmae\""),
        (
            "syntax-error.yaml",
            &good,
            "rules/syntax-error.yaml:1:1: error syntax-error: stslint has a rule called \"syntax-error\" already",
        ),
    ] {
        let (lines, code) = check(name, rule)?;
        assert_eq!(lines, [want], "{rule}");
        assert_eq!(code, Some(1), "{rule}");
    }
    Ok(())
}
