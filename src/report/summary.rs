//! Turns the counts of a report into the lines that stand under its findings.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::paint::{Tone, paint};
use super::{Detail, Passed, Report, Style};
use crate::finding::{Finding, Severity};
use crate::visible::visible;

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
        writeln!(out, "Checked {sets} in {files} against {}: {clean}.{answered}", kubernetes(report))?;
    } else {
        let columns = tally(report, " ", &Style { color: false, ..*style }).len() + answered.len();
        let gap = if columns <= style.width { " " } else { "\n  " };
        writeln!(out, "{}{answered}", tally(report, gap, style))?;
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

/// Writes what a person must hear even when the report itself goes to a program: that there was nothing to judge, and
/// what was skipped unless it is `told` already.
pub(super) fn write_notice(report: &Report<'_>, told: bool, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if style.detail == Detail::Quiet {
        return Ok(());
    }
    if !nothing_to_do(report) {
        return if told { Ok(()) } else { write_skipped(report, style, out) };
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
        *counts.entry((&finding.rule, finding.severity)).or_default() += 1 + finding.more;
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

/// What was found, and behind `gap` what was looked at.
fn tally(report: &Report<'_>, gap: &str, style: &Style) -> String {
    let found: Vec<String> = [Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .filter(|&severity| report.count(severity) > 0)
        .map(|severity| paint(counted_severity(report, severity), Tone::Severity(severity), style).to_string())
        .collect();
    let sets = match report.summary.stateful_sets {
        0 => String::new(),
        count => format!(" in {}", counted(count, "StatefulSet")),
    };
    format!(
        "Found {}{sets}{gap}({}, {}, {}).",
        found.join(", "),
        counted(report.summary.files, "file"),
        counted(report.summary.objects, "object"),
        kubernetes(report),
    )
}

/// What the manifests were held against.
fn kubernetes(report: &Report<'_>) -> String {
    let gates = report.versions.changed_gates();
    let with = if gates.is_empty() { "" } else { " with " };
    format!("Kubernetes {}{with}{gates}", report.versions)
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
    let kinds = [(Passed::File, "file"), (Passed::Document, "document"), (Passed::Rule, "question")];
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

/// The first rule among the worst findings, of those that `explain` knows.
fn worst_rule<'r>(report: &'r Report<'_>) -> Option<&'r str> {
    let builtin = |finding: &&Finding| report.card(&finding.rule).is_none_or(|card| card.builtin);
    let findings = || report.findings.iter().filter(builtin);
    let worst = findings().map(|finding| finding.severity).max()?;
    findings().find(|finding| finding.severity == worst).map(|finding| &*finding.rule)
}

fn counted_severity(report: &Report<'_>, severity: Severity) -> String {
    counted(report.count(severity), severity.name())
}

/// `1 file`, `2 files`.
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::Sample;
    use crate::report::{Skipped, Summary};
    use crate::version::FeatureGate;

    type Writer = fn(&Report<'_>, &Style, &mut dyn Write) -> io::Result<()>;

    fn written(writer: Writer, sample: &Sample, style: Style) -> String {
        let mut out = Vec::new();
        writer(&sample.report(), &style, &mut out).expect("a Vec takes everything");
        String::from_utf8(out).expect("reports are UTF-8")
    }

    /// Beside a full report on standard output.
    fn notice(report: &Report<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        write_notice(report, true, style, out)
    }

    #[test]
    fn what_was_skipped_is_said_beside_a_report_that_does_not_say_it() {
        let beside_concise: Writer = |report, style, out| write_notice(report, false, style, out);
        let want = "Skipped 1 file, 1 document, 1 question (-v tells why).\n";
        assert_eq!(written(beside_concise, &Sample::new(), Style::FILE), want);
        assert_eq!(written(notice, &Sample::new(), Style::FILE), "");
    }

    #[test]
    fn findings_are_counted_and_the_verdict_is_explained() {
        let want = "\
Found 1 error, 1 warning, 1 info in 2 StatefulSets
  (6 files, 14 objects, Kubernetes 1.37). 2 ignored, 1 in the baseline.
Skipped 1 file, 1 document, 1 question (-v tells why).
failing because 1 error, 1 warning ≥ --fail-on=warning
Explain: stslint explain labels-do-not-match
";
        assert_eq!(written(write, &Sample::new(), Style::FILE), want);
    }

    #[test]
    fn the_tally_has_one_line_where_there_is_room_and_names_no_sets_where_there_are_none() {
        let mut sample = Sample::of_text("a: b\n", "b", "here");
        let tally = |sample: &Sample, width| {
            written(write, sample, Style { width, ..Style::FILE }).lines().take(2).collect::<Vec<_>>().join("|")
        };
        let one = "Found 1 error in 1 StatefulSet (1 file, 1 object, Kubernetes 1.37).";
        assert_eq!(tally(&sample, one.len()), format!("{one}|Explain: stslint explain some-rule"));
        let two = "Found 1 error in 1 StatefulSet|  (1 file, 1 object, Kubernetes 1.37).";
        assert_eq!(tally(&sample, one.len() - 1), two);
        sample.summary.stateful_sets = 0;
        assert!(tally(&sample, 80).starts_with("Found 1 error (1 file, "), "{}", tally(&sample, 80));
    }

    #[test]
    fn only_rules_that_explain_knows_are_told_to_be_explained() {
        let sample = Sample::new();
        let mut report = sample.report();
        assert_eq!(worst_rule(&report), Some("labels-do-not-match"));
        for card in report.rules.iter_mut().filter(|card| *card.name == *"labels-do-not-match") {
            card.builtin = false;
        }
        assert_eq!(worst_rule(&report), Some("governing-service-not-headless"));
    }

    #[test]
    fn the_verdict_follows_the_threshold() {
        for (fail_on, want) in [
            (Some(Severity::Info), Some("failing because 1 error, 1 warning, 1 info ≥ --fail-on=info")),
            (Some(Severity::Error), Some("failing because 1 error ≥ --fail-on=error")),
            (None, None),
        ] {
            let sample = Sample { fail_on, ..Sample::new() };
            assert_eq!(verdict(&sample.report(), &Style::FILE).as_deref(), want, "{fail_on:?}");
        }
        let mut sample = Sample { fail_on: Some(Severity::Error), ..Sample::new() };
        sample.summary.errors = 0;
        assert_eq!(verdict(&sample.report(), &Style::FILE).as_deref(), Some("not failing: nothing ≥ --fail-on=error"));
    }

    #[test]
    fn feature_gates_that_are_set_are_told_with_the_version() {
        let sample = Sample::clean();
        let mut report = sample.report();
        for (on, want) in [(false, "Kubernetes 1.37 with MaxUnavailableStatefulSet=false"), (true, "Kubernetes 1.37")] {
            report.versions =
                report.versions.with([(FeatureGate::MaxUnavailableStatefulSet, on)].into_iter().collect());
            assert_eq!(kubernetes(&report), want);
        }
    }

    #[test]
    fn a_clean_run_says_what_was_checked() {
        let want = "Checked 2 StatefulSets in 6 files against Kubernetes 1.37: no findings.\n";
        assert_eq!(written(write, &Sample::clean(), Style::FILE), want);
        assert_eq!(written(notice, &Sample::clean(), Style::FILE), "");
    }

    #[test]
    fn a_run_without_a_stateful_set_says_so_on_standard_error() {
        for (objects, want) in [
            (14, "Checked 6 files: 14 objects, no StatefulSet; nothing to do.\nSkipped 1 file (-v tells why).\n"),
            (0, "Checked 6 files: no object of Kubernetes.\nSkipped 1 file:\n  chart: a Helm chart\n"),
        ] {
            let summary = Summary { files: 6, objects, ..Summary::default() };
            let skipped =
                Skipped { path: "chart".to_owned(), line: None, reason: "a Helm chart".to_owned(), what: Passed::File };
            let sample = Sample { summary, skipped: vec![skipped], ..Sample::clean() };
            assert_eq!(written(write, &sample, Style::FILE), "", "{objects}");
            assert_eq!(written(notice, &sample, Style::FILE), want, "{objects}");
            let quiet = Style { detail: Detail::Quiet, ..Style::FILE };
            assert_eq!(written(notice, &sample, quiet), "", "{objects}");
        }
    }

    #[test]
    fn verbose_lists_what_was_skipped_and_quiet_drops_all() {
        let want = "\
Skipped 1 file, 1 document, 1 question:
  chart: a Helm chart is no manifest before it is rendered
  k8s/db.yaml:3: no StorageClass is in view
  k8s/values.yaml:1: no object of Kubernetes
";
        let verbose = written(write, &Sample::new(), Style { detail: Detail::Verbose, ..Style::FILE });
        assert!(verbose.contains(want), "{verbose}");
        assert_eq!(written(write, &Sample::new(), Style { detail: Detail::Quiet, ..Style::FILE }), "");
    }

    #[test]
    fn statistics_count_by_rule_the_most_frequent_first() {
        let mut sample = Sample::new();
        let again = sample.findings[0].clone();
        sample.findings.extend(std::iter::repeat_n(again, 10));
        let want = "
11  warning  governing-service-not-headless
 1  error    labels-do-not-match
 1  info     some-rule

";
        let style = Style { statistics: true, ..Style::FILE };
        assert_eq!(format!("\n{}", written(write_statistics, &sample, style)), want);
        assert_eq!(written(write_statistics, &Sample::clean(), style), "");
    }
}
