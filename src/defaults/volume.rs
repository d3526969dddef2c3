//! Fills in what the API server adds to a volume of a pod.

use super::container::fill_field_reference;
use super::feature::Feature;
use super::{claim, image};
use crate::value::Value;
use crate::version::Version;

/// 0644, as JSON has it.
const MODE: Value<'static> = Value::Int(0o644);

/// What is added to a source of a volume, by the name of the source.
const OF_SOURCES: [(&str, &[(&str, Value<'static>)]); 9] = [
    ("hostPath", &[("type", Value::text(""))]),
    ("secret", &[("defaultMode", MODE)]),
    ("configMap", &[("defaultMode", MODE)]),
    ("downwardAPI", &[("defaultMode", MODE)]),
    ("projected", &[("defaultMode", MODE)]),
    ("iscsi", &[("iscsiInterface", Value::text("default"))]),
    (
        "rbd",
        &[("pool", Value::text("rbd")), ("user", Value::text("admin")), ("keyring", Value::text("/etc/ceph/keyring"))],
    ),
    ("scaleIO", &[("storageMode", Value::text("ThinProvisioned")), ("fsType", Value::text("xfs"))]),
    (
        "azureDisk",
        &[
            ("cachingMode", Value::text("ReadWrite")),
            ("fsType", Value::text("ext4")),
            ("readOnly", Value::Bool(false)),
            ("kind", Value::text("Shared")),
        ],
    ),
];

/// `SetDefaults_Volume` (`pkg/apis/core/v1/defaults.go`) and what stands behind it in `zz_generated.defaults.go`.
pub(super) fn fill(volume: &mut Value<'_>, version: Version) {
    if volume.members().iter().all(|member| member.name == "name") {
        volume.add("emptyDir", Value::empty());
    }
    if let Some(source) = volume.get_mut("image")
        && Feature::ImageVolume.is_on(version)
        && !source.has("pullPolicy")
    {
        let policy = image::pull_policy(source.text_of("reference"));
        source.add("pullPolicy", Value::text(policy));
    }
    for (name, defaults) in OF_SOURCES {
        if let Some(source) = volume.get_mut(name) {
            for (name, value) in defaults {
                source.add(name, value.clone());
            }
        }
    }
    if let Some(files) = volume.get_mut("downwardAPI") {
        fill_files(files);
    }
    if let Some(projected) = volume.get_mut("projected") {
        projected.list_mut("sources").iter_mut().for_each(fill_projection);
    }
    if let Some(spec) =
        volume.at_mut(&["ephemeral", "volumeClaimTemplate"]).and_then(|template| template.object_mut("spec"))
    {
        claim::fill_spec(spec);
    }
}

fn fill_projection(source: &mut Value<'_>) {
    if let Some(files) = source.get_mut("downwardAPI") {
        fill_files(files);
    }
    if let Some(token) = source.get_mut("serviceAccountToken") {
        token.add("expirationSeconds", Value::Int(3600));
    }
}

fn fill_files(downward: &mut Value<'_>) {
    for file in downward.list_mut("items") {
        fill_field_reference(file.get_mut("fieldRef"));
    }
}
