//! Turns symbolic places, such as `spec.template.spec.containers[0]`, into bytes and into Kubernetes' own paths.

use std::borrow::Cow;
use std::fmt::Write;

use super::check::{Checker, published};
use super::evaluate::{Run, Scope};
use super::expression::{Expression, Form, Mistake};
use super::program::Code;
use super::types::Ty;
use crate::facts::{Record, RecordType, Type, Value};
use crate::source::{Place, Span};
use crate::suggestion;
use crate::yaml::{Entry, Kind, Node};

/// The fields of a StatefulSet, one of which a symbolic place begins with unless it begins with a fact.
const OBJECT: [&str; 5] = ["apiVersion", "kind", "metadata", "spec", "status"];

/// A symbolic place that was checked against the published facts.
#[derive(Debug)]
pub(super) struct Pointer {
    start: Start,
    facts: Vec<Hop>,
    path: Vec<Step>,
}

#[derive(Debug)]
enum Start {
    /// The root record's field with that number.
    Root(usize),
    It,
}

/// From one fact to the next.
#[derive(Debug)]
enum Hop {
    Field(usize),
    Item(Code),
}

/// From one part of a manifest to the next.
#[derive(Debug)]
enum Step {
    Key(Box<str>),
    Item(Code),
}

impl Pointer {
    /// Checks `expression`, which must be names with dots and indexes.
    pub(super) fn check(expression: &Expression, root: &'static RecordType, it: Option<&Ty>) -> Result<Self, Mistake> {
        let mut pointer = Self { start: Start::It, facts: Vec::new(), path: Vec::new() };
        if let Ty::List(_) = pointer.add(expression, root, it)? {
            let mistake = Mistake::new(expression.span, "a list of facts stands nowhere in a manifest");
            return Err(mistake.help("name an item, such as [0]"));
        }
        Ok(pointer)
    }

    /// Adds a part and all before it; answers the type of the fact that was reached, [`Ty::Dynamic`] in a manifest.
    fn add(&mut self, expression: &Expression, root: &'static RecordType, it: Option<&Ty>) -> Result<Ty, Mistake> {
        match &expression.form {
            Form::Name(name) => self.begin(name, expression, root, it),
            Form::Select { of, field, at } => match self.add(of, root, it)? {
                Ty::Record(record) => {
                    let number = record.field(field);
                    let ty = number.map(|number| &record.fields[number].ty);
                    if let (Some(number), Some(ty)) = (number, ty.filter(|ty| stands(ty))) {
                        self.facts.push(Hop::Field(number));
                        return Ok(Ty::of(ty));
                    }
                    self.path.push(Step::Key(field.clone()));
                    Ok(Ty::Dynamic)
                }
                Ty::List(_) => Err(Mistake::new(*at, "a list has no fields").help("name an item, such as [0]")),
                _ => {
                    self.path.push(Step::Key(field.clone()));
                    Ok(Ty::Dynamic)
                }
            },
            Form::Index { of, key } => {
                let ty = self.add(of, root, it)?;
                if let Form::String(key) = &key.form
                    && !matches!(ty, Ty::List(_))
                {
                    self.path.push(Step::Key(key.clone()));
                    return Ok(Ty::Dynamic);
                }
                let (code, key_ty) = Checker::new(root, it).check(key)?;
                let fits = key_ty.may_be(&Ty::Int) || !matches!(ty, Ty::List(_)) && key_ty.may_be(&Ty::String);
                if !fits {
                    return Err(Mistake::new(key.span, format!("this is {key_ty}, which is no index")));
                }
                if let Ty::List(item) = ty {
                    self.facts.push(Hop::Item(code));
                    return Ok(Ty::clone(&item));
                }
                self.path.push(Step::Item(code));
                Ok(Ty::Dynamic)
            }
            _ => Err(Mistake::new(expression.span, "a place is written as names with dots and indexes")
                .help("such as spec.template.spec.containers[0].name")),
        }
    }

