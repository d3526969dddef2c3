//! Holds what is asked about a set: what happens to it, and what goes wrong.

use std::collections::BTreeMap;

use super::MOST_REPLICAS;
use crate::controller::names::parent_and_ordinal;
use crate::controller::state::{Ordinal, Seconds};
use crate::version::Version;
use crate::world::{Cascade, Failure};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Which Kubernetes it is.
    pub version: Version,
    /// The domain that its names end in.
    pub cluster_domain: String,
    /// How many replicas the manifests are taken to ask for, if not for what they say.
    pub replicas: Option<i64>,
    /// What happens.
    pub change: Change,
    /// The pods that fail, by name, and how.
    pub failures: Vec<(String, Failure)>,
    /// How long a pod takes to be ready once its containers run, if not as its probes say.
    pub ready_after: Option<Seconds>,
}

/// What happens to a set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Change {
    /// Its manifest is applied.
    #[default]
    Apply,
    /// It has come to rest, and is scaled, to one count after another.
    Scale(Vec<i64>),
    /// It has come to rest, and is deleted.
    Delete(Cascade),
}

impl Default for Question {
    /// What a fresh apply does to the newest Kubernetes.
    fn default() -> Self {
        Self {
            version: Version::default(),
            cluster_domain: "cluster.local".to_owned(),
            replicas: None,
            change: Change::default(),
            failures: Vec::new(),
            ready_after: None,
        }
    }
}

impl Question {
    /// The failures of the pods of a set.
    pub(super) fn failures_of(&self, set: &str) -> BTreeMap<Ordinal, Failure> {
        let of_set = |(pod, failure): &(String, Failure)| match parent_and_ordinal(pod) {
            Some((parent, Some(ordinal))) if parent == set => Some((ordinal, *failure)),
            _ => None,
        };
        self.failures.iter().filter_map(of_set).collect()
    }

    /// What happens, as the end of a sentence.
    pub(super) fn event(&self, changed: bool, replicas: i64) -> String {
        match &self.change {
            Change::Apply if changed => "is changed".to_owned(),
            Change::Apply => "is applied".to_owned(),
            Change::Scale(counts) => {
                let to: Vec<String> = counts.iter().map(|count| count.min(&MOST_REPLICAS).to_string()).collect();
                format!(
                    "is scaled from {} to {}",
                    self.replicas.unwrap_or(replicas).min(MOST_REPLICAS),
                    to.join(", then to ")
                )
            }
            Change::Delete(Cascade::Background) => "is deleted".to_owned(),
            Change::Delete(Cascade::Foreground) => "is deleted, its pods first".to_owned(),
            Change::Delete(Cascade::Orphan) => "is deleted without its pods".to_owned(),
        }
    }
}
