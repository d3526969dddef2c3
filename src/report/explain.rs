//! Writes all that is known of one rule, for a person at a terminal.

use std::io::{self, Write};

use super::Style;
use super::changes::changes;
use super::paint::{Tone, paint};
use crate::finding::{RuleCard, Severity};
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
    if !card.bad.is_empty() {
        writeln!(out, "{}", heading("Found"))?;
        write_indented(card.bad, |_| None, style, out)?;
    }
    if !card.good.is_empty() {
        writeln!(out, "{}", heading("Not found"))?;
        write_indented(&not_found(card), |line| tone(line).filter(|_| !card.bad.is_empty()), style, out)?;
    }
    writeln!(out, "{}\n{}\n", heading("The next move"), wrap(&visible(&holes(&card.help)), width, ""))?;
    writeln!(out, "{}", heading("Sources"))?;
    for reference in &card.references {
        writeln!(out, "{}", visible(reference))?;
    }
    Ok(())
}

/// The colour of a line of a difference.
fn tone(line: &str) -> Option<Tone> {
    match line.chars().next()? {
        '+' => Some(Tone::Good),
        '-' => Some(Tone::Severity(Severity::Error)),
        _ => None,
    }
}

fn write_indented(
    text: &str,
    tone: impl Fn(&str) -> Option<Tone>,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    for line in text.lines() {
        let shown = format!("    {}", visible(line));
        let shown = shown.trim_end();
        match tone(line) {
            Some(tone) => writeln!(out, "{}", paint(shown, tone, style))?,
            None => writeln!(out, "{shown}")?,
        }
    }
    writeln!(out)
}

/// The lines that make the bad example a good one; the whole of the good one if there is no bad one.
pub(super) fn not_found(card: &RuleCard) -> String {
    if card.bad.is_empty() || card.good.is_empty() { card.good.to_owned() } else { changes(card.bad, card.good) }
}

/// A template with what its holes stand for: `{service.name}` becomes `‹service.name›`, a longer expression `…`.
pub(super) fn holes(template: &str) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, brace) = rest.split_at(at);
        text.push_str(before);
        let hole = brace.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        rest = match hole {
            _ if brace.starts_with("{{") || brace.starts_with("}}") => {
                text.push_str(&brace[..1]);
                &brace[2..]
            }
            Some((name, behind)) => {
                let plain = name.chars().all(|char| char.is_ascii_alphanumeric() || char == '.' || char == '_');
                if plain {
                    text.extend(["‹", name, "›"]);
                } else {
                    text.push('…');
                }
                behind
            }
            None => &brace[1..],
        };
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
                blocks.push(wrap(&filled, width - indent.len(), indent));
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

/// Fills lines up to `width` columns; lines after the first begin with `indent`, which is no part of them.
pub(super) fn wrap(text: &str, width: usize, indent: &str) -> String {
    let mut lines = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            lines.push('\n');
            lines.push_str(indent);
            column = 0;
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
    -   replicas: 1
    +   replicas: 2

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
    fn holes_are_told_from_braces() {
        for (template, want) in [
            ("set {{x}} to {a.b}", "set {x} to ‹a.b›"),
            ("{a ? \"b\" : \"c\"} and {d}", "… and ‹d›"),
            ("a } b {", "a  b "),
        ] {
            assert_eq!(holes(template), want, "{template}");
        }
    }
}
