//! Fills in what the API server adds to a claim, or to the template of one, and takes out what it does not store.

use super::feature::Feature;
use super::round_resources;
use crate::value::Value;
use crate::version::Version;

/// `SetObjectDefaults_PersistentVolumeClaim` (`pkg/apis/core/v1/zz_generated.defaults.go`), and `PrepareForCreate`
/// (`pkg/registry/core/persistentvolumeclaim/strategy.go`).
pub(super) fn fill(claim: &mut Value<'_>, version: Version) {
    claim.remove("status");
    fill_template(claim);
    let Some(spec) = claim.object_mut("spec") else { return };
    if !Feature::VolumeAttributesClass.is_on(version) {
        spec.remove("volumeAttributesClassName");
    }
    fill_data_sources(spec, version);
}

/// What is added to a claim template of a `StatefulSet`; a strategy does not touch those.
pub(super) fn fill_template(claim: &mut Value<'_>) {
    if let Some(spec) = claim.object_mut("spec") {
        fill_spec(spec);
    }
    if let Some(status) = claim.object_mut("status") {
        status.add("phase", Value::text("Pending"));
        round_resources(status, &["capacity"]);
        round_resources(status, &["allocatedResources"]);
    }
}

/// `SetDefaults_PersistentVolumeClaimSpec` (`pkg/apis/core/v1/defaults.go`), and amounts rounded.
pub(super) fn fill_spec(spec: &mut Value<'_>) {
    spec.add("volumeMode", Value::text("Filesystem"));
    round_resources(spec, &["resources", "limits"]);
    round_resources(spec, &["resources", "requests"]);
}

/// `DropDisabledFields`, `EnforceDataSourceBackwardsCompatibility` and `NormalizeDataSources`
/// (`pkg/api/persistentvolumeclaim/util.go`).
fn fill_data_sources(spec: &mut Value<'_>, version: Version) {
    let elsewhere =
        |spec: &Value<'_>| spec.get("dataSourceRef").is_some_and(|source| !source.text_of("namespace").is_empty());
    if elsewhere(spec) && !Feature::CrossNamespaceVolumeDataSource.is_on(version) {
        spec.remove("dataSourceRef");
    }
    if !spec.has("dataSourceRef") && !spec.get("dataSource").is_some_and(is_claim_or_snapshot) {
        spec.remove("dataSource");
    }
    let source = match (spec.get("dataSource"), spec.get("dataSourceRef")) {
        (Some(source), None) => Some(("dataSourceRef", local(source))),
        (None, Some(source)) if !elsewhere(spec) => Some(("dataSource", local(source))),
        _ => None,
    };
    if let Some((name, source)) = source {
        spec.add(name, source);
    }
}

/// A reference without what only a reference to another namespace has.
fn local<'t>(source: &Value<'t>) -> Value<'t> {
    let mut source = source.clone();
    source.remove("namespace");
    source
}

fn is_claim_or_snapshot(source: &Value<'_>) -> bool {
    matches!(
        (source.text_of("kind"), source.text_of("apiGroup")),
        ("PersistentVolumeClaim", "") | ("VolumeSnapshot", "snapshot.storage.k8s.io")
    )
}
