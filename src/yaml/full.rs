//! Reads any document that Kubernetes reads, token by token.
//!
//! The grammar is that of go.yaml.in/yaml/v2 v2.4.4 (parserc.go). What is open is kept in a list, so that no depth of
//! the input is a depth of the stack.

mod block_scalar;
mod misplaced;
mod plain;
mod quoted;
mod scanner;
mod tag;
mod token;
mod unexpected;

use std::collections::HashMap;

use scanner::Scanner;
use tag::Tagged;
use token::{Token, TokenKind};

use super::DEEPEST;
use super::failure::{Failure, quoted};
use super::split::Chunk;
use super::tree::{Builder, FaultKind, Kind, Style};
use crate::source::Span;

/// Reads the document in `chunk`, and leaves a fault if it cannot be read.
pub(super) fn read(tree: &mut Builder<'_>, chunk: &Chunk) {
    let mark = tree.mark();
    let mut reader = Reader {
        scanner: Scanner::new(tree.text(), chunk.span, chunk.announced),
        tree,
        states: Vec::new(),
        anchors: HashMap::new(),
        announced: chunk.span.start as usize,
    };
    let result = reader.document(chunk.announced);
    let Reader { scanner, tree, .. } = reader;
    let detected = scanner.at;
    for &comment in &scanner.comments {
        tree.comment(comment);
    }
    let broken = match result {
        Ok(None) => false,
        Ok(Some(ignored)) => {
            tree.fault(
                FaultKind::Syntax,
                ignored,
                "the document ends before this, and Kubernetes ignores the rest in silence",
                "put \"---\" before it if it is a document of its own, else remove it or mend its indentation",
            );
            false
        }
        Err(failure) => {
            let failure = template(tree.text(), &failure, detected).unwrap_or(failure);
            tree.fault(FaultKind::Syntax, failure.span, failure.message, failure.help);
            true
        }
    };
    tree.document(mark, chunk.span, broken);
}

/// What the user must hear if the lines of a failure hold a Go template that was not rendered.
fn template(text: &str, failure: &Failure, detected: usize) -> Option<Failure> {
    let start = failure.span.start as usize;
    let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let behind = detected.max(start);
    let to = text[behind..].find('\n').map_or(text.len(), |at| behind + at);
    let lines = text.get(from..to)?;
    let (before, _) = lines.split_once("{{")?;
    let line = before.rsplit('\n').next().unwrap_or(before);
    if line.contains(['"', '\'', '#']) {
        return None;
    }
    let open = from + before.len();
    let rest = text[open..].split('\n').next().unwrap_or("");
    let close = rest.find("}}").map_or(rest.trim_end().len(), |at| at + 2);
    Some(Failure::template(Span::new(open, open + close)))
}

/// What is due next in a collection that is open.
#[derive(Clone, Copy)]
enum State {
    BlockEntry,
    IndentlessEntry,
    BlockKey,
    BlockValue,
    FlowEntry {
        first: bool,
    },
    /// A key in brackets, of a mapping without braces.
    PairKey,
    PairValue,
    PairEnd,
    FlowKey {
        first: bool,
    },
    FlowValue,
    /// The value of a key without `:`.
    FlowNoValue,
}

struct Reader<'r, 's> {
    scanner: Scanner<'s>,
    tree: &'r mut Builder<'s>,
    states: Vec<State>,
    anchors: HashMap<&'s str, u32>,
    /// Behind the last `:`, `-`, `?`, anchor, tag or node: where a value stands that is absent.
    announced: usize,
}

type Done = Result<(), Failure>;

