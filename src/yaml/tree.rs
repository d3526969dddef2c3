//! Holds the documents of one text as a flat list of nodes in reading order, each with its bytes.

use std::borrow::Cow;
use std::collections::HashMap;

use super::scalar::{self, Scalar};
use crate::source::{FileId, Place, Span};

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
    /// The document cannot be read.
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
#[derive(Debug)]
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

#[derive(Clone, Copy, Debug)]
struct Slot {
    span: Span,
    /// The slot after the last one below this one.
    next: u32,
    /// Of a scalar: where its value is, see `Builder::scalar`. Of an alias: the slot that it stands for.
    data: u32,
    what: What,
    style: Style,
    tag: Tag,
    /// Of a mapping: it holds a merge key or a key twice, so that a look-up takes the slow way.
    irregular: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    Scalar,
    Sequence,
    Mapping,
    Alias,
}

/// A tag that changes what a scalar means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Tag {
    /// None, or one that means nothing to Kubernetes.
    #[default]
    None,
    Str,
    Int,
    Float,
    Bool,
    Null,
    Binary,
}

/// How many merge keys may stand behind one another; go-yaml has its own, much later end.
const DEEPEST_MERGE: u32 = 32;

/// The value of a scalar is the text between these offsets from its span, or in `decoded`.
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

    /// What kept documents, or parts of them, from being read as they are meant, in order.
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
        Node { tree: self, written: slot, slot: self.behind(slot) }
    }

    /// The slot itself, or the one that an alias stands for; an alias never stands for an alias.
    fn behind(&self, slot: u32) -> u32 {
        let it = &self.slots[slot as usize];
        if it.what == What::Alias { it.data } else { slot }
    }
}

/// A value, sequence or mapping in a [`Tree`]. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree<'t>,
    /// Where it is written, which is the alias if it is behind one.
    written: u32,
    slot: u32,
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}@{:?}", self.kind(), self.span())
    }
}

impl PartialEq for Node<'_> {
    /// Whether they are written at the same place of the same tree.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.written == other.written
    }
}

