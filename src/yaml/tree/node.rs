//! Answers what a node of a tree is, holds and means.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use super::{Kind, Slot, Style, Tree, What};
use crate::source::{Place, Span};
use crate::yaml::scalar::{self, Scalar};

/// A value, sequence or mapping in a [`Tree`]. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree<'t>,
    /// Where it is written, which is the alias if it is behind one.
    written: u32,
    slot: u32,
}

/// A key with its value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry<'t> {
    /// The key.
    pub key: Node<'t>,
    /// The value.
    pub value: Node<'t>,
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
    pub(super) fn new(tree: &'t Tree<'t>, slot: u32) -> Self {
        Self { tree, written: slot, slot: tree.behind(slot) }
    }

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

    /// Its bytes where it is written: of an alias, the `*name`. A quoted scalar includes its quotes, a block scalar its
    /// `|` or `>`. A block collection reaches from its first key or `-` to the end of its last value; a value that is
    /// absent is the empty span behind what announces it.
    pub fn span(self) -> Span {
        self.tree.slots[self.written as usize].span
    }

    /// Its bytes and the source that they are in.
    pub fn place(self) -> Place {
        Place { file: self.tree.file, span: self.span() }
    }

    /// How many nodes it holds, itself included. What stands behind an alias counts where the node itself is one, and not
    /// below it.
    pub fn weight(self) -> usize {
        match self.kind() {
            Kind::Scalar => 1,
            Kind::Sequence | Kind::Mapping => self.it().next.saturating_sub(self.slot) as usize,
        }
    }

    /// The root of the document that it is written in.
    #[must_use]
    pub fn root(self) -> Self {
        let documents = &self.tree.documents;
        let behind = documents.partition_point(|document| document.span.start <= self.span().start);
        let root = documents[..behind].last().and_then(|document| document.root);
        Self::new(self.tree, root.unwrap_or(self.written))
    }

    /// The whole text that it stands in.
    pub fn text(self) -> &'t str {
        self.tree.text
    }

    /// Whether it is a mapping.
    pub fn is_mapping(self) -> bool {
        self.it().what == What::Mapping
    }

    /// Whether it is a sequence.
    pub fn is_sequence(self) -> bool {
        self.it().what == What::Sequence
    }

    /// Whether it stands behind an alias.
    pub fn is_alias(self) -> bool {
        self.written != self.slot
    }

    /// Whether it is nothing: absent, `null`, `~`.
    pub fn is_null(self) -> bool {
        let it = self.it();
        it.what == What::Scalar && !it.text && matches!(self.tree.raw(it), "" | "~" | "null" | "Null" | "NULL")
    }

    /// The characters of a scalar, before anything is made of them; `None` for a collection.
    pub fn raw(self) -> Option<&'t str> {
        let it = self.it();
        (it.what == What::Scalar).then(|| self.tree.raw(it))
    }

    /// What a scalar means to Kubernetes; `None` for a collection.
    pub fn scalar(self) -> Option<Scalar<'t>> {
        self.raw().map(|raw| scalar::resolve(raw, self.it().text))
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
        let end = if self.is_sequence() { self.it().next } else { 0 };
        let tree = self.tree;
        let mut slot = self.slot + 1;
        std::iter::from_fn(move || {
            (slot < end).then(|| {
                let child = tree.node(slot);
                slot = tree.slots[slot as usize].next;
                child
            })
        })
    }

    /// Keys with values as they are written, merge keys and keys that stand twice included; none for anything else.
    pub fn entries(self) -> impl Iterator<Item = (Node<'t>, Node<'t>)> + Clone {
        let tree = self.tree;
        self.pairs().map(move |(key, value)| (tree.node(key), tree.node(value)))
    }

    /// Keys with values as Kubernetes sees them: merge keys followed, of a key that stands twice only the last. Keys
    /// are text, as JSON has them. None for anything but a mapping.
    pub fn fields(self) -> Vec<(Cow<'t, str>, Entry<'t>)> {
        let mut fields = Vec::new();
        if self.it().irregular {
            self.merge_into(&mut fields, &mut HashMap::new());
        } else {
            let field =
                |(key, value): (Node<'t>, Node<'t>)| (Cow::Borrowed(key.tree.raw(key.it())), Entry { key, value });
            fields.extend(self.entries().map(field));
        }
        fields
    }

    /// The value of `key` as Kubernetes sees it; `None` also where the value is null.
    pub fn get(self, key: &str) -> Option<Node<'t>> {
        self.entry(key).map(|entry| entry.value).filter(|value| !value.is_null())
    }

    /// The key and the value of `key` as Kubernetes sees them, a null value included.
    pub fn entry(self, key: &str) -> Option<Entry<'t>> {
        if self.it().irregular {
            return self.irregular_entry(key);
        }
        let tree = self.tree;
        self.pairs()
            .find(|&(at, _)| tree.is(&tree.slots[at as usize], key))
            .map(|(key, value)| Entry { key: tree.node(key), value: tree.node(value) })
    }

    /// As `entry`, where keys stand twice, merge, or are no text. The last one wins, as in `merge_into`.
    fn irregular_entry(self, key: &str) -> Option<Entry<'t>> {
        let mut found = None;
        for (name, value) in self.entries() {
            if name.is_merge() {
                let merged = if value.is_sequence() {
                    // Of several merged mappings the first wins.
                    value.items().find_map(|source| source.entry(key))
                } else {
                    value.entry(key)
                };
                found = merged.or(found);
            } else if name.key().is_some_and(|name| name == key) {
                found = Some(Entry { key: name, value });
            }
        }
        found
    }

    /// The text of a key, as JSON has it; `None` for what cannot be a key: null, integers above `i64::MAX`, collections.
    pub fn key(self) -> Option<Cow<'t, str>> {
        self.raw().and_then(|raw| scalar::key(raw, self.it().text))
    }

    /// Whether it is a mapping whose keys and values are not simply what is written: keys are merged, stand twice, or mean
    /// other text than their characters. [`Self::fields`] says what they are.
    pub fn is_irregular(self) -> bool {
        self.it().irregular
    }

    /// Whether it is a key that merges, `<<`.
    pub fn is_merge(self) -> bool {
        let it = self.it();
        !it.text && !self.is_alias() && self.tree.raw(it) == "<<"
    }

    /// The slots of keys and values of a mapping; none for anything else.
    fn pairs(self) -> impl Iterator<Item = (u32, u32)> + Clone {
        let end = if self.is_mapping() { self.it().next } else { 0 };
        let slots = self.tree.slots.as_slice();
        let mut key = self.slot + 1;
        std::iter::from_fn(move || {
            (key < end).then(|| {
                let value = slots[key as usize].next;
                let pair = (key, value);
                key = slots[value as usize].next;
                pair
            })
        })
    }

    /// In written order, as go-yaml merges (`decoder.mapping` and `merge` in its decode.go): what comes later wins, a
    /// merge behind a key included. How deep mappings merge is limited as all nesting is, and how many are merged by
    /// go-yaml's rule on aliases.
    fn merge_into(self, fields: &mut Vec<(Cow<'t, str>, Entry<'t>)>, rows: &mut HashMap<Cow<'t, str>, usize>) {
        for (key, value) in self.entries() {
            if key.is_merge() {
                let mut sources: Vec<_> = if value.is_sequence() { value.items().collect() } else { vec![value] };
                // Of several merged mappings the first wins, so it comes last.
                sources.reverse();
                for source in sources {
                    source.merge_into(fields, rows);
                }
            } else if let Some(name) = key.key() {
                let entry = Entry { key, value };
                if let Some(&row) = rows.get(&name) {
                    fields[row].1 = entry;
                } else {
                    rows.insert(name.clone(), fields.len());
                    fields.push((name, entry));
                }
            }
        }
    }
}
