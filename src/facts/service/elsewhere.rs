//! Finds a governing Service that stands in the wrong namespace.

use crate::cluster::Cluster;
use crate::dns::{MOST_COMPARED, selector_of};
use crate::manifest::{GroupKind, Object};
use crate::placeholder::has_placeholder;
use crate::pod::PodLabels;
use crate::yaml::Node;

/// How many Services of one name in other namespaces are looked at.
const FEW: usize = 16;

crate::record! {
    /// A Service of the right name in the wrong namespace: it would select the pods if it were in theirs, and no StatefulSet
    /// of its own namespace names it.
    pub struct Elsewhere<'a> as "elsewhere" at node {
        /// Whether there is one in view.
        found "found": bool,
        /// The namespace that it is in.
        namespace "namespace": &'a str,
        /// Whether its manifest names the namespace.
        namespace_given "namespaceGiven": bool,
        /// Whether the namespace is still to be filled in by another tool.
        namespace_placeholder "namespacePlaceholder": bool,
    }
}

/// The first Service of that name in another namespace that would select the pods, and that no StatefulSet there names:
/// otherwise it is that one's, and the view holds the same application for several namespaces.
pub(super) fn find<'a>(
    name: &str,
    set: &'a Object<'a>,
    cluster: &'a Cluster<'a>,
    pods: &PodLabels<'a>,
) -> Option<&'a Object<'a>> {
    let taken = |service: &Object<'_>| {
        let mut sets = cluster.in_namespace(GroupKind::STATEFUL_SET, service.namespace).take(MOST_COMPARED);
        sets.any(|other| other.get(&["spec", "serviceName"]).and_then(Node::as_str) == Some(name))
    };
    let fits = |service: &&Object<'a>| {
        service.namespace != set.namespace && pods.any(&selector_of(service)) && !taken(service)
    };
    if name.is_empty() { None } else { cluster.named(GroupKind::SERVICE, name).take(FEW).find(fits) }
}

impl<'a> Elsewhere<'a> {
    pub(super) fn of(service: Option<&'a Object<'a>>) -> Self {
        Self {
            node: service.map(|service| service.node),
            found: service.is_some(),
            namespace: service.map_or("", |service| service.namespace),
            namespace_given: service.is_some_and(|service| service.namespace_given),
            namespace_placeholder: service.is_some_and(|service| has_placeholder(service.namespace)),
        }
    }
}
