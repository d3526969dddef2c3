//! Holds how the story of a set ends.

use std::fmt;

use crate::controller::state::Ordinal;
use crate::finding::Stage;
use crate::source::{Place, Position, Sources};

/// How the story of a set ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Everything is as the manifest says, and nothing happens any more.
    Stable,
    /// Nothing happens any more, and something is missing.
    Stalled(Box<Stall>),
    /// The API server refuses the set.
    Refused,
}

impl Outcome {
    /// The word for it in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Stalled(_) => "stalled",
            Self::Refused => "refused",
        }
    }
}

/// What the API server refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// When it refuses.
    pub stage: Stage,
    /// Its cause type, such as `FieldValueInvalid`.
    pub reason: String,
    /// Kubernetes' own path to the field; of a pod, from the pod.
    pub field: String,
    /// Its own words, without the path.
    pub message: String,
    /// Where that is written; where it should be, if it is absent.
    pub spot: Spot,
}

impl fmt::Display for Refusal {
    /// As the API server says it, but for the cause: `spec.replicas: must be greater than or equal to 0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gap = if self.field.is_empty() { "" } else { ": " };
        write!(f, "{}{gap}{}", self.field, self.message)
    }
}

/// Why nothing happens any more although something is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stall {
    /// The pod that everything waits for.
    pub pod: Option<Ordinal>,
    /// What is so: lower case, no final stop.
    pub reason: String,
    /// What it keeps from happening, one sentence each: lower case, no final stop.
    pub consequences: Vec<String>,
    /// What decided it in the manifest.
    pub spot: Option<Spot>,
    /// The way out: lower case, no final stop; empty if there is none.
    pub remedy: String,
}

/// A place in a source, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The file, as it is shown.
    pub path: String,
    /// The line, one-based.
    pub line: u32,
    /// The column in Unicode scalar values, one-based.
    pub column: u32,
}

impl Spot {
    /// Where a place begins.
    pub fn of(place: Place, sources: &Sources) -> Self {
        let file = sources.get(place.file);
        let Position { line, column } = file.position(place.span.start);
        Self { path: file.path.clone(), line, column }
    }
}
