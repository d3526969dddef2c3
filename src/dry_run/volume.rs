//! Turns the world in which nothing happens any more into what is to be known of the volumes of its claims: who else has them,
//! and what becomes of those whose claims are deleted.

use std::collections::{BTreeMap, BTreeSet};

use super::Scene;
use super::share::Shares;
use super::storage::Source;
use crate::facts::Facts;
use crate::manifest::{GroupKind, Object};
use crate::world::{Numbers, World};

/// How many volumes of one holder are named.
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
    let to = if holder.is(GroupKind::STATEFUL_SET) {
        format!("to StatefulSet \"{}\", which is applied first", holder.name)
    } else {
        format!("to PersistentVolumeClaim \"{}\", which is in view", holder.name)
    };
    let names = held.iter().take(MOST_NAMED).filter_map(|(_, volume)| scene.volume_name(*volume));
    let quoted: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
    Some(match (&quoted[..], held.len().saturating_sub(MOST_NAMED)) {
        ([name], 0) => format!("PersistentVolume {name} goes {to}"),
        ([names @ .., last], 0) => format!("PersistentVolumes {} and {last} go {to}", names.join(", ")),
        (names, more) => format!("PersistentVolumes {} and {more} more go {to}", names.join(", ")),
    })
}

/// What becomes of the volumes of deleted claims, and of what is stored on them, one sentence for each template and reclaim
/// policy (k8s.io/kubernetes `pkg/controller/volume/persistentvolume/pv_controller.go`, `syncVolume` and `reclaimVolume`).
pub(super) fn reclaimed(world: &World, scene: &Scene<'_>, facts: &Facts<'_>) -> Vec<String> {
    let mut policies: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    for ((_, template), claim) in world.record().claims().iter().filter(|(_, claim)| claim.gone && claim.bound) {
        let of_volume = claim.volume.and_then(|volume| scene.counted.volumes.get(volume)).map(|it| it.reclaim_policy);
        let of_class = || match (scene.sources.get(*template), facts.claims.get(*template), claim.volume) {
            (Some(Source::Provisioned), Some(claim), None) => claim.storage_class.reclaim_policy,
            _ => "",
        };
        *policies.entry((*template, of_volume.unwrap_or_else(of_class))).or_default() += 1;
    }
    let told = |((template, policy), count): ((usize, &str), usize)| {
        let name = facts.claims.get(template).map_or("", |claim| claim.name);
        let (whose, goes, stays) = if count == 1 {
            (format!("the volume of the deleted claim of template \"{name}\""), "goes with it", "stays")
        } else {
            (format!("the volumes of the {count} deleted claims of template \"{name}\""), "go with them", "stay")
        };
        match policy {
            "Delete" => format!("{whose} {goes}, and so does what is stored there (reclaim policy Delete)"),
            "Retain" => format!(
                "{whose} {stays}, Released, with what is stored there; no claim gets it before somebody removes its \
                 claimRef (reclaim policy Retain)"
            ),
            "Recycle" => format!("{whose} {stays}, and what is stored there is deleted (reclaim policy Recycle)"),
            _ => format!("{whose} {goes}, and so does what is stored there, unless the reclaim policy is Retain"),
        }
    };
    policies.into_iter().map(told).collect()
}
