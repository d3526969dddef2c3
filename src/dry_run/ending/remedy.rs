//! Finds a way out of a stall that really works: each is tried in a copy of the world first.

use std::collections::BTreeSet;

use super::cause::released;
use super::{Cause, Scene, ailing, is_at_rest, peer};
use crate::controller::names::LAST_ORDINAL;
use crate::controller::state::{Ordinal, RollingUpdate, Set, TemplateId, UpdateStrategy};
use crate::dry_run::stock::Found;
use crate::dry_run::storage::{Missing, Source};
use crate::dry_run::volume::listed;
use crate::facts::{self, Facts, PersistentVolume, Reclaim};
use crate::plan::{Refusal, SetPlan};
use crate::world::World;

/// How many replicas a world may have for ways out to be tried in it.
pub(super) const MOST_TRIED: i64 = 1_000;

/// The longest name of a set whose revisions fit into a label: 63 characters, less a dash and a hash of at most ten.
const LONGEST_NAME: usize = 52;

/// How many pods are named in a way out.
const MOST_NAMED: usize = 5;

/// The label that holds the name of a node.
const HOST_NAME: &str = "kubernetes.io/hostname";

/// The template of a set that is repaired.
const REPAIRED: TemplateId = TemplateId(1_000);

/// The way out: lower case, no final stop; empty if none is known.
pub(super) fn of(cause: &Cause, world: &World, scene: &Scene<'_>, facts: &Facts<'_>, plan: &SetPlan) -> String {
    let way = of_one(cause, world, scene, facts, plan);
    // What a repaired template leaves behind is tried, and told where it is.
    let is_tried = matches!(
        cause,
        Cause::Unschedulable(_) | Cause::Waits(..) | Cause::NeverReady(..) | Cause::Refused(..) | Cause::Other(_)
    );
    let is_tried = is_tried && cause.pod().is_none_or(|ordinal| world.state().set().covers(ordinal));
    match ailing::beyond(world, cause, plan).filter(|_| !is_tried) {
        Some(others) => format!("{way}; {others}"),
        None => way,
    }
}

/// The way out for one pod.
fn of_one(cause: &Cause, world: &World, scene: &Scene<'_>, facts: &Facts<'_>, plan: &SetPlan) -> String {
    let pod = cause.pod().map_or_else(String::new, |ordinal| plan.pod_name(ordinal));
    let set = world.state().set();
    match *cause {
        // A pod that is scaled away is not created again.
        Cause::Unbound(ordinal, _)
        | Cause::Torn(ordinal)
        | Cause::Unschedulable(ordinal)
        | Cause::Waits(ordinal, ..)
        | Cause::NeverReady(ordinal, _)
            if !set.covers(ordinal) =>
        {
            format!("delete {pod}: its ordinal is out of range, so that it does not come back")
        }
        Cause::Unbound(ordinal, template) => match scene.made.get(&(ordinal, template)) {
            Some(found) => found_claim(found),
            None => storage(template, world, scene, facts),
        },
        Cause::Torn(_) => "make PersistentVolumes for all of its claims that one node can use, of a StorageClass with \
                           volumeBindingMode: WaitForFirstConsumer, so that they are chosen for one node"
            .to_owned(),
        Cause::Unschedulable(ordinal) => {
            format!("give {pod} a node with room for it, or repair the template: {}", repair(ordinal, world, plan))
        }
        // The set as it is given may be the repair.
        Cause::Waits(_, template, _) if template != set.template && works_anew(world) => {
            let broken = broken(world);
            let they = if broken.len() == 1 { "it is created again" } else { "they are created again" };
            format!("delete {}: {they} at the newest revision, which does not wait", names(&broken, plan))
        }
        Cause::Waits(ordinal, template, position) => {
            let name = scene.peers(template).and_then(|peers| peers.names.get(position));
            name.map_or_else(String::new, |name| peer::remedy(ordinal, name, world, scene, plan))
        }
        Cause::NeverReady(ordinal, _) => format!("repair the template: {}", repair(ordinal, world, plan)),
        Cause::NodeLost(ordinal) => {
            off("delete the Node object or taint it node.kubernetes.io/out-of-service", ordinal, world, scene, plan)
        }
        // The pod may tolerate that taint as well, which then does not delete it.
        Cause::NodeTolerated(ordinal) => {
            let how = format!("delete the Node object, or taint it node.kubernetes.io/out-of-service and delete {pod}");
            off(&how, ordinal, world, scene, plan)
        }
        Cause::Refused(_, template) if plan.name.len() > LONGEST_NAME && is_named(scene.refused(template)) => format!(
            "shorten metadata.name, which has {} characters, to {LONGEST_NAME} at most: it is part of names and labels of the pods",
            plan.name.len()
        ),
        Cause::Refused(ordinal, _) => format!("repair the template; {}", repair(ordinal, world, plan)),
        Cause::Beyond(_) => {
            format!("lower spec.ordinals.start, so that the last ordinal is {LAST_ORDINAL} at most, or the replicas")
        }
        Cause::Volumes(_) => format!("delete pod {pod}: it is created again with the claims of the template"),
        Cause::Outdated(_) => format!("delete pod {pod}: it is created again at the newest revision"),
        Cause::Other(_) => String::new(),
    }
}

