//! Turns a claim, or what claims are made from, into what the API server refuses in it.

mod data_source;
mod update;
pub(super) mod warning;

pub(super) use update::update;

use super::check::Check;
use super::field::Field;
use super::go::BadValue;
use super::metadata::{self, Scope};
use super::name;
use super::selector::{self, Values};
use crate::quantity::Quantity;
use crate::yaml::Node;
use data_source::DataSources;

/// What a claim that is there already may keep though no new one may have it
/// (`PersistentVolumeClaimSpecValidationOptions`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Rules {
    selector_values: Values,
    /// The group of a data source may be anything.
    any_api_group: bool,
}

impl Rules {
    const OF_NEW: Self = Self { selector_values: Values::OfLabels, any_api_group: false };
}

/// The access modes, as the server sorts them.
const ACCESS_MODES: &[&str] = &["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

/// `ValidatePersistentVolumeClaim`.
pub(super) fn create(check: &mut Check, claim: &Field<'_, '_>) {
    metadata::object_meta(check, &claim.child("metadata"), Scope::Namespaced, name::name_is_dns_subdomain);
    metadata::generation(check, &claim.child("metadata"));
    let spec = claim.child("spec");
    let sources = DataSources::stored(&spec, None);
    claim_spec(check, &spec, &sources, Rules::OF_NEW);
}

/// `ValidatePersistentVolumeClaim` of what the controller of a StatefulSet makes from a claim template: `name` is the
/// claim's, of which the template's own is a part (`getPersistentVolumeClaims`).
pub(super) fn made(check: &mut Check, template: &Field<'_, '_>, name: &str) {
    let meta = template.child("metadata");
    check.invalid_each(&meta.child("name"), name, name::dns1123_subdomain(name));
    metadata::labels(check, &meta.child("labels"));
    metadata::annotations(check, &meta.child("annotations"));
    let spec = template.child("spec");
    let sources = DataSources::stored(&spec, None);
    claim_spec(check, &spec, &sources, Rules::OF_NEW);
}

/// `validateVolumeClaimTemplates`: the claim templates of a StatefulSet, whose metadata nobody looks at; nor does anybody
/// look at the rest before 1.34.
pub(super) fn claim_templates(check: &mut Check, templates: &Field<'_, '_>) {
    if !check.since(34) {
        return;
    }
    for template in templates.items() {
        let spec = template.child("spec");
        claim_spec(check, &spec, &DataSources::written(&spec), Rules::OF_NEW);
    }
}

/// `ValidatePersistentVolumeClaimTemplate`: what the claim of a pod's volume is made from.
pub(super) fn volume_claim_template(check: &mut Check, template: &Field<'_, '_>) {
    template_metadata(check, &template.child("metadata"));
    let spec = template.child("spec");
    claim_spec(check, &spec, &DataSources::written(&spec), Rules::OF_NEW);
}

/// `ValidateTemplateObjectMeta`: labels and annotations, and nothing else.
fn template_metadata(check: &mut Check, metadata: &Field<'_, '_>) {
    metadata::annotations(check, &metadata.child("annotations"));
    metadata::labels(check, &metadata.child("labels"));
    for name in [
        "name",
        "generateName",
        "namespace",
        "selfLink",
        "uid",
        "resourceVersion",
        "generation",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "ownerReferences",
        "finalizers",
        "managedFields",
    ] {
        let field = metadata.child(name);
        let is_empty_list = |node: Node<'_>| node.is_sequence() && node.items().next().is_none();
        // A list that is empty is not stored, so that no pod has it.
        let is_zero = field.node().is_none_or(|node| {
            node.as_str() == Some("")
                || name == "generation" && node.as_i64() == Some(0)
                || check.is_pod && is_empty_list(node)
        });
        if !is_zero {
            // The server spells it as the Go field with its first letter in lower case.
            let spelled = if name == "uid" { "uID" } else { name };
            check.forbidden(&field.called(spelled, metadata), "cannot be set");
        }
    }
}

/// `ValidatePersistentVolumeClaimSpec`.
fn claim_spec(check: &mut Check, spec: &Field<'_, '_>, sources: &DataSources<'_, '_>, rules: Rules) {
    let modes = spec.child("accessModes");
    if modes.is_empty() {
        check.required(&modes, "at least 1 access mode is required");
    }
    selector::label_selector(check, &spec.child("selector"), rules.selector_values);
    access_modes(check, &modes);
    storage(check, &spec.child("resources"));
    class_name(check, &spec.child("storageClassName"));
    let mode = spec.child("volumeMode");
    if mode.exists() && !matches!(mode.text(), "Block" | "Filesystem") {
        check.not_supported(&mode, BadValue::Typed(mode.text()), &["Block", "Filesystem"]);
    }
    sources.check(check, spec, rules.any_api_group);
    if check.since(34) {
        class_name(check, &spec.child("volumeAttributesClassName"));
    }
}

fn access_modes(check: &mut Check, modes: &Field<'_, '_>) {
    let (mut of_one_pod, mut of_more) = (false, false);
    for mode in modes.items() {
        let text = mode.text();
        if text == "ReadWriteOncePod" {
            of_one_pod = true;
        } else if ACCESS_MODES.contains(&text) {
            of_more = true;
        } else {
            check.not_supported(&mode.written_as(modes), BadValue::Typed(text), ACCESS_MODES);
        }
    }
    if of_one_pod && of_more {
        check.forbidden(modes, "may not use ReadWriteOncePod with other access modes");
    }
}

/// The size that a claim asks for, which the server's paths look for in another place.
fn storage(check: &mut Check, resources: &Field<'_, '_>) {
    let requests = resources.child("requests");
    let entry = requests.node().and_then(|requests| requests.entry("storage"));
    let storage = requests.child("storage").keyed("storage", resources);
    let Some(entry) = entry else {
        check.required(&storage, "");
        return;
    };
    // Null is an amount of nothing.
    let amount = if entry.value.is_null() { None } else { Quantity::of(entry.value).ok() };
    if !amount.is_some_and(Quantity::is_positive) {
        let written = Quantity::text_of(entry.value).unwrap_or_default();
        let written = crate::quantity::canonical_to_milli(&written).unwrap_or_else(|| "0".to_owned());
        check.invalid(&storage, written.as_str(), "must be greater than zero");
    }
}

/// `ValidateClassName`, of a class that is named.
fn class_name(check: &mut Check, class: &Field<'_, '_>) {
    if !class.text().is_empty() {
        check.invalid_each(class, class.text(), name::dns1123_subdomain(class.text()));
    }
}

#[cfg(test)]
mod tests;
