//! Says why a pod waits for a name for ever, and finds the way out.

use super::remedy::{MOST_TRIED, repair};
use super::{Scene, is_at_rest};
use crate::controller::state::{Ordinal, PodManagementPolicy};
use crate::dns::{Kind, Moment};
use crate::dry_run::peer::Name;
use crate::facts::Facts;
use crate::plan::SetPlan;
use crate::world::{Published, World};

/// How many pods that wait for each other are followed.
const MOST_FOLLOWED: usize = 100;

/// The pod that all others behind a pod wait for, if that is there and does not wait for a name itself; else the pod.
pub(super) fn last_of_chain(ordinal: Ordinal, world: &World) -> Ordinal {
    let mut last = ordinal;
    for _ in 0..MOST_FOLLOWED {
        let Some((_, asked)) = world.waits_for(last) else { return last };
        let there = |peer: &Ordinal| world.state().pod(*peer).is_some_and(|pod| !pod.is_running_and_ready());
        let Some(peer) = asked.peer.filter(there) else { return ordinal };
        last = peer;
    }
    ordinal
}

/// What is so: lower case, no final stop.
pub(super) fn reason(ordinal: Ordinal, name: &Name, world: &World, facts: &Facts<'_>, plan: &SetPlan) -> String {
    let (pod, asked, container) = (plan.pod_name(ordinal), &name.text, &name.container);
    let what = match name.asked.moment {
        Moment::Init => format!("pod {pod} stays Pending: init container \"{container}\" waits for \"{asked}\""),
        Moment::Probe => {
            format!("pod {pod} runs and never becomes ready: a probe of container \"{container}\" asks for \"{asked}\"")
        }
    };
    let Some(peer) = name.asked.peer else { return format!("{what}, which never resolves: {}", name.because) };
    let (other, set) = (plan.pod_name(peer), world.state().set());
    let service = facts.service.name;
    if world.surroundings().published == Published::Never {
        format!("{what}, which never resolves: Service \"{service}\" leads to none of the pods")
    } else if name.asked.port && peer == ordinal && name.asked.moment == Moment::Init {
        format!("{what}, whose containers start only when its init containers are done: it waits for itself")
    } else if name.asked.port && world.resolves(peer) {
        format!("{what}, and {other} runs no container yet")
    } else if peer == ordinal {
        format!("{what}, which resolves only while {other} is ready: it waits for itself")
    } else if world.state().pod(peer).is_some() {
        let turn = if world.waits_for(peer).is_some() { format!(", and {other} waits in turn") } else { String::new() };
        format!("{what}, which resolves only while {other} is ready{turn}")
    } else if !set.covers(peer) {
        format!("{what}, and the set has no pod {other}")
    } else if set.is_monotonic() && peer > ordinal {
        format!("{what}, and {other} is created only when {pod} is ready")
    } else {
        format!("{what}, and {other} is not there")
    }
}

/// What may be changed beside the template, so that pods go on.
#[derive(Debug, Clone, Copy)]
struct Change {
    published: Published,
    parallel: bool,
}

/// The way out: lower case, no final stop.
pub(super) fn remedy(ordinal: Ordinal, name: &Name, world: &World, scene: &Scene<'_>, plan: &SetPlan) -> String {
    let repair = repair(ordinal, world, plan);
    if name.asked.peer.is_none() {
        let write = match name.instead.as_str() {
            "" => "ask for a name that resolves".to_owned(),
            instead => format!("write \"{instead}\""),
        };
        return format!("{write}: {repair}");
    }
    let later = if name.asked.peer == Some(ordinal) { "itself" } else { "one that comes later" };
    let template = format!("repair the template, so that no pod waits for {later}: {repair}");
    let set = world.state().set();
    if set.replicas > MOST_TRIED {
        return template;
    }
    let (now, is_parallel) = (world.surroundings().published, !set.is_monotonic());
    let changes = [Published::Ready, Published::Early].into_iter().filter(|published| *published >= now);
    let changes = [false, true].into_iter().flat_map(|parallel| {
        changes.clone().map(move |published| Change { published, parallel: parallel || is_parallel })
    });
    match changes.into_iter().find(|change| works(world, *change)) {
        Some(change) => format!("{}; or {template}", words(change, world, scene, plan)),
        None => template,
    }
}

/// Whether everything comes to rest with a change, and without another template.
fn works(world: &World, change: Change) -> bool {
    let mut changed = world.clone();
    changed.publish(change.published);
    if change.parallel {
        changed.change(|set| set.policy = PodManagementPolicy::Parallel);
    }
    changed.run();
    is_at_rest(&changed)
}

/// What to do, for a change.
fn words(change: Change, world: &World, scene: &Scene<'_>, plan: &SetPlan) -> String {
    let service = &plan.subdomain;
    let is_headless = plan.names.governing().is_some_and(|service| service.kind == Kind::Headless);
    let publish = match (world.surroundings().published, change.published) {
        (now, published) if now == published => None,
        (Published::Never, Published::Early) => Some(format!(
            "make \"{service}\" a headless Service that selects the pods, with publishNotReadyAddresses: true, so that names \
             resolve before pods are ready"
        )),
        // Below a Service that is not headless, DNS promises no names at all.
        (_, Published::Early) if !is_headless => Some(format!(
            "make \"{service}\" a headless Service with publishNotReadyAddresses: true, so that names resolve before pods are ready"
        )),
        (_, Published::Early) => Some(format!(
            "set publishNotReadyAddresses: true in Service \"{service}\", so that names resolve before pods are ready"
        )),
        _ => Some(format!("make \"{service}\" a headless Service that selects the pods")),
    };
    let parallel = (change.parallel && world.state().set().is_monotonic()).then(|| {
        let live = if scene.before.is_empty() { "once it is applied, " } else { "" };
        format!(
            "set podManagementPolicy: Parallel, so that no pod waits for the one before it; {live}that takes deleting the set \
             with --cascade=orphan and applying it anew"
        )
    });
    let all: Vec<String> = publish.into_iter().chain(parallel).collect();
    all.join(", and ")
}
