//! Says why an expression has no answer for some manifest.

use std::fmt;

use crate::source::Span;

/// Why an expression has no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Which part of the expression asked.
    pub span: Span,
    /// What kind of fault it is.
    pub kind: FaultKind,
    /// The key, the types or the text that it is about.
    pub detail: Box<str>,
}

/// The kinds of [`Fault`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FaultKind {
    /// A mapping has no such key, or what should have it is absent.
    NoSuchKey,
    /// A list is shorter, or text is.
    OutOfRange,
    /// Values of these types do not go together.
    NoSuchOverload,
    /// A number leaves 64 bits.
    Overflow,
    /// A number is divided by zero.
    DivisionByZero,
    /// A value cannot be turned into that type.
    Conversion,
    /// The answer would take too many steps.
    TooDear,
}

impl Fault {
    #[expect(clippy::unnecessary_box_returns, reason = "answers stay small: a fault is large and rare")]
    pub(super) fn new(span: Span, kind: FaultKind, detail: impl Into<Box<str>>) -> Box<Self> {
        Box::new(Self { span, kind, detail: detail.into() })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let detail = &self.detail;
        match self.kind {
            FaultKind::NoSuchKey => write!(f, "there is no {detail:?}"),
            FaultKind::OutOfRange => write!(f, "{detail} is out of range"),
            FaultKind::NoSuchOverload | FaultKind::Conversion => f.write_str(detail),
            FaultKind::Overflow => write!(f, "{detail:?} leaves 64 bits"),
            FaultKind::DivisionByZero => write!(f, "{detail:?} by zero"),
            FaultKind::TooDear => write!(f, "it takes more than {detail} steps"),
        }
    }
}
