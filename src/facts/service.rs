//! Turns `spec.serviceName` and the Services in view into what will become of the DNS names of the pods.

mod candidate;
mod elsewhere;
mod stranger;

pub use candidate::{Candidate, Suggestion};
pub use elsewhere::Elsewhere;

pub(super) use candidate::candidates;

use std::rc::Rc;

use crate::cluster::Cluster;
use crate::dns::{self, MOST_COMPARED, headless, kind_of, selector_of};
use crate::facts::selector::Requirement;
use crate::facts::{Lazy, lazy};
use crate::manifest::{GroupKind, Object};
use crate::pod::{PodLabels, Share};
use crate::yaml::Node;

crate::record! {
    /// The governing Service: the one that `spec.serviceName` names.
    pub struct Service<'a> as "service" at node {
        /// Whether it is in view, in the namespace of the StatefulSet.
        found "found": bool,
        /// Its name, in view or not; empty if `spec.serviceName` is.
        name "name": &'a str,
        /// The file that it is in; empty if it is not in view.
        path "path": &'a str,
        /// Whether it has no cluster address, so that its DNS name leads to the pods.
        headless "headless": bool,
        /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`; `ClusterIP` if absent.
        kind "type": &'a str,
        /// The DNS name that an ExternalName Service leads to; empty for others.
        external_name "externalName": &'a str,
        /// Whether its selector asks anything; without one, nobody but the user keeps its endpoints.
        has_selector "hasSelector": bool,
        /// Whether it selects at least one of the pods.
        selects_pods "selectsPods": bool,
        /// What its selector asks that no pod meets, in written order.
        unmet "unmet": Vec<Requirement<'a>>,
        /// The first of those that the template contradicts with another value, else the first of those.
        mismatch "mismatch": Option<Requirement<'a>>,
        /// Whether the pods meet at least one thing that its selector asks.
        meets_any "meetsAny": bool,
        /// Whether it belongs to another application: it stands apart from the StatefulSet, in another of the folders that divide
        /// what is in view, and selects the pods of another workload.
        stranger "stranger": Lazy<'a, bool>,
        /// Whether it selects the pods of another workload in view.
        serves_others "servesOthers": Lazy<'a, bool>,
        /// Whether its endpoints are written by hand: Endpoints or an EndpointSlice of it are in view.
        endpoints_by_hand "endpointsByHand": bool,
        /// The Service of that name that was probably meant for these pods and is in another namespace, where there is none in
        /// this one.
        elsewhere "elsewhere": Lazy<'a, Elsewhere<'a>>,
        /// The Service that was probably meant, where `spec.serviceName` names none that is in view or one that selects no pod.
        suggestion "suggestion": Lazy<'a, Suggestion<'a>>,
    }
}

/// What is known of the governing Service of `set`.
pub(super) fn of<'a>(set: &'a Object<'a>, cluster: &'a Cluster<'a>, pods: &Rc<PodLabels<'a>>) -> Service<'a> {
    let name = dns::governing_name(set);
    let found = if name.is_empty() { None } else { cluster.find(GroupKind::SERVICE, set.namespace, name, set) };
    let selector = found.map(selector_of).unwrap_or_default();
    let kind = found.map_or("ClusterIP", kind_of);
    let requirement = |asked: &crate::label::Requirement<'a>| Requirement::of(asked, pods);
    let asked = || selector.requirements().iter();
    let unmet = || asked().filter(|asked| pods.share(asked) == Share::None);
    let contradicted = unmet().find(|asked| pods.template.has(&asked.key));
    let (for_elsewhere, for_suggestion) = (Rc::clone(pods), Rc::clone(pods));
    let (missing, selects_pods) = (found.is_none(), pods.any(&selector));
    Service {
        node: found.map(|service| service.node),
        found: !missing,
        name,
        path: found.map_or("", |service| cluster.path(service)),
        headless: found.is_some_and(headless),
        kind,
        external_name: found
            .and_then(|service| service.get(&["spec", "externalName"]))
            .and_then(Node::as_str)
            .unwrap_or_default(),
        has_selector: !selector.requirements().is_empty(),
        selects_pods,
        unmet: unmet().map(requirement).collect(),
        mismatch: contradicted.or_else(|| unmet().next()).map(requirement),
        meets_any: asked().any(|asked| pods.share(asked) > Share::None),
        stranger: lazy(move || found.is_some_and(|service| stranger::is_stranger(service, set, cluster))),
        serves_others: lazy(move || found.is_some_and(|service| stranger::serves_others(service, set, cluster))),
        endpoints_by_hand: !missing && selector.is_empty() && has_endpoints(name, set, cluster),
        elsewhere: lazy(move || {
            let service = if missing { elsewhere::find(name, set, cluster, &for_elsewhere) } else { None };
            Elsewhere::of(service)
        }),
        suggestion: lazy(move || {
            let service = if selects_pods { None } else { candidate::likeliest(name, set, cluster, &for_suggestion) };
            Suggestion::of(service.as_ref())
        }),
    }
}

/// Whether Endpoints or an EndpointSlice of that Service are in view.
fn has_endpoints(name: &str, set: &Object<'_>, cluster: &Cluster<'_>) -> bool {
    let endpoints = cluster.find(GroupKind::ENDPOINTS, set.namespace, name, set).is_some();
    let of_it = |slice: &Object<'_>| slice.label_map().get("kubernetes.io/service-name") == Some(name);
    endpoints || cluster.in_namespace(GroupKind::ENDPOINT_SLICE, set.namespace).take(MOST_COMPARED).any(of_it)
}

#[cfg(test)]
mod tests;
