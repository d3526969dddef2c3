//! Turns a Service into what the API server refuses in it (`validateService` of
//! `pkg/apis/core/validation/validation.go`).

mod cluster_ip;
mod port;
mod traffic;

use super::address;
use super::check::Check;
use super::field::Field;
use super::go::BadValue;
use super::metadata::{self, Scope};
use super::name;
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
    let cluster_ips = ClusterIps::of(&spec);
    if !cluster_ips.are_allotted(check, &spec) {
        return;
    }
    let name_function = if check.since(36) { name::name_is_dns_label } else { name::name_is_dns1035_label };
    metadata::object_meta(check, &service.child("metadata"), Scope::Namespaced, name_function);
    metadata::generation(check, &service.child("metadata"));
    valid(check, service, &spec, &cluster_ips);
}

/// `validateService`.
fn valid(check: &mut Check, service: &Field<'_, '_>, spec: &Field<'_, '_>, cluster_ips: &ClusterIps<'_, '_>) {
    let meta = service.child("metadata");
    let annotations = meta.child("annotations");
    topology(check, &annotations);
    let (kind, ports) = (spec.child("type"), spec.child("ports"));
    let kind_text = kind_of(spec);
    if ports.is_empty() && !cluster_ips.is_headless() && kind_text != "ExternalName" {
        check.required(&ports, "");
    }
    match kind_text {
        "LoadBalancer" | "NodePort" if cluster_ips.is_headless() => {
            let detail = format!("may not be set to 'None' for {kind_text} services");
            cluster_ips.first_refused(check, spec, &detail);
        }
        "ExternalName" => external_name(check, spec, cluster_ips),
        _ => {}
    }
    port::ports(check, &ports);
    metadata::labels(check, &spec.child("selector"));
    session_affinity(check, spec);
    for ip in spec.child("externalIPs").items() {
        let messages = address::ip(ip.text(), check.version);
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
    port::node_ports(check, &ports, kind_text);
    port::same_ports(check, &ports);
    source_ranges(check, spec, &annotations, kind_text);
    load_balancer(check, spec, kind_text);
    traffic::policies(check, spec, kind_text);
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

fn external_name(check: &mut Check, spec: &Field<'_, '_>, cluster_ips: &ClusterIps<'_, '_>) {
    if !cluster_ips.is_empty() {
        check.forbidden(&cluster_ips.field(spec), NOT_FOR_EXTERNAL_NAMES);
    }
    let (families, policy) = (spec.child("ipFamilies"), spec.child("ipFamilyPolicy"));
    if !families.is_empty() {
        check.forbidden(&families, NOT_FOR_EXTERNAL_NAMES);
    }
    if policy.exists() {
        check.forbidden(&policy, NOT_FOR_EXTERNAL_NAMES);
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

fn source_ranges(check: &mut Check, spec: &Field<'_, '_>, annotations: &Field<'_, '_>, kind: &str) {
    let ranges = spec.child("loadBalancerSourceRanges");
    if !ranges.is_empty() {
        let ranges = ranges.called("LoadBalancerSourceRanges", spec);
        if kind != "LoadBalancer" {
            check.forbidden(&ranges, ONLY_FOR_LOAD_BALANCERS);
        }
        for range in ranges.items() {
            let text = range.text().trim();
            check.invalid_each(&range, text, address::cidr(text, check.version));
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
    if !annotation.text().trim().is_empty() {
        for range in annotation.text().trim().split(',').map(str::trim) {
            check.invalid_each(&annotation, range, address::cidr(range, check.version));
        }
    }
}

fn load_balancer(check: &mut Check, spec: &Field<'_, '_>, kind: &str) {
    let class = spec.child("loadBalancerClass");
    if kind != "LoadBalancer" {
        for field in [spec.child("allocateLoadBalancerNodePorts"), class] {
            if field.exists() {
                check.forbidden(&field, ONLY_FOR_LOAD_BALANCERS);
            }
        }
    } else if class.exists() {
        check.invalid_each(&class, class.text(), name::qualified_name(class.text(), check.version));
    }
}

#[cfg(test)]
mod tests;
