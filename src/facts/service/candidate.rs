//! Turns the Services of a namespace into those that could govern a set, and the one that was probably meant.

use std::rc::Rc;

use super::stranger;
use crate::cluster::Cluster;
use crate::dns::{headless, in_namespace, kind_of};
use crate::facts::{Lazy, lazy};
use crate::manifest::Object;
use crate::placeholder::has_placeholder;
use crate::pod::PodLabels;
use crate::suggestion;

crate::record! {
    /// A Service in the namespace of the StatefulSet.
    pub struct Candidate<'a> as "candidate" at node {
        /// Its name.
        name "name": &'a str,
        /// Whether its name is still to be filled in by another tool.
        name_placeholder "namePlaceholder": bool,
        /// Whether it has no cluster address.
        headless "headless": bool,
        /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`.
        kind "type": &'a str,
        /// Whether it selects at least one of the pods.
        selects_pods "selectsPods": bool,
    }
}

crate::record! {
    /// A Service that was probably meant.
    pub struct Suggestion<'a> as "suggestion" at node {
        /// Whether there is one in view.
        found "found": bool,
        /// Its name.
        name "name": &'a str,
        /// Whether it has no cluster address.
        headless "headless": bool,
        /// Whether it selects at least one of the pods.
        selects_pods "selectsPods": bool,
    }
}

/// The Services in the namespace of `set`, in source order; of several of one name the nearest.
pub(in crate::facts) fn candidates<'a>(
    set: &'a Object<'a>,
    cluster: &'a Cluster<'a>,
    pods: &Rc<PodLabels<'a>>,
) -> Lazy<'a, Vec<Candidate<'a>>> {
    let pods = Rc::clone(pods);
    lazy(move || in_namespace(set, cluster).map(|service| Candidate::of(service, &pods)).collect())
}

impl<'a> Candidate<'a> {
    fn of(service: &'a Object<'a>, pods: &PodLabels<'a>) -> Self {
        Self {
            node: Some(service.node),
            name: service.name,
            name_placeholder: has_placeholder(service.name),
            headless: headless(service),
            kind: kind_of(service),
            selects_pods: pods.any_by_map(service.get(&["spec", "selector"])),
        }
    }
}

/// The Service that was meant most probably instead of the one of that name, of those that do not belong to another
/// application: a headless one that selects the pods before any that selects them, and that before one whose name is only
/// similar.
pub(super) fn likeliest<'a>(
    name: &str,
    set: &'a Object<'a>,
    cluster: &'a Cluster<'a>,
    pods: &PodLabels<'a>,
) -> Option<Candidate<'a>> {
    let ours = |service: &&Object<'_>| service.name != name && !stranger::is_stranger(service, set, cluster);
    let candidates: Vec<_> =
        in_namespace(set, cluster).filter(ours).map(|service| Candidate::of(service, pods)).collect();
    let names = candidates.iter().map(|candidate| candidate.name);
    let similar = if name.is_empty() { None } else { suggestion::nearest(name, names) };
    let likelihood = |candidate: &Candidate<'_>| {
        (candidate.selects_pods, candidate.selects_pods && candidate.headless, similar == Some(candidate.name))
    };
    candidates
        .into_iter()
        .filter(|candidate| likelihood(candidate) != (false, false, false))
        .reduce(|best, other| if likelihood(&other) > likelihood(&best) { other } else { best })
}

impl<'a> Suggestion<'a> {
    pub(super) fn of(candidate: Option<&Candidate<'a>>) -> Self {
        Self {
            node: candidate.and_then(|candidate| candidate.node),
            found: candidate.is_some(),
            name: candidate.map_or("", |candidate| candidate.name),
            headless: candidate.is_some_and(|candidate| candidate.headless),
            selects_pods: candidate.is_some_and(|candidate| candidate.selects_pods),
        }
    }
}
