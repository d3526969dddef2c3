//! Holds an expression as it is written: a tree whose every part remembers its bytes.

use crate::source::Span;

/// What is wrong with an expression or a template, before it is asked of any manifest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// Which bytes of the expression.
    pub span: Span,
    /// What is so: lower case, no final stop.
    pub message: String,
    /// The next move; empty for none.
    pub help: String,
}

impl Mistake {
    /// A mistake without a next move.
    pub(super) fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: String::new() }
    }

    /// The same mistake with a next move.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

/// A part of an expression.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Expression {
    /// Its bytes in the source of the expression; parentheres around it excluded.
    pub(super) span: Span,
    /// How many parts stand below one another in it, itself included.
    pub(super) depth: u32,
    /// What it is.
    pub(super) form: Form,
}

/// What a part of an expression is.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Form {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    String(Box<str>),
    List(Vec<Expression>),
    Name(Box<str>),
    /// `of.field`; `at` are the bytes of the field's name.
    Select {
        of: Box<Expression>,
        field: Box<str>,
        at: Span,
    },
    /// `of[key]`
    Index {
        of: Box<Expression>,
        key: Box<Expression>,
    },
    /// `function(arguments)` or `on.function(arguments)`; `at` are the bytes of the function's name.
    Call {
        on: Option<Box<Expression>>,
        function: Box<str>,
        at: Span,
        arguments: Vec<Expression>,
    },
    Not(Box<Expression>),
    Negate(Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    Conditional(Box<[Expression; 3]>),
}

/// What stands between two operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Operator {
    Or,
    And,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Operator {
    /// As it is written.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::In => "in",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }

    /// How strongly it binds: the higher, the more so. All of them bind to the left.
    pub(super) fn strength(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Less
            | Self::LessOrEqual
            | Self::Greater
            | Self::GreaterOrEqual
            | Self::Equal
            | Self::NotEqual
            | Self::In => 3,
            Self::Add | Self::Subtract => 4,
            Self::Multiply | Self::Divide | Self::Remainder => 5,
        }
    }
}
