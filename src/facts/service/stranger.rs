//! Tells a Service that belongs to another application, which only shares the view with a set.

use crate::cluster::Cluster;
use crate::dns::{MOST_COMPARED, selector_of};
use crate::label::Labels;
use crate::manifest::{GroupKind, Object};

/// What has pods, and where it writes their labels.
const WORKLOADS: [(GroupKind, &[&str]); 5] = [
    (GroupKind::STATEFUL_SET, &["spec", "template", "metadata", "labels"]),
    (GroupKind::DEPLOYMENT, &["spec", "template", "metadata", "labels"]),
    (GroupKind::DAEMON_SET, &["spec", "template", "metadata", "labels"]),
    (GroupKind::REPLICA_SET, &["spec", "template", "metadata", "labels"]),
    (GroupKind::POD, &["metadata", "labels"]),
];

/// Whether a Service stands apart from `set` and selects the pods of another workload, so that nothing says that it is meant
/// for this one.
pub(super) fn is_stranger(service: &Object<'_>, set: &Object<'_>, cluster: &Cluster<'_>) -> bool {
    cluster.apart(service, set) && serves_others(service, set, cluster)
}

/// Whether a Service selects the pods of a workload in view other than `set`.
pub(super) fn serves_others(service: &Object<'_>, set: &Object<'_>, cluster: &Cluster<'_>) -> bool {
    let selector = selector_of(service);
    WORKLOADS.iter().any(|(kind, path)| {
        let mut workloads = cluster.in_namespace(*kind, service.namespace).take(MOST_COMPARED);
        workloads.any(|other| other.node != set.node && selector.matches(&Labels::of(other.get(path))))
    })
}
