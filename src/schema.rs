//! Turns an object into what the API server's decoder would refuse in it: fields that it does not know, and values of
//! the wrong type.

mod base64;
mod decode;
mod home;
mod path;
mod tables;
mod violation;

pub use violation::{Fault, Violation};

use crate::manifest::Object;
use crate::version::Version;

/// What the API server of that version would refuse to decode of `object`, in reading order; nothing for a kind whose
/// fields are not known here. At most [`MOST`] of them: the server's decoder stops there too.
pub fn validate(object: &Object<'_>, version: Version) -> Vec<Violation> {
    let kind = tables::KINDS.iter().find(|kind| kind.name == object.kind && kind.api_version == object.api_version);
    kind.map(|kind| decode::decode(object, kind, version)).unwrap_or_default()
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
}

impl Field {
    /// A field that every version has.
    const fn new(name: &'static str, of: u16) -> Self {
        Self { name, of, minors: u8::MAX, within: "" }
    }

    const fn only(self, minors: u8) -> Self {
        Self { minors, ..self }
    }

    const fn within(self, within: &'static str) -> Self {
        Self { within, ..self }
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
