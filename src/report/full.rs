//! Writes a report for people: each finding with its source under the caret, what decided it and the next move.

mod excerpt;
mod frame;

use std::io::{self, Write};

pub(super) use self::excerpt::wrap;
use self::excerpt::{Room, excerpts};
use super::paint::{self, Painted, Tone, paint};
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
    let room = Room { width: style.width, ellipsis: if style.unicode { "…" } else { "..." } };
    write_head(report, finding, room, style, out)?;
    for excerpt in excerpts(finding, report.sources, room) {
        out.write_all(frame::draw(&excerpt, finding.severity, style).as_bytes())?;
    }
    for note in &finding.notes {
        write_remark("note:", &room.words(note), style, out)?;
    }
    if finding.help.is_empty() { Ok(()) } else { write_remark("help:", &room.words(&finding.help), style, out) }
}

/// Writes `error[rule]: message`.
fn write_head(
    report: &Report<'_>,
    finding: &Finding,
    room: Room,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let tone = Tone::Severity(finding.severity);
    let word = finding.severity.name();
    let rule = paint::rule(report, finding, style);
    write!(out, "{}{rule}{}", paint(format_args!("{word}["), tone, style), paint("]", tone, style))?;
    let used = word.len() + finding.rule.len() + "[]: ".len();
    let lines = wrap(&room.words(&finding.message), style.width.saturating_sub(used), style.width - 2);
    write_lines(": ", "  ", &lines, |line| paint(line, Tone::Strong, style), out)
}

/// Writes `  note: …`, wrapped behind its word.
fn write_remark(word: &str, text: &str, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let indent = " ".repeat(word.len() + 3);
    let width = style.width.saturating_sub(indent.len());
    let lines = wrap(text, width, width);
    write!(out, "  {}", paint(word, Tone::Heading, style))?;
    write_lines(" ", &indent, &lines, Painted::plain, out)
}

