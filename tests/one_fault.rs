//! Holds that one fault is one finding, whatever rules look at it.

use std::error::Error;
use std::fs;
use std::process::Command;

use tempfile::TempDir;

const WHOLE: &str = "apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ledger}
spec:
  serviceName: ledger
  selector: {matchLabels: {app: ledger}}
  template:
    metadata: {labels: {app: ledger}}
    spec:
      terminationGracePeriodSeconds: 10
      containers: [{name: ledger, image: ledger:2, volumeMounts: [{name: data, mountPath: /data}]}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 1Gi}}
";

/// What is found in a manifest, each as `rule field`.
fn found(text: &str, version: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let folder = TempDir::new()?;
    fs::write(folder.path().join("ledger.yaml"), text)?;
    let words = ["check", "--no-config", "--kubernetes-version", version, "--output", "json", "ledger.yaml"];
    let output = Command::new(env!("CARGO_BIN_EXE_stslint")).current_dir(folder.path()).args(words).output()?;
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let findings = report["findings"].as_array().ok_or("no findings")?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    Ok(findings.iter().map(|finding| format!("{} {}", text(&finding["rule"]), text(&finding["field"]))).collect())
}

#[test]
fn one_fault_is_one_finding() -> Result<(), Box<dyn Error>> {
    let claim = "spec.volumeClaimTemplates[0]";
    let template = WHOLE.split_once("  template:").and_then(|(_, rest)| rest.split_once("  volume"));
    let template = template.ok_or("no template")?.0;
    let too_long = "{lifecycle: {preStop: {sleep: {seconds: 40}}}, name: ledger, image".to_owned();
    let sleep = "pre-stop-sleep-refused spec.template.spec.containers[0].lifecycle.preStop.sleep.seconds".to_owned();
    for (version, from, to, want) in [
        ("1.37", template, " []\n", "wrong-type spec.template".to_owned()),
        ("1.37", "metadata: {labels: {app: ledger}}", "metadata: []", "wrong-type spec.template.metadata".to_owned()),
        ("1.37", "metadata: {name: data}", "metadata: []", format!("wrong-type {claim}.metadata")),
        ("1.37", "metadata: {name: data}", "metadata: {name: []}", format!("wrong-type {claim}.metadata.name")),
        (
            "1.37",
            "resources: {requests: {storage: 1Gi}}",
            "resources: []",
            format!("wrong-type {claim}.spec.resources"),
        ),
        ("1.37", "requests: {storage: 1Gi}", "storage: 1Gi", format!("unknown-field {claim}.spec.resources.storage")),
        (
            "1.37",
            "requests: {storage: 1Gi}",
            "requets: {storage: 1Gi}",
            format!("unknown-field {claim}.spec.resources.requets"),
        ),
        ("1.37", "accessModes", "accessmodes", format!("unknown-field {claim}.spec.accessmodes")),
        ("1.37", "selector", "selecter", "unknown-field spec.selecter".to_owned()),
        (
            "1.37",
            "Seconds: 10",
            "Seconds: -1",
            "grace-period-negative spec.template.spec.terminationGracePeriodSeconds".to_owned(),
        ),
        ("1.33", "{name: ledger, image", &too_long, sleep.clone()),
        ("1.34", "{name: ledger, image", &too_long, sleep),
        ("1.37", "apps/v1", "apps/v2", "api-version-not-served apiVersion".to_owned()),
        ("1.37", "apps/v1", "extensions/v1beta1", "api-version-not-served apiVersion".to_owned()),
        ("1.37", "apps/v1", "apps/v1beta1", "api-version-removed apiVersion".to_owned()),
    ] {
        let text = WHOLE.replacen(from, to, 1);
        assert_ne!(text, WHOLE, "{from} does not stand there");
        assert_eq!(found(&text, version)?, [want], "{from} -> {to}");
    }
    Ok(())
}

#[test]
fn a_sleep_in_a_negative_grace_period_is_told_by_what_the_version_makes_of_it() -> Result<(), Box<dyn Error>> {
    let hook = "lifecycle: {preStop: {sleep: {seconds: 0}}}, image";
    let text = WHOLE.replace("Seconds: 10", "Seconds: -1").replace("image", hook);
    for (version, want) in [
        ("1.33", "grace-period-negative spec.template.spec.terminationGracePeriodSeconds"),
        ("1.34", "pre-stop-sleep-refused spec.template.spec.containers[0].lifecycle.preStop.sleep.seconds"),
    ] {
        assert_eq!(found(&text, version)?, [want], "{version}");
    }
    Ok(())
}

#[test]
fn what_stands_where_it_should_is_judged_beside_what_is_misspelt() -> Result<(), Box<dyn Error>> {
    let text = WHOLE.replace("requests: {storage: 1Gi}", "requests: {storage: -1Gi}, storage: 1Gi");
    let claim = "spec.volumeClaimTemplates[0].spec.resources";
    let want =
        [format!("storage-request-not-positive {claim}.requests.storage"), format!("unknown-field {claim}.storage")];
    assert_eq!(found(&text, "1.37")?, want);
    Ok(())
}
