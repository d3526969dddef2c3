//! Everything a run found, in the order in which it is told.

use crate::finding::{Finding, RuleCard, Severity};
use crate::source::Sources;
use crate::version::Version;

/// Everything a run found.
#[derive(Debug)]
pub struct Report<'r> {
    /// What was read; findings point into it.
    pub sources: &'r Sources,
    /// Sorted by path, line, column, rule; what the user does not want to hear is gone already.
    pub findings: Vec<Finding>,
    /// What was not looked at, and why, sorted by path and line.
    pub skipped: Vec<Skipped>,
    /// Cards of all selected rules, sorted by name.
    pub rules: Vec<RuleCard>,
    /// The counts.
    pub summary: Summary,
    /// Against which Kubernetes the manifests were held.
    pub version: Version,
    /// From which severity on a finding fails the run; `None` when none does.
    pub fail_on: Option<Severity>,
}

/// Something that was not looked at: a file, a document, or a rule that could not be asked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Skipped {
    /// The file, as it is shown.
    pub path: String,
    /// The line, one-based; `None` when the whole file was passed over.
    pub line: Option<u32>,
    /// Why: lower case, no final stop.
    pub reason: String,
    /// What it is that was passed over.
    pub what: Passed,
}

/// What was passed over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Passed {
    /// A file that was not read: too large, a folder with a chart.
    File,
    /// A document that is no object of Kubernetes, or a partial one.
    Document,
    /// A rule that could not be asked about an object, because what it asks about is not in view.
    Rule,
}

/// What was counted.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Summary {
    /// Target files that were read.
    pub files: usize,
    /// Documents in them, empty ones excluded.
    pub documents: usize,
    /// Objects of Kubernetes in them, the items of lists counted one by one.
    pub objects: usize,
    /// StatefulSets among those.
    pub stateful_sets: usize,
    /// Findings that say error.
    pub errors: usize,
    /// Findings that say warning.
    pub warnings: usize,
    /// Findings that say info.
    pub infos: usize,
    /// Findings that a comment, an annotation or the configuration answers.
    pub ignored: usize,
    /// Findings that the baseline holds.
    pub baselined: usize,
}
