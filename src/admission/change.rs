//! Turns two versions of a field that can never change into the places where they differ.

use super::field::Field;
use crate::placeholder::has_placeholder;
use crate::quantity::Quantity;
use crate::source::Place;
use crate::yaml::Node;

/// A part of a field that differs between the object and the one that is there already.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Changed {
    /// The path to it as it is written, such as `spec.volumeClaimTemplates[0].spec.storageClassName`.
    pub field: String,
    /// Where it is written, or should be, in the object.
    pub place: Place,
    /// Where it is written, or should be, in the one that is there already.
    pub old_place: Place,
}

/// The most nodes that are compared one by one; beyond, a difference is not narrowed down.
const NARROWED: usize = 4096;

/// What stands in a claim beside what decides.
const MADE_BY_SERVER: [&str; 4] = ["apiVersion", "kind", "status", "creationTimestamp"];

/// Where two versions of a field differ: the deepest fields that do, the field itself where nothing below it tells.
pub(super) fn between(new: &Field<'_, '_>, old: &Field<'_, '_>) -> Vec<Changed> {
    let mut changed = Vec::new();
    let count = |field: &Field<'_, '_>| field.node().map_or(0, Node::weight);
    if count(new).max(count(old)) <= NARROWED {
        narrow(new, old, &mut changed);
    }
    if changed.is_empty() {
        changed.push(Changed { field: new.path(), place: new.place(), old_place: old.place() });
    }
    changed
}

fn narrow(new: &Field<'_, '_>, old: &Field<'_, '_>, changed: &mut Vec<Changed>) {
    if reads_alike(new.node(), old.node()) {
        return;
    }
    match (new.node(), old.node()) {
        (Some(one), Some(other)) if one.is_mapping() && other.is_mapping() => {
            let added = other.fields().into_iter().filter(|(name, _)| one.entry(name).is_none());
            for (name, _) in one.fields().into_iter().chain(added) {
                if !is_filled_in(&name, new.child(&name).node(), old.child(&name).node()) {
                    narrow(&new.child(&name), &old.child(&name), changed);
                }
            }
        }
        (Some(one), Some(other)) if one.items().count() == other.items().count() && one.is_sequence() => {
            for (new, old) in new.items().zip(old.items()) {
                narrow(&new, &old, changed);
            }
        }
        _ => changed.push(Changed { field: new.path(), place: new.place(), old_place: old.place() }),
    }
}

/// Whether the two mean the same wherever they stand: nothing and empty, or amounts of the same size.
fn reads_alike(one: Option<Node<'_>>, other: Option<Node<'_>>) -> bool {
    let is_empty = |node: &Node<'_>| node.is_null() || node.raw().is_none() && node.weight() == 1;
    match (one.filter(|node| !is_empty(node)), other.filter(|node| !is_empty(node))) {
        (None, None) => true,
        (Some(one), Some(other)) => match (one.raw(), other.raw()) {
            (Some(text), Some(other_text)) => text == other_text || is_same_amount(one, other),
            (None, None) if one.is_mapping() && other.is_mapping() => {
                let (fields, others) = (one.fields(), other.fields());
                let same = |name: &str| {
                    is_filled_in(name, one.get(name), other.get(name)) || reads_alike(one.get(name), other.get(name))
                };
                fields.iter().chain(&others).all(|(name, _)| same(name))
            }
            (None, None) if one.is_sequence() && other.is_sequence() => {
                one.items().count() == other.items().count()
                    && one.items().zip(other.items()).all(|(one, other)| reads_alike(Some(one), Some(other)))
            }
            _ => false,
        },
        _ => false,
    }
}

fn is_same_amount(one: Node<'_>, other: Node<'_>) -> bool {
    Quantity::of(one).is_ok_and(|amount| Quantity::of(other) == Ok(amount))
}

/// Whether the difference of two fields of that name is made by the server, which fills the one in.
fn is_filled_in(name: &str, new: Option<Node<'_>>, old: Option<Node<'_>>) -> bool {
    let is_default = |node: Option<Node<'_>>| node.is_none_or(|node| node.as_str() == Some("Filesystem"));
    MADE_BY_SERVER.contains(&name) || name == "volumeMode" && is_default(new) && is_default(old)
}

/// Whether anything in one of the versions will be filled in by another tool, so that nobody knows what differs.
pub(super) fn is_open(new: &Field<'_, '_>, old: &Field<'_, '_>) -> bool {
    [new, old].iter().any(|field| field.node().is_some_and(holds_placeholder))
}

fn holds_placeholder(node: Node<'_>) -> bool {
    node.raw().is_some_and(has_placeholder)
        || node.items().any(holds_placeholder)
        || node.entries().any(|(key, value)| holds_placeholder(key) || holds_placeholder(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admission::testing;

    #[test]
    fn what_differs_is_narrowed_down_to_where_it_is_written() {
        for (new, old, want) in [
            ("{a: 1}", "{a: 2}", &["f.a: 1 2"][..]),
            ("{a: {b: x, c: y}}", "{a: {b: x}}", &["f.a.c: y a"]),
            ("{a: {}}", "{a: ~, b: x}", &["f.b: f x"]),
            ("[{n: 1Gi, m: 2}, {k: 1}]", "[{n: 1024Mi, m: 3}, {k: 4}]", &["f[0].m: 2 3", "f[1].k: 1 4"]),
            ("[1, 2]", "[1]", &["f: f f"]),
            ("{volumeMode: Filesystem, k: a, status: {}}", "{k: b, status: {phase: Pending}}", &["f.k: a b"]),
            ("{volumeMode: Block}", "{}", &["f.volumeMode: Block f"]),
            ("x", "y", &["f: x y"]),
        ] {
            let (new, old) = (format!("f: {new}"), format!("f: {old}"));
            testing::pair(&new, &old, |new_root, old_root| {
                let found: Vec<String> = between(&new_root.child("f"), &old_root.child("f"))
                    .iter()
                    .map(|changed| {
                        let (place, old_place) = (changed.place.span.range(), changed.old_place.span.range());
                        format!("{}: {} {}", changed.field, &new[place], &old[old_place])
                    })
                    .collect();
                assert_eq!(found, want, "{new} against {old}");
            });
        }
    }
}
