//! Turns the annotations that mean something to a pod into what the API server refuses in them.

use super::super::check::Check;
use super::super::field::Field;
use super::{app_armor, seccomp};

const MIRROR: &str = "kubernetes.io/config.mirror";
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";

/// `ValidatePodSpecificAnnotations`.
pub(super) fn annotations(check: &mut Check, annotations: &Field<'_, '_>, spec: &Field<'_, '_>) {
    if annotations.is_empty() {
        return;
    }
    let mirror = annotations.keyed_child(MIRROR);
    if mirror.is_written() && spec.child("nodeName").text().is_empty() {
        check.invalid(&mirror, mirror.text(), "must set spec.nodeName if mirror pod annotation is set");
    }
    let cost = annotations.keyed_child(DELETION_COST);
    if cost.is_written() && !is_deletion_cost(cost.text()) {
        check.invalid(&cost, cost.text(), "must be a 32bit integer");
    }
    annotations.for_each_entry(|name, key, value| {
        let value = annotations.entry(name, key, value);
        seccomp::annotation(check, annotations, name, &value);
        app_armor::annotation(check, name, &value, spec);
    });
}

/// `GetDeletionCostFromPodAnnotations` of `pkg/apis/core/helper`.
fn is_deletion_cost(text: &str) -> bool {
    let is_begun = match text.as_bytes() {
        [b'0', rest @ ..] => rest.is_empty(),
        [b'-' | b'1'..=b'9', ..] => true,
        _ => false,
    };
    is_begun && text.parse::<i32>().is_ok()
}
