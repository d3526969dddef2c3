//! Binds claims to volumes as volume binder and scheduler do: one that is there, or a new one.

mod numbers;
mod site;

pub use numbers::Numbers;
pub use site::{Site, Sites};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::controller::state::Ordinal;

/// The volumes that there are for the claims of a set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Volumes {
    /// For each claim template, how its claims find a volume; a template beyond gets a new volume for each claim.
    bindings: Vec<Binding>,
    /// How claims find one that somebody made before the set.
    made: BTreeMap<(Ordinal, usize), Binding>,
    /// The volumes that claims of the set have, or had: one that is released is not free again, unless it is recycled.
    taken: Numbers,
    /// The volumes that others have.
    elsewhere: Numbers,
    /// Where volumes can be used.
    sites: Arc<Sites>,
    /// The volumes that are emptied and free again once their claim is deleted.
    recyclable: Arc<Numbers>,
    /// The sets of claim templates whose claims have been found to get no volumes together since a volume was free again.
    exhausted: BTreeSet<Vec<usize>>,
}

/// How the claims of one template find a volume.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Binding {
    /// Whether a volume is made for a claim that finds none.
    pub provisions: bool,
    /// Whether binding waits until the pod has a node (`volumeBindingMode: WaitForFirstConsumer`).
    pub waits: bool,
    /// The volumes that fit, best first; the number of a volume is the same for all templates.
    pub fitting: Arc<[usize]>,
    /// The volumes that are reserved for the claim of one ordinal.
    pub reserved: BTreeMap<Ordinal, usize>,
    /// In which order the scheduler looks at the claims of one pod: smaller requests first.
    pub order: usize,
}

/// The volume of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Volume {
    /// One that is there, by its number.
    InView(usize),
    /// One that is made for it, or that nobody knows.
    New,
}

impl Volumes {
    /// Volumes that nothing is bound to; a binding for each claim template.
    pub fn new(bindings: Vec<Binding>, sites: Arc<Sites>) -> Self {
        Self { bindings, sites, ..Self::default() }
    }

    /// Those of these volumes whose claim is deleted are emptied, and free again.
    #[must_use]
    pub fn recycling(self, recyclable: Arc<Numbers>) -> Self {
        Self { recyclable, ..self }
    }

    /// From now on the claims find their volumes in another way; what is taken stays so.
    pub fn rebind(&mut self, bindings: Vec<Binding>) {
        self.bindings = bindings;
        self.exhausted.clear();
    }

    /// Others have these volumes, but for those that the set itself has, and had those that they had before.
    pub fn leave(&mut self, elsewhere: &Numbers) {
        self.elsewhere.extend(elsewhere);
        for volume in self.taken.iter() {
            self.elsewhere.remove(volume);
        }
    }

    /// Whether others have a volume.
    pub fn is_elsewhere(&self, volume: usize) -> bool {
        self.elsewhere.contains(volume) && !self.taken.contains(volume)
    }

    /// The volumes that claims of the set have, or had.
    pub fn taken(&self) -> &Numbers {
        &self.taken
    }

    /// How the claim of an ordinal finds a volume that somebody made before the set.
    pub(super) fn find(&mut self, ordinal: Ordinal, template: usize, binding: Binding) {
        self.made.insert((ordinal, template), binding);
    }

    /// A claim of the set was bound to a volume before the set was there.
    pub(super) fn take(&mut self, volume: Volume) {
        if let Volume::InView(number) = volume {
            self.taken.insert(number);
        }
    }

    /// A claim is gone; the next one of its name is made from the template.
    pub(super) fn forget(&mut self, ordinal: Ordinal, template: usize) {
        self.made.remove(&(ordinal, template));
    }

    /// The claim that had a volume is deleted: whether the volume is free again (k8s.io/kubernetes
    /// `pkg/controller/volume/persistentvolume/pv_controller.go`, `recycleVolumeOperation`).
    pub(super) fn recycle(&mut self, volume: usize) -> bool {
        let is_recycled = self.recyclable.contains(volume);
        if is_recycled {
            self.taken.remove(volume);
            self.exhausted.clear();
        }
        is_recycled
    }

