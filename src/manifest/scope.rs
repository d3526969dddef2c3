//! Knows the built-in kinds whose objects are in no namespace.

/// Every built-in kind outside namespaces that a manifest can hold, sorted by group, then kind: those whose strategy
/// answers `NamespaceScoped() == false` in Kubernetes 1.37 (`pkg/registry`, apiextensions-apiserver, kube-aggregator),
/// and `PodSecurityPolicy`, which was removed in 1.25.
const CLUSTER_WIDE: &[(&str, &str)] = &[
    ("", "ComponentStatus"),
    ("", "Namespace"),
    ("", "Node"),
    ("", "PersistentVolume"),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"),
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
    ("apiextensions.k8s.io", "CustomResourceDefinition"),
    ("apiregistration.k8s.io", "APIService"),
    ("authentication.k8s.io", "SelfSubjectReview"),
    ("authentication.k8s.io", "TokenReview"),
    ("authorization.k8s.io", "SelfSubjectAccessReview"),
    ("authorization.k8s.io", "SelfSubjectRulesReview"),
    ("authorization.k8s.io", "SubjectAccessReview"),
    ("certificates.k8s.io", "CertificateSigningRequest"),
    ("certificates.k8s.io", "ClusterTrustBundle"),
    ("flowcontrol.apiserver.k8s.io", "FlowSchema"),
    ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"),
    ("internal.apiserver.k8s.io", "StorageVersion"),
    ("networking.k8s.io", "IPAddress"),
    ("networking.k8s.io", "IngressClass"),
    ("networking.k8s.io", "ServiceCIDR"),
    ("node.k8s.io", "RuntimeClass"),
    ("policy", "PodSecurityPolicy"),
    ("rbac.authorization.k8s.io", "ClusterRole"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
    ("resource.k8s.io", "DeviceClass"),
    ("resource.k8s.io", "DeviceTaintRule"),
    ("resource.k8s.io", "ResourcePoolStatusRequest"),
    ("resource.k8s.io", "ResourceSlice"),
    ("scheduling.k8s.io", "PriorityClass"),
    ("storage.k8s.io", "CSIDriver"),
    ("storage.k8s.io", "CSINode"),
    ("storage.k8s.io", "StorageClass"),
    ("storage.k8s.io", "VolumeAttachment"),
    ("storage.k8s.io", "VolumeAttributesClass"),
    ("storagemigration.k8s.io", "StorageVersionMigration"),
];

/// Whether objects of that group and kind are in no namespace. A kind that is not built in counts as one with namespaces,
/// because its definition is seldom in view.
pub(super) fn is_cluster_wide(group: &str, kind: &str) -> bool {
    CLUSTER_WIDE.binary_search(&(group, kind)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_it_can_be_searched() {
        for pair in CLUSTER_WIDE.windows(2) {
            assert!(pair[0] < pair[1], "{pair:?}");
        }
    }

    #[test]
    fn kinds_are_looked_up_with_their_group() {
        for (group, kind, cluster_wide) in [
            ("", "Namespace", true),
            ("", "PersistentVolume", true),
            ("", "PersistentVolumeClaim", false),
            ("storage.k8s.io", "StorageClass", true),
            ("storage.k8s.io", "CSIStorageCapacity", false),
            ("storagemigration.k8s.io", "StorageVersionMigration", true),
            ("certificates.k8s.io", "PodCertificateRequest", false),
            ("rbac.authorization.k8s.io", "Role", false),
            ("apps", "StatefulSet", false),
            ("cluster.x-k8s.io", "Node", false),
        ] {
            assert_eq!(is_cluster_wide(group, kind), cluster_wide, "{group}/{kind}");
        }
    }
}
