//! Answers which bytes of a node a finding points at: one key or one line, never a whole block.

use super::{Kind, Node, Style};
use crate::source::Place;

impl<'t> Node<'t> {
    /// Where to point for what is wrong with this value, which stands behind `key` if it has one: a scalar on one line is
    /// pointed at itself, any other value by its key or by what it begins with.
    pub fn pointed(self, key: Option<Node<'t>>) -> Place {
        let one_line = self.kind() == Kind::Scalar && !matches!(self.style(), Style::Literal | Style::Folded);
        if one_line && !self.span().is_empty() { self.place() } else { self.pointed_within(key) }
    }

    /// Where to point for what is absent in this value, which stands behind `key` if it has one.
    pub fn pointed_within(self, key: Option<Node<'t>>) -> Place {
        if let Some(key) = key {
            return key.place();
        }
        match self.kind() {
            Kind::Mapping => {
                // A whole object is told by its kind, an item of a list by its first key.
                let kind = self.entry("kind").map(|entry| entry.value).filter(|_| self.entry("apiVersion").is_some());
                let first = || self.entries().next().map(|(key, _)| key);
                kind.or_else(first).unwrap_or(self).place()
            }
            Kind::Sequence if self.style() == Style::Block => {
                // An empty block sequence cannot be written; the walk down ends where the reader's own limit is.
                let mut inner = self;
                while let Some(item) = inner.items().next() {
                    inner = item;
                }
                if inner.is_mapping() { inner.pointed_within(None) } else { inner.place() }
            }
            Kind::Scalar | Kind::Sequence => self.place(),
        }
    }
}
