//! Turns a fault in a file that stslint itself is told by, and its place, into text with the line under a caret.

use std::fmt::Write as _;

use crate::source::{SourceFile, Span};
use crate::visible::{push_visible, visible};

/// How many characters of a line are shown at most.
const WIDEST: usize = 120;

/// What is wrong at `span` of `file`: path, line and column, the line, a caret below, and the next move unless `help` is
/// empty. Nothing in it can do harm in a terminal.
pub fn point(file: &SourceFile, span: Span, message: &str, help: &str) -> String {
    let at = file.position(span.start);
    let mut text = format!("{}:{}:{}: {message}", visible(&file.path), at.line, at.column);
    let line = file.line(at.line).unwrap_or_default();
    let margin = at.line.to_string();
    let before = slice(file, line.start, span.start);
    // Of a long line, what stands around the place is shown.
    let left = before.chars().count().saturating_sub(WIDEST / 2);
    let before = escaped(before.chars().skip(left));
    let end = span.end.min(line.end);
    let marked = escaped(slice(file, span.start, end).chars().take(WIDEST / 2));
    let after = escaped(slice(file, end.max(span.start), line.end).chars().take(WIDEST / 2));
    let blank = " ".repeat(margin.len());
    let _ = write!(text, "\n{blank} |\n{margin} | {before}{marked}{after}");
    let indent = " ".repeat(before.chars().count());
    let carets = "^".repeat(marked.chars().count().max(1));
    let _ = write!(text, "\n{blank} | {indent}{carets}");
    if !help.is_empty() {
        let _ = write!(text, "\n{blank} = help: {help}");
    }
    text
}

fn slice(file: &SourceFile, start: u32, end: u32) -> &str {
    file.text.get(Span { start, end: end.max(start) }.range()).unwrap_or_default()
}

/// As shown, with a tab as one space, so that the caret stands where it should.
fn escaped(letters: impl Iterator<Item = char>) -> String {
    let mut text = String::new();
    letters.for_each(|letter| if letter == '\t' { text.push(' ') } else { push_visible(&mut text, letter) });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_stands_under_its_place_and_the_caret_under_the_line() {
        let file = SourceFile::new("a\u{1b}.yaml", "one: 1\r\n\ttwö: [\u{7}, b]\r\nlast");
        for (span, help, want) in [
            ((0, 3), "", "a\\u{1b}.yaml:1:1: it is so\n  |\n1 | one: 1\n  | ^^^"),
            ((9, 13), "do", "a\\u{1b}.yaml:2:2: it is so\n  |\n2 |  twö: [\\u{7}, b]\n  |  ^^^\n  = help: do"),
            ((16, 20), "", "a\\u{1b}.yaml:2:8: it is so\n  |\n2 |  twö: [\\u{7}, b]\n  |        ^^^^^^^^"),
            ((23, 27), "", "a\\u{1b}.yaml:3:1: it is so\n  |\n3 | last\n  | ^^^^"),
            ((27, 27), "", "a\\u{1b}.yaml:3:5: it is so\n  |\n3 | last\n  |     ^"),
            ((0, 27), "", "a\\u{1b}.yaml:1:1: it is so\n  |\n1 | one: 1\n  | ^^^^^^"),
        ] {
            assert_eq!(point(&file, Span::new(span.0, span.1), "it is so", help), want, "{span:?}");
        }
    }

    #[test]
    fn of_a_long_line_only_what_is_near_is_shown() {
        let file = SourceFile::new("a.yaml", "x".repeat(1 << 20));
        let text = point(&file, Span::new(500_000, 600_000), "it is so", "");
        let widths: Vec<_> = text.lines().map(|line| line.chars().count()).collect();
        assert_eq!(widths, [25, 3, 184, 124]);
    }
}
