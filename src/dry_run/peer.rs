//! Turns what the init containers and probes of a set ask for into the names that its pods wait for.

use super::View;
use crate::controller::state::Set;
use crate::dns::{self, Awaited, Question, Tool};
use crate::facts::{Facts, Service, UnresolvedName};
use crate::manifest::Object;
use crate::plan::Spot;
use crate::source::{Place, Sources, Span};
use crate::world::{Asked, Published};
use crate::yaml::Node;

/// What the pods of a set wait for, and when their own names resolve.
#[derive(Debug)]
pub(super) struct Peers {
    /// The names, in the order of asking.
    pub(super) names: Vec<Name>,
    /// When the names of its pods resolve.
    pub(super) published: Published,
}

/// A name that pods wait for.
#[derive(Debug)]
pub(super) struct Name {
    /// What it is to the cluster.
    pub(super) asked: Asked,
    /// The name, as it is written.
    pub(super) text: String,
    /// The container that asks.
    pub(super) container: String,
    /// Why it never resolves: lower case, no final stop; empty if it may.
    pub(super) because: String,
    /// The name that resolves instead; empty if there is none.
    pub(super) instead: String,
    /// Where it is written.
    pub(super) spot: Spot,
}

impl Peers {
    /// The names, as far as the cluster tells them apart.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.names.iter().map(|name| name.asked).collect()
    }

    /// What is assumed, as a sentence: lower case, no final stop.
    pub(super) fn note(&self, service: &Service<'_>) -> Option<String> {
        let assumed = !self.names.is_empty() && !is_known(service);
        let why = if service.found { "nothing says what its endpoints are" } else { "it is not in view" };
        let name = service.name;
        assumed.then(|| format!("names below Service \"{name}\" are taken to resolve before pods are ready: {why}"))
    }
}

/// What the pods of a set wait for in a cluster of that domain; `spec` is what the controller reads of it.
pub(super) fn of(set: &Object<'_>, spec: &Set, facts: &Facts<'_>, view: View<'_>, domain: &str) -> Peers {
    let services = dns::names(set, view.cluster, domain);
    let known = Known { spec, facts, domain: &services.domain, sources: view.sources };
    let awaited = dns::awaited(set, &services.domain);
    let questions = dns::questions(set);
    let names = questions.iter().flat_map(|question| known.asked_by(question, set, &awaited));
    let early = services.governing().is_some_and(|service| service.publish_not_ready_addresses);
    Peers { names: names.collect(), published: published(facts, early) }
}

/// What decides which names resolve.
#[derive(Clone, Copy)]
struct Known<'v, 'f> {
    spec: &'v Set,
    facts: &'v Facts<'f>,
    domain: &'v str,
    sources: &'v Sources,
}

impl Known<'_, '_> {
    /// The names that a container asks for, in written order.
    fn asked_by(&self, question: &Question<'_>, set: &Object<'_>, awaited: &[Awaited<'_>]) -> Vec<Name> {
        let mut names: Vec<(Span, Name)> = Vec::new();
        let name = |node: Node<'_>, span: Span, text: &str| Name {
            asked: Asked { moment: question.moment, peer: None, in_hosts: false, port: false },
            text: text.to_owned(),
            container: question.container.to_owned(),
            because: String::new(),
            instead: String::new(),
            spot: Spot::of(Place { file: node.place().file, span }, self.sources),
        };
        let is_of_question = |pod: &&Awaited<'_>| {
            pod.container == question.container && pod.moment == question.moment && self.is_decided(pod)
        };
        for pod in awaited.iter().filter(is_of_question) {
            let mut name = name(pod.node, pod.span, pod.name);
            if let Some(instead) = self.in_the_domain(pod.name) {
                name.because = format!("the domain of the cluster is \"{}\"", self.domain);
                name.instead = instead;
            } else {
                let port = pod.tool == Tool::Port;
                name.asked = Asked { peer: Some(pod.ordinal), in_hosts: pod.in_hosts, port, ..name.asked };
            }
            names.push((pod.span, name));
        }
        // A pod that there is not is a pod that does not come.
        let never = self.facts.unresolved_names.iter().filter(|it| it.kind != "ordinal" || it.meant != set.name);
        for it in never {
            let Some(node) = it.node.filter(|node| question.is_about(*node, it.part)) else { continue };
            let (because, instead) = (it.because.clone(), it.instead.clone());
            names.push((it.part, Name { because, instead, ..name(node, it.part, it.name) }));
        }
        names.sort_by_key(|(span, _)| span.start);
        names.into_iter().map(|(_, name)| name).collect()
    }

    /// A name in the domain of the cluster, if it is written in another.
    fn in_the_domain(&self, name: &str) -> Option<String> {
        let at = name.to_ascii_lowercase().find(".svc.")?;
        let (below, written) = name.split_at_checked(at + ".svc.".len())?;
        (!written.eq_ignore_ascii_case(self.domain)).then(|| format!("{below}{}", self.domain))
    }

    /// Whether it is the manifests that decide when a pod comes: not where someone may scale the set so that it does.
    fn is_decided(&self, pod: &Awaited<'_>) -> bool {
        let comes_late = self.spec.is_monotonic() && pod.ordinal > self.spec.start;
        let is_never = |it: &UnresolvedName<'_>| it.node == Some(pod.node) && it.kind == "ordinal";
        let comes_never = || self.facts.unresolved_names.iter().any(is_never);
        self.spec.covers(pod.ordinal) || comes_late || comes_never()
    }
}

/// When the names of pods resolve, if the governing Service says that early or does not; where nobody can tell, as soon as
/// they can.
fn published(facts: &Facts<'_>, early: bool) -> Published {
    let service = &facts.service;
    if !is_known(service) {
        Published::Early
    } else if service.kind == "ExternalName" || !service.selects_pods {
        Published::Never
    } else if early {
        Published::Early
    } else {
        Published::Ready
    }
}

/// Whether what is in view says to which pods the Service leads.
fn is_known(service: &Service<'_>) -> bool {
    let strange = || service.unmet.iter().any(|asked| asked.placeholder) || *service.stranger;
    let selects = service.has_selector && (service.selects_pods || !strange());
    service.found && (selects || service.kind == "ExternalName")
}
