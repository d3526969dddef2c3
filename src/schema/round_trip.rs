//! Takes an object through the Go types of its kind: what the decoder keeps of it, and what the encoder writes of that.

use std::borrow::Cow;
use std::mem;

use super::decode::each_entry;
use super::{BYTE, Field, Shape, Type, decode, time};
use crate::quantity;
use crate::value::{Member, Value, go_float};
use crate::version::Version;
use crate::yaml::{Node, Scalar};

/// What the decoder makes of a value: fields that it does not know, nulls, and zeros that say no more than absence does
/// are gone. `None` where nothing is left, or where the value is not of the type.
pub(super) fn read<'t>(node: Node<'t>, of: &'static Type, version: Version) -> Option<Value<'t>> {
    match of.shape {
        Shape::Any => Some(Value::of(node)),
        Shape::Struct(_) if node.is_mapping() => {
            let mut members = Vec::new();
            each_entry(node, |name, entry| {
                if let Some(field) = of.field(name, version)
                    && let Some(value) = read(entry.value, Type::numbered(field.of), version)
                    && !(field.leaves_out_empty() && is_zero(&value))
                {
                    members.push(Member { name: Cow::Borrowed(field.name), value, added: false });
                }
            });
            Some(Value::Map(members))
        }
        Shape::Map(item) if node.is_mapping() => {
            let item = Type::numbered(item);
            let member = |name, entry: Node<'t>| Member { name, value: read_item(entry, item, version), added: false };
            Some(Value::Map(node.fields().into_iter().map(|(name, entry)| member(name, entry.value)).collect()))
        }
        Shape::List(item) if node.is_sequence() => {
            let item = Type::numbered(item);
            Some(Value::List(node.items().map(|node| read_item(node, item, version)).collect()))
        }
        Shape::Bytes if node.is_sequence() => {
            Some(Value::List(node.items().map(|node| read_item(node, &BYTE, version)).collect()))
        }
        _ => decode::fits(node, of).ok().and_then(|()| scalar(node, &of.shape)),
    }
}

/// What stands in a list or a map: null, and what is not of the type, is zero there.
fn read_item<'t>(node: Node<'t>, of: &'static Type, version: Version) -> Value<'t> {
    read(node, of, version).unwrap_or_else(|| zero(of))
}

fn scalar<'t>(node: Node<'t>, shape: &Shape) -> Option<Value<'t>> {
    Some(match (shape, node.scalar()?) {
        (_, Scalar::Null) => return None,
        (Shape::Quantity, Scalar::String(text)) => Value::Text(Cow::Borrowed(text.trim())),
        (Shape::Quantity, Scalar::Int(number)) => Value::Text(Cow::Owned(number.to_string())),
        (Shape::Quantity, Scalar::UInt(number)) => Value::Text(Cow::Owned(number.to_string())),
        (Shape::Quantity, Scalar::Float(number)) => Value::Text(Cow::Owned(go_float(number))),
        (Shape::Time, Scalar::String(text)) => Value::Text(time::in_utc(text).map_or(Cow::Borrowed(text), Cow::Owned)),
        (_, Scalar::String(text)) => Value::Text(Cow::Borrowed(text)),
        (_, Scalar::Bool(value)) => Value::Bool(value),
        (_, Scalar::Int(number)) => Value::Int(number),
        (_, Scalar::UInt(number)) => Value::UInt(number),
        #[expect(clippy::cast_possible_truncation, reason = "that it fits was asked before")]
        (_, Scalar::Float(number)) => Value::Int(number as i64),
    })
}

/// What Go has where nothing was said.
fn zero(of: &'static Type) -> Value<'static> {
    match of.shape {
        Shape::String => Value::text(""),
        Shape::Bool => Value::Bool(false),
        Shape::Int32 | Shape::Int64 | Shape::Byte | Shape::IntOrString => Value::Int(0),
        Shape::Quantity => Value::text("0"),
        Shape::Struct(_) => Value::empty(),
        Shape::Bytes | Shape::Time | Shape::Any | Shape::List(_) | Shape::Map(_) => Value::Null,
    }
}

fn is_zero(value: &Value<'_>) -> bool {
    match value {
        Value::Bool(false) | Value::Int(0) => true,
        Value::Text(text) => text.is_empty(),
        _ => false,
    }
}

impl Field {
    /// Whether a zero or an empty value is neither kept nor written.
    fn leaves_out_empty(&self) -> bool {
        let shape = &Type::numbered(self.of).shape;
        !self.pointer && !self.kept && matches!(shape, Shape::String | Shape::Bool | Shape::Int32 | Shape::Int64)
    }
}

/// Turns what the decoder made of a value into what the encoder writes: fields that are always written are added, what is
/// empty is left out, names are sorted, and quantities have their canonical form.
pub(super) fn complete(value: &mut Value<'_>, of: &'static Type, version: Version) {
    match of.shape {
        Shape::Struct(fields) => complete_struct(value, fields, version),
        Shape::List(item) => {
            for value in value.items_mut() {
                complete(value, Type::numbered(item), version);
            }
        }
        Shape::Map(item) => {
            if let Value::Map(members) = value {
                members.sort_by(|left, right| left.name.cmp(&right.name));
                for member in members {
                    complete(&mut member.value, Type::numbered(item), version);
                }
            }
        }
        Shape::Quantity => {
            if let Some(canonical) = value.as_str().and_then(quantity::canonical) {
                *value = Value::Text(Cow::Owned(canonical));
            }
        }
        _ => {}
    }
}

fn complete_struct(value: &mut Value<'_>, fields: &'static [Field], version: Version) {
    let Value::Map(members) = value else { return };
    let mut said = mem::take(members);
    for field in fields.iter().filter(|field| field.is_in(version)) {
        let of = Type::numbered(field.of);
        let at = said.iter().position(|member| member.name == field.name);
        let there = at.map(|at| said.swap_remove(at));
        let there = there.filter(|member| !(field.leaves_out_empty() && is_zero(&member.value)));
        let Some(mut member) = there.or_else(|| absent(field, of)) else { continue };
        complete(&mut member.value, of, version);
        if !field.pointer && is_empty(&member.value, of) {
            if !field.kept {
                continue;
            }
            // Nothing and an empty list are the same in the form in which objects are stored.
            member.value = Value::Null;
        }
        members.push(member);
    }
}

/// Whether it is a list or a map without anything in it; a struct is none of them.
fn is_empty(value: &Value<'_>, of: &Type) -> bool {
    matches!(of.shape, Shape::List(_) | Shape::Map(_)) && value.items().is_empty() && value.members().is_empty()
}

/// What is written of a field that nothing was said of; `None` for nothing.
fn absent(field: &Field, of: &'static Type) -> Option<Member<'static>> {
    // To `omitempty` no struct is empty.
    let is_struct = matches!(of.shape, Shape::Struct(_) | Shape::Quantity | Shape::IntOrString | Shape::Time);
    let written = field.kept || is_struct && !field.pointer && !field.unless_zero;
    let value = || if field.pointer { Value::Null } else { zero(of) };
    written.then(|| Member { name: Cow::Borrowed(field.name), value: value(), added: true })
}
