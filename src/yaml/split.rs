//! Splits a text into the documents that Kubernetes' decoder reads one by one.

use crate::source::Span;

/// The bytes of each document, in order; the marks between them belong to none.
pub(super) fn documents(text: &str) -> Vec<Span> {
    let mut chunks = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let next = at + line.len();
        if let Some(rest) = line.strip_prefix("---")
            && (rest.trim().is_empty() || rest.trim_start().starts_with('#'))
        {
            if !text[start..at].trim().is_empty() {
                chunks.push(Span::new(start, at));
            }
            start = next;
        }
        at = next;
    }
    if !text[start..].trim().is_empty() || chunks.is_empty() {
        chunks.push(Span::new(start, text.len()));
    }
    chunks
}
