//! Turns the way down to a value into Kubernetes' own path to it and the bytes that a finding about it points at.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::placeholder::{has_foreign_placeholder, has_placeholder};
use crate::source::Place;
use crate::yaml::Node;

/// A field of an object, present or absent, and the fields that it was reached through. It stands on the stack: to go
/// down allocates nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'f, 't> {
    up: Option<&'f Field<'f, 't>>,
    /// The object itself.
    object: Node<'t>,
    step: Step<'f>,
    /// The key that the value is written behind, if it is.
    key: Option<Node<'t>>,
    /// The value; `None` where it is absent or null.
    value: Option<Node<'t>>,
}

/// One step down, as `k8s.io/apimachinery/pkg/util/validation/field/path.go` writes it.
#[derive(Clone, Copy, Debug)]
enum Step<'f> {
    /// To the object itself.
    Root,
    /// `.name`.
    Child(&'f str),
    /// `[key]`.
    Key(&'f str),
    /// `[0]`.
    Index(usize),
}

impl<'f, 't> Field<'f, 't> {
    /// The object itself.
    pub(super) fn root(node: Node<'t>) -> Self {
        Self { up: None, object: node, step: Step::Root, key: None, value: Some(node) }
    }

    /// The field of that name below this one (`Path.Child`).
    pub(super) fn child(&'f self, name: &'f str) -> Self {
        let entry = self.value.and_then(|value| value.entry(name));
        let value = entry.map(|entry| entry.value).filter(|value| !value.is_null());
        Self { up: Some(self), object: self.object, step: Step::Child(name), key: entry.map(|entry| entry.key), value }
    }

    /// The same value where Kubernetes writes another path: `name` below `up`.
    pub(super) fn called(self, name: &'f str, up: &'f Self) -> Self {
        Self { up: Some(up), step: Step::Child(name), ..self }
    }

    /// The same value where Kubernetes writes another path: item `index` of `up`.
    pub(super) fn numbered(self, index: usize, up: &'f Self) -> Self {
        Self { up: Some(up), step: Step::Index(index), ..self }
    }

    /// The same value where Kubernetes writes another path: the value of `key` in `up`.
    pub(super) fn keyed(self, key: &'f str, up: &'f Self) -> Self {
        Self { up: Some(up), step: Step::Key(key), ..self }
    }

    /// The same value where Kubernetes writes the path of `other`.
    pub(super) fn written_as(self, other: &Field<'f, 't>) -> Self {
        Self { up: other.up, step: other.step, ..self }
    }

    /// The items of a list (`Path.Index`); none for anything else.
    pub(super) fn items(&'f self) -> impl Iterator<Item = Self> + Clone {
        let items = self.value.into_iter().flat_map(Node::items).enumerate();
        items.map(|(index, item)| Self {
            up: Some(self),
            object: self.object,
            step: Step::Index(index),
            key: None,
            value: Some(item).filter(|item| !item.is_null()),
        })
    }

    /// Shows every key of a map with its value, as [`Self::entries`] has them; it allocates only where keys merge or stand
    /// twice.
    pub(super) fn for_each_entry(&self, mut visit: impl FnMut(&str, Node<'t>, Node<'t>)) {
        let Some(node) = self.value else { return };
        if node.is_irregular() {
            for (name, key, value) in self.entries() {
                visit(&name, key, value);
            }
        } else {
            for (key, value) in node.entries() {
                visit(key.raw().unwrap_or_default(), key, value);
            }
        }
    }

    /// The same path, pointing at this node.
    pub(super) fn pointing_at(&self, node: Node<'t>) -> Self {
        Self { key: None, value: Some(node), ..*self }
    }

    /// The keys of a map with their values, in written order, merge keys followed and the last of several equal keys
    /// kept; none for anything else. It allocates; ask [`Self::is_empty`] first.
    pub(super) fn entries(&self) -> Vec<(Cow<'t, str>, Node<'t>, Node<'t>)> {
        let fields = self.value.map(Node::fields).unwrap_or_default();
        fields.into_iter().map(|(name, entry)| (name, entry.key, entry.value)).collect()
    }

    /// The value of a key of this map (`Path.Key`), from one of [`Self::entries`].
    pub(super) fn entry(&'f self, name: &'f str, key: Node<'t>, value: Node<'t>) -> Self {
        let value = Some(value).filter(|value| !value.is_null());
        Self { up: Some(self), object: self.object, step: Step::Key(name), key: Some(key), value }
    }

    /// The value of a key of this map (`Path.Key`), by its name.
    pub(super) fn keyed_child(&'f self, name: &'f str) -> Self {
        Self { step: Step::Key(name), ..self.child(name) }
    }

    /// What stands there; `None` where it is absent or null.
    pub(super) fn node(&self) -> Option<Node<'t>> {
        self.value
    }

    /// Whether something other than null stands there: in Go, whether the pointer is not nil.
    pub(super) fn exists(&self) -> bool {
        self.value.is_some()
    }

    /// Whether its key stands there, with a value or without: in Go, whether the map has the key.
    pub(super) fn is_written(&self) -> bool {
        self.value.is_some() || self.key.is_some()
    }

    /// Whether this map has the key.
    pub(super) fn has_key(&self, name: &str) -> bool {
        self.value.is_some_and(|value| value.entry(name).is_some())
    }

    /// Whether it is absent or no collection that holds something: in Go, whether `len` of the list or map is 0.
    pub(super) fn is_empty(&self) -> bool {
        self.value.is_none_or(|value| value.items().next().is_none() && value.entries().next().is_none())
    }

    /// The text; empty where it is absent.
    pub(super) fn text(&self) -> &'t str {
        self.value.and_then(Node::as_str).unwrap_or_default()
    }

    /// The number; `None` where it is absent.
    pub(super) fn int(&self) -> Option<i64> {
        self.value.and_then(Node::as_i64)
    }

    /// The truth value; `None` where it is absent.
    pub(super) fn bool(&self) -> Option<bool> {
        self.value.and_then(Node::as_bool)
    }

    /// Whether it is written and true.
    pub(super) fn is_true(&self) -> bool {
        self.bool() == Some(true)
    }

    /// Whether another tool will fill in what stands there. `$(NAME)` in `subPathExpr` is filled in by kubelet.
    pub(super) fn is_open(&self) -> bool {
        let text = self.text();
        if matches!(self.step, Step::Child("subPathExpr")) {
            return has_foreign_placeholder(text);
        }
        has_placeholder(text)
    }

    /// Kubernetes' own path to it, such as `spec.template.spec.containers[0].ports[1].name` (`Path.String`).
    pub(super) fn path(&self) -> String {
        let mut path = self.up.map(Field::path).unwrap_or_default();
        // Writing to a string cannot fail.
        match self.step {
            Step::Root => Ok(()),
            Step::Child(name) if path.is_empty() => write!(path, "{name}"),
            Step::Child(name) => write!(path, ".{name}"),
            Step::Key(name) => write!(path, "[{name}]"),
            Step::Index(index) => write!(path, "[{index}]"),
        }
        .unwrap_or_default();
        path
    }

    /// The bytes that a finding points at: a scalar itself, a collection by its key, what is absent by the nearest key
    /// above.
    pub(super) fn place(&self) -> Place {
        if let (None, Some(key)) = (self.value, self.key) {
            return key.place();
        }
        let mut field = self;
        while let (None, Some(up)) = (field.value, field.up) {
            field = up;
        }
        match field.value {
            Some(value) if std::ptr::eq(field, self) => value.pointed(field.key),
            Some(value) => value.pointed_within(field.key),
            None => self.object.place(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::yaml;

    #[test]
    fn a_field_knows_its_path_and_its_place() {
        let text = "kind: X\nspec:\n  list:\n  - name: a\n  - other: 1\n  map: {a/b: c}\n  none: ~\n";
        let tree = yaml::parse(FileId(0), text);
        let object = tree.documents().first().and_then(|document| tree.root(document)).expect("a mapping");
        let root = Field::root(object);
        let spec = root.child("spec");
        let (list, map, nothing, absent) = (spec.child("list"), spec.child("map"), spec.child("none"), spec.child("x"));
        let items: Vec<_> = list.items().collect();
        let (name, unnamed, below) = (items[0].child("name"), items[1].child("name"), absent.child("y"));
        let value = map.keyed_child("a/b");
        let spelled = name.called("title", &root);
        for (field, path, at) in [
            (&spec, "spec", "spec"),
            (&list, "spec.list", "list"),
            (&items[1], "spec.list[1]", "other"),
            (&name, "spec.list[0].name", "a"),
            (&unnamed, "spec.list[1].name", "other"),
            (&value, "spec.map[a/b]", "c"),
            (&nothing, "spec.none", "none"),
            (&absent, "spec.x", "spec"),
            (&below, "spec.x.y", "spec"),
            (&spelled, "title", "a"),
        ] {
            assert_eq!(field.path(), path);
            assert_eq!(&text[field.place().span.range()], at, "{path}");
        }
        assert!(list.exists() && !list.is_empty() && nothing.is_empty() && !absent.exists());
    }
}
