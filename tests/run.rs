//! Runs the built program as a person does, and holds what it prints.

use std::error::Error;
use std::fs;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

const BROKEN: &str = "apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec: {selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: web}}}}
";

/// What `stslint check` prints about a file of these bytes, with so many threads.
fn check(bytes: &[u8], format: &str, threads: &str) -> Result<String, Box<dyn Error>> {
    let folder = TempDir::new()?;
    fs::write(folder.path().join("db.yaml"), bytes)?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_stslint"));
    command.current_dir(folder.path()).env("RAYON_NUM_THREADS", threads);
    let output = command.args(["check", "--no-config", "--output", format, "db.yaml"]).output()?;
    Ok(String::from_utf8(output.stdout)?)
}

#[test]
fn bytes_that_are_not_text_are_found_wherever_they_stand() -> Result<(), Box<dyn Error>> {
    for before in ["a: \"", "a: ", "# ", "a: |\n  "] {
        let bytes = [before.as_bytes(), b"\xff", &before.as_bytes()[before.len() - 1..], b"\n---\n", BROKEN.as_bytes()];
        let printed = check(&bytes.concat(), "concise", "2")?;
        assert!(printed.contains("error syntax-error: these bytes are not UTF-8"), "{before:?}: {printed}");
        assert!(printed.contains(" selector-does-not-match-template: "), "{before:?}: {printed}");
    }
    Ok(())
}

#[test]
fn findings_name_the_file_that_an_object_was_rendered_from() -> Result<(), Box<dyn Error>> {
    let helm =
        format!("---\n# Source: shop/templates/db.yaml\n{}", BROKEN.replace("spec: {sel", "spec: {zork: 1, sel"));
    let origin =
        "metadata: {name: db, annotations: {config.kubernetes.io/origin: \"path: shop/templates/db.yaml\\n\"}}";
    let kustomize = helm.replace("# Source: shop/templates/db.yaml\n", "").replace("metadata: {name: db}", origin);
    for (name, text) in [("helm", helm), ("kustomize", kustomize)] {
        for format in ["full", "json", "sarif", "github"] {
            let printed = check(text.as_bytes(), format, "2")?;
            for rule in ["selector-does-not-match-template", "unknown-field"] {
                assert!(printed.contains(rule), "{name}, {format}: {printed}");
            }
            let told = printed.matches("shop/templates/db.yaml").count();
            assert!(told >= 2, "{name}, {format}: told {told} times in {printed}");
        }
    }
    Ok(())
}

#[test]
fn a_set_is_held_against_the_feature_gates_that_are_set() -> Result<(), Box<dyn Error>> {
    let folder = TempDir::new()?;
    let set =
        BROKEN.replace("app: web", "app: db").replace("spec: {sel", "spec: {updateStrategy: {type: Recreate}, sel");
    fs::write(folder.path().join("db.yaml"), set)?;
    let gate = "feature-gates: {StatefulSetRecreateStrategy: true}";
    let recreate = serde_json::json!({"StatefulSetRecreateStrategy": true});
    for (config, version, refused, gates) in [
        ("", "1.37", Some("'OnDelete'"), serde_json::json!({})),
        (gate, "1.37", None, recreate.clone()),
        (gate, "1.33..1.37", Some("'OnDelete' (up to Kubernetes 1.36)"), recreate),
    ] {
        fs::write(folder.path().join(".stslint.yaml"), config)?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_stslint"));
        command.current_dir(folder.path()).args(["check", "--kubernetes-version", version, "-o", "json", "db.yaml"]);
        let report: Value = serde_json::from_slice(&command.output()?.stdout)?;
        let messages = report["findings"].as_array().into_iter().flatten().filter_map(|it| it["message"].as_str());
        let refusals: Vec<&str> = messages.filter(|it| it.contains("spec.updateStrategy: Invalid value")).collect();
        assert_eq!(refusals.len(), usize::from(refused.is_some()), "{config} {version}: {refusals:?}");
        assert!(refusals.iter().all(|it| it.ends_with(refused.unwrap_or_default())), "{version}: {refusals:?}");
        assert_eq!(report["featureGates"], gates, "{config} {version}");
    }
    Ok(())
}

#[test]
fn reports_are_the_same_whatever_the_number_of_threads() -> Result<(), Box<dyn Error>> {
    let many: String = (0..50).map(|number| BROKEN.replace("db", &format!("db{number}")) + "---\n").collect();
    for format in ["full", "concise", "json", "sarif", "github"] {
        let one = check(many.as_bytes(), format, "1")?;
        assert!(one.contains("selector-does-not-match-template"), "{format}: {one}");
        for threads in ["2", "8"] {
            assert!(check(many.as_bytes(), format, threads)? == one, "{format} with {threads} threads");
        }
    }
    Ok(())
}

