//! Writes a report as one line for each finding: path, line, column, severity, rule, message.

use std::io::{self, Write};

use super::paint::{self, Tone, paint};
use super::visible::visible;
use super::{Report, Style, summary};

/// Writes the lines in the order of the findings.
pub(super) fn write(report: &Report<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        let file = report.sources.get(finding.place.file);
        let start = file.position(finding.place.span.start);
        let severity = paint(finding.severity.name(), Tone::Severity(finding.severity), style);
        let rule = paint::rule(report, finding, style);
        let message = visible(&finding.message);
        writeln!(out, "{}:{}:{}: {severity} {rule}: {message}", visible(&file.path), start.line, start.column)?;
    }
    summary::write_statistics(report, style, out)
}
