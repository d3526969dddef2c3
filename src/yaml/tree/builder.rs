//! Collects the nodes of a text in reading order; the only way to make a tree.

use super::{DECODED, Document, Fault, FaultKind, Kind, Slot, Style, Tree, What};
use crate::source::{FileId, Span};

/// A [`Tree`] in the making.
#[derive(Debug)]
pub(in crate::yaml) struct Builder<'s> {
    pub(super) tree: Tree<'s>,
    open: Vec<u32>,
    /// Where the node that was ended last ends.
    end: u32,
    /// How many aliases the tree holds.
    pub(super) aliases: usize,
}

/// What a [`Builder`] held at some moment, to go back to.
#[derive(Clone, Copy, Debug)]
pub(in crate::yaml) struct Mark {
    pub(super) slots: usize,
    decoded: usize,
    comments: usize,
    faults: usize,
    pub(super) aliases: usize,
}

impl<'s> Builder<'s> {
    pub(in crate::yaml) fn new(file: FileId, text: &'s str) -> Self {
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
        Self { tree, open: Vec::new(), end: 0, aliases: 0 }
    }

    pub(in crate::yaml) fn text(&self) -> &'s str {
        self.tree.text
    }

    pub(in crate::yaml) fn mark(&self) -> Mark {
        let tree = &self.tree;
        Mark {
            slots: tree.slots.len(),
            decoded: tree.decoded.len(),
            comments: tree.comments.len(),
            faults: tree.faults.len(),
            aliases: self.aliases,
        }
    }

    /// Forgets every node and comment since `mark`.
    pub(in crate::yaml) fn rewind(&mut self, mark: Mark) {
        self.forget_nodes(mark);
        self.tree.comments.truncate(mark.comments);
    }

    fn forget_nodes(&mut self, mark: Mark) {
        self.tree.slots.truncate(mark.slots);
        self.tree.decoded.truncate(mark.decoded);
        self.aliases = mark.aliases;
        self.open.clear();
    }

    /// How many collections are open.
    pub(in crate::yaml) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The collection that was opened last of those that are open: what it is, how it is written, where it begins.
    pub(in crate::yaml) fn innermost(&self) -> Option<(Kind, Style, Span)> {
        let it = self.tree.slots[*self.open.last()? as usize];
        Some((if it.what == What::Mapping { Kind::Mapping } else { Kind::Sequence }, it.style, it.span))
    }

    /// The innermost of the open collections that begin with a bracket, and where it stands: a pair in a flow sequence is a
    /// mapping without any.
    pub(in crate::yaml) fn bracket(&self) -> Option<(Kind, usize)> {
        self.open.iter().rev().find_map(|&slot| {
            let it = &self.tree.slots[slot as usize];
            let at = it.span.start as usize;
            match (it.what, self.tree.text.as_bytes().get(at)) {
                (What::Mapping, Some(b'{')) => Some((Kind::Mapping, at)),
                (What::Sequence, Some(b'[')) => Some((Kind::Sequence, at)),
                _ => None,
            }
        })
    }

    /// Adds a scalar whose value is its own bytes but for `trim` at both ends: 0, or 1 for quotes.
    pub(in crate::yaml) fn scalar(&mut self, span: Span, trim: u32, style: Style, text: bool) -> u32 {
        self.push(Slot { span, next: 0, data: trim, what: What::Scalar, style, text, irregular: false })
    }

    /// Adds a scalar whose value had to be made.
    pub(in crate::yaml) fn decoded(&mut self, span: Span, value: impl Into<Box<str>>, style: Style, text: bool) -> u32 {
        let data = DECODED | narrow(self.tree.decoded.len());
        self.tree.decoded.push(value.into());
        self.push(Slot { span, next: 0, data, what: What::Scalar, style, text, irregular: false })
    }

    /// Adds an alias of the node at `target`; `false` if that node is still open, so that it would hold itself.
    pub(in crate::yaml) fn alias(&mut self, span: Span, target: u32) -> bool {
        if self.open.contains(&target) {
            return false;
        }
        let style = self.tree.slots[target as usize].style;
        self.push(Slot { span, next: 0, data: target, what: What::Alias, style, text: false, irregular: false });
        self.aliases += 1;
        true
    }

    /// Opens a sequence or a mapping that begins at `start`.
    pub(in crate::yaml) fn open(&mut self, kind: Kind, start: usize, style: Style) -> u32 {
        let what = if kind == Kind::Mapping { What::Mapping } else { What::Sequence };
        let span = Span::at(start);
        let slot = self.push(Slot { span, next: 0, data: 0, what, style, text: false, irregular: false });
        self.open.push(slot);
        slot
    }

    /// Closes the collection that was opened last. It ends at `end`, or where its last node ends.
    pub(in crate::yaml) fn close(&mut self, end: Option<usize>) {
        let Some(slot) = self.open.pop() else { return };
        let next = narrow(self.tree.slots.len());
        let it = &mut self.tree.slots[slot as usize];
        it.next = next;
        it.span.end = end.map_or(self.end, narrow).max(it.span.start);
        self.end = it.span.end;
    }

    pub(in crate::yaml) fn comment(&mut self, span: Span) {
        self.tree.comments.push(span);
    }

    pub(in crate::yaml) fn fault(
        &mut self,
        kind: FaultKind,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let document = narrow(self.tree.documents.len());
        self.tree.faults.push(Fault { kind, span, message: message.into(), help: help.into(), document });
    }

    /// Ends a document whose root is the first node since `mark`; `broken` says that it could not be read. The nodes
    /// of a broken document are forgotten, also when it is broken because Kubernetes refuses what was read.
    pub(in crate::yaml) fn document(&mut self, mark: Mark, span: Span, broken: bool) {
        let broken = broken || !self.admit(mark);
        if broken {
            self.forget_nodes(mark);
        }
        self.tree.faults[mark.faults..].sort_by_key(|fault| fault.span.start);
        let root = (self.tree.slots.len() > mark.slots).then(|| narrow(mark.slots));
        self.tree.documents.push(Document { span, root, broken });
    }

    pub(in crate::yaml) fn finish(self) -> Tree<'s> {
        self.tree
    }

    fn push(&mut self, mut slot: Slot) -> u32 {
        let index = narrow(self.tree.slots.len());
        slot.next = index + 1;
        self.end = slot.span.end;
        self.tree.slots.push(slot);
        index
    }
}

pub(super) fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
