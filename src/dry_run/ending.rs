//! Turns the world in which nothing happens any more into how the story ends, and why.

mod ailing;
mod cause;
mod peer;
mod remedy;

use super::Scene;
use crate::controller::names::LAST_ORDINAL;
use crate::controller::state::{Ordinal, PodManagementPolicy, UpdateStrategy};
use crate::facts::Facts;
use crate::plan::{Outcome, Pod, PodState, SetPlan, Stall};
use crate::world::{Cascade, World};
use cause::Cause;

/// How the story ends.
pub(super) fn of(world: &World, scene: &Scene<'_>, facts: &Facts<'_>, plan: &SetPlan) -> Outcome {
    if is_at_rest(world) {
        return Outcome::Stable;
    }
    let cause = Cause::of(world);
    Outcome::Stalled(Box::new(Stall {
        pod: cause.pod(),
        reason: cause.reason(world, scene, facts, plan),
        consequences: consequences(world, &cause, plan),
        spot: cause.spot(scene).or_else(|| cause.place(scene, facts).map(|place| scene.spot(place))),
        remedy: remedy::of(&cause, world, scene, facts, plan),
    }))
}

/// Whether everything is as the set asks: its pods, and no others, are there, available, and as far updated as the strategy
/// takes them by itself.
pub(super) fn is_at_rest(world: &World) -> bool {
    let state = world.state();
    if let Some(cascade) = world.deleted() {
        return cascade == Cascade::Orphan || state.pod_count() == 0;
    }
    let (set, status) = (state.set(), &state.status);
    let all = |count: i64| count == set.replicas;
    let updated = match set.strategy {
        UpdateStrategy::OnDelete => true,
        UpdateStrategy::RollingUpdate(Some(rolling)) => status.updated_replicas >= set.replicas - rolling.partition,
        UpdateStrategy::RollingUpdate(None) | UpdateStrategy::Recreate => all(status.updated_replicas),
    };
    let failed = world.last().is_some_and(|last| last.error.is_some());
    updated && !failed && all(status.replicas) && all(status.ready_replicas) && all(status.available_replicas)
}

/// What does not happen because the story stops.
fn consequences(world: &World, cause: &Cause, plan: &SetPlan) -> Vec<String> {
    let set = world.state().set();
    let mut told = ailing::consequences(world, cause, plan);
    let missing =
        |pod: &&Pod| set.covers(pod.ordinal) && pod.ordinal <= LAST_ORDINAL && pod.state() == PodState::Absent;
    let absent: Vec<Ordinal> = plan.pods.iter().filter(missing).map(|pod| pod.ordinal).collect();
    if !absent.is_empty() && world.deleted().is_none() {
        let created = if absent.len() == 1 { "is not created" } else { "are not created" };
        told.push(format!("{} {created}", plan.pod_runs(&absent)));
    }
    let update = world.state().status.update_revision;
    let is_old = |ordinal: &Ordinal| world.state().pod(*ordinal).is_some_and(|pod| pod.revision != update);
    let outdated: Vec<Ordinal> = (set.start.max(set.update_min())..=set.end()).filter(is_old).collect();
    if !outdated.is_empty() && update.is_some() {
        let stays = if outdated.len() == 1 { "stays as it was" } else { "stay as they were" };
        told.push(format!("{} {stays}: the update stops", plan.pod_runs(&outdated)));
    }
    let is_beyond = |pod: &&Pod| !set.covers(pod.ordinal) && pod.state() != PodState::Absent;
    let beyond: Vec<Ordinal> = plan.pods.iter().filter(is_beyond).map(|pod| pod.ordinal).collect();
    if !beyond.is_empty() && world.deleted().is_none() {
        let stays = if beyond.len() == 1 { "is not removed" } else { "are not removed" };
        told.push(format!("{} {stays}: the scale-down stops", plan.pod_runs(&beyond)));
    }
    if set.strategy == UpdateStrategy::Recreate && !outdated.is_empty() {
        told.push("with Recreate, no pod is created before all older ones are gone".to_owned());
    } else if set.policy == PodManagementPolicy::OrderedReady && !told.is_empty() {
        told.push("with OrderedReady, one pod that is not available stops everything behind it".to_owned());
    }
    told
}
