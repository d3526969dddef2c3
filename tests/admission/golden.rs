//! Turns the golden records of admission into objects and what Kubernetes answers about them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use flate2::read::GzDecoder;
use serde::Deserialize;
use serde_json::Value;
use stslint::version::{FeatureGate, FeatureGates, Version};

/// A cause: field, type, words.
pub(crate) type Fault = (String, String, String);

/// The records of one file.
pub(crate) struct Golden {
    bases: Vec<Base>,
    faults: Vec<Fault>,
    warnings: Vec<String>,
    pub(crate) records: Vec<Record>,
}

#[derive(Deserialize)]
struct Base {
    name: String,
    object: Value,
}

/// A value at a JSON pointer; without one, what is there is removed. A last segment of `-` appends to a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Edit {
    Set(String, Value),
    Remove([String; 1]),
}

/// What is asked.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Question {
    /// The creation of an object.
    Create,
    /// The replacement of one object by another.
    Update,
    /// The creation of the first pod of a `StatefulSet`, or else of its last.
    Pods,
}

/// A question, and what the versions answer.
#[derive(Deserialize)]
pub(crate) struct Record {
    #[serde(default)]
    pub(crate) name: String,
    pub(crate) area: String,
    #[serde(rename = "op")]
    pub(crate) question: Question,
    base: usize,
    edits: Vec<Edit>,
    #[serde(default)]
    old: Vec<Edit>,
    /// The feature gates that are set, by name.
    #[serde(default)]
    gates: BTreeMap<String, bool>,
    answers: Vec<Reply>,
}

/// What the versions of a mask answer, the lowest bit the oldest; faults and warnings by their number.
#[derive(Deserialize)]
struct Reply {
    #[serde(rename = "m")]
    mask: u8,
    #[serde(default, rename = "f")]
    faults: Vec<usize>,
    #[serde(default, rename = "w")]
    warnings: Vec<usize>,
    #[serde(default, rename = "s")]
    stored: String,
    #[serde(default, rename = "r")]
    refused: bool,
}

/// An answer in the form in which it is compared.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Answer {
    pub(crate) faults: BTreeSet<Fault>,
    pub(crate) warnings: BTreeSet<String>,
    /// The set itself is refused, so that it has no pods.
    pub(crate) refused: bool,
}

impl Golden {
    pub(crate) fn read(packed: &[u8]) -> Self {
        let mut text = String::new();
        GzDecoder::new(packed).read_to_string(&mut text).unwrap();
        Self::parse(&text)
    }

    /// Reads lines of JSON: the bases, the faults, the warnings, the records.
    pub(crate) fn parse(text: &str) -> Self {
        let mut lines = text.lines();
        let mut next = || lines.next().unwrap();
        let bases = serde_json::from_str(next()).unwrap();
        let faults = serde_json::from_str(next()).unwrap();
        let warnings = serde_json::from_str::<Option<_>>(next()).unwrap().unwrap_or_default();
        let records = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
        Self { bases, faults, warnings, records }
    }

    /// The manifest that the question is about.
    pub(crate) fn manifest(&self, record: &Record) -> String {
        edited(&self.bases[record.base].object, &record.edits)
    }

    /// The manifest of what is replaced.
    pub(crate) fn old_manifest(&self, record: &Record) -> String {
        edited(&self.bases[record.base].object, &record.old)
    }

    /// The versions that answer, with the gates that the question sets.
    pub(crate) fn versions(record: &Record) -> impl Iterator<Item = Version> {
        let gates = record.feature_gates();
        Version::all().map(move |version| version.with(gates))
    }

    /// What Kubernetes of that version answers, and the hash of what it stores, where it is asked that and stores anything;
    /// `None` where that version was not asked.
    pub(crate) fn answer(&self, record: &Record, version: Version) -> Option<(Answer, Option<u64>)> {
        let bit = version.minor() - Version::OLDEST.minor();
        let reply = record.answers.iter().find(|reply| reply.mask >> bit & 1 == 1)?;
        let faults = reply.faults.iter().map(|&number| self.faults[number].clone()).collect();
        let warnings = reply.warnings.iter().map(|&number| self.warnings[number].clone()).collect();
        let stored = u64::from_str_radix(&reply.stored, 16).ok();
        Some((Answer { faults, warnings, refused: reply.refused }, stored))
    }

    /// What was changed, for people.
    pub(crate) fn told(&self, record: &Record) -> String {
        let old: Vec<_> = record.old.iter().map(Edit::told).collect();
        let edits: Vec<_> = record.edits.iter().map(Edit::told).collect();
        let old = if old.is_empty() { String::new() } else { format!("; before: {}", old.join(", ")) };
        let base = &self.bases[record.base].name;
        let gates = record.feature_gates();
        format!("{} {:?} {base} {gates}: {}{old}", record.name, record.question, edits.join(", "))
            .trim_start()
            .to_owned()
    }
}

impl Record {
    /// The feature gates that the question sets.
    pub(crate) fn feature_gates(&self) -> FeatureGates {
        self.gates.iter().map(|(name, on)| (FeatureGate::named(name).unwrap(), *on)).collect()
    }
}

impl Edit {
    fn told(&self) -> String {
        let mut told = match self {
            Self::Set(at, value) => format!("{at} = {value}"),
            Self::Remove([at]) => format!("no {at}"),
        };
        if told.len() > 400 {
            told = told.chars().take(400).collect();
        }
        told
    }

    fn apply(&self, object: &mut Value) {
        let (Self::Set(at, _) | Self::Remove([at])) = self;
        let (parent, key) = at.rsplit_once('/').unwrap();
        let key = key.replace("~1", "/").replace("~0", "~");
        let parent = object.pointer_mut(parent).unwrap();
        match (parent, self) {
            (Value::Object(object), Self::Set(_, value)) => _ = object.insert(key, value.clone()),
            (Value::Object(object), Self::Remove(_)) => _ = object.remove(&key).unwrap(),
            (Value::Array(list), Self::Set(_, value)) if key == "-" => list.push(value.clone()),
            (Value::Array(list), Self::Set(_, value)) => list[key.parse::<usize>().unwrap()] = value.clone(),
            (Value::Array(list), Self::Remove(_)) => _ = list.remove(key.parse().unwrap()),
            (other, _) => assert!(other.is_object() || other.is_array(), "{at} stands in {other}"),
        }
    }
}

fn edited(base: &Value, edits: &[Edit]) -> String {
    let mut object = base.clone();
    for edit in edits {
        edit.apply(&mut object);
    }
    object.to_string()
}
