//! Reads scalars that stand on one line.

use super::Reader;
use crate::source::Span;
use crate::yaml::tree::Style;

/// A scalar in quotes: its bytes, how it is quoted, and its value where that is not its text.
pub(super) type Quoted = (Span, Style, Option<String>);

/// What a byte may do in a plain scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Be a part of it.
    Part,
    /// Be a part of it, but not its first byte.
    NotFirst,
    /// End it, together with the byte before or behind.
    Stop,
}

static CLASSES: [Class; 256] = {
    let mut classes = [Class::Part; 256];
    let not_first = b"?,[]{}&*!|>'\"%@`";
    let mut at = 0;
    while at < not_first.len() {
        classes[not_first[at] as usize] = Class::NotFirst;
        at += 1;
    }
    let stops = b":#\n\r\t";
    at = 0;
    while at < stops.len() {
        classes[stops[at] as usize] = Class::Stop;
        at += 1;
    }
    classes
};

impl Reader<'_, '_> {
    /// Goes to what ends the plain scalar at `at`, outside of brackets: the `:` of a key, a comment or a line break.
    /// Answers where the scalar ends, and whether it is a key.
    pub(super) fn plain(&mut self) -> Option<(usize, bool)> {
        let start = self.at;
        let first = self.byte(start);
        if CLASSES[first as usize] != Class::Part || first == b'-' && self.is_blank_or_break(start + 1) {
            return None;
        }
        let mut at = start + 1;
        let key = loop {
            let rest = &self.bytes[at.min(self.bytes.len())..];
            at += rest.iter().position(|&byte| CLASSES[byte as usize] == Class::Stop).unwrap_or(rest.len());
            match self.byte(at) {
                b':' if self.is_blank_or_break(at + 1) => break true,
                b'#' if self.bytes[at - 1] == b' ' => break false,
                b':' if self.byte(at + 1) == b'\t' => return None,
                b':' | b'#' => at += 1,
                b'\t' => return None,
                _ => break false,
            }
        };
        let mut end = at;
        while self.bytes[end - 1] == b' ' {
            end -= 1;
        }
        // A comment is read with the blank before it.
        self.at = if key { at } else { end };
        Some((end, key))
    }

    /// Reads the scalar in quotes at `at`.
    pub(super) fn quoted(&mut self) -> Option<Quoted> {
        let start = self.at;
        let quote = self.byte(start);
        let single = quote == b'\'';
        let mut value: Option<String> = None;
        let mut copied = start + 1;
        let mut at = start + 1;
        loop {
            match self.byte(at) {
                byte if byte == quote => {
                    if !single || self.byte(at + 1) != b'\'' {
                        break;
                    }
                    value.get_or_insert_default().push_str(&self.text[copied..=at]);
                    at += 2;
                    copied = at;
                }
                b'\\' if !single => {
                    let value = value.get_or_insert_default();
                    value.push_str(&self.text[copied..at]);
                    value.push(match self.byte(at + 1) {
                        b'n' => '\n',
                        b't' => '\t',
                        b'r' => '\r',
                        b'"' => '"',
                        b'\\' => '\\',
                        _ => return None,
                    });
                    at += 2;
                    copied = at;
                }
                b'\n' | b'\r' => return None,
                _ => at += 1,
            }
        }
        if let Some(value) = &mut value {
            value.push_str(&self.text[copied..at]);
        }
        self.at = at + 1;
        let style = if single { Style::SingleQuoted } else { Style::DoubleQuoted };
        Some((Span::new(start, at + 1), style, value))
    }

    #[inline]
    pub(super) fn add_quoted(&mut self, (span, style, value): Quoted) {
        match value {
            None => self.tree.scalar(span, 1, style, true),
            Some(value) => self.tree.decoded(span, value, style, true),
        };
    }

    /// Goes past the plain scalar at `at`, between brackets. Answers where it ends; a comma, a bracket that closes or
    /// the `:` of a key follows, with or without blanks before it.
    pub(super) fn plain_in_flow(&mut self) -> Option<usize> {
        let start = self.at;
        let first = self.byte(start);
        if CLASSES[first as usize] != Class::Part || first == b'-' && !self.byte(start + 1).is_ascii_alphanumeric() {
            return None;
        }
        loop {
            match self.byte(self.at) {
                b',' | b']' | b'}' => break,
                b':' => match self.byte(self.at + 1) {
                    b' ' => break,
                    b'\n' | b'\r' | b'\t' | b',' | b'[' | b']' | b'{' | b'}' => return None,
                    _ => self.at += 1,
                },
                b'\n' | b'\r' | b'\t' | b'#' | b'[' | b'{' | b'?' => return None,
                _ => self.at += 1,
            }
        }
        let mut end = self.at;
        while self.bytes[end - 1] == b' ' {
            end -= 1;
        }
        Some(end)
    }
}
