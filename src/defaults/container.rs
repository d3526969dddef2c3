//! Fills in what the API server adds to a container.

use super::{image, round_resources};
use crate::value::Value;

/// The fields of a pod that hold containers.
pub(super) const LISTS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];

/// The fields of a container that hold probes.
pub(super) const PROBES: [&str; 3] = ["livenessProbe", "readinessProbe", "startupProbe"];

/// `SetDefaults_Container` (`pkg/apis/core/v1/defaults.go`) and what stands beside it in `zz_generated.defaults.go`.
pub(super) fn fill(container: &mut Value<'_>) {
    if !container.has("imagePullPolicy") {
        let policy = image::pull_policy(container.text_of("image"));
        container.add("imagePullPolicy", Value::text(policy));
    }
    container.add("terminationMessagePath", Value::text("/dev/termination-log"));
    container.add("terminationMessagePolicy", Value::text("File"));
    for port in container.list_mut("ports") {
        port.add("protocol", Value::text("TCP"));
    }
    for variable in container.list_mut("env") {
        fill_field_reference(variable.at_mut(&["valueFrom", "fieldRef"]));
        if let Some(reference) = variable.at_mut(&["valueFrom", "fileKeyRef"]) {
            reference.add("optional", Value::Bool(false));
        }
    }
    round_resources(container, &["resources", "limits"]);
    round_resources(container, &["resources", "requests"]);
    for probe in PROBES {
        if let Some(probe) = container.get_mut(probe) {
            fill_probe(probe);
        }
    }
    fill_http(container.at_mut(&["lifecycle", "postStart", "httpGet"]));
    fill_http(container.at_mut(&["lifecycle", "preStop", "httpGet"]));
}

/// `SetDefaults_ObjectFieldSelector`.
pub(super) fn fill_field_reference(reference: Option<&mut Value<'_>>) {
    if let Some(reference) = reference {
        reference.add("apiVersion", Value::text("v1"));
    }
}

/// `SetDefaults_Probe`.
fn fill_probe(probe: &mut Value<'_>) {
    probe.add("timeoutSeconds", Value::Int(1));
    probe.add("periodSeconds", Value::Int(10));
    probe.add("successThreshold", Value::Int(1));
    probe.add("failureThreshold", Value::Int(3));
    fill_http(probe.get_mut("httpGet"));
    if let Some(action) = probe.get_mut("grpc") {
        action.add("service", Value::text(""));
    }
}

/// `SetDefaults_HTTPGetAction`.
fn fill_http(action: Option<&mut Value<'_>>) {
    if let Some(action) = action {
        action.add("path", Value::text("/"));
        action.add("scheme", Value::text("HTTP"));
    }
}
