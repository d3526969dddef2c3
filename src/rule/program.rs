//! Holds an expression that was checked: every name is a number, every literal a value.

use regex_lite::Regex;

use super::expression::Operator;
use super::function::Function;
use crate::facts::{List, Value};
use crate::source::Span;

/// A part of a checked expression.
#[derive(Debug)]
pub(super) struct Code {
    /// Its bytes in the source of the expression.
    pub(super) span: Span,
    /// What is done.
    pub(super) step: Step,
}

/// What a part of a checked expression does.
#[derive(Debug)]
pub(super) enum Step {
    Constant(Constant),
    /// The root record's field with that number.
    Root(usize),
    /// The variable that was bound so many bindings ago; the last one is 0.
    Local(usize),
    /// The record's field with that number and that name.
    Field(Box<Code>, usize, &'static str),
    /// The key of a mapping in a manifest.
    Select(Box<Code>, Box<str>),
    HasField(Box<Code>, usize),
    HasKey(Box<Code>, Box<str>),
    Index(Box<Code>, Box<Code>),
    List(Box<[Code]>),
    Not(Box<Code>),
    Negate(Box<Code>),
    Binary(Operator, Box<Code>, Box<Code>),
    Conditional(Box<[Code; 3]>),
    /// A list, of whose items each is bound for the parts behind it.
    Each(Quantifier, Box<Code>, Box<[Code]>),
    Matches(Box<Code>, Regex),
    Call(Function, Box<[Code]>),
}

/// What is asked of the items of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Quantifier {
    All,
    Exists,
    ExistsOne,
    Filter,
    /// With two parts, the first one filters.
    Map,
}

impl Quantifier {
    /// The one with that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "all" => Self::All,
            "exists" => Self::Exists,
            "exists_one" => Self::ExistsOne,
            "filter" => Self::Filter,
            "map" => Self::Map,
            _ => return None,
        })
    }
}

/// A value that stands in the expression itself.
#[derive(Debug)]
pub(super) enum Constant {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    String(Box<str>),
    /// The name of a type.
    Type(&'static str),
    List(Constants),
}

impl Constant {
    /// The value, borrowed.
    pub(super) fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(number) => Value::Int(*number),
            Self::Float(number) => Value::Float(*number),
            Self::String(text) => Value::String((&**text).into()),
            Self::Type(name) => Value::String((*name).into()),
            Self::List(items) => Value::List(items),
        }
    }
}

/// The items of a list that stands in the expression itself.
#[derive(Debug)]
pub(super) struct Constants(pub(super) Box<[Constant]>);

impl List for Constants {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn at(&self, index: usize) -> Value<'_> {
        self.0.get(index).map_or(Value::Null, Constant::value)
    }
}
