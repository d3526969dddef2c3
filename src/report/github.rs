//! Writes a report as workflow commands of GitHub Actions, which annotate the lines of a pull request.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::Report;
use crate::finding::{Finding, Severity};
use crate::visible::visible;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{HOSTILE, Sample};

    fn written(sample: &Sample) -> String {
        let mut out = Vec::new();
        write(&sample.report(), &mut out).expect("a Vec takes everything");
        String::from_utf8(out).expect("reports are UTF-8")
    }

    /// A command as the runner takes it apart: kind, properties, message.
    fn command(line: &str) -> (String, Vec<(String, String)>, String) {
        let undone = |text: &str| {
            [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")]
                .iter()
                .fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain))
        };
        let (head, message) = line.strip_prefix("::").and_then(|rest| rest.split_once("::")).expect("a command");
        let (kind, properties) = head.split_once(' ').expect("properties");
        let pairs = properties.split(',').map(|pair| pair.split_once('=').expect("a value"));
        let pairs = pairs.map(|(key, value)| (key.to_owned(), undone(value))).collect();
        (kind.to_owned(), pairs, undone(message))
    }

    #[test]
    fn the_worst_come_first_each_on_its_line() {
        let lines = written(&Sample::new());
        let want = "::error file=k8s/db.yaml,line=9,endLine=9,col=18,endColumn=27,title=labels-do-not-match::the selector \
                    does not match the labels of the template%0Ahelp: give the template the label app=db";
        assert_eq!(lines.lines().next(), Some(want));
        let kinds: Vec<String> = lines.lines().map(|line| command(line).0).collect();
        assert_eq!(kinds, ["error", "warning", "notice"]);
    }

    #[test]
    fn text_from_manifests_stays_text() {
        let lines = written(&Sample::new());
        assert_eq!(lines.lines().count(), 3, "one line for each finding: {lines}");
        assert!(!lines.contains(|character: char| character != '\n' && crate::visible::is_hidden(character)));
        let (_, properties, message) = command(lines.lines().last().expect("a line"));
        let value = |key: &str| properties.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
        assert_eq!(value("file"), Some("k8s/50%, a:b\\n.yaml"));
        assert_eq!(value("title"), Some("some-rule"));
        let shown = visible(HOSTILE);
        assert_eq!(message, format!("{shown}\nnote: {shown}\nhelp: {shown}"));
    }

    #[test]
    fn columns_are_given_only_within_a_line() {
        let one = written(&Sample::of_text("a: b\nc: d\n", "a: b", ""));
        assert!(one.contains("line=1,endLine=1,col=1,endColumn=5,"), "{one}");
        let two = written(&Sample::of_text("a: b\nc: d\n", "b\nc", ""));
        assert!(two.contains("line=1,endLine=2,title="), "{two}");
    }
}