fn write_lines<'l>(
    first: &str,
    indent: &str,
    lines: &'l [String],
    painted: impl Fn(&'l str) -> Painted<&'l str>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (index, line) in lines.iter().enumerate() {
        writeln!(out, "{}{}", if index == 0 { first } else { indent }, painted(line))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::report::Detail;
    use crate::report::sample::{Sample, finding, place};
    use crate::source::{SourceFile, Sources};

    fn written(sample: &Sample, style: &Style) -> String {
        let mut out = Vec::new();
        write(&sample.report(), style, &mut out).expect("a Vec takes everything");
        String::from_utf8(out).expect("reports are UTF-8")
    }

    /// Of the report on one finding, only the frame.
    fn frame(text: &str, part: &str, label: &str) -> String {
        let style = Style { detail: Detail::Quiet, ..Style::FILE };
        let report = written(&Sample::of_text(text, part, label), &style);
        report.split_inclusive('\n').skip(1).take_while(|&line| line != "\n").collect()
    }

    #[test]
    fn a_finding_has_its_sources_with_labels_its_notes_and_its_help() {
        let mut sample = Sample::new();
        sample.findings.truncate(2);
        let want = r#"
warning[governing-service-not-headless]: the governing Service "db" is not
  headless
   ╭─[k8s/db.yaml:7:3]
 6 │   replicas: 3
 7 │   serviceName: db
   ·   ─────┬─────
   ·        ╰── db-0, db-1, db-2 get no DNS names of their own
   ╰────
   ╭─[k8s/service.yaml:6:14]
 5 │ spec:
 6 │   clusterIP: 10.96.0.7
   ·              ────┬────
   ·                  ╰── this Service has a cluster address
   ╰────
  note: it selects 3 pods
  help: set clusterIP: None; it cannot be changed on a live Service, so create a
        second, headless one and name it in serviceName

error[labels-do-not-match]: the selector does not match the labels of the
  template
    ╭─[k8s/db.yaml:9:18]
  8 │   selector:
  9 │     matchLabels: {app: db}
    ·                  ────┬────
    ·                      ╰── selects app=db
 10 │   template:
 11 │     metadata:
 12 │       labels: {app: web}
    ·               ─────┬────
    ·                    ╰── but the pods are app=web
    ╰────
  help: give the template the label app=db

"#;
        let style = Style { detail: Detail::Quiet, ..Style::FILE };
        assert_eq!(format!("\n{}", written(&sample, &style)), want);
    }

    #[test]
    fn frames_are_drawn_in_ascii_for_terminals_that_know_no_more() {
        let mut sample = Sample::of_text("spec:\n  serviceName: db\n", "db", "no DNS names for db-0 … db-2");
        sample.fail_on = Some(Severity::Warning);
        sample.findings[0].message = "db-0 … db-2".to_owned();
        let want = r"
error[some-rule]: db-0 ... db-2
   ,-[a.yaml:2:16]
 1 | spec:
 2 |   serviceName: db
   :                ^|
   :                 `-- no DNS names for db-0 ... db-2
   `----

Found 1 error in 1 StatefulSet (1 file, 1 object, Kubernetes 1.37).
failing because 1 error >= --fail-on=warning
Explain: stslint explain some-rule
";
        assert_eq!(format!("\n{}", written(&sample, &Style { unicode: false, ..Style::FILE })), want);
    }

    #[test]
    fn colours_and_links_surround_words_and_end_with_them() {
        let mut sample = Sample::of_text("spec:\n  serviceName: db\n", "db", "here");
        sample.findings[0].help = "do".to_owned();
        let style = Style { color: true, hyperlinks: true, detail: Detail::Quiet, ..Style::FILE };
        let want = "
<1;31>error[<0><1;31>{https://example.com/rules/some-rule}some-rule{}<0><1;31>]<0>: <1>wrong<0>
   ╭─[<36>a.yaml:2:16<0>]
 <2>1<0> │ spec:
 <2>2<0> │   serviceName: db
   · <31;1>               ─┬<0>
   ·                 <31;1>╰── <31;1>here<0><0>
   ╰────
  <1;36>help:<0> do

";
        let got = written(&sample, &style).replace("\x1b]8;;", "{").replace("\x1b\\", "}");
        let got = got.replace("\x1b[", "<").replace("1m", "1>").replace("6m", "6>").replace("0m", "0>");
        assert_eq!(format!("\n{}", got.replace("2m", "2>")), want);
    }

    #[test]
    fn carets_stand_under_their_characters() {
        let rows = [
            ("a tab", "a:\tb\n", "b", " 1 │ a:  b\n   ·     ┬\n"),
            ("two tabs", "\t\tb\n", "b", " 1 │         b\n   ·         ┬\n"),
            ("wide characters", "漢字: 値 # x\n", "値", " 1 │ 漢字: 値 # x\n   ·       ─┬\n"),
            ("combining characters", "e\u{301}e\u{301}: b\n", "b", " 1 │ e\u{301}e\u{301}: b\n   ·     ┬\n"),
            ("an escape", "\u{1b}[1m: b\n", "b", " 1 │ \\u{1b}[1m: b\n   ·            ┬\n"),
            ("a carriage return", "a\rb: c\r\n", "c", " 1 │ a\\rb: c\n   ·       ┬\n"),
            ("text over several lines", "a: b\nc: d\n", "a: b\nc", " 1 │ a: b\n   · ──┬─\n"),
            ("the end of the text", "a:", "", " 1 │ a:\n   ·   ┬\n"),
            ("the line after the last", "a:\n", "", " 1 │ a:\n 2 │  \n   · ┬\n"),
            ("an empty text", "", "", " 1 │  \n   · ┬\n"),
        ];
        for (name, text, part, want) in rows {
            let got = frame(text, part, "x");
            assert!(got.contains(want), "{name}: {got}");
        }
    }

    #[test]
    fn long_lines_are_cut_around_the_caret_to_the_width_of_the_terminal() {
        let filler = "0123456789".repeat(100_000);
        for (name, text) in [
            ("at the start", format!("NEEDLE: {filler}")),
            ("in the middle", format!("{filler}NEEDLE{filler}")),
            ("at the end", format!("{filler}NEEDLE")),
            ("between wide characters", format!("{}NEEDLE{}", "漢".repeat(9999), "漢".repeat(9999))),
            ("between tabs", format!("{}NEEDLE{}", "\t".repeat(9999), "\t".repeat(9999))),
            ("between zero-width characters", format!("a{}NEEDLE", "\u{301}".repeat(99_999))),
            ("after escapes", format!("{}NEEDLE{}", "\u{1b}".repeat(9999), "\u{202e}".repeat(9999))),
        ] {
            let got = frame(&text, "NEEDLE", "x");
            let lines: Vec<&str> = got.lines().collect();
            let column = |line: &str, part: &str| line.find(part).map(|at| columns(&line[..at]));
            assert_eq!(column(lines[1], "NEEDLE"), column(lines[2], "───┬──"), "{name}: {got}");
            assert!(lines.iter().all(|line| columns(line) <= 80), "{name}: {got}");
            assert!(lines[1].contains('…'), "{name}: {got}");
        }
    }

    fn columns(text: &str) -> usize {
        text.chars().map(|character| unicode_width::UnicodeWidthChar::width(character).unwrap_or(0)).sum()
    }

    #[test]
    fn labels_far_apart_have_frames_of_their_own_the_findings_place_first() {
        let text = format!("first: 1\n{}second: 2\n", "x: y\n".repeat(50));
        let mut sample = Sample::of_text(&text, "second", "here");
        let there = place(&sample.sources, 0, "first");
        sample.findings[0].related.push(crate::finding::Related { place: there, message: "there".to_owned() });
        let want = "
error[some-rule]: wrong
    ╭─[a.yaml:52:1]
 51 │ x: y
 52 │ second: 2
    · ───┬──
    ·    ╰── here
    ╰────
   ╭─[a.yaml:1:1]
 1 │ first: 1
   · ──┬──
   ·   ╰── there
   ╰────

";
        let style = Style { detail: Detail::Quiet, ..Style::FILE };
        assert_eq!(format!("\n{}", written(&sample, &style)), want);
    }

    #[test]
    fn two_labels_on_a_line_are_both_told() {
        let mut sample = Sample::of_text("image: db:latest # pinned\n", "image", "this");
        for part in ["latest", "db:latest", "image"] {
            let there = place(&sample.sources, 0, part);
            sample.findings[0].related.push(crate::finding::Related { place: there, message: part.to_uppercase() });
        }
        let got = written(&sample, &Style::FILE);
        for label in ["this", "LATEST", "DB:LATEST", "IMAGE"] {
            assert!(got.contains(&format!("╰── {label}\n")), "{label}: {got}");
        }
    }

    #[test]
    fn long_labels_are_wrapped_where_there_is_room() {
        let got = frame("a: b\n", "a", &"word ".repeat(30));
        assert!(got.lines().all(|line| columns(line) <= 80), "{got}");
        assert_eq!(got.matches("word").count(), 30, "{got}");
    }

    #[test]
    fn a_line_is_cut_before_its_label_is() {
        let label = "the grace period is 30 seconds";
        for width in [40, 50, 60, 70, 80] {
            let sample = Sample::of_text("      terminationGracePeriodSeconds: 30\n", "30", label);
            let got = written(&sample, &Style { width, ..Style::FILE });
            assert!(got.lines().all(|line| columns(line) <= width), "{width}: {got}");
            assert_eq!(got.contains("terminationGracePeriodSeconds: 30"), width > 60, "{width}: {got}");
        }
    }

    #[test]
    fn nothing_in_a_manifest_reaches_the_terminal_raw() {
        let got = written(&Sample::new(), &Style { detail: Detail::Verbose, ..Style::FILE });
        let raw = got.chars().find(|&character| character != '\n' && crate::visible::is_hidden(character));
        assert_eq!(raw, None, "{got}");
    }

    #[test]
    fn places_that_do_not_fit_their_text_are_shown_as_near_as_can_be() {
        let sources = Sources::new(vec![SourceFile::new("a.yaml", "é: b")]);
        for (start, end) in [(0, 1), (1, 1), (1, 2), (3, 99), (98, 99), (5, 5)] {
            let place =
                crate::source::Place { file: crate::source::FileId(0), span: crate::source::Span::new(start, end) };
            let finding = finding("some-rule", Severity::Info, "wrong", place);
            let frames = excerpts(&finding, &sources, Room { width: 80, ellipsis: "…" });
            let drawn: String =
                frames.iter().map(|excerpt| frame::draw(excerpt, Severity::Info, &Style::FILE)).collect();
            assert!(drawn.contains("é: b"), "{start}..{end}: {drawn}");
        }
    }
}