impl<'s> Reader<'_, 's> {
    /// Reads the document, and says which text behind it Kubernetes ignores.
    fn document(&mut self, mut announced: bool) -> Result<Option<Span>, Failure> {
        if matches!(self.scanner.peek()?.kind, TokenKind::DocumentStart) {
            self.scanner.take()?;
            announced = true;
        }
        let empty = match self.scanner.peek()?.kind {
            TokenKind::StreamEnd => true,
            TokenKind::DocumentStart | TokenKind::DocumentEnd | TokenKind::Directive => announced,
            _ => false,
        };
        if !empty {
            self.node(true, false)?;
            while let Some(state) = self.states.pop() {
                self.step(state)?;
            }
        }
        let end = self.scanner.peek()?;
        let from = match end.kind {
            TokenKind::StreamEnd => return Ok(None),
            TokenKind::DocumentEnd => end.end,
            _ => end.start,
        };
        Ok(self.ignored(from))
    }

    /// The first line of text that is no comment, from a place on.
    fn ignored(&self, from: usize) -> Option<Span> {
        let mut at = from;
        for line in self.scanner.rest(from).split_inclusive('\n') {
            let text = line.trim();
            if !text.is_empty() && !text.starts_with('#') {
                let start = at + (line.len() - line.trim_start().len());
                return Some(Span::new(start, start + text.len()));
            }
            at += line.len();
        }
        None
    }

    fn step(&mut self, state: State) -> Done {
        match state {
            State::BlockEntry => self.block_entry(),
            State::IndentlessEntry => self.indentless_entry(),
            State::BlockKey => self.block_key(),
            State::BlockValue => self.block_value(),
            State::FlowEntry { first } => self.flow_entry(first),
            State::PairKey => self.pair_key(),
            State::PairValue => self.pair_value(),
            State::PairEnd => {
                self.tree.close(None);
                Ok(())
            }
            State::FlowKey { first } => self.flow_key(first),
            State::FlowValue => self.flow_value(),
            State::FlowNoValue => {
                self.states.push(State::FlowKey { first: false });
                self.absent();
                Ok(())
            }
        }
    }

    /// Takes a token that announces a value.
    fn announce(&mut self) -> Done {
        self.announced = self.scanner.take()?.end;
        Ok(())
    }

    /// Adds a value that is absent.
    fn absent(&mut self) {
        self.tree.scalar(Span::at(self.announced), 0, Style::Plain, false);
    }

    fn open(&mut self, kind: Kind, start: usize, style: Style, anchor: Option<&'s str>) -> Done {
        if self.tree.depth() >= DEEPEST {
            return Err(Failure::new(
                Span::new(start, start + 1),
                format!("values are nested more than {DEEPEST} levels deep"),
                "flatten them",
            ));
        }
        let slot = self.tree.open(kind, start, style);
        if let Some(name) = anchor {
            self.anchors.insert(name, slot);
        }
        Ok(())
    }

    /// Reads a node, or opens it if it is a collection.
    fn node(&mut self, block: bool, indentless: bool) -> Done {
        if let TokenKind::Alias(name) = self.scanner.peek()?.kind {
            return self.alias(name);
        }
        let (anchor, tag) = self.properties()?;
        let token = self.scanner.peek()?;
        let start = token.start;
        match token.kind {
            TokenKind::BlockEntry if indentless => {
                self.open(Kind::Sequence, start, Style::Block, anchor)?;
                self.states.push(State::IndentlessEntry);
            }
            TokenKind::Scalar(..) => {
                let token = self.scanner.take()?;
                self.announced = token.end;
                self.scalar(token, tag.as_ref(), anchor)?;
            }
            TokenKind::FlowSequence => {
                self.scanner.take()?;
                self.open(Kind::Sequence, start, Style::Flow, anchor)?;
                self.states.push(State::FlowEntry { first: true });
            }
            TokenKind::FlowMapping => {
                self.scanner.take()?;
                self.open(Kind::Mapping, start, Style::Flow, anchor)?;
                self.states.push(State::FlowKey { first: true });
            }
            TokenKind::BlockSequence if block => {
                self.scanner.take()?;
                self.open(Kind::Sequence, start, Style::Block, anchor)?;
                self.states.push(State::BlockEntry);
            }
            TokenKind::BlockMapping if block => {
                self.scanner.take()?;
                self.open(Kind::Mapping, start, Style::Block, anchor)?;
                self.states.push(State::BlockKey);
            }
            _ if anchor.is_some() || tag.is_some() => {
                let kind = TokenKind::Scalar(Style::Plain, None);
                let token = Token { kind, start: self.announced, end: self.announced };
                self.scalar(token, tag.as_ref(), anchor)?;
            }
            _ => return Err(self.unexpected()),
        }
        Ok(())
    }

    /// Reads an anchor and a tag, in any order, if there are any.
    fn properties(&mut self) -> Result<(Option<&'s str>, Option<Token<'s>>), Failure> {
        let mut anchor = None;
        let mut tag: Option<Token<'s>> = None;
        loop {
            match self.scanner.peek()?.kind {
                TokenKind::Anchor(name) if anchor.is_none() => {
                    anchor = Some(name);
                    self.announce()?;
                }
                TokenKind::Tag(_) if tag.is_none() => {
                    let token = self.scanner.take()?;
                    self.announced = token.end;
                    tag = Some(token);
                }
                _ => return Ok((anchor, tag)),
            }
        }
    }

    fn scalar(&mut self, token: Token<'s>, tag: Option<&Token<'s>>, anchor: Option<&'s str>) -> Done {
        let TokenKind::Scalar(style, decoded) = token.kind else { return Ok(()) };
        let span = Span::new(token.start, token.end);
        let trim = u32::from(matches!(style, Style::SingleQuoted | Style::DoubleQuoted));
        let text = self.tree.text();
        let value = decoded.as_deref().unwrap_or(&text[token.start + trim as usize..token.end - trim as usize]);
        let mut means_text = style != Style::Plain;
        if let Some(Token { kind: TokenKind::Tag(name), start, end }) = tag {
            match tag::apply(name, value, Span::new(*start, (*end).max(token.end)))? {
                Tagged::Resolved => means_text = false,
                Tagged::Text => means_text = true,
                Tagged::Decoded(value) => {
                    let slot = self.tree.decoded(span, value, style, true);
                    self.anchors.extend(anchor.map(|name| (name, slot)));
                    return Ok(());
                }
            }
        }
        let slot = match decoded {
            Some(value) => self.tree.decoded(span, value, style, means_text),
            None => self.tree.scalar(span, trim, style, means_text),
        };
        self.anchors.extend(anchor.map(|name| (name, slot)));
        Ok(())
    }

    fn alias(&mut self, name: &'s str) -> Done {
        let token = self.scanner.take()?;
        self.announced = token.end;
        let span = Span::new(token.start, token.end);
        let Some(&target) = self.anchors.get(name) else {
            return Err(Failure::new(
                span,
                format!("no anchor \"&{name}\" stands before this alias in the document"),
                "name an anchor of the same document, or quote the value if it is text",
            ));
        };
        if self.tree.alias(span, target) {
            return Ok(());
        }
        Err(Failure::new(span, format!("the value of the anchor \"&{name}\" holds itself"), "write the value out"))
    }

    fn block_entry(&mut self) -> Done {
        match self.scanner.peek()?.kind {
            TokenKind::BlockEntry => {
                self.announce()?;
                self.states.push(State::BlockEntry);
                match self.scanner.peek()?.kind {
                    TokenKind::BlockEntry | TokenKind::BlockEnd => self.absent(),
                    _ => self.node(true, false)?,
                }
            }
            TokenKind::BlockEnd => {
                self.scanner.take()?;
                self.tree.close(None);
            }
            _ => return Err(self.unexpected()),
        }
        Ok(())
    }

    fn indentless_entry(&mut self) -> Done {
        if !matches!(self.scanner.peek()?.kind, TokenKind::BlockEntry) {
            self.tree.close(None);
            return Ok(());
        }
        self.announce()?;
        self.states.push(State::IndentlessEntry);
        match self.scanner.peek()?.kind {
            TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => self.absent(),
            _ => self.node(true, false)?,
        }
        Ok(())
    }

    fn block_key(&mut self) -> Done {
        match self.scanner.peek()?.kind {
            TokenKind::Key => {
                self.announce()?;
                self.states.push(State::BlockValue);
                self.block_node()
            }
            // go-yaml reads no key here: libyaml's grammar has a value without one, its code does not.
            TokenKind::BlockEnd => {
                self.scanner.take()?;
                self.tree.close(None);
                Ok(())
            }
            _ => Err(self.unexpected()),
        }
    }

    fn block_value(&mut self) -> Done {
        self.states.push(State::BlockKey);
        if !matches!(self.scanner.peek()?.kind, TokenKind::Value) {
            self.absent();
            return Ok(());
        }
        self.announce()?;
        self.block_node()
    }

    /// Reads what stands behind a `?` or a `:`.
    fn block_node(&mut self) -> Done {
        match self.scanner.peek()?.kind {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                self.absent();
                Ok(())
            }
            _ => self.node(true, true),
        }
    }

    fn flow_entry(&mut self, first: bool) -> Done {
        if !first && matches!(self.scanner.peek()?.kind, TokenKind::FlowEntry) {
            self.scanner.take()?;
        } else if !first && !matches!(self.scanner.peek()?.kind, TokenKind::FlowSequenceEnd) {
            return Err(self.unclosed());
        }
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::FlowSequenceEnd => self.close_flow(),
            TokenKind::Key => {
                let start = token.start;
                self.announce()?;
                self.open(Kind::Mapping, start, Style::Flow, None)?;
                self.states.extend([State::FlowEntry { first: false }, State::PairKey]);
                Ok(())
            }
            _ => {
                self.states.push(State::FlowEntry { first: false });
                self.node(false, false)
            }
        }
    }

    fn close_flow(&mut self) -> Done {
        let end = self.scanner.take()?.end;
        self.announced = end;
        self.tree.close(Some(end));
        Ok(())
    }

    fn pair_key(&mut self) -> Done {
        self.states.push(State::PairValue);
        match self.scanner.peek()?.kind {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {
                // go-yaml takes this token with the key that is absent, whatever it is.
                self.announce()?;
                self.absent();
                Ok(())
            }
            _ => self.node(false, false),
        }
    }

    fn pair_value(&mut self) -> Done {
        self.states.push(State::PairEnd);
        if matches!(self.scanner.peek()?.kind, TokenKind::Value) {
            self.announce()?;
            if !matches!(self.scanner.peek()?.kind, TokenKind::FlowEntry | TokenKind::FlowSequenceEnd) {
                return self.node(false, false);
            }
        }
        self.absent();
        Ok(())
    }

    fn flow_key(&mut self, first: bool) -> Done {
        if !first && matches!(self.scanner.peek()?.kind, TokenKind::FlowEntry) {
            self.scanner.take()?;
        } else if !first && !matches!(self.scanner.peek()?.kind, TokenKind::FlowMappingEnd) {
            return Err(self.unclosed());
        }
        match self.scanner.peek()?.kind {
            TokenKind::FlowMappingEnd => self.close_flow(),
            TokenKind::Key => {
                self.announce()?;
                self.states.push(State::FlowValue);
                match self.scanner.peek()?.kind {
                    TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd => {
                        self.absent();
                        Ok(())
                    }
                    _ => self.node(false, false),
                }
            }
            _ => {
                self.states.push(State::FlowNoValue);
                self.node(false, false)
            }
        }
    }

    fn flow_value(&mut self) -> Done {
        self.states.push(State::FlowKey { first: false });
        if matches!(self.scanner.peek()?.kind, TokenKind::Value) {
            self.announce()?;
            if !matches!(self.scanner.peek()?.kind, TokenKind::FlowEntry | TokenKind::FlowMappingEnd) {
                return self.node(false, false);
            }
        }
        self.absent();
        Ok(())
    }
}
