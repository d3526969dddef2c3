//! Reads the documents that nearly all manifests are made of, ten times as fast as any document can be read.
//!
//! It knows block mappings and sequences, scalars and brackets on one line, literal blocks and comments. It never
//! guesses: at anything else it gives up, and `full` reads the document from its beginning. What it reads, it reads
//! exactly as `full` does; tests hold the one against the other.

mod flow;
mod literal;
mod scalar;
#[cfg(test)]
mod tests;

use super::split::Chunk;
use super::tree::{Builder, Kind, Style};
use crate::source::Span;

/// Deeper documents are left to `full`.
const DEEPEST: usize = 64;

/// Longer keys are left to `full`, which counts their characters.
const LONGEST_KEY: usize = 1000;

/// Reads the document in `chunk`, or leaves no trace and says that it did not.
pub(super) fn read(tree: &mut Builder<'_>, chunk: &Chunk) -> bool {
    let text = tree.text();
    let bytes = &text.as_bytes()[..chunk.span.end as usize];
    if !is_plain_text(&bytes[chunk.span.start as usize..]) {
        return false;
    }
    let mark = tree.mark();
    let at = chunk.span.start as usize;
    let mut reader = Reader { text, bytes, at, line: at, open: Vec::new(), tree };
    let read = reader.document().is_some();
    if read {
        tree.document(mark, chunk.span, false);
    } else {
        tree.rewind(mark);
    }
    read
}

/// Whether every byte is one that needs no second look: no control character but tabs and line breaks, no other line
/// break than LF and CR LF, no byte order mark.
fn is_plain_text(bytes: &[u8]) -> bool {
    // Without an early end, so that many bytes are looked at together.
    let ascii = bytes.iter().fold(true, |plain, &byte| plain & (byte == b'\n' || (0x20..0x7F).contains(&byte)));
    ascii
        || bytes.iter().enumerate().all(|(at, &byte)| match byte {
            b'\n' | b'\t' | 0x20..0x7F => true,
            b'\r' => bytes.get(at + 1) == Some(&b'\n'),
            0..0x20 | 0x7F => false,
            0xC2 => bytes.get(at + 1).is_some_and(|&next| next >= 0xA0),
            0xE2 => !matches!(bytes.get(at + 1..at + 3), Some([0x80, 0xA8 | 0xA9])),
            0xEF => !matches!(bytes.get(at + 1..at + 3), Some([0xBB, 0xBF] | [0xBF, 0xBE | 0xBF])),
            _ => true,
        })
}

/// A block collection that is open.
struct Open {
    column: usize,
    kind: Kind,
    /// Where a value is due that has not come yet: behind a `:` or a `-`.
    due: Option<usize>,
}

/// Every method that answers an option answers `None` where it gives up.
struct Reader<'r, 's> {
    text: &'s str,
    /// The text up to the end of the document.
    bytes: &'s [u8],
    at: usize,
    /// Where the line of `at` begins.
    line: usize,
    open: Vec<Open>,
    tree: &'r mut Builder<'s>,
}

impl Reader<'_, '_> {
    /// The byte at a place; a line break behind the end.
    #[inline]
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    #[inline]
    fn is_blank_or_break(&self, at: usize) -> bool {
        matches!(self.byte(at), b' ' | b'\n' | b'\r')
    }

    #[inline]
    fn skip_spaces(&mut self) {
        while self.byte(self.at) == b' ' {
            self.at += 1;
        }
    }

    fn document(&mut self) -> Option<()> {
        let mut root = false;
        while self.at < self.bytes.len() {
            self.line = self.at;
            self.skip_spaces();
            if matches!(self.byte(self.at), b'\n' | b'\r' | b'#') {
                self.end_line()?;
                continue;
            }
            let column = self.at - self.line;
            if column == 0 && self.bytes[self.at..].starts_with(b"...") {
                return None;
            }
            self.close_deeper(column);
            match self.open.last_mut() {
                Some(top) if top.column == column => self.next(column)?,
                // What follows a value deeper is a part of it, or a fault.
                Some(top) => {
                    top.due.take()?;
                    self.node(column)?;
                }
                None if root => return None,
                None => self.node(column)?,
            }
            root = true;
        }
        while !self.open.is_empty() {
            self.close();
        }
        Some(())
    }

    /// Goes past spaces, a comment and the line break; nothing else may follow.
    fn end_line(&mut self) -> Option<()> {
        let from = self.at;
        self.skip_spaces();
        if self.byte(self.at) == b'#' && (self.at > from || self.at == self.line || self.bytes[self.at - 1] == b' ') {
            let start = self.at;
            let end = memchr::memchr(b'\n', &self.bytes[start..]).map_or(self.bytes.len(), |at| start + at);
            self.at = end;
            let end = if self.bytes[end - 1] == b'\r' { end - 1 } else { end };
            self.tree.comment(Span::new(start, end));
        }
        match self.byte(self.at) {
            b'\n' => self.at += 1,
            b'\r' => self.at += 2,
            _ => return None,
        }
        Some(())
    }

