//! Turns the environment of a container into what the API server refuses in it.

use super::super::super::check::Check;
use super::super::super::field::Field;
use super::super::super::name;
use super::super::super::table::Table;
use super::super::{field_selector, path};

/// The fields of a pod that a variable may take its value from, sorted (`validEnvDownwardAPIFieldPathExpressions`).
const FIELDS: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// `ValidateEnv`; answers whether a variable takes its value from a file.
pub(super) fn variables(check: &mut Check, list: &Field<'_, '_>) -> bool {
    let mut has_file = false;
    for variable in list.items() {
        let name = variable.child("name");
        if name.text().is_empty() {
            check.required(&name, "");
        } else {
            check.invalid_each(&name, name.text(), name::relaxed_env_var_name(name.text()));
        }
        let source = variable.child("valueFrom");
        if source.exists() {
            has_file |= value_from(check, &variable, &source);
        }
    }
    has_file
}

/// `validateEnvVarValueFrom`; answers whether it is from a file.
fn value_from(check: &mut Check, variable: &Field<'_, '_>, source: &Field<'_, '_>) -> bool {
    let mut sources = 0;
    let field = source.child("fieldRef");
    if field.exists() {
        sources += 1;
        field_selector::object(check, &field, FIELDS);
    }
    let resource = source.child("resourceFieldRef");
    if resource.exists() {
        sources += 1;
        field_selector::resource(check, &resource, false);
    }
    for kind in ["configMapKeyRef", "secretKeyRef"] {
        let reference = source.child(kind);
        if reference.exists() {
            sources += 1;
            key(check, &reference);
        }
    }
    // Dropped while the gate `EnvFiles` is off.
    let file = source.child("fileKeyRef");
    let is_file = check.since(35) && file.exists();
    if is_file {
        sources += 1;
        file_key(check, &file);
    }
    if sources == 0 {
        let kinds = if check.since(35) {
            "`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
        } else {
            "`fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
        };
        check.invalid(source, "", &format!("must specify one of: {kinds}"));
    } else if !variable.child("value").text().is_empty() {
        check.invalid(source, "", "may not be specified when `value` is not empty");
    } else if sources > 1 {
        check.invalid(source, "", "may not have more than one field specified at a time");
    }
    is_file
}

/// `validateFileKeyRefVolumes`, of one container. `volumes` says of each volume whether it is an `emptyDir`, which files
/// are read from alone.
pub(super) fn file_volumes(check: &mut Check, container: &Field<'_, '_>, volumes: &Table<'_, bool>) {
    for variable in container.child("env").items() {
        let source = variable.child("valueFrom");
        let file = source.child("fileKeyRef");
        if !file.exists() {
            continue;
        }
        let volume = file.child("volumeName");
        match volumes.get(volume.text()) {
            Some(true) => {}
            Some(false) => check.invalid(&volume, volume.text(), "referenced volume must be of type emptyDir"),
            None => check.not_found(&volume, volume.text()),
        }
    }
}

/// `validateConfigMapKeySelector` and `validateSecretKeySelector`, which ask the same.
fn key(check: &mut Check, reference: &Field<'_, '_>) {
    let name = reference.child("name");
    check.invalid_each(&name, name.text(), name::dns1123_subdomain(name.text()));
    let key = reference.child("key");
    if key.text().is_empty() {
        check.required(&key, "");
    } else {
        check.invalid_each(&key, key.text(), name::config_map_key(key.text()));
    }
}

/// `validateFileKeySelector`.
fn file_key(check: &mut Check, reference: &Field<'_, '_>) {
    let key = reference.child("key");
    if key.text().is_empty() {
        check.required(&key, "");
    } else {
        check.invalid_each(&key, key.text(), name::relaxed_env_var_name(key.text()));
    }
    let volume = reference.child("volumeName");
    if volume.text().is_empty() {
        check.required(&volume, "");
    } else {
        check.invalid_each(&volume, volume.text(), name::dns1123_label(volume.text()));
    }
    let file = reference.child("path");
    if file.text().is_empty() {
        check.required(&file, "");
    } else {
        path::no_backsteps(check, &file, file.text());
    }
}

/// `ValidateEnvFrom`.
pub(super) fn sources(check: &mut Check, list: &Field<'_, '_>) {
    for item in list.items() {
        let prefix = item.child("prefix");
        if !prefix.text().is_empty() {
            check.invalid_each(&prefix, prefix.text(), name::relaxed_env_var_name(prefix.text()));
        }
        let mut sources = 0;
        for kind in ["configMapRef", "secretRef"] {
            let reference = item.child(kind);
            if reference.exists() {
                sources += 1;
                let name = reference.child("name");
                if name.text().is_empty() {
                    check.required(&name, "");
                } else {
                    // A name as the beginning of a generated one, which ConfigMaps here do not become.
                    check.invalid_each(&name, name.text(), name::name_is_dns_subdomain(name.text(), true));
                }
            }
        }
        // The server names the list.
        if sources == 0 {
            check.invalid(list, "", "must specify one of: `configMapRef` or `secretRef`");
        } else if sources > 1 {
            check.invalid(list, "", "may not have more than one field specified at a time");
        }
    }
}