/// How a pod gets away from a lost node, and what becomes of it then (k8s.io/kubernetes `pkg/controller/podgc/gc_controller.go`,
/// `gcOrphaned` and `gcTerminating`).
fn off(how: &str, ordinal: Ordinal, world: &World, scene: &Scene<'_>, plan: &SetPlan) -> String {
    let pod = plan.pod_name(ordinal);
    let goes = format!("make sure that the node is off, then {how}: {pod} goes");
    let is_made_again = world.state().set().covers(ordinal) && world.deleted().is_none();
    let (claims, volumes) = if is_made_again { local(ordinal, world, scene, plan) } else { Default::default() };
    if claims.is_empty() {
        let back = if is_made_again { ", and is created on another node" } else { "" };
        return format!(
            "{goes}{back}; to delete {pod} by force alone risks two processes with the same name and the same volume"
        );
    }
    let (are, them) = if volumes.len() == 1 { ("is", "it") } else { ("are", "them") };
    format!(
        "{goes}, and is created again, but stays Pending, because {} {are} only on that node: delete {} as well, so that it gets \
         a claim and a volume anew; what was stored on {them} is lost with the node; to delete {pod} by force alone does not \
         help",
        volumes.join(" and "),
        [claims, volumes].concat().join(" and "),
    )
}

/// The claims of a pod whose volumes are on one node only, and those volumes, each with its kind.
fn local(ordinal: Ordinal, world: &World, scene: &Scene<'_>, plan: &SetPlan) -> (Vec<String>, Vec<String>) {
    let claims = world.record().claims().range((ordinal, 0)..=(ordinal, usize::MAX));
    let of_node = claims.filter(|(_, claim)| !claim.gone).filter_map(|((_, template), claim)| {
        let volume = claim.volume.and_then(|number| scene.counted.volumes.get(number))?;
        let is_local = volume.object.get(&["spec", "local"]).is_some();
        let is_pinned = || volume.node_labels().get(HOST_NAME).is_some_and(|hosts| hosts.len() == 1);
        let claim = plan.claim_name_of(*template, ordinal);
        let names =
            (format!("PersistentVolumeClaim \"{claim}\""), format!("PersistentVolume \"{}\"", volume.object.name));
        (is_local || is_pinned()).then_some(names)
    });
    of_node.unzip()
}

/// Whether pods are refused for their names, or for labels that hold names.
fn is_named(refusals: &[Refusal]) -> bool {
    refusals.first().is_none_or(|refusal| refusal.field.starts_with("metadata.") || refusal.field == "spec.hostname")
}

