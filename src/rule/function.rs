//! Lists the functions that expressions can call, with what each takes and gives.

use std::rc::Rc;

use super::types::Ty;

/// A function that expressions can call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Function {
    Bool,
    Contains,
    Double,
    Dynamic,
    EndsWith,
    IndexOf,
    Int,
    Join,
    LastIndexOf,
    LowerAscii,
    /// Lowered to a step of its own, with its pattern read.
    Matches,
    Max,
    Min,
    Replace,
    Size,
    Split,
    StartsWith,
    String,
    Substring,
    Sum,
    Trim,
    Type,
    UpperAscii,
}

/// How a function is called, what it takes, and what it gives.
pub(super) struct Signature {
    pub(super) name: &'static str,
    pub(super) function: Function,
    /// Whether it is called as `x.name(…)`, with `x` as its first argument.
    pub(super) method: bool,
    pub(super) takes: &'static [Takes],
    /// How many of the arguments must be there, the one before the dot included.
    pub(super) least: usize,
    gives: Gives,
}

/// What a function takes in one place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Takes {
    Any,
    Int,
    String,
    Strings,
    /// A list of numbers of one kind.
    Numbers,
    /// Text, a list or a mapping.
    Sized,
    /// A truth value or text.
    Truth,
    /// A number or text.
    Number,
    /// Anything that can be written as text.
    Scalar,
}

#[derive(Clone, Copy)]
enum Gives {
    Bool,
    Int,
    Float,
    String,
    Strings,
    Item,
    Dynamic,
    Name,
}

impl Takes {
    /// Whether a value of that type may be one that is taken.
    pub(super) fn fits(self, ty: &Ty) -> bool {
        if matches!(ty, Ty::Dynamic | Ty::Null) {
            return self == Self::Any || matches!(ty, Ty::Dynamic);
        }
        match self {
            Self::Any => true,
            Self::Int => matches!(ty, Ty::Int),
            Self::String => matches!(ty, Ty::String),
            Self::Strings => matches!(ty, Ty::List(item) if item.may_be(&Ty::String)),
            Self::Numbers => matches!(ty, Ty::List(item) if item.may_be(&Ty::Int) || item.may_be(&Ty::Float)),
            Self::Sized => matches!(ty, Ty::String | Ty::List(_)),
            Self::Truth => matches!(ty, Ty::Bool | Ty::String),
            Self::Number => matches!(ty, Ty::Int | Ty::Float | Ty::String),
            Self::Scalar => matches!(ty, Ty::Bool | Ty::Int | Ty::Float | Ty::String),
        }
    }

    /// What is taken, in words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Any => "anything",
            Self::Int => "int",
            Self::String => "string",
            Self::Strings => "list of string",
            Self::Numbers => "list of numbers",
            Self::Sized => "string or list",
            Self::Truth => "bool or string",
            Self::Number => "int, double or string",
            Self::Scalar => "bool, int, double or string",
        }
    }
}

impl Signature {
    /// The type of what it gives for a first argument of type `first`.
    pub(super) fn gives(&self, first: &Ty) -> Ty {
        match self.gives {
            Gives::Bool => Ty::Bool,
            Gives::Int => Ty::Int,
            Gives::Float => Ty::Float,
            Gives::String => Ty::String,
            Gives::Strings => Ty::List(Rc::new(Ty::String)),
            Gives::Item => match first {
                Ty::List(item) if !matches!(**item, Ty::Null) => Ty::clone(item),
                _ => Ty::Dynamic,
            },
            Gives::Dynamic => Ty::Dynamic,
            Gives::Name => Ty::Name,
        }
    }
}

const fn method(
    name: &'static str,
    function: Function,
    takes: &'static [Takes],
    least: usize,
    gives: Gives,
) -> Signature {
    Signature { name, function, method: true, takes, least, gives }
}

const fn plain(name: &'static str, function: Function, takes: &'static [Takes], gives: Gives) -> Signature {
    Signature { name, function, method: false, takes, least: 1, gives }
}

/// Every function, by name. Those that CEL's definition does not have are the ones of Kubernetes'
/// ValidatingAdmissionPolicy: the strings extension of cel-go, and `sum`, `min` and `max` of
/// `k8s.io/apiserver/pkg/cel/library/lists.go`.
pub(super) const FUNCTIONS: &[Signature] = {
    use Takes::{Any, Int, Number, Numbers, Scalar, Sized, String, Strings, Truth};
    &[
        plain("bool", Function::Bool, &[Truth], Gives::Bool),
        method("contains", Function::Contains, &[String, String], 2, Gives::Bool),
        plain("double", Function::Double, &[Number], Gives::Float),
        plain("dyn", Function::Dynamic, &[Any], Gives::Dynamic),
        method("endsWith", Function::EndsWith, &[String, String], 2, Gives::Bool),
        method("indexOf", Function::IndexOf, &[String, String, Int], 2, Gives::Int),
        plain("int", Function::Int, &[Number], Gives::Int),
        method("join", Function::Join, &[Strings, String], 1, Gives::String),
        method("lastIndexOf", Function::LastIndexOf, &[String, String, Int], 2, Gives::Int),
        method("lowerAscii", Function::LowerAscii, &[String], 1, Gives::String),
        method("matches", Function::Matches, &[String, String], 2, Gives::Bool),
        method("max", Function::Max, &[Numbers], 1, Gives::Item),
        method("min", Function::Min, &[Numbers], 1, Gives::Item),
        method("replace", Function::Replace, &[String, String, String, Int], 3, Gives::String),
        plain("size", Function::Size, &[Sized], Gives::Int),
        method("size", Function::Size, &[Sized], 1, Gives::Int),
        method("split", Function::Split, &[String, String, Int], 2, Gives::Strings),
        method("startsWith", Function::StartsWith, &[String, String], 2, Gives::Bool),
        plain("string", Function::String, &[Scalar], Gives::String),
        method("substring", Function::Substring, &[String, Int, Int], 2, Gives::String),
        method("sum", Function::Sum, &[Numbers], 1, Gives::Item),
        method("trim", Function::Trim, &[String], 1, Gives::String),
        plain("type", Function::Type, &[Any], Gives::Name),
        method("upperAscii", Function::UpperAscii, &[String], 1, Gives::String),
    ]
};

/// The names of types as values, to compare `type(x)` with.
pub(super) const TYPES: [&str; 7] = ["bool", "double", "int", "list", "map", "null_type", "string"];
