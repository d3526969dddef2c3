//! Turns everything a run found into text for people and for programs, one file per format.

mod changes;
mod clock;
mod concise;
mod explain;
mod full;
mod github;
mod json;
mod objects;
mod paint;
mod picture;
mod plan;
mod rules;
#[cfg(test)]
mod sample;
mod sarif;
mod style;
mod summary;
mod tally;

use std::io::{self, BufWriter, Write};
use std::str::FromStr;

pub use self::objects::{ObjectFormat, Shown, write_objects};
pub use self::plan::{Format as PlanFormat, write as write_plan, write_skipped};
pub use self::rules::Listing;
pub use self::style::{Detail, Style, Terminal, When};
use crate::finding::{Finding, RuleCard, Severity};
use crate::source::Sources;
use crate::version::Versions;

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
    pub versions: Versions,
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

impl Report<'_> {
    /// How many findings have that severity.
    fn count(&self, severity: Severity) -> usize {
        match severity {
            Severity::Info => self.summary.infos,
            Severity::Warning => self.summary.warnings,
            Severity::Error => self.summary.errors,
        }
    }

    /// What is known of the rule with that name.
    fn card(&self, name: &str) -> Option<&RuleCard> {
        let index = self.rules.binary_search_by(|card| (*card.name).cmp(name)).ok()?;
        self.rules.get(index)
    }
}

/// In which form a report is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Format {
    /// Each finding with its source under the caret, then the counts: for people.
    Full,
    /// One line for each finding: for people and editors.
    Concise,
    /// The contract in `docs/schema/report.json`.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
}

impl Format {
    /// Every format, in the order of the documentation.
    pub const ALL: [Self; 5] = [Self::Full, Self::Concise, Self::Json, Self::Sarif, Self::Github];

    /// The word for it, such as `json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let known = || format!("one of {}", Self::ALL.map(Self::name).join(", "));
        Self::ALL.into_iter().find(|format| format.name() == word).ok_or_else(known)
    }
}

/// Writes the report to `out`, buffered; a reader who went away (`| head -1`) is no error.
pub fn write(report: &Report<'_>, format: Format, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    unless_closed(out, |out| match format {
        Format::Full => full::write(report, style, out),
        Format::Concise => concise::write(report, style, out),
        Format::Json => json::write(report, out),
        Format::Sarif => sarif::write(report, out),
        Format::Github => github::write(report, out),
    })
}

/// Writes to standard error what a person must hear whatever the format: that there was no StatefulSet to judge.
///
/// Also what was skipped, unless a report on standard output has `told` it.
pub fn write_notice(report: &Report<'_>, told: bool, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    unless_closed(out, |out| summary::write_notice(report, told, style, out))
}

/// Writes what is known of the rules; `cards` are sorted by name. A reader who went away is no error.
pub fn write_rules(cards: &[RuleCard], listing: Listing, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    unless_closed(out, |out| rules::write(cards, listing, style, out))
}

/// Writes all that is known of one rule. A reader who went away is no error.
pub fn write_explanation(card: &RuleCard, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    unless_closed(out, |out| explain::write(card, style, out))
}

fn unless_closed(out: &mut dyn Write, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // What is still in the buffer has no reader; dropping it would try once more.
            let _ = out.into_parts();
            Ok(())
        }
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::sample::Sample;
    use super::*;

    /// Takes so many bytes, then fails.
    struct Pipe {
        takes: usize,
        then: io::ErrorKind,
    }

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            match self.takes.min(bytes.len()) {
                0 => Err(self.then.into()),
                taken => {
                    self.takes -= taken;
                    Ok(taken)
                }
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn formats_are_found_by_their_names() {
        for format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
        let known = "one of full, concise, json, sarif, github".to_owned();
        assert_eq!("text".parse::<Format>(), Err(known));
    }

    #[test]
    fn a_reader_who_went_away_is_no_error_and_a_full_disk_is_one() {
        let sample = Sample::new();
        for format in Format::ALL {
            for takes in [0, 1, 100] {
                let mut pipe = Pipe { takes, then: io::ErrorKind::BrokenPipe };
                assert!(write(&sample.report(), format, &Style::FILE, &mut pipe).is_ok(), "{format:?} {takes}");
                let mut disk = Pipe { takes, then: io::ErrorKind::StorageFull };
                assert!(write(&sample.report(), format, &Style::FILE, &mut disk).is_err(), "{format:?} {takes}");
            }
        }
    }
}
