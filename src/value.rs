//! Turns what a manifest says into a tree of its own that can be changed, and written as JSON and YAML.

mod json;
mod number;
mod yaml;

use std::borrow::Cow;

pub use number::go_float;

use crate::yaml::{Node, Scalar};

/// A value as JSON has it. Text is borrowed from the manifest where it can be.
#[derive(Clone, PartialEq, Debug)]
pub enum Value<'t> {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// An integer above `i64::MAX`.
    UInt(u64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(Cow<'t, str>),
    /// A list.
    List(Vec<Value<'t>>),
    /// An object. No name stands twice; the order is that in which it was written until it is sorted.
    Map(Vec<Member<'t>>),
}

/// A name in an object, with its value.
#[derive(Clone, PartialEq, Debug)]
pub struct Member<'t> {
    /// The name.
    pub name: Cow<'t, str>,
    /// The value.
    pub value: Value<'t>,
    /// Whether the manifest does not have it: it was added to what was written.
    pub added: bool,
}

impl<'t> Value<'t> {
    /// What `node` means to Kubernetes, whatever it is; the names of objects sorted.
    pub fn of(node: Node<'t>) -> Self {
        if node.is_sequence() {
            return Self::List(node.items().map(Self::of).collect());
        }
        let Some(scalar) = node.scalar() else {
            let member = |(name, value)| Member { name, value, added: false };
            let fields = node.fields().into_iter().map(|(name, entry)| (name, Self::of(entry.value)));
            let mut members: Vec<_> = fields.map(member).collect();
            members.sort_by(|left, right| left.name.cmp(&right.name));
            return Self::Map(members);
        };
        match scalar {
            Scalar::Null => Self::Null,
            Scalar::Bool(value) => Self::Bool(value),
            Scalar::Int(number) => Self::Int(number),
            Scalar::UInt(number) => Self::UInt(number),
            Scalar::Float(number) => Self::Float(number),
            Scalar::String(text) => Self::Text(Cow::Borrowed(text)),
        }
    }

    /// Text that no manifest holds.
    pub const fn text(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// An object without members.
    pub const fn empty() -> Self {
        Self::Map(Vec::new())
    }

    /// The members of an object; none for anything else.
    pub fn members(&self) -> &[Member<'t>] {
        if let Self::Map(members) = self { members } else { &[] }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Self] {
        if let Self::List(items) = self { items } else { &[] }
    }

    /// The items of a list, to be changed; none for anything else.
    pub fn items_mut(&mut self) -> &mut [Self] {
        if let Self::List(items) = self { items } else { &mut [] }
    }

    /// The characters of text.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// What an object calls `name`.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.members().iter().find(|member| member.name == name).map(|member| &member.value)
    }

    /// What an object calls `name`, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        let Self::Map(members) = self else { return None };
        members.iter_mut().find(|member| member.name == name).map(|member| &mut member.value)
    }

    /// What stands at a path of names, to be changed.
    pub fn at_mut(&mut self, path: &[&str]) -> Option<&mut Self> {
        path.iter().try_fold(self, |value, name| value.get_mut(name))
    }

    /// The items of the list that an object calls `name`, to be changed; none where it is absent or no list.
    pub fn list_mut(&mut self, name: &str) -> &mut [Self] {
        self.get_mut(name).map_or(&mut [], Self::items_mut)
    }

    /// The text that an object calls `name`; empty where it is absent or no text.
    pub fn text_of(&self, name: &str) -> &str {
        self.get(name).and_then(Self::as_str).unwrap_or_default()
    }

    /// Whether an object has a member of that name.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Adds a member to an object that has none of that name; anything else stays as it is.
    pub fn add(&mut self, name: &'static str, value: Self) {
        if let Self::Map(members) = self
            && !members.iter().any(|member| member.name == name)
        {
            members.push(Member { name: Cow::Borrowed(name), value, added: true });
        }
    }

    /// Adds text as [`Self::add`] does.
    pub fn add_text(&mut self, name: &'static str, text: &'t str) {
        self.add(name, Self::Text(Cow::Borrowed(text)));
    }

    /// Takes a member out of an object, and answers its value.
    pub fn remove(&mut self, name: &str) -> Option<Self> {
        let Self::Map(members) = self else { return None };
        let at = members.iter().position(|member| member.name == name)?;
        Some(members.swap_remove(at).value)
    }

    /// Gives a member of an object another value, or adds it.
    pub fn set(&mut self, name: &'static str, value: Self) {
        match self.get_mut(name) {
            Some(there) => *there = value,
            None => self.add(name, value),
        }
    }

    /// The object that an object calls `name`, added if it is absent; `None` where it is no object, or `self` is none.
    pub fn object_mut(&mut self, name: &'static str) -> Option<&mut Self> {
        self.add(name, Self::empty());
        self.get_mut(name).filter(|value| matches!(value, Self::Map(_)))
    }
}

#[cfg(test)]
mod tests;
