//! Writes a value as YAML, as kubectl lays it out.

use std::fmt::Write;

use super::{Member, Value};
use crate::visible::is_hidden;
use crate::yaml::is_plain;

impl Value<'_> {
    /// The value for people, without any character that a terminal would obey or hide; it ends in a line break. What was
    /// added to what the manifest says bears `mark` as a comment: a scalar on its line, anything else on the line of its
    /// name.
    pub fn pretty_yaml(&self, mark: &str) -> String {
        let mut text = String::new();
        let mut writer = Writer { text: &mut text, mark };
        match self {
            Self::Map(members) if !members.is_empty() => writer.members(members, 0, false),
            Self::List(items) if !items.is_empty() => writer.items(items, 0),
            scalar => writer.line(scalar, 0, false),
        }
        text
    }
}

struct Writer<'w> {
    text: &'w mut String,
    mark: &'w str,
}

impl Writer<'_> {
    /// `begun` says that the line of the first member holds the dash of an item already.
    fn members(&mut self, members: &[Member<'_>], indent: usize, begun: bool) {
        for (number, member) in members.iter().enumerate() {
            if number > 0 || !begun {
                self.indent(indent);
            }
            self.quoted(&member.name);
            self.text.push(':');
            match &member.value {
                Value::Map(members) if !members.is_empty() => {
                    self.end(member.added);
                    self.below(member.added).members(members, indent + 2, false);
                }
                Value::List(items) if !items.is_empty() => {
                    self.end(member.added);
                    self.below(member.added).items(items, indent);
                }
                scalar => {
                    self.text.push(' ');
                    self.line(scalar, indent + 2, member.added);
                }
            }
        }
    }

    /// The writer of what stands below a name: what is below one that was added was added with it.
    fn below(&mut self, added: bool) -> Writer<'_> {
        Writer { text: self.text, mark: if added { "" } else { self.mark } }
    }

    fn items(&mut self, items: &[Value<'_>], indent: usize) {
        for item in items {
            self.indent(indent);
            self.item(item, indent);
        }
    }

    fn item(&mut self, item: &Value<'_>, indent: usize) {
        self.text.push_str("- ");
        match item {
            Value::Map(members) if !members.is_empty() => self.members(members, indent + 2, true),
            Value::List(items) if !items.is_empty() => {
                for (number, item) in items.iter().enumerate() {
                    if number > 0 {
                        self.indent(indent + 2);
                    }
                    self.item(item, indent + 2);
                }
            }
            scalar => self.line(scalar, indent + 2, false),
        }
    }

    fn indent(&mut self, indent: usize) {
        (0..indent).for_each(|_| self.text.push(' '));
    }

    fn end(&mut self, added: bool) {
        if added && !self.mark.is_empty() {
            self.text.extend([" # ", self.mark]);
        }
        self.text.push('\n');
    }

    /// The rest of a line, and the lines that text has.
    fn line(&mut self, value: &Value<'_>, indent: usize, added: bool) {
        match value {
            Value::Text(text) if is_block(text) => return self.block(text, indent, added),
            Value::Text(text) => self.quoted(text),
            other => self.text.push_str(&other.scalar_text()),
        }
        self.end(added);
    }

    /// Text as the lines that it has.
    fn block(&mut self, text: &str, indent: usize, added: bool) {
        let body = text.trim_end_matches('\n');
        let kept = &text[body.len()..];
        self.text.push_str(match kept.len() {
            0 => "|-",
            1 => "|",
            _ => "|+",
        });
        self.end(added);
        for line in body.split('\n') {
            if !line.is_empty() {
                self.indent(indent);
                self.text.push_str(line);
            }
            self.text.push('\n');
        }
        self.text.push_str(kept.get(1..).unwrap_or_default());
    }

    /// Text on one line, in quotes where it needs them.
    fn quoted(&mut self, text: &str) {
        if is_plain(text) {
            self.text.push_str(text);
        } else if text.is_empty() || text.chars().any(is_hidden) || !text.contains([' ', ':', '#', '"', '\\']) {
            self.escaped(text);
        } else {
            self.text.extend(["'", &text.replace('\'', "''"), "'"]);
        }
    }

    fn escaped(&mut self, text: &str) {
        self.text.push('"');
        for character in text.chars() {
            match character {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                // Writing to a string cannot fail.
                _ if is_hidden(character) => _ = write!(self.text, "\\U{:08x}", u32::from(character)),
                _ => self.text.push(character),
            }
        }
        self.text.push('"');
    }
}

/// Whether text is written as the lines that it has: it has several, the first one says where they begin, and none holds
/// anything that is not seen.
fn is_block(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with(['\n', ' '])
        && !text.chars().any(|character| character != '\n' && is_hidden(character))
}
