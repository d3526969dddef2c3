//! Turns the name of a resource into what the API server refuses in it (`pkg/apis/core/helper/helpers.go`).

use super::super::super::check::Check;
use super::super::super::field::Field;
use super::super::super::go::BadValue;
use super::super::super::name;
use crate::version::Version;

/// What the name of a resource of huge pages begins with; the size of a page follows.
pub(super) const HUGE_PAGES: &str = "hugepages-";

/// Whose resource it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// A container's.
    Container,
    /// A whole pod's.
    Pod,
}

/// What is counted in whole numbers (`integerResources`).
const COUNTED: &[&str] = &[
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
];

/// Names without a prefix, besides [`COUNTED`] (`standardResources`).
const STANDARD: &[&str] = &[
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "storage",
    "requests.storage",
];

/// `ValidateContainerResourceName` and `validatePodResourceName`.
pub(super) fn resource_name(check: &mut Check, field: &Field<'_, '_>, name: &str, level: Level) {
    if matches!(name, "cpu" | "memory") {
        return;
    }
    let is_sound = well_formed(check, field, name);
    match level {
        Level::Container => {
            let detail = match name.contains('/') {
                false if name != "ephemeral-storage" && !name.starts_with(HUGE_PAGES) => {
                    "must be a standard resource for containers"
                }
                true if !is_native(name) && !is_extended(name, check.version) => {
                    "doesn't follow extended resource name standard"
                }
                _ => return,
            };
            check.invalid(field, value(check, name), detail);
        }
        Level::Pod if is_sound && !name.starts_with(HUGE_PAGES) => {
            check.not_supported(field, value(check, name), &["cpu", HUGE_PAGES, "memory"]);
        }
        Level::Pod => {}
    }
}

/// `validateResourceName`; answers whether it found nothing.
fn well_formed(check: &mut Check, field: &Field<'_, '_>, name: &str) -> bool {
    let messages = name::qualified_name(name, check.version);
    let is_standard = || {
        let huge_pages = name.strip_prefix("requests.").unwrap_or(name).starts_with(HUGE_PAGES);
        huge_pages || STANDARD.contains(&name) || COUNTED.contains(&name)
    };
    if !messages.is_empty() {
        check.invalid_each(field, value(check, name), messages);
    } else if !name.contains('/') && !is_standard() {
        check.invalid(field, value(check, name), "must be a standard resource type or fully qualified");
    } else {
        return true;
    }
    false
}

/// The name as an error names it: up to 1.33, as it stands.
pub(super) fn value<'v>(check: &Check, name: &'v str) -> BadValue<'v> {
    if check.since(34) { BadValue::Typed(name) } else { BadValue::Printed(name.to_owned()) }
}

/// `IsIntegerResourceName`.
pub(super) fn is_counted(name: &str, version: Version) -> bool {
    COUNTED.contains(&name) || is_extended(name, version)
}

/// `IsOvercommitAllowed`: whether more may be limited than requested.
pub(super) fn can_be_overcommitted(name: &str) -> bool {
    is_native(name) && !name.starts_with(HUGE_PAGES)
}

/// `IsNativeResource`: Kubernetes' own.
fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// `IsExtendedResourceName`: somebody else's, and fit to stand in a quota.
fn is_extended(name: &str, version: Version) -> bool {
    let in_quota = || format!("requests.{name}");
    !is_native(name) && !name.starts_with("requests.") && name::qualified_name(&in_quota(), version).is_empty()
}
