//! Turns the operating system of a pod, and what does not fit it, into what the API server refuses.

use super::super::check::Check;
use super::super::field::Field;
use super::super::go::BadValue;
use super::each_container;

const NOT_WINDOWS: &str = "windows options cannot be set for a linux pod";
const NOT_LINUX: &str = "cannot be set for a windows pod";

/// `validateOS`, `validateLinux` and `validateWindows`.
pub(super) fn os(check: &mut Check, spec: &Field<'_, '_>, security_context: &Field<'_, '_>) {
    let os = spec.child("os");
    if !os.exists() {
        return;
    }
    let name = os.child("name");
    match name.text() {
        "" => check.required(&name, if check.since(34) { "" } else { "cannot be empty" }),
        "linux" => linux(check, spec, security_context),
        "windows" => windows(check, spec, security_context),
        other => check.not_supported(&os, BadValue::Typed(other), &["linux", "windows"]),
    }
}

/// `validateLinux`.
fn linux(check: &mut Check, spec: &Field<'_, '_>, security_context: &Field<'_, '_>) {
    let windows_options = security_context.child("windowsOptions");
    if windows_options.exists() {
        check.forbidden(&windows_options, NOT_WINDOWS);
    }
    each_container(spec, |container| {
        let security_context = container.child("securityContext");
        let windows_options = security_context.child("windowsOptions");
        if windows_options.exists() {
            check.forbidden(&windows_options, NOT_WINDOWS);
        }
    });
}

/// `validateWindows`.
fn windows(check: &mut Check, spec: &Field<'_, '_>, security_context: &Field<'_, '_>) {
    let is_pod = check.is_pod;
    let mut refuse = |field: &Field<'_, '_>| check.forbidden(field, NOT_LINUX);
    for name in [
        "appArmorProfile",
        "seLinuxOptions",
        "seccompProfile",
        "fsGroup",
        "fsGroupChangePolicy",
        "sysctls",
        "runAsUser",
        "runAsGroup",
        "supplementalGroups",
        "supplementalGroupsPolicy",
        "seLinuxChangePolicy",
    ] {
        let field = security_context.child(name);
        // Of a pod, an empty list was lost when the set was stored.
        let must_hold = name == "sysctls" || name == "supplementalGroups" && is_pod;
        if field.exists() && !(must_hold && field.is_empty()) {
            refuse(&field);
        }
    }
    for name in ["hostUsers", "shareProcessNamespace"] {
        let field = spec.child(name);
        if field.exists() {
            refuse(&field);
        }
    }
    for name in ["hostPID", "hostIPC"] {
        let field = spec.child(name);
        if field.is_true() {
            refuse(&field);
        }
    }
    each_container(spec, |container| {
        let security_context = container.child("securityContext");
        for name in [
            "appArmorProfile",
            "seLinuxOptions",
            "seccompProfile",
            "capabilities",
            "readOnlyRootFilesystem",
            "privileged",
            "allowPrivilegeEscalation",
            "procMount",
            "runAsUser",
            "runAsGroup",
        ] {
            let field = security_context.child(name);
            if field.exists() {
                refuse(&field);
            }
        }
    });
}
