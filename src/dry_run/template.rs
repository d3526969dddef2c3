//! Says whether two sets have the same pod template.

use crate::manifest::Object;
use crate::yaml::{Kind, Node};

/// Whether the pod templates of two sets mean the same, however they are written.
pub(super) fn same(old: &Object<'_>, new: &Object<'_>) -> bool {
    let template = ["spec", "template"];
    means_the_same(old.get(&template), new.get(&template))
}

/// Whether two values mean the same: the order of keys does not matter, and a null is nothing. The reader of YAML limits
/// how deep they are.
fn means_the_same(old: Option<Node<'_>>, new: Option<Node<'_>>) -> bool {
    let (Some(old), Some(new)) = (old.filter(|it| !it.is_null()), new.filter(|it| !it.is_null())) else {
        return old.is_none_or(Node::is_null) && new.is_none_or(Node::is_null);
    };
    match (old.kind(), new.kind()) {
        (Kind::Scalar, Kind::Scalar) => old.scalar() == new.scalar(),
        (Kind::Sequence, Kind::Sequence) => {
            old.items().count() == new.items().count()
                && old.items().zip(new.items()).all(|(old, new)| means_the_same(Some(old), Some(new)))
        }
        (Kind::Mapping, Kind::Mapping) => {
            let within = |one: Node<'_>, other: Node<'_>| {
                one.fields().iter().all(|(key, entry)| means_the_same(Some(entry.value), other.get(key)))
            };
            within(old, new) && new.fields().iter().all(|(key, entry)| entry.value.is_null() || old.get(key).is_some())
        }
        _ => false,
    }
}
