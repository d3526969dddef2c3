//! Turns a StatefulSet into what the API server refuses when the set's controller creates its pods.

use super::check::{Check, FieldError};
use super::claim;
use super::field::Field;
use super::name;
use super::pod::{self, Identity};
use crate::manifest::Object;
use crate::revision::revision_name;
use crate::version::Version;

/// The labels that the controller adds (`updateIdentity` and `setPodRevision` of `pkg/controller/statefulset`).
const POD_NAME: &str = "statefulset.kubernetes.io/pod-name";
const POD_INDEX: &str = "apps.kubernetes.io/pod-index";
const REVISION: &str = "controller-revision-hash";

/// From that length on, in bytes, the name of a set may be too long for the label of its revision, of which a dash and up
/// to ten characters come from the hash.
const LONG_NAME: usize = name::LABEL_MAX_LENGTH - 10;

/// The refusal of the first pod, or else of the last one, whose name is the longest. What the set's own creation is refused
/// for is not looked at again.
pub(super) fn pods(object: &Object<'_>, version: Version) -> Vec<FieldError> {
    let set = &Field::root(object.node);
    let revision = if object.name.len() < LONG_NAME { None } else { revision_name(object, version, 0) };
    let revision = revision.as_deref();
    let spec = set.child("spec");
    let first = spec.child("ordinals").child("start").int().unwrap_or(0);
    let last = first.saturating_add(spec.child("replicas").int().unwrap_or(1).saturating_sub(1));
    let errors = pod(set, first, version, revision);
    if errors.is_empty() && last > first { pod(set, last, version, revision) } else { errors }
}

/// The refusal of the claims of the first pod, without which the controller does not create the pod. Paths are those of the
/// claim.
pub(super) fn claims(object: &Object<'_>, version: Version) -> Vec<FieldError> {
    let set = &Field::root(object.node);
    let spec = set.child("spec");
    let first = spec.child("ordinals").child("start").int().unwrap_or(0);
    let mut check = Check::new(version);
    for template in spec.child("volumeClaimTemplates").items() {
        if let Some(node) = template.node() {
            let claim = Field::root(node);
            let name = format!("{}-{}-{first}", claim.child("metadata").child("name").text(), object.name);
            claim::made(&mut check, &claim, &name);
        }
    }
    check.errors
}

/// The refusal of the pod of that ordinal, as `newStatefulSetPod` builds it; paths are those of the pod
/// (`ValidatePodCreate`).
fn pod(set: &Field<'_, '_>, ordinal: i64, version: Version, revision: Option<&str>) -> Vec<FieldError> {
    let spec = set.child("spec");
    let template = spec.child("template");
    let Some(node) = template.node() else { return Vec::new() };
    let meta = set.child("metadata");
    let set_name = meta.child("name");
    let name = format!("{}-{ordinal}", set_name.text());
    let identity = Identity {
        name: &name,
        set_name: &set_name,
        service: &spec.child("serviceName"),
        claims: &spec.child("volumeClaimTemplates"),
        labels: &[POD_NAME, POD_INDEX, REVISION],
    };
    let mut check = Check::new(version);
    check.is_pod = true;
    let pod = Field::root(node);
    let pod_meta = pod.child("metadata");
    check.invalid_each(&set_name.called("name", &pod_meta), name.as_str(), name::dns1123_subdomain(&name));
    let added = set_name.called("labels", &pod_meta);
    for value in [Some(name.as_str()), revision].into_iter().flatten() {
        check.invalid_each(&added, value, name::label_value(value, version));
    }
    pod::create(&mut check, &pod, &identity);
    check.errors
}

#[cfg(test)]
mod tests;
