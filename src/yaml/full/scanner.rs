//! Cuts the text of one document into tokens.
//!
//! It cuts where the scanner of go.yaml.in/yaml/v2 v2.4.4 (scannerc.go) cuts, and refuses what that refuses, because
//! that is what Kubernetes reads with. It follows YAML 1.1, and is stricter in places: no `?` in an unquoted value
//! between brackets, no tab behind `-`.

use std::collections::VecDeque;

use super::token::{Token, TokenKind};
use crate::source::Span;
use crate::yaml::failure::{Failure, quoted};
use crate::yaml::tree::Style;

/// A reader of tokens. All places are bytes of the whole text.
pub(super) struct Scanner<'s> {
    pub(super) text: &'s str,
    /// The text up to the end of the document.
    pub(super) bytes: &'s [u8],
    pub(super) at: usize,
    /// How many line breaks stand before `at`.
    pub(super) line: usize,
    /// Where the line of `at` begins.
    pub(super) line_start: usize,
    /// Whether a character takes one byte, so that columns need no counting.
    ascii: bool,
    /// A place of this line and its column.
    counted: (usize, usize),
    tokens: VecDeque<Token<'s>>,
    /// How many tokens were taken.
    taken: usize,
    /// The column of the innermost block collection; -1 outside of all.
    pub(super) indent: isize,
    indents: Vec<isize>,
    /// The innermost key that may have begun, of each level of brackets.
    keys: Vec<Option<PossibleKey>>,
    pub(super) key_allowed: bool,
    /// For each level of brackets, the number of the last token that could be a key in it; of the bracket if none could.
    opened: Vec<usize>,
    /// Where the last scalar without block indicator begins.
    pub(super) last_scalar: usize,
    pub(super) comments: Vec<Span>,
}

/// A place where a key without `?` may have begun; a `:` on the same line decides.
#[derive(Clone, Copy)]
struct PossibleKey {
    /// Nothing else can stand here, because the collection goes on at this column.
    required: bool,
    /// Its token is held back until it is known whether it is a key.
    awaited: bool,
    token: usize,
    at: usize,
    line: usize,
    column: usize,
}

/// A key may be this many characters long.
pub(super) const LONGEST_KEY: usize = 1024;

impl<'s> Scanner<'s> {
    /// Reads the bytes of `document`. A byte order mark at its beginning is passed over, unless a `---` that belongs
    /// to the document stands before it.
    pub(super) fn new(text: &'s str, document: Span, announced: bool) -> Self {
        let bytes = &text.as_bytes()[..document.end as usize];
        let mut at = document.start as usize;
        if !announced && bytes[at..].starts_with("\u{feff}".as_bytes()) {
            at += 3;
        }
        Self {
            text,
            bytes,
            at,
            line: 0,
            line_start: at,
            ascii: bytes[at..].is_ascii(),
            counted: (at, 0),
            tokens: VecDeque::new(),
            taken: 0,
            indent: -1,
            indents: Vec::new(),
            keys: vec![None],
            key_allowed: true,
            opened: Vec::new(),
            last_scalar: at,
            comments: Vec::new(),
        }
    }

