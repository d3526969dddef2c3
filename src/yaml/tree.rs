//! Holds the documents of one text as a flat list of nodes in reading order, each with its bytes.

mod builder;
mod expansion;
mod node;
mod pointed;
mod refusal;
mod written;

pub(super) use builder::Builder;
pub use node::{Entry, Node};

use crate::source::{FileId, Span};

/// What a node is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// One value.
    Scalar,
    /// Values in order.
    Sequence,
    /// Keys with values, in order.
    Mapping,
}

/// How a node is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// A scalar without quotes, or nothing at all where a value is due.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A collection by indentation.
    Block,
    /// A collection in brackets or braces.
    Flow,
}

/// What keeps a document, or a part of it, from being read as it is meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// What is so.
    pub kind: FaultKind,
    /// Where.
    pub span: Span,
    /// What is so, in words: lower case, no final stop.
    pub message: String,
    /// The next move; empty for none.
    pub help: String,
    /// The number of the document in the text, zero-based.
    pub document: u32,
}

/// The kinds of [`Fault`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FaultKind {
    /// The document cannot be read, or Kubernetes passes over a part of it in silence; [`Document::broken`] says which.
    Syntax,
    /// A key stands twice in one mapping; the first one stands at `first`.
    DuplicateKey {
        /// The key that was written first.
        first: Span,
    },
}

/// A document in a [`Tree`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Document {
    /// All its bytes, from behind the mark that opens it to the one that ends it.
    pub span: Span,
    /// Its root; `None` when it is empty or cannot be read.
    root: Option<u32>,
    /// Whether it could not be read; then a fault says why.
    pub broken: bool,
}

/// The documents of one text.
#[derive(PartialEq, Debug)]
pub struct Tree<'s> {
    file: FileId,
    text: &'s str,
    slots: Vec<Slot>,
    /// Scalars whose value is not a slice of the text.
    decoded: Vec<Box<str>>,
    documents: Vec<Document>,
    comments: Vec<Span>,
    faults: Vec<Fault>,
}

/// A node in reading order; what is in a collection follows it.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Slot {
    span: Span,
    /// The slot after the last one below this one.
    next: u32,
    /// Of a scalar: where its value is, see [`Builder::scalar`]. Of an alias: the slot that it stands for.
    data: u32,
    what: What,
    style: Style,
    /// Of a scalar: it means its own characters, whatever they look like.
    text: bool,
    /// Of a mapping: it holds a merge key, a key twice, or a key whose text is not its characters, so that a look-up
    /// takes the slow way.
    irregular: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    Scalar,
    Sequence,
    Mapping,
    Alias,
}

/// The value of a scalar is its text but for this many bytes at both ends, or, with this bit, in `decoded`.
const DECODED: u32 = 1 << 31;

impl<'s> Tree<'s> {
    /// Which source it was read from.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// What it was read from.
    pub fn text(&self) -> &'s str {
        self.text
    }

    /// The documents in order, those that are empty or could not be read included.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The root of a document; `None` when it is empty or could not be read.
    pub fn root(&self, document: &Document) -> Option<Node<'_>> {
        document.root.map(|slot| self.node(slot))
    }

    /// Every comment, from its `#` to the end of its line, in order.
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// What kept documents, or parts of them, from being read as they are meant, in order of their place.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// How many nodes it holds.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether it holds no node.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    fn node(&self, slot: u32) -> Node<'_> {
        Node::new(self, slot)
    }

    /// The slot itself, or the one that an alias stands for; an alias never stands for an alias.
    fn behind(&self, slot: u32) -> u32 {
        let it = &self.slots[slot as usize];
        if it.what == What::Alias { it.data } else { slot }
    }

    /// Whether the characters of a scalar are these.
    fn is(&self, it: &Slot, characters: &str) -> bool {
        if it.data & DECODED != 0 {
            return self.raw(it) == characters;
        }
        // Lengths nearly always differ.
        let (start, end) = ((it.span.start + it.data) as usize, (it.span.end - it.data) as usize);
        end - start == characters.len() && self.text.as_bytes()[start..end] == *characters.as_bytes()
    }

    /// The characters of a scalar; nothing for anything else.
    fn raw(&self, it: &Slot) -> &str {
        if it.what != What::Scalar {
            return "";
        }
        if it.data & DECODED != 0 {
            return self.decoded.get((it.data & !DECODED) as usize).map_or("", |text| text);
        }
        let trim = it.data as usize;
        self.text.get(it.span.start as usize + trim..it.span.end as usize - trim).unwrap_or("")
    }
}
