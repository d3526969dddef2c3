//! Reads the group and kind that an object says it is of.

use super::Reason;
use crate::yaml::Node;

/// A kind of object whatever its version.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct GroupKind {
    /// The API group; empty for the core group.
    pub group: &'static str,
    /// Such as `StatefulSet`.
    pub kind: &'static str,
}

impl GroupKind {
    /// apps/StatefulSet
    pub const STATEFUL_SET: Self = Self { group: "apps", kind: "StatefulSet" };
    /// Service
    pub const SERVICE: Self = Self { group: "", kind: "Service" };
    /// Endpoints
    pub const ENDPOINTS: Self = Self { group: "", kind: "Endpoints" };
    /// discovery.k8s.io/EndpointSlice
    pub const ENDPOINT_SLICE: Self = Self { group: "discovery.k8s.io", kind: "EndpointSlice" };
    /// storage.k8s.io/StorageClass
    pub const STORAGE_CLASS: Self = Self { group: "storage.k8s.io", kind: "StorageClass" };
    /// PersistentVolume
    pub const PERSISTENT_VOLUME: Self = Self { group: "", kind: "PersistentVolume" };
    /// PersistentVolumeClaim
    pub const PERSISTENT_VOLUME_CLAIM: Self = Self { group: "", kind: "PersistentVolumeClaim" };
    /// ConfigMap
    pub const CONFIG_MAP: Self = Self { group: "", kind: "ConfigMap" };
    /// Secret
    pub const SECRET: Self = Self { group: "", kind: "Secret" };
    /// Pod
    pub const POD: Self = Self { group: "", kind: "Pod" };
    /// ServiceAccount
    pub const SERVICE_ACCOUNT: Self = Self { group: "", kind: "ServiceAccount" };
    /// apps/Deployment
    pub const DEPLOYMENT: Self = Self { group: "apps", kind: "Deployment" };
    /// apps/DaemonSet
    pub const DAEMON_SET: Self = Self { group: "apps", kind: "DaemonSet" };
    /// apps/ReplicaSet
    pub const REPLICA_SET: Self = Self { group: "apps", kind: "ReplicaSet" };
    /// policy/PodDisruptionBudget
    pub const POD_DISRUPTION_BUDGET: Self = Self { group: "policy", kind: "PodDisruptionBudget" };
    /// autoscaling/HorizontalPodAutoscaler
    pub const HORIZONTAL_POD_AUTOSCALER: Self = Self { group: "autoscaling", kind: "HorizontalPodAutoscaler" };
    /// networking.k8s.io/NetworkPolicy
    pub const NETWORK_POLICY: Self = Self { group: "networking.k8s.io", kind: "NetworkPolicy" };
}

/// The part of `apiVersion` before the slash; empty for the core group.
pub(super) fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// The group that a kind lives in today. Workloads, Ingress and `NetworkPolicy` began in `extensions`
/// (k8s.io/api `extensions/v1beta1/register.go`); a manifest that still says so means the same object.
pub(super) fn settled_group<'g>(group: &'g str, kind: &str) -> &'g str {
    match (group, kind) {
        ("extensions", "DaemonSet" | "Deployment" | "ReplicaSet" | "StatefulSet") => "apps",
        ("extensions", "Ingress" | "NetworkPolicy") => "networking.k8s.io",
        ("extensions", "PodSecurityPolicy") => "policy",
        _ => group,
    }
}

/// Whether the document tells kustomize what to do and never reaches a cluster.
pub(super) fn is_kustomize(api_version: &str) -> bool {
    group(api_version) == "kustomize.config.k8s.io"
}

/// The `apiVersion` and `kind` of `node`, or why it is no object. An item of a typed list that says neither has those of
/// the list (apimachinery `meta/v1/unstructured/helpers.go`, `decodeToList`); one that says only one of them is no object.
pub(super) fn of<'t>(node: Node<'t>, list: Option<(&'t str, &'t str)>) -> Result<(&'t str, &'t str), Reason<'t>> {
    if !node.is_mapping() {
        return Err(Reason::NotMapping { kind: node.kind() });
    }
    let api_version = word(node, "apiVersion")?;
    let kind = word(node, "kind")?;
    match (api_version, kind) {
        (Some(api_version), Some(kind)) => Ok((api_version, kind)),
        (None, Some(kind)) => Err(Reason::NoApiVersion { kind }),
        (Some(api_version), None) => Err(Reason::NoKind { api_version }),
        (None, None) => list.filter(|(_, kind)| !kind.is_empty()).ok_or(Reason::Neither),
    }
}

fn word<'t>(node: Node<'t>, key: &'static str) -> Result<Option<&'t str>, Reason<'t>> {
    let Some(value) = node.get(key) else { return Ok(None) };
    match value.as_str() {
        Some(text) => Ok(Some(text).filter(|text| !text.is_empty())),
        None => Err(Reason::NotText { key, raw: value.raw() }),
    }
}
