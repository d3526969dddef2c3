//! Turns the world in which nothing happens any more into what is to be known of the volumes of its claims: who else has them,
//! and what becomes of those whose claims are deleted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use super::Scene;
use super::share::Shares;
use super::storage::Source;
use crate::controller::state::Ordinal;
use crate::facts::{Facts, Reclaim};
use crate::manifest::{GroupKind, Object};
use crate::plan::SetPlan;
use crate::world::{Numbers, World};

/// How many volumes or claims are named at once.
const MOST_NAMED: usize = 3;

/// How many holders of volumes are told of.
const MOST_HOLDERS: usize = 5;

/// The volumes that claims without one could have, and that others have, one sentence for each of those.
pub(super) fn elsewhere(world: &World, scene: &Scene<'_>, facts: &Facts<'_>, shares: &Shares<'_>) -> Vec<String> {
    let claims = world.record().claims().iter();
    let waiting: BTreeSet<usize> =
        claims.filter(|(_, claim)| !claim.bound && !claim.gone).map(|((_, template), _)| *template).collect();
    let mut wanted = Numbers::default();
    for claim in waiting.iter().filter_map(|template| facts.claims.get(*template)) {
        let reserved = claim.supply.reserved.iter().map(|(_, volume)| *volume);
        let there = claim.supply.free.iter().copied().chain(reserved);
        there.chain(scene.stock.unseen(claim.volume_name)).for_each(|volume| wanted.insert(volume));
    }
    let held = |volume| Some((shares.holder(volume, scene.set)?, volume));
    let mut held: Vec<(&Object<'_>, usize)> = wanted.iter().filter_map(held).collect();
    let place = |holder: &Object<'_>| (holder.file, holder.document, holder.node.span().start);
    held.sort_by_key(|(holder, _)| place(holder));
    let told = || held.chunk_by(|(one, _), (other, _)| place(one) == place(other));
    let beyond = told().skip(MOST_HOLDERS).count();
    let more = (beyond > 0).then(|| format!("others go to {beyond} more"));
    told().take(MOST_HOLDERS).filter_map(|held| goes(held, scene)).chain(more).collect()
}

/// To whom volumes go that all have one holder.
fn goes(held: &[(&Object<'_>, usize)], scene: &Scene<'_>) -> Option<String> {
    let (holder, _) = held.first()?;
    let (volumes, go, them) =
        if held.len() == 1 { ("PersistentVolume", "goes", "it") } else { ("PersistentVolumes", "go", "them") };
    let name = holder.name;
    let to = if holder.is(GroupKind::STATEFUL_SET) {
        format!("StatefulSet \"{name}\", which is taken to be applied first; applied together, they race for {them}")
    } else {
        format!("PersistentVolumeClaim \"{name}\", which is in view")
    };
    let names = held.iter().filter_map(|(_, volume)| scene.volume_name(*volume));
    Some(format!("{volumes} {} {go} to {to}", listed(names, held.len())))
}

/// So many names in quotes, of which the first three are named where there are more than that.
pub(super) fn listed(names: impl IntoIterator<Item = impl Display>, count: usize) -> String {
    let quoted: Vec<String> = names.into_iter().take(MOST_NAMED).map(|name| format!("\"{name}\"")).collect();
    match (&quoted[..], count.saturating_sub(MOST_NAMED)) {
        ([names @ .., last], 0) if !names.is_empty() => format!("{} and {last}", names.join(", ")),
        (names, 0) => names.concat(),
        (names, more) => format!("{} and {more} more", names.join(", ")),
    }
}

/// What becomes of the volumes of deleted claims, and of what is stored on them, one sentence for each way (k8s.io/kubernetes
/// `pkg/controller/volume/persistentvolume/pv_controller.go`, `syncVolume` and `reclaimVolume`).
pub(super) fn reclaimed(world: &World, scene: &Scene<'_>, facts: &Facts<'_>, plan: &SetPlan) -> Vec<String> {
    let mut ways: BTreeMap<(Reclaim, &str), BTreeSet<(Ordinal, usize)>> = BTreeMap::new();
    for claim in world.record().deleted() {
        let of_volume = claim.volume.and_then(|volume| scene.counted.volumes.get(volume));
        let of_class = || match (scene.sources.get(claim.template), facts.claims.get(claim.template), claim.volume) {
            (Some(Source::Provisioned), Some(claim), None) => match claim.storage_class.reclaim_policy {
                "Delete" => Reclaim::Deleted,
                "Retain" => Reclaim::Retained,
                _ => Reclaim::Unknown,
            },
            _ => Reclaim::Unknown,
        };
        let way = of_volume.map_or_else(|| (of_class(), ""), |volume| (volume.reclaim(), volume.reclaim_policy));
        ways.entry(way).or_default().insert((claim.ordinal, claim.template));
    }
    let told = |((way, policy), claims): ((Reclaim, &str), BTreeSet<(Ordinal, usize)>)| {
        let names: Vec<String> =
            claims.into_iter().map(|(ordinal, template)| plan.claim_name_of(template, ordinal)).collect();
        became(way, policy, &names)
    };
    ways.into_iter().map(told).collect()
}

/// What becomes of the volumes of the claims of these names.
fn became(way: Reclaim, policy: &str, names: &[String]) -> String {
    let is_one = names.len() == 1;
    let (volumes, claims) = if is_one { ("volume", "claim") } else { ("volumes", "claims") };
    let whose = format!("the {volumes} of the deleted {claims} {}", listed(names, names.len()));
    let (goes, stays) = if is_one { ("goes with it", "stays") } else { ("go with them", "stay") };
    let (it, gets) = if is_one { ("it is", "it") } else { ("they are", "one") };
    let claimed = format!("no claim gets {gets} before somebody removes its claimRef");
    match way {
        Reclaim::Deleted => format!("{whose} {goes}, and so does what is stored there (reclaim policy Delete)"),
        Reclaim::Retained => {
            format!("{whose} {stays}, Released, with what is stored there; {claimed} (reclaim policy Retain)")
        }
        Reclaim::Recycled => {
            format!("{whose} {stays}, what is stored there is deleted, and {it} free again (reclaim policy Recycle)")
        }
        Reclaim::Failed => format!(
            "{whose} {stays}, Failed, with what is stored there, because nothing carries reclaim policy {policy} out for \
             volumes of this type; {claimed}"
        ),
        Reclaim::Unknown => {
            format!("{whose} {goes}, and so does what is stored there, unless the reclaim policy is Retain")
        }
    }
}
