//! Reads blocks of text behind `|`.

use memchr::memchr;

use super::Reader;
use crate::source::Span;
use crate::yaml::tree::Style;

impl Reader<'_, '_> {
    /// Reads the block that the `|` at `at` begins. It stands deeper than the innermost collection.
    pub(super) fn literal(&mut self) -> Option<()> {
        let start = self.at;
        let least = self.open.last()?.column + 1;
        self.at += 1;
        let chomping = self.byte(self.at);
        if matches!(chomping, b'-' | b'+') {
            self.at += 1;
        }
        let (first, indent) = self.literal_indent()?;
        if indent < least {
            return None;
        }
        let mut value = String::new();
        let mut end = self.at;
        let mut breaks = 0;
        self.at = first;
        while self.at < self.bytes.len() {
            self.line = self.at;
            while self.at - self.line < indent && self.byte(self.at) == b' ' {
                self.at += 1;
            }
            match self.byte(self.at) {
                b'\n' | b'\r' => {
                    // The last line needs a line break of its own.
                    if self.at >= self.bytes.len() {
                        return None;
                    }
                    self.next_line();
                    breaks += 1;
                    continue;
                }
                b'\t' if self.at - self.line < indent => return None,
                _ if self.at - self.line < indent => {
                    self.at = self.line;
                    break;
                }
                _ => {}
            }
            value.extend(std::iter::repeat_n('\n', breaks));
            let line = self.at;
            let stop = line + memchr(b'\n', &self.bytes[line..])?;
            end = if self.bytes[stop - 1] == b'\r' { stop - 1 } else { stop };
            value.push_str(&self.text[line..end]);
            breaks = 1;
            self.at = stop + 1;
        }
        match chomping {
            b'-' => {}
            b'+' => value.extend(std::iter::repeat_n('\n', breaks)),
            _ => value.push('\n'),
        }
        self.tree.decoded(Span::new(start, end), value, Style::Literal, true);
        Some(())
    }

    /// Goes past what is left of the header, which is nothing, and finds the first line of text and its indentation.
    fn literal_indent(&mut self) -> Option<(usize, usize)> {
        let header = self.at;
        if !matches!(self.byte(header), b'\n' | b'\r') || header >= self.bytes.len() {
            return None;
        }
        self.next_line();
        let first = self.at;
        let mut deepest = 0;
        while self.at < self.bytes.len() {
            self.line = self.at;
            self.skip_spaces();
            let column = self.at - self.line;
            match self.byte(self.at) {
                b'\n' | b'\r' if self.at < self.bytes.len() => {
                    deepest = deepest.max(column);
                    self.next_line();
                }
                b'\t' | b'\n' => return None,
                // Lines without text before it decide if they are deeper.
                _ if deepest > column => return None,
                _ => {
                    self.at = header;
                    return Some((first, column));
                }
            }
        }
        None
    }

    fn next_line(&mut self) {
        self.at += if self.byte(self.at) == b'\r' { 2 } else { 1 };
    }
}