    /// The next token, which stays.
    pub(super) fn peek(&mut self) -> Result<&Token<'s>, Failure> {
        while self.tokens.is_empty() || self.next_may_be_key()? {
            self.fetch()?;
        }
        Ok(&self.tokens[0])
    }

    /// The next token, which goes.
    pub(super) fn take(&mut self) -> Result<Token<'s>, Failure> {
        self.peek()?;
        self.taken += 1;
        let end = Token { kind: TokenKind::StreamEnd, start: self.at, end: self.at };
        Ok(self.tokens.pop_front().unwrap_or(end))
    }

    /// The text from a place to the end of the document.
    pub(super) fn rest(&self, from: usize) -> &'s str {
        &self.text[from..self.bytes.len()]
    }

    /// The byte at a place; 0 behind the end, which is nowhere else.
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    pub(super) fn is_end(&self, at: usize) -> bool {
        at >= self.bytes.len()
    }

    pub(super) fn is_blank(&self, at: usize) -> bool {
        matches!(self.byte(at), b' ' | b'\t')
    }

    /// How many bytes the line break at a place takes; 0 if there is none. A line that ends in CR CR LF ends once,
    /// because apimachinery's `LineReader` takes the CR LF and puts a LF.
    pub(super) fn line_break(&self, at: usize) -> usize {
        match self.byte(at) {
            b'\r' if self.byte(at + 1) == b'\n' => 2,
            b'\r' if self.byte(at + 1) == b'\r' && self.byte(at + 2) == b'\n' => 3,
            b'\n' | b'\r' => 1,
            0xC2 if self.byte(at + 1) == 0x85 => 2,
            0xE2 if self.byte(at + 1) == 0x80 && matches!(self.byte(at + 2), 0xA8 | 0xA9) => 3,
            _ => 0,
        }
    }

    pub(super) fn is_blank_or_end(&self, at: usize) -> bool {
        self.is_end(at) || self.is_blank(at) || self.line_break(at) > 0
    }

    /// Goes past the line break at `at`, which takes `width` bytes.
    pub(super) fn next_line(&mut self, width: usize) {
        self.at += width;
        self.line += 1;
        self.line_start = self.at;
        self.counted = (self.at, 0);
    }

    /// Goes to the end of the line; the line break stays.
    pub(super) fn skip_line(&mut self) {
        while !self.is_end(self.at) && self.line_break(self.at) == 0 {
            self.at += 1;
        }
    }

    /// The column of `at`, in characters, zero-based.
    pub(super) fn column(&mut self) -> usize {
        if self.ascii {
            return self.at - self.line_start;
        }
        let (from, column) = self.counted;
        self.counted = (self.at, column + characters(&self.bytes[from..self.at]));
        self.counted.1
    }

    pub(super) fn in_flow(&self) -> bool {
        self.keys.len() > 1
    }

    /// Whether `---` or `...` stands at `at`, which is the start of a line.
    pub(super) fn is_document_mark(&self) -> bool {
        self.at == self.line_start
            && (self.bytes[self.at..].starts_with(b"---") || self.bytes[self.at..].starts_with(b"..."))
            && self.is_blank_or_end(self.at + 3)
    }

    /// Goes past blanks and a comment.
    pub(super) fn skip_blanks_and_comment(&mut self) {
        while self.is_blank(self.at) {
            self.at += 1;
        }
        if self.byte(self.at) == b'#' {
            let start = self.at;
            self.skip_line();
            self.comments.push(Span::new(start, self.at));
        }
    }

    fn skip_to_token(&mut self) {
        loop {
            // A tab is no indentation.
            let tabs = self.in_flow() || !self.key_allowed;
            while self.byte(self.at) == b' ' || tabs && self.byte(self.at) == b'\t' {
                self.at += 1;
            }
            if self.byte(self.at) == b'#' {
                self.skip_blanks_and_comment();
            }
            match self.line_break(self.at) {
                0 => return,
                width => self.next_line(width),
            }
            if !self.in_flow() {
                self.key_allowed = true;
            }
        }
    }

    fn fetch(&mut self) -> Result<(), Failure> {
        self.skip_to_token();
        let column = self.column();
        self.unroll(to_signed(column));
        if self.is_end(self.at) {
            // The last line ends here, so that no key of it is possible any more.
            self.line += 1;
            self.unroll(-1);
            self.drop_key()?;
            self.key_allowed = false;
            self.push(TokenKind::StreamEnd, 0);
            return Ok(());
        }
        if self.is_document_mark() {
            self.unroll(-1);
            self.drop_key()?;
            self.key_allowed = false;
            let kind = if self.byte(self.at) == b'-' { TokenKind::DocumentStart } else { TokenKind::DocumentEnd };
            self.push(kind, 3);
            return Ok(());
        }
        self.fetch_by_first_byte(column)
    }

    /// Reads the token whose first byte is at `at`.
    fn fetch_by_first_byte(&mut self, column: usize) -> Result<(), Failure> {
        let blank_behind = self.is_blank_or_end(self.at + 1);
        match self.byte(self.at) {
            b'%' if column == 0 => self.directive(),
            b'[' => self.open_flow(TokenKind::FlowSequence),
            b'{' => self.open_flow(TokenKind::FlowMapping),
            b']' => self.close_flow(TokenKind::FlowSequenceEnd),
            b'}' => self.close_flow(TokenKind::FlowMappingEnd),
            b',' => {
                self.drop_key()?;
                self.key_allowed = true;
                self.push(TokenKind::FlowEntry, 1);
                Ok(())
            }
            b'-' if blank_behind => self.block_entry(column),
            b'?' if self.in_flow() || blank_behind => self.explicit_key(column),
            b':' if self.in_flow() || blank_behind => self.value(column),
            b'*' | b'&' => {
                self.begin_key()?;
                self.anchor()
            }
            b'!' => {
                self.begin_key()?;
                let token = self.tag()?;
                self.tokens.push_back(token);
                Ok(())
            }
            b'|' | b'>' if !self.in_flow() => {
                self.drop_key()?;
                self.key_allowed = true;
                let token = self.block_scalar()?;
                self.tokens.push_back(token);
                Ok(())
            }
            b'\'' | b'"' => {
                self.begin_key()?;
                let token = self.quoted()?;
                self.last_scalar = token.start;
                self.tokens.push_back(token);
                Ok(())
            }
            b'-' if !self.is_blank(self.at + 1) => self.plain_token(),
            b'?' | b':' if !self.in_flow() && !blank_behind => self.plain_token(),
            b'-' | b'?' | b':' | b'#' | b'|' | b'>' | b'%' | b'@' | b'`' | b'\t' | b' ' => Err(self.no_token()),
            _ => self.plain_token(),
        }
    }

    fn plain_token(&mut self) -> Result<(), Failure> {
        self.begin_key()?;
        let token = self.plain()?;
        self.last_scalar = token.start;
        self.tokens.push_back(token);
        Ok(())
    }

    /// Adds a token of `width` bytes and goes past it.
    fn push(&mut self, kind: TokenKind<'s>, width: usize) {
        self.tokens.push_back(Token { kind, start: self.at, end: self.at + width });
        self.at += width;
    }

    /// Whether the next token may turn out to be a key, so that more must be read.
    fn next_may_be_key(&mut self) -> Result<bool, Failure> {
        let taken = self.taken;
        match self.keys.iter().position(|key| key.is_some_and(|key| key.awaited && key.token == taken)) {
            Some(level) => self.key_is_possible(level),
            None => Ok(false),
        }
    }

    /// Whether the key of a level can still be one; forgets it if not.
    fn key_is_possible(&mut self, level: usize) -> Result<bool, Failure> {
        let Some(key) = self.keys[level] else { return Ok(false) };
        let far = self.at - key.at > LONGEST_KEY && characters(&self.bytes[key.at..self.at]) > LONGEST_KEY;
        if key.line == self.line && !far {
            return Ok(true);
        }
        if key.required {
            return Err(self.not_a_key(key.at));
        }
        self.keys[level] = None;
        Ok(false)
    }

    /// Notes that a key may begin at `at`.
    fn begin_key(&mut self) -> Result<(), Failure> {
        if self.key_allowed {
            self.drop_key()?;
            let column = self.column();
            let required = !self.in_flow() && self.indent == to_signed(column);
            let token = self.taken + self.tokens.len();
            if let Some(opened) = self.opened.last_mut() {
                *opened = token;
            }
            let key = PossibleKey { required, awaited: true, token, at: self.at, line: self.line, column };
            if let Some(last) = self.keys.last_mut() {
                *last = Some(key);
            }
        }
        self.key_allowed = false;
        Ok(())
    }

    /// Forgets the key that may have begun at this level.
    fn drop_key(&mut self) -> Result<(), Failure> {
        match self.keys.last_mut().and_then(Option::take) {
            Some(key) if key.required => Err(self.not_a_key(key.at)),
            _ => Ok(()),
        }
    }

    /// Opens a block collection at a column, if none is open there; `token` is the number of the token before which
    /// it opens.
    fn roll(&mut self, column: usize, token: Option<usize>, kind: TokenKind<'s>, at: usize) {
        if self.in_flow() || self.indent >= to_signed(column) {
            return;
        }
        self.indents.push(self.indent);
        self.indent = to_signed(column);
        self.insert(token, Token { kind, start: at, end: at });
    }

    /// Adds a token before the one with that number, or at the end if that one is gone.
    fn insert(&mut self, before: Option<usize>, token: Token<'s>) {
        let end = self.tokens.len();
        let place = before.and_then(|number| number.checked_sub(self.taken)).unwrap_or(end);
        self.tokens.insert(place.min(end), token);
    }

    /// Closes the block collections that are deeper than a column.
    fn unroll(&mut self, column: isize) {
        if self.in_flow() {
            return;
        }
        while self.indent > column {
            self.push(TokenKind::BlockEnd, 0);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    fn open_flow(&mut self, kind: TokenKind<'s>) -> Result<(), Failure> {
        self.begin_key()?;
        self.keys.push(None);
        self.key_allowed = true;
        self.opened.push(self.taken + self.tokens.len());
        self.push(kind, 1);
        Ok(())
    }

    fn close_flow(&mut self, kind: TokenKind<'s>) -> Result<(), Failure> {
        self.drop_key()?;
        if self.in_flow() {
            self.keys.pop();
            // A quirk of go-yaml: it no longer waits to see whether an empty collection is a key.
            let opened = self.opened.pop();
            if let Some(key) = self.keys.iter_mut().flatten().find(|key| Some(key.token) == opened) {
                key.awaited = false;
            }
        }
        self.key_allowed = false;
        self.push(kind, 1);
        Ok(())
    }

    fn block_entry(&mut self, column: usize) -> Result<(), Failure> {
        if !self.in_flow() {
            if !self.key_allowed {
                return Err(Failure::new(
                    Span::new(self.at, self.at + 1),
                    "a sequence cannot begin on this line",
                    "put its \"-\" on a line of its own, or quote the value if it is text",
                ));
            }
            self.roll(column, None, TokenKind::BlockSequence, self.at);
        }
        self.drop_key()?;
        self.key_allowed = true;
        self.push(TokenKind::BlockEntry, 1);
        Ok(())
    }

    fn explicit_key(&mut self, column: usize) -> Result<(), Failure> {
        if !self.in_flow() {
            if !self.key_allowed {
                return Err(Failure::new(
                    Span::new(self.at, self.at + 1),
                    "a key cannot begin with \"?\" here",
                    "quote the value if it is text",
                ));
            }
            self.roll(column, None, TokenKind::BlockMapping, self.at);
        }
        self.drop_key()?;
        self.key_allowed = !self.in_flow();
        self.push(TokenKind::Key, 1);
        Ok(())
    }

    fn value(&mut self, column: usize) -> Result<(), Failure> {
        let level = self.keys.len() - 1;
        if self.key_is_possible(level)?
            && let Some(key) = self.keys[level].take()
        {
            self.insert(Some(key.token), Token { kind: TokenKind::Key, start: key.at, end: key.at });
            self.roll(key.column, Some(key.token), TokenKind::BlockMapping, key.at);
            self.key_allowed = false;
        } else {
            if !self.in_flow() {
                if !self.key_allowed {
                    return Err(self.no_value());
                }
                self.roll(column, None, TokenKind::BlockMapping, self.at);
            }
            self.key_allowed = !self.in_flow();
        }
        self.push(TokenKind::Value, 1);
        Ok(())
    }

    fn anchor(&mut self) -> Result<(), Failure> {
        let start = self.at;
        self.at += 1;
        while matches!(self.byte(self.at), b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-') {
            self.at += 1;
        }
        let ends = self.is_blank_or_end(self.at)
            || matches!(self.byte(self.at), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        let is_alias = self.byte(start) == b'*';
        if self.at == start + 1 || !ends {
            while !self.is_blank_or_end(self.at) {
                self.at += 1;
            }
            let what = if is_alias { "an alias" } else { "an anchor" };
            return Err(Failure::new(
                Span::new(start, self.at),
                format!("{} is read as {what}, and is no name for one", quoted(&self.text[start..self.at])),
                "quote it if it is text; names are made of letters, digits, \"-\" and \"_\"",
            ));
        }
        let name = &self.text[start + 1..self.at];
        let kind = if is_alias { TokenKind::Alias(name) } else { TokenKind::Anchor(name) };
        self.tokens.push_back(Token { kind, start, end: self.at });
        Ok(())
    }

    /// Kubernetes cuts the text at `---` before it reads, so that a directive never belongs to a document.
    fn directive(&mut self) -> Result<(), Failure> {
        self.unroll(-1);
        self.drop_key()?;
        self.key_allowed = false;
        let start = self.at;
        self.skip_line();
        let line = &self.text[start..self.at];
        if is_directive(line) {
            self.tokens.push_back(Token { kind: TokenKind::Directive, start, end: self.at });
            return Ok(());
        }
        Err(Failure::new(
            Span::new(start, self.at),
            "a line that begins with \"%\" is read as a directive, and YAML knows no such",
            "indent the line if it belongs to the value above, else remove it",
        ))
    }
}

/// A scalar that may need to be decoded.
pub(super) fn scalar<'s>(style: Style, decoded: Option<String>, start: usize, end: usize) -> Token<'s> {
    Token { kind: TokenKind::Scalar(style, decoded.map(String::into_boxed_str)), start, end }
}

/// Whether a line is a directive that go-yaml knows.
fn is_directive(line: &str) -> bool {
    let number = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut words = line.split([' ', '\t']).filter(|word| !word.is_empty());
    let known = match words.next() {
        Some("%YAML") => words
            .next()
            .and_then(|version| version.split_once('.'))
            .is_some_and(|(major, minor)| number(major) && number(minor.split('#').next().unwrap_or(""))),
        Some("%TAG") => words.next().is_some_and(|handle| handle.starts_with('!')) && words.next().is_some(),
        _ => false,
    };
    known && words.next().is_none_or(|word| word.starts_with('#'))
}

fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

fn to_signed(column: usize) -> isize {
    isize::try_from(column).unwrap_or(isize::MAX)
}
