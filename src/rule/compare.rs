//! Compares two values as CEL does: numbers by their value, everything else within its type.

use std::cmp::Ordering;
use std::ops::Deref;

use crate::facts::Value;
use crate::yaml::{Kind, Node};

/// How deep collections are compared; the YAML reader ends long before the stack would.
const DEEPEST: u32 = 200;

/// Whether both are the same. Lists are compared item by item, mappings key by key whatever their order.
/// `take` is asked for every few steps; `None` when it refuses, or when the values are nested too deeply.
pub(super) fn equal(
    left: &Value<'_>,
    right: &Value<'_>,
    depth: u32,
    take: &mut impl FnMut(usize) -> bool,
) -> Option<bool> {
    Some(match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Int(left), Value::Int(right)) => left == right,
        (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => {
            order(left, right).is_some_and(Ordering::is_eq)
        }
        (Value::String(left), Value::String(right)) => {
            if left.len() != right.len() {
                return Some(false);
            }
            if left.len() >= 64 && !take(left.len() / 64) {
                return None;
            }
            left == right
        }
        (Value::Record(left), Value::Record(right)) => std::ptr::addr_eq(*left, *right),
        (Value::Node(_) | Value::List(_) | Value::Made(_), Value::Node(_) | Value::List(_) | Value::Made(_)) => {
            return collections(left, right, depth, take);
        }
        _ => false,
    })
}

fn collections(left: &Value<'_>, right: &Value<'_>, depth: u32, take: &mut impl FnMut(usize) -> bool) -> Option<bool> {
    if depth > DEEPEST {
        return None;
    }
    if let (Value::Node(left), Value::Node(right)) = (left, right)
        && left.is_mapping()
        && right.is_mapping()
    {
        return mappings(*left, *right, depth, take);
    }
    if !take(weight(left) + weight(right)) {
        return None;
    }
    let (Some(left), Some(right)) = (items(left), items(right)) else { return Some(false) };
    if left.len() != right.len() {
        return Some(false);
    }
    for (left, right) in left.iter().zip(right.iter()) {
        if !equal(&left.clone().settled(), &right.clone().settled(), depth + 1, take)? {
            return Some(false);
        }
    }
    Some(true)
}

fn mappings(left: Node<'_>, right: Node<'_>, depth: u32, take: &mut impl FnMut(usize) -> bool) -> Option<bool> {
    if !take(weight(&Value::Node(left)) + weight(&Value::Node(right))) {
        return None;
    }
    let (left, right) = (left.fields(), right.fields());
    if left.len() != right.len() {
        return Some(false);
    }
    let mut order: Vec<usize> = (0..right.len()).collect();
    order.sort_by(|&one, &other| right[one].0.cmp(&right[other].0));
    for (key, entry) in &left {
        let Ok(row) = order.binary_search_by(|&row| right[row].0.cmp(key)) else { return Some(false) };
        let (one, other) = (Value::Node(entry.value).settled(), Value::Node(right[order[row]].1.value).settled());
        if !equal(&one, &other, depth + 1, take)? {
            return Some(false);
        }
    }
    Some(true)
}

/// How many steps it takes to look at all of a collection.
fn weight(value: &Value<'_>) -> usize {
    match value {
        Value::Made(items) => items.len(),
        Value::List(list) => list.len(),
        Value::Node(node) => node.weight(),
        _ => 0,
    }
}

/// The items of a list wherever it is kept.
enum Items<'v, 's> {
    Made(&'s [Value<'v>]),
    Listed(Vec<Value<'v>>),
}

impl<'v> Deref for Items<'v, '_> {
    type Target = [Value<'v>];
    fn deref(&self) -> &[Value<'v>] {
        match self {
            Self::Made(items) => items,
            Self::Listed(items) => items,
        }
    }
}

fn items<'v, 's>(value: &'s Value<'v>) -> Option<Items<'v, 's>> {
    match value {
        Value::Made(items) => Some(Items::Made(items)),
        Value::List(list) => Some(Items::Listed((0..list.len()).map(|index| list.at(index)).collect())),
        Value::Node(node) if node.kind() == Kind::Sequence => {
            Some(Items::Listed(node.items().map(Value::Node).collect()))
        }
        _ => None,
    }
}

/// Which of two values is the smaller one; `None` when they have no order, as NaN has none with anything.
pub(super) fn order(left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (Value::Float(left), Value::Float(right)) => left.partial_cmp(right),
        (Value::Int(left), Value::Float(right)) => double(*left).partial_cmp(right),
        (Value::Float(left), Value::Int(right)) => left.partial_cmp(&double(*right)),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// The nearest double, as cel-go compares integers with doubles (common/types/compare.go).
#[expect(clippy::cast_precision_loss, reason = "that is what is wanted")]
fn double(number: i64) -> f64 {
    number as f64
}
