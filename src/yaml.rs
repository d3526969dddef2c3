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
#[cfg(test)]
mod tests;
mod tree;

pub use scalar::{Scalar, is_plain};
pub use tree::{Document, Entry, Fault, FaultKind, Kind, Node, Style, Tree};

use crate::source::{FileId, SourceFile, Span};

/// How many collections may stand inside one another. go-yaml reads up to 10,000; no manifest comes near either.
const DEEPEST: usize = 512;

/// Reads every document of a source. It never fails: a document that cannot be read leaves a [`Fault`], and its
/// neighbours are read. A document that holds bytes which are not text cannot be read.
///
/// A source that was UTF-16 is read as kubectl reads it, which turns it into UTF-8 first; the decoder alone would
/// refuse it in little-endian order, because its reader of lines cuts characters apart.
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
