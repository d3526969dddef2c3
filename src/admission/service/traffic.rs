//! Turns what a Service says about where traffic goes into what the API server refuses in it.

use super::super::check::Check;
use super::super::field::Field;
use super::super::go::BadValue;
use super::super::name;
use super::Dropped;

/// `validateServiceExternalTrafficPolicy`, `validateServiceInternalTrafficFieldsValue` and
/// `validateServiceTrafficDistribution`. Policies have defaults, and the port for health checks is allotted.
pub(super) fn policies(check: &mut Check, spec: &Field<'_, '_>, kind: &str, dropped: &Dropped) {
    let external = spec.child("externalTrafficPolicy");
    if !is_externally_accessible(spec, kind) {
        if !external.text().is_empty() && !dropped.has("externalTrafficPolicy") {
            let detail = "may only be set for externally-accessible services";
            check.invalid(&external, BadValue::Typed(external.text()), detail);
        }
    } else if !matches!(external.text(), "" | "Cluster" | "Local") {
        check.not_supported(&external, BadValue::Typed(external.text()), &["Cluster", "Local"]);
    }
    let health_check = spec.child("healthCheckNodePort");
    if let Some(number) = health_check.int().filter(|number| *number != 0) {
        if kind == "LoadBalancer" && external.text() == "Local" {
            check.invalid_each(&health_check, number, name::port_number(number));
        } else if !dropped.has("healthCheckNodePort") {
            let detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
            check.invalid(&health_check, number, detail);
        }
    }
    let internal = spec.child("internalTrafficPolicy");
    if internal.exists() && !matches!(internal.text(), "Cluster" | "Local") {
        check.not_supported(&internal, BadValue::Typed(internal.text()), &["Cluster", "Local"]);
    }
    let distribution = spec.child("trafficDistribution");
    let all = ["PreferClose", "PreferSameZone", "PreferSameNode"];
    let supported = if check.since(34) { &all[..] } else { &all[..1] };
    if distribution.exists() && !supported.contains(&distribution.text()) {
        check.not_supported(&distribution, distribution.text(), supported);
    }
}

/// `ExternallyAccessible` of `pkg/api/service`.
pub(super) fn is_externally_accessible(spec: &Field<'_, '_>, kind: &str) -> bool {
    match kind {
        "LoadBalancer" | "NodePort" => true,
        "ClusterIP" => !spec.child("externalIPs").is_empty(),
        _ => false,
    }
}
