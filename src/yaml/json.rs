//! Reads a text that is a stream of JSON values, as far as it is one.
//!
//! This is the first half of `YAMLOrJSONDecoder` in apimachinery v0.37.0 (pkg/util/yaml/decoder.go), with which
//! kubectl reads: a stream that begins with `{` is tried as JSON, and JSON takes what YAML 1.1 does not, such as pairs
//! of surrogates.

use super::DEEPEST;
use super::tree::{Builder, FaultKind, Kind, Style};
use crate::source::Span;

/// How far into the stream kubectl looks for the `{`.
const PEEK: usize = 4096;

/// Reads the values at the beginning of the text of `tree`, each as a document, and says where the rest begins that
/// is YAML, if there is any.
pub(super) fn read(tree: &mut Builder<'_>) -> Option<usize> {
    let text = tree.text();
    let brace = text.len() - text.trim_start().len();
    if brace >= PEEK || !text[brace..].starts_with('{') {
        return Some(0);
    }
    let mut end = 0;
    // JSON has fewer kinds of space than those that may stand before the brace.
    let mut at = text.len() - text.trim_start_matches(SPACE).len();
    let mut count = 0;
    while at < text.len() {
        let mark = tree.mark();
        let mut reader = Reader { bytes: text.as_bytes(), at, tree };
        let Some(()) = reader.value() else {
            tree.rewind(mark);
            // Behind two values it must be JSON.
            return rest(text, end).filter(|_| count < 2).or_else(|| {
                refuse(tree, text, end, at);
                None
            });
        };
        at = reader.at;
        tree.document(mark, Span::new(end, at), false);
        end = at;
        count += 1;
        at += text[at..].len() - text[at..].trim_start_matches(SPACE).len();
    }
    None
}

/// Where YAML begins behind the JSON that ends at `end`. The decoder looks at four bytes at once, and gives up where
/// there are fewer (`consumeWhitespace`).
fn rest(text: &str, end: usize) -> Option<usize> {
    let mut at = end;
    loop {
        if text.len() - at < 4 {
            return None;
        }
        let next = text[at..].chars().next()?;
        if !next.is_whitespace() {
            return Some(at);
        }
        at += next.len_utf8();
        if next == '\n' {
            return Some(at);
        }
    }
}

/// Leaves a document that is broken at `at`.
fn refuse(tree: &mut Builder<'_>, text: &str, end: usize, at: usize) {
    let mark = tree.mark();
    let line = text[at..].lines().next().unwrap_or("").trim_end();
    let message = "Kubernetes reads JSON here, and this is none";
    let help = "mend the JSON; YAML must stand behind a line \"---\", and before any second JSON value";
    tree.fault(FaultKind::Syntax, Span::new(at, at + line.len()), message, help);
    tree.document(mark, Span::new(end, text.len()), true);
}

const SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

struct Reader<'r, 's> {
    bytes: &'s [u8],
    at: usize,
    tree: &'r mut Builder<'s>,
}

impl Reader<'_, '_> {
    fn byte(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn space(&mut self) {
        while matches!(self.byte(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    /// Goes past one byte.
    fn expect(&mut self, byte: u8) -> Option<()> {
        let there = self.byte() == byte;
        self.at += usize::from(there);
        there.then_some(())
    }

    /// Reads one value with all that is in it; `None` if it is not JSON.
    fn value(&mut self) -> Option<()> {
        let depth = self.tree.depth();
        loop {
            self.space();
            match self.byte() {
                open @ (b'{' | b'[') => {
                    if self.tree.depth() >= DEEPEST {
                        return None;
                    }
                    let kind = if open == b'{' { Kind::Mapping } else { Kind::Sequence };
                    self.tree.open(kind, self.at, Style::Flow);
                    self.at += 1;
                    self.space();
                    if self.byte() == open + 2 {
                        self.close();
                    } else {
                        if open == b'{' {
                            self.key()?;
                        }
                        continue;
                    }
                }
                b'"' => self.string()?,
                b't' => self.word(b"true")?,
                b'f' => self.word(b"false")?,
                b'n' => self.word(b"null")?,
                _ => self.number()?,
            }
            // What was read may end any number of collections.
            loop {
                if self.tree.depth() == depth {
                    return Some(());
                }
                let (kind, ..) = self.tree.innermost()?;
                self.space();
                if self.expect(b',').is_some() {
                    if kind == Kind::Mapping {
                        self.space();
                        self.key()?;
                    }
                    break;
                }
                if self.byte() != (if kind == Kind::Mapping { b'}' } else { b']' }) {
                    return None;
                }
                self.close();
            }
        }
    }

    fn close(&mut self) {
        self.at += 1;
        self.tree.close(Some(self.at));
    }

    fn key(&mut self) -> Option<()> {
        self.string()?;
        self.space();
        self.expect(b':')
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        let start = self.at;
        self.at += word.len();
        self.plain(start, self.bytes.get(start..self.at)? == word)
    }

    fn number(&mut self) -> Option<()> {
        let start = self.at;
        self.at += usize::from(self.byte() == b'-');
        let zero = self.byte() == b'0';
        let whole = self.digits();
        let mut fits = whole > 0 && (whole == 1 || !zero);
        if self.byte() == b'.' {
            self.at += 1;
            fits &= self.digits() > 0;
        }
        if matches!(self.byte(), b'e' | b'E') {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(), b'+' | b'-'));
            fits &= self.digits() > 0;
        }
        self.plain(start, fits)
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.byte().is_ascii_digit() {
            self.at += 1;
        }
        self.at - start
    }

    fn plain(&mut self, start: usize, fits: bool) -> Option<()> {
        fits.then(|| {
            self.tree.scalar(Span::new(start, self.at), 0, Style::Plain, false);
        })
    }

    fn string(&mut self) -> Option<()> {
        let start = self.at;
        self.expect(b'"')?;
        let mut value: Option<String> = None;
        let mut copied = self.at;
        loop {
            match self.byte() {
                b'"' => break,
                b'\\' => {
                    let value = value.get_or_insert_default();
                    value.push_str(&self.tree.text()[copied..self.at]);
                    self.at += 1;
                    value.push(self.escape()?);
                    copied = self.at;
                }
                // The end of the text reads as 0.
                0..0x20 => return None,
                _ => self.at += 1,
            }
        }
        let end = self.at + 1;
        let span = Span::new(start, end);
        match value {
            None => self.tree.scalar(span, 1, Style::DoubleQuoted, true),
            Some(mut value) => {
                value.push_str(&self.tree.text()[copied..self.at]);
                self.tree.decoded(span, value, Style::DoubleQuoted, true)
            }
        };
        self.at = end;
        Some(())
    }

    /// Decodes what stands behind a backslash.
    fn escape(&mut self) -> Option<char> {
        let escape = self.byte();
        self.at += 1;
        Some(match escape {
            b'"' | b'\\' | b'/' => char::from(escape),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let high = self.hex()?;
                if !(0xD800..0xDC00).contains(&high) || !self.bytes[self.at..].starts_with(b"\\u") {
                    return Some(char::from_u32(high).unwrap_or('\u{fffd}'));
                }
                let behind = self.at;
                self.at += 2;
                let low = self.hex()?;
                if !(0xDC00..0xE000).contains(&low) {
                    // It stands alone, and what follows is read for itself.
                    self.at = behind;
                    return Some('\u{fffd}');
                }
                char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))?
            }
            _ => return None,
        })
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.bytes.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.iter().try_fold(0, |number, &digit| Some(number << 4 | char::from(digit).to_digit(16)?))
    }
}
