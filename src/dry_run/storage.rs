//! Turns the claim templates of a set and what is in view into the volumes that its claims find, and the story of its
//! claims into what became of each.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::stock::{Found, Stock};
use crate::cluster::Cluster;
use crate::controller::state::Ordinal;
use crate::facts::{self, Facts};
use crate::manifest::{GroupKind, Object};
use crate::placeholder::has_placeholder;
use crate::plan::{Claim, ClaimState, ClaimTemplate, Fate};
use crate::world::{Binding, Cascade, ClaimRecord, World};

/// The claim templates, as a plan tells them.
pub(super) fn templates(facts: &Facts<'_>) -> Vec<ClaimTemplate> {
    let template = |claim: &facts::Claim<'_>| ClaimTemplate {
        name: claim.name.to_owned(),
        storage_class: class(claim).map(str::to_owned),
        request: claim.request.text.to_owned(),
        access_modes: claim.access_modes.iter().map(|mode| (*mode).to_owned()).collect(),
    };
    facts.claims.iter().map(template).collect()
}

/// The class that the claims of a template get.
pub(super) fn class<'a>(claim: &facts::Claim<'a>) -> Option<&'a str> {
    let name = if claim.class_name.given { claim.class_name.text } else { claim.storage_class.name };
    Some(name).filter(|name| !name.is_empty())
}

/// The claims that another set in view takes for its own, one sentence for each template.
pub(super) fn shared(facts: &Facts<'_>) -> Vec<String> {
    let note = |claim: &facts::Claim<'_>| {
        let rival = &claim.rival;
        format!("claim \"{}\" is also one of StatefulSet \"{}\": both would use one volume", rival.claim, rival.set)
    };
    facts.claims.iter().filter(|claim| claim.rival.found).map(note).collect()
}

/// Where the volumes of a claim come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The class makes them.
    Provisioned,
    /// They are among those in view; none is made.
    InView(Missing),
    /// The claim names a volume, and no volume is in view.
    Unseen,
    /// Nobody can tell, because what it depends on is not in view.
    Unknown(&'static str),
}

/// Why no volume is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// The class that is named is not in view, and others are.
    Class,
    /// No class is named, and no class in view is the default.
    Default,
    /// The claim asks for a volume without a class.
    NoClass,
    /// The class makes no volumes.
    ByHand,
    /// The claim names its volume, for which none is ever made (k8s.io/kubernetes
    /// `pkg/controller/volume/persistentvolume/pv_controller.go`, `syncUnboundClaim`).
    Named,
    /// The claim has lost its volume.
    Lost,
}

