//! Turns an object into what the API server would refuse in it, in the server's own words.
//!
//! The checks follow the hand-written validation of `k8s.io/kubernetes`, `pkg/apis/*/validation`, function by function
//! and in its order, for the minors 1.33 to 1.37. They read the manifest as it is written and know the defaults that
//! matter to them, so that nothing is built, and nothing allocated, while nothing is wrong. What the decoder refuses is
//! [`crate::schema`]'s: here a value is of the type of its field, or counts as absent.

#![expect(dead_code, reason = "validation of the pod template asks for the rest")]

mod address;
mod check;
mod claim;
mod field;
mod go;
mod metadata;
mod name;
mod pod;
mod pods;
mod selector;
mod service;
mod stateful_set;
mod table;
#[cfg(test)]
mod testing;
mod value;

pub use check::{FieldError, Reason};

use check::Check;
use field::Field;

use crate::manifest::{GroupKind, Object};
use crate::version::Version;

/// What the API server answers to an object.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Admission {
    /// Why it refuses, in the order in which it says so; empty where it accepts.
    pub errors: Vec<FieldError>,
}

/// What the API server of that version answers when `object` is created; nothing for a kind whose validation is not
/// known here.
pub fn create(object: &Object<'_>, version: Version) -> Admission {
    let mut check = Check::new(version);
    let root = Field::root(object.node);
    if object.is(GroupKind::STATEFUL_SET) {
        stateful_set::create(&mut check, &root);
    } else if object.is(GroupKind::SERVICE) {
        service::create(&mut check, &root);
    }
    if object.is(GroupKind::PERSISTENT_VOLUME_CLAIM) {
        claim::create(&mut check, &root);
    }
    Admission { errors: check.errors }
}

/// What the API server of that version answers when the controller of the StatefulSet `object` creates its first pod; if it
/// accepts that one, its last. Paths are those of the pod. Nothing for another kind.
pub fn pods(object: &Object<'_>, version: Version) -> Vec<FieldError> {
    if !object.is(GroupKind::STATEFUL_SET) {
        return Vec::new();
    }
    pods::pods(object, version)
}
