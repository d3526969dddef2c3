//! Turns what a claim takes its first content from into what the API server refuses in it.

use crate::admission::check::Check;
use crate::admission::field::Field;
use crate::admission::go_value::GoValue;
use crate::admission::name;

/// Where a claim takes its first content from: two fields that say the same, or one of them.
pub(super) struct DataSources<'f, 't> {
    /// `dataSource`.
    pub(super) source: Option<Field<'f, 't>>,
    /// `dataSourceRef`, which may lead to another namespace.
    pub(super) reference: Option<Field<'f, 't>>,
}

impl<'f, 't> DataSources<'f, 't> {
    pub(super) fn written(spec: &'f Field<'f, 't>) -> Self {
        let present = |name| Some(spec.child(name)).filter(Field::exists);
        Self { source: present("dataSource"), reference: present("dataSourceRef") }
    }

    /// As the server holds them once it has taken out what it does not know and copied one to the other; `old` are those
    /// of the claim that is there already (`PrepareForCreate` and `PrepareForUpdate` of
    /// `pkg/registry/core/persistentvolumeclaim`).
    pub(super) fn stored(spec: &'f Field<'f, 't>, old: Option<&DataSources<'_, '_>>) -> Self {
        let mut sources = Self::written(spec);
        if sources.namespace().is_some() && old.is_none_or(|old| old.reference.is_none()) {
            sources.reference = None;
        }
        if sources.reference.is_none() && old.is_none_or(|old| old.source.is_none() && old.reference.is_none()) {
            sources.source = sources.source.filter(is_claim_or_snapshot);
        }
        let (source, reference) = (sources.source, sources.reference);
        let local = reference.filter(|_| sources.namespace().is_none());
        Self {
            source: source.or(local.map(|reference| reference.called("dataSource", spec))),
            reference: reference.or(source.map(|source| source.called("dataSourceRef", spec))),
        }
    }

    /// Whether one of them names a group, be it empty (`allowInvalidAPIGroupInDataSourceOrRef`).
    pub(super) fn has_api_group(&self) -> bool {
        [&self.source, &self.reference].into_iter().flatten().any(|source| source.child("apiGroup").exists())
    }

    /// The namespace that the reference leads to, unless it is the claim's own.
    fn namespace(&self) -> Option<&'t str> {
        let reference = self.reference.as_ref()?;
        let namespace = reference.child("namespace").text();
        Some(namespace).filter(|namespace| !namespace.is_empty())
    }

    /// What `ValidatePersistentVolumeClaimSpec` asks of them.
    pub(super) fn check(&self, check: &mut Check, spec: &Field<'_, '_>, any_api_group: bool) {
        for source in [&self.source, &self.reference].into_iter().flatten() {
            data_source(check, source, any_api_group);
        }
        if let Some(reference) = &self.reference {
            let namespace = reference.child("namespace");
            if !namespace.text().is_empty() {
                check.invalid_each(&namespace, namespace.text(), name::dns1123_label(namespace.text()));
            }
        }
        if let (Some(source), Some(reference)) = (&self.source, &self.reference) {
            let words = if self.namespace().is_some() {
                "may not be specified when dataSourceRef.namespace is specified"
            } else if is_same(source, reference) {
                ""
            } else {
                "must match dataSourceRef"
            };
            if !words.is_empty() {
                // The server prints the path by mistake, and its type keeps what it holds to itself.
                let go = "field.Path{name:\"dataSource\", index:\"\", parent:(*field.Path)(0xADDR)}".to_owned();
                check.invalid(&source.written_as(spec), GoValue::Both { json: "{}".to_owned(), go }, words);
            }
        }
    }
}

/// `dataSourceIsPvcOrSnapshot`.
fn is_claim_or_snapshot(source: &Field<'_, '_>) -> bool {
    matches!(
        (source.child("kind").text(), source.child("apiGroup").text()),
        ("PersistentVolumeClaim", "") | ("VolumeSnapshot", "snapshot.storage.k8s.io")
    )
}

/// `validateDataSource`, and `validateDataSourceRef` but for the namespace.
fn data_source(check: &mut Check, source: &Field<'_, '_>, any_api_group: bool) {
    let (name, kind, group) = (source.child("name"), source.child("kind"), source.child("apiGroup"));
    for field in [&name, &kind] {
        if field.text().is_empty() {
            check.required(field, "");
        }
    }
    if !group.text().is_empty() {
        if !any_api_group {
            check.invalid_each(&group, group.text(), name::dns1123_subdomain(group.text()));
        }
    } else if kind.text() != "PersistentVolumeClaim" {
        let words = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
        check.invalid(&kind.written_as(source), kind.text(), words);
    }
}

/// `isDataSourceEqualDataSourceRef`: a group that is written empty is not one that is absent.
pub(super) fn is_same(source: &Field<'_, '_>, reference: &Field<'_, '_>) -> bool {
    source.child("apiGroup").exists() == reference.child("apiGroup").exists()
        && ["apiGroup", "kind", "name"].iter().all(|name| source.child(name).text() == reference.child(name).text())
}
