//! Scans a scalar without quotes, over as many lines as it takes.

use super::scanner::{Scanner, scalar};
use super::token::Token;
use crate::source::Span;
use crate::yaml::failure::Failure;
use crate::yaml::tree::Style;

/// The line breaks between two lines of a scalar.
#[derive(Default)]
pub(super) struct Breaks {
    first: String,
    others: String,
}

impl Breaks {
    /// Adds a line break as it is written.
    pub(super) fn add(&mut self, written: &str) {
        if self.first.is_empty() { add_break(&mut self.first, written) } else { add_break(&mut self.others, written) }
    }

    /// Adds a line break behind one that was escaped, so that it is not the first one.
    pub(super) fn add_other(&mut self, written: &str) {
        add_break(&mut self.others, written);
    }

    /// Writes what they mean in a folded scalar, and forgets them.
    pub(super) fn fold_into(&mut self, value: &mut String) {
        if self.first == "\n" {
            value.push_str(if self.others.is_empty() { " " } else { &self.others });
        } else {
            value.push_str(&self.first);
            value.push_str(&self.others);
        }
        self.first.clear();
        self.others.clear();
    }
}

/// Writes what a line break means: a line feed, but for the two separators of Unicode.
pub(super) fn add_break(value: &mut String, written: &str) {
    value.push_str(if written.starts_with(['\u{2028}', '\u{2029}']) { written } else { "\n" });
}

impl<'s> Scanner<'s> {
    pub(super) fn plain(&mut self) -> Result<Token<'s>, Failure> {
        let start = self.at;
        let indent = usize::try_from(self.indent + 1).unwrap_or(0);
        let mut end = start;
        // What was read before the line of `at`, if there are several.
        let mut value: Option<String> = None;
        let mut breaks = Breaks::default();
        let mut new_line = false;
        loop {
            if self.is_document_mark() || self.byte(self.at) == b'#' {
                break;
            }
            let run = self.at;
            self.plain_run();
            if self.at > run {
                if new_line {
                    let value = value.get_or_insert_with(|| self.text[start..end].to_owned());
                    breaks.fold_into(value);
                    value.push_str(&self.text[run..self.at]);
                    new_line = false;
                } else if let Some(value) = &mut value {
                    value.push_str(&self.text[end..self.at]);
                }
                end = self.at;
            }
            if self.is_end(self.at) || !self.is_blank(self.at) && self.line_break(self.at) == 0 {
                break;
            }
            self.plain_gap(indent, &mut new_line, &mut breaks)?;
            if !self.in_flow() && self.column() < indent {
                break;
            }
        }
        if new_line {
            self.key_allowed = true;
        }
        Ok(scalar(Style::Plain, value, start, end))
    }

    /// Goes to the next blank, line break, or indicator that ends a plain scalar.
    fn plain_run(&mut self) {
        while !self.is_end(self.at) {
            match self.byte(self.at) {
                b' ' | b'\t' | b'\n' | b'\r' => return,
                0xC2 | 0xE2 if self.line_break(self.at) > 0 => return,
                b':' if self.is_blank_or_end(self.at + 1) => return,
                b',' | b'?' | b'[' | b']' | b'{' | b'}' if self.in_flow() => return,
                _ => self.at += 1,
            }
        }
    }

    /// Goes past blanks and line breaks.
    fn plain_gap(&mut self, indent: usize, new_line: &mut bool, breaks: &mut Breaks) -> Result<(), Failure> {
        loop {
            if self.is_blank(self.at) {
                if *new_line && self.byte(self.at) == b'\t' && self.at - self.line_start < indent {
                    return Err(Failure::new(
                        Span::new(self.at, self.at + 1),
                        "a tab is used for indentation",
                        "use spaces",
                    ));
                }
                self.at += 1;
                continue;
            }
            match self.line_break(self.at) {
                0 => return Ok(()),
                width => {
                    breaks.add(&self.text[self.at..self.at + width]);
                    self.next_line(width);
                    *new_line = true;
                }
            }
        }
    }
}
