//! Gathers what the API server refuses, in the words of `k8s.io/apimachinery/pkg/util/validation/field/errors.go`.

use std::fmt::Write as _;

use super::change::Changed;
use super::field::Field;
use super::go::{self, BadValue};
use super::inheritance::{Inheritance, Inherited};
use crate::source::Place;
use crate::version::Version;

/// One thing that the API server refuses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldError {
    /// Its cause type.
    pub reason: Reason,
    /// Kubernetes' own path to the field, such as `spec.template.spec.containers[0].ports[1].name`.
    pub field: String,
    /// The server's own words without the path (`Error.ErrorBody`).
    pub message: String,
    /// Where it is written; where it should be, if it is absent.
    pub place: Place,
    /// Of a field that can never change: what of it differs from the object that is there already; empty for any other
    /// error. Up to 1.36 the server itself does not name it.
    pub changed: Vec<Changed>,
}

/// What the API server says although it accepts an object (a `Warning` header).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    /// Its own words, the path included.
    pub text: String,
    /// What it is about.
    pub place: Place,
}

impl Warning {
    /// What the server says about a field.
    pub(super) fn about(field: &Field<'_, '_>, words: &str) -> Self {
        Self { text: format!("{}: {words}", field.path()), place: field.place() }
    }
}

/// What is wrong with a field, as the causes of the server's answer call it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reason {
    /// It is absent or empty.
    Required,
    /// It is malformed.
    Invalid,
    /// It is none of the known values.
    NotSupported,
    /// It may not be set here.
    Forbidden,
    /// It is there twice.
    Duplicate,
    /// It names what does not exist.
    NotFound,
    /// It is too long.
    TooLong,
    /// It has too many items.
    TooMany,
    /// The server gave up.
    Internal,
}

impl Reason {
    /// The cause type, such as `FieldValueInvalid`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Required => "FieldValueRequired",
            Self::Invalid => "FieldValueInvalid",
            Self::NotSupported => "FieldValueNotSupported",
            Self::Forbidden => "FieldValueForbidden",
            Self::Duplicate => "FieldValueDuplicate",
            Self::NotFound => "FieldValueNotFound",
            Self::TooLong => "FieldValueTooLong",
            Self::TooMany => "FieldValueTooMany",
            Self::Internal => "InternalError",
        }
    }

    /// What the message begins with (`ErrorType.String`).
    fn words(self) -> &'static str {
        match self {
            Self::Required => "Required value",
            Self::Invalid => "Invalid value",
            Self::NotSupported => "Unsupported value",
            Self::Forbidden => "Forbidden",
            Self::Duplicate => "Duplicate value",
            Self::NotFound => "Not found",
            Self::TooLong => "Too long",
            Self::TooMany => "Too many",
            Self::Internal => "Internal error",
        }
    }
}

/// The errors so far, and what decides them besides the object.
pub(super) struct Check {
    pub(super) version: Version,
    /// Whether the object is a pod, and not what pods are made from: more is defaulted and more is asked then.
    pub(super) is_pod: bool,
    /// Whether what was there before has come to rest.
    pub(super) is_settled: bool,
    /// What is let pass because the object that is there already has it.
    pub(super) inheritance: Inheritance,
    pub(super) errors: Vec<FieldError>,
    /// How many more bytes of errors there is room for.
    room: usize,
}

/// In bytes: how much is said of an object, so that one that was made to be refused at length does not fill the memory.
const ROOM: usize = 16 << 20;

impl Check {
    pub(super) fn new(version: Version) -> Self {
        Self {
            version,
            is_pod: false,
            is_settled: false,
            inheritance: Inheritance::default(),
            errors: Vec::new(),
            room: ROOM,
        }
    }

    /// Whether the fault is let pass because the object that is there already has it.
    pub(super) fn inherits(&self, fault: Inherited) -> bool {
        self.inheritance.has(fault)
    }

    /// Whether the server is of that minor version, such as 34, or newer.
    pub(super) fn since(&self, minor: u8) -> bool {
        self.version.minor() >= minor
    }

    /// `field.Required`; an empty detail is left out, as everywhere here.
    pub(super) fn required(&mut self, field: &Field<'_, '_>, detail: &str) {
        self.add(Reason::Required, field, None, detail);
    }

