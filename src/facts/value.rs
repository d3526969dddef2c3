//! What a rule can ask about: values that know their type, and the bytes that they come from.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::rc::Rc;

use crate::source::{Place, Span};
use crate::yaml::{Kind, Node, Scalar};

/// The type of a value, known before any manifest is read.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// Only null.
    Null,
    /// A truth value.
    Bool,
    /// An integer.
    Int,
    /// Any other number.
    Float,
    /// Text.
    String,
    /// Values in order, all of one type.
    List(&'static Type),
    /// A record of published facts.
    Record(&'static RecordType),
    /// A part of a manifest as it is written; its type is known when it is read.
    Dynamic,
}

/// A kind of record that rules can ask.
#[derive(Debug)]
pub struct RecordType {
    /// What it is called in error messages and in the reference, such as `service`.
    pub name: &'static str,
    /// What it is, in one sentence.
    pub doc: &'static str,
    /// Its fields, in the order of the reference.
    pub fields: &'static [Field],
}

impl RecordType {
    /// The number of the field with that name.
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }
}

/// One published fact.
#[derive(Debug)]
pub struct Field {
    /// Its name, in the words of the field: `publishNotReadyAddresses`.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// What it is, with its unit, in one sentence.
    pub doc: &'static str,
}

/// A record of published facts.
pub trait Record {
    /// Which kind it is.
    fn record_type(&self) -> &'static RecordType;
    /// The value of the field with that number in [`RecordType::fields`]; computed on first use where it is dear.
    fn get(&self, field: usize) -> Value<'_>;
    /// The part of a manifest that it speaks of: symbolic places below the record start here.
    fn node(&self) -> Option<Node<'_>>;
    /// The bytes of that scalar that it speaks of, where those are not all.
    fn part(&self) -> Option<Span> {
        None
    }
}

/// A list of values that is kept somewhere.
pub trait List {
    /// How many there are.
    fn len(&self) -> usize;
    /// The one with that number, zero-based; null past the end.
    fn at(&self, index: usize) -> Value<'_>;
    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A value that a rule can ask about.
#[derive(Clone)]
pub enum Value<'a> {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    String(Cow<'a, str>),
    /// Values that are kept somewhere.
    List(&'a dyn List),
    /// Values that an expression made.
    Made(Rc<[Value<'a>]>),
    /// A record of published facts.
    Record(&'a dyn Record),
    /// A part of a manifest.
    Node(Node<'a>),
}

impl<'a> Value<'a> {
    /// The part of a manifest that the value speaks of, if it speaks of one.
    pub fn node(&self) -> Option<Node<'a>> {
        match self {
            Self::Node(node) => Some(*node),
            Self::Record(record) => record.node(),
            _ => None,
        }
    }

    /// Where it stands, if it stands anywhere.
    pub fn place(&self) -> Option<Place> {
        self.node().map(Node::place)
    }

    /// The value that a scalar of a manifest means; anything else is itself.
    #[must_use]
    pub fn settled(mut self) -> Self {
        self.settle();
        self
    }

    /// Becomes the value that a scalar of a manifest means; anything else stays itself.
    #[inline]
    pub fn settle(&mut self) {
        if let Self::Node(node) = self
            && node.kind() == Kind::Scalar
        {
            *self = Self::meant(*node);
        }
    }

    #[inline(never)]
    fn meant(node: Node<'a>) -> Self {
        match node.scalar() {
            Some(Scalar::Bool(value)) => Self::Bool(value),
            Some(Scalar::Int(number)) => Self::Int(number),
            #[expect(clippy::cast_precision_loss, reason = "numbers above i64 are compared, never counted with")]
            Some(Scalar::UInt(number)) => Self::Float(number as f64),
            Some(Scalar::Float(number)) => Self::Float(number),
            Some(Scalar::String(text)) => Self::String(Cow::Borrowed(text)),
            Some(Scalar::Null) | None => Self::Null,
        }
    }
}

/// A Rust type whose values rules can ask about.
pub trait Fact {
    /// Its type, as rules see it.
    const TYPE: Type;
    /// Its value.
    fn value(&self) -> Value<'_>;
}

impl Fact for bool {
    const TYPE: Type = Type::Bool;
    fn value(&self) -> Value<'_> {
        Value::Bool(*self)
    }
}

impl Fact for i64 {
    const TYPE: Type = Type::Int;
    fn value(&self) -> Value<'_> {
        Value::Int(*self)
    }
}

impl Fact for f64 {
    const TYPE: Type = Type::Float;
    fn value(&self) -> Value<'_> {
        Value::Float(*self)
    }
}

impl Fact for &str {
    const TYPE: Type = Type::String;
    fn value(&self) -> Value<'_> {
        Value::String(Cow::Borrowed(self))
    }
}

impl Fact for String {
    const TYPE: Type = Type::String;
    fn value(&self) -> Value<'_> {
        Value::String(Cow::Borrowed(self))
    }
}

