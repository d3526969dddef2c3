//! Scans a tag, and says what it makes of a scalar.

use std::borrow::Cow;

use super::scanner::Scanner;
use super::token::{Token, TokenKind};
use crate::source::Span;
use crate::yaml::failure::{Failure, quoted};
use crate::yaml::scalar::{self, Loose};

/// What the tags of YAML itself begin with, behind their handle `!!`.
const CORE: &str = "tag:yaml.org,2002:";

impl<'s> Scanner<'s> {
    pub(super) fn tag(&mut self) -> Result<Token<'s>, Failure> {
        let start = self.at;
        let text = self.text;
        self.at += 1;
        let tag = if self.byte(self.at) == b'<' {
            self.at += 1;
            let tag = self.tag_characters(start)?;
            if self.byte(self.at) != b'>' || tag.is_empty() {
                return Err(self.bad_tag(start));
            }
            self.at += 1;
            tag
        } else {
            while matches!(self.byte(self.at), b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-') {
                self.at += 1;
            }
            let handle = &text[start..self.at];
            if self.byte(self.at) == b'!' {
                self.at += 1;
                let suffix = self.tag_characters(start)?;
                if handle.len() > 1 || suffix.is_empty() {
                    return Err(self.bad_tag(start));
                }
                Cow::Owned(format!("{CORE}{suffix}"))
            } else {
                match self.tag_characters(start)? {
                    Cow::Borrowed(_) => Cow::Borrowed(&text[start..self.at]),
                    Cow::Owned(suffix) => Cow::Owned(format!("{handle}{suffix}")),
                }
            }
        };
        if !self.is_blank_or_end(self.at) {
            return Err(self.bad_tag(start));
        }
        Ok(Token { kind: TokenKind::Tag(tag), start, end: self.at })
    }

    /// Goes past the characters of a tag, and decodes `%41`.
    fn tag_characters(&mut self, start: usize) -> Result<Cow<'s, str>, Failure> {
        let from = self.at;
        let mut decoded: Option<Vec<u8>> = None;
        loop {
            let byte = self.byte(self.at);
            match byte {
                b'%' => {
                    let octet =
                        self.text.get(self.at + 1..self.at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
                    let Some(octet) = octet else { return Err(self.bad_tag(start)) };
                    decoded.get_or_insert_with(|| self.text.as_bytes()[from..self.at].to_vec()).push(octet);
                    self.at += 3;
                    continue;
                }
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {}
                _ if byte != 0 && b"_-;/?:@&=+$,.!~*'()[]".contains(&byte) => {}
                _ => break,
            }
            if let Some(decoded) = &mut decoded {
                decoded.push(byte);
            }
            self.at += 1;
        }
        match decoded {
            None => Ok(Cow::Borrowed(&self.text[from..self.at])),
            Some(octets) => String::from_utf8(octets).map(Cow::Owned).map_err(|_| self.bad_tag(start)),
        }
    }

    fn bad_tag(&self, start: usize) -> Failure {
        let mut end = self.at;
        while !self.is_blank_or_end(end) {
            end += 1;
        }
        Failure::new(
            Span::new(start, end),
            format!("{} is read as a tag, and is none that Kubernetes knows", quoted(&self.text[start..end])),
            "quote the value if the \"!\" is a part of it",
        )
    }
}

/// What a tag makes of a scalar.
pub(super) enum Tagged {
    /// It means what its characters look like.
    Resolved,
    /// It means its characters.
    Text,
    /// It means these characters.
    Decoded(String),
}

/// What `tag` makes of a scalar with that value: `resolve` in go-yaml's resolve.go, and `decoder.scalar` in its
/// decode.go. The failure stands at `at`.
pub(super) fn apply(tag: &str, value: &str, at: Span) -> Result<Tagged, Failure> {
    let Some(core) = tag.strip_prefix(CORE) else {
        // A tag of the user's own makes text of a scalar, but leaves a merge key one.
        return Ok(if tag == "!" && value == "<<" { Tagged::Resolved } else { Tagged::Text });
    };
    let loose = scalar::loose(value);
    let fits = match core {
        "merge" if value == "<<" => return Ok(Tagged::Resolved),
        "binary" => {
            return base64(value).map(Tagged::Decoded).ok_or_else(|| {
                Failure::new(at, "a value with the tag !!binary is not base64", "write it in base64, or drop the tag")
            });
        }
        // go-yaml checks the whole date; nobody writes this tag.
        "timestamp" if value.len() > 4 && value.as_bytes()[..4].iter().all(u8::is_ascii_digit) => {
            return Ok(Tagged::Text);
        }
        "timestamp" => false,
        "int" => loose == Loose::Integer,
        "float" => {
            matches!(loose, Loose::Float | Loose::Integer)
                && !matches!(scalar::resolve(value, false), scalar::Scalar::UInt(_))
        }
        "bool" => loose == Loose::Bool,
        "null" => loose == Loose::Null,
        _ => return Ok(Tagged::Text),
    };
    if fits {
        return Ok(Tagged::Resolved);
    }
    Err(Failure::new(
        at,
        format!("{} cannot be read as !!{core}", quoted(value)),
        "drop the tag, or write a value that fits it",
    ))
}

/// Decodes base64 with padding; line breaks are passed over, as Go does.
fn base64(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len() / 4 * 3);
    let mut digits = [0u8; 4];
    let mut count = 0;
    let mut padding = 0;
    for byte in value.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')) {
        let digit = match byte {
            b'=' if count >= 2 => {
                padding += 1;
                0
            }
            _ if padding > 0 => return None,
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        // Nothing follows the padding.
        if padding > 0 && count == 0 {
            return None;
        }
        digits[count] = digit;
        count += 1;
        if count == 4 {
            let [a, b, c, d] = digits;
            let group = [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d];
            bytes.extend_from_slice(&group[..3 - padding]);
            count = 0;
        }
    }
    (count == 0).then(|| String::from_utf8_lossy(&bytes).into_owned())
}
