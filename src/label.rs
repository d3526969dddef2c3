//! Turns labels and selectors of a manifest into what Kubernetes compares.

mod selector;

pub use selector::{Fault, FaultKind, Operator, Requirement, Selector};

use std::borrow::Cow;

use crate::yaml::{Entry, Node};

/// A map of labels as it is written.
#[derive(Clone, Debug, Default)]
pub struct Labels<'t> {
    entries: Vec<(Cow<'t, str>, Entry<'t>)>,
    /// The numbers of the entries in the order of their keys; empty for few, which are looked through faster than sorted.
    sorted: Vec<usize>,
}

/// How many labels are looked through one by one.
const FEW: usize = 16;

impl<'t> Labels<'t> {
    /// The labels in a mapping; none for anything else.
    pub fn of(node: Option<Node<'t>>) -> Self {
        let entries = node.map(Node::fields).unwrap_or_default();
        let mut sorted: Vec<usize> = if entries.len() > FEW { (0..entries.len()).collect() } else { Vec::new() };
        sorted.sort_by_key(|&number| &*entries[number].0);
        Self { entries, sorted }
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
        if self.sorted.is_empty() {
            return self.entries.iter().find(|(name, _)| name == key).map(|(_, entry)| *entry);
        }
        let before = self.sorted.partition_point(|&number| &*self.entries[number].0 < key);
        let (name, entry) = &self.entries[*self.sorted.get(before)?];
        (name == key).then_some(*entry)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::yaml;

    #[test]
    fn a_label_is_found_among_few_and_among_many() {
        for count in [0, 1, FEW, FEW + 1, 5000] {
            let lines: Vec<String> = (0..count).rev().map(|number| format!("k{number}: v{number}\n")).collect();
            let text = lines.concat();
            let tree = yaml::parse(FileId(0), &text);
            let labels = Labels::of(tree.documents().first().and_then(|document| tree.root(document)));
            assert_eq!(labels.len(), count);
            for number in 0..count {
                assert_eq!(labels.get(&format!("k{number}")), Some(&*format!("v{number}")), "{number} of {count}");
            }
            assert!(!labels.has("k") && !labels.has("z") && !labels.has(""), "of {count}");
        }
    }
}