impl Fact for Cow<'_, str> {
    const TYPE: Type = Type::String;
    fn value(&self) -> Value<'_> {
        Value::String(Cow::Borrowed(self))
    }
}

/// What it refers to.
impl<T: Fact> Fact for &T {
    const TYPE: Type = T::TYPE;
    fn value(&self) -> Value<'_> {
        (**self).value()
    }
}

/// A node of a manifest, whatever it holds.
impl Fact for Node<'_> {
    const TYPE: Type = Type::Dynamic;
    fn value(&self) -> Value<'_> {
        Value::Node(*self)
    }
}

/// Nothing, or a fact: rules see null where there is none.
impl<T: Fact> Fact for Option<T> {
    const TYPE: Type = T::TYPE;
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, Fact::value)
    }
}

impl<T: Fact> Fact for Vec<T> {
    const TYPE: Type = Type::List(&T::TYPE);
    fn value(&self) -> Value<'_> {
        Value::List(self)
    }
}

impl<T: Fact> List for Vec<T> {
    fn len(&self) -> usize {
        self.as_slice().len()
    }
    fn at(&self, index: usize) -> Value<'_> {
        self.get(index).map_or(Value::Null, Fact::value)
    }
}

/// A fact that is dear, computed when a rule first asks.
pub type Lazy<'a, T> = LazyCell<T, Box<dyn FnOnce() -> T + 'a>>;

/// A fact that is computed when a rule first asks.
pub fn lazy<'a, T>(compute: impl FnOnce() -> T + 'a) -> Lazy<'a, T> {
    LazyCell::new(Box::new(compute))
}

impl<T: Fact> Fact for Lazy<'_, T> {
    const TYPE: Type = T::TYPE;
    fn value(&self) -> Value<'_> {
        LazyCell::force(self).value()
    }
}

/// Declares a record of published facts: a struct, and what rules see of it.
///
/// ```ignore
/// record! {
///     /// The Service that `spec.serviceName` names.
///     pub struct Service<'a> as "service" at node {
///         /// Whether it is in view.
///         found "found": bool,
///     }
/// }
/// ```
///
/// The struct gets a field of type `Option<Node<'a>>` named behind `at`, which is not published, and where another name
/// stands behind `part` one of type `Span`: the bytes of that scalar that it speaks of. Fields of type [`Lazy`] are computed
/// on first use.
#[macro_export]
macro_rules! record {
    (
        $(#[doc = $doc:literal])+
        $visibility:vis struct $name:ident<$life:lifetime> as $published:literal at $node:ident $(part $part:ident)? {
            $( $(#[doc = $field_doc:literal])+ $field:ident $field_name:literal : $ty:ty, )*
        }
        $( hidden { $( $(#[doc = $hidden_doc:literal])+ $hidden:ident : $hidden_ty:ty, )* } )?
    ) => {
        $(#[doc = $doc])+
        $visibility struct $name<$life> {
            /// The part of a manifest that it speaks of.
            $visibility $node: Option<$crate::yaml::Node<$life>>,
            $( /// The bytes of it that it speaks of.
            $visibility $part: $crate::source::Span, )?
            $( $(#[doc = $field_doc])+ $visibility $field: $ty, )*
            $( $( $(#[doc = $hidden_doc])+ $visibility $hidden: $hidden_ty, )* )?
        }

        impl<$life> $name<$life> {
            /// What rules see of it.
            $visibility const RECORD: $crate::facts::RecordType = $crate::facts::RecordType {
                name: $published,
                doc: concat!($($doc),+),
                fields: &[ $( $crate::facts::Field {
                    name: $field_name,
                    ty: <$ty as $crate::facts::Fact>::TYPE,
                    doc: concat!($($field_doc),+),
                }, )* ],
            };
        }

        impl<$life> $crate::facts::Record for $name<$life> {
            fn record_type(&self) -> &'static $crate::facts::RecordType {
                &$name::RECORD
            }
            fn get(&self, field: usize) -> $crate::facts::Value<'_> {
                let fields: &[for<'f> fn(&'f Self) -> $crate::facts::Value<'f>] =
                    &[ $( |record| $crate::facts::Fact::value(&record.$field), )* ];
                fields.get(field).map_or($crate::facts::Value::Null, |value| value(self))
            }
            fn node(&self) -> Option<$crate::yaml::Node<'_>> {
                self.$node
            }
            $( fn part(&self) -> Option<$crate::source::Span> {
                Some(self.$part)
            } )?
        }

        impl<$life> $crate::facts::Fact for $name<$life> {
            const TYPE: $crate::facts::Type = $crate::facts::Type::Record(&$name::RECORD);
            fn value(&self) -> $crate::facts::Value<'_> {
                $crate::facts::Value::Record(self)
            }
        }
    };
}
