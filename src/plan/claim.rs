//! Holds what becomes of each claim of a set.

use crate::controller::state::Ordinal;

/// One claim template, as far as all of its claims have it in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimTemplate {
    /// Its name.
    pub name: String,
    /// The StorageClass of its claims; `None` if they get none.
    pub storage_class: Option<String>,
    /// How much storage a claim asks for, as it is written; empty if it does not say.
    pub request: String,
    /// The access modes that a claim asks for.
    pub access_modes: Vec<String>,
}

/// One claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The position of its claim template.
    pub template: usize,
    /// The ordinal of its pod.
    pub ordinal: Ordinal,
    /// How it is in the end.
    pub state: ClaimState,
    /// What became of it.
    pub fate: Fate,
}

/// How a claim is in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimState {
    /// It has no volume.
    Pending,
    /// It has a volume.
    Bound,
    /// It is gone.
    Gone,
}

impl ClaimState {
    /// The word for it in reports; `Pending` and `Bound` are those of `status.phase`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Bound => "Bound",
            Self::Gone => "gone",
        }
    }
}

/// What became of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was made for its pod.
    Created,
    /// It was there before its pod, which got it as it was, with what is stored on it.
    Reused,
    /// It was there before and still has its pod.
    Kept,
    /// It stays although its pod is gone.
    Orphaned,
    /// It was deleted.
    Deleted,
    /// It was deleted and made anew for its pod, without what was stored on it.
    Recreated,
}

impl Fate {
    /// The word for it in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Reused => "reused",
            Self::Kept => "kept",
            Self::Orphaned => "orphaned",
            Self::Deleted => "deleted",
            Self::Recreated => "recreated",
        }
    }
}
