//! Turns the world in which nothing happens any more into what stays for a person to know or to do.

use super::history::beside;
use super::{Change, MOST_REPLICAS, Question, View};
use crate::controller::state::{Ordinal, UpdateStrategy};
use crate::facts::{Facts, ToldPeers, autoscaler};
use crate::manifest::Object;
use crate::placeholder::has_placeholder;
use crate::plan::{Deed, PodState, SetPlan, Spot};
use crate::source::{Place, Sources};
use crate::world::{Cascade, Failure, World};
use crate::yaml::Node;

/// What the input says of a set beside its manifest, one sentence each: lower case but for kinds, no final stop.
pub(super) fn of_input(set: &Object<'_>, view: View<'_>, question: &Question) -> Vec<String> {
    let mut notes: Vec<String> = set.origin.map(|origin| format!("rendered from {origin}")).into_iter().collect();
    if let Some(others) = beside(set, &view) {
        notes.push(format!(
            "it stands at {others} as well: what is applied last stays, and each is planned as if it were alone"
        ));
    }
    notes.extend(unfilled(set, question));
    if !matches!(question.change, Change::Delete(_)) {
        notes.extend(autoscaled(set, view));
    }
    notes
}

/// What other tools are still to fill in and decides the story, one sentence each.
fn unfilled(set: &Object<'_>, question: &Question) -> Vec<String> {
    let fields: [(&[&str], &str); 6] = [
        (&["spec", "replicas"], "1"),
        (&["spec", "ordinals", "start"], "0"),
        (&["spec", "minReadySeconds"], "0"),
        (&["spec", "podManagementPolicy"], "OrderedReady"),
        (&["spec", "updateStrategy", "type"], "RollingUpdate"),
        (&["spec", "updateStrategy", "rollingUpdate", "partition"], "0"),
    ];
    let fields = fields.into_iter().skip(usize::from(question.replicas.is_some()));
    let told = |(path, default): (&[&str], &str)| {
        set.get(path).and_then(Node::as_str).filter(|text| has_placeholder(text))?;
        Some(format!("{} is still to be filled in, and is taken to be {default}", path.join(".")))
    };
    fields.filter_map(told).collect()
}

/// That something else than the manifest says how many replicas there are.
fn autoscaled(set: &Object<'_>, view: View<'_>) -> Option<String> {
    let scaler = autoscaler(set, view.cluster).filter(|scaler| !view.cluster.apart(set, scaler))?;
    let Spot { path, line, .. } = Spot::of(scaler.node.place(), view.sources);
    let (kind, name) = (scaler.kind, scaler.name);
    Some(format!(
        "{kind} \"{name}\" ({path}:{line}) changes the number of replicas; here it stays as it is written or asked for"
    ))
}

/// That containers may wait for pods of their own set before they are ready, which no manifest says, one sentence each.
pub(super) fn told_peers(facts: &Facts<'_>, sources: &Sources) -> Vec<String> {
    let late = facts.told_peers.iter().filter(|it| it.late);
    let told = late.filter_map(|it| {
        let Spot { path, line, .. } = Spot::of(Place { file: it.node?.place().file, span: it.part }, sources);
        let ToldPeers { container, peers, probe, .. } = it;
        Some(format!(
            "container \"{container}\" is told the names of {peers} pods of its own set ({path}:{line}), which resolve only while \
             those pods are ready; here its {probe} probe is taken to succeed without them"
        ))
    });
    told.collect()
}

/// What stays, one sentence each: lower case, no final stop.
pub(super) fn of(world: &World, plan: &SetPlan) -> Vec<String> {
    match world.deleted() {
        Some(Cascade::Orphan) => vec![
            "the pods run on and belong to nobody; a set of the same name and selector adopts them".to_owned(),
            "the claims stay, also where the retention policy would delete them".to_owned(),
        ],
        Some(Cascade::Background | Cascade::Foreground) => {
            vec!["pods of a deleted set go in no order; to shut down in order, scale to 0 first".to_owned()]
        }
        None => outdated(world, plan).into_iter().collect(),
    }
}

/// The pods that the strategy leaves at an older revision.
fn outdated(world: &World, plan: &SetPlan) -> Option<String> {
    let (set, update) = (world.state().set(), world.state().status.update_revision?);
    let (last, partition) = match set.strategy {
        UpdateStrategy::OnDelete => (set.end(), None),
        UpdateStrategy::RollingUpdate(Some(rolling)) if rolling.partition > 0 => {
            ((set.update_min() - 1).min(set.end()), Some(rolling.partition))
        }
        _ => return None,
    };
    let old = |ordinal: &i64| world.state().pod(*ordinal).is_some_and(|pod| pod.revision != Some(update));
    let mut outdated = (set.start..=last).filter(old);
    let first = outdated.next()?;
    let last = outdated.next_back().unwrap_or(first);
    let (stay, them) = if first == last { ("stays", "it") } else { ("stay", "them") };
    let why = match partition {
        Some(partition) => format!("below partition {partition}"),
        None => format!("until somebody deletes {them} (OnDelete)"),
    };
    Some(format!("{} {stay} at an older revision {why}", plan.pod_range(first, last)))
}

/// That a set has more pods than a plan looks at.
pub(super) fn capped(replicas: i64) -> String {
    format!("only the first {MOST_REPLICAS} of {replicas} replicas are looked at")
}

/// The failures that were asked for and did not come, one sentence each.
pub(super) fn failures(question: &Question, plan: &SetPlan) -> Vec<String> {
    let told = |(ordinal, failure): (Ordinal, Failure)| {
        let because = not_failed(ordinal, failure, plan)?;
        Some(format!("--fail {}:{} did not happen: {because}", plan.pod_name(ordinal), failure.name()))
    };
    question.failures_of(&plan.name).into_iter().filter_map(told).collect()
}

/// Why a pod did not fail in this way; nothing if it did.
fn not_failed(ordinal: Ordinal, failure: Failure, plan: &SetPlan) -> Option<&'static str> {
    let has_happened = |deed: &dyn Fn(Deed) -> bool| plan.steps.iter().any(|step| deed(step.deed));
    let created = has_happened(&|deed| matches!(deed, Deed::CreatePod(it, _) if it == ordinal));
    let pod = plan.pods.iter().find(|pod| pod.ordinal == ordinal);
    let Some(pod) = pod.filter(|pod| !pod.timeline.is_empty()) else { return Some("the pod is never created") };
    let ran = pod.timeline.iter().any(|interval| interval.state == PodState::Running);
    match failure {
        Failure::Evict if has_happened(&|deed| deed == Deed::Evicted(ordinal)) => None,
        Failure::NodeLost if has_happened(&|deed| deed == Deed::NodeLost(ordinal)) => None,
        Failure::Evict | Failure::NodeLost => Some("the pod does not become ready and stay"),
        _ if !created => Some("the pod is there already, and is not created again"),
        Failure::Unschedulable => None,
        Failure::NeverReady | Failure::Crash if ran => None,
        Failure::NeverReady | Failure::Crash => Some("the pod never runs"),
    }
}
