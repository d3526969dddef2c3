//! Turns what the init containers and probes of a set ask into the pods of the set that have to be there first.

use super::condition::{self, Condition, Tool};
use super::governing_name;
use super::mention::MOST_BYTES;
use super::name::{Name, Shape, set_and_ordinal};
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
    /// How it asks.
    pub tool: Tool,
    /// Whether the pod of that name finds it in its own `/etc/hosts`, which holds only the full name and the bare one
    /// (`managedHostsFileContent`, `pkg/kubelet/kubelet_pods.go`).
    pub in_hosts: bool,
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

/// How many pods of a set are looked for in what one container asks.
const MOST: usize = 100;

/// What a container asks before its pod is ready, again and again until the answer is right.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The name of the container that asks.
    pub container: &'a str,
    /// When it asks.
    pub moment: Moment,
    /// The names that it asks for, whatever they mean.
    asks: Vec<Condition<'a>>,
}

/// What the init containers of `set` wait for, and what its startup and readiness probes ask, in the order of asking. What
/// is not surely understood is left out.
pub fn questions<'a>(set: &'a Object<'a>) -> Vec<Question<'a>> {
    let name = |container: Node<'a>| container.get("name").and_then(Node::as_str).unwrap_or_default();
    let mut left = MOST_BYTES;
    let mut found = Vec::new();
    for container in list(set, "initContainers") {
        // A sidecar does not keep the next container from starting.
        let sidecar = container.get("restartPolicy").and_then(Node::as_str) == Some("Always");
        if !sidecar {
            let asks = condition::of(container.get("command"), container.get("args"), &mut left);
            found.push(Question { container: name(container), moment: Moment::Init, asks });
        }
    }
    for container in list(set, "containers") {
        let command = |probe| container.get(probe)?.get("exec")?.get("command");
        let commands = ["startupProbe", "readinessProbe"].into_iter().filter_map(command);
        let asks = commands.flat_map(|command| condition::of(Some(command), None, &mut left)).collect();
        found.push(Question { container: name(container), moment: Moment::Probe, asks });
    }
    found.retain(|question| !question.asks.is_empty());
    found
}

impl Question<'_> {
    /// Whether it asks for the name that is written there.
    pub fn is_about(&self, node: Node<'_>, span: Span) -> bool {
        self.asks.iter().any(|asked| asked.mention.node == node && asked.mention.span() == span)
    }
}

/// The pods of `set` that its own init containers and probes ask for by their names below the governing Service, in a
/// cluster of that domain; of each container the first hundred, each once.
pub fn awaited<'a>(set: &'a Object<'a>, domain: &str) -> Vec<Awaited<'a>> {
    let mut found = Vec::new();
    for question in questions(set) {
        add(set, &question, domain, &mut found);
    }
    let mut ordinals: Vec<i64> = found.iter().map(|awaited| awaited.ordinal).collect();
    ordinals.sort_unstable();
    ordinals.dedup();
    for awaited in &mut found {
        awaited.peers = ordinals.len();
    }
    found
}

/// The items of a list in the pod template, such as `containers`.
pub(super) fn list<'a>(set: &'a Object<'a>, key: &str) -> impl Iterator<Item = Node<'a>> {
    set.get(&["spec", "template", "spec", key]).into_iter().flat_map(Node::items)
}

/// Adds the pods that a container asks for, each once.
fn add<'a>(set: &'a Object<'a>, question: &Question<'a>, domain: &str, found: &mut Vec<Awaited<'a>>) {
    let Question { container, moment, .. } = *question;
    let first = found.len();
    for Condition { mention, is_absolute, tool } in question.asks.iter().copied() {
        let Some((ordinal, in_hosts)) = own(set, mention.name, domain) else { continue };
        if tool != Tool::Dns && list(set, "hostAliases").any(|alias| is_alias(alias, mention.name)) {
            continue;
        }
        let in_hosts = in_hosts && !is_absolute && tool != Tool::Dns;
        let is_same = |known: &Awaited<'_>| (known.ordinal, known.tool, known.in_hosts) == (ordinal, tool, in_hosts);
        if !found.iter().skip(first).any(is_same) && found.len() - first < MOST {
            let (node, span, name) = (mention.node, mention.span(), mention.name);
            found.push(Awaited { node, span, name, ordinal, container, moment, tool, in_hosts, peers: 0 });
        }
    }
}

/// The ordinal of the pod of `set` that a name means, and whether that pod has the name in its own `/etc/hosts`.
pub(super) fn own(set: &Object<'_>, name: &str, domain: &str) -> Option<(i64, bool)> {
    let name = name.to_ascii_lowercase();
    let (pod, below) = name.split_once('.')?;
    let (of, ordinal) = set_and_ordinal(pod)?;
    let read = Name::read(below, domain)?;
    // A name of another shape never resolves.
    let resolves = matches!(read.shape, Shape::Short | Shape::Full);
    let is_own = resolves && of == set.name && read.service == governing_name(set) && read.is_in(set.namespace);
    let of_node = set.get(&["spec", "template", "spec", "hostNetwork"]).and_then(Node::as_bool) == Some(true);
    let full = format!("{}.{}.svc.{domain}", governing_name(set), set.namespace);
    is_own.then_some((ordinal, below == full && !of_node))
}

/// Whether an entry of `hostAliases` gives a name an address.
fn is_alias(alias: Node<'_>, name: &str) -> bool {
    let names = alias.get("hostnames").into_iter().flat_map(Node::items);
    names.filter_map(Node::as_str).any(|known| known.eq_ignore_ascii_case(name))
}
