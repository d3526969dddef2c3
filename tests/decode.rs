//! Holds how texts are read against how Kubernetes' own decoder reads them, as `conformance/decode` recorded it.

#![expect(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Number, Value};
use stslint::source::{FileId, SourceFile, Span};
use stslint::yaml::{self, Kind, Node, Scalar};

/// What Kubernetes made of one text.
#[derive(Deserialize)]
struct Record {
    #[serde(default)]
    text: String,
    /// In base64, of a text that is not UTF-8.
    #[serde(default)]
    bytes: String,
    documents: Vec<Value>,
    #[serde(default)]
    error: String,
}

/// A text that we read in another way, and why.
#[derive(Deserialize)]
struct Difference {
    text: String,
    reason: String,
}

fn lines<T: for<'de> Deserialize<'de>>(path: &str) -> Vec<T> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance").join(path);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{}: {error}: {line}", path.display())))
        .collect()
}

#[test]
fn texts_are_read_as_kubernetes_reads_them() {
    let known: BTreeMap<String, String> =
        lines::<Difference>("known/decode.jsonl").into_iter().map(|it| (it.text, it.reason)).collect();
    let records: Vec<Record> = lines("golden/decode.jsonl");
    assert!(records.len() > 2000, "only {} records", records.len());
    let mut wrong = Vec::new();
    let mut differing = Vec::new();
    for record in &records {
        let source = source(record);
        let ours = read(&source);
        let theirs = (record.documents.clone(), !record.error.is_empty());
        if same(&ours, &theirs) {
            continue;
        }
        differing.push(source.text.clone());
        if !known.contains_key(&source.text) {
            wrong.push(format!(
                "{:?}\n  we:   {}\n  they: {} {}",
                source.text,
                tell(&ours),
                tell(&theirs),
                record.error
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), records.len(), wrong.join("\n"));
    for (text, reason) in &known {
        assert!(!reason.is_empty(), "{text:?} needs a reason");
        assert!(differing.contains(text), "{text:?} no longer differs; take it off the list");
    }
}

fn source(record: &Record) -> SourceFile {
    if record.bytes.is_empty() {
        let text = record.text.strip_prefix('\u{feff}').unwrap_or(&record.text);
        return SourceFile::new("a.yaml", text);
    }
    // As `input` does it: each byte that is not text becomes a question mark.
    let mut text = String::new();
    let mut not_text = Vec::new();
    for chunk in base64(&record.bytes).utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            let start = text.len();
            text.extend(chunk.invalid().iter().map(|_| '?'));
            not_text.push(Span::new(start, text.len()));
        }
    }
    let mut source = SourceFile::new("a.yaml", text);
    source.not_text = not_text;
    source
}

fn base64(text: &str) -> Vec<u8> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let mut bits = 0u32;
    for (count, digit) in text.bytes().filter(|&byte| byte != b'=').enumerate() {
        let value = alphabet.iter().position(|&known| known == digit).expect("base64");
        bits = bits << 6 | u32::try_from(value).unwrap();
        if count % 4 > 0 {
            bytes.push(u8::try_from(bits >> (6 - 2 * (count % 4)) & 0xFF).unwrap());
        }
    }
    bytes
}

/// The documents before the first one that is broken, without those that are null, and whether one is.
fn read(source: &SourceFile) -> (Vec<Value>, bool) {
    let tree = yaml::read(FileId(0), source);
    let mut documents = Vec::new();
    for document in tree.documents() {
        if document.broken {
            assert!(!tree.faults().is_empty(), "{:?} is broken without a fault", source.text);
            return (documents, true);
        }
        documents.extend(tree.root(document).map(json).filter(|value| !value.is_null()));
    }
    (documents, false)
}

fn json(node: Node<'_>) -> Value {
    match node.kind() {
        Kind::Sequence => Value::Array(node.items().map(json).collect()),
        Kind::Mapping => {
            let fields = node.fields().into_iter().map(|(key, entry)| {
                assert_eq!(node.entry(&key), Some(entry), "{key:?} is looked up as it is listed");
                (key.into_owned(), json(entry.value))
            });
            Value::Object(fields.collect::<Map<_, _>>())
        }
        Kind::Scalar => match node.scalar().expect("a scalar") {
            Scalar::Null => Value::Null,
            Scalar::Bool(value) => Value::Bool(value),
            Scalar::Int(number) => number.into(),
            Scalar::UInt(number) => number.into(),
            Scalar::Float(number) => Number::from_f64(number).map_or(Value::Null, Value::Number),
            Scalar::String(text) => text.into(),
        },
    }
}

fn same(ours: &(Vec<Value>, bool), theirs: &(Vec<Value>, bool)) -> bool {
    ours.1 == theirs.1 && ours.0.len() == theirs.0.len() && ours.0.iter().zip(&theirs.0).all(|(a, b)| equal(a, b))
}

fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let (x, y) = (a.as_f64().unwrap_or(f64::NAN), b.as_f64().unwrap_or(f64::NAN));
            // The reader of the records may miss the last bit of a float.
            a == b || (a.is_f64() || b.is_f64()) && (x - y).abs() <= x.abs() * f64::EPSILON
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b)))
        }
        _ => a == b,
    }
}

fn tell((documents, refused): &(Vec<Value>, bool)) -> String {
    let documents: Vec<_> =
        documents.iter().map(|value| value.to_string().chars().take(300).collect::<String>()).collect();
    format!("{}{}", documents.join(" --- "), if *refused { " refused" } else { "" })
}
