//! Turns seccomp profiles, as fields and as the annotations of old, into what the API server refuses in them.

use super::super::check::Check;
use super::super::field::Field;
use super::super::go::BadValue;
use super::super::go_value::{GoValue, Member};
use super::each_container;
use super::path::local_descending;

/// The annotation of the whole pod.
const POD_ANNOTATION: &str = "seccomp.security.alpha.kubernetes.io/pod";
/// What the annotation of one container begins with; its name follows.
const CONTAINER_ANNOTATION: &str = "container.seccomp.security.alpha.kubernetes.io/";
/// What begins the name of a profile on the node's disk.
const LOCALHOST: &str = "localhost/";

/// `validateSeccompProfileField`, of a pod and of a container.
pub(in crate::admission) fn profile(check: &mut Check, profile: &Field<'_, '_>) {
    if !profile.exists() {
        return;
    }
    let (kind, localhost_profile) = (profile.child("type"), profile.child("localhostProfile"));
    match kind.text() {
        "Localhost" | "RuntimeDefault" | "Unconfined" => {}
        "" => check.required(&kind, "type is required when seccompProfile is set"),
        other => check.not_supported(&kind, BadValue::Typed(other), &["Localhost", "RuntimeDefault", "Unconfined"]),
    }
    if kind.text() != "Localhost" {
        if localhost_profile.exists() {
            let members = vec![
                Member::new("Type", GoValue::Text(kind.text())),
                Member::new("LocalhostProfile", GoValue::text_pointer("*string", &localhost_profile)),
            ];
            let value = GoValue::Struct("core.SeccompProfile", members);
            check.invalid(&localhost_profile, value, "can only be set when seccomp type is Localhost");
        }
    } else if localhost_profile.exists() {
        local_descending(check, &localhost_profile, localhost_profile.text());
    } else {
        check.required(&localhost_profile, "must be set when seccomp type is Localhost");
    }
}

/// `ValidateSeccompPodAnnotations`, of one annotation.
pub(super) fn annotation(check: &mut Check, annotations: &Field<'_, '_>, name: &str, value: &Field<'_, '_>) {
    if name != POD_ANNOTATION && !name.starts_with(CONTAINER_ANNOTATION) {
        return;
    }
    let (value, text) = (value.called(name, annotations), value.text());
    match text {
        "runtime/default" | "docker/default" | "unconfined" => {}
        _ => match text.strip_prefix(LOCALHOST) {
            Some(path) => local_descending(check, &value, path),
            None => check.invalid(&value, text, "must be a valid seccomp profile"),
        },
    }
}

/// `validateSeccompAnnotationsAndFields`: where both are written, they say the same.
pub(super) fn annotations_match_fields(check: &mut Check, annotations: &Field<'_, '_>, spec: &Field<'_, '_>) {
    if annotations.is_empty() {
        return;
    }
    let security_context = spec.child("securityContext");
    let pod_profile = security_context.child("seccompProfile");
    annotation_matches_field(check, &annotations.child(POD_ANNOTATION), &pod_profile);
    each_container(spec, |container| {
        let security_context = container.child("securityContext");
        let profile = security_context.child("seccompProfile");
        if profile.exists() {
            let name = format!("{CONTAINER_ANNOTATION}{}", container.child("name").text());
            annotation_matches_field(check, &annotations.child(&name), &profile);
        }
    });
}

/// `validateSeccompAnnotationsAndFieldsMatch`.
fn annotation_matches_field(check: &mut Check, annotation: &Field<'_, '_>, profile: &Field<'_, '_>) {
    if !annotation.is_written() || !profile.exists() {
        return;
    }
    let (kind, localhost_profile) = (profile.child("type"), profile.child("localhostProfile"));
    let text = annotation.text();
    let is_same_kind = match kind.text() {
        "Unconfined" => text == "unconfined",
        "RuntimeDefault" => matches!(text, "runtime/default" | "docker/default"),
        "Localhost" => text.starts_with(LOCALHOST),
        _ => return,
    };
    if !is_same_kind {
        check.forbidden(&kind, "seccomp type in annotation and field must match");
    } else if let Some(path) = text.strip_prefix(LOCALHOST)
        && (!localhost_profile.exists() || localhost_profile.text() != path)
    {
        check.forbidden(&localhost_profile, "seccomp profile in annotation and field must match");
    }
}
