//! Turns how a container takes new resources into what the API server refuses in it.

use super::super::super::check::Check;
use super::super::super::field::Field;
use super::super::super::go::BadValue;
use super::super::super::inheritance::Inherited;
use super::super::super::table::Table;
use super::resource_name;

/// `validateResizePolicy`; it names the list where it means an item.
pub(super) fn resize_policy(check: &mut Check, list: &Field<'_, '_>, never_restarted: bool) {
    if list.is_empty() {
        return;
    }
    let mut names = Table::new();
    for item in list.items() {
        let name = item.child("resourceName").text();
        if !names.insert(name, ()) {
            let value = resource_name::value(check, name);
            check.duplicate(&item, value);
        }
        match name {
            "cpu" | "memory" => {}
            "" => check.required(list, ""),
            _ => {
                let value = resource_name::value(check, name);
                check.not_supported(list, value, &["cpu", "memory"]);
            }
        }
        let policy = item.child("restartPolicy").text();
        match policy {
            "NotRequired" | "RestartContainer" => {}
            "" => check.required(list, ""),
            _ => check.not_supported(list, BadValue::Typed(policy), &["NotRequired", "RestartContainer"]),
        }
        if never_restarted && policy != "NotRequired" {
            let of_pod = if check.since(36) { "pod " } else { "" };
            let detail = format!("must be 'NotRequired' when {of_pod}`restartPolicy` is 'Never'");
            check.invalid(list, BadValue::Typed(policy), &detail);
        }
    }
}

/// Of an init container that ends before the others begin: it is not restarted.
pub(super) fn of_init_container(check: &mut Check, list: &Field<'_, '_>) {
    if !check.since(36) || check.inherits(Inherited::RestartOfInitContainer) {
        return;
    }
    for item in list.items() {
        let policy = item.child("restartPolicy");
        if policy.text() == "RestartContainer" {
            let detail = "must not be set to 'RestartContainer' for non-sidecar initContainers";
            check.invalid(&policy, BadValue::Typed(policy.text()), detail);
        }
    }
}
