//! Runs `stslint show` as a person does, and holds what it prints and how it ends.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use tempfile::TempDir;

const SET: &str = "apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec: {selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: db:1}]}}}
";
const CONFIG: &str = "apiVersion: v1
kind: ConfigMap
metadata: {name: \"a\\e[1m\"}
";

/// Exit code, what was printed, and what was told, for files of these texts.
fn show(texts: &[&str], words: &[&str]) -> Result<(Option<i32>, String, String), Box<dyn Error>> {
    let folder = TempDir::new()?;
    for (number, text) in texts.iter().enumerate() {
        fs::write(folder.path().join(format!("{number}.yaml")), text)?;
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_stslint"));
    command.current_dir(folder.path()).args(["show", "--no-config"]).args(words);
    let mut program = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    // Who is not asked to read it may be gone before it is written.
    let _ = program.stdin.take().ok_or("no standard input")?.write_all(SET.as_bytes());
    let output = program.wait_with_output()?;
    Ok((output.status.code(), String::from_utf8(output.stdout)?, String::from_utf8(output.stderr)?))
}

#[test]
fn objects_are_shown_as_they_are_read_or_as_they_are_stored() -> Result<(), Box<dyn Error>> {
    let (code, printed, told) = show(&[SET, CONFIG], &["."])?;
    assert_eq!((code, told.as_str()), (Some(0), ""));
    assert!(printed.starts_with("apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: db\nspec:\n"), "{printed}");
    assert!(
        printed.ends_with("---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: \"a\\U0000001b[1m\"\n"),
        "{printed}"
    );
    assert!(!printed.contains("default"), "{printed}");

    let (code, printed, _) = show(&[SET], &["--defaulted", "0.yaml"])?;
    assert_eq!(code, Some(0));
    for line in
        ["  namespace: default # default\n", "  replicas: 1 # default\n", "  updateStrategy: # default\n    rolling"]
    {
        assert!(printed.contains(line), "{line:?} in {printed}");
    }
    let gate = |on: &str| format!("--feature-gates=MaxUnavailableStatefulSet={on}");
    for (version, gate, count) in
        [("1.36", "-n=default", 0), ("1.37", "-n=default", 1), ("1.36", &gate("true"), 1), ("1.37", &gate("false"), 0)]
    {
        let (_, printed, _) = show(&[SET], &["--defaulted", "--kubernetes-version", version, gate, "-o", "json", "."])?;
        assert_eq!(printed.matches("\"maxUnavailable\": 1").count(), count, "{version} {gate}: {printed}");
    }

    let (code, printed, _) = show(&[], &["--defaulted", "-n", "data", "-"])?;
    assert_eq!(code, Some(0));
    assert!(printed.contains("  namespace: data # default\n"), "{printed}");
    Ok(())
}

#[test]
fn what_is_not_known_or_not_read_is_said() -> Result<(), Box<dyn Error>> {
    let misplaced = SET.replace("spec: {sel", "spec: {replicas: many, sel");
    for (texts, words, code, print, tell) in [
        (&[CONFIG][..], &["--defaulted", "."][..], 0, "# as written: what an API server adds to a ConfigMap", ""),
        (&["a: b"], &["."], 3, "", ""),
        (&["kind: [", SET], &["."], 1, "kind: StatefulSet", "warning: 0.yaml:1: "),
        (&[&misplaced], &["."], 0, "  replicas: many\n", ""),
        (&[&misplaced], &["--defaulted", "."], 1, "  replicas: 1 # default\n", "warning: 0.yaml:4: "),
        (&[SET], &["missing.yaml", "0.yaml"], 2, "kind: StatefulSet", "error: cannot read missing.yaml"),
        (&[SET], &["--kubernetes-version", "1.37", "."], 0, "kind: StatefulSet", ""),
        (&[SET], &["--kubernetes-version", "1.36..1.37", "."], 2, "", "this command takes one version"),
        (&[SET], &["--defaulted", "--kubernetes-version", "1.36..1.37", "."], 2, "", "this command takes one version"),
        (&[SET], &["-o", "table", "."], 2, "", "[possible values: yaml, json]"),
    ] {
        let (ended, printed, told) = show(texts, words)?;
        assert_eq!(ended, Some(code), "{texts:?} {words:?}: {printed}{told}");
        assert!(printed.contains(print) && printed.is_empty() == print.is_empty(), "{texts:?} {words:?}: {printed}");
        assert!(told.contains(tell) && told.is_empty() == tell.is_empty(), "{texts:?} {words:?}: {told}");
    }
    Ok(())
}
