//! Says which values a part of an expression can have, before any manifest is read.

use std::fmt;
use std::rc::Rc;

use crate::facts::{RecordType, Type};

/// The type of a part of an expression. Every type has null among its values, because every fact can be absent.
#[derive(Clone, Debug)]
pub(super) enum Ty {
    Null,
    Bool,
    Int,
    Float,
    String,
    /// The type of a value, as `type(x)` gives it.
    Name,
    List(Rc<Ty>),
    Record(&'static RecordType),
    /// A part of a manifest; its type is known when it is read.
    Dynamic,
}

impl Ty {
    /// The type of a published fact.
    pub(super) fn of(fact: &Type) -> Self {
        match fact {
            Type::Null => Self::Null,
            Type::Bool => Self::Bool,
            Type::Int => Self::Int,
            Type::Float => Self::Float,
            Type::String => Self::String,
            Type::List(item) => Self::List(Rc::new(Self::of(item))),
            Type::Record(record) => Self::Record(record),
            Type::Dynamic => Self::Dynamic,
        }
    }

    /// Whether a value may be one of `other`'s, as far as can be known now.
    pub(super) fn may_be(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Dynamic | Self::Null, _) | (_, Self::Dynamic | Self::Null) => true,
            (Self::List(left), Self::List(right)) => left.may_be(right),
            (Self::Record(left), Self::Record(right)) => std::ptr::eq(*left, *right),
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    /// Whether one can ask if a value equals one of `other`'s; numbers of both kinds can be compared.
    pub(super) fn compares_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Int, Self::Float) | (Self::Float, Self::Int) => true,
            (Self::Record(_), Self::Record(_)) => false,
            (Self::List(left), Self::List(right)) => left.compares_with(right),
            _ => self.may_be(other),
        }
    }

    /// Whether one can ask which of two values is the smaller one.
    pub(super) fn orders_with(&self, other: &Self) -> bool {
        let ordered = |ty: &Self| !matches!(ty, Self::Null | Self::List(_) | Self::Record(_) | Self::Name);
        ordered(self) && ordered(other) && self.compares_with(other)
    }

    /// The type that holds the values of both, if they have one in common.
    pub(super) fn join(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Null, ty) | (ty, Self::Null) => Some(ty),
            (Self::Dynamic, _) | (_, Self::Dynamic) => Some(Self::Dynamic),
            (Self::List(left), Self::List(right)) => {
                Ty::clone(&left).join(Ty::clone(&right)).map(|item| Self::List(Rc::new(item)))
            }
            (left, right) => left.may_be(&right).then_some(left),
        }
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Float => f.write_str("double"),
            Self::String => f.write_str("string"),
            Self::Name => f.write_str("type"),
            Self::List(item) => match **item {
                Self::Dynamic | Self::Null => f.write_str("list"),
                _ => write!(f, "list of {item}"),
            },
            Self::Record(record) => f.write_str(record.name),
            Self::Dynamic => f.write_str("part of a manifest"),
        }
    }
}
