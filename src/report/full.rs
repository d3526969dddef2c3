//! Writes a report for people: each finding with its source under the caret, what decided it and the next move.

use std::io::{self, Write};

use super::paint::{self, Tone, paint};
use super::visible::visible;
use super::{Report, Style, summary};
use crate::finding::Finding;

/// Writes the findings, a blank line after each, then the summary.
pub(super) fn write(report: &Report<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        write_finding(report, finding, style, out)?;
        writeln!(out)?;
    }
    summary::write(report, style, out)
}

fn write_finding(report: &Report<'_>, finding: &Finding, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let tone = Tone::Severity(finding.severity);
    let severity = paint(finding.severity.name(), tone, style);
    let (open, close) = (paint("[", tone, style), paint("]", tone, style));
    let message = visible(&finding.message);
    writeln!(
        out,
        "{severity}{open}{}{close}: {}",
        paint::rule(report, finding, style),
        paint(message, Tone::Strong, style)
    )?;
    let file = report.sources.get(finding.place.file);
    let start = file.position(finding.place.span.start);
    writeln!(out, "  {}:{}:{}", visible(&file.path), start.line, start.column)?;
    for note in &finding.notes {
        writeln!(out, "  {} {}", paint("note:", Tone::Heading, style), visible(note))?;
    }
    if !finding.help.is_empty() {
        writeln!(out, "  {} {}", paint("help:", Tone::Heading, style), visible(&finding.help))?;
    }
    Ok(())
}
