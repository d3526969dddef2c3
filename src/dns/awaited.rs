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
    /// How many pods of the set it awaits in all.
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

/// How many pods of a set are looked for in what one container asks.
const MOST: usize = 100;

/// What a container asks before its pod is ready, again and again until the answer is right.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The name of the container that asks.
    pub container: &'a str,
    /// When it asks.
    pub moment: Moment,
    /// The commands and arguments that ask.
    pub texts: Vec<Node<'a>>,
}

/// What the init containers of `set` wait for in a loop, and what its startup and readiness probes ask, in the order of
/// asking. A container that tells pods apart, or goes on without an answer, is left out.
pub fn questions<'a>(set: &'a Object<'a>) -> Vec<Question<'a>> {
    let name = |container: Node<'a>| container.get("name").and_then(Node::as_str).unwrap_or_default();
    let init = list(set, "initContainers").filter_map(|container| {
        // A sidecar does not keep the next container from starting.
        let sidecar = container.get("restartPolicy").and_then(Node::as_str) == Some("Always");
        let texts = [container.get("command"), container.get("args")].into_iter().flatten().flat_map(Node::items);
        let waits = texts.clone().filter_map(Node::as_str).any(|text| WAITS.iter().any(|word| text.contains(word)));
        let question = Question { container: name(container), moment: Moment::Init, texts: texts.collect() };
        (waits && !sidecar).then_some(question)
    });
    let probes = list(set, "containers").map(|container| {
        let command = |probe| container.get(probe)?.get("exec")?.get("command");
        let texts = ["startupProbe", "readinessProbe"].into_iter().filter_map(command).flat_map(Node::items);
        Question { container: name(container), moment: Moment::Probe, texts: texts.collect() }
    });
    init.chain(probes).filter(|question| !question.is_undecided()).collect()
}

impl Question<'_> {
    fn is_undecided(&self) -> bool {
        let mut texts = self.texts.iter().filter_map(|text| text.as_str()).map(str::to_lowercase);
        texts.any(|text| UNDECIDED.iter().any(|word| text.contains(word)))
    }
}

/// The pods of `set` that its own init containers and probes ask for by their names below the governing Service; of each
/// container the first hundred, each once.
pub fn awaited<'a>(set: &'a Object<'a>) -> Vec<Awaited<'a>> {
    let mut found = Vec::new();
    for question in questions(set) {
        add(set, &question, &mut found);
    }
    let mut ordinals: Vec<i64> = found.iter().map(|awaited| awaited.ordinal).collect();
    ordinals.sort_unstable();
    ordinals.dedup();
    for awaited in &mut found {
        awaited.peers = ordinals.len();
    }
    found
}

/// The ordinal of the pod of `set` that a mention names below the governing Service.
pub(super) fn own_pod(set: &Object<'_>, mention: &Mention<'_>) -> Option<i64> {
    let (pod, below) = mention.name.split_once('.')?;
    let (of, ordinal) = set_and_ordinal(pod)?;
    let name = Name::read(below, CLUSTER_LOCAL)?;
    (of == set.name && name.service == governing_name(set)).then_some(ordinal)
}

/// The items of a list in the pod template, such as `containers`.
pub(super) fn list<'a>(set: &'a Object<'a>, key: &str) -> impl Iterator<Item = Node<'a>> {
    set.get(&["spec", "template", "spec", key]).into_iter().flat_map(Node::items)
}

/// Adds the pods that a container asks for, each once.
fn add<'a>(set: &'a Object<'a>, question: &Question<'a>, found: &mut Vec<Awaited<'a>>) {
    let Question { container, moment, .. } = *question;
    let first = found.len();
    for mention in question.texts.iter().copied().flat_map(mention::in_text) {
        let Some(ordinal) = own_pod(set, &mention) else { continue };
        let is_known = found.iter().skip(first).any(|known| known.ordinal == ordinal);
        if !is_known && found.len() - first < MOST {
            let (node, span) = (mention.node, mention.span());
            found.push(Awaited { node, span, name: mention.name, ordinal, container, moment, peers: 0 });
        }
    }
}
