//! Finds what everything waits for, and says it.

use std::collections::BTreeSet;

use super::{Scene, peer};
use crate::controller::action::{Call, Failure as Failed};
use crate::controller::names::{LAST_ORDINAL, claim_name};
use crate::controller::state::{Ordinal, Phase, TemplateId};
use crate::dry_run::storage::{Missing, Source};
use crate::dry_run::volume::listed;
use crate::facts::{self, Facts};
use crate::plan::{SetPlan, Spot};
use crate::source::Span;
use crate::world::{Failure, World};
use crate::yaml::Node;

/// How many classes in view are named.
const MOST_CLASSES: usize = 5;

/// What everything waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// The pod has no node because the claim of this template has no volume.
    Unbound(Ordinal, usize),
    /// The pod has no node because none can use the volumes of all its claims, or those that there are for them.
    Torn(Ordinal),
    /// The pod has no node because none takes it.
    Unschedulable(Ordinal),
    /// The pod waits for the name at this position among those that the template asks for.
    Waits(Ordinal, TemplateId, usize),
    /// The pod runs and never becomes ready.
    NeverReady(Ordinal, Failure),
    /// The pod is terminating on a lost node.
    NodeLost(Ordinal),
    /// The pod stays on a lost node, because it tolerates that for ever.
    NodeTolerated(Ordinal),
    /// The API server refuses to create the pod from this template.
    Refused(Ordinal, TemplateId),
    /// The ordinal of the pod is beyond an int32.
    Beyond(Ordinal),
    /// The running pod lacks a volume of a claim template, and no volume can be added to it.
    Volumes(Ordinal),
    /// The pod is ready at an older revision, and nothing replaces it.
    Outdated(Ordinal),
    /// None of these.
    Other(Option<Ordinal>),
}

impl Cause {
    /// What everything waits for in a world where nothing happens any more.
    pub(super) fn of(world: &World) -> Self {
        match world.last().and_then(|last| last.error) {
            Some(Failed::Refused(Call::CreatePod(ordinal, _))) if ordinal > LAST_ORDINAL => {
                return Self::Beyond(ordinal);
            }
            Some(Failed::Refused(Call::CreatePod(ordinal, revision))) => {
                return Self::Refused(ordinal, revision.template);
            }
            Some(Failed::Refused(Call::UpdatePod(ordinal))) => return Self::Volumes(ordinal),
            _ => {}
        }
        let waited_for = world.waits().map(|wait| wait.ordinal);
        let state = world.state();
        let ailing =
            |ordinal: &Ordinal| state.pod(*ordinal).is_some_and(|pod| !pod.is_running_and_ready() || pod.terminating);
        let Some(ordinal) = waited_for.or_else(|| state.pod_ordinals().find(ailing)) else {
            let update = state.status.update_revision;
            let old = state.pod_ordinals().find(|it| state.pod(*it).is_some_and(|pod| pod.revision != update));
            return old.map_or(Self::Other(None), Self::Outdated);
        };
        Self::of_pod(peer::last_of_chain(ordinal, world), world)
    }

    /// Why a pod is not ready in a world where nothing happens any more.
    pub(super) fn of_pod(ordinal: Ordinal, world: &World) -> Self {
        let Some(pod) = world.state().pod(ordinal) else { return Self::Other(Some(ordinal)) };
        let template = pod.revision.map(|name| name.template);
        if let Some((template, (position, _))) = template.zip(world.waits_for(ordinal)) {
            return Self::Waits(ordinal, template, position);
        }
        let failure = world.surroundings().failures.get(&ordinal);
        match (pod.phase, world.lacking(ordinal)) {
            _ if world.record().is_lost(pod.uid) && pod.terminating => Self::NodeLost(ordinal),
            _ if world.record().is_lost(pod.uid) => Self::NodeTolerated(ordinal),
            (Phase::Unscheduled, Some(template)) => Self::Unbound(ordinal, template),
            (Phase::Unscheduled, None) if failure != Some(&Failure::Unschedulable) && world.is_torn(ordinal) => {
                Self::Torn(ordinal)
            }
            (Phase::Unscheduled, None) => Self::Unschedulable(ordinal),
            _ => match failure {
                Some(failure) => Self::NeverReady(ordinal, *failure),
                None => Self::Other(Some(ordinal)),
            },
        }
    }

    /// The pod that it is about.
    pub(super) fn pod(&self) -> Option<Ordinal> {
        match *self {
            Self::Unbound(ordinal, _)
            | Self::Torn(ordinal)
            | Self::Unschedulable(ordinal)
            | Self::Waits(ordinal, ..)
            | Self::NeverReady(ordinal, _)
            | Self::NodeLost(ordinal)
            | Self::NodeTolerated(ordinal)
            | Self::Refused(ordinal, _)
            | Self::Beyond(ordinal)
            | Self::Volumes(ordinal)
            | Self::Outdated(ordinal) => Some(ordinal),
            Self::Other(pod) => pod,
        }
    }