impl<'t> Node<'t> {
    fn it(self) -> &'t Slot {
        &self.tree.slots[self.slot as usize]
    }

    /// What it is, aliases followed.
    pub fn kind(self) -> Kind {
        match self.it().what {
            What::Sequence => Kind::Sequence,
            What::Mapping => Kind::Mapping,
            What::Scalar | What::Alias => Kind::Scalar,
        }
    }

    /// How it is written, aliases followed.
    pub fn style(self) -> Style {
        self.it().style
    }

    /// Its bytes where it is written: of an alias, the `*name`. A quoted scalar includes its quotes; a value that is
    /// absent is an empty span.
    pub fn span(self) -> Span {
        self.tree.slots[self.written as usize].span
    }

    /// Its bytes and the source that they are in.
    pub fn place(self) -> Place {
        Place { file: self.tree.file, span: self.span() }
    }

    /// The whole text that it stands in.
    pub fn text(self) -> &'t str {
        self.tree.text
    }

    /// Whether it is a mapping.
    pub fn is_mapping(self) -> bool {
        self.kind() == Kind::Mapping
    }

    /// Whether it is a sequence.
    pub fn is_sequence(self) -> bool {
        self.kind() == Kind::Sequence
    }

    /// Whether it is nothing: absent, `null`, `~`.
    pub fn is_null(self) -> bool {
        matches!(self.scalar(), Some(Scalar::Null))
    }

    /// The characters of a scalar, before anything is made of them; `None` for a collection.
    pub fn raw(self) -> Option<&'t str> {
        let it = self.it();
        if it.what != What::Scalar {
            return None;
        }
        if it.data & DECODED != 0 {
            return self.tree.decoded.get((it.data & !DECODED) as usize).map(|text| &**text);
        }
        let trim = it.data as usize;
        let range = it.span.range();
        self.tree.text.get(range.start + trim..range.end.saturating_sub(trim).max(range.start + trim))
    }

    /// What a scalar means to Kubernetes; `None` for a collection.
    pub fn scalar(self) -> Option<Scalar<'t>> {
        let it = self.it();
        self.raw().map(|raw| scalar::resolve(raw, it.style == Style::Plain, it.tag))
    }

    /// The value of a string; `None` for anything else, numbers included.
    pub fn as_str(self) -> Option<&'t str> {
        match self.scalar()? {
            Scalar::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of an integer that fits.
    pub fn as_i64(self) -> Option<i64> {
        match self.scalar()? {
            Scalar::Int(number) => Some(number),
            _ => None,
        }
    }

    /// The value of a boolean.
    pub fn as_bool(self) -> Option<bool> {
        match self.scalar()? {
            Scalar::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The items of a sequence; none for anything else.
    pub fn items(self) -> impl Iterator<Item = Node<'t>> + Clone {
        let sequence = self.it().what == What::Sequence;
        self.children(sequence)
    }

    /// Keys with values as they are written, merge keys and keys that stand twice included; none for anything else.
    pub fn entries(self) -> impl Iterator<Item = (Node<'t>, Node<'t>)> + Clone {
        let mapping = self.it().what == What::Mapping;
        let mut children = self.children(mapping);
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    /// Keys with values as Kubernetes sees them: merge keys followed, of a key that stands twice only the last. Keys
    /// are text, as JSON has them. None for anything but a mapping.
    pub fn fields(self) -> Vec<(Cow<'t, str>, Entry<'t>)> {
        let mut fields = Vec::new();
        if self.it().irregular {
            self.collect_irregular(&mut fields, &mut HashMap::new(), 0);
        } else {
            fields.extend(self.entries().filter_map(|(key, value)| Some((key.key()?, Entry { key, value }))));
        }
        fields
    }

    /// The value of `key` as Kubernetes sees it; `None` also where the value is null.
    pub fn get(self, key: &str) -> Option<Node<'t>> {
        self.entry(key).map(|entry| entry.value).filter(|value| !value.is_null())
    }

    /// The key and the value of `key` as Kubernetes sees them, a null value included.
    pub fn entry(self, key: &str) -> Option<Entry<'t>> {
        if self.it().what != What::Mapping {
            return None;
        }
        if self.it().irregular {
            return self.fields().into_iter().find(|(name, _)| name == key).map(|(_, entry)| entry);
        }
        self.entries().find(|(name, _)| name.is_key(key)).map(|(key, value)| Entry { key, value })
    }

    /// The text of a key, as JSON has it; `None` for null and collections, which cannot be keys.
    pub fn key(self) -> Option<Cow<'t, str>> {
        self.scalar()?.into_key()
    }

    fn is_key(self, key: &str) -> bool {
        // Nearly every key is a plain word that means itself; only others pay for being resolved.
        match self.raw() {
            Some(raw) if raw == key => self.key().is_some_and(|name| name == key),
            Some(_) if self.may_mean_other_text() => self.key().is_some_and(|name| name == key),
            _ => false,
        }
    }

    /// Whether the key may read differently in JSON: `y`, `on`, `1.10`.
    fn may_mean_other_text(self) -> bool {
        self.style() == Style::Plain && !matches!(self.scalar(), Some(Scalar::String(_)) | None)
    }

    fn is_merge(self) -> bool {
        self.it().style == Style::Plain && self.raw() == Some("<<")
    }

    fn children(self, any: bool) -> impl Iterator<Item = Node<'t>> + Clone {
        let end = if any { self.it().next } else { self.slot + 1 };
        let mut slot = self.slot + 1;
        std::iter::from_fn(move || {
            if slot >= end {
                return None;
            }
            let child = self.tree.node(slot);
            slot = self.tree.slots[slot as usize].next;
            Some(child)
        })
    }

    /// In written order, as go-yaml merges: what comes later wins, a merge behind a key included.
    fn collect_irregular(
        self,
        fields: &mut Vec<(Cow<'t, str>, Entry<'t>)>,
        known: &mut HashMap<Cow<'t, str>, usize>,
        depth: u32,
    ) {
        for (key, value) in self.entries() {
            if key.is_merge() && depth < DEEPEST_MERGE {
                let mut sources: Vec<_> = if value.is_sequence() { value.items().collect() } else { vec![value] };
                // Of several merged mappings the first wins, so it comes last.
                sources.reverse();
                for source in sources {
                    source.collect_irregular(fields, known, depth + 1);
                }
            } else if let Some(name) = key.key() {
                let entry = Entry { key, value };
                if let Some(&row) = known.get(&name) {
                    fields[row].1 = entry;
                } else {
                    known.insert(name.clone(), fields.len());
                    fields.push((name, entry));
                }
            }
        }
    }
}

/// A key with its value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry<'t> {
    /// The key.
    pub key: Node<'t>,
    /// The value.
    pub value: Node<'t>,
}

/// Collects the nodes of a text in reading order; the only way to make a [`Tree`].
#[derive(Debug)]
pub(super) struct Builder<'s> {
    tree: Tree<'s>,
    open: Vec<u32>,
}

