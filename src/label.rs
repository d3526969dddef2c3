//! Turns labels and selectors of a manifest into what Kubernetes compares.

mod selector;

pub use selector::{Fault, FaultKind, Operator, Requirement, Selector};

use std::borrow::Cow;

use crate::yaml::{Entry, Node};

/// A map of labels as it is written.
#[derive(Clone, Debug, Default)]
pub struct Labels<'t> {
    entries: Vec<(Cow<'t, str>, Entry<'t>)>,
}

impl<'t> Labels<'t> {
    /// The labels in a mapping; none for anything else.
    pub fn of(node: Option<Node<'t>>) -> Self {
        Self { entries: node.map(Node::fields).unwrap_or_default() }
    }

    /// Every key with its entry, in written order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Entry<'t>)> {
        self.entries.iter().map(|(key, entry)| (&**key, *entry))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether the key is there, whatever its value.
    pub fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// The key with its value as it is written.
    pub fn entry(&self, key: &str) -> Option<Entry<'t>> {
        self.entries.iter().find(|(name, _)| name == key).map(|(_, entry)| *entry)
    }

    /// The value of a label; `None` where the label is absent or its value cannot be one.
    pub fn get(&self, key: &str) -> Option<&'t str> {
        self.entry(key).and_then(|entry| value(entry.value))
    }

    /// The labels whose value is a boolean, a number or a collection, in written order. The API server refuses them: `cannot
    /// unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string`.
    pub fn not_text(&self) -> impl Iterator<Item = Entry<'t>> {
        self.entries.iter().map(|(_, entry)| *entry).filter(|entry| value(entry.value).is_none())
    }
}

/// What a scalar means as the value of a label. Null is the empty text, as Go's JSON decoder leaves a string that it finds
/// null for; booleans, numbers and collections cannot be values.
pub fn value(node: Node<'_>) -> Option<&str> {
    if node.is_null() { Some("") } else { node.as_str() }
}