    fn begin(
        &mut self,
        name: &str,
        expression: &Expression,
        root: &'static RecordType,
        it: Option<&Ty>,
    ) -> Result<Ty, Mistake> {
        if name == "it"
            && let Some(it) = it
        {
            return Ok(it.clone());
        }
        if let Some(number) = root.field(name) {
            let ty = &root.fields[number].ty;
            if stands(ty) {
                self.start = Start::Root(number);
                return Ok(Ty::of(ty));
            }
            let message = format!("the fact {name:?} stands nowhere in a manifest");
            return Err(Mistake::new(expression.span, message));
        }
        if OBJECT.contains(&name) {
            self.start = Start::Root(published(root, "object", expression.span)?);
            self.path.push(Step::Key(name.into()));
            return Ok(Ty::Dynamic);
        }
        let facts = root.fields.iter().filter(|field| stands(&field.ty)).map(|field| field.name);
        let known = OBJECT.into_iter().chain(facts).chain(it.map(|_| "it"));
        let message = format!("neither a fact nor a field of a StatefulSet is called {name:?}");
        let help = suggestion::nearest(name, known).map(|word| format!("did you mean {word:?}?"));
        Err(Mistake::new(expression.span, message).help(help.unwrap_or_default()))
    }

    /// Where it leads to for one set of facts; `None` when the facts stand nowhere.
    pub(super) fn follow<'v>(
        &'v self,
        facts: &'v dyn Record,
        run: &Run<'v>,
        scope: Option<&Scope<'_, 'v>>,
    ) -> Option<Standing<'v>> {
        let mut value = match self.start {
            Start::Root(number) => facts.get(number),
            Start::It => scope?.value.clone(),
        };
        for hop in &self.facts {
            value = match (hop, value) {
                (Hop::Field(number), Value::Record(record)) => record.get(*number),
                (Hop::Item(code), list) => run.index_of_list(&list, code, scope)?,
                _ => return None,
            };
        }
        let mut standing = Standing::at(value.node()?);
        standing.part = if let Value::Record(record) = &value { record.part() } else { None };
        for step in &self.path {
            standing.keys.push(match step {
                Step::Key(key) => Key::Name(Cow::Borrowed(key)),
                Step::Item(code) => match run.value(code, scope).ok()?.settled() {
                    Value::Int(number) => Key::Number(usize::try_from(number).ok()?),
                    Value::String(key) => Key::Name(key),
                    _ => return None,
                },
            });
        }
        Some(standing)
    }
}

/// Whether facts of that type stand somewhere in a manifest.
fn stands(ty: &Type) -> bool {
    match ty {
        Type::Record(_) | Type::Dynamic => true,
        Type::List(item) => stands(item),
        _ => false,
    }
}

/// A place below a part of a manifest, whether something stands there or not.
#[derive(Clone, Debug)]
pub(super) struct Standing<'v> {
    base: Node<'v>,
    /// The bytes of that scalar, where those are not all.
    part: Option<Span>,
    pub(super) keys: Vec<Key<'v>>,
}

/// From a collection to one of its values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Key<'v> {
    Name(Cow<'v, str>),
    Number(usize),
}

/// Bytes to point at, and Kubernetes' own path to the field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Spot {
    pub(super) place: Place,
    pub(super) field: String,
}

impl<'v> Standing<'v> {
    /// The place of a part of a manifest.
    pub(super) fn at(base: Node<'v>) -> Self {
        Self { base, part: None, keys: Vec::new() }
    }

    /// The place of a value, or of what would be one, below this one.
    pub(super) fn below(mut self, key: Key<'v>) -> Self {
        self.keys.push(key);
        self
    }