    /// `field.Invalid`.
    pub(super) fn invalid<'v>(&mut self, field: &Field<'_, '_>, value: impl Into<BadValue<'v>>, detail: &str) {
        self.add(Reason::Invalid, field, Some(value.into()), detail);
    }

    /// One `field.Invalid` for each message about a text.
    pub(super) fn invalid_each<'v>(
        &mut self,
        field: &Field<'_, '_>,
        value: impl Into<BadValue<'v>>,
        messages: impl IntoIterator<Item: AsRef<str>>,
    ) {
        let value = value.into();
        for message in messages {
            self.invalid(field, value.clone(), message.as_ref());
        }
    }

    /// `field.Forbidden`.
    pub(super) fn forbidden(&mut self, field: &Field<'_, '_>, detail: &str) {
        self.add(Reason::Forbidden, field, None, detail);
    }

    /// `field.InternalError`.
    pub(super) fn internal(&mut self, field: &Field<'_, '_>, detail: &str) {
        self.add(Reason::Internal, field, None, detail);
    }

    /// `field.Duplicate`.
    pub(super) fn duplicate<'v>(&mut self, field: &Field<'_, '_>, value: impl Into<BadValue<'v>>) {
        self.add(Reason::Duplicate, field, Some(value.into()), "");
    }

    /// `field.NotFound`.
    pub(super) fn not_found<'v>(&mut self, field: &Field<'_, '_>, value: impl Into<BadValue<'v>>) {
        self.add(Reason::NotFound, field, Some(value.into()), "");
    }

    /// `field.NotFound`, with a detail put in afterwards.
    pub(super) fn not_found_because<'v>(
        &mut self,
        field: &Field<'_, '_>,
        value: impl Into<BadValue<'v>>,
        detail: &str,
    ) {
        self.add(Reason::NotFound, field, Some(value.into()), detail);
    }

    /// `field.NotSupported`; the supported values in the order in which the server names them.
    pub(super) fn not_supported<'v>(
        &mut self,
        field: &Field<'_, '_>,
        value: impl Into<BadValue<'v>>,
        supported: &[&str],
    ) {
        let mut detail = String::new();
        for (number, value) in supported.iter().enumerate() {
            detail.push_str(if number == 0 { "supported values: " } else { ", " });
            go::quote_into(&mut detail, value);
        }
        self.add(Reason::NotSupported, field, Some(value.into()), &detail);
    }

    /// `field.TooLong`: more bytes than `most`.
    pub(super) fn too_long(&mut self, field: &Field<'_, '_>, most: usize) {
        let unit = if most == 1 { "byte" } else { "bytes" };
        self.add(Reason::TooLong, field, None, &format!("may not be more than {most} {unit}"));
    }

    /// `field.TooMany`: `count` items where at most `most` may be.
    pub(super) fn too_many(&mut self, field: &Field<'_, '_>, count: usize, most: usize) {
        let unit = if most == 1 { "item" } else { "items" };
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        self.add(Reason::TooMany, field, Some(count.into()), &format!("must have at most {most} {unit}"));
    }

    /// Says what differs where the last error says that a field can never change, and points it there.
    pub(super) fn changed(&mut self, changed: Vec<Changed>) {
        if let (Some(error), Some(first)) = (self.errors.last_mut(), changed.first()) {
            error.place = first.place;
            error.changed = changed;
        }
    }

    fn add(&mut self, reason: Reason, field: &Field<'_, '_>, value: Option<BadValue<'_>>, detail: &str) {
        // What another tool will fill in is not known yet.
        if field.is_open() || self.room == 0 {
            return;
        }
        let mut message = reason.words().to_owned();
        if let Some(value) = value {
            message.push_str(": ");
            value.write(&mut message, self.version);
        }
        if !detail.is_empty() {
            // Writing to a string cannot fail.
            write!(message, ": {detail}").unwrap_or_default();
        }
        let (changed, path) = (Vec::new(), field.path());
        self.room = self.room.saturating_sub(message.len() + path.len());
        self.errors.push(FieldError { reason, field: path, message, place: field.place(), changed });
    }
}
