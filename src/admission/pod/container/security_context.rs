//! Turns the security context of a container into what the API server refuses in it.

use super::super::super::check::Check;
use super::super::super::field::Field;
use super::super::super::go::BadValue;
use super::super::super::go_value::{GoValue, Member};
use super::super::super::inheritance::Inherited;
use super::super::super::name;
use super::super::{app_armor, seccomp, windows};

/// `ValidateSecurityContext`. A cluster may forbid privileged containers; none does by default. `host_users` says that
/// users in containers are those of the node.
pub(super) fn security_context(check: &mut Check, context: &Field<'_, '_>, host_users: bool) {
    if !context.exists() {
        return;
    }
    for id in ["runAsUser", "runAsGroup"] {
        let id = context.child(id);
        if let Some(number) = id.int() {
            check.invalid_each(&id, number, name::user_or_group_id(number));
        }
    }
    proc_mount(check, &context.child("procMount"), host_users);
    seccomp::profile(check, &context.child("seccompProfile"));
    if context.child("allowPrivilegeEscalation").bool() == Some(false) {
        not_escalating(check, context);
    }
    windows::options(check, &context.child("windowsOptions"));
    app_armor::profile(check, &context.child("appArmorProfile"));
}

/// `ValidateProcMountType`, and what it asks of the pod.
fn proc_mount(check: &mut Check, proc_mount: &Field<'_, '_>, host_users: bool) {
    let value = BadValue::Typed(proc_mount.text());
    match proc_mount.text() {
        "Unmasked" if host_users => {
            check.invalid(proc_mount, value, "`hostUsers` must be false to use `Unmasked`");
        }
        "Default" | "Unmasked" => {}
        _ if proc_mount.exists() => check.not_supported(proc_mount, value, &["Default", "Unmasked"]),
        _ => {}
    }
}

/// What a container cannot be that may not gain privileges.
fn not_escalating(check: &mut Check, context: &Field<'_, '_>) {
    let capabilities = context.child("capabilities");
    let added = capabilities.child("add");
    if context.child("privileged").is_true() {
        let detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
        check.invalid(context, printed(context), detail);
    }
    for capability in added.items() {
        if capability.text() == "CAP_SYS_ADMIN" && !check.inherits(Inherited::SysAdmin) {
            let detail = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
            check.invalid(context, printed(context), detail);
        }
    }
}

/// `core.SecurityContext` as the server prints it.
fn printed<'v>(context: &Field<'_, 'v>) -> GoValue<'v> {
    let child = |name| context.child(name);
    let pointer = |name: &str, go_type: &'static str, members: fn(&Field<'_, 'v>) -> Vec<Member<'v>>| {
        let field = context.child(name);
        if !field.exists() {
            return GoValue::Nil(go_type);
        }
        let name = go_type.strip_prefix('*').unwrap_or(go_type);
        GoValue::Pointer(go_type, Box::new(GoValue::Struct(name, members(&field))))
    };
    GoValue::Struct(
        "core.SecurityContext",
        vec![
            Member::new("Capabilities", pointer("capabilities", "*core.Capabilities", capabilities)),
            Member::new("Privileged", GoValue::bool_pointer(&child("privileged"))),
            Member::new("SELinuxOptions", pointer("seLinuxOptions", "*core.SELinuxOptions", se_linux_options)),
            Member::new(
                "WindowsOptions",
                pointer("windowsOptions", "*core.WindowsSecurityContextOptions", windows_options),
            ),
            Member::new("RunAsUser", GoValue::int_pointer("*int64", &child("runAsUser"))),
            Member::new("RunAsGroup", GoValue::int_pointer("*int64", &child("runAsGroup"))),
            Member::new("RunAsNonRoot", GoValue::bool_pointer(&child("runAsNonRoot"))),
            Member::new("ReadOnlyRootFilesystem", GoValue::bool_pointer(&child("readOnlyRootFilesystem"))),
            Member::new("AllowPrivilegeEscalation", GoValue::bool_pointer(&child("allowPrivilegeEscalation"))),
            Member::new("ProcMount", GoValue::text_pointer("*core.ProcMountType", &child("procMount"))),
            Member::new("SeccompProfile", pointer("seccompProfile", "*core.SeccompProfile", profile)),
            Member::new("AppArmorProfile", pointer("appArmorProfile", "*core.AppArmorProfile", profile)),
        ],
    )
}

fn capabilities<'v>(field: &Field<'_, 'v>) -> Vec<Member<'v>> {
    vec![
        Member::new("Add", GoValue::text_list("[]core.Capability", &field.child("add"))),
        Member::new("Drop", GoValue::text_list("[]core.Capability", &field.child("drop"))),
    ]
}

fn se_linux_options<'v>(field: &Field<'_, 'v>) -> Vec<Member<'v>> {
    let text = |name| GoValue::Text(field.child(name).text());
    vec![
        Member::new("User", text("user")),
        Member::new("Role", text("role")),
        Member::new("Type", text("type")),
        Member::new("Level", text("level")),
    ]
}

fn windows_options<'v>(field: &Field<'_, 'v>) -> Vec<Member<'v>> {
    let text = |name| GoValue::text_pointer("*string", &field.child(name));
    vec![
        Member::new("GMSACredentialSpecName", text("gmsaCredentialSpecName")),
        Member::new("GMSACredentialSpec", text("gmsaCredentialSpec")),
        Member::new("RunAsUserName", text("runAsUserName")),
        Member::new("HostProcess", GoValue::bool_pointer(&field.child("hostProcess"))),
    ]
}

/// Of a seccomp profile and of an `AppArmor` profile.
fn profile<'v>(field: &Field<'_, 'v>) -> Vec<Member<'v>> {
    vec![
        Member::new("Type", GoValue::Text(field.child("type").text())),
        Member::new("LocalhostProfile", GoValue::text_pointer("*string", &field.child("localhostProfile"))),
    ]
}
