//! Turns volumes of files that Kubernetes itself writes (Secrets, ConfigMaps, fields of the pod) into what the API server
//! refuses in them.

use super::required;
use crate::admission::check::Check;
use crate::admission::field::Field;
use crate::admission::pod::{field_selector, path};

/// The fields of a pod that a file may hold (`validVolumeDownwardAPIFieldPathExpressions`), sorted.
const FIELDS: &[&str] =
    &["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

/// `validateSecretVolumeSource`.
pub(super) fn secret(check: &mut Check, source: &Field<'_, '_>) {
    required(check, source, &["secretName"]);
    mode(check, &source.child("defaultMode"));
    for item in source.child("items").items() {
        key_to_path(check, &item);
    }
}

/// `validateConfigMapVolumeSource`.
pub(super) fn config_map(check: &mut Check, source: &Field<'_, '_>) {
    required(check, source, &["name"]);
    mode(check, &source.child("defaultMode"));
    for item in source.child("items").items() {
        key_to_path(check, &item);
    }
}

/// `validateKeyToPath`.
pub(super) fn key_to_path(check: &mut Check, item: &Field<'_, '_>) {
    required(check, item, &["key", "path"]);
    let path = item.child("path");
    path::local_non_reserved(check, &path, path.text());
    mode(check, &item.child("mode"));
}

/// `validateDownwardAPIVolumeSource`; the server's paths do not say which file is meant.
pub(super) fn downward_api(check: &mut Check, source: &Field<'_, '_>) {
    mode(check, &source.child("defaultMode"));
    for item in source.child("items").items() {
        downward_api_file(check, &item.written_as(source));
    }
}

/// `validateDownwardAPIVolumeFile`.
pub(super) fn downward_api_file(check: &mut Check, file: &Field<'_, '_>) {
    required(check, file, &["path"]);
    let path = file.child("path");
    path::local_non_reserved(check, &path, path.text());
    let (field, resource) = (file.child("fieldRef"), file.child("resourceFieldRef"));
    if field.exists() {
        field_selector::object(check, &field, FIELDS);
        if resource.exists() {
            check.invalid(file, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
        }
    } else if resource.exists() {
        field_selector::resource(check, &resource, true);
    } else {
        check.required(file, "one of fieldRef and resourceFieldRef is required");
    }
    mode(check, &file.child("mode"));
}

/// Permissions of a file, such as 0644.
pub(super) fn mode(check: &mut Check, mode: &Field<'_, '_>) {
    if let Some(bits) = mode.int().filter(|bits| !(0..=0o777).contains(bits)) {
        check.invalid(mode, bits, "must be a number between 0 and 0777 (octal), both inclusive");
    }
}