    /// What to point at. A scalar is pointed at itself, a collection by its key, and something absent by the key of
    /// the deepest parent that is there. `object` is the root that paths begin at.
    pub(super) fn spot(&self, object: Node<'v>) -> Spot {
        let root = if holds(object, self.base) { object } else { root_of(self.base) };
        let mut route = route(root, self.base).unwrap_or_default();
        let mut node = self.base;
        let mut missing = false;
        for key in &self.keys {
            if !missing {
                match step(node, key) {
                    Some((key, value)) => {
                        route.key = key;
                        node = value;
                    }
                    None => missing = true,
                }
            }
            push(&mut route.field, key);
        }
        let place = match self.part {
            Some(span) if self.keys.is_empty() => Place { file: node.place().file, span },
            _ if missing => node.pointed_within(route.key),
            _ => node.pointed(route.key),
        };
        Spot { place, field: route.field }
    }
}

/// How one gets from a root to a node below it.
#[derive(Default)]
struct Route<'v> {
    field: String,
    /// The key of the node, if it has one.
    key: Option<Node<'v>>,
}

/// Kubernetes' own path from `root` to `target`, such as `spec.template.spec.containers[0].ports[1].name`; `None` if it
/// does not stand below. A node behind an alias stands where it is written.
pub fn field_path(root: Node<'_>, target: Node<'_>) -> Option<String> {
    route(root, target).map(|route| route.field)
}

fn route<'v>(root: Node<'v>, target: Node<'v>) -> Option<Route<'v>> {
    let mut route = Route::default();
    let mut node = root;
    while node != target {
        if !holds(node, target) {
            return None;
        }
        let (key, value, name) = match node.kind() {
            Kind::Scalar => return None,
            Kind::Sequence => {
                let mut items = node.items().enumerate();
                let (number, item) = items.find(|(_, item)| *item == target || holds(*item, target))?;
                (None, item, Key::Number(number))
            }
            Kind::Mapping => {
                let (key, value) = node.entries().find(|(_, value)| *value == target || holds(*value, target))?;
                (Some(key), value, Key::Name(key.key()?))
            }
        };
        push(&mut route.field, &name);
        route.key = key;
        // A node that an alias leads to stands elsewhere: this is where the alias is written.
        if value.span() == node.span() {
            return None;
        }
        node = value;
    }
    Some(route)
}

/// Whether `inner` is written within `outer`.
fn holds(outer: Node<'_>, inner: Node<'_>) -> bool {
    let (out, within) = (outer.place(), inner.place());
    out.file == within.file && out.span.start <= within.span.start && within.span.end <= out.span.end
}

/// The root of the object that a node belongs to: that of its document, or the item of a `List` that holds it.
fn root_of(node: Node<'_>) -> Node<'_> {
    let root = node.root();
    let list = root.get("kind").and_then(Node::as_str).is_some_and(|kind| kind.ends_with("List"));
    let item = root.get("items").filter(|_| list).and_then(|items| items.items().find(|item| holds(*item, node)));
    item.unwrap_or(root)
}

fn step<'v>(node: Node<'v>, key: &Key<'_>) -> Option<(Option<Node<'v>>, Node<'v>)> {
    match key {
        Key::Name(name) => {
            let Entry { key, value } = node.entry(name)?;
            Some((Some(key), value))
        }
        Key::Number(number) => Some((None, node.items().nth(*number)?)),
    }
}

/// Adds a key to a path, as `k8s.io/apimachinery/pkg/util/validation/field` writes it.
fn push(path: &mut String, key: &Key<'_>) {
    let plain = |name: &str| name.chars().all(|char| char.is_alphanumeric() || matches!(char, '-' | '_' | '$'));
    let result = match key {
        Key::Number(number) => write!(path, "[{number}]"),
        Key::Name(name) if !plain(name) || name.is_empty() => write!(path, "[{name}]"),
        Key::Name(name) if path.is_empty() => write!(path, "{name}"),
        Key::Name(name) => write!(path, ".{name}"),
    };
    // Writing to a string cannot fail.
    result.unwrap_or_default();
}
