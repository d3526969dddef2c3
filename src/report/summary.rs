//! Turns the counts of a report into the lines that stand under its findings.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::paint::{Tone, paint};
use super::visible::visible;
use super::{Detail, Passed, Report, Style};
use crate::finding::Severity;

/// Writes the lines under the findings: the tally, what was skipped, why the run fails, where to read more.
pub(super) fn write(report: &Report<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    write_statistics(report, style, out)?;
    if style.detail == Detail::Quiet || nothing_to_do(report) {
        return Ok(());
    }
    let answered = answered(report);
    if report.findings.is_empty() {
        let sets = counted(report.summary.stateful_sets, "StatefulSet");
        let files = counted(report.summary.files, "file");
        let clean = paint("no findings", Tone::Good, style);
        writeln!(out, "Checked {sets} in {files} against Kubernetes {}: {clean}.{answered}", report.version)?;
    } else {
        writeln!(out, "{}{answered}", tally(report, style))?;
    }
    write_skipped(report, style, out)?;
    if report.findings.is_empty() {
        return Ok(());
    }
    if let Some(verdict) = verdict(report, style) {
        writeln!(out, "{verdict}")?;
    }
    if let Some(rule) = worst_rule(report) {
        writeln!(out, "Explain: stslint explain {rule}")?;
    }
    Ok(())
}

/// Writes what a person must hear even when the report itself goes to a program: that there was nothing to judge.
pub(super) fn write_notice(report: &Report<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if style.detail == Detail::Quiet || !nothing_to_do(report) {
        return Ok(());
    }
    let files = counted(report.summary.files, "file");
    if report.summary.objects == 0 {
        writeln!(out, "Checked {files}: no object of Kubernetes.")?;
        return write_skipped(report, &Style { detail: Detail::Verbose, ..*style }, out);
    }
    let objects = counted(report.summary.objects, "object");
    writeln!(out, "Checked {files}: {objects}, no StatefulSet; nothing to do.")?;
    write_skipped(report, style, out)
}

/// Writes how often each rule was broken, the most frequent first.
pub(super) fn write_statistics(report: &Report<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if !style.statistics || report.findings.is_empty() {
        return Ok(());
    }
    let mut counts: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
    for finding in &report.findings {
        *counts.entry((&finding.rule, finding.severity)).or_default() += 1;
    }
    let mut rows: Vec<_> = counts.into_iter().map(|((rule, severity), count)| (count, severity, rule)).collect();
    rows.sort_by(|left, right| (right.0, right.1).cmp(&(left.0, left.1)).then(left.2.cmp(right.2)));
    let digits = rows.first().map_or(1, |(count, ..)| count.to_string().len());
    for (count, severity, rule) in rows {
        let word = paint(severity.name(), Tone::Severity(severity), style);
        let gap = " ".repeat("warning".len() - severity.name().len());
        writeln!(out, "{count:digits$}  {word}{gap}  {rule}")?;
    }
    writeln!(out)
}

fn nothing_to_do(report: &Report<'_>) -> bool {
    report.findings.is_empty() && report.summary.stateful_sets == 0
}

fn tally(report: &Report<'_>, style: &Style) -> String {
    let found: Vec<String> = [Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .filter(|&severity| report.count(severity) > 0)
        .map(|severity| paint(counted_severity(report, severity), Tone::Severity(severity), style).to_string())
        .collect();
    format!(
        "Found {} in {} ({}, {}, Kubernetes {}).",
        found.join(", "),
        counted(report.summary.stateful_sets, "StatefulSet"),
        counted(report.summary.files, "file"),
        counted(report.summary.objects, "object"),
        report.version,
    )
}

/// How many findings somebody has answered already, as a sentence of its own; empty when none.
fn answered(report: &Report<'_>) -> String {
    let answered = [(report.summary.ignored, "ignored"), (report.summary.baselined, "in the baseline")];
    let parts: Vec<String> =
        answered.iter().filter(|(count, _)| *count > 0).map(|(count, how)| format!("{count} {how}")).collect();
    if parts.is_empty() { String::new() } else { format!(" {}.", parts.join(", ")) }
}

fn write_skipped(report: &Report<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if report.skipped.is_empty() {
        return Ok(());
    }
    let kinds = [(Passed::File, "file"), (Passed::Document, "document"), (Passed::Rule, "rule")];
    let parts: Vec<String> = kinds
        .into_iter()
        .map(|(what, noun)| (report.skipped.iter().filter(|skipped| skipped.what == what).count(), noun))
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| counted(count, noun))
        .collect();
    let parts = parts.join(", ");
    if style.detail < Detail::Verbose {
        return writeln!(out, "Skipped {parts} (-v tells why).");
    }
    writeln!(out, "Skipped {parts}:")?;
    for skipped in &report.skipped {
        let line = skipped.line.map(|line| format!(":{line}")).unwrap_or_default();
        writeln!(out, "  {}{line}: {}", visible(&skipped.path), visible(&skipped.reason))?;
    }
    Ok(())
}

/// Why the run fails, or why it does not although something was found; `None` where findings never fail it.
fn verdict(report: &Report<'_>, style: &Style) -> Option<String> {
    let threshold = report.fail_on?;
    let failing: Vec<String> = [Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .filter(|&severity| severity >= threshold && report.count(severity) > 0)
        .map(|severity| counted_severity(report, severity))
        .collect();
    let at_least = if style.unicode { "≥" } else { ">=" };
    Some(if failing.is_empty() {
        format!("not failing: nothing {at_least} --fail-on={threshold}")
    } else {
        format!("failing because {} {at_least} --fail-on={threshold}", failing.join(", "))
    })
}

/// The first rule among the worst findings.
fn worst_rule<'r>(report: &'r Report<'_>) -> Option<&'r str> {
    let worst = report.findings.iter().map(|finding| finding.severity).max()?;
    report.findings.iter().find(|finding| finding.severity == worst).map(|finding| &*finding.rule)
}

fn counted_severity(report: &Report<'_>, severity: Severity) -> String {
    counted(report.count(severity), severity.name())
}

/// `1 file`, `2 files`.
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
