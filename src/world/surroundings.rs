//! Says what the cluster around a set is like.

use super::Volumes;
use crate::controller::state::{Ordinal, Seconds};
use std::collections::BTreeMap;

/// What the cluster around a set is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    /// How long the containers of a scheduled pod take to start.
    pub starts_after: Seconds,
    /// How long a pod takes from then on to be ready.
    pub ready_after: Seconds,
    /// How long a deleted pod takes to go.
    pub gone_after: Seconds,
    /// Which pods fail, and how.
    pub failures: BTreeMap<Ordinal, Failure>,
    /// The first ordinal whose pod the API server refuses; it refuses all from there on.
    pub first_refused: Option<Ordinal>,
    /// The volumes that there are for claims.
    pub volumes: Volumes,
}

impl Default for Surroundings {
    /// All goes well, and quickly.
    fn default() -> Self {
        Self {
            starts_after: 1,
            ready_after: 4,
            gone_after: 2,
            failures: BTreeMap::new(),
            first_refused: None,
            volumes: Volumes::default(),
        }
    }
}

/// How a pod fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Failure {
    /// Created, it runs and never becomes ready.
    NeverReady,
    /// Created, its containers crash and are started again, for ever.
    Crash,
    /// Ready, it is evicted from its node, once.
    Evict,
    /// Ready, it loses its node, once: it stops being ready, and later terminates without end.
    NodeLost,
    /// Created, no node takes it.
    Unschedulable,
}

impl Failure {
    /// Every way to fail, in the order of the documentation.
    pub const ALL: [Self; 5] = [Self::NeverReady, Self::Crash, Self::Evict, Self::NodeLost, Self::Unschedulable];

    /// The word for it on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::NeverReady => "never-ready",
            Self::Crash => "crash",
            Self::Evict => "evict",
            Self::NodeLost => "node-lost",
            Self::Unschedulable => "unschedulable",
        }
    }
}
