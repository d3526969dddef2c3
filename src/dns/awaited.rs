//! Turns what the init containers and probes of a set ask into the pods of the set that have to be there first.

use super::mention::{self, Mention};
use super::name::{Name, set_and_ordinal};
use super::{CLUSTER_LOCAL, governing_name};
use crate::manifest::Object;
use crate::source::Span;
use crate::yaml::Node;

/// A pod of the set that has to answer before a pod of the set can be ready.
#[derive(Clone, Copy, Debug)]
pub struct Awaited<'a> {
    /// The scalar that names it.
    pub node: Node<'a>,
    /// The bytes of the name in the source of the scalar.
    pub span: Span,
    /// The name, as it is written.
    pub name: &'a str,
    /// The ordinal of the pod.
    pub ordinal: i64,
    /// The name of the container that asks.
    pub container: &'a str,
    /// When it asks.
    pub moment: Moment,
    /// How many pods of the set the same text names.
    pub peers: usize,
}

/// When a container asks for a pod.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// Before the containers start: an init container waits for it.
    Init,
    /// Before the pod is ready: a startup probe or a readiness probe fails without it.
    Probe,
}

impl Moment {
    /// The word for it: `init` or `probe`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Probe => "probe",
        }
    }
}

/// What a text holds that does not do the same in every pod, or goes on without an answer.
const UNDECIDED: [&str; 9] =
    ["hostname", "pod_name", "pod-index", "ordinal", "my_name", "||", "if ", "case ", "timeout"];

/// What a text of an init container holds that waits.
const WAITS: [&str; 3] = ["until ", "while ", "wait"];

/// The pods of `set` that its init containers wait for in a loop, and that its startup and readiness probes ask for, by their
/// names below the governing Service. A text that tells pods apart, or goes on without an answer, is left out.
pub fn awaited<'a>(set: &'a Object<'a>) -> Vec<Awaited<'a>> {
    let mut found = Vec::new();
    for container in list(set, "initContainers") {
        // A sidecar does not keep the next container from starting.
        let sidecar = container.get("restartPolicy").and_then(Node::as_str) == Some("Always");
        let texts = || [container.get("command"), container.get("args")].into_iter().flatten().flat_map(Node::items);
        let waits = texts().filter_map(Node::as_str).any(|text| WAITS.iter().any(|word| text.contains(word)));
        if !sidecar && waits {
            add(set, container, texts(), Moment::Init, &mut found);
        }
    }
    for container in list(set, "containers") {
        let command = |probe| container.get(probe)?.get("exec")?.get("command");
        let texts = ["startupProbe", "readinessProbe"].into_iter().filter_map(command).flat_map(Node::items);
        add(set, container, texts, Moment::Probe, &mut found);
    }
    found
}

fn list<'a>(set: &'a Object<'a>, key: &str) -> impl Iterator<Item = Node<'a>> {
    set.get(&["spec", "template", "spec", key]).into_iter().flat_map(Node::items)
}

/// Adds the pods that the texts of a container name, each once.
fn add<'a>(
    set: &'a Object<'a>,
    container: Node<'a>,
    texts: impl Iterator<Item = Node<'a>>,
    moment: Moment,
    found: &mut Vec<Awaited<'a>>,
) {
    let texts: Vec<Node<'a>> = texts.collect();
    let lower: Vec<String> = texts.iter().filter_map(|text| text.as_str()).map(str::to_lowercase).collect();
    if lower.iter().any(|text| UNDECIDED.iter().any(|word| text.contains(word))) {
        return;
    }
    let own = |mention: &Mention<'a>| {
        let (pod, below) = mention.name.split_once('.')?;
        let (of, ordinal) = set_and_ordinal(pod)?;
        let name = Name::read(below, CLUSTER_LOCAL)?;
        (of == set.name && name.service == governing_name(set)).then_some(ordinal)
    };
    let first = found.len();
    for mention in texts.into_iter().flat_map(mention::in_text) {
        let Some(ordinal) = own(&mention) else { continue };
        if found.iter().skip(first).all(|known| known.ordinal != ordinal) {
            let name = container.get("name").and_then(Node::as_str).unwrap_or_default();
            let (node, span) = (mention.node, mention.span());
            found.push(Awaited { node, span, name: mention.name, ordinal, container: name, moment, peers: 0 });
        }
    }
    let peers = found.len() - first;
    found.iter_mut().skip(first).for_each(|awaited| awaited.peers = peers);
}
