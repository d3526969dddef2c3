//! Turns a Service that takes the place of another one into what the API server refuses in the change.

use std::collections::HashSet;

use super::super::check::Check;
use super::super::field::Field;
use super::super::go::BadValue;
use super::super::go_value::GoValue;
use super::super::metadata::{self, Scope};
use super::cluster_ip::ClusterIps;
use super::traffic::is_externally_accessible;
use super::{Dropped, valid};

const UNCHANGEABLE: &str = "may not change once set";

/// `ValidateServiceUpdate`, for a Service of the same name and namespace that is not being deleted, after the addresses
/// are allotted (`beginUpdate` of `pkg/registry/core/service/storage`).
pub(in crate::admission) fn update(check: &mut Check, service: &Field<'_, '_>, old: &Field<'_, '_>) {
    let (spec, old_spec) = (service.child("spec"), old.child("spec"));
    let mut old_ips = ClusterIps::created(&old_spec);
    // What could never be stored is not there to be updated.
    if !old_ips.allot(check, &old_spec, None) {
        return;
    }
    let mut ips = ClusterIps::updated(&spec, &old_ips);
    if !ips.allot(check, &spec, Some(&old_ips)) {
        return;
    }
    ips.drop_unchanged(&old_ips);
    let dropped = dropped(&spec, &old_spec, ips.kind, old_ips.kind);
    metadata::object_meta_update(check, &service.child("metadata"), Scope::Namespaced);
    if !ips.is_external_name() && !old_ips.is_external_name() {
        addresses(check, &spec, &ips, &old_ips);
        families(check, &spec, &ips, &old_ips);
    }
    load_balancer_class(check, &spec, &old_spec, ips.kind, old_ips.kind);
    health_check(check, &spec, &old_spec, ips.kind, old_ips.kind);
    valid(check, service, &ips, Some(old), &dropped);
}

/// What goes with a type that no longer asks for it, unless it was changed (`dropTypeDependentFields` of
/// `pkg/registry/core/service/strategy.go`).
fn dropped(spec: &Field<'_, '_>, old_spec: &Field<'_, '_>, kind: &str, old_kind: &str) -> Dropped {
    let has_node_ports = |kind: &str| matches!(kind, "NodePort" | "LoadBalancer");
    let was_balanced = old_kind == "LoadBalancer" && kind != "LoadBalancer";
    let same_text = |name: &str, default: &str| {
        let (new, old) = (spec.child(name), old_spec.child(name));
        let old = if old.text().is_empty() { default } else { old.text() };
        new.text() == old
    };
    let same_allotment = || {
        let name = "allocateLoadBalancerNodePorts";
        spec.child(name).bool() == Some(old_spec.child(name).bool().unwrap_or(true))
    };
    let same_presence = |name: &str| spec.child(name).exists() == old_spec.child(name).exists();
    let same_number = |name: &str| spec.child(name).int() == old_spec.child(name).int();
    let drops = [
        ("nodePort", has_node_ports(old_kind) && !has_node_ports(kind) && same_node_ports(spec, old_spec)),
        (
            "healthCheckNodePort",
            is_health_checked(old_spec, old_kind)
                && !is_health_checked(spec, kind)
                && same_number("healthCheckNodePort"),
        ),
        ("allocateLoadBalancerNodePorts", was_balanced && same_allotment()),
        ("loadBalancerClass", was_balanced && same_presence("loadBalancerClass") && same_text("loadBalancerClass", "")),
        (
            "externalTrafficPolicy",
            is_externally_accessible(old_spec, old_kind)
                && !is_externally_accessible(spec, kind)
                && same_text("externalTrafficPolicy", "Cluster"),
        ),
    ];
    Dropped(drops.iter().filter(|(_, is_dropped)| *is_dropped).map(|(name, _)| *name).collect())
}

/// Whether no port of nodes is there that was not there before.
fn same_node_ports(spec: &Field<'_, '_>, old_spec: &Field<'_, '_>) -> bool {
    let numbers = |spec: &Field<'_, '_>| -> HashSet<i64> {
        let ports = spec.child("ports");
        let numbers = ports.items().filter_map(|port| port.child("nodePort").int());
        numbers.filter(|number| *number != 0).collect()
    };
    numbers(old_spec).is_superset(&numbers(spec))
}

