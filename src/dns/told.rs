//! Turns what the containers of a set are told into the pods of the same set that they know by name when they start.

use std::collections::BTreeSet;

use super::CLUSTER_LOCAL;
use super::awaited::{Moment, awaited, list, own};
use super::mention::{self, MOST_BYTES};
use crate::manifest::Object;
use crate::pod::Ordinals;
use crate::source::Span;
use crate::yaml::Node;

/// A container that is told the names of pods of its own set, and has a probe that may depend on them.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The scalar that holds the first of the names.
    pub node: Node<'a>,
    /// The bytes of that name in the source of the scalar.
    pub span: Span,
    /// That name, as it is written.
    pub name: &'a str,
    /// The ordinal of its pod.
    pub ordinal: i64,
    /// The name of the container.
    pub container: &'a str,
    /// The probe: `startup` or `readiness`.
    pub probe: &'static str,
    /// How many pods of the set it is told of; at least two.
    pub peers: usize,
}

/// What a command or the path of a request holds that asks for the process alone, not for what it does together with others:
/// `ruok`, `ping`, `pg_isready`, `/livez`.
const ASKS_ITSELF: [&str; 4] = ["ruok", "ping", "isready", "live"];

/// What a script holds that may do something else in another pod.
const BRANCHES: [&str; 5] = ["if ", "case ", "[ ", "||", "&&"];

/// The containers of `set` that are told the names of two or more of its pods below the governing Service, in values of `env`,
/// command or arguments, and whose startup or readiness probe may depend on them. Left out is what `awaited` speaks of: a
/// container whose probe asks for those names, and every container behind an init container that waits for them.
pub fn told<'a>(set: &'a Object<'a>) -> Vec<Told<'a>> {
    let mut left = MOST_BYTES;
    let containers = list(set, "containers");
    let mut found: Vec<Told<'a>> = containers.filter_map(|container| told_to(set, container, &mut left)).collect();
    if !found.is_empty() {
        let awaited = awaited(set, CLUSTER_LOCAL);
        let waits_before = awaited.iter().any(|it| it.moment == Moment::Init);
        let asking: BTreeSet<&str> = awaited.iter().map(|it| it.container).collect();
        found.retain(|told| !waits_before && !asking.contains(told.container));
    }
    found
}

/// What a container is told, as far as the bytes that are left to look through go.
fn told_to<'a>(set: &'a Object<'a>, container: Node<'a>, left: &mut usize) -> Option<Told<'a>> {
    let probe = deciding_probe(container, left)?;
    let items = |key| container.get(key).into_iter().flat_map(Node::items);
    let values = items("env").filter_map(|variable| variable.get("value"));
    let texts = values.chain(items("command")).chain(items("args"));
    let plain = texts.filter(|text| mention::fits(*text, left) && !holds_any(*text, &BRANCHES));
    let pods = Ordinals::of(set);
    let mut own = plain.flat_map(mention::in_text).filter_map(|mention| {
        let ordinal = own(set, mention.name, CLUSTER_LOCAL)
            .map(|(ordinal, _)| ordinal)
            .filter(|ordinal| pods.contains(*ordinal))?;
        Some((mention, ordinal))
    });
    let (first, ordinal) = own.next()?;
    let mut ordinals: Vec<i64> = own.map(|(_, ordinal)| ordinal).chain([ordinal]).collect();
    ordinals.sort_unstable();
    ordinals.dedup();
    let name = container.get("name").and_then(Node::as_str).unwrap_or_default();
    let told = Told {
        node: first.node,
        span: first.span(),
        name: first.name,
        ordinal,
        container: name,
        probe,
        peers: ordinals.len(),
    };
    (told.peers > 1).then_some(told)
}

/// The first probe that keeps the pod from being ready and may ask for more than the process. That a port is open says of most
/// programs only that they run.
fn deciding_probe(container: Node<'_>, left: &mut usize) -> Option<&'static str> {
    let mut asks_itself = |node: Node<'_>| mention::fits(node, left) && holds_any(node, &ASKS_ITSELF);
    let mut may_ask_for_more = |key: &str| {
        let probe = container.get(key)?;
        if let Some(command) = probe.get("exec").and_then(|exec| exec.get("command")) {
            return Some(!command.items().any(&mut asks_itself));
        }
        if let Some(request) = probe.get("httpGet") {
            return Some(!request.get("path").is_some_and(&mut asks_itself));
        }
        Some(probe.get("grpc").is_some())
    };
    let probes = [("startupProbe", "startup"), ("readinessProbe", "readiness")];
    probes.into_iter().find(|(key, _)| may_ask_for_more(key) == Some(true)).map(|(_, name)| name)
}

fn holds_any(node: Node<'_>, words: &[&str]) -> bool {
    let text = node.as_str().unwrap_or_default().to_lowercase();
    words.iter().any(|word| text.contains(word))
}
