//! Turns `AppArmor` profiles, as fields and as the annotations of old, into what the API server refuses in them.

use std::collections::HashMap;

use super::super::check::Check;
use super::super::field::Field;
use super::super::go::{self, BadValue};
use super::super::name;
use super::each_container;

/// What the annotation of one container begins with; its name follows.
pub(super) const ANNOTATION: &str = "container.apparmor.security.beta.kubernetes.io/";
/// What begins the name of a profile that is loaded on the node.
const LOCALHOST: &str = "localhost/";
/// `PATH_MAX - 1`.
const LONGEST_PROFILE: usize = 4095;

/// `ValidateAppArmorProfileField`, of a pod and of a container.
pub(in crate::admission) fn profile(check: &mut Check, profile: &Field<'_, '_>) {
    if !profile.exists() {
        return;
    }
    let (kind, localhost_profile) = (profile.child("type"), profile.child("localhostProfile"));
    let text = localhost_profile.text();
    match kind.text() {
        "Localhost" => {
            if text.trim() != text {
                check.invalid(&localhost_profile, text, "must not be padded with whitespace");
            } else if text.is_empty() {
                check.required(&localhost_profile, "must be set when AppArmor type is Localhost");
            }
            if text.len() > LONGEST_PROFILE {
                check.too_long(&localhost_profile, LONGEST_PROFILE);
            }
        }
        "RuntimeDefault" | "Unconfined" if !localhost_profile.exists() => {}
        "RuntimeDefault" | "Unconfined" => {
            check.invalid(&localhost_profile, BadValue::Typed(text), "can only be set when AppArmor type is Localhost");
        }
        "" => check.required(&kind, "type is required when appArmorProfile is set"),
        other => {
            let supported = ["Localhost", "RuntimeDefault", "Unconfined"];
            check.not_supported(&kind, BadValue::Typed(other), &supported);
        }
    }
}

/// `ValidateAppArmorPodAnnotations`, of one annotation.
pub(super) fn annotation(check: &mut Check, name: &str, value: &Field<'_, '_>, spec: &Field<'_, '_>) {
    let Some(container) = name.strip_prefix(ANNOTATION) else { return };
    let mut is_there = false;
    each_container(spec, |other| is_there |= other.child("name").text() == container);
    if !is_there {
        check.invalid(value, container, "container not found");
    }
    let text = value.text();
    if !matches!(text, "" | "runtime/default" | "unconfined") && !text.starts_with(LOCALHOST) {
        let mut detail = "invalid AppArmor profile name: ".to_owned();
        go::quote_into(&mut detail, text);
        check.invalid(value, text, &detail);
    }
}

/// `validateAppArmorAnnotationsAndFieldsMatchOnCreate`: where both are written, they say the same.
pub(super) fn annotations_match_fields(check: &mut Check, annotations: &Field<'_, '_>, spec: &Field<'_, '_>) {
    // Of a pod, the server has by then written fields that are absent from annotations and, before 1.34, annotations that
    // are absent from fields (`applyAppArmorVersionSkew` of `pkg/registry/core/pod/strategy.go`).
    let adds_annotations = check.is_pod && !check.since(34);
    if annotations.is_empty() && !adds_annotations || spec.child("os").child("name").text() == "windows" {
        return;
    }
    let security_context = spec.child("securityContext");
    let pod_profile = security_context.child("appArmorProfile");
    let mut added: HashMap<&str, String> = HashMap::new();
    each_container(spec, |container| {
        let security_context = container.child("securityContext");
        let own = security_context.child("appArmorProfile");
        let decisive = if own.exists() { own } else { pod_profile };
        if !decisive.exists() {
            return;
        }
        let container_name = container.child("name");
        let key = format!("{ANNOTATION}{}", container_name.text());
        let annotation = annotations.child(&key);
        if annotation.is_written() {
            if !check.is_pod || own.exists() || !is_profile(annotation.text()) {
                annotation_matches_field(check, annotation.text(), &own, &decisive);
            }
        } else if let Some(annotation) = added.get(container_name.text()).map(String::as_str) {
            if own.exists() {
                annotation_matches_field(check, annotation, &own, &decisive);
            }
        } else if adds_annotations && let Some(annotation) = annotation_of(&decisive) {
            added.insert(container_name.text(), annotation);
            let pointed = container_name.node().map_or(*annotations, |name| annotations.pointing_at(name));
            let messages = name::qualified_name(&key.to_lowercase(), check.version);
            check.invalid_each(&pointed, key.as_str(), messages);
        }
    });
}

/// Whether the annotation of a container says what the profile says that is decisive for it; the finding names the
/// container's own.
fn annotation_matches_field(check: &mut Check, annotation: &str, own: &Field<'_, '_>, decisive: &Field<'_, '_>) {
    let localhost_profile = decisive.child("localhostProfile");
    let is_same_kind = match decisive.child("type").text() {
        "Unconfined" => annotation == "unconfined",
        "RuntimeDefault" => annotation == "runtime/default",
        "Localhost" => annotation.starts_with(LOCALHOST),
        _ => return,
    };
    if !is_same_kind {
        check.forbidden(&own.child("type"), "apparmor type in annotation and field must match");
    } else if let Some(path) = annotation.strip_prefix(LOCALHOST)
        && (!localhost_profile.exists() || localhost_profile.text() != path)
    {
        check.forbidden(&own.child("localhostProfile"), "apparmor profile in annotation and field must match");
    }
}

/// The annotation that says what the field says (`appArmorAnnotationForField`).
fn annotation_of(profile: &Field<'_, '_>) -> Option<String> {
    let localhost_profile = profile.child("localhostProfile");
    match profile.child("type").text() {
        "Unconfined" => Some("unconfined".to_owned()),
        "RuntimeDefault" => Some("runtime/default".to_owned()),
        "Localhost" if localhost_profile.exists() => Some(format!("{LOCALHOST}{}", localhost_profile.text())),
        _ => None,
    }
}

/// Whether the profile of a pod is the one that the annotation of a container says (`ApparmorFieldForAnnotation`).
pub(super) fn is_same(profile: &Field<'_, '_>, annotation: &str) -> bool {
    let (kind, localhost_profile) = (profile.child("type"), profile.child("localhostProfile"));
    match (kind.text(), annotation.strip_prefix(LOCALHOST)) {
        ("Localhost", Some(path)) => !path.is_empty() && localhost_profile.exists() && localhost_profile.text() == path,
        ("RuntimeDefault", None) => annotation == "runtime/default" && !localhost_profile.exists(),
        ("Unconfined", None) => annotation == "unconfined" && !localhost_profile.exists(),
        _ => false,
    }
}

/// Whether a field can say what the annotation says (`ApparmorFieldForAnnotation` of `pkg/api/pod/util.go`).
fn is_profile(annotation: &str) -> bool {
    match annotation.strip_prefix(LOCALHOST) {
        Some(path) => !path.is_empty() && path.trim() == path && path.len() <= LONGEST_PROFILE,
        None => matches!(annotation, "runtime/default" | "unconfined"),
    }
}
