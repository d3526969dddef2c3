//! Scans a scalar in quotes.

use super::plain::Breaks;
use super::scanner::{Scanner, scalar};
use super::token::Token;
use crate::source::Span;
use crate::yaml::failure::{Failure, quoted};
use crate::yaml::tree::Style;

impl<'s> Scanner<'s> {
    pub(super) fn quoted(&mut self) -> Result<Token<'s>, Failure> {
        let start = self.at;
        let quote = self.byte(start);
        self.at += 1;
        let style = if quote == b'"' { Style::DoubleQuoted } else { Style::SingleQuoted };
        // What was decoded up to `copied`, once the value is not the text.
        let mut value: Option<String> = None;
        let mut copied = self.at;
        loop {
            if self.is_document_mark() || self.is_end(self.at) {
                return Err(self.unclosed(start));
            }
            match self.byte(self.at) {
                b'\'' if quote == b'\'' && self.byte(self.at + 1) == b'\'' => {
                    value.get_or_insert_default().push_str(&self.text[copied..=self.at]);
                    self.at += 2;
                    copied = self.at;
                }
                byte if byte == quote => break,
                b'\\' if quote == b'"' => {
                    let value = value.get_or_insert_default();
                    value.push_str(&self.text[copied..self.at]);
                    match self.line_break(self.at + 1) {
                        0 => self.escape(value)?,
                        width => {
                            self.at += 1;
                            self.next_line(width);
                            self.quoted_gap(value, true);
                        }
                    }
                    copied = self.at;
                }
                b' ' | b'\t' => {
                    let gap = self.at;
                    while self.is_blank(self.at) {
                        self.at += 1;
                    }
                    if self.line_break(self.at) > 0 {
                        let value = value.get_or_insert_default();
                        value.push_str(&self.text[copied..gap]);
                        self.quoted_gap(value, false);
                        copied = self.at;
                    }
                }
                _ if self.line_break(self.at) > 0 => {
                    let value = value.get_or_insert_default();
                    value.push_str(&self.text[copied..self.at]);
                    self.quoted_gap(value, false);
                    copied = self.at;
                }
                _ => self.at += 1,
            }
        }
        if let Some(value) = &mut value {
            value.push_str(&self.text[copied..self.at]);
        }
        self.at += 1;
        Ok(scalar(style, value, start, self.at))
    }

    /// Goes past line breaks and the blanks around them, and writes what they mean. Behind an escaped line break
    /// there may be none.
    fn quoted_gap(&mut self, value: &mut String, escaped: bool) {
        let mut breaks = Breaks::default();
        loop {
            while self.is_blank(self.at) {
                self.at += 1;
            }
            let width = self.line_break(self.at);
            if width == 0 {
                break;
            }
            let written = &self.text[self.at..self.at + width];
            if escaped {
                breaks.add_other(written);
            } else {
                breaks.add(written);
            }
            self.next_line(width);
        }
        breaks.fold_into(value);
    }

    /// Decodes the escape at `at`.
    fn escape(&mut self, value: &mut String) -> Result<(), Failure> {
        let start = self.at;
        let digits = match self.byte(start + 1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ => 0,
        };
        let decoded = match self.byte(start + 1) {
            b'0' => '\0',
            b'a' => '\u{7}',
            b'b' => '\u{8}',
            b't' | b'\t' => '\t',
            b'n' => '\n',
            b'v' => '\u{b}',
            b'f' => '\u{c}',
            b'r' => '\r',
            b'e' => '\u{1b}',
            b' ' => ' ',
            b'"' => '"',
            b'\'' => '\'',
            b'\\' => '\\',
            b'N' => '\u{85}',
            b'_' => '\u{a0}',
            b'L' => '\u{2028}',
            b'P' => '\u{2029}',
            _ if digits > 0 => {
                let hex = self.text.get(start + 2..start + 2 + digits).unwrap_or("");
                let number = u32::from_str_radix(hex, 16).ok().filter(|_| hex.bytes().all(|b| b.is_ascii_hexdigit()));
                match number.and_then(char::from_u32) {
                    Some(character) => character,
                    None => return Err(self.bad_escape(start, 2 + digits, number.is_some())),
                }
            }
            _ => return Err(self.bad_escape(start, 2, false)),
        };
        value.push(decoded);
        self.at = start + 2 + digits;
        Ok(())
    }

    fn bad_escape(&self, start: usize, width: usize, number: bool) -> Failure {
        let mut end = start + 1;
        for character in self.text[start + 1..].chars().take(width - 1) {
            if matches!(character, '"' | '\n' | '\r') {
                break;
            }
            end += character.len_utf8();
        }
        let escape = &self.text[start..end];
        if number {
            return Failure::new(
                Span::new(start, end),
                format!("{} is no character of its own", quoted(escape)),
                "write the character itself; Kubernetes reads no surrogate pairs in YAML",
            );
        }
        Failure::new(
            Span::new(start, end),
            format!("{} is no escape that YAML knows", quoted(escape)),
            "write \"\\\\\" for a backslash, or use single quotes, in which a backslash is itself",
        )
    }

    fn unclosed(&self, start: usize) -> Failure {
        let quote = char::from(self.byte(start));
        Failure::new(
            Span::new(start, start + 1),
            format!("this quote is never closed: no other {quote} follows in the document"),
            format!("close it with {quote}"),
        )
    }
}
