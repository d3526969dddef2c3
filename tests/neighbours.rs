//! Holds that a document which cannot be read hides neither itself nor its neighbours.

use std::fs;
use std::process::Command;

#[test]
fn bytes_that_are_not_text_break_their_document_alone() {
    let folder = tempfile::tempdir().unwrap();
    let config = |name: &[u8]| [b"---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ", name, b"\n"].concat();
    let text = [config(b"first"), config(b"sec\xffond"), config(b"third")].concat();
    fs::write(folder.path().join("configs.yaml"), text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_stslint"))
        .args(["check", "--no-config", "-o", "json", "configs.yaml"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(report["summary"]["objects"], 2);
    let found: Vec<_> = report["findings"].as_array().unwrap().iter().map(|it| (&it["rule"], &it["line"])).collect();
    assert_eq!(found, [(&"syntax-error".into(), &10.into())]);
}
