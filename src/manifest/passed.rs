//! Says why a document, or an item of a list, is no Kubernetes object.

use std::fmt;

use crate::source::Span;
use crate::yaml::Kind;

/// A document, or an item of a list, that is no object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Passed<'t> {
    /// Its bytes.
    pub span: Span,
    /// The number of the document in the source, zero-based.
    pub document: u32,
    /// Why it is none.
    pub reason: Reason<'t>,
}

/// Why something is no object; prints as the reason: lower case, no final stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason<'t> {
    /// It is a value or a sequence.
    NotMapping {
        /// Which of the two.
        kind: Kind,
    },
    /// It has neither `apiVersion` nor `kind`.
    Neither,
    /// It has a `kind` alone.
    NoApiVersion {
        /// That kind.
        kind: &'t str,
    },
    /// It has an `apiVersion` alone.
    NoKind {
        /// That version.
        api_version: &'t str,
    },
    /// Its `apiVersion` or `kind` is something else than text.
    NotText {
        /// Which of the two.
        key: &'static str,
        /// What is written there; `None` for a collection.
        raw: Option<&'t str>,
    },
    /// It tells kustomize what to do.
    Kustomize {
        /// Such as `Kustomization`.
        kind: &'t str,
    },
    /// It is a list without items.
    EmptyList,
    /// It is a list in too many lists.
    TooDeep,
    /// It is an item of lists that multiply by aliases.
    Multiplied,
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotMapping { kind: Kind::Sequence } => f.write_str("no Kubernetes object: a sequence, not a mapping"),
            Self::NotMapping { .. } => f.write_str("no Kubernetes object: a single value, not a mapping"),
            Self::Neither => f.write_str("no Kubernetes object: it has neither apiVersion nor kind"),
            Self::NoApiVersion { kind } => write!(f, "no Kubernetes object: it has kind \"{kind}\" but no apiVersion"),
            Self::NoKind { api_version } => {
                write!(f, "no Kubernetes object: it has apiVersion \"{api_version}\" but no kind")
            }
            Self::NotText { key, raw: Some(raw) } => {
                write!(f, "no Kubernetes object: its {key} is {raw}, which is not a string")
            }
            Self::NotText { key, raw: None } => write!(f, "no Kubernetes object: its {key} is not a string"),
            Self::Kustomize { kind } => write!(f, "no Kubernetes object: this {kind} tells kustomize what to do"),
            Self::EmptyList => f.write_str("a list without items"),
            Self::TooDeep => f.write_str("a list in more than 16 lists"),
            Self::Multiplied => f.write_str("lists that repeat one another by aliases have too many items"),
        }
    }
}
