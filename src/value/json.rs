//! Writes a value as JSON.

use std::fmt::Write;

use super::{Value, go_float};
use crate::visible::is_hidden;

/// How far kubectl indents JSON.
const INDENT: &str = "    ";

impl Value<'_> {
    /// The value on one line, names sorted, with the escapes of Go's `json.Marshal`: two values that mean the same have
    /// the same text.
    pub fn canonical(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, Integers::Exact);
        text
    }

    /// As [`Self::canonical`], with every number as Go's `encoding/json` has it after it was read into an `any`: a
    /// `float64`, so that integers above 2^53 lose digits.
    pub fn canonical_through_float64(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, Integers::Float64);
        text
    }

    /// The value for people: indented as kubectl does, and without any character that a terminal would obey or hide. It
    /// ends in a line break.
    pub fn pretty_json(&self) -> String {
        let mut text = String::new();
        self.indented(&mut text, 0);
        text.push('\n');
        text
    }

    fn write(&self, text: &mut String, integers: Integers) {
        match self {
            Self::List(items) => {
                text.push('[');
                for (number, item) in items.iter().enumerate() {
                    text.push_str(if number > 0 { "," } else { "" });
                    item.write(text, integers);
                }
                text.push(']');
            }
            Self::Map(_) => {
                text.push('{');
                for (number, (name, value)) in self.sorted().into_iter().enumerate() {
                    text.push_str(if number > 0 { "," } else { "" });
                    quote(text, name, go_escapes);
                    text.push(':');
                    value.write(text, integers);
                }
                text.push('}');
            }
            Self::Text(characters) => quote(text, characters, go_escapes),
            #[expect(clippy::cast_precision_loss, reason = "that is what happens to it in Go")]
            &Self::Int(number) if integers == Integers::Float64 => text.push_str(&go_float(number as f64)),
            scalar => text.push_str(&scalar.scalar_text()),
        }
    }

    fn indented(&self, text: &mut String, depth: usize) {
        match self {
            Self::List(items) if !items.is_empty() => {
                text.push('[');
                for (number, item) in items.iter().enumerate() {
                    line(text, number > 0, depth + 1);
                    item.indented(text, depth + 1);
                }
                line(text, false, depth);
                text.push(']');
            }
            Self::Map(members) if !members.is_empty() => {
                text.push('{');
                for (number, (name, value)) in self.sorted().into_iter().enumerate() {
                    line(text, number > 0, depth + 1);
                    quote(text, name, visible_escapes);
                    text.push_str(": ");
                    value.indented(text, depth + 1);
                }
                line(text, false, depth);
                text.push('}');
            }
            Self::Text(characters) => quote(text, characters, visible_escapes),
            scalar => text.push_str(&scalar.scalar_text()),
        }
    }

    /// What is no text, on one line.
    pub(super) fn scalar_text(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Int(number) => number.to_string(),
            Self::UInt(number) => number.to_string(),
            &Self::Float(number) => go_float(number),
            Self::Text(characters) => characters.to_string(),
            Self::List(_) => "[]".to_owned(),
            Self::Map(_) => "{}".to_owned(),
        }
    }

    fn sorted(&self) -> Vec<(&str, &Self)> {
        let mut members: Vec<_> = self.members().iter().map(|member| (&*member.name, &member.value)).collect();
        members.sort_by_key(|&(name, _)| name);
        members
    }
}

/// What integers are written as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Integers {
    Exact,
    Float64,
}

fn line(text: &mut String, comma: bool, depth: usize) {
    text.push_str(if comma { ",\n" } else { "\n" });
    (0..depth).for_each(|_| text.push_str(INDENT));
}

/// Writes text in quotes; `escaped` says which characters are written as `\u`.
fn quote(text: &mut String, characters: &str, escaped: fn(char) -> bool) {
    text.push('"');
    for character in characters.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            character if escaped(character) => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // Writing to a string cannot fail.
                    let _ = write!(text, "\\u{unit:04x}");
                }
            }
            character => text.push(character),
        }
    }
    text.push('"');
}

/// What Go's `json.Marshal` escapes (`appendString` with `escapeHTML`, encoding/json `encode.go`).
fn go_escapes(character: char) -> bool {
    matches!(character, '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}')
}

fn visible_escapes(character: char) -> bool {
    is_hidden(character)
}