    /// Whether a claim waits until its pod has a node. One that a volume is reserved for does not: the controller binds it
    /// (k8s.io/kubernetes `pkg/controller/volume/persistentvolume/pv_controller.go`, `syncUnboundClaim`).
    pub fn waits(&self, template: usize, ordinal: Ordinal) -> bool {
        let binding = self.binding(template, ordinal);
        binding.is_some_and(|binding| binding.waits && self.reserved(binding, ordinal).is_none())
    }

    /// Whether there is no volume for a claim, wherever its pod runs.
    pub(super) fn lacks(&self, template: usize, ordinal: Ordinal) -> bool {
        self.binding(template, ordinal).is_some_and(|binding| self.choose(binding, ordinal).is_none())
    }

    /// Finds a volume for a claim wherever its pod runs, and takes it.
    pub fn bind(&mut self, template: usize, ordinal: Ordinal) -> Option<Volume> {
        let found = match self.binding(template, ordinal) {
            Some(binding) => self.choose(binding, ordinal)?,
            None => Volume::New,
        };
        self.take(found);
        Some(found)
    }

    /// Whether one node can use all of these volumes.
    pub(super) fn meet(&self, volumes: &[usize]) -> bool {
        self.sites.common(volumes).is_some()
    }

    /// Finds volumes for all of these claims of a pod on one node that can also use the volumes in `held`, and takes them; none
    /// where there is no such node (k8s.io/kubernetes `pkg/scheduler/framework/plugins/volumebinding/binder.go`,
    /// `FindPodVolumes` and `findMatchingVolumes`).
    pub(super) fn bind_on_node(
        &mut self,
        templates: &[usize],
        ordinal: Ordinal,
        held: &[usize],
    ) -> Option<Vec<Volume>> {
        let plain = held.is_empty() && templates.iter().all(|template| !self.made.contains_key(&(ordinal, *template)));
        if plain && self.exhausted.contains(templates) {
            return None;
        }
        let found = self.choose_on_node(templates, ordinal, held);
        match &found {
            Some(volumes) => volumes.iter().for_each(|volume| self.take(*volume)),
            None if plain => {
                self.exhausted.insert(templates.to_vec());
            }
            None => {}
        }
        found
    }

    fn choose_on_node(&self, templates: &[usize], ordinal: Ordinal, held: &[usize]) -> Option<Vec<Volume>> {
        let bindings: Vec<Option<&Binding>> =
            templates.iter().map(|template| self.binding(*template, ordinal)).collect();
        let mut order: Vec<usize> = (0..bindings.len()).collect();
        order.sort_by_key(|index| bindings.get(*index).copied().flatten().map_or(0, |binding| binding.order));
        let start = self.sites.common(held)?;
        let mut starts: BTreeSet<usize> = BTreeSet::new();
        if let Some(found) = self.choose_from(&start, &bindings, &order) {
            return Some(found);
        }
        for binding in bindings.iter().flatten() {
            for volume in binding.fitting.iter().filter(|volume| self.is_free(**volume)) {
                let Some(site) = self.sites.number(*volume).filter(|site| starts.insert(*site)) else { continue };
                let met = self.sites.get(site).and_then(|site| site.meet(&start));
                if let Some(found) = met.and_then(|site| self.choose_from(&site, &bindings, &order)) {
                    return Some(found);
                }
            }
        }
        None
    }

    /// Volumes for claims of a pod on a node of a site, the smallest request first.
    fn choose_from(&self, start: &Site, bindings: &[Option<&Binding>], order: &[usize]) -> Option<Vec<Volume>> {
        let (mut site, mut chosen, mut found) = (start.clone(), Numbers::default(), vec![Volume::New; bindings.len()]);
        for &index in order {
            let Some(binding) = bindings.get(index).copied().flatten() else { continue };
            let mut free = binding.fitting.iter().copied().filter(|it| self.is_free(*it) && !chosen.contains(*it));
            let next = free.find_map(|volume| {
                Some((volume, self.sites.of(volume).map_or(Some(site.clone()), |of| of.meet(&site))?))
            });
            match next {
                Some((volume, met)) => {
                    site = met;
                    chosen.insert(volume);
                    *found.get_mut(index)? = Volume::InView(volume);
                }
                None if binding.provisions => {}
                None => return None,
            }
        }
        Some(found)
    }

