//! Splits a text into the documents that Kubernetes' decoder reads one by one.
//!
//! This is `YAMLReader` of apimachinery v0.37.0 (pkg/util/yaml/decoder.go), which kubectl reads with: a line that
//! begins with `---` ends a document, whatever YAML says about it.

use memchr::{memchr, memmem};

use super::failure::{Failure, quoted};
use crate::source::Span;

/// The bytes of one document.
#[derive(Debug)]
pub(super) struct Chunk {
    /// From behind the mark before it to the mark behind it.
    pub(super) span: Span,
    /// A `---` belongs to it, so that there may be nothing but `...` behind.
    pub(super) announced: bool,
    /// Why Kubernetes refuses it unread.
    pub(super) failure: Option<Failure>,
}

/// The documents of `text` from the byte `from` on, in order; the marks between them belong to none. Those that hold
/// nothing but space are left out, unless there is no other.
pub(super) fn documents(text: &str, from: usize) -> Vec<Chunk> {
    let bytes = text.as_bytes();
    let first = bytes[from..].starts_with(b"---").then_some(from);
    let marks = first.into_iter().chain(memmem::find_iter(&bytes[from..], b"\n---").map(|at| from + at + 1));
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut chunk = Chunk { span: Span::at(from), announced: false, failure: None };
    for mark in marks {
        let start = chunk.span.start as usize;
        let end = memchr(b'\n', &bytes[mark..]).map_or(bytes.len(), |at| mark + at + 1);
        // A mark that ends no document belongs to the next one, and must be one to YAML too.
        let announced = mark == start && !chunk.announced;
        let failure = bad_mark(text, mark, end, announced);
        let next = if failure.is_some() { mark + 3 } else { end };
        chunk.span = Span::new(start, mark);
        push(&mut chunks, text, chunk);
        chunk = Chunk { span: Span::at(next), announced, failure };
    }
    chunk.span = Span::new(chunk.span.start as usize, bytes.len());
    let span = chunk.span;
    push(&mut chunks, text, chunk);
    if chunks.is_empty() {
        chunks.push(Chunk { span, announced: false, failure: None });
    }
    chunks
}

fn push(chunks: &mut Vec<Chunk>, text: &str, chunk: Chunk) {
    if chunk.failure.is_some() || !text[chunk.span.range()].trim_start().is_empty() {
        chunks.push(chunk);
    }
}

/// Kubernetes takes only a comment behind the `---` at `mark`, whose line ends at `end`.
fn bad_mark(text: &str, mark: usize, end: usize, announced: bool) -> Option<Failure> {
    let behind = &text[mark + 3..end];
    let word = behind.trim();
    // A mark that belongs to the document must end as YAML has it: other space is none there.
    let ends = !announced || behind.is_empty() || behind.starts_with([' ', '\t', '\r', '\n']);
    if ends && (word.is_empty() || word.starts_with('#')) {
        return None;
    }
    let start = mark + 3 + behind.len() - behind.trim_start().len();
    let span = Span::new(start, start + word.len());
    Some(if behind.starts_with([' ', '\t']) {
        Failure::new(
            span,
            format!("{} stands on the line of the \"---\" that begins the document", quoted(word)),
            "put it on the next line: Kubernetes takes only a comment there",
        )
    } else {
        Failure::new(
            Span::new(mark, mark + text[mark..end].trim_end().len()),
            format!(
                "Kubernetes ends the document at {}, because it begins with \"---\"",
                quoted(text[mark..end].trim())
            ),
            "indent the line if it belongs to the value above, else write \"---\" alone",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_end_where_kubernetes_ends_them() {
        for (text, want) in [
            ("", &[""][..]),
            ("a", &["a"]),
            ("---\na\n", &["a\n"]),
            ("a\n---\nb", &["a\n", "b"]),
            ("a\n--- # note\r\nb\r\n---\r\n", &["a\n", "b\r\n"]),
            ("---\n---\n\n---\n", &[""]),
            ("a: |\n  ---\n", &["a: |\n  ---\n"]),
            ("# only\n---\n", &["# only\n"]),
            ("a\n--- b\nc\n", &["a\n", " b\nc\n"]),
            ("a\n----\nc\n", &["a\n", "-\nc\n"]),
            ("a\n... \n---\nb", &["a\n... \n", "b"]),
        ] {
            let chunks = documents(text, 0);
            let texts: Vec<_> = chunks.iter().map(|chunk| &text[chunk.span.range()]).collect();
            assert_eq!(texts, want, "{text:?}");
        }
    }

    #[test]
    fn text_on_the_line_of_a_mark_breaks_the_document_behind_it() {
        for (text, span, word) in
            [("a\n--- b\nc\n", 6..7, "stands on the line"), ("a\n-----BEGIN-----\n", 2..17, "ends the document")]
        {
            let failure = documents(text, 0).remove(1).failure.expect(text);
            assert_eq!(failure.span.range(), span, "{text:?}");
            assert!(failure.message.contains(word), "{text:?}: {}", failure.message);
        }
    }
}
