//! Writes a report as workflow commands of GitHub Actions, which annotate the lines of a pull request.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::Report;
use super::visible::visible;
use crate::finding::{Finding, Severity};

/// Writes the worst findings first: GitHub shows ten annotations of a kind for each step.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings.into_iter().try_for_each(|finding| writeln!(out, "{}", command(report, finding)))
}

/// One line: a command ends where its line ends, and everything behind the second `::` is its message.
fn command(report: &Report<'_>, finding: &Finding) -> String {
    let kind = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let file = report.sources.get(finding.place.file);
    let start = file.position(finding.place.span.start);
    let end = file.position(finding.place.span.end);
    let mut command = format!("::{kind} file={},line={},endLine={}", property(&file.path), start.line, end.line);
    // The runner refuses columns of a range over several lines.
    if start.line == end.line {
        let _ = write!(command, ",col={},endColumn={}", start.column, end.column);
    }
    let _ = write!(command, ",title={}::{}", property(&finding.rule), message(finding));
    command
}

/// What is so, what decided it and the next move, each on a line of its own.
fn message(finding: &Finding) -> String {
    let notes = finding.notes.iter().map(|note| format!("note: {note}"));
    let help = (!finding.help.is_empty()).then(|| format!("help: {}", finding.help));
    let lines = std::iter::once(finding.message.clone()).chain(notes).chain(help);
    lines.map(|line| escaped(&line, &[])).collect::<Vec<_>>().join("%0A")
}

/// The value of a property of a command: there, a comma and a colon mean something too.
fn property(text: &str) -> String {
    escaped(text, &[':', ','])
}

/// Undone by the runner (actions/runner, `ActionCommand.cs`, `UnescapeData` and `UnescapeProperty`).
fn escaped(text: &str, meaning: &[char]) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in visible(text).chars() {
        if character == '%' || meaning.contains(&character) {
            let _ = write!(escaped, "%{:02X}", u32::from(character));
        } else {
            escaped.push(character);
        }
    }
    escaped
}
