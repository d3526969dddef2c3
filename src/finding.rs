//! One thing that is wrong with a manifest: which rule says so, where, in which words, and how bad it is.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::source::Place;

/// How bad a finding is, from the mildest up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Worth knowing; never fails a run by default.
    Info,
    /// It works until it hurts.
    Warning,
    /// The API server refuses it, pods never start, or data is lost.
    Error,
}

impl Severity {
    /// The word for it: `error`, `warning` or `info`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Severity {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        [Self::Info, Self::Warning, Self::Error].into_iter().find(|severity| severity.name() == word).ok_or(())
    }
}

/// How many findings of one rule about one object, or in one file, are told one by one; the rest is counted.
pub const MOST_ALIKE: usize = 100;

/// One thing that is wrong with a manifest.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// The name of the rule, which is its id everywhere.
    pub rule: Arc<str>,
    /// How bad it is.
    pub severity: Severity,
    /// What is so: lower case, no final stop.
    pub message: String,
    /// Which bytes it is about.
    pub place: Place,
    /// What stands under the caret; empty for none.
    pub label: String,
    /// Other places that matter, in the order to be told.
    pub related: Vec<Related>,
    /// What decided it, one fact each.
    pub notes: Vec<String>,
    /// The next move; empty for none.
    pub help: String,
    /// The object it is about.
    pub object: Option<ObjectName>,
    /// Kubernetes' own path to the field, such as `spec.template.spec.containers[0].ports[1].name`; empty when the
    /// finding is about no field.
    pub field: String,
    /// What the API server would answer, where it would refuse.
    pub api: Option<Refusal>,
    /// How many more findings of its rule about the same object, or in the same file, it stands for.
    pub more: usize,
}

impl Finding {
    /// A finding with nothing but what every one has.
    pub fn new(rule: impl Into<Arc<str>>, severity: Severity, message: impl Into<String>, place: Place) -> Self {
        Self {
            rule: rule.into(),
            severity,
            message: message.into(),
            place,
            label: String::new(),
            related: Vec::new(),
            notes: Vec::new(),
            help: String::new(),
            object: None,
            field: String::new(),
            api: None,
            more: 0,
        }
    }
}

/// Another place that a finding points at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Related {
    /// Which bytes.
    pub place: Place,
    /// What is so there.
    pub message: String,
}

/// Which object a finding is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ObjectName {
    /// Such as `apps/v1`.
    pub api_version: String,
    /// Such as `StatefulSet`.
    pub kind: String,
    /// The namespace it is in, given or assumed; empty for objects that have none.
    pub namespace: String,
    /// Its `metadata.name`; empty if it has none.
    pub name: String,
}

/// What the API server answers when it refuses an object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// When it refuses.
    pub stage: Stage,
    /// Its cause type, such as `FieldValueInvalid`.
    pub reason: String,
    /// Kubernetes' own path to the field.
    pub field: String,
    /// Its own words, without the path.
    pub message: String,
}

/// When the API server refuses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stage {
    /// The object is created.
    Create,
    /// The object is changed.
    Update,
    /// The controller creates a pod.
    Pod,
}

impl Stage {
    /// The word for it in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Pod => "pod",
        }
    }
}

/// The groups of rules, in the order of the reference.
pub const CATEGORIES: [&str; 7] = ["identity", "network", "storage", "rollout", "lifecycle", "availability", "api"];

/// What is known of a rule apart from its findings, for formats that publish it.
#[derive(Clone, PartialEq, Debug)]
pub struct RuleCard {
    /// Its name, which is its id everywhere.
    pub name: Arc<str>,
    /// What is wrong, in one line.
    pub summary: String,
    /// The severity after the configuration was asked.
    pub severity: Severity,
    /// The group that it belongs to.
    pub category: String,
    /// What happens in the cluster, in Markdown.
    pub why: String,
    /// The page about it.
    pub docs: String,
    /// The version of stslint that brought it.
    pub since: String,
    /// The next move, with holes for what is known of an object.
    pub help: String,
    /// Where Kubernetes itself says so: addresses.
    pub references: Vec<String>,
    /// Whether stslint brings it along, so that `explain` knows it; others are the user's own.
    pub builtin: bool,
    /// A manifest that breaks it; empty if none is known.
    pub bad: &'static str,
    /// A manifest that keeps it; empty if none is known.
    pub good: &'static str,
}
