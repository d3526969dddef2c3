//! Turns the change of a claim into what the API server refuses in it.

use super::data_source::{self, DataSources};
use super::{Rules, claim_spec};
use crate::admission::change::{self, Changed};
use crate::admission::check::Check;
use crate::admission::field::Field;
use crate::admission::go::BadValue;
use crate::admission::go_value::GoValue;
use crate::admission::metadata::{self, Scope};
use crate::admission::name;
use crate::admission::selector::{self, Values};
use crate::quantity::Quantity;
use crate::yaml::Node;

/// The annotation that named a storage class before the field did.
pub(super) const CLASS_ANNOTATION: &str = "volume.beta.kubernetes.io/storage-class";

/// What the server says before it prints how its own types differ, which up to 1.33 it does in no fixed form.
const IMMUTABLE: &str =
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";

/// `ValidatePersistentVolumeClaimUpdate`, for a claim of the same name and namespace that is not being deleted. Whether it
/// is bound its old `status` says.
pub(in crate::admission) fn update(check: &mut Check, claim: &Field<'_, '_>, old: &Field<'_, '_>) {
    metadata::object_meta(check, &claim.child("metadata"), Scope::Namespaced, name::name_is_dns_subdomain);
    let (spec, old_spec, status) = (claim.child("spec"), old.child("spec"), old.child("status"));
    let old_sources = DataSources::stored(&old_spec, None);
    let sources = DataSources::stored(&spec, Some(&old_sources));
    let mut before = Check::new(check.version);
    selector::label_selector(&mut before, &old_spec.child("selector"), Values::OfLabels);
    let selector_values = if before.errors.is_empty() { Values::OfLabels } else { Values::Any };
    claim_spec(check, &spec, &sources, Rules { selector_values, any_api_group: old_sources.has_api_group() });

    let phase = status.child("phase").text();
    let is_bound = phase == "Bound" || check.is_settled && phase.is_empty();
    let mut changed = Vec::new();
    for name in ["accessModes", "selector", "volumeName", "volumeMode", "volumeAttributesClassName"] {
        let (new, old) = (spec.child(name), old_spec.child(name));
        if !may_change(check, name, &old, is_bound) && !is_same(name, &new, &old) {
            changed.extend(between(&new, &old));
        }
    }
    if !class_may_change(check, claim, old) {
        changed.extend(between(&spec.child("storageClassName"), &old_spec.child("storageClassName")));
    }
    changed.extend(resources(&spec.child("resources"), &old_spec.child("resources"), is_bound));
    for (name, new, old) in [
        ("dataSource", &sources.source, &old_sources.source),
        ("dataSourceRef", &sources.reference, &old_sources.reference),
    ] {
        if !is_same_source(new.as_ref(), old.as_ref()) {
            changed.extend(between(&spec.child(name), &old_spec.child(name)));
        }
    }
    if !changed.is_empty() {
        check.forbidden(&spec, IMMUTABLE);
        check.changed(changed);
    }
    size(check, &spec, &old_spec, &status);
    volume_mode(check, claim, &spec, &old_spec);
    attributes_class(check, &spec, &old_spec, &status);
}

/// What differs; nothing where another tool will fill something in.
fn between(new: &Field<'_, '_>, old: &Field<'_, '_>) -> Vec<Changed> {
    if change::is_open(new, old) { Vec::new() } else { change::between(new, old) }
}

/// Whether the server lets a field change from what it was.
fn may_change(check: &Check, name: &str, old: &Field<'_, '_>, is_bound: bool) -> bool {
    match name {
        "volumeName" => old.text().is_empty(),
        // Before 1.34 it is dropped by default.
        "volumeAttributesClassName" => is_bound || !check.since(34),
        _ => false,
    }
}

/// Whether a field of that name is the same to the server (`apiequality.Semantic`).
fn is_same(name: &str, new: &Field<'_, '_>, old: &Field<'_, '_>) -> bool {
    let list = |field| GoValue::text_list("[]core.PersistentVolumeAccessMode", field);
    match name {
        "accessModes" => list(new).is_same(&list(old)),
        "selector" => {
            new.exists() == old.exists() && GoValue::label_selector(new).is_same(&GoValue::label_selector(old))
        }
        "volumeMode" => with_default(new) == with_default(old),
        "volumeName" => new.text() == old.text(),
        _ => new.exists() == old.exists() && new.text() == old.text(),
    }
}

/// `SetDefaults_PersistentVolumeClaimSpec`.
fn with_default<'t>(volume_mode: &Field<'_, 't>) -> &'t str {
    if volume_mode.exists() { volume_mode.text() } else { "Filesystem" }
}

fn is_same_source(new: Option<&Field<'_, '_>>, old: Option<&Field<'_, '_>>) -> bool {
    match (new, old) {
        (Some(new), Some(old)) => {
            let (namespace, old_namespace) = (new.child("namespace"), old.child("namespace"));
            data_source::is_same(new, old)
                && namespace.exists() == old_namespace.exists()
                && namespace.text() == old_namespace.text()
        }
        (None, None) => true,
        _ => false,
    }
}

