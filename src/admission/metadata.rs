//! Turns the metadata of an object into what the API server refuses in it (`k8s.io/apimachinery`,
//! `pkg/api/validation/objectmeta.go`).

use std::borrow::Cow;

use super::check::Check;
use super::field::Field;
use super::go::BadValue;
use super::go_value::{GoValue, Member};
use super::int_or_percent::not_negative;
use super::name::{self, NameFunction};

/// The most bytes that the annotations of one object may have, keys and values together.
pub(super) const ANNOTATIONS_MAX_SIZE: usize = 256 * 1024;

/// How many bytes of its beginning a generated name keeps.
const GENERATED_NAME_MAX_PREFIX: usize = 58;

/// What a finalizer without a domain may be called (`standardFinalizers`, `pkg/apis/core/helper/helpers.go`).
const STANDARD_FINALIZERS: [&str; 3] = ["kubernetes", ORPHAN, FOREGROUND];
const ORPHAN: &str = "orphan";
const FOREGROUND: &str = "foregroundDeletion";

/// Whether the objects of a kind live in namespaces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Scope {
    /// In one, which the request names where the object does not.
    Namespaced,
    /// In none; the server drops what is written.
    Cluster,
}

/// `ValidateObjectMeta` of `pkg/apis/core/validation`, which most kinds ask.
pub(super) fn object_meta(check: &mut Check, meta: &Field<'_, '_>, scope: Scope, name: NameFunction) {
    object_meta_accessor(check, meta, scope, name);
    kube_finalizers(check, meta);
}

/// `ValidateObjectMetaAccessor`, all that kinds without a validation of their metadata ask. What the server sets itself
/// before it looks (UID, creation time, managed fields, most generations) is not asked for.
pub(super) fn object_meta_accessor(check: &mut Check, meta: &Field<'_, '_>, scope: Scope, name_function: NameFunction) {
    let (name, generate_name) = (meta.child("name"), meta.child("generateName"));
    let prefix = generate_name.text();
    if !prefix.is_empty() {
        check.invalid_each(&generate_name, prefix, name_function(prefix, true));
    }
    match name.text() {
        "" if prefix.is_empty() => check.required(&name, "name or generateName is required"),
        "" => generated_name(check, meta, &generate_name, name_function),
        text => check.invalid_each(&name, text, name_function(text, false)),
    }
    if scope == Scope::Namespaced {
        let namespace = meta.child("namespace");
        if !namespace.text().is_empty() {
            check.invalid_each(&namespace, namespace.text(), name::name_is_dns_label(namespace.text(), false));
        }
    }
    labels(check, &meta.child("labels"));
    annotations(check, &meta.child("annotations"));
    owner_references(check, &meta.child("ownerReferences"));
    finalizers(check, meta);
}

/// What is wrong with the name that the server makes of its beginning (`SimpleNameGenerator` of apiserver's
/// `pkg/storage/names`). Its end is made up, and stands here as `xxxxx`.
fn generated_name(check: &mut Check, meta: &Field<'_, '_>, generate_name: &Field<'_, '_>, name_function: NameFunction) {
    let prefix = generate_name.text();
    let kept = prefix.as_bytes().get(..GENERATED_NAME_MAX_PREFIX).map_or(prefix.into(), String::from_utf8_lossy);
    let name = format!("{kept}xxxxx");
    check.invalid_each(&generate_name.called("name", meta), name.as_str(), name_function(&name, false));
}

/// What every kind asks of its metadata when an object is updated (`validateCommonFields` of apiserver's
/// `pkg/registry/rest`), for an object of the same name and namespace that is not being deleted.
pub(super) fn object_meta_accessor_update(check: &mut Check, meta: &Field<'_, '_>, scope: Scope) {
    object_meta_accessor(check, meta, scope, name::name_is_path_segment);
}

/// The same, and what `ValidateObjectMetaUpdate` of `pkg/apis/core/validation` asks, which most kinds do.
pub(super) fn object_meta_update(check: &mut Check, meta: &Field<'_, '_>, scope: Scope) {
    object_meta_accessor_update(check, meta, scope);
    kube_finalizers(check, meta);
}

/// What is asked of the generation of an object whose kind does not set it itself.
pub(super) fn generation(check: &mut Check, meta: &Field<'_, '_>) {
    not_negative(check, &meta.child("generation"));
}

/// `ValidateLabels`: all errors are about the map; each points at the key or at the value that it is about.
pub(super) fn labels(check: &mut Check, labels: &Field<'_, '_>) {
    let version = check.version;
    labels.for_each_entry(|key_text, key, value| {
        check.invalid_each(&labels.pointing_at(key), key_text, name::qualified_name(key_text, version));
        let value_text = value.as_str().unwrap_or_default();
        check.invalid_each(&labels.pointing_at(value), value_text, name::label_value(value_text, version));
    });
}

/// `ValidateAnnotations`.
pub(super) fn annotations(check: &mut Check, annotations: &Field<'_, '_>) {
    let version = check.version;
    let mut size = 0;
    annotations.for_each_entry(|key_text, key, value| {
        size += key_text.len() + value.as_str().unwrap_or_default().len();
        let messages = name::qualified_name(&to_lower(key_text), version);
        check.invalid_each(&annotations.pointing_at(key), key_text, messages);
    });
    if size > ANNOTATIONS_MAX_SIZE {
        check.too_long(annotations, ANNOTATIONS_MAX_SIZE);
    }
}

