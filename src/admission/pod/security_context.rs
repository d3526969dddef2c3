//! Turns the security context of a pod into what the API server refuses in it.

use super::super::check::Check;
use super::super::field::Field;
use super::super::go::BadValue;
use super::super::inheritance::Inherited;
use super::super::name;
use super::{app_armor, seccomp, sysctl, windows};

/// `validatePodSpecSecurityContext`.
pub(super) fn security_context(check: &mut Check, context: &Field<'_, '_>, spec: &Field<'_, '_>) {
    if !context.exists() {
        return;
    }
    for name in ["fsGroup", "runAsUser", "runAsGroup"] {
        id(check, &context.child(name));
    }
    for group in context.child("supplementalGroups").items() {
        id(check, &group);
    }
    sysctl::sysctls(check, &context.child("sysctls"), spec);
    one_of(check, &context.child("fsGroupChangePolicy"), &["Always", "OnRootMismatch"]);
    seccomp::profile(check, &context.child("seccompProfile"));
    windows::options(check, &context.child("windowsOptions"));
    app_armor::profile(check, &context.child("appArmorProfile"));
    one_of(check, &context.child("supplementalGroupsPolicy"), &["Merge", "Strict"]);
    let allows_all = check.since(37) || check.inherits(Inherited::SelinuxPolicy);
    let policies: &[&str] = if allows_all { &["MountOption", "Recursive"] } else { &["Recursive"] };
    one_of(check, &context.child("seLinuxChangePolicy"), policies);
}

/// `IsValidUserID` and `IsValidGroupID`.
fn id(check: &mut Check, field: &Field<'_, '_>) {
    if let Some(number) = field.int() {
        check.invalid_each(field, number, name::user_or_group_id(number));
    }
}

fn one_of(check: &mut Check, field: &Field<'_, '_>, supported: &[&str]) {
    if field.exists() && !supported.contains(&field.text()) {
        check.not_supported(field, BadValue::Typed(field.text()), supported);
    }
}