/// Whether the storage class may change as it does: from the annotation that named it before, or from none
/// (`validateStorageClassUpgradeFromAnnotation`, `validateStorageClassUpgradeFromNil`).
fn class_may_change(check: &mut Check, claim: &Field<'_, '_>, old: &Field<'_, '_>) -> bool {
    let (meta, old_meta) = (claim.child("metadata"), old.child("metadata"));
    let (annotations, old_annotations) = (meta.child("annotations"), old_meta.child("annotations"));
    let (annotation, old_annotation) = (annotations.child(CLASS_ANNOTATION), old_annotations.child(CLASS_ANNOTATION));
    let (spec, old_spec) = (claim.child("spec"), old.child("spec"));
    let (class, old_class) = (spec.child("storageClassName"), old_spec.child("storageClassName"));
    let is_added = class.exists() && !old_class.exists();
    let is_as_annotated = old_annotation.exists() && class.text() == old_annotation.text();
    if is_added && is_as_annotated && (!annotation.exists() || annotation.text() == old_annotation.text()) {
        return true;
    }
    if annotation.text() != old_annotation.text() {
        check.invalid(&annotation, annotation.text(), "field is immutable");
        check.changed(change::between(&annotation, &old_annotation));
    }
    is_added && (is_as_annotated || !old_annotation.exists())
        || class.exists() == old_class.exists() && class.text() == old_class.text()
}

/// What differs in the resources; the storage that a bound claim asks for may.
fn resources(new: &Field<'_, '_>, old: &Field<'_, '_>, is_bound: bool) -> Vec<Changed> {
    const STORAGE: &str = "storage";
    let mut changed = Vec::new();
    for list in ["limits", "requests"] {
        let (amounts, old_amounts) = (new.child(list), old.child(list));
        let names = |amounts: &Field<'_, '_>| {
            let entries = if amounts.is_empty() { Vec::new() } else { amounts.entries() };
            entries.into_iter().map(|(name, _, _)| name.into_owned()).collect::<Vec<_>>()
        };
        let (now, before) = (names(&amounts), names(&old_amounts));
        // What is compared of a bound claim is the storage that was asked for, also where that is none, which is written
        // as 0 then.
        let keeps_storage = is_bound && list == "requests" && amounts.exists();
        let is_same = |name: &str| {
            if keeps_storage && name == STORAGE {
                return before.iter().any(|before| before == STORAGE);
            }
            let (amount, old_amount) = (amounts.keyed_child(name), old_amounts.keyed_child(name));
            let is_there = |names: &[String]| names.iter().any(|there| there == name);
            is_there(&now) == is_there(&before) && amount_of(amount.node()) == amount_of(old_amount.node())
        };
        let mut all: Vec<&str> = now.iter().map(String::as_str).collect();
        for name in before.iter().map(String::as_str).chain(keeps_storage.then_some(STORAGE)) {
            if !all.contains(&name) {
                all.push(name);
            }
        }
        for name in all.into_iter().filter(|name| !is_same(name)) {
            changed.extend(between(&amounts.keyed_child(name), &old_amounts.keyed_child(name)));
        }
    }
    changed
}

/// An amount as the server holds it; null, and what it cannot read, as nothing.
fn amount_of(node: Option<Node<'_>>) -> Quantity {
    let rounded = node.and_then(Quantity::text_of).and_then(|text| crate::quantity::canonical_to_milli(&text));
    rounded.and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// A claim may not ask for less than before, unless it still asks for more than it has.
fn size(check: &mut Check, spec: &Field<'_, '_>, old_spec: &Field<'_, '_>, status: &Field<'_, '_>) {
    let (resources, old_resources) = (spec.child("resources"), old_spec.child("resources"));
    let (requests, old_requests) = (resources.child("requests"), old_resources.child("requests"));
    let (storage, old_storage) = (requests.child("storage"), old_requests.child("storage"));
    let capacity = status.child("capacity");
    let capacity = capacity.child("storage");
    // What has come to rest has what it asked for.
    let has = if check.is_settled && !capacity.exists() { &old_storage } else { &capacity };
    let has = amount_of(has.node());
    let asks = amount_of(storage.node());
    if asks < amount_of(old_storage.node()) && asks <= has {
        check.forbidden(&storage, "field can not be less than status.capacity");
        check.changed(change::between(&storage, &old_storage));
    }
}

fn volume_mode(check: &mut Check, claim: &Field<'_, '_>, spec: &Field<'_, '_>, old_spec: &Field<'_, '_>) {
    let (mode, old_mode) = (spec.child("volumeMode"), old_spec.child("volumeMode"));
    if !change::is_open(&mode, &old_mode) && with_default(&mode) != with_default(&old_mode) {
        // The server forgets where the field stands.
        check.invalid(&mode.called("volumeMode", claim), BadValue::Typed(with_default(&mode)), "field is immutable");
        check.changed(change::between(&mode, &old_mode));
    }
}

/// Once the attributes of a class hold for the volume, the claim has to name one.
fn attributes_class(check: &mut Check, spec: &Field<'_, '_>, old_spec: &Field<'_, '_>, status: &Field<'_, '_>) {
    let (class, old_class) = (spec.child("volumeAttributesClassName"), old_spec.child("volumeAttributesClassName"));
    if !check.since(34)
        || is_same("volumeAttributesClassName", &class, &old_class)
        || !status.child("currentVolumeAttributesClassName").exists()
        || !class.text().is_empty()
    {
        return;
    }
    let what = if class.exists() { "empty string" } else { "nil" };
    let words = format!("update to {what} is forbidden when status.currentVolumeAttributesClassName is not nil");
    check.forbidden(&class, &words);
    check.changed(change::between(&class, &old_class));
}

#[cfg(test)]
mod tests;
