//! Turns text into documents whose every key and value remembers its bytes.
//!
//! Nothing outside this module knows which parser read the text. Scalars mean what `sigs.k8s.io/yaml` makes of them,
//! because that is what the cluster will see.

mod block;
mod character;
mod failure;
mod full;
mod json;
mod scalar;
mod split;
mod tree;

pub use scalar::Scalar;
pub use tree::{Document, Entry, Fault, FaultKind, Kind, Node, Style, Tree};

use crate::source::{FileId, SourceFile, Span};

/// How many collections may stand inside one another. go-yaml reads up to 10,000; no manifest comes near either.
const DEEPEST: usize = 512;

/// Reads every document of a source. It never fails: a document that cannot be read leaves a [`Fault`], and its
/// neighbours are read. A document that holds bytes which are not text cannot be read.
pub fn read(file: FileId, source: &SourceFile) -> Tree<'_> {
    parse_around(file, &source.text, &source.not_text)
}

/// Reads every document of `text` as [`read`] does.
pub fn parse(file: FileId, text: &str) -> Tree<'_> {
    parse_around(file, text, &[])
}

fn parse_around<'s>(file: FileId, text: &'s str, not_text: &[Span]) -> Tree<'s> {
    let mut tree = tree::Builder::new(file, text);
    let from = if not_text.is_empty() { json::read(&mut tree) } else { Some(0) };
    let Some(from) = from else { return tree.finish() };
    for mut chunk in split::documents(text, from) {
        if not_text.is_empty() && chunk.failure.is_none() && block::read(&mut tree, &chunk) {
            continue;
        }
        if let Some(failure) = chunk.failure.take().or_else(|| character::check(text, chunk.span, not_text)) {
            let mark = tree.mark();
            tree.fault(FaultKind::Syntax, failure.span, failure.message, failure.help);
            tree.document(mark, chunk.span, true);
        } else {
            full::read(&mut tree, &chunk);
        }
    }
    tree.finish()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    #[test]
    fn merges_happen_in_written_order_and_the_last_of_equal_keys_wins() {
        let text =
            "base: &b {x: 1, z: 2, yes: 3}\nlate:\n  x: 9\n  <<: *b\nearly:\n  <<: *b\n  x: 9\ntwice: {k: 1, k: 2}\n";
        let tree = parse(FileId(0), text);
        let root = tree.root(&tree.documents()[0]).unwrap();
        for (mapping, key, want) in
            [("late", "x", 1), ("early", "x", 9), ("early", "true", 3), ("twice", "k", 2), ("base", "true", 3)]
        {
            let value = root.get(mapping).and_then(|mapping| mapping.get(key)).and_then(Node::as_i64);
            assert_eq!(value, Some(want), "{mapping}.{key}");
        }
        assert!(matches!(tree.faults(), [Fault { kind: FaultKind::DuplicateKey { .. }, .. }]), "{:?}", tree.faults());
        assert_eq!(root.entry("early").map(|entry| entry.key.span()), Some(Span::new(52, 57)));
    }

    #[test]
    fn aliases_that_multiply_break_the_document_in_bounded_time() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..30 {
            let item = format!("*a{}, ", level - 1);
            let items = item.repeat(10);
            writeln!(text, "a{level}: &a{level} [{items}]").unwrap();
        }
        let tree = parse(FileId(0), &text);
        assert!(tree.documents()[0].broken);
        assert!(tree.faults()[0].message.contains("multiply"), "{:?}", tree.faults());
    }
}
