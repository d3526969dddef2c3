//! Turns an object into what the API server's decoder would refuse in it, fields that it does not know and values of the
//! wrong type, and into what its encoder would write of it.

mod base64;
mod decode;
mod home;
mod path;
mod round_trip;
mod tables;
mod time;
mod violation;

pub use violation::{Fault, Violation};

use crate::manifest::Object;
use crate::value::Value;
use crate::version::Version;

/// What the API server of that version would refuse to decode of `object`, in reading order; nothing for a kind whose
/// fields are not known here. At most [`MOST`] of them: the server's decoder stops there too.
pub fn validate(object: &Object<'_>, version: Version) -> Vec<Violation> {
    kind(object).map(|kind| decode::decode(object, kind, version)).unwrap_or_default()
}

/// What the decoder of that version makes of `object`, to be changed before [`complete`] makes what is stored of it: what
/// it does not know, or cannot read, is not there, nor is what says no more than its absence would. `None` for a kind
/// whose fields are not known here.
pub fn read<'t>(object: &Object<'t>, version: Version) -> Option<Value<'t>> {
    round_trip::read(object.node, Type::numbered(kind(object)?.of), version)
}

/// Turns what [`read`] made of `object` into what the encoder of that version writes: fields that are always written are
/// added, what is empty is left out, names are sorted, and quantities have their canonical form. Nothing and an empty
/// list are both null, as they are once they were stored.
pub fn complete(value: &mut Value<'_>, object: &Object<'_>, version: Version) {
    if let Some(kind) = kind(object) {
        round_trip::complete(value, Type::numbered(kind.of), version);
    }
}

fn kind(object: &Object<'_>) -> Option<&'static Kind> {
    tables::KINDS.iter().find(|kind| kind.name == object.kind && kind.api_version == object.api_version)
}

/// Whether the fields of its kind are known here, and so what the API server makes of it.
pub fn knows(object: &Object<'_>) -> bool {
    tables::KINDS.iter().any(|kind| kind.name == object.kind && kind.api_version == object.api_version)
}

/// How many faults of one object are told (sigs.k8s.io/json `saveStrictError`).
pub const MOST: usize = 100;

/// A kind of object whose fields are known.
struct Kind {
    api_version: &'static str,
    name: &'static str,
    /// The number of its type.
    of: u16,
}

/// A Go type as the decoder sees it, pointers left out.
struct Type {
    /// What Go's errors call it.
    name: &'static str,
    shape: Shape,
}

/// What the decoder makes of a value; numbers are those of types.
enum Shape {
    String,
    Bool,
    Int32,
    Int64,
    /// Bytes in base64, or a list of numbers.
    Bytes,
    Byte,
    Quantity,
    IntOrString,
    Time,
    /// Whatever it is.
    Any,
    List(u16),
    Map(u16),
    /// The fields by name.
    Struct(&'static [Field]),
}

/// A field of a struct.
struct Field {
    name: &'static str,
    /// The number of its type.
    of: u16,
    /// The minor versions that have it: the lowest bit stands for the oldest.
    minors: u8,
    /// The embedded struct that it is from; empty for none.
    within: &'static str,
    /// Whether it is a pointer, to which absent and zero are two things.
    pointer: bool,
    /// Whether it is encoded also where it is empty: its tag says no `omitempty`.
    kept: bool,
    /// Whether a struct is left out where it is zero: its tag says `omitzero`.
    unless_zero: bool,
}

impl Field {
    /// A field that every version has.
    const fn new(name: &'static str, of: u16) -> Self {
        Self { name, of, minors: u8::MAX, within: "", pointer: false, kept: false, unless_zero: false }
    }

    const fn only(self, minors: u8) -> Self {
        Self { minors, ..self }
    }

    const fn within(self, within: &'static str) -> Self {
        Self { within, ..self }
    }

    const fn pointer(self) -> Self {
        Self { pointer: true, ..self }
    }

    const fn kept(self) -> Self {
        Self { kept: true, ..self }
    }

    const fn unless_zero(self) -> Self {
        Self { unless_zero: true, ..self }
    }

    fn is_in(&self, version: Version) -> bool {
        self.minors >> (version.minor() - Version::OLDEST.minor()) & 1 == 1
    }
}

/// What a list of bytes holds.
static BYTE: Type = Type { name: "uint8", shape: Shape::Byte };

impl Type {
    fn numbered(number: u16) -> &'static Self {
        &tables::TYPES[number as usize]
    }

    /// The name without its package.
    fn short_name(&self) -> &'static str {
        self.name.rsplit_once('.').map_or(self.name, |(_, name)| name)
    }

    /// The fields of a struct in any version; none for anything else.
    fn fields(&self) -> &'static [Field] {
        if let Shape::Struct(fields) = self.shape { fields } else { &[] }
    }

    /// The fields of that name: of several, each is in other versions.
    fn named(&self, name: &str) -> &'static [Field] {
        let fields = self.fields();
        let start = fields.partition_point(|field| field.name < name);
        let same = fields[start..].iter().take_while(|field| field.name == name).count();
        &fields[start..start + same]
    }

    fn field(&self, name: &str, version: Version) -> Option<&'static Field> {
        self.named(name).iter().find(|field| field.is_in(version))
    }
}

#[cfg(test)]
mod tests;
