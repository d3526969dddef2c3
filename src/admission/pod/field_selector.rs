//! Turns a reference to a field of the pod or to a resource of a container into what the API server refuses in it.

use crate::admission::check::Check;
use crate::admission::field::Field;
use crate::admission::metadata::to_lower;
use crate::admission::name;
use crate::quantity::{self, Quantity};

/// The resources of a container that may be referred to, in the server's order; those of huge pages besides.
const RESOURCES: &[&str] = &[
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

/// `validateObjectFieldSelector`: `fieldRef`. `expressions` are the fields that may be referred to here, sorted.
pub(in crate::admission) fn object(check: &mut Check, selector: &Field<'_, '_>, expressions: &[&str]) {
    let version = match selector.child("apiVersion").text() {
        "" => "v1",
        written => written,
    };
    let path = selector.child("fieldPath");
    let label = path.text();
    if label.is_empty() {
        check.required(&path, "");
        return;
    }
    if let Some(reason) = not_convertible(version, label) {
        check.invalid(&path, label, &format!("error converting fieldPath: {reason}"));
        return;
    }
    match subscript(label) {
        Some(("metadata.annotations", key)) => qualified_name(check, selector, &to_lower(key)),
        Some((_, key)) => qualified_name(check, selector, key),
        None => {
            let label = if label == "spec.host" { "spec.nodeName" } else { label };
            if !expressions.contains(&label) {
                check.not_supported(&path, label, expressions);
            }
        }
    }
}

/// `ConvertDownwardAPIFieldLabel` of `pkg/apis/core/pods/helpers.go`.
fn not_convertible(version: &str, label: &str) -> Option<String> {
    if version != "v1" {
        return Some(format!("unsupported pod version: {version}"));
    }
    match (subscript(label), label) {
        (Some(("metadata.annotations" | "metadata.labels", _)), _)
        | (
            None,
            "metadata.annotations"
            | "metadata.labels"
            | "metadata.name"
            | "metadata.namespace"
            | "metadata.uid"
            | "spec.host"
            | "spec.nodeName"
            | "spec.restartPolicy"
            | "spec.serviceAccountName"
            | "spec.schedulerName"
            | "status.phase"
            | "status.hostIP"
            | "status.hostIPs"
            | "status.podIP"
            | "status.podIPs",
        ) => None,
        (Some(_), _) => Some(format!("field label does not support subscript: {label}")),
        (None, _) => Some(format!("field label not supported: {label}")),
    }
}

/// `SplitMaybeSubscriptedPath` of `pkg/fieldpath/fieldpath.go`: `metadata.labels['key']` in its two parts.
fn subscript(path: &str) -> Option<(&str, &str)> {
    path.strip_suffix("']")?.split_once("['").filter(|(before, _)| !before.is_empty())
}

/// `ValidateQualifiedName`.
fn qualified_name(check: &mut Check, field: &Field<'_, '_>, key: &str) {
    check.invalid_each(field, key, name::qualified_name(key, check.version));
}

/// `validateContainerResourceFieldSelector`: `resourceFieldRef`. A volume has to say of which container.
pub(in crate::admission) fn resource(check: &mut Check, selector: &Field<'_, '_>, in_volume: bool) {
    let resource = selector.child("resource");
    let name = resource.text();
    let huge_pages = ["limits.hugepages-", "requests.hugepages-"].iter().any(|prefix| name.starts_with(prefix));
    let container = selector.child("containerName");
    if in_volume && container.text().is_empty() {
        check.required(&container, "");
    } else if name.is_empty() {
        check.required(&resource, "");
    } else if !huge_pages && !RESOURCES.contains(&name) {
        check.not_supported(&resource, name, RESOURCES);
    }
    let bytes = match name {
        "limits.memory" | "requests.memory" => "memory",
        "limits.ephemeral-storage" | "requests.ephemeral-storage" => "local ephemeral storage",
        _ if huge_pages => "hugepages",
        "limits.cpu" | "requests.cpu" => "",
        _ => return,
    };
    divisor(check, &selector.child("divisor"), name, bytes);
}

/// `validateContainerResourceDivisor`. `bytes` is what the server calls a resource that is counted in bytes; empty for
/// processors.
fn divisor(check: &mut Check, divisor: &Field<'_, '_>, resource: &str, bytes: &str) {
    let Some(node) = divisor.node() else { return };
    if Quantity::of(node).is_ok_and(Quantity::is_zero) {
        return;
    }
    let written = Quantity::text_of(node).and_then(|text| quantity::canonical(&text)).unwrap_or_default();
    if bytes.is_empty() {
        if !matches!(written.as_str(), "1" | "1m") {
            check.invalid(divisor, resource, "only divisor's values 1m and 1 are supported with the cpu resource");
        }
    } else if !is_unit_of_bytes(&written) {
        let words = format!(
            "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the {bytes} \
             resource"
        );
        check.invalid(divisor, resource, &words);
    }
}

fn is_unit_of_bytes(amount: &str) -> bool {
    let unit = amount.strip_prefix('1');
    unit.is_some_and(|unit| {
        matches!(unit, "" | "k" | "M" | "G" | "T" | "P" | "E" | "Ki" | "Mi" | "Gi" | "Ti" | "Pi" | "Ei")
    })
}
