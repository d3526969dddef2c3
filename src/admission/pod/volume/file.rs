//! Turns volumes of files that Kubernetes itself writes (Secrets, ConfigMaps, fields of the pod) into what the API server
//! refuses in them.

use super::required;
use crate::admission::check::Check;
use crate::admission::field::Field;
use crate::admission::name;
use crate::admission::pod::{field_selector, path};

/// The fields of a pod that a file may hold (`validVolumeDownwardAPIFieldPathExpressions`), sorted.
const FIELDS: &[&str] =
    &["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

/// `validateSecretVolumeSource`.
pub(super) fn secret(check: &mut Check, source: &Field<'_, '_>) {
    required(check, source, &["secretName"]);
    mode(check, &source.child("defaultMode"));
    for item in source.child("items").items() {
        key_to_path(check, &item, Users::Dropped);
    }
}

/// `validateConfigMapVolumeSource`.
pub(super) fn config_map(check: &mut Check, source: &Field<'_, '_>) {
    required(check, source, &["name"]);
    mode(check, &source.child("defaultMode"));
    for item in source.child("items").items() {
        key_to_path(check, &item, Users::Dropped);
    }
}

/// `validateKeyToPath`.
pub(super) fn key_to_path(check: &mut Check, item: &Field<'_, '_>, users: Users) {
    required(check, item, &["key", "path"]);
    let path = item.child("path");
    path::local_non_reserved(check, &path, path.text());
    mode(check, &item.child("mode"));
    user(check, &item.child("user"), users);
}

/// `validateDownwardAPIVolumeSource`; the server's paths do not say which file is meant.
pub(super) fn downward_api(check: &mut Check, volume: &Field<'_, '_>, source: &Field<'_, '_>, _pod: Option<&str>) {
    let users = if volume.child("configMap").exists() { Users::Kept } else { Users::Dropped };
    mode(check, &source.child("defaultMode"));
    user(check, &source.child("defaultUser"), users);
    for item in source.child("items").items() {
        downward_api_file(check, &item.written_as(source), users);
    }
}

/// `validateDownwardAPIVolumeFile`.
pub(super) fn downward_api_file(check: &mut Check, file: &Field<'_, '_>, users: Users) {
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
    user(check, &file.child("user"), users);
}

/// Whether the owners of files are there when the server looks. By default it drops them, but in a volume or projection
/// with several sources, which is refused, only those of one (`dropDisabledAtomicWriteVolumeUserFields` of
/// `pkg/api/pod/util.go`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Users {
    Dropped,
    Kept,
}

/// `validateUserField`: the owner of a file, which is known from 1.37 on.
pub(super) fn user(check: &mut Check, user: &Field<'_, '_>, users: Users) {
    if let Some(number) = user.int().filter(|_| users == Users::Kept && check.since(37)) {
        check.invalid_each(user, number, name::user_or_group_id(number));
    }
}

/// Permissions of a file, such as 0644.
pub(super) fn mode(check: &mut Check, mode: &Field<'_, '_>) {
    if let Some(bits) = mode.int().filter(|bits| !(0..=0o777).contains(bits)) {
        check.invalid(mode, bits, "must be a number between 0 and 0777 (octal), both inclusive");
    }
}
