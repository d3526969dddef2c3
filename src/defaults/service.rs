//! Fills in what the API server adds to a `Service`.

use crate::value::Value;

/// `SetDefaults_Service` (`pkg/apis/core/v1/defaults.go`), `PrepareForCreate` (`pkg/registry/core/service/strategy.go`),
/// and, of `BeginCreate` (`pkg/registry/core/service/storage`), what needs no cluster.
pub(super) fn fill(service: &mut Value<'_>) {
    service.remove("status");
    let Some(spec) = service.object_mut("spec") else { return };
    if let Some(address) = spec.get("clusterIP").cloned()
        && spec.list_mut("clusterIPs").is_empty()
    {
        spec.set("clusterIPs", Value::List(vec![address]));
    }
    fill_affinity(spec);
    spec.add("type", Value::text("ClusterIP"));
    for port in spec.list_mut("ports") {
        fill_port(port);
    }
    let kind = spec.text_of("type").to_owned();
    let balanced = kind == "LoadBalancer";
    let external = balanced || kind == "NodePort";
    let external_ips = spec.get("externalIPs").is_some_and(|list| !list.items().is_empty());
    if external || kind == "ClusterIP" && external_ips {
        spec.add("externalTrafficPolicy", Value::text("Cluster"));
    }
    if external || kind == "ClusterIP" {
        spec.add("internalTrafficPolicy", Value::text("Cluster"));
    }
    if balanced {
        spec.add("allocateLoadBalancerNodePorts", Value::Bool(true));
    }
}

fn fill_affinity(spec: &mut Value<'_>) {
    spec.add("sessionAffinity", Value::text("None"));
    let affinity = spec.text_of("sessionAffinity").to_owned();
    if affinity == "None" {
        spec.remove("sessionAffinityConfig");
    }
    if affinity == "ClientIP"
        && let Some(client) = spec.object_mut("sessionAffinityConfig").and_then(|config| config.object_mut("clientIP"))
    {
        client.add("timeoutSeconds", Value::Int(10_800));
    }
}

fn fill_port(port: &mut Value<'_>) {
    port.add("protocol", Value::text("TCP"));
    let target = port.get("targetPort");
    if target.is_none_or(|target| matches!(target, Value::Int(0)) || target.as_str() == Some("")) {
        let number = port.get("port").cloned().unwrap_or(Value::Int(0));
        port.remove("targetPort");
        port.add("targetPort", number);
    }
}