    fn binding(&self, template: usize, ordinal: Ordinal) -> Option<&Binding> {
        self.made.get(&(ordinal, template)).or_else(|| self.bindings.get(template))
    }

    fn reserved(&self, binding: &Binding, ordinal: Ordinal) -> Option<usize> {
        binding.reserved.get(&ordinal).copied().filter(|volume| self.is_free(*volume))
    }

    fn choose(&self, binding: &Binding, ordinal: Ordinal) -> Option<Volume> {
        let fitting = || binding.fitting.iter().copied().find(|it| self.is_free(*it));
        let there = self.reserved(binding, ordinal).or_else(fitting).map(Volume::InView);
        there.or(binding.provisions.then_some(Volume::New))
    }

    fn is_free(&self, volume: usize) -> bool {
        !self.taken.contains(volume) && !self.elsewhere.contains(volume)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_hand(fitting: &[usize]) -> Binding {
        Binding { fitting: fitting.into(), ..Binding::default() }
    }

    fn waiting(fitting: &[usize], order: usize) -> Binding {
        Binding { waits: true, order, ..by_hand(fitting) }
    }

    #[test]
    fn a_volume_is_bound_once_and_a_reserved_one_to_its_claim() {
        let reserved = Binding { reserved: BTreeMap::from([(1, 7)]), ..by_hand(&[1]) };
        let dynamic = Binding { provisions: true, ..Binding::default() };
        let mut volumes = Volumes::new(vec![by_hand(&[0, 1, 9]), reserved, dynamic], Arc::default());
        let mut elsewhere = Numbers::default();
        elsewhere.insert(9);
        volumes.leave(&elsewhere);
        for (template, ordinal, want) in [
            (0, 0, Some(Volume::InView(0))),
            (1, 1, Some(Volume::InView(7))),
            (1, 0, Some(Volume::InView(1))),
            (0, 1, None),
            (1, 1, None),
            (2, 0, Some(Volume::New)),
            (2, 1, Some(Volume::New)),
            (3, 0, Some(Volume::New)),
        ] {
            assert_eq!(volumes.bind(template, ordinal), want, "template {template}, ordinal {ordinal}");
        }
    }

    #[test]
    fn the_claims_of_a_pod_get_volumes_that_one_node_can_use() {
        let node = |name: &str| Site::new(BTreeMap::from([("host".to_owned(), vec![name.to_owned()])]));
        // 0 and 10 are on node a, 1 and 11 on node b, 12 on node c, and 20 anywhere.
        let places = [(0, "a"), (10, "a"), (1, "b"), (11, "b"), (12, "c")];
        let sites = Arc::new(Sites::new(places.map(|(volume, name)| (volume, node(name)))));
        for (data, log, held, want) in [
            (&[0, 1][..], &[11, 10][..], &[][..], Some(vec![0, 10])),
            (&[0], &[11], &[], None),
            (&[0], &[11, 20], &[], Some(vec![0, 20])),
            (&[0, 1], &[12, 11], &[], Some(vec![1, 11])),
            (&[0, 1], &[10, 20], &[12], None),
            (&[0, 1], &[10, 20], &[11], Some(vec![1, 20])),
        ] {
            let bindings = vec![waiting(data, 0), waiting(log, 1)];
            let mut volumes = Volumes::new(bindings, Arc::clone(&sites));
            let found = volumes.bind_on_node(&[0, 1], 0, held);
            let want = want.map(|it| it.into_iter().map(Volume::InView).collect::<Vec<_>>());
            assert_eq!(found, want, "data {data:?}, log {log:?}, held {held:?}");
        }
    }
}