/// Where the volumes of claims come from that stand in an object, one by one.
pub(super) fn sources(
    near: &Object<'_>,
    cluster: &Cluster<'_>,
    view: &facts::View<'_>,
    claims: &[facts::Claim<'_>],
) -> Vec<Source> {
    let classes = || cluster.of_kind(GroupKind::STORAGE_CLASS).filter(|class| !class.partial);
    let is_near = |object: &Object<'_>| belong_together(cluster.path(near), cluster.path(object));
    // Classes and volumes of another application say nothing about which others the cluster has.
    let classes = classes().any(is_near);
    let volumes = || view.volumes.iter().any(|volume| is_near(volume.object));
    let source = |claim| match named(claim, volumes) {
        Some(source) => source,
        None => of_class(claim, view.storage_classes > 0, classes),
    };
    claims.iter().map(source).collect()
}

/// Whether the folder of one file is that of the other, or holds it.
pub(super) fn belong_together(one: &str, other: &str) -> bool {
    let folder = |path: &str| path.rsplit_once('/').map_or_else(String::new, |(folder, _)| format!("{folder}/"));
    let (one, other) = (folder(one), folder(other));
    one.starts_with(&other) || other.starts_with(&one)
}

/// Where the volume of a claim comes from that names it; nothing for one that does not.
fn named(claim: &facts::Claim<'_>, beside: impl Fn() -> bool) -> Option<Source> {
    match claim.volume_name {
        "" => None,
        name if has_placeholder(name) => Some(Source::Unknown("its volumeName is still to be filled in")),
        _ if claim.supply.of_class > 0 || beside() => Some(Source::InView(Missing::Named)),
        _ => Some(Source::Unseen),
    }
}

fn of_class(claim: &facts::Claim<'_>, any: bool, beside: bool) -> Source {
    let named = &claim.class_name;
    let by_hand = |missing| match claim.supply.of_class {
        0 => Source::Unknown("no PersistentVolume of its class is in view"),
        _ => Source::InView(missing),
    };
    if named.placeholder {
        Source::Unknown("its StorageClass is still to be filled in")
    } else if named.given && named.text.is_empty() {
        by_hand(Missing::NoClass)
    } else if claim.storage_class.by_hand {
        by_hand(Missing::ByHand)
    } else if claim.storage_class.found {
        if claim.selects {
            Source::Unknown("it has a selector, for which most provisioners make no volume")
        } else {
            Source::Provisioned
        }
    } else if claim.any_default {
        Source::Unknown("several StorageClasses in view are the default")
    } else if named.of_platform {
        Source::Unknown("it is a StorageClass that platforms bring")
    } else if named.given && (beside || named.misspelt) {
        Source::InView(Missing::Class)
    } else if !named.given && beside {
        Source::InView(Missing::Default)
    } else if any {
        Source::Unknown("the StorageClasses in view belong to something else")
    } else {
        Source::Unknown("no StorageClass is in view")
    }
}

/// How claims find volumes, one by one: those that are there first, whatever makes others. What is assumed of that is added to
/// the notes.
pub(super) fn bindings(
    claims: &[facts::Claim<'_>],
    sources: &[Source],
    stock: &Stock<'_>,
    notes: &mut Vec<String>,
) -> Vec<Binding> {
    let mut by_request: Vec<usize> = (0..claims.len()).collect();
    by_request.sort_by_key(|index| claims.get(*index).and_then(|claim| claim.request.quantity));
    let order = |index: usize| by_request.iter().position(|it| *it == index).unwrap_or_default();
    let binding = |(index, (claim, source)): (usize, (&facts::Claim<'_>, &Source))| {
        notes.extend(assumed(claim, *source));
        Binding {
            provisions: matches!(source, Source::Provisioned | Source::Unknown(_)),
            waits: claim.volume_name.is_empty() && claim.storage_class.waits(),
            fitting: match source {
                Source::Unseen => stock.unseen(claim.volume_name).into_iter().collect(),
                _ => Arc::clone(&claim.supply.free),
            },
            reserved: claim.supply.reserved.iter().copied().collect(),
            order: order(index),
        }
    };
    claims.iter().zip(sources).enumerate().map(binding).collect()
}

/// What is assumed of the volumes of claims.
fn assumed(claim: &facts::Claim<'_>, source: Source) -> Option<String> {
    match source {
        Source::Unknown(why) => Some(format!("claims of template \"{}\" are taken to find volumes: {why}", claim.name)),
        Source::Unseen => Some(format!(
            "PersistentVolume \"{}\" is not in view, and is taken to be there, free, and to fit claim template \"{}\"",
            claim.volume_name, claim.name
        )),
        Source::Provisioned | Source::InView(_) => None,
    }
}

/// What is assumed of the volumes of claims of a set that are in view, one sentence for each reason.
pub(super) fn assumed_of_found<'f>(found: impl Iterator<Item = &'f Found<'f>>) -> Vec<String> {
    let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for found in found.filter(|found| !found.is_bound && found.volume.is_some()) {
        let why = match found.source {
            Source::Unknown(why) => why,
            Source::Unseen => "the volume that it names is not in view",
            Source::Provisioned | Source::InView(_) => continue,
        };
        names.entry(why).or_default().push(found.object.name);
    }
    let told = |(why, names): (&str, Vec<&str>)| match &names[..] {
        [first, rest @ ..] if !rest.is_empty() => {
            format!("claim \"{first}\" and {} more in view are each taken to find a volume: {why}", rest.len())
        }
        names => format!("claim \"{}\" in view is taken to find a volume: {why}", names.concat()),
    };
    names.into_iter().map(told).collect()
}

/// How the claims find volumes, template by template, where a StorageClass makes them.
pub(super) fn provisioned(facts: &Facts<'_>, sources: &[Source]) -> Vec<Option<Binding>> {
    let made = |claim: &facts::Claim<'_>| Binding {
        provisions: true,
        waits: claim.storage_class.waits(),
        ..Binding::default()
    };
    let binding = |(claim, source): (&facts::Claim<'_>, &Source)| (*source == Source::Provisioned).then(|| made(claim));
    facts.claims.iter().zip(sources).map(binding).collect()
}

/// What became of each claim.
pub(super) fn claims(world: &World) -> Vec<Claim> {
    let claim = |(&(ordinal, template), claim): (&(Ordinal, usize), &ClaimRecord)| Claim {
        template,
        ordinal,
        state: match claim {
            ClaimRecord { gone: true, .. } => ClaimState::Gone,
            ClaimRecord { bound: true, .. } => ClaimState::Bound,
            _ => ClaimState::Pending,
        },
        fate: fate(world, ordinal, *claim),
    };
    world.record().claims().iter().map(claim).collect()
}

fn fate(world: &World, ordinal: Ordinal, claim: ClaimRecord) -> Fate {
    let set_gone = world.deleted().is_some_and(|cascade| cascade != Cascade::Orphan);
    if claim.gone {
        Fate::Deleted
    } else if world.state().pod(ordinal).is_none() && (set_gone || !world.state().set().covers(ordinal)) {
        Fate::Orphaned
    } else if claim.anew {
        Fate::Recreated
    } else if claim.reused {
        Fate::Reused
    } else if !claim.before {
        Fate::Created
    } else {
        Fate::Kept
    }
}

#[cfg(test)]
mod tests {
    use super::belong_together;

    #[test]
    fn files_belong_together_when_one_folder_holds_the_other() {
        for (one, other, want) in [
            ("a.yaml", "b.yaml", true),
            ("k8s/a.yaml", "k8s/b.yaml", true),
            ("k8s/a.yaml", "b.yaml", true),
            ("k8s/db/a.yaml", "k8s/b.yaml", true),
            ("k8s/db/a.yaml", "k8s/web/b.yaml", false),
            ("k8s/db/a.yaml", "k8s/db-2/b.yaml", false),
            ("/k8s/a.yaml", "/k8s/x/b.yaml", true),
        ] {
            assert_eq!(belong_together(one, other), want, "{one} {other}");
            assert_eq!(belong_together(other, one), want, "{other} {one}");
        }
    }
}