/// `strings.ToLower`: each character by itself, and never more than one for one.
pub(super) fn to_lower(text: &str) -> Cow<'_, str> {
    let is_lower = |character: char| !character.is_ascii_uppercase() && character.is_ascii();
    if text.chars().all(is_lower) {
        return Cow::Borrowed(text);
    }
    let lower = |character: char| match character {
        'İ' => 'i',
        _ => character.to_lowercase().next().unwrap_or(character),
    };
    text.chars().map(lower).collect()
}

/// `ValidateOwnerReferences`; up to 1.36 errors do not say which of the references they are about.
fn owner_references(check: &mut Check, references: &Field<'_, '_>) {
    let mut first_controller: Option<String> = None;
    for reference in references.items() {
        owner_reference(check, references, &reference);
        if !reference.child("controller").is_true() {
            continue;
        }
        let controller = format!("{}/{}", reference.child("kind").text(), reference.child("name").text());
        if let Some(first) = &first_controller {
            let detail = format!(
                "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {controller}"
            );
            let pointed = reference.node().map_or(*references, |node| references.pointing_at(node));
            check.invalid(&pointed, owner_references_value(references), &detail);
        } else {
            first_controller = Some(controller);
        }
    }
}

/// `validateOwnerReference`.
fn owner_reference(check: &mut Check, references: &Field<'_, '_>, reference: &Field<'_, '_>) {
    let since_37 = check.since(37);
    let path =
        if since_37 { *reference } else { reference.node().map_or(*references, |node| references.pointing_at(node)) };
    let api_version = path.child("apiVersion");
    let (group, version) = match api_version.text().split_once('/') {
        None => ("", api_version.text()),
        Some((_, version)) if version.contains('/') => ("", ""),
        Some((group, version)) => (group, version),
    };
    match api_version.text() {
        "" if since_37 => check.required(&api_version, "must not be empty"),
        text if since_37 && version.is_empty() => {
            check.invalid(&api_version, text, "must be <group>/<version> or <version>");
        }
        text if version.is_empty() => check.invalid(&api_version, text, "version must not be empty"),
        _ => {}
    }
    for name in ["kind", "name", "uid"] {
        let field = path.child(name);
        if !field.text().is_empty() {
            continue;
        }
        if since_37 {
            check.required(&field, "must not be empty");
        } else {
            let detail = if check.since(34) { "must not be empty" } else { &format!("{name} must not be empty") };
            let value = if name == "uid" { BadValue::Typed("") } else { BadValue::Text("") };
            check.invalid(&field, value, detail);
        }
    }
    if (group, version, path.child("kind").text()) == ("", "v1", "Event") {
        check.invalid(&path, owner_reference_value(reference), "/v1, Kind=Event is disallowed from being an owner");
    }
}

/// `[]metav1.OwnerReference`, nil where the field is absent.
pub(super) fn owner_references_value<'t>(references: &Field<'_, 't>) -> GoValue<'t> {
    let go_type = "[]v1.OwnerReference";
    if !references.exists() {
        return GoValue::Nil(go_type);
    }
    GoValue::List(go_type, references.items().map(|item| owner_reference_value(&item)).collect())
}

fn owner_reference_value<'t>(reference: &Field<'_, 't>) -> GoValue<'t> {
    let text = |name: &str| GoValue::Text(reference.child(name).text());
    GoValue::Struct(
        "v1.OwnerReference",
        vec![
            Member::tagged("APIVersion", "apiVersion", false, text("apiVersion")),
            Member::tagged("Kind", "kind", false, text("kind")),
            Member::tagged("Name", "name", false, text("name")),
            Member::tagged("UID", "uid", false, text("uid")),
            Member::tagged("Controller", "controller", true, GoValue::bool_pointer(&reference.child("controller"))),
            Member::tagged(
                "BlockOwnerDeletion",
                "blockOwnerDeletion",
                true,
                GoValue::bool_pointer(&reference.child("blockOwnerDeletion")),
            ),
        ],
    )
}

/// `ValidateFinalizers`: errors do not say which of them they are about.
pub(super) fn finalizers(check: &mut Check, meta: &Field<'_, '_>) {
    let finalizers = meta.child("finalizers");
    let (mut orphans, mut deletes) = (false, false);
    for finalizer in finalizers.items() {
        let text = finalizer.text();
        let messages = name::qualified_name(text, check.version);
        check.invalid_each(&finalizer.called("finalizers", meta), text, messages);
        orphans |= text == ORPHAN;
        deletes |= text == FOREGROUND;
    }
    if orphans && deletes {
        let detail = format!("finalizer {ORPHAN} and {FOREGROUND} cannot be both set");
        check.invalid(&finalizers, GoValue::text_list("[]string", &finalizers), &detail);
    }
}

/// `validateKubeFinalizerName` for each of them.
pub(super) fn kube_finalizers(check: &mut Check, meta: &Field<'_, '_>) {
    let finalizers = meta.child("finalizers");
    for finalizer in finalizers.items() {
        let text = finalizer.text();
        if !text.contains('/') && !STANDARD_FINALIZERS.contains(&text) {
            check.invalid(&finalizer, text, "name is neither a standard finalizer name nor is it fully qualified");
        }
    }
}

#[cfg(test)]
mod tests;
