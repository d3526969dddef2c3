//! Turns the claim templates of a set and what is in view into the volumes that its claims find, and the story of its
//! claims into what became of each.

use std::sync::Arc;

use crate::cluster::Cluster;
use crate::controller::state::Ordinal;
use crate::facts::{self, Facts};
use crate::manifest::{GroupKind, Object};
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
}

/// Where the volumes of the claims come from, template by template.
pub(super) fn sources(set: &Object<'_>, cluster: &Cluster<'_>, facts: &Facts<'_>) -> Vec<Source> {
    let classes = || cluster.of_kind(GroupKind::STORAGE_CLASS).filter(|class| !class.partial);
    // Classes of another application say nothing about which others the cluster has.
    let beside = classes().any(|class| belong_together(cluster.path(set), cluster.path(class)));
    facts.claims.iter().map(|claim| source(claim, facts.view.storage_classes > 0, beside)).collect()
}

/// Whether the folder of one file is that of the other, or holds it.
fn belong_together(one: &str, other: &str) -> bool {
    let folder = |path: &str| path.rsplit_once('/').map_or_else(String::new, |(folder, _)| format!("{folder}/"));
    let (one, other) = (folder(one), folder(other));
    one.starts_with(&other) || other.starts_with(&one)
}

fn source(claim: &facts::Claim<'_>, any: bool, beside: bool) -> Source {
    let named = &claim.class_name;
    let by_hand = |missing| match claim.supply.of_class {
        0 => Source::Unknown("no PersistentVolume of its class is in view"),
        _ => Source::InView(missing),
    };
    if named.placeholder {
        Source::Unknown("its StorageClass is still to be filled in")
    } else if named.given && named.text.is_empty() {
        by_hand(Missing::NoClass)
    } else if claim.storage_class.found {
        if claim.storage_class.by_hand { by_hand(Missing::ByHand) } else { Source::Provisioned }
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

/// How the claims find volumes, template by template; what is assumed of that is added to the notes.
pub(super) fn bindings(facts: &Facts<'_>, sources: &[Source], notes: &mut Vec<String>) -> Vec<Binding> {
    let binding = |(claim, source): (&facts::Claim<'_>, &Source)| match source {
        Source::InView(_) => Binding {
            fitting: claim.supply.free.clone(),
            reserved: claim.supply.reserved.iter().copied().collect(),
            ..Binding::default()
        },
        Source::Provisioned => made_by_class(claim),
        Source::Unknown(why) => {
            notes.push(format!("claims of template \"{}\" are taken to find volumes: {why}", claim.name));
            Binding { provisions: true, ..Binding::default() }
        }
    };
    facts.claims.iter().zip(sources).map(binding).collect()
}

/// How the claims find volumes, template by template, where a StorageClass makes them.
pub(super) fn provisioned(facts: &Facts<'_>, sources: &[Source]) -> Vec<Option<Binding>> {
    let binding =
        |(claim, source): (&facts::Claim<'_>, &Source)| (*source == Source::Provisioned).then(|| made_by_class(claim));
    facts.claims.iter().zip(sources).map(binding).collect()
}

fn made_by_class(claim: &facts::Claim<'_>) -> Binding {
    let waits = claim.storage_class.binding_mode == "WaitForFirstConsumer";
    Binding { provisions: true, waits, ..Binding::default() }
}

/// The claims of the set that are in view: ordinal, and position of the claim template.
pub(super) fn made(set: &Object<'_>, cluster: &Cluster<'_>, templates: &Arc<[Arc<str>]>) -> Vec<(Ordinal, usize)> {
    let claims = cluster.in_namespace(GroupKind::PERSISTENT_VOLUME_CLAIM, set.namespace).filter(|it| !it.partial);
    // Claims of another application with a set of the same name say nothing about this one.
    let claims = claims.filter(|claim| belong_together(cluster.path(set), cluster.path(claim)));
    let of_set = |claim: &Object<'_>| {
        let (parent, digits) = claim.name.rsplit_once('-')?;
        let ordinal: i32 = digits.parse().ok().filter(|ordinal: &i32| ordinal.to_string() == digits)?;
        let template = parent.strip_suffix(set.name)?.strip_suffix('-')?;
        Some((Ordinal::from(ordinal), templates.iter().position(|name| **name == *template)?))
    };
    let mut made: Vec<_> = claims.filter_map(of_set).collect();
    made.sort_unstable();
    made.dedup();
    made
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