    /// What is so: lower case, no final stop.
    pub(super) fn reason(&self, world: &World, scene: &Scene<'_>, facts: &Facts<'_>, plan: &SetPlan) -> String {
        let pod = self.pod().map_or_else(String::new, |ordinal| plan.pod_name(ordinal));
        match *self {
            Self::Unbound(ordinal, template) => {
                let name =
                    claim_name(facts.claims.get(template).map_or("", |claim| claim.name), scene.set.name, ordinal);
                let why = asking(scene, facts, ordinal, template, |claim, source| {
                    no_volume(claim, source, world, scene, facts)
                });
                let why = why.unwrap_or_default();
                format!("pod {pod} stays Pending: its claim \"{name}\" finds no volume, because {why}")
            }
            Self::Torn(_) => format!(
                "pod {pod} stays Pending: no node can use a volume for each of its claims, because those that fit are on \
                 different nodes (nodeAffinity)"
            ),
            Self::Unschedulable(_) => format!("pod {pod} stays Pending: no node takes it"),
            Self::Waits(ordinal, template, position) => scene
                .peers(template)
                .and_then(|peers| peers.names.get(position))
                .map_or_else(String::new, |name| peer::reason(ordinal, name, world, facts, plan)),
            Self::NeverReady(_, Failure::Crash) => {
                format!("pod {pod} crashes and is started again, for ever (CrashLoopBackOff): it is never ready")
            }
            Self::NeverReady(..) => format!("pod {pod} runs and never becomes ready"),
            Self::NodeLost(_) => {
                format!("pod {pod} is on a lost node: it stays Terminating until someone says that the node is gone")
            }
            Self::NodeTolerated(_) => format!(
                "pod {pod} is on a lost node, which it tolerates for ever (tolerations): it stays Running and not ready until \
                 someone says that the node is gone"
            ),
            Self::Refused(_, template) => match scene.refused(template).first() {
                Some(refusal) => format!("the API server refuses pod {pod}: {}: {}", refusal.field, refusal.message),
                None => format!("the API server refuses pod {pod}"),
            },
            Self::Beyond(_) => format!(
                "the ordinal of a pod is an int32, at most {LAST_ORDINAL}: the controller calls the next pod {pod}, does not know it for its \
                 own, and cannot create it again"
            ),
            Self::Volumes(_) => {
                format!("pod {pod} lacks the volume of a claim template, and a pod's volumes cannot be changed")
            }
            Self::Outdated(_) => format!("pod {pod} is at an older revision, and nothing replaces it"),
            Self::Other(Some(_)) => format!("pod {pod} does not come to be as the set asks"),
            Self::Other(None) => "the controller has nothing more to do".to_owned(),
        }
    }

    /// Where the name stands that is waited for, what the API server says is wrong, or the claim that is in view.
    pub(super) fn spot(&self, scene: &Scene<'_>) -> Option<Spot> {
        match *self {
            Self::Refused(_, template) => scene.refused(template).first().map(|refusal| refusal.spot.clone()),
            Self::Unbound(ordinal, template) => {
                let object = scene.made.get(&(ordinal, template))?.object;
                let spec = object.get(&["spec"]).unwrap_or(object.node);
                Some(scene.spot_in(object, spec.span()))
            }
            Self::Waits(_, template, position) => Some(scene.peers(template)?.names.get(position)?.spot.clone()),
            _ => None,
        }
    }

    /// What decided it in the manifest.
    pub(super) fn place(&self, scene: &Scene<'_>, facts: &Facts<'_>) -> Option<Span> {
        let first = |paths: &[&[&str]]| paths.iter().find_map(|path| scene.set.get(path)).map(Node::span);
        match *self {
            Self::Unbound(_, template) => {
                let claim = facts.claims.get(template)?;
                let volume = claim.node.and_then(|claim| claim.get("spec")?.get("volumeName"));
                let named = claim.class_name.node.filter(|_| claim.class_name.given);
                // What is absent is pointed at by the key of what it would stand in.
                let spec = || Some(claim.node?.entry("spec")?.key);
                volume.filter(|_| !claim.volume_name.is_empty()).or(named).or_else(spec).or(claim.node).map(Node::span)
            }
            Self::Refused(..) => first(&[&["metadata", "name"]]),
            Self::Beyond(_) => first(&[&["spec", "ordinals", "start"]]),
            Self::Volumes(_) | Self::Torn(_) => first(&[&["spec", "volumeClaimTemplates"]]),
            Self::Outdated(_) => first(&[&["spec", "updateStrategy"], &["spec", "template"]]),
            Self::NeverReady(..) | Self::Unschedulable(_) => {
                let containers = scene.set.get(&["spec", "template", "spec", "containers"])?;
                let image = containers.items().next().and_then(|container| container.get("image"));
                image.or(Some(containers)).map(Node::span)
            }
            Self::Waits(..) => None,
            Self::NodeTolerated(_) => first(&[&["spec", "template", "spec", "tolerations"], &["spec", "template"]]),
            Self::NodeLost(_) | Self::Other(_) => first(&[&["spec", "podManagementPolicy"]]),
        }
    }
}