/// What to do beside repairing the template. A broken pod is replaced by itself, or only when somebody deletes it; it has
/// to be deleted after the repair, or it comes back as it was. Below a partition it comes back as it was even then.
pub(super) fn repair(of: Ordinal, world: &World, plan: &SetPlan) -> String {
    let broken = broken(world);
    let itself = if world.state().pod(of).is_none() {
        "the controller tries again by itself".to_owned()
    } else {
        "the controller replaces the broken pod by itself".to_owned()
    };
    let set = world.state().set();
    let lowest = broken.first().map_or(of, |ordinal| of.min(*ordinal));
    let (partition, lowered) = lower(lowest, set);
    let delete = delete(&broken, plan);
    if set.replicas > MOST_TRIED {
        return lowered + if broken.is_empty() { &itself } else { &delete };
    }
    for (partition, told) in [(None, ""), (partition, &*lowered)] {
        if is_at_rest(&repaired(world, partition, &[])) {
            return format!("{told}{itself}");
        }
        if !broken.is_empty() && is_at_rest(&repaired(world, partition, &broken)) {
            return format!("{told}{delete}");
        }
    }
    let left = ailing::left(&repaired(world, partition, &broken), plan);
    let advice = if broken.is_empty() { itself } else { delete };
    let left = left.unwrap_or_else(|| "something else is in the way".to_owned());
    format!("{lowered}{advice}; even then {left}")
}

/// To which partition a set has to come for a pod to be made from the newest revision, and what to do for that.
fn lower(lowest: Ordinal, set: &Set) -> (Option<i64>, String) {
    if set.strategy == UpdateStrategy::RollingUpdate(None) {
        let written = "write rollingUpdate: {partition: 0} below spec.updateStrategy with the same change, because without it a \
                       pod that is made again can get the older revision, which stays broken; ";
        return (Some(0), written.to_owned());
    }
    let partition = Some((lowest - set.start).max(0)).filter(|_| lowest < set.update_min());
    let lowered = partition.map_or_else(String::new, |partition| {
        format!(
            "lower the partition to {partition} with the same change, because pods below it are made from the older \
             revision, which stays broken; "
        )
    });
    (partition, lowered)
}

/// The pods that fail or wait for a name, ascending.
fn broken(world: &World) -> Vec<Ordinal> {
    let there = |ordinal: &Ordinal| world.state().pod(*ordinal).is_some_and(|pod| !pod.is_running_and_ready());
    let failing = world.surroundings().failures.keys().copied();
    let broken: BTreeSet<Ordinal> = failing.chain(world.waiting()).filter(there).collect();
    broken.into_iter().collect()
}

/// The names of broken pods.
fn names(broken: &[Ordinal], plan: &SetPlan) -> String {
    let named: Vec<String> = broken.iter().take(MOST_NAMED).map(|ordinal| plan.pod_name(*ordinal)).collect();
    let more = if broken.len() > MOST_NAMED { " and the other broken pods" } else { "" };
    named.join(", ") + more
}

/// That broken pods have to be deleted, and when.
fn delete(broken: &[Ordinal], plan: &SetPlan) -> String {
    let names = names(broken, plan);
    format!("apply the repaired manifest first, then delete {names}; not before, or it comes back as it was")
}

/// Whether everything comes to rest when the broken pods are deleted, and nothing else is changed.
fn works_anew(world: &World) -> bool {
    if world.state().set().replicas > MOST_TRIED {
        return false;
    }
    let mut anew = world.clone();
    for ordinal in broken(world) {
        anew.delete_pod(ordinal);
    }
    anew.run();
    is_at_rest(&anew)
}

/// The world in which nothing happens any more after the template is repaired, the partition lowered, and pods are deleted.
fn repaired(world: &World, partition: Option<i64>, deleted: &[Ordinal]) -> World {
    let mut repaired = world.clone();
    repaired.surroundings_mut().repaired = Some(REPAIRED);
    repaired.change(|set| {
        set.template = REPAIRED;
        if let (Some(partition), UpdateStrategy::RollingUpdate(block)) = (partition, &mut set.strategy) {
            block.get_or_insert(RollingUpdate { partition, max_unavailable: None }).partition = partition;
        }
    });
    repaired.run();
    for ordinal in deleted {
        repaired.delete_pod(*ordinal);
    }
    repaired.run();
    repaired
}

/// When the claim templates of a set can still be changed.
const BEFORE: &str = "before the set is applied";
const FIXED: &str = "afterwards spec.volumeClaimTemplates cannot be changed";

