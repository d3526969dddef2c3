//! Scans a scalar behind `|` or `>`.

use super::plain::add_break;
use super::scanner::{Scanner, scalar};
use super::token::Token;
use crate::source::Span;
use crate::yaml::failure::Failure;
use crate::yaml::tree::Style;

/// What stands behind the `|` or `>`.
struct Header {
    /// `-` drops all line breaks at the end, `+` keeps them; one is kept without.
    chomping: Option<u8>,
    /// How much deeper than the parent the text stands; 0 if its first line says.
    increment: usize,
    /// Where the indicators end.
    end: usize,
}

impl<'s> Scanner<'s> {
    pub(super) fn block_scalar(&mut self) -> Result<Token<'s>, Failure> {
        let start = self.at;
        let literal = self.byte(start) == b'|';
        let header = self.block_header(start)?;
        let parent = usize::try_from(self.indent).unwrap_or(0);
        let mut indent = if header.increment > 0 { parent + header.increment } else { 0 };
        let mut end = header.end;
        let mut value = String::new();
        let mut first_break = String::new();
        let mut other_breaks = String::new();
        let mut blank_before = false;
        self.block_breaks(&mut indent, &mut other_breaks)?;
        while !self.is_end(self.at) && self.at - self.line_start == indent {
            let blank = self.is_blank(self.at);
            if !literal && !blank_before && !blank && first_break == "\n" {
                if other_breaks.is_empty() {
                    value.push(' ');
                }
            } else {
                value.push_str(&first_break);
            }
            value.push_str(&other_breaks);
            first_break.clear();
            other_breaks.clear();
            blank_before = blank;
            let line = self.at;
            self.skip_line();
            value.push_str(&self.text[line..self.at]);
            end = self.at;
            // The last line of the text has a line break for Kubernetes, written or not.
            let width = self.line_break(self.at);
            add_break(&mut first_break, &self.text[self.at..self.at + width]);
            if width > 0 {
                self.next_line(width);
            } else {
                break;
            }
            self.block_breaks(&mut indent, &mut other_breaks)?;
        }
        if header.chomping != Some(b'-') {
            value.push_str(&first_break);
        }
        if header.chomping == Some(b'+') {
            value.push_str(&other_breaks);
        }
        Ok(scalar(if literal { Style::Literal } else { Style::Folded }, Some(value), start, end))
    }

    fn block_header(&mut self, start: usize) -> Result<Header, Failure> {
        let mut header = Header { chomping: None, increment: 0, end: start };
        self.at += 1;
        for _ in 0..2 {
            match self.byte(self.at) {
                sign @ (b'+' | b'-') if header.chomping.is_none() => header.chomping = Some(sign),
                digit @ b'1'..=b'9' if header.increment == 0 => header.increment = usize::from(digit - b'0'),
                _ => break,
            }
            self.at += 1;
        }
        header.end = self.at;
        self.skip_blanks_and_comment();
        let width = self.line_break(self.at);
        if width == 0 && !self.is_end(self.at) {
            let from = self.at;
            self.skip_line();
            let indicator = char::from(self.byte(start));
            return Err(Failure::new(
                Span::new(from, self.at),
                format!("text stands on the line of \"{indicator}\""),
                format!("begin the text on the next line, or quote the value if \"{indicator}\" is a part of it"),
            ));
        }
        self.next_line(width);
        Ok(header)
    }

    /// Goes past empty lines and the indentation of the next one; settles the indentation if it is 0.
    fn block_breaks(&mut self, indent: &mut usize, breaks: &mut String) -> Result<(), Failure> {
        let mut deepest = 0;
        loop {
            while self.byte(self.at) == b' ' && (*indent == 0 || self.at - self.line_start < *indent) {
                self.at += 1;
            }
            let column = self.at - self.line_start;
            deepest = deepest.max(column);
            if self.byte(self.at) == b'\t' && (*indent == 0 || column < *indent) {
                return Err(Failure::new(
                    Span::new(self.at, self.at + 1),
                    "a tab is used to indent a block of text",
                    "use spaces",
                ));
            }
            let width = self.line_break(self.at);
            if width > 0 {
                add_break(breaks, &self.text[self.at..self.at + width]);
                self.next_line(width);
            } else {
                // The last line has a line break for Kubernetes, written or not.
                if self.is_end(self.at) && column > 0 {
                    breaks.push('\n');
                    self.line_start = self.at;
                }
                break;
            }
        }
        if *indent == 0 {
            let parent = usize::try_from(self.indent + 1).unwrap_or(0);
            *indent = deepest.max(parent).max(1);
        }
        Ok(())
    }
}
