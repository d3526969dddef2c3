//! Turns what the init containers and probes of a set ask for into the names that its pods wait for.

use crate::controller::state::{Ordinal, Set};
use crate::dns::{self, Question};
use crate::facts::{AwaitedPod, Facts, Service};
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

/// What the pods of a set wait for; `spec` is what the controller reads of it.
pub(super) fn of(set: &Object<'_>, spec: &Set, facts: &Facts<'_>, sources: &Sources) -> Peers {
    let questions = dns::questions(set);
    let names = questions.iter().flat_map(|question| asked_by(question, set, spec, facts, sources));
    Peers { names: names.collect(), published: published(facts) }
}

/// The names that a container asks for, in written order.
fn asked_by(question: &Question<'_>, set: &Object<'_>, spec: &Set, facts: &Facts<'_>, sources: &Sources) -> Vec<Name> {
    let mut names: Vec<(Span, Name)> = Vec::new();
    let name = |node: Node<'_>, span: Span, peer: Option<Ordinal>, text: &str| Name {
        asked: Asked { moment: question.moment, peer },
        text: text.to_owned(),
        container: question.container.to_owned(),
        because: String::new(),
        instead: String::new(),
        spot: Spot::of(Place { file: node.place().file, span }, sources),
    };
    let is_of_question = |pod: &&AwaitedPod<'_>| {
        pod.container == question.container && pod.moment == question.moment.name() && is_decided(pod, spec, facts)
    };
    for pod in facts.awaited_pods.iter().filter(is_of_question) {
        let Some(node) = pod.node else { continue };
        names.push((pod.part, name(node, pod.part, Some(pod.ordinal), pod.name)));
    }
    // A pod that there is not is a pod that does not come.
    let never = facts.unresolved_names.iter().filter(|it| it.kind != "ordinal" || it.meant != set.name);
    for it in never {
        let Some(node) = it.node.filter(|node| question.texts.contains(node)) else { continue };
        let (because, instead) = (it.because.clone(), it.instead.clone());
        names.push((it.part, Name { because, instead, ..name(node, it.part, None, it.name) }));
    }
    names.sort_by_key(|(span, _)| span.start);
    names.into_iter().map(|(_, name)| name).collect()
}

/// Whether it is the manifests that decide when a pod comes: not where someone may scale the set so that it does.
fn is_decided(pod: &AwaitedPod<'_>, spec: &Set, facts: &Facts<'_>) -> bool {
    let comes_late = spec.is_monotonic() && pod.ordinal > spec.start;
    let comes_never = || facts.unresolved_names.iter().any(|it| it.node == pod.node && it.kind == "ordinal");
    spec.covers(pod.ordinal) || comes_late || comes_never()
}

/// When the names of pods resolve; where nobody can tell, as soon as they can.
fn published(facts: &Facts<'_>) -> Published {
    let service = &facts.service;
    if !is_known(service) {
        Published::Early
    } else if service.kind == "ExternalName" || !service.selects_pods {
        Published::Never
    } else if facts.awaited_pods.iter().any(|pod| pod.published) {
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
