//! Turns a StatefulSet into what its own validation refuses (`pkg/apis/apps/validation/validation.go`).

use super::check::Check;
use super::field::Field;
use super::{claim, pod};

/// `ValidateStatefulSet`.
pub(super) fn create(check: &mut Check, set: &Field<'_, '_>) {
    spec(check, &set.child("spec"));
}

/// `ValidateStatefulSetSpec`.
fn spec(check: &mut Check, spec: &Field<'_, '_>) {
    match spec.child("podManagementPolicy").text() {
        "" | "OrderedReady" | "Parallel" => {}
        other => {
            check.invalid(&spec.child("podManagementPolicy"), other, "must be 'OrderedReady' or 'Parallel'");
        }
    }
    for name in ["replicas", "minReadySeconds"] {
        not_negative(check, &spec.child(name));
    }
    let claims = spec.child("volumeClaimTemplates");
    claim::claim_templates(check, &claims);
    let ordinals = spec.child("ordinals");
    not_negative(check, &ordinals.child("start"));
    pod::template(check, &spec.child("template"), &claims, true);
}

/// `ValidateNonnegativeField` of `pkg/apis/core/validation`.
fn not_negative(check: &mut Check, field: &Field<'_, '_>) {
    if let Some(number) = field.int().filter(|number| *number < 0) {
        check.invalid(field, number, "must be greater than or equal to 0");
    }
}
