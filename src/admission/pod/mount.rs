//! Turns the mounts and the block devices of a container into what the API server refuses in them.

use super::volume::{Source, Volumes};
use crate::admission::check::Check;
use crate::admission::field::Field;
use crate::admission::go::BadValue;
use crate::admission::pod::path;
use crate::admission::table::Table;

/// The paths that volumes have in a container, by name and alone. Of a name that stands twice the last path counts
/// (`GetVolumeMountMap`, `GetVolumeDeviceMap`).
struct Paths<'t> {
    names: Table<'t, &'t str>,
    paths: Table<'t, ()>,
}

impl<'t> Paths<'t> {
    fn of<'f>(items: impl Iterator<Item = Field<'f, 't>>, path: &'static str) -> Self
    where
        't: 'f,
    {
        let mut names = Table::new();
        for item in items {
            names.set(item.child("name").text(), item.child(path).text());
        }
        let mut paths = Table::new();
        for path in names.values() {
            paths.insert(path, ());
        }
        Self { names, paths }
    }
}

/// The mounts of a container as the server numbers them, which leaves out those that it takes out before.
fn kept<'f, 't>(mounts: &'f Field<'f, 't>, volumes: &'f Volumes<'t>) -> impl Iterator<Item = Field<'f, 't>> {
    let kept = mounts.items().filter(|mount| !volumes.drops(mount.child("name").text()));
    kept.enumerate().map(move |(index, mount)| mount.numbered(index, mounts))
}

/// `ValidateVolumeMounts`, of `container`.
pub(super) fn volume_mounts(check: &mut Check, container: &Field<'_, '_>, volumes: &Volumes<'_>) {
    let (mounts, devices) = (container.child("volumeMounts"), container.child("volumeDevices"));
    let devices = (!devices.is_empty()).then(|| Paths::of(devices.items(), "devicePath"));
    let mut points = Table::new();
    for mount in kept(&mounts, volumes) {
        let (name, point) = (mount.child("name"), mount.child("mountPath"));
        if name.text().is_empty() {
            check.required(&name, "");
        }
        if volumes.lacks(name.text()) {
            check.not_found(&name, name.text());
        }
        if point.text().is_empty() {
            check.required(&point, "");
        }
        if !points.insert(point.text(), ()) {
            check.invalid(&point, point.text(), "must be unique");
        }
        if let Some(devices) = &devices {
            if devices.names.has(name.text()) {
                check.invalid(&name, name.text(), "must not already exist in volumeDevices");
            }
            if devices.paths.has(point.text()) {
                check.invalid(&point, point.text(), "must not already exist as a path in volumeDevices");
            }
        }
        sub_paths(check, &mounts, &mount);
        propagation(check, container, &mounts, &mount);
    }
}

/// Where in its volume a mount begins. The server's paths do not say which mount is meant.
fn sub_paths(check: &mut Check, mounts: &Field<'_, '_>, mount: &Field<'_, '_>) {
    let (sub_path, expression) = (mount.child("subPath"), mount.child("subPathExpr"));
    let unnumbered = mount.written_as(mounts);
    path::local_descending(check, &unnumbered.child("subPath"), sub_path.text());
    if !expression.text().is_empty() {
        if !sub_path.text().is_empty() {
            let words = "subPathExpr and subPath are mutually exclusive";
            check.invalid(&expression, expression.text(), words);
        }
        path::local_descending(check, &unnumbered.child("subPathExpr"), expression.text());
    }
}

/// `validateMountPropagation` and `validateMountRecursiveReadOnly`, whose paths do not say which mount is meant.
fn propagation(check: &mut Check, container: &Field<'_, '_>, mounts: &Field<'_, '_>, mount: &Field<'_, '_>) {
    let mount = mount.written_as(mounts);
    let (propagation, recursive) = (mount.child("mountPropagation"), mount.child("recursiveReadOnly"));
    match propagation.text() {
        _ if !propagation.exists() => {}
        "HostToContainer" | "None" => {}
        "Bidirectional" => {
            if !container.child("securityContext").child("privileged").is_true() {
                let words = "Bidirectional mount propagation is available only to privileged containers";
                check.forbidden(&propagation, words);
            }
        }
        other => {
            check.not_supported(&propagation, BadValue::Typed(other), &["Bidirectional", "HostToContainer", "None"]);
        }
    }
    match recursive.text() {
        _ if !recursive.exists() => {}
        "Disabled" => {}
        "Enabled" | "IfPossible" => {
            if !mount.child("readOnly").is_true() {
                check.forbidden(&recursive, "may only be specified when readOnly is true");
            }
            if propagation.exists() && propagation.text() != "None" {
                let words = "may only be specified when mountPropagation is None or not specified";
                check.forbidden(&recursive, words);
            }
        }
        other => check.not_supported(&recursive, BadValue::Typed(other), &["Disabled", "Enabled", "IfPossible"]),
    }
}

/// `ValidateVolumeDevices`, of `container`.
pub(super) fn volume_devices(check: &mut Check, container: &Field<'_, '_>, volumes: &Volumes<'_>) {
    let (mounts, devices) = (container.child("volumeMounts"), container.child("volumeDevices"));
    if devices.is_empty() {
        return;
    }
    let mounts = Paths::of(kept(&mounts, volumes), "mountPath");
    let (mut names, mut paths) = (Table::new(), Table::new());
    for device in devices.items() {
        let (name, path) = (device.child("name"), device.child("devicePath"));
        let (name_text, path_text) = (name.text(), path.text());
        if name_text.is_empty() {
            check.required(&name, "");
        }
        if names.has(name_text) {
            check.invalid(&name, name_text, "must be unique");
        }
        if volumes.get(name_text) == Some(Source::Other) {
            let words = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode";
            check.invalid(&name, name_text, words);
        }
        if volumes.lacks(name_text) {
            check.not_found(&name, name_text);
        }
        if path_text.is_empty() {
            check.required(&path, "");
        }
        if paths.has(path_text) {
            check.invalid(&path, path_text, "must be unique");
        }
        if path::has_backstep(path_text) {
            check.invalid(&path, path_text, "can not contain backsteps ('..')");
        } else {
            paths.insert(path_text, ());
        }
        if mounts.names.has(name_text) {
            check.invalid(&name, name_text, "must not already exist in volumeMounts");
        }
        if mounts.paths.has(path_text) {
            check.invalid(&path, path_text, "must not already exist as a path in volumeMounts");
        }
        if !name_text.is_empty() {
            names.insert(name_text, ());
        }
    }
}

#[cfg(test)]
mod tests;
