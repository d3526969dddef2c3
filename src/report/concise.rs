//! Writes a report as one line for each finding: path, line, column, severity, rule, message.

use std::io::{self, Write};

use super::paint::{self, Tone, paint};
use super::{Report, Style, summary};
use crate::visible::visible;

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
    let more: usize = report.findings.iter().map(|finding| finding.more).sum();
    if more > 0 {
        let noun = if more == 1 { "finding is" } else { "findings are" };
        writeln!(out, "{more} more {noun} counted and not listed")?;
    }
    summary::write_statistics(report, style, out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::Sample;

    fn written(style: &Style) -> String {
        let mut out = Vec::new();
        write(&Sample::new().report(), style, &mut out).expect("a Vec takes everything");
        String::from_utf8(out).expect("reports are UTF-8")
    }

    #[test]
    fn a_finding_is_a_line() {
        let want = r#"
k8s/db.yaml:7:3: warning governing-service-not-headless: the governing Service "db" is not headless
k8s/db.yaml:9:18: error labels-do-not-match: the selector does not match the labels of the template
k8s/50%, a:b\n.yaml:1:8: info some-rule: 100%, a::b\r\n::set-output name=x::y\u{1b}[31m\u{202e}[x](https://example.com)
"#;
        assert_eq!(format!("\n{}", written(&Style::FILE)), want);
    }

    #[test]
    fn what_is_counted_and_not_listed_is_said_at_the_end() {
        for (more, want) in [
            (0, ""),
            (1, "1 more finding is counted and not listed\n"),
            (50, "50 more findings are counted and not listed\n"),
        ] {
            let mut sample = Sample::of_text("a: b", "b", "");
            sample.findings[0].more = more;
            let mut out = Vec::new();
            write(&sample.report(), &Style::FILE, &mut out).expect("a Vec takes everything");
            let text = String::from_utf8(out).expect("reports are UTF-8");
            let behind_the_finding = text.split_once('\n').map(|(_, rest)| rest);
            assert_eq!(behind_the_finding, Some(want), "{more}");
        }
    }

    #[test]
    fn severity_and_rule_have_the_colour_of_the_severity() {
        let lines = written(&Style { color: true, ..Style::FILE });
        let want = "k8s/db.yaml:7:3: \x1b[1;33mwarning\x1b[0m \x1b[1;33mgoverning-service-not-headless\x1b[0m: the";
        assert!(lines.starts_with(want), "{lines:?}");
    }
}
