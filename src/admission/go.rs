//! Turns values into the text that Go prints for them.

use std::fmt::Write as _;

use super::go_value::GoValue;
use crate::version::Version;

/// A value that an error names.
#[derive(Clone, Debug)]
pub(super) enum BadValue<'v> {
    /// Text, which is quoted.
    Text(&'v str),
    /// Text that is no `string` to Go, because its type has a name of its own or it stands behind a pointer: JSON from
    /// 1.34 on.
    Typed(&'v str),
    /// A number.
    Int(i64),
    /// A truth value.
    Bool(bool),
    /// A struct, list, map or pointer.
    Value(GoValue<'v>),
    /// What is printed as it stands: JSON, or Go's own syntax.
    Printed(String),
}

impl<'v> From<&'v str> for BadValue<'v> {
    fn from(text: &'v str) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for BadValue<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for BadValue<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<String> for BadValue<'_> {
    fn from(printed: String) -> Self {
        Self::Printed(printed)
    }
}

impl<'v> From<GoValue<'v>> for BadValue<'v> {
    fn from(value: GoValue<'v>) -> Self {
        Self::Value(value)
    }
}

impl BadValue<'_> {
    /// Adds what the server prints (`Error.ErrorBody`).
    pub(super) fn write(&self, to: &mut String, version: Version) {
        match self {
            Self::Typed(text) if version.minor() >= 34 => json_quote_into(to, text),
            Self::Text(text) | Self::Typed(text) => quote_into(to, text),
            // Writing to a string cannot fail.
            Self::Int(number) => write!(to, "{number}").unwrap_or_default(),
            Self::Bool(value) => write!(to, "{value}").unwrap_or_default(),
            Self::Value(value) => to.push_str(&value.print(version)),
            Self::Printed(text) => to.push_str(text),
        }
    }
}

/// Adds the text in quotes, as Go's `strconv.Quote` writes it.
pub(super) fn quote_into(to: &mut String, text: &str) {
    to.push('"');
    for character in text.chars() {
        let escape = match character {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\u{7}' => "\\a",
            '\u{8}' => "\\b",
            '\u{c}' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\u{b}' => "\\v",
            _ => {
                let code = u32::from(character);
                // Writing to a string cannot fail.
                match code {
                    0..=0x1f | 0x7f => write!(to, "\\x{code:02x}").unwrap_or_default(),
                    _ if character == ' ' || !is_hidden(character) => to.push(character),
                    0..=0xffff => write!(to, "\\u{code:04x}").unwrap_or_default(),
                    _ => write!(to, "\\U{code:08x}").unwrap_or_default(),
                }
                continue;
            }
        };
        to.push_str(escape);
    }
    to.push('"');
}

/// Adds the text in quotes, as Go's `json.Marshal` writes it.
pub(super) fn json_quote_into(to: &mut String, text: &str) {
    to.push('"');
    for character in text.chars() {
        let escape = match character {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\u{8}' => "\\b",
            '\u{c}' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                // Writing to a string cannot fail.
                write!(to, "\\u{:04x}", u32::from(character)).unwrap_or_default();
                continue;
            }
            _ => {
                to.push(character);
                continue;
            }
        };
        to.push_str(escape);
    }
    to.push('"');
}

/// Whether Go prints a character as its number (`strconv.IsPrint`); Rust's own debug text escapes the same ones but for a
/// few that combine.
fn is_hidden(character: char) -> bool {
    character.escape_debug().len() > 1 && !matches!(character, '\'' | '"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_quoted_as_go_quotes_it() {
        for (text, want) in [
            ("db", "\"db\""),
            ("a\"b\\c", "\"a\\\"b\\\\c\""),
            ("\n\t\u{7}\u{1b}\u{7f}", "\"\\n\\t\\a\\x1b\\x7f\""),
            ("it's ü 世", "\"it's ü 世\""),
            ("\u{a0}\u{200b}", "\"\\u00a0\\u200b\""),
        ] {
            let mut quoted = String::new();
            quote_into(&mut quoted, text);
            assert_eq!(quoted, want, "{text:?}");
        }
    }

    #[test]
    fn text_of_a_named_type_is_json_from_34_on() {
        let text = "a\"<\u{1}\n\u{7f}";
        for (version, want) in
            [(Version::OLDEST, r#""a\"<\x01\n\x7f""#), (Version::NEWEST, "\"a\\\"\\u003c\\u0001\\n\u{7f}\"")]
        {
            let mut printed = String::new();
            BadValue::Typed(text).write(&mut printed, version);
            assert_eq!(printed, want, "{version}");
        }
    }
}