#[test]
fn a_report_takes_the_place_of_no_file_that_is_read() -> Result<(), Box<dyn Error>> {
    let folder = TempDir::new()?;
    let manifest = folder.path().join("db.yaml");
    for (command, format) in [("check", "json"), ("plan", "html")] {
        fs::write(&manifest, BROKEN)?;
        let mut program = Command::new(env!("CARGO_BIN_EXE_stslint"));
        program.current_dir(folder.path()).args([command, "--no-config", "--output", &format!("{format}=./db.yaml")]);
        let output = program.args(["."]).output()?;
        assert_eq!(output.status.code(), Some(2), "{command}");
        let told = String::from_utf8(output.stderr)?;
        assert!(told.contains("it is one of the files that are read"), "{command}: {told}");
        assert_eq!(fs::read_to_string(&manifest)?, BROKEN, "{command}");
    }
    Ok(())
}

#[test]
fn help_on_what_is_required_knows_whether_it_is_written() -> Result<(), Box<dyn Error>> {
    let spec =
        "template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: db:1, ports: [PORT]}]}}}";
    let whole = BROKEN.replace("template: {metadata: {labels: {app: web}}}}", spec);
    let field = "spec.template.spec.containers[0].ports[0].containerPort";
    for (port, want) in [
        (
            "{containerPort: 0}",
            format!("\"help\": \"give {field} a value: empty text, 0 and an empty list count as none\""),
        ),
        ("{name: peer}", format!("\"help\": \"add {field}\"")),
    ] {
        let printed = check(whole.replace("PORT", port).as_bytes(), "json", "2")?;
        assert!(printed.contains(&want), "{port}: {printed}");
    }
    Ok(())
}

#[test]
fn what_is_found_very_often_is_listed_up_to_a_number_and_counted_beyond() -> Result<(), Box<dyn Error>> {
    const OFTEN: usize = 150;
    let pods =
        "template: {metadata: {labels: {app: db}}, spec: {containers: [CONTAINERS]}}, volumeClaimTemplates: [CLAIMS]}";
    let claim = "{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}";
    let text = BROKEN
        .replace("template: {metadata: {labels: {app: web}}}}", pods)
        .replace("CONTAINERS", &["{name: db, image: db:1}"; OFTEN].join(", "))
        .replace("CLAIMS", &[claim; OFTEN].join(", "));
    let keys = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n".to_owned() + &"  a: b\n".repeat(OFTEN);
    let report: Value = serde_json::from_str(&check(format!("{text}---\n{keys}").as_bytes(), "json", "2")?)?;
    let findings = report["findings"].as_array().ok_or("no findings")?;
    for (rule, beyond) in [
        ("claim-template-repeated", 49),
        ("claim-template-not-mounted", 50),
        ("duplicate-key", 49),
        ("rejected-on-create", 49),
    ] {
        let of_it: Vec<_> = findings.iter().filter(|finding| finding["rule"] == rule).collect();
        assert_eq!(of_it.len(), 100, "{rule}");
        let place = if rule == "duplicate-key" { "in this file" } else { "about this object" };
        let note = format!("{beyond} more findings of this rule {place} are counted and not listed");
        let notes = of_it.iter().filter_map(|finding| finding["notes"].as_array()).flatten();
        assert_eq!(notes.filter(|found| **found == note).count(), 1, "{rule}");
    }
    let summary = &report["summary"];
    let counted =
        ["errors", "warnings", "infos"].iter().filter_map(|severity| summary[*severity].as_u64()).sum::<u64>();
    assert_eq!(findings.len() + 3 * 49 + 50, usize::try_from(counted)?);
    Ok(())
}

#[test]
fn a_file_that_is_too_large_is_a_finding_when_it_is_named_and_skipped_in_a_folder() -> Result<(), Box<dyn Error>> {
    let folder = TempDir::new()?;
    fs::write(folder.path().join("db.yaml"), BROKEN)?;
    fs::File::create(folder.path().join("dump.yaml"))?.set_len(stslint::input::LARGEST + 1)?;
    let check = |path: &str| -> Result<Value, Box<dyn Error>> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stslint"));
        let words = ["check", "--no-config", "--context", path, "--output", "json", path];
        let output = command.current_dir(folder.path()).args(words).output()?;
        Ok(serde_json::from_slice(&output.stdout)?)
    };
    let named = check("dump.yaml")?;
    let found = &named["findings"][0];
    assert_eq!((&found["rule"], &found["path"]), (&"file-too-large".into(), &"dump.yaml".into()), "{named}");
    let note = format!("the largest file that is read has {} MiB", stslint::input::LARGEST >> 20);
    assert_eq!((&found["notes"], &found["line"]), (&serde_json::json!([note]), &1.into()));
    assert_eq!(named["summary"]["files"], 0, "it was not read");
    let of_folder = check(".")?;
    let reason =
        of_folder["skipped"].as_array().and_then(|skipped| skipped.iter().find(|it| it["path"] == "dump.yaml"));
    assert!(reason.is_some_and(|it| it["reason"].as_str().is_some_and(|reason| reason.contains("MiB"))), "{of_folder}");
    let rules =
        of_folder["findings"].as_array().into_iter().flatten().filter(|finding| finding["rule"] == "file-too-large");
    assert_eq!(rules.count(), 0, "{of_folder}");
    Ok(())
}
