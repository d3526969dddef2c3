//! Walks an object and the Go types of its kind side by side, as the API server's decoder does (sigs.k8s.io/json
//! `decodeState.object`, `array` and `literalStore`).

use super::path::{Step, Trail};
use super::violation::{Violation, Words, Wrong};
use super::{BYTE, Kind, MOST, Shape, Type, base64};
use crate::manifest::Object;
use crate::placeholder::has_foreign_placeholder;
use crate::quantity::Quantity;
use crate::version::Version;
use crate::yaml::{Entry, Node, Scalar};

/// What the decoder would refuse of `object`, in reading order.
pub(super) fn decode(object: &Object<'_>, kind: &Kind, version: Version) -> Vec<Violation> {
    let root = Type::numbered(kind.of);
    let mut decoder = Decoder { words: Words { object, root, version }, found: Vec::new() };
    decoder.value(object.node, Wanted { of: root, trail: None, key: None });
    if decoder.found.len() >= MOST
        && let Some(last) = decoder.found.last_mut()
    {
        let more = format!("there may be more: the API server names at most {MOST} at once, and so does this");
        last.note = if last.note.is_empty() { more } else { format!("{}; {more}", last.note) };
    }
    decoder.found
}

struct Decoder<'o> {
    words: Words<'o>,
    found: Vec<Violation>,
}

/// What is wanted of a value, and how the walk came to it.
#[derive(Clone, Copy)]
struct Wanted<'w, 't> {
    of: &'static Type,
    /// `None` for the object itself.
    trail: Option<&'w Trail<'w>>,
    /// The key that the value stands behind, if it has one.
    key: Option<Node<'t>>,
}

impl Decoder<'_> {
    /// The walk is as deep as the types are, which do not hold themselves.
    fn value<'t>(&mut self, node: Node<'t>, wanted: Wanted<'_, 't>) {
        if self.found.len() >= MOST {
            return;
        }
        match wanted.of.shape {
            Shape::Struct(_) if node.is_mapping() => self.fields(node, wanted),
            Shape::Map(of) if node.is_mapping() => {
                let of = Type::numbered(of);
                each_entry(node, |name, entry| {
                    let trail = Trail { up: wanted.trail, step: Step::Key(name), owner: wanted.of };
                    self.value(entry.value, Wanted { of, trail: Some(&trail), key: Some(entry.key) });
                });
            }
            Shape::List(of) if node.is_sequence() => self.items(node, Type::numbered(of), wanted),
            Shape::Bytes if node.is_sequence() => self.items(node, &BYTE, wanted),
            _ => {
                if let (Err(wrong), Some(trail)) = (fits(node, wanted.of), wanted.trail) {
                    self.found.push(self.words.wrong_type(node, wanted.key, wanted.of, &wrong, trail));
                }
            }
        }
    }

    fn items<'t>(&mut self, node: Node<'t>, of: &'static Type, wanted: Wanted<'_, 't>) {
        for (number, item) in node.items().enumerate() {
            let trail = Trail { up: wanted.trail, step: Step::Item(number), owner: wanted.of };
            self.value(item, Wanted { of, trail: Some(&trail), key: None });
        }
    }

    fn fields<'t>(&mut self, node: Node<'t>, wanted: Wanted<'_, 't>) {
        each_entry(node, |name, entry| {
            let field = wanted.of.field(name, self.words.version);
            let within = field.map_or("", |field| field.within);
            let trail = Trail { up: wanted.trail, step: Step::Field(name, within), owner: wanted.of };
            match field {
                Some(field) => {
                    let of = Type::numbered(field.of);
                    self.value(entry.value, Wanted { of, trail: Some(&trail), key: Some(entry.key) });
                }
                None if self.found.len() < MOST => self.found.push(self.words.unknown_field(entry.key, name, &trail)),
                None => {}
            }
        });
    }
}

/// Visits keys and values as Kubernetes sees them; it allocates only where keys are merged or stand twice.
pub(super) fn each_entry<'t>(node: Node<'t>, mut visit: impl FnMut(&str, Entry<'t>)) {
    if node.is_irregular() {
        for (name, entry) in node.fields() {
            visit(&name, entry);
        }
    } else {
        for (key, value) in node.entries() {
            visit(key.raw().unwrap_or_default(), Entry { key, value });
        }
    }
}

/// Floats from here on are no `int64`.
pub(super) const BEYOND_INT64: f64 = 9_223_372_036_854_775_808.0;

/// Whether a value whose parts are not looked at can be decoded. Null can be decoded into anything.
pub(super) fn fits<'t>(node: Node<'t>, of: &Type) -> Result<(), Wrong<'t>> {
    let Some(value) = node.scalar() else { return collection_fits(node, &of.shape) };
    match (&of.shape, value) {
        (_, Scalar::Null)
        | (Shape::Any, _)
        | (Shape::String | Shape::IntOrString | Shape::Time, Scalar::String(_))
        | (Shape::Bool, Scalar::Bool(_))
        | (Shape::Int64, Scalar::Int(_)) => Ok(()),
        (Shape::Int32 | Shape::IntOrString, Scalar::Int(number)) if i32::try_from(number).is_ok() => Ok(()),
        (Shape::Byte, Scalar::Int(number)) if u8::try_from(number).is_ok() => Ok(()),
        // Large integers reach the server as digits, however they are written.
        (Shape::Int64, Scalar::Float(number)) if number.fract() == 0.0 && number.abs() < BEYOND_INT64 => Ok(()),
        (Shape::Quantity, _) if Quantity::of(node).is_ok() => Ok(()),
        // What it will be is not known yet. `$(NAME)` is Kubernetes' own, in texts, so that it may well be meant for it.
        (_, Scalar::String(text)) if has_foreign_placeholder(text) => Ok(()),
        (Shape::Quantity, Scalar::String(text)) => Err(Wrong::Quantity(Some(text))),
        (Shape::Quantity, _) => Err(Wrong::Quantity(None)),
        (Shape::Bytes, Scalar::String(text)) => base64::refused_at(text).map_or(Ok(()), |at| Err(Wrong::Base64 { at })),
        (_, value) => Err(Wrong::Scalar(value)),
    }
}

fn collection_fits<'t>(node: Node<'t>, shape: &Shape) -> Result<(), Wrong<'t>> {
    match shape {
        Shape::Any => Ok(()),
        Shape::Quantity => Err(Wrong::Quantity(None)),
        _ if node.is_sequence() => Err(Wrong::Sequence),
        _ => Err(Wrong::Mapping),
    }
}