    /// Closes the collections that are deeper than a column.
    #[inline]
    fn close_deeper(&mut self, column: usize) {
        while self.open.last().is_some_and(|top| top.column > column) {
            self.close();
        }
    }

    fn close(&mut self) {
        if let Some(top) = self.open.pop() {
            self.absent(top.due);
            self.tree.close(None);
        }
    }

    /// Adds a value that was due and did not come.
    #[inline]
    fn absent(&mut self, due: Option<usize>) {
        if let Some(at) = due {
            self.tree.scalar(Span::at(at), 0, Style::Plain, false);
        }
    }

    fn open(&mut self, kind: Kind, column: usize) -> Option<()> {
        if self.open.len() >= DEEPEST {
            return None;
        }
        self.tree.open(kind, self.at, Style::Block);
        self.open.push(Open { column, kind, due: None });
        Some(())
    }

    /// Whether an item of a sequence begins.
    #[inline]
    fn is_item(&self) -> bool {
        self.byte(self.at) == b'-' && self.is_blank_or_break(self.at + 1)
    }

    /// Reads a line that stands at the column of the innermost collection.
    fn next(&mut self, column: usize) -> Option<()> {
        let item = self.is_item();
        let top = self.open.last_mut()?;
        let due = top.due.take();
        match top.kind {
            Kind::Mapping if item => {
                // A sequence may stand at the column of its key.
                due?;
                self.open(Kind::Sequence, column)?;
                self.item()
            }
            Kind::Mapping => {
                self.absent(due);
                self.pair(column, false)
            }
            _ if item => {
                self.absent(due);
                self.item()
            }
            _ => {
                // The key after such a sequence.
                self.absent(due);
                self.tree.close(None);
                self.open.pop();
                let parent = self.open.last()?;
                if parent.column != column || parent.kind != Kind::Mapping {
                    return None;
                }
                self.pair(column, false)
            }
        }
    }

    /// Reads what stands behind a `-`.
    fn item(&mut self) -> Option<()> {
        self.at += 1;
        let due = self.at;
        self.skip_spaces();
        if matches!(self.byte(self.at), b'\n' | b'\r' | b'#') {
            self.open.last_mut()?.due = Some(due);
            return self.end_line();
        }
        self.node(self.at - self.line)
    }

    /// Reads a node that begins at `at`.
    fn node(&mut self, column: usize) -> Option<()> {
        if self.is_item() {
            self.open(Kind::Sequence, column)?;
            return self.item();
        }
        match self.byte(self.at) {
            b'[' | b'{' => {
                self.flow()?;
                self.end_line()
            }
            b'|' => self.literal(),
            _ => self.pair(column, true),
        }
    }

    /// Reads a key with its value, or a scalar alone where one may stand; a key `first` begins a mapping.
    fn pair(&mut self, column: usize, first: bool) -> Option<()> {
        let start = self.at;
        match self.byte(start) {
            b'"' | b'\'' => {
                let quoted = self.quoted()?;
                if self.byte(self.at) == b':' && self.is_blank_or_break(self.at + 1) {
                    let behind = self.at;
                    self.begin(start, column, first)?;
                    self.at = behind;
                    self.add_quoted(quoted);
                    return self.value(start);
                }
                if !first {
                    return None;
                }
                self.add_quoted(quoted);
                self.end_line()
            }
            _ => {
                let (end, key) = self.plain()?;
                if key {
                    let behind = self.at;
                    self.begin(start, column, first)?;
                    self.at = behind;
                    self.tree.scalar(Span::new(start, end), 0, Style::Plain, false);
                    return self.value(start);
                }
                // A scalar that is the whole document may go on in many ways.
                if !first || self.open.is_empty() {
                    return None;
                }
                self.tree.scalar(Span::new(start, end), 0, Style::Plain, false);
                self.end_line()
            }
        }
    }

    /// Begins a mapping at its first key.
    #[inline]
    fn begin(&mut self, start: usize, column: usize, first: bool) -> Option<()> {
        if first {
            self.at = start;
            self.open(Kind::Mapping, column)?;
        }
        Some(())
    }

    /// Reads what stands behind the `:` at `at`, which ends the key that begins at `key`.
    fn value(&mut self, key: usize) -> Option<()> {
        if self.at - key > LONGEST_KEY {
            return None;
        }
        self.at += 1;
        let due = self.at;
        self.skip_spaces();
        match self.byte(self.at) {
            b'\n' | b'\r' | b'#' => {
                self.open.last_mut()?.due = Some(due);
                self.end_line()
            }
            b'"' | b'\'' => {
                let quoted = self.quoted()?;
                self.add_quoted(quoted);
                self.end_line()
            }
            b'[' | b'{' => {
                self.flow()?;
                self.end_line()
            }
            b'|' => self.literal(),
            _ => {
                let start = self.at;
                let (end, key) = self.plain()?;
                if key {
                    return None;
                }
                self.tree.scalar(Span::new(start, end), 0, Style::Plain, false);
                self.end_line()
            }
        }
    }
}
