//! Turns the annotations that mean something to a pod into what the API server refuses in them.

use super::super::check::{Check, FieldError};
use super::super::field::Field;
use super::super::inheritance::Inherited;
use super::{app_armor, seccomp, toleration};
use crate::placeholder::has_placeholder;
use crate::source::FileId;
use crate::yaml;

/// What marks a static pod, which the kubelet mirrors to the API server.
pub(super) const MIRROR: &str = "kubernetes.io/config.mirror";
const TOLERATIONS: &str = "scheduler.alpha.kubernetes.io/tolerations";
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
    let tolerations = annotations.keyed_child(TOLERATIONS);
    if !tolerations.text().is_empty() && !has_placeholder(tolerations.text()) {
        tolerations_of(check, annotations, &tolerations);
    }
    if let Some(cost) = deletion_cost_fault(annotations).filter(|_| !check.inherits(Inherited::DeletionCost)) {
        check.invalid(&cost, cost.text(), "must be a 32bit integer");
    }
    annotations.for_each_entry(|name, key, value| {
        let value = annotations.entry(name, key, value);
        seccomp::annotation(check, annotations, name, &value);
        app_armor::annotation(check, name, &value, spec);
    });
}

/// `ValidateTolerationsInPodAnnotations`: tolerations as JSON. Where it cannot be read, the server says so in the words of
/// its reader, of which the frequent ones are known here.
fn tolerations_of(check: &mut Check, annotations: &Field<'_, '_>, annotation: &Field<'_, '_>) {
    let text = annotation.text();
    let pointed = annotation.node().map_or(*annotations, |value| annotations.pointing_at(value));
    let read: Result<serde_json::Value, _> = serde_json::from_str(text);
    let refused = match &read {
        Err(error) if error.is_eof() => "unexpected end of JSON input".to_owned(),
        Err(_) => match text.trim_start().chars().next() {
            Some(first) if !"[{\"tfn-0123456789".contains(first) => {
                format!("invalid character '{first}' looking for beginning of value")
            }
            _ => "invalid character in JSON".to_owned(),
        },
        Ok(serde_json::Value::Array(_) | serde_json::Value::Null) => String::new(),
        Ok(other) => format!("json: cannot unmarshal {} into Go value of type []core.Toleration", kind(other)),
    };
    if !refused.is_empty() {
        check.invalid(&pointed, TOLERATIONS, &refused);
        return;
    }
    let tree = yaml::parse(FileId(0), text);
    let Some(list) = tree.documents().first().and_then(|document| tree.root(document)) else { return };
    let mut inner = Check::new(check.version);
    toleration::tolerations(&mut inner, &Field::root(list));
    let (path, place) = (annotations.path(), annotation.place());
    check.errors.extend(inner.errors.into_iter().map(|error| FieldError {
        field: format!("{path}.{TOLERATIONS}{}", error.field),
        place,
        ..error
    }));
}

/// What Go calls a value of JSON.
fn kind(value: &serde_json::Value) -> &'static str {
    match value {
        serde_json::Value::Null => "null",
        serde_json::Value::Bool(_) => "bool",
        serde_json::Value::Number(_) => "number",
        serde_json::Value::String(_) => "string",
        serde_json::Value::Array(_) => "array",
        serde_json::Value::Object(_) => "object",
    }
}

/// The cost of the pod's deletion, where it is written and is none.
pub(super) fn deletion_cost_fault<'f, 't>(annotations: &'f Field<'f, 't>) -> Option<Field<'f, 't>> {
    let cost = annotations.keyed_child(DELETION_COST);
    (cost.is_written() && !is_deletion_cost(cost.text())).then_some(cost)
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