/// How the claims of a template find volumes: a claim without a class gets the default one also when that is marked later
/// (`assignDefaultStorageClass`, `pkg/controller/volume/persistentvolume/pv_controller.go`).
fn storage(template: usize, world: &World, scene: &Scene<'_>, facts: &Facts<'_>) -> String {
    let Some(claim) = facts.claims.get(template) else { return String::new() };
    let is_new = scene.before.is_empty();
    match scene.sources.get(template) {
        Some(Source::InView(Missing::Class)) => {
            let name = claim.class_name.text;
            let classes: BTreeSet<&str> = facts.classes.iter().map(|class| class.name).collect();
            let only = classes.first().filter(|_| classes.len() == 1).copied().unwrap_or_default();
            let near = match claim.class_name.suggestion {
                "" if only.is_empty() => "name one that there is".to_owned(),
                "" => format!("write \"{only}\", which is in view"),
                near => format!("write \"{near}\", which is in view"),
            };
            let make = format!("make a StorageClass \"{name}\" (if the cluster has it, show it with --context)");
            if is_new { format!("{make}, or, {BEFORE}, {near}: {FIXED}") } else { make }
        }
        Some(Source::InView(Missing::Default)) => {
            let mark = "mark a StorageClass as the default (if the cluster has one, show it with --context): claims that \
                        wait get it, whenever it is marked";
            if is_new { format!("{mark}; or, {BEFORE}, name one: {FIXED}") } else { mark.to_owned() }
        }
        Some(Source::InView(Missing::NoClass | Missing::ByHand)) => {
            let more = "make more PersistentVolumes that fit: claims that wait are bound at once, and the pods go on";
            match kept(claim, world, scene) {
                names if names.is_empty() => more.to_owned(),
                names => format!(
                    "remove spec.claimRef from {}, which still holds what the deleted claim stored, and is free then; or {more}",
                    listed(&names, names.len())
                ),
            }
        }
        Some(source @ (Source::InView(Missing::Named) | Source::Unseen)) => named(claim, *source, is_new),
        Some(Source::InView(Missing::Lost) | Source::Provisioned | Source::Unknown(_)) | None => String::new(),
    }
}

/// The volumes that fit a claim, and that claims of the set left behind that are deleted.
fn kept<'s>(claim: &facts::Claim<'_>, world: &World, scene: &Scene<'s>) -> Vec<&'s str> {
    let is_kept = |volume: &&PersistentVolume<'_>| matches!(volume.reclaim(), Reclaim::Retained | Reclaim::Failed);
    let released = released(claim, world).into_iter().filter_map(|volume| scene.counted.volumes.get(volume));
    released.filter(is_kept).map(|volume| volume.object.name).collect()
}

/// How the claims of a template find a volume that names it: a volume is bound to one claim only.
fn named(claim: &facts::Claim<'_>, source: Source, is_new: bool) -> String {
    let name = claim.volume_name;
    let make = match claim.supply.misfits.first() {
        Some(_) => format!("make PersistentVolume \"{name}\" as the claim asks"),
        None if claim.supply.of_class == 0 && source != Source::Unseen => {
            format!("make PersistentVolume \"{name}\" (if the cluster has it, show it with --context)")
        }
        None if is_new => return format!("leave volumeName out of the claim template, {BEFORE}: {FIXED}"),
        None => {
            return "delete the set with --cascade=orphan and its claims that are Pending, and create it again without \
                    volumeName in the claim template"
                .to_owned();
        }
    };
    if is_new { format!("{make}, or, {BEFORE}, name another: {FIXED}") } else { make }
}

/// How a claim finds a volume that is in view.
fn found_claim(found: &Found<'_>) -> String {
    let name = found.object.name;
    if found.source == Source::InView(Missing::Lost) {
        return format!(
            "delete PersistentVolumeClaim \"{name}\": the controller makes it anew from the claim template, without what was \
             stored"
        );
    }
    format!(
        "make a PersistentVolume that fits PersistentVolumeClaim \"{name}\", or leave that claim out: the controller makes one \
         from the claim template"
    )
}
