//! Holds what the decoder refuses against what Kubernetes' own decoders answered, as `conformance/schema` recorded it; the
//! rules about fields and types to their fixtures; and one fault to one finding.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use flate2::read::GzDecoder;
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::Value;
use stslint::manifest;
use stslint::schema::{self, Fault, Violation};
use stslint::source::{FileId, Role};
use stslint::version::Version;
use stslint::yaml;

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

/// An object, and what the decoders of all versions answer, the oldest first, or the one thing that all answer.
#[derive(Deserialize)]
struct Record {
    object: Value,
    #[serde(default)]
    answer: String,
    #[serde(default)]
    answers: Vec<String>,
}

/// Answers that are not ours, and why.
#[derive(Deserialize)]
struct Difference {
    begins: String,
    reason: String,
}

/// What the server says when all of this is wrong: the first wrong type alone, else every unknown field.
fn answer(violations: &[Violation]) -> String {
    let said = |violation: &Violation| violation.answer.split_once(" cannot be handled as a ").unwrap().1.to_owned();
    let error = |violation: &Violation| said(violation).split_once(": ").unwrap().1.to_owned();
    if let Some(wrong) = violations.iter().find(|violation| violation.fault == Fault::WrongType) {
        return error(wrong);
    }
    let fields: Vec<_> = violations.iter().map(error).collect();
    let fields: Vec<_> = fields.iter().map(|field| field.strip_prefix("strict decoding error: ").unwrap()).collect();
    if fields.is_empty() { String::new() } else { format!("strict decoding error: {}", fields.join(", ")) }
}

/// Versions in which an object is answered otherwise than recorded, and whether a difference is known.
fn differences(record: &Record, known: &[Difference]) -> (usize, Vec<String>) {
    let text = record.object.to_string();
    let tree = yaml::parse(FileId(0), &text);
    let found = manifest::recognise(&tree, Role::Target, "default", false);
    let object = found.objects.first().unwrap();
    let mut differing = Vec::new();
    let mut tolerated = 0;
    for (column, version) in Version::all().enumerate() {
        let theirs = record.answers.get(column).unwrap_or(&record.answer);
        let ours = answer(&schema::validate(object, version));
        if ours == *theirs {
            continue;
        }
        if known.iter().any(|known| theirs.starts_with(&known.begins)) {
            tolerated += 1;
        } else {
            differing.push(format!("{version} {text}\n  we:   {ours}\n  they: {theirs}"));
        }
    }
    (tolerated, differing)
}

#[test]
fn every_field_with_every_kind_of_value_is_answered_as_kubernetes_answers_it() {
    let mut text = String::new();
    let packed = fs::read(root().join("conformance/golden/schema.jsonl.gz")).unwrap();
    GzDecoder::new(packed.as_slice()).read_to_string(&mut text).unwrap();
    let known = fs::read_to_string(root().join("conformance/known/schema.jsonl")).unwrap();
    let known: Vec<Difference> = known.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(known.iter().all(|known| !known.reason.is_empty()));
    let records: Vec<Record> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(records.len() > 25_000, "{} records", records.len());
    let differences: Vec<_> = records.par_iter().map(|record| differences(record, &known)).collect();
    let tolerated: usize = differences.iter().map(|(tolerated, _)| tolerated).sum();
    let differing: Vec<_> = differences.into_iter().flat_map(|(_, differing)| differing).collect();
    let first = differing.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(differing.is_empty(), "{} answers differ, the first are\n{first}", differing.len());
    assert!(tolerated > 0, "no known difference is one any more");
}
