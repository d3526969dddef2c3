//! Turns a Service into what the API server refuses in it (`validateService` of
//! `pkg/apis/core/validation/validation.go`).

mod cluster_ip;
mod port;
mod traffic;
mod update;
pub(super) mod warning;

pub(super) use update::update;

use std::collections::HashSet;

use super::address;
use super::check::Check;
use super::field::Field;
use super::go::BadValue;
use super::metadata::{self, Scope};
use super::name;
use crate::yaml::Node;
use cluster_ip::ClusterIps;

const ONLY_FOR_LOAD_BALANCERS: &str = "may only be used when `type` is 'LoadBalancer'";
const NOT_FOR_EXTERNAL_NAMES: &str = "may not be set for ExternalName services";
const TOPOLOGY_HINTS: &str = "service.kubernetes.io/topology-aware-hints";
const TOPOLOGY_MODE: &str = "service.kubernetes.io/topology-mode";
const SOURCE_RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";
/// `MaxClientIPServiceAffinitySeconds`: a day.
const LONGEST_AFFINITY: i64 = 86_400;

/// `ValidateServiceCreate`, after the addresses are allotted: what is refused then is all that is said (`beginCreate` of
/// `pkg/registry/core/service/storage`). The cluster is taken to have both families of addresses, and each to be free.
pub(super) fn create(check: &mut Check, service: &Field<'_, '_>) {
    let spec = service.child("spec");
    let mut cluster_ips = ClusterIps::created(&spec);
    if !cluster_ips.allot(check, &spec, None) {
        return;
    }
    let name_function = if check.since(36) { name::name_is_dns_label } else { name::name_is_dns1035_label };
    metadata::object_meta(check, &service.child("metadata"), Scope::Namespaced, name_function);
    metadata::generation(check, &service.child("metadata"));
    valid(check, service, &cluster_ips, None, &Dropped::default());
}