/// What a [`Builder`] held at some moment, to go back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    slots: usize,
    decoded: usize,
    comments: usize,
    faults: usize,
}

impl<'s> Builder<'s> {
    pub(super) fn new(file: FileId, text: &'s str) -> Self {
        let tree = Tree {
            file,
            text,
            // A node takes about 14 bytes of a manifest.
            slots: Vec::with_capacity(text.len() / 14),
            decoded: Vec::new(),
            documents: Vec::new(),
            comments: Vec::new(),
            faults: Vec::new(),
        };
        Self { tree, open: Vec::new() }
    }

    pub(super) fn text(&self) -> &'s str {
        self.tree.text
    }

    pub(super) fn mark(&self) -> Mark {
        let tree = &self.tree;
        Mark {
            slots: tree.slots.len(),
            decoded: tree.decoded.len(),
            comments: tree.comments.len(),
            faults: tree.faults.len(),
        }
    }

    /// Forgets everything since `mark`, but for the documents.
    pub(super) fn rewind(&mut self, mark: Mark) {
        self.tree.slots.truncate(mark.slots);
        self.tree.decoded.truncate(mark.decoded);
        self.tree.comments.truncate(mark.comments);
        self.tree.faults.truncate(mark.faults);
        self.open.clear();
    }

    /// How many collections are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Adds a scalar whose value is its own text but for `trim` bytes at both ends (0, or 1 for quotes).
    pub(super) fn scalar(&mut self, span: Span, trim: u32, style: Style, tag: Tag) -> u32 {
        self.push(Slot { span, next: 0, data: trim, what: What::Scalar, style, tag, irregular: false })
    }

    /// Adds a scalar whose value had to be made.
    pub(super) fn decoded(&mut self, span: Span, value: &str, style: Style, tag: Tag) -> u32 {
        let data = DECODED | narrow(self.tree.decoded.len());
        self.tree.decoded.push(value.into());
        self.push(Slot { span, next: 0, data, what: What::Scalar, style, tag, irregular: false })
    }

    /// Adds an alias of the node at `target`, which may be an alias itself.
    pub(super) fn alias(&mut self, span: Span, target: u32) -> u32 {
        let data = self.tree.behind(target);
        let style = self.tree.slots[data as usize].style;
        self.push(Slot { span, next: 0, data, what: What::Alias, style, tag: Tag::None, irregular: false })
    }

    /// Opens a sequence or a mapping that begins at `start`.
    pub(super) fn open(&mut self, kind: Kind, start: usize, style: Style) -> u32 {
        let what = if kind == Kind::Mapping { What::Mapping } else { What::Sequence };
        let span = Span::at(start);
        let slot = self.push(Slot { span, next: 0, data: 0, what, style, tag: Tag::None, irregular: false });
        self.open.push(slot);
        slot
    }

    /// Closes the collection that was opened last. It ends at `end`, or where its last node ends.
    pub(super) fn close(&mut self, end: Option<usize>) {
        let Some(slot) = self.open.pop() else { return };
        let next = narrow(self.tree.slots.len());
        // The last node in reading order ends last.
        let last = self.tree.slots.last().map_or(0, |it| it.span.end);
        let it = &mut self.tree.slots[slot as usize];
        it.next = next;
        it.span.end = end.map_or(last, narrow).max(it.span.start);
    }

    pub(super) fn comment(&mut self, span: Span) {
        self.tree.comments.push(span);
    }

    pub(super) fn fault(&mut self, kind: FaultKind, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let document = narrow(self.tree.documents.len());
        self.tree.faults.push(Fault { kind, span, message: message.into(), help: help.into(), document });
    }

    /// Ends a document whose root is the first node since `mark`; `broken` says that it could not be read, and then
    /// its nodes are forgotten.
    pub(super) fn document(&mut self, mark: Mark, span: Span, broken: bool) {
        self.open.clear();
        if broken {
            self.tree.slots.truncate(mark.slots);
            self.tree.decoded.truncate(mark.decoded);
        }
        let root = (self.tree.slots.len() > mark.slots).then(|| narrow(mark.slots));
        self.tree.documents.push(Document { span, root, broken });
    }

    pub(super) fn finish(self) -> Tree<'s> {
        self.tree
    }

    fn push(&mut self, mut slot: Slot) -> u32 {
        let index = narrow(self.tree.slots.len());
        slot.next = index + 1;
        self.tree.slots.push(slot);
        index
    }
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
