//! Turns text into documents whose every key and value remembers its bytes.
//!
//! Nothing outside this module knows which parser read the text. Scalars mean what `sigs.k8s.io/yaml` makes of them,
//! because that is what the cluster will see.

mod full;
mod scalar;
mod split;
mod tree;

pub use scalar::Scalar;
pub use tree::{Document, Entry, Fault, FaultKind, Kind, Node, Style, Tree};

use crate::source::FileId;

/// Reads every document of `text`. It never fails: a document that cannot be read leaves a [`Fault`], and its
/// neighbours are read.
pub fn parse(file: FileId, text: &str) -> Tree<'_> {
    let mut tree = tree::Builder::new(file, text);
    for chunk in split::documents(text) {
        full::read(&mut tree, chunk);
    }
    tree.finish()
}
