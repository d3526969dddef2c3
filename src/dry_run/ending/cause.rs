//! Finds what everything waits for, and says it.

use std::collections::BTreeSet;

use super::{Scene, peer};
use crate::controller::action::{Call, Failure as Failed};
use crate::controller::names::{LAST_ORDINAL, claim_name};
use crate::controller::state::{Ordinal, Phase, TemplateId};
use crate::dry_run::storage::{Missing, Source};
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
    /// The pod has no node because none takes it.
    Unschedulable(Ordinal),
    /// The pod waits for the name at this position among those that the template asks for.
    Waits(Ordinal, TemplateId, usize),
    /// The pod runs and never becomes ready.
    NeverReady(Ordinal, Failure),
    /// The pod's node is lost.
    NodeLost(Ordinal),
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
        let ordinal = peer::last_of_chain(ordinal, world);
        let Some(pod) = state.pod(ordinal) else { return Self::Other(Some(ordinal)) };
        let template = pod.revision.map(|name| name.template);
        if let Some((template, (position, _))) = template.zip(world.waits_for(ordinal)) {
            return Self::Waits(ordinal, template, position);
        }
        let unbound =
            (0..state.set().claim_templates.len()).find(|template| !world.record().is_bound(ordinal, *template));
        match (pod.phase, unbound) {
            _ if world.record().is_lost(pod.uid) => Self::NodeLost(ordinal),
            (Phase::Unscheduled, Some(template)) => Self::Unbound(ordinal, template),
            (Phase::Unscheduled, None) => Self::Unschedulable(ordinal),
            _ => match world.surroundings().failures.get(&ordinal) {
                Some(failure) => Self::NeverReady(ordinal, *failure),
                None => Self::Other(Some(ordinal)),
            },
        }
    }

    /// The pod that it is about.
    pub(super) fn pod(&self) -> Option<Ordinal> {
        match *self {
            Self::Unbound(ordinal, _)
            | Self::Unschedulable(ordinal)
            | Self::Waits(ordinal, ..)
            | Self::NeverReady(ordinal, _)
            | Self::NodeLost(ordinal)
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
                let claim = facts.claims.get(template);
                let name = claim_name(claim.map_or("", |claim| claim.name), scene.set.name, ordinal);
                let why = claim
                    .map_or_else(String::new, |claim| no_volume(claim, scene.sources.get(template).copied(), facts));
                format!("pod {pod} stays Pending: its claim \"{name}\" finds no volume, because {why}")
            }
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

    /// Where the name stands that is waited for, or what the API server says is wrong.
    pub(super) fn spot(&self, scene: &Scene<'_>) -> Option<Spot> {
        match *self {
            Self::Refused(_, template) => scene.refused(template).first().map(|refusal| refusal.spot.clone()),
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
                let named = claim.class_name.node.filter(|_| claim.class_name.given);
                // What is absent is pointed at by the key of what it would stand in.
                let spec = || Some(claim.node?.entry("spec")?.key);
                named.or_else(spec).or(claim.node).map(Node::span)
            }
            Self::Refused(..) => first(&[&["metadata", "name"]]),
            Self::Beyond(_) => first(&[&["spec", "ordinals", "start"]]),
            Self::Volumes(_) => first(&[&["spec", "volumeClaimTemplates"]]),
            Self::Outdated(_) => first(&[&["spec", "updateStrategy"], &["spec", "template"]]),
            Self::NeverReady(..) | Self::Unschedulable(_) => {
                let containers = scene.set.get(&["spec", "template", "spec", "containers"])?;
                let image = containers.items().next().and_then(|container| container.get("image"));
                image.or(Some(containers)).map(Node::span)
            }
            Self::Waits(..) => None,
            Self::NodeLost(_) | Self::Other(_) => first(&[&["spec", "podManagementPolicy"]]),
        }
    }
}

/// Why a claim finds no volume, as a clause.
fn no_volume(claim: &facts::Claim<'_>, source: Option<Source>, facts: &Facts<'_>) -> String {
    let fitting = match claim.supply.fitting {
        0 => "no PersistentVolume in view fits".to_owned(),
        1 => "only one PersistentVolume in view fits".to_owned(),
        count => format!("only {count} PersistentVolumes in view fit"),
    };
    match source {
        Some(Source::InView(Missing::Class)) => {
            let classes: BTreeSet<&str> = facts.classes.iter().map(|class| class.name).collect();
            let more = if classes.len() > MOST_CLASSES { " and others" } else { "" };
            let classes: Vec<&str> = classes.into_iter().take(MOST_CLASSES).collect();
            let name = claim.class_name.text;
            format!("no StorageClass \"{name}\" is in view, only {}{more}", classes.join(", "))
        }
        Some(Source::InView(Missing::Default)) => {
            "it names no StorageClass, and none in view is the default".to_owned()
        }
        Some(Source::InView(Missing::NoClass)) => format!("it asks for one without a class, and {fitting}"),
        Some(Source::InView(Missing::ByHand)) => {
            format!("StorageClass \"{}\" makes none, and {fitting}", claim.storage_class.name)
        }
        Some(Source::Provisioned | Source::Unknown(_)) | None => "its pod has no node".to_owned(),
    }
}
