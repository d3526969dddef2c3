//! Turns a claim, or what claims are made from, into what the API server refuses in it.

use super::check::Check;
use super::field::Field;
use super::go::BadValue;
use super::metadata::{self, Scope};
use super::name;
use super::selector::{self, Values};
use super::value::Value;
use crate::quantity::Quantity;
use crate::yaml::Node;

/// The access modes, as the server sorts them.
const ACCESS_MODES: &[&str] = &["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

/// `ValidatePersistentVolumeClaim`.
pub(super) fn create(check: &mut Check, claim: &Field<'_, '_>) {
    metadata::object_meta(check, &claim.child("metadata"), Scope::Namespaced, name::name_is_dns_subdomain);
    metadata::generation(check, &claim.child("metadata"));
    let spec = claim.child("spec");
    let sources = DataSources::stored(&spec);
    claim_spec(check, &spec, &sources);
}

/// `validateVolumeClaimTemplates`: the claim templates of a StatefulSet, whose metadata nobody looks at; nor does anybody
/// look at the rest before 1.34.
pub(super) fn claim_templates(check: &mut Check, templates: &Field<'_, '_>) {
    if !check.since(34) {
        return;
    }
    for template in templates.items() {
        let spec = template.child("spec");
        claim_spec(check, &spec, &DataSources::written(&spec));
    }
}

/// `ValidatePersistentVolumeClaimTemplate`: what the claim of a pod's volume is made from.
pub(super) fn volume_claim_template(check: &mut Check, template: &Field<'_, '_>) {
    template_metadata(check, &template.child("metadata"));
    let spec = template.child("spec");
    claim_spec(check, &spec, &DataSources::written(&spec));
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
        let is_zero =
            field.node().is_none_or(|node| node.as_str() == Some("")) || name == "generation" && field.int() == Some(0);
        if !is_zero {
            // The server spells it as the Go field with its first letter in lower case.
            let spelled = if name == "uid" { "uID" } else { name };
            check.forbidden(&field.called(spelled, metadata), "cannot be set");
        }
    }
}

/// Where a claim takes its first content from: two fields that say the same, or one of them.
struct DataSources<'f, 't> {
    source: Option<Field<'f, 't>>,
    reference: Option<Field<'f, 't>>,
}

impl<'f, 't> DataSources<'f, 't> {
    fn written(spec: &'f Field<'f, 't>) -> Self {
        let present = |name| Some(spec.child(name)).filter(Field::exists);
        Self { source: present("dataSource"), reference: present("dataSourceRef") }
    }

    /// As the server holds them once it has taken out what it does not know and copied one to the other
    /// (`PrepareForCreate` of `pkg/registry/core/persistentvolumeclaim`).
    fn stored(spec: &'f Field<'f, 't>) -> Self {
        let mut sources = Self::written(spec);
        if sources.namespace().is_some() {
            sources.reference = None;
        }
        if sources.reference.is_none() {
            sources.source = sources.source.filter(is_claim_or_snapshot);
        }
        let (source, reference) = (sources.source, sources.reference);
        Self {
            source: source.or(reference.map(|reference| reference.called("dataSource", spec))),
            reference: reference.or(source.map(|source| source.called("dataSourceRef", spec))),
        }
    }

    /// The namespace that the reference leads to, unless it is the claim's own.
    fn namespace(&self) -> Option<&'t str> {
        let reference = self.reference.as_ref()?;
        let namespace = reference.child("namespace").text();
        Some(namespace).filter(|namespace| !namespace.is_empty())
    }
}

/// `dataSourceIsPvcOrSnapshot`.
fn is_claim_or_snapshot(source: &Field<'_, '_>) -> bool {
    matches!(
        (source.child("kind").text(), source.child("apiGroup").text()),
        ("PersistentVolumeClaim", "") | ("VolumeSnapshot", "snapshot.storage.k8s.io")
    )
}

/// `ValidatePersistentVolumeClaimSpec`.
fn claim_spec(check: &mut Check, spec: &Field<'_, '_>, sources: &DataSources<'_, '_>) {
    let modes = spec.child("accessModes");
    if modes.is_empty() {
        check.required(&modes, "at least 1 access mode is required");
    }
    selector::label_selector(check, &spec.child("selector"), Values::OfLabels);
    access_modes(check, &modes);
    storage(check, &spec.child("resources"));
    class_name(check, &spec.child("storageClassName"));
    let mode = spec.child("volumeMode");
    if mode.exists() && !matches!(mode.text(), "Block" | "Filesystem") {
        check.not_supported(&mode, BadValue::Typed(mode.text()), &["Block", "Filesystem"]);
    }
    for source in [&sources.source, &sources.reference].into_iter().flatten() {
        data_source(check, source);
    }
    if let Some(reference) = &sources.reference {
        let namespace = reference.child("namespace");
        if !namespace.text().is_empty() {
            check.invalid_each(&namespace, namespace.text(), name::dns1123_label(namespace.text()));
        }
    }
    if let (Some(source), Some(reference)) = (&sources.source, &sources.reference) {
        let words = if sources.namespace().is_some() {
            "may not be specified when dataSourceRef.namespace is specified"
        } else if is_same(source, reference) {
            ""
        } else {
            "must match dataSourceRef"
        };
        if !words.is_empty() {
            // The server prints the path by mistake, and its type keeps what it holds to itself.
            let go = "field.Path{name:\"dataSource\", index:\"\", parent:(*field.Path)(0xADDR)}".to_owned();
            check.invalid(&source.written_as(spec), Value::Both { json: "{}".to_owned(), go }, words);
        }
    }
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

/// `validateDataSource`, and `validateDataSourceRef` but for the namespace.
fn data_source(check: &mut Check, source: &Field<'_, '_>) {
    let (name, kind, group) = (source.child("name"), source.child("kind"), source.child("apiGroup"));
    for field in [&name, &kind] {
        if field.text().is_empty() {
            check.required(field, "");
        }
    }
    if !group.text().is_empty() {
        check.invalid_each(&group, group.text(), name::dns1123_subdomain(group.text()));
    } else if kind.text() != "PersistentVolumeClaim" {
        let words = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
        check.invalid(&kind.written_as(source), kind.text(), words);
    }
}

/// `isDataSourceEqualDataSourceRef`: a group that is written empty is not one that is absent.
fn is_same(source: &Field<'_, '_>, reference: &Field<'_, '_>) -> bool {
    source.child("apiGroup").exists() == reference.child("apiGroup").exists()
        && ["apiGroup", "kind", "name"].iter().all(|name| source.child(name).text() == reference.child(name).text())
}

#[cfg(test)]
mod tests;
