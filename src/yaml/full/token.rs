//! Names the pieces that the text of a document is cut into.

use std::borrow::Cow;

use crate::yaml::tree::Style;

/// A piece of text that means something.
#[derive(Debug)]
pub(super) struct Token<'s> {
    pub(super) kind: TokenKind<'s>,
    /// The first byte, of the whole text.
    pub(super) start: usize,
    /// The byte after the last one.
    pub(super) end: usize,
}

/// The kinds of [`Token`]; those of block collections are as libyaml has them.
#[derive(Debug)]
pub(super) enum TokenKind<'s> {
    StreamEnd,
    /// `%YAML …` or `%TAG …`
    Directive,
    /// `---`
    DocumentStart,
    /// `...`
    DocumentEnd,
    /// A block sequence begins; takes no text.
    BlockSequence,
    /// A block mapping begins; takes no text.
    BlockMapping,
    /// The innermost block collection ends; takes no text.
    BlockEnd,
    /// `[`
    FlowSequence,
    /// `]`
    FlowSequenceEnd,
    /// `{`
    FlowMapping,
    /// `}`
    FlowMappingEnd,
    /// `-`
    BlockEntry,
    /// `,`
    FlowEntry,
    /// `?`, or nothing before a key that a `:` made one.
    Key,
    /// `:`
    Value,
    /// `*name`
    Alias(&'s str),
    /// `&name`
    Anchor(&'s str),
    /// `!tag`, with handles resolved.
    Tag(Cow<'s, str>),
    /// A scalar, and its value where that is not its text (without quotes).
    Scalar(Style, Option<Box<str>>),
}
