//! Says why a document cannot be read: where, in which words, and the next move.

use crate::source::Span;

/// Why a document cannot be read.
#[derive(Debug)]
pub(super) struct Failure {
    /// Where the user must look.
    pub(super) span: Span,
    /// What is so: lower case, no final stop.
    pub(super) message: String,
    /// The next move; empty for none.
    pub(super) help: String,
}

impl Failure {
    #[cold]
    pub(super) fn new(span: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: help.into() }
    }

    /// A Go template stands where it was not rendered.
    #[cold]
    pub(super) fn template(span: Span) -> Self {
        Self::new(
            span,
            "this looks like a Go template, which Kubernetes cannot read",
            "render it first: helm template … | stslint check -",
        )
    }
}

/// Text in double quotes (or in its own), cut where it gets long or where its first line ends.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    let line = text.lines().next().unwrap_or("").trim_end();
    match line.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("\"{}…\"", &line[..cut]),
        None if line.len() < text.trim_end().len() => format!("\"{line}…\""),
        None if line.len() > 1 && line.starts_with(['"', '\'']) && line.ends_with(['"', '\'']) => line.to_owned(),
        None => format!("\"{line}\""),
    }
}
