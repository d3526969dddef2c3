//! Turns volumes on a disk, of the node, of a cloud or of a claim, into what the API server refuses in them.

use super::required;
use crate::admission::check::Check;
use crate::admission::field::Field;
use crate::admission::go::BadValue;
use crate::admission::inheritance::Inherited;
use crate::admission::metadata::to_lower;
use crate::admission::name;
use crate::admission::pod::path;
use crate::quantity::Quantity;

/// `pdPartitionErrorMsg`, which says 1 where 0 is meant.
const PARTITION: &str = "must be between 1 and 255, inclusive";

pub(super) fn empty_dir(check: &mut Check, directory: &Field<'_, '_>) {
    let limit = directory.child("sizeLimit");
    if limit.node().and_then(|node| Quantity::of(node).ok()).is_some_and(Quantity::is_negative) {
        check.forbidden(&limit, "SizeLimit field must be a valid resource quantity");
    }
}

/// `validateHostPathVolumeSource`.
pub(super) fn host_path(check: &mut Check, source: &Field<'_, '_>) {
    let path = source.child("path");
    if path.text().is_empty() {
        check.required(&path, "");
        return;
    }
    path::no_backsteps(check, &path, path.text());
    let kinds = ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];
    one_of(check, &source.child("type"), &kinds);
}

/// `validateGCEPersistentDiskVolumeSource`.
pub(super) fn gce_persistent_disk(check: &mut Check, disk: &Field<'_, '_>) {
    required(check, disk, &["pdName"]);
    partition(check, disk);
}

/// `validateAWSElasticBlockStoreVolumeSource`.
pub(super) fn aws_elastic_block_store(check: &mut Check, disk: &Field<'_, '_>) {
    required(check, disk, &["volumeID"]);
    partition(check, disk);
}

fn partition(check: &mut Check, disk: &Field<'_, '_>) {
    let partition = disk.child("partition");
    if let Some(number) = partition.int().filter(|number| !(0..=255).contains(number)) {
        check.invalid(&partition, number, PARTITION);
    }
}

/// `validatePersistentClaimVolumeSource`.
pub(super) fn persistent_volume_claim(check: &mut Check, claim: &Field<'_, '_>) {
    required(check, claim, &["claimName"]);
}

/// `validateCinderVolumeSource`.
pub(super) fn cinder(check: &mut Check, disk: &Field<'_, '_>) {
    required(check, disk, &["volumeID"]);
    secret_name(check, disk);
}

/// A secret that is referred to has to have a name.
fn secret_name(check: &mut Check, source: &Field<'_, '_>) {
    let secret = source.child("secretRef");
    if secret.exists() {
        required(check, &secret, &["name"]);
    }
}

/// `validateFlexVolumeSource`.
pub(super) fn flex_volume(check: &mut Check, source: &Field<'_, '_>) {
    required(check, source, &["driver"]);
    let options = source.child("options");
    if options.is_empty() {
        return;
    }
    for (key, at, value) in options.entries() {
        let namespace = to_lower(key.split_once('/').map_or(key.as_ref(), |(namespace, _)| namespace));
        let reserved = ["kubernetes.io", "k8s.io"];
        if reserved.iter().any(|suffix| {
            let before = namespace.strip_suffix(suffix);
            before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
        }) {
            let words = "kubernetes.io and k8s.io namespaces are reserved";
            check.invalid(&options.entry(&key, at, value), key.as_ref(), words);
        }
    }
}

/// `validateAzureFile`.
pub(super) fn azure_file(check: &mut Check, share: &Field<'_, '_>) {
    required(check, share, &["secretName", "shareName"]);
}

