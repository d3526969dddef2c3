//! Writes all that is known of one rule, for a person at a terminal.

use std::io::{self, Write};

use super::Style;
use super::paint::{Tone, paint};
use crate::finding::RuleCard;
use crate::visible::{is_hidden, visible};

/// The columns of running text, however wide the terminal is: longer lines are hard to read.
const WIDEST: usize = 80;

/// Writes summary, why, a bad and a good example, the next move and the sources.
pub(super) fn write(card: &RuleCard, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let width = style.width.min(WIDEST);
    let heading = |text: &'static str| paint(text, Tone::Heading, style);
    let severity = paint(card.severity.name(), Tone::Severity(card.severity), style);
    writeln!(out, "{}", paint(visible(&card.name), Tone::Strong, style))?;
    writeln!(out, "{severity}, {}, since {}\n", visible(&card.category), visible(&card.since))?;
    writeln!(out, "{}.\n", wrap(&visible(&card.summary), width, ""))?;
    writeln!(out, "{}\n{}\n", heading("Why"), running(&card.why, width))?;
    for (title, example) in [("Found", card.bad), ("Not found", card.good)] {
        if !example.is_empty() {
            writeln!(out, "{}", heading(title))?;
            for line in bare(example).lines() {
                writeln!(out, "{}", format!("    {}", visible(line)).trim_end())?;
            }
            writeln!(out)?;
        }
    }
    writeln!(out, "{}\n{}\n", heading("The next move"), wrap(&visible(&holes(&card.help)), width, ""))?;
    writeln!(out, "{}", heading("Sources"))?;
    for reference in &card.references {
        writeln!(out, "{}", visible(reference))?;
    }
    Ok(())
}

/// A fixture without the comments that tests read.
pub(super) fn bare(example: &str) -> String {
    let mut text = String::new();
    for line in example.lines() {
        let kept = line.split_once("# expect:").map_or(line, |(before, _)| before.trim_end());
        if !kept.is_empty() || line.is_empty() {
            text.push_str(kept);
            text.push('\n');
        }
    }
    text
}

/// A template with what its holes stand for: `{service.name}` becomes `‹service.name›`.
pub(super) fn holes(template: &str) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, brace) = rest.split_at(at);
        text.push_str(before);
        if brace.starts_with("{{") || brace.starts_with("}}") {
            text.push_str(&brace[..1]);
            rest = &brace[2..];
        } else {
            text.push(if brace.starts_with('{') { '‹' } else { '›' });
            rest = &brace[1..];
        }
    }
    text + rest
}

/// Markdown as running text: paragraphs and items of lists are filled, code is left alone.
fn running(markdown: &str, width: usize) -> String {
    let mut blocks: Vec<String> = Vec::new();
    let mut open = String::new();
    let mut fenced = false;
    for line in markdown.lines().chain([""]) {
        let fence = line.trim_start().starts_with("```");
        let item = ["- ", "* ", "1. "].iter().any(|mark| line.starts_with(mark));
        let code = fenced || fence || line.starts_with("    ");
        if line.trim().is_empty() || item || code {
            let filled = std::mem::take(&mut open);
            if !filled.is_empty() {
                let indent = if filled.starts_with(['-', '*']) { "  " } else { "" };
                blocks.push(wrap(&filled, width, indent));
            }
        }
        fenced ^= fence;
        if code {
            blocks.push(if fence { String::new() } else { shown(line) });
        } else if line.trim().is_empty() {
            blocks.push(String::new());
        } else {
            open.push_str(if open.is_empty() { "" } else { " " });
            open.push_str(&shown(line.trim()));
        }
    }
    blocks.dedup_by(|next, before| next.is_empty() && before.is_empty());
    blocks.join("\n").trim_end().to_owned()
}

fn shown(line: &str) -> String {
    let hidden = |char: char| if is_hidden(char) { '\u{fffd}' } else { char };
    line.chars().map(hidden).collect()
}

/// Fills lines up to `width` columns; lines after the first begin with `indent`.
fn wrap(text: &str, width: usize, indent: &str) -> String {
    let mut lines = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            lines.push('\n');
            lines.push_str(indent);
            column = indent.len();
        } else if column > 0 {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += length;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::sample::rule_card;
    use super::*;

    #[test]
    fn an_explanation_says_why_and_shows_both_examples() {
        let mut out = Vec::new();
        write(&rule_card("a-rule"), &Style::FILE, &mut out).unwrap();
        let want = "\
a-rule
error, identity, since 0.1.0

a-rule in a line.

Why
The first paragraph.

The *second* one.

Found
    spec:
      replicas: 1

Not found
    spec:
      replicas: 2

The next move
name ‹set.name› again

Sources
https://kubernetes.io/docs/
";
        assert_eq!(String::from_utf8(out).unwrap(), want);
    }

    #[test]
    fn running_text_is_filled_and_code_is_left_alone() {
        let text =
            "one two\nthree four five\n\n- an item that\n  goes on and on\n- another\n\n```yaml\na:   b\n```\nlast\n";
        let want = "one two three\nfour five\n\n- an item that\n  goes on and on\n- another\n\na:   b\n\nlast";
        assert_eq!(running(text, 16), want);
    }

    #[test]
    fn what_tests_read_is_not_shown() {
        let text = "# expect: whole-line\na: 1 # expect: b\n\nc: 2 # why\n";
        assert_eq!(bare(text), "a: 1\n\nc: 2 # why\n");
        assert_eq!(holes("set {{x}} to {a.b}"), "set {x} to ‹a.b›");
    }
}
