//! Turns the first line of the golden records of admission into the objects that the records are edits of.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::read::GzDecoder;
use serde_json::Value;

/// The objects that Kubernetes' own code was asked about, each as it was before its edits.
pub(crate) fn bases() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/golden/admission.jsonl.gz");
    let mut line = String::new();
    BufReader::new(GzDecoder::new(fs::File::open(path).unwrap())).read_line(&mut line).unwrap();
    let mut bases: Vec<Value> = serde_json::from_str(&line).unwrap();
    bases.iter_mut().map(|base| base["object"].take()).collect()
}