/// `validateAzureDisk`. Without a kind it is one that shares a storage account.
pub(super) fn azure_disk(check: &mut Check, disk: &Field<'_, '_>) {
    required(check, disk, &["diskName", "diskURI"]);
    one_of(check, &disk.child("cachingMode"), &["None", "ReadOnly", "ReadWrite"]);
    let kind = disk.child("kind");
    one_of(check, &kind, &["Dedicated", "Managed", "Shared"]);
    let uri = disk.child("diskURI");
    let text = uri.text();
    if kind.text() == "Managed" {
        if !text.starts_with("/subscriptions/") {
            let managed =
                "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}";
            check.not_supported(&uri, text, &[managed]);
        }
    } else if !text.starts_with("https://") {
        check.not_supported(
            &uri,
            text,
            &["https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"],
        );
    }
}

/// `validateVsphereVolumeSource`.
pub(super) fn vsphere_volume(check: &mut Check, disk: &Field<'_, '_>) {
    required(check, disk, &["volumePath"]);
}

/// `validatePhotonPersistentDiskVolumeSource`.
pub(super) fn photon_persistent_disk(check: &mut Check, disk: &Field<'_, '_>) {
    required(check, disk, &["pdID"]);
}

/// `validatePortworxVolumeSource`.
pub(super) fn portworx_volume(check: &mut Check, disk: &Field<'_, '_>) {
    required(check, disk, &["volumeID"]);
}

/// `validateScaleIOVolumeSource`.
pub(super) fn scale_io(check: &mut Check, disk: &Field<'_, '_>) {
    required(check, disk, &["gateway", "system", "volumeName"]);
}

/// `validateStorageOSVolumeSource`.
pub(super) fn storageos(check: &mut Check, disk: &Field<'_, '_>) {
    required(check, disk, &["volumeName"]);
    for field in ["volumeName", "volumeNamespace"] {
        let field = disk.child(field);
        let text = field.text();
        if !text.is_empty() {
            check.invalid_each(&field, text, name::dns1123_label(text));
        }
    }
    secret_name(check, disk);
}

/// `validateCSIVolumeSource`.
pub(super) fn csi(check: &mut Check, source: &Field<'_, '_>) {
    let driver = source.child("driver");
    let text = driver.text();
    if text.is_empty() {
        check.required(&driver, "");
    }
    if text.len() > name::LABEL_MAX_LENGTH {
        check.too_long(&driver, name::LABEL_MAX_LENGTH);
    }
    // Up to 1.34 an absent name is held against the grammar of names as well.
    if !text.is_empty() || !check.since(35) {
        check.invalid_each(&driver, text, name::dns1123_subdomain(&to_lower(text)));
    }
    let secret = source.child("nodePublishSecretRef");
    if !secret.exists() {
        return;
    }
    let secret_name = secret.child("name");
    let text = secret_name.text();
    if text.is_empty() {
        check.required(&secret_name, "");
    } else {
        let secret_name = secret_name.called("name", source);
        check.invalid_each(&secret_name, text, name::dns1123_subdomain(text));
    }
}

/// `validateImageVolumeSource`. Up to 1.36 a template may leave the reference to others. Where it is not said when to
/// pull, that follows from the reference.
pub(super) fn image(check: &mut Check, _volume: &Field<'_, '_>, source: &Field<'_, '_>, pod: Option<&str>) {
    if pod.is_some() || check.since(37) && !check.inherits(Inherited::EmptyImageReference) {
        required(check, source, &["reference"]);
    }
    let policy = source.child("pullPolicy");
    if !matches!(policy.text(), "" | "Always" | "IfNotPresent" | "Never") {
        check.not_supported(&policy, BadValue::Typed(policy.text()), &["Always", "IfNotPresent", "Never"]);
    }
}

/// An enumeration that may be absent, but not empty unless that is one of its values; `values` are sorted as the server
/// sorts them.
pub(super) fn one_of(check: &mut Check, field: &Field<'_, '_>, values: &[&str]) {
    if field.exists() && !values.contains(&field.text()) {
        check.not_supported(field, BadValue::Typed(field.text()), values);
    }
}
