//! Turns a claim into what the API server says about it although it accepts it (`pkg/api/persistentvolumeclaim/util.go`).

use super::update::CLASS_ANNOTATION;
use crate::admission::check::Warning;
use crate::admission::field::Field;
use crate::quantity::{self, Quantity};

/// `GetWarningsForPersistentVolumeClaim`.
pub(in crate::admission) fn claim(warnings: &mut Vec<Warning>, claim: &Field<'_, '_>) {
    let metadata = claim.child("metadata");
    let annotations = metadata.child("annotations");
    if annotations.has_key(CLASS_ANNOTATION) {
        let words = "deprecated since v1.8; use \"storageClassName\" attribute instead";
        warnings.push(Warning::about(&annotations.keyed_child(CLASS_ANNOTATION), words));
    }
    spec(warnings, &claim.child("spec"));
}

/// `GetWarningsForPersistentVolumeClaimSpec`.
pub(in crate::admission) fn spec(warnings: &mut Vec<Warning>, spec: &Field<'_, '_>) {
    let resources = spec.child("resources");
    for list in ["requests", "limits"] {
        let amounts = resources.child(list);
        fractional(warnings, &amounts.keyed_child("storage"));
    }
}

/// A part of a byte is asked for, which Kubernetes rounds up.
pub(in crate::admission) fn fractional(warnings: &mut Vec<Warning>, amount: &Field<'_, '_>) {
    let Some(node) = amount.node().filter(|node| Quantity::is_fractional_in_list(*node)) else { return };
    if let Some(text) = Quantity::text_of(node) {
        let written = quantity::canonical_to_milli(&text).unwrap_or_default();
        let words = format!("fractional byte value \"{written}\" is invalid, must be an integer");
        warnings.push(Warning::about(amount, &words));
    }
}
