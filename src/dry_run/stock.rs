//! Turns the PersistentVolumes and claims in view into the volumes that there are, and who has them before any set is there.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use super::share::Shares;
use super::storage::{self, Missing, Source, belong_together};
use crate::cluster::Cluster;
use crate::controller::state::Ordinal;
use crate::facts::{self, PersistentVolume, Reclaim};
use crate::manifest::{GroupKind, Object};
use crate::pod;
use crate::world::{Binding, Numbers, Site, Sites, Volume, Volumes};
use crate::yaml::Node;

/// What there is before any set.
#[derive(Debug)]
pub(super) struct Stock<'v> {
    cluster: &'v Cluster<'v>,
    /// The volumes that are named and not in view, with numbers beyond those of the others.
    unseen: BTreeMap<&'v str, usize>,
    /// The claims in view, by namespace and name; of overlays, several.
    found: BTreeMap<&'v str, BTreeMap<&'v str, Vec<Found<'v>>>>,
    /// The volumes that those claims have.
    pub(super) shares: Shares<'v>,
    /// Where volumes can be used.
    pub(super) sites: Arc<Sites>,
    /// The volumes that are emptied and free again once their claims are deleted.
    pub(super) recyclable: Arc<Numbers>,
}

/// A claim in view.
#[derive(Debug, Clone)]
pub(super) struct Found<'v> {
    pub(super) object: &'v Object<'v>,
    pub(super) source: Source,
    /// Whether it says of itself that it is bound.
    pub(super) is_bound: bool,
    /// Its volume, if it is bound before any pod is there.
    pub(super) volume: Option<Volume>,
    /// How it finds one.
    pub(super) binding: Binding,
}

impl<'v> Stock<'v> {
    /// What is in view. A claim whose class waits for a pod takes no volume before it has one.
    pub(super) fn of(cluster: &'v Cluster<'v>, view: &'v facts::View<'v>) -> Self {
        let places = view.volumes.iter().enumerate().map(|(number, volume)| (number, Site::new(volume.node_labels())));
        let mut recyclable = Numbers::default();
        let is_recycled = |(_, volume): &(usize, &PersistentVolume<'_>)| volume.reclaim() == Reclaim::Recycled;
        view.volumes.iter().enumerate().filter(is_recycled).for_each(|(number, _)| recyclable.insert(number));
        let mut stock = Self {
            cluster,
            unseen: unseen(cluster, view),
            found: BTreeMap::new(),
            shares: Shares::of(cluster),
            sites: Arc::new(Sites::new(places)),
            recyclable: Arc::new(recyclable),
        };
        for object in cluster.of_kind(GroupKind::PERSISTENT_VOLUME_CLAIM).filter(|claim| !claim.partial) {
            let found = stock.find(object, view);
            if let Some(Volume::InView(volume)) = found.volume {
                stock.shares.take(object, [volume]);
            }
            let of_namespace = stock.found.entry(object.namespace).or_default();
            of_namespace.entry(object.name).or_default().push(found);
        }
        stock
    }

    fn find(&self, object: &'v Object<'v>, view: &'v facts::View<'v>) -> Found<'v> {
        let claims = [facts::claim(object, self.cluster, view)];
        let sources = storage::sources(object, self.cluster, view, &claims);
        let mut bindings = storage::bindings(&claims, &sources, self, &mut Vec::new());
        let (source, binding) =
            (sources.first().copied().unwrap_or(Source::Unseen), bindings.pop().unwrap_or_default());
        let phase = object.get(&["status", "phase"]).and_then(Node::as_str).unwrap_or_default();
        let found = Found { object, source, is_bound: phase == "Bound", volume: None, binding };
        if phase == "Lost" {
            return Found { source: Source::InView(Missing::Lost), binding: Binding::default(), ..found };
        }
        if found.is_bound {
            let [claim] = &claims;
            return Found { volume: Some(claim.named.map_or(Volume::New, Volume::InView)), ..found };
        }
        let mut volumes = Volumes::new(vec![found.binding.clone()], Arc::clone(&self.sites));
        volumes.leave(&self.shares.seen_from(object));
        let volume = if volumes.waits(0, 0) { None } else { volumes.bind(0, 0) };
        Found { volume, ..found }
    }

    /// The number of a volume that is named and not in view.
    pub(super) fn unseen(&self, name: &str) -> Option<usize> {
        self.unseen.get(name).copied()
    }

    /// The name of a volume that is named and not in view.
    pub(super) fn unseen_name(&self, number: usize) -> Option<&'v str> {
        self.unseen.iter().find(|(_, it)| **it == number).map(|(name, _)| *name)
    }

    /// The claims of a set that are in view: ordinal, and position of the claim template.
    pub(super) fn made<'s>(
        &'s self,
        set: &Object<'_>,
        templates: &[Arc<str>],
    ) -> BTreeMap<(Ordinal, usize), &'s Found<'v>> {
        let mut made = BTreeMap::new();
        let Some(of_namespace) = self.found.get(set.namespace) else { return made };
        for (template, name) in templates.iter().enumerate() {
            let prefix = format!("{name}-{}-", set.name);
            let from = of_namespace.range::<str, _>((Bound::Included(&*prefix), Bound::Unbounded));
            for (name, found) in from.take_while(|(name, _)| name.starts_with(&prefix)) {
                let ordinal = name.strip_prefix(&prefix).and_then(pod::decimal).filter(|it| *it <= i64::from(i32::MAX));
                let nearest = self.cluster.find(GroupKind::PERSISTENT_VOLUME_CLAIM, set.namespace, name, set);
                let is_nearest = |found: &&Found<'_>| nearest.is_some_and(|it| std::ptr::eq(it, found.object));
                // Claims of another application with a set of the same name say nothing about this one.
                let is_of_set =
                    |found: &&Found<'_>| belong_together(self.cluster.path(set), self.cluster.path(found.object));
                if let (Some(ordinal), Some(found)) = (ordinal, found.iter().filter(is_of_set).find(is_nearest)) {
                    made.entry((ordinal, template)).or_insert(found);
                }
            }
        }
        made
    }
}

/// The volumes that claims name and that are not in view, with a number for each.
fn unseen<'v>(cluster: &'v Cluster<'v>, view: &facts::View<'_>) -> BTreeMap<&'v str, usize> {
    let sets = cluster.stateful_sets().flat_map(facts::named_volumes);
    let claims = cluster.of_kind(GroupKind::PERSISTENT_VOLUME_CLAIM).map(|claim| facts::volume_name(claim.node));
    let names = sets.chain(claims).filter(|name| !name.is_empty() && !view.volumes.has(name));
    let mut unseen: BTreeMap<&str, usize> = names.map(|name| (name, 0)).collect();
    for (number, value) in unseen.values_mut().enumerate() {
        *value = view.volumes.len() + number;
    }
    unseen
}