/// The names of the fields that an update takes out before the Service is looked at.
#[derive(Clone, Debug, Default)]
struct Dropped(Vec<&'static str>);

impl Dropped {
    fn has(&self, name: &str) -> bool {
        self.0.contains(&name)
    }
}

/// `validateService`; what the `old` one holds already need not be as strict as what is new.
fn valid(
    check: &mut Check,
    service: &Field<'_, '_>,
    cluster_ips: &ClusterIps<'_>,
    old: Option<&Field<'_, '_>>,
    dropped: &Dropped,
) {
    let (spec, meta) = (&service.child("spec"), service.child("metadata"));
    let annotations = meta.child("annotations");
    topology(check, &annotations);
    let (kind, ports) = (spec.child("type"), spec.child("ports"));
    let kind_text = cluster_ips.kind;
    if ports.is_empty() && !cluster_ips.is_headless() && kind_text != "ExternalName" {
        check.required(&ports, "");
    }
    match kind_text {
        "LoadBalancer" | "NodePort" if cluster_ips.is_headless() => {
            let detail = format!("may not be set to 'None' for {kind_text} services");
            cluster_ip::pointed(spec, Some(0), |field| check.invalid(field, "None", &detail));
        }
        "ExternalName" => external_name(check, spec, cluster_ips),
        _ => {}
    }
    port::ports(check, &ports);
    metadata::labels(check, &spec.child("selector"));
    session_affinity(check, spec);
    let old_ips: HashSet<&str> = texts(old, "externalIPs").collect();
    for ip in spec.child("externalIPs").items() {
        let was_there = old_ips.contains(ip.text());
        let messages = if was_there { Vec::new() } else { address::ip(ip.text(), check.version) };
        if messages.is_empty() {
            check.invalid_each(&ip, ip.text(), address::of_endpoint(ip.text()));
        } else {
            check.invalid_each(&ip, ip.text(), messages);
        }
    }
    if !matches!(kind_text, "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName") {
        let supported = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
        check.not_supported(&kind, BadValue::Typed(kind_text), &supported);
    }
    port::node_ports(check, &ports, kind_text, dropped.has("nodePort"));
    port::same_ports(check, &ports);
    source_ranges(check, spec, &annotations, old, kind_text);
    load_balancer(check, spec, kind_text, dropped);
    traffic::policies(check, spec, kind_text, dropped);
}

/// The texts of a list in the `spec` of a Service, none where there is no Service.
fn texts<'t>(service: Option<&Field<'_, 't>>, name: &str) -> impl Iterator<Item = &'t str> {
    let list = service.and_then(|service| service.child("spec").child(name).node());
    list.into_iter().flat_map(Node::items).filter_map(Node::as_str)
}

/// `spec.type`, its default applied.
fn kind_of<'t>(spec: &Field<'_, 't>) -> &'t str {
    match spec.child("type").text() {
        "" => "ClusterIP",
        kind => kind,
    }
}

fn topology(check: &mut Check, annotations: &Field<'_, '_>) {
    let (hints, mode) = (annotations.keyed_child(TOPOLOGY_HINTS), annotations.keyed_child(TOPOLOGY_MODE));
    if hints.is_written() && mode.is_written() && hints.text() != mode.text() {
        let detail = format!("must match annotations[{TOPOLOGY_HINTS}] when both are specified");
        check.invalid(&mode, mode.text(), &detail);
    }
}

fn external_name(check: &mut Check, spec: &Field<'_, '_>, cluster_ips: &ClusterIps<'_>) {
    if !cluster_ips.all.is_empty() {
        cluster_ip::pointed(spec, None, |field| check.forbidden(field, NOT_FOR_EXTERNAL_NAMES));
    }
    if !cluster_ips.families.is_empty() {
        check.forbidden(&spec.child("ipFamilies"), NOT_FOR_EXTERNAL_NAMES);
    }
    if cluster_ips.policy.is_some() {
        check.forbidden(&spec.child("ipFamilyPolicy"), NOT_FOR_EXTERNAL_NAMES);
    }
    let target = spec.child("externalName");
    match target.text().strip_suffix('.').unwrap_or(target.text()) {
        "" => check.required(&target, ""),
        domain => check.invalid_each(&target, domain, name::dns1123_subdomain(domain)),
    }
}

/// `sessionAffinity` and its time; both have defaults.
fn session_affinity(check: &mut Check, spec: &Field<'_, '_>) {
    let affinity = spec.child("sessionAffinity");
    match affinity.text() {
        "" | "None" => {}
        "ClientIP" => {
            let config = spec.child("sessionAffinityConfig");
            let client_ip = config.child("clientIP");
            let timeout = client_ip.child("timeoutSeconds");
            if let Some(seconds) = timeout.int().filter(|seconds| !(1..=LONGEST_AFFINITY).contains(seconds)) {
                let detail = format!("must be greater than 0 and less than {LONGEST_AFFINITY}");
                check.invalid(&timeout, seconds, &detail);
            }
        }
        other => check.not_supported(&affinity, BadValue::Typed(other), &["ClientIP", "None"]),
    }
}

fn source_ranges(
    check: &mut Check,
    spec: &Field<'_, '_>,
    annotations: &Field<'_, '_>,
    old: Option<&Field<'_, '_>>,
    kind: &str,
) {
    let old_ranges: HashSet<&str> = texts(old, "loadBalancerSourceRanges").map(str::trim).collect();
    let ranges = spec.child("loadBalancerSourceRanges");
    if !ranges.is_empty() {
        let ranges = ranges.called("LoadBalancerSourceRanges", spec);
        if kind != "LoadBalancer" {
            check.forbidden(&ranges, ONLY_FOR_LOAD_BALANCERS);
        }
        for range in ranges.items() {
            let text = range.text().trim();
            if !old_ranges.contains(text) {
                check.invalid_each(&range, text, address::cidr(text, check.version));
            }
        }
        return;
    }
    let annotation = annotations.keyed_child(SOURCE_RANGES);
    if !annotation.is_written() {
        return;
    }
    if kind != "LoadBalancer" {
        check.forbidden(&annotation, ONLY_FOR_LOAD_BALANCERS);
    }
    let was_there = old.is_some_and(|old| {
        let meta = old.child("metadata");
        let annotations = meta.child("annotations");
        let before = annotations.child(SOURCE_RANGES);
        before.is_written() && before.text() == annotation.text()
    });
    if !was_there && !annotation.text().trim().is_empty() {
        for range in annotation.text().trim().split(',').map(str::trim) {
            check.invalid_each(&annotation, range, address::cidr(range, check.version));
        }
    }
}

fn load_balancer(check: &mut Check, spec: &Field<'_, '_>, kind: &str, dropped: &Dropped) {
    let class = spec.child("loadBalancerClass");
    if kind != "LoadBalancer" {
        for name in ["allocateLoadBalancerNodePorts", "loadBalancerClass"] {
            let field = spec.child(name);
            if field.exists() && !dropped.has(name) {
                check.forbidden(&field, ONLY_FOR_LOAD_BALANCERS);
            }
        }
    } else if class.exists() {
        check.invalid_each(&class, class.text(), name::qualified_name(class.text(), check.version));
    }
}

#[cfg(test)]
mod tests;