/// `NeedsHealthCheck` of `pkg/api/service`.
fn is_health_checked(spec: &Field<'_, '_>, kind: &str) -> bool {
    kind == "LoadBalancer" && spec.child("externalTrafficPolicy").text() == "Local"
}

/// `validateUpgradeDowngradeClusterIPs`.
fn addresses(check: &mut Check, spec: &Field<'_, '_>, ips: &ClusterIps<'_>, old: &ClusterIps<'_>) {
    if ips.is_headless() && old.is_headless() {
        return;
    }
    if ips.all.len() == old.all.len() {
        for (index, (new, old)) in ips.all.iter().zip(&old.all).enumerate() {
            if new != old {
                ips.refuse(check, spec, Some(index), UNCHANGEABLE);
            }
        }
        return;
    }
    if let (Some(new), Some(old)) = (ips.all.first(), old.all.first())
        && new != old
    {
        ips.refuse(check, spec, Some(0), UNCHANGEABLE);
    }
    if ips.all.len() < old.all.len() {
        if ips.all.is_empty() {
            ips.refuse(check, spec, Some(0), "primary clusterIP can not be unset");
        }
        if ips.all.len() == 1 && ips.policy != Some("SingleStack") {
            let detail = "must be set to 'SingleStack' when releasing the secondary clusterIP";
            policy_refused(check, spec, ips, detail);
        }
    }
}

/// `validateUpgradeDowngradeIPFamilies`.
fn families(check: &mut Check, spec: &Field<'_, '_>, ips: &ClusterIps<'_>, old: &ClusterIps<'_>) {
    if ips.is_headless() || old.is_headless() {
        return;
    }
    let field = spec.child("ipFamilies");
    let first = field.items().next().unwrap_or(field).numbered(0, &field);
    if ips.families.len() == old.families.len() {
        for (new, old) in ips.families.iter().zip(&old.families) {
            if new != old {
                let all = ips.families.iter().map(|text| GoValue::Text(text)).collect();
                check.invalid(&first, GoValue::List("[]core.IPFamily", all), UNCHANGEABLE);
            }
        }
        return;
    }
    if ips.families.first() != old.families.first() && !ips.families.is_empty() && !old.families.is_empty() {
        let all = ips.all.iter().map(|text| GoValue::Text(text)).collect();
        check.invalid(&first, GoValue::List("[]string", all), UNCHANGEABLE);
    }
    if ips.families.len() == 1 && old.families.len() > 1 && ips.policy != Some("SingleStack") {
        policy_refused(check, spec, ips, "must be set to 'SingleStack' when releasing the secondary ipFamily");
    }
}

fn policy_refused(check: &mut Check, spec: &Field<'_, '_>, ips: &ClusterIps<'_>, detail: &str) {
    let field = spec.child("ipFamilyPolicy");
    match ips.policy {
        Some(policy) => check.invalid(&field, BadValue::Typed(policy), detail),
        None => check.invalid(&field, GoValue::Nil("*core.IPFamilyPolicy"), detail),
    }
}

/// `validateLoadBalancerClassField`, as far as it is about the change.
fn load_balancer_class(check: &mut Check, spec: &Field<'_, '_>, old_spec: &Field<'_, '_>, kind: &str, old_kind: &str) {
    let (class, old) = (spec.child("loadBalancerClass"), old_spec.child("loadBalancerClass"));
    let is_same = class.exists() == old.exists() && class.text() == old.text();
    if kind == "LoadBalancer" && old_kind == "LoadBalancer" && !is_same {
        check.invalid(&class, GoValue::text_pointer("*string", &class), UNCHANGEABLE);
    }
}

/// `validateServiceExternalTrafficFieldsUpdate`. A port that is not written stays.
fn health_check(check: &mut Check, spec: &Field<'_, '_>, old_spec: &Field<'_, '_>, kind: &str, old_kind: &str) {
    let (port, old) = (spec.child("healthCheckNodePort"), old_spec.child("healthCheckNodePort"));
    let written = port.int().filter(|number| *number != 0);
    if is_health_checked(spec, kind)
        && is_health_checked(old_spec, old_kind)
        && written.is_some_and(|number| old.int() != Some(number))
    {
        check.forbidden(&port, "field is immutable");
    }
}
