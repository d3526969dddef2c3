//! Says what the characters of a scalar mean to Kubernetes.

use std::borrow::Cow;

use super::tree::Tag;

/// What a scalar means, as `sigs.k8s.io/yaml` turns it into JSON.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Scalar<'t> {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// An integer above `i64::MAX`.
    UInt(u64),
    /// Any other number. Infinities and NaN cannot be said in JSON; documents that hold them are broken.
    Float(f64),
    /// Text.
    String(&'t str),
}

impl<'t> Scalar<'t> {
    /// What it becomes as the key of a JSON object; `None` for null, which cannot be one.
    pub fn into_key(self) -> Option<Cow<'t, str>> {
        match self {
            Self::Null => None,
            Self::Bool(value) => Some(Cow::Borrowed(if value { "true" } else { "false" })),
            Self::Int(number) => Some(Cow::Owned(number.to_string())),
            Self::UInt(number) => Some(Cow::Owned(number.to_string())),
            Self::Float(number) => Some(Cow::Owned(number.to_string())),
            Self::String(text) => Some(Cow::Borrowed(text)),
        }
    }
}

/// What `raw` means; only a `plain` scalar can be anything but text, unless a tag says so.
pub(super) fn resolve(raw: &str, plain: bool, tag: Tag) -> Scalar<'_> {
    if !plain && tag == Tag::None {
        return Scalar::String(raw);
    }
    match raw {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "true" | "True" | "TRUE" | "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Scalar::Bool(true),
        "false" | "False" | "FALSE" | "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Scalar::Bool(false),
        _ => raw.parse().map_or(Scalar::String(raw), Scalar::Int),
    }
}
