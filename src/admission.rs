//! Turns an object into what the API server would refuse in it, in the server's own words.
//!
//! The checks follow the hand-written validation of `k8s.io/kubernetes`, `pkg/apis/*/validation`, function by function
//! and in its order, for the minors 1.33 to 1.37. They read the manifest as it is written and know the defaults that
//! matter to them, so that nothing is built, and nothing allocated, while nothing is wrong. What the decoder refuses is
//! [`crate::schema`]'s: here a value is of the type of its field, or counts as absent.

mod address;
mod change;
mod check;
mod claim;
mod disruption_budget;
mod field;
mod go;
mod go_value;
mod inheritance;
mod int_or_percent;
mod metadata;
mod name;
mod pod;
mod pods;
mod selector;
mod service;
mod stateful_set;
mod storage_class;
mod table;
#[cfg(test)]
mod testing;

pub use change::Changed;
pub use check::{FieldError, Reason, Warning};
pub(crate) use name::dns1123_subdomain;

use check::Check;
use field::Field;
use stateful_set::Request;

use crate::defaults;
use crate::manifest::{GroupKind, Object};
use crate::value::Value;
use crate::version::Version;

/// What the API server answers to an object.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Admission {
    /// Why it refuses, in the order in which it says so; empty where it accepts.
    pub errors: Vec<FieldError>,
    /// What it says although it accepts; empty where it refuses.
    pub warnings: Vec<Warning>,
}

/// What the API server of that version answers when `object` is created; nothing for a kind whose validation is not
/// known here.
pub fn create(object: &Object<'_>, version: Version) -> Admission {
    let mut check = Check::new(version);
    let root = Field::root(object.node);
    match object.kind {
        _ if object.is(GroupKind::STATEFUL_SET) => stateful_set::create(&mut check, &root),
        _ if object.is(GroupKind::SERVICE) => service::create(&mut check, &root),
        _ if object.is(GroupKind::PERSISTENT_VOLUME_CLAIM) => claim::create(&mut check, &root),
        _ if object.is(GroupKind::POD_DISRUPTION_BUDGET) => disruption_budget::create(&mut check, &root),
        _ if object.is(GroupKind::STORAGE_CLASS) => storage_class::create(&mut check, &root),
        _ => {}
    }
    answer(object, None, check)
}

/// What the API server of that version answers when `object` takes the place of `old_object`, which has the same kind, namespace and
/// name and is not being deleted; nothing for a kind whose validation is not known here.
pub fn update(object: &Object<'_>, old_object: &Object<'_>, version: Version) -> Admission {
    change(object, old_object, Check::new(version))
}

/// As [`update`], where what was there before has come to rest: a claim that does not say its phase is bound.
pub fn update_settled(object: &Object<'_>, old_object: &Object<'_>, version: Version) -> Admission {
    let mut check = Check::new(version);
    check.is_settled = true;
    change(object, old_object, check)
}

fn change(object: &Object<'_>, old_object: &Object<'_>, mut check: Check) -> Admission {
    let (root, old) = (Field::root(object.node), Field::root(old_object.node));
    match object.kind {
        _ if object.is(GroupKind::STATEFUL_SET) => stateful_set::update(&mut check, &root, &old),
        _ if object.is(GroupKind::PERSISTENT_VOLUME_CLAIM) => claim::update(&mut check, &root, &old),
        _ if object.is(GroupKind::SERVICE) => service::update(&mut check, &root, &old),
        _ if object.is(GroupKind::POD_DISRUPTION_BUDGET) => disruption_budget::update(&mut check, &root, &old),
        _ if object.is(GroupKind::STORAGE_CLASS) => storage_class::update(&mut check, &root, &old),
        _ => {}
    }
    answer(object, Some(old_object), check)
}

/// The answer, with what the server says although it accepts the object.
fn answer(object: &Object<'_>, old: Option<&Object<'_>>, check: Check) -> Admission {
    let mut warnings = Vec::new();
    let root = Field::root(object.node);
    if !check.errors.is_empty() {
    } else if object.is(GroupKind::STATEFUL_SET) {
        let request = old.map_or(Request::Create, |old| {
            let changes_spec = is_new_generation(object, old, check.version);
            Request::Update { changes_spec }
        });
        stateful_set::warnings(&mut warnings, &root, request, check.version);
    } else if object.is(GroupKind::SERVICE) {
        service::warning::warnings(&mut warnings, &root, check.version);
    } else if object.is(GroupKind::PERSISTENT_VOLUME_CLAIM) {
        claim::warning::claim(&mut warnings, &root);
    } else if object.is(GroupKind::STORAGE_CLASS) {
        storage_class::warnings(&mut warnings, &root);
    }
    Admission { errors: check.errors, warnings }
}

/// Whether the server gives the object another `metadata.generation`: its spec is stored as another.
fn is_new_generation(object: &Object<'_>, old: &Object<'_>, version: Version) -> bool {
    let spec = |object| defaults::stored(object, version)?.get("spec").map(Value::canonical);
    spec(object) != spec(old)
}

/// What the API server of that version answers when the controller of the StatefulSet `object` creates the claims of its
/// first pod, without which it creates no pod. Paths are those of the claim. Nothing for another kind.
pub fn claims(object: &Object<'_>, version: Version) -> Vec<FieldError> {
    if object.is(GroupKind::STATEFUL_SET) { pods::claims(object, version) } else { Vec::new() }
}

/// What the API server of that version answers when the controller of the StatefulSet `object` creates its first pod; if it
/// accepts that one, its last. Paths are those of the pod. Nothing for another kind.
pub fn pods(object: &Object<'_>, version: Version) -> Vec<FieldError> {
    if !object.is(GroupKind::STATEFUL_SET) {
        return Vec::new();
    }
    pods::pods(object, version)
}