/// Asks about the claim of an ordinal: the one in view, or else the one that is made of the template.
fn asking<T>(
    scene: &Scene<'_>,
    facts: &Facts<'_>,
    ordinal: Ordinal,
    template: usize,
    ask: impl FnOnce(&facts::Claim<'_>, Source) -> T,
) -> Option<T> {
    match scene.made.get(&(ordinal, template)) {
        Some(found) => Some(ask(&facts::claim(found.object, scene.view.cluster, scene.counted), found.source)),
        None => Some(ask(facts.claims.get(template)?, *scene.sources.get(template)?)),
    }
}

/// Why a claim finds no volume, as a clause.
fn no_volume(claim: &facts::Claim<'_>, source: Source, world: &World, scene: &Scene<'_>, facts: &Facts<'_>) -> String {
    match source {
        Source::InView(Missing::Class) => {
            let classes: BTreeSet<&str> = facts.classes.iter().map(|class| class.name).collect();
            let more = if classes.len() > MOST_CLASSES { " and others" } else { "" };
            let classes: Vec<&str> = classes.into_iter().take(MOST_CLASSES).collect();
            let name = claim.class_name.text;
            let fitting =
                if claim.supply.of_class == 0 { String::new() } else { format!(", and {}", few(claim, world, scene)) };
            format!("no StorageClass \"{name}\" is in view, only {}{more}{fitting}", classes.join(", "))
        }
        Source::InView(Missing::Default) => "it names no StorageClass, and none in view is the default".to_owned(),
        Source::InView(Missing::NoClass) => {
            format!("it asks for one without a class, and {}", few(claim, world, scene))
        }
        Source::InView(Missing::ByHand) => {
            format!("StorageClass \"{}\" makes none, and {}", claim.storage_class.name, few(claim, world, scene))
        }
        Source::InView(Missing::Named) | Source::Unseen => {
            let named = format!("it names PersistentVolume \"{}\"", claim.volume_name);
            match claim.supply.misfits.first() {
                Some(misfit) => format!("{named}, which does not fit: {misfit}"),
                None if claim.supply.of_class == 0 && source != Source::Unseen => {
                    format!("{named}, which is not in view")
                }
                None => format!("{named}, which another claim has"),
            }
        }
        Source::InView(Missing::Lost) => "it has lost the volume that it had (phase Lost)".to_owned(),
        Source::Provisioned | Source::Unknown(_) => "its pod has no node".to_owned(),
    }
}

/// How few volumes there are for a claim, as a clause.
fn few(claim: &facts::Claim<'_>, world: &World, scene: &Scene<'_>) -> String {
    let volumes = &world.surroundings().volumes;
    let released = released(claim, world);
    let fitting: Vec<usize> = fitting(claim).collect();
    let elsewhere = fitting.iter().filter(|volume| volumes.is_elsewhere(**volume)).count();
    if !released.is_empty() {
        let taken = match elsewhere {
            0 => String::new(),
            1 => "one is taken, and ".to_owned(),
            taken => format!("{taken} are taken, and "),
        };
        let names = released.iter().filter_map(|volume| scene.volume_name(*volume));
        let names = listed(names, released.len());
        return match (fitting.len(), released.len()) {
            (1, _) => {
                format!("the only PersistentVolume in view that fits, {names}, is not free after its claim was deleted")
            }
            (all, 1) => {
                format!(
                    "of {all} PersistentVolumes in view that fit, {taken}{names} is not free after its claim was deleted"
                )
            }
            (all, _) => format!(
                "of {all} PersistentVolumes in view that fit, {taken}{names} are not free after their claims were deleted"
            ),
        };
    }
    let nearest = claim.supply.nearest.as_ref().map_or_else(String::new, |nearest| match claim.supply.of_class {
        1 => format!(": \"{}\" {}", nearest.volume, nearest.why),
        _ => format!(": the nearest of the others, \"{}\", {}", nearest.volume, nearest.why),
    });
    match (fitting.len() - elsewhere, elsewhere) {
        (0, 0) => format!("no PersistentVolume in view fits{}", nearest.replace(" of the others", "")),
        (1, 0) => format!("only one PersistentVolume in view fits{nearest}"),
        (count, 0) => format!("only {count} PersistentVolumes in view fit{nearest}"),
        (0, 1) => "the only PersistentVolume in view that fits is taken".to_owned(),
        (0, taken) => format!("all {taken} PersistentVolumes in view that fit are taken"),
        (left, 1) => format!("of {} PersistentVolumes in view that fit, one is taken", left + 1),
        (left, taken) => format!("of {} PersistentVolumes in view that fit, {taken} are taken", left + taken),
    }
}

/// The volumes in view that fit a claim, whoever has them.
fn fitting(claim: &facts::Claim<'_>) -> impl Iterator<Item = usize> {
    claim.supply.free.iter().copied().chain(claim.supply.reserved.iter().map(|(_, volume)| *volume))
}

/// The volumes that fit a claim, were of claims of the set that are deleted, and are not free again.
pub(super) fn released(claim: &facts::Claim<'_>, world: &World) -> Vec<usize> {
    let released = world.released();
    fitting(claim).filter(|volume| released.contains(volume)).collect()
}
