//! Decides which sets of a plan can take the same volumes, and tells who has which.

use std::collections::{BTreeMap, HashMap};

use crate::cluster::Cluster;
use crate::facts;
use crate::manifest::{GroupKind, Object};
use crate::world::Numbers;

/// Who has which volumes.
#[derive(Debug)]
pub(super) struct Shares<'v> {
    cluster: &'v Cluster<'v>,
    /// Who had which before.
    earlier: Option<&'v Shares<'v>>,
    /// Those who have a volume, by its number; several only where overlays make them several times.
    holders: BTreeMap<usize, Vec<Holder<'v>>>,
    /// The volumes of those that stand in no other overlay.
    plain: Numbers,
    /// The others, one volume after another.
    overlays: Vec<(&'v Object<'v>, usize)>,
}

/// A claim or a set that has a volume.
#[derive(Debug, Clone, Copy)]
struct Holder<'v> {
    object: &'v Object<'v>,
    /// Whether no other object in view is of its kind, namespace and name.
    is_alone: bool,
}

impl<'v> Shares<'v> {
    /// Nobody has any.
    pub(super) fn of(cluster: &'v Cluster<'v>) -> Self {
        let (holders, plain, overlays) = (BTreeMap::new(), Numbers::default(), Vec::new());
        Self { cluster, earlier: None, holders, plain, overlays }
    }

    /// Nobody has any but those who had them before.
    pub(super) fn after(earlier: &'v Self) -> Self {
        Self { earlier: Some(earlier), ..Self::of(earlier.cluster) }
    }

    /// A claim, or the claims of a set, have these volumes.
    pub(super) fn take(&mut self, object: &'v Object<'v>, volumes: impl IntoIterator<Item = usize>) {
        let same = self.cluster.named(kind(object), object.name).filter(|it| it.namespace == object.namespace);
        let holder = Holder { object, is_alone: same.take(2).count() == 1 };
        for volume in volumes {
            let holders = self.holders.entry(volume).or_default();
            if holders.iter().any(|it| std::ptr::eq(it.object, object)) {
                continue;
            }
            holders.push(holder);
            if holder.is_alone {
                self.plain.insert(volume);
            } else {
                self.overlays.push((object, volume));
            }
        }
    }

    /// The volumes that are taken as an object sees it: not those of other overlays, nor of the same object a second time.
    pub(super) fn seen_from(&self, near: &Object<'_>) -> Numbers {
        let mut seen = self.earlier.map_or_else(Numbers::default, |earlier| earlier.seen_from(near));
        seen.extend(&self.plain);
        let others = self.overlays.iter().filter(|(holder, _)| self.is_nearest(holder, near));
        others.for_each(|(_, volume)| seen.insert(*volume));
        seen
    }

    /// Who else has a volume, as an object sees it.
    pub(super) fn holder(&self, volume: usize, near: &Object<'_>) -> Option<&'v Object<'v>> {
        let is_seen = |holder: &&Holder<'_>| {
            let Holder { object, is_alone } = **holder;
            if is_alone { !std::ptr::eq(object, near) } else { self.is_nearest(object, near) }
        };
        let earlier = self.earlier.and_then(|earlier| earlier.holder(volume, near));
        earlier.or_else(|| self.holders.get(&volume)?.iter().find(is_seen).map(|holder| holder.object))
    }

    /// Whether it is another object, and of several overlays the one that an object sees.
    fn is_nearest(&self, holder: &Object<'_>, near: &Object<'_>) -> bool {
        let is_itself = (kind(holder), holder.namespace, holder.name) == (kind(near), near.namespace, near.name);
        let nearest = || self.cluster.find(kind(holder), holder.namespace, holder.name, near);
        !is_itself && nearest().is_some_and(|nearest| std::ptr::eq(nearest, holder))
    }
}

fn kind(holder: &Object<'_>) -> GroupKind {
    if holder.is(GroupKind::STATEFUL_SET) { GroupKind::STATEFUL_SET } else { GroupKind::PERSISTENT_VOLUME_CLAIM }
}

/// The sets in groups, each in the order of the sets: those that could take the same volume are together. A group is told by
/// what its sets ask for, not by the volumes one by one, so that the cost does not grow with both.
pub(super) fn groups<'v>(sets: &[&'v Object<'v>], cluster: &'v Cluster<'v>, view: &facts::View<'v>) -> Vec<Vec<usize>> {
    let mut of_asked: HashMap<facts::Asked<'v>, usize> = HashMap::new();
    let mut leaders: Vec<usize> = (0..sets.len()).collect();
    for (index, set) in sets.iter().enumerate() {
        for asked in facts::asked_volumes(set, cluster, view) {
            let first = *of_asked.entry(asked).or_insert(index);
            let (first, own) = (leader(&mut leaders, first), leader(&mut leaders, index));
            if let Some(later) = leaders.get_mut(first.max(own)) {
                *later = first.min(own);
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for index in 0..sets.len() {
        groups.entry(leader(&mut leaders, index)).or_default().push(index);
    }
    groups.into_values().collect()
}

/// The first set of the group of a set; the way to it is shortened.
fn leader(leaders: &mut [usize], index: usize) -> usize {
    let mut at = index;
    while let Some(next) = leaders.get(at).copied().filter(|next| *next != at) {
        if let Some(after) = leaders.get(next).copied()
            && let Some(way) = leaders.get_mut(at)
        {
            *way = after;
        }
        at = next;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::testing;
    use crate::version::Version;

    fn set(name: &str, spec: &str) -> String {
        format!(
            "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: {name}}}\nspec: {{volumeClaimTemplates: \
             [{{metadata: {{name: data}}, spec: {spec}}}]}}\n"
        )
    }

    #[test]
    fn sets_are_together_that_could_take_the_same_volume() {
        let volumes = ["x", "y"].map(|class| {
            format!("---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {{name: pv-{class}}}\nspec: {{storageClassName: {class}}}\n")
        });
        let sets = [
            set("a", "{storageClassName: x}"),
            set("b", "{storageClassName: z}"),
            set("c", "{storageClassName: y}"),
            set("d", "{storageClassName: other, volumeName: pv-x}"),
            set("e", "{volumeName: gone}"),
            set("f", "{storageClassName: z}"),
            set("g", "{storageClassName: y, volumeName: gone}"),
        ];
        testing::with(&(sets.concat() + &volumes.concat()), |_, cluster| {
            let view = facts::View::of(cluster, Version::NEWEST);
            let sets: Vec<&Object<'_>> = cluster.stateful_sets().collect();
            assert_eq!(groups(&sets, cluster, &view), [vec![0, 3], vec![1], vec![2], vec![4, 6], vec![5]]);
        });
    }

    #[test]
    fn the_sets_of_other_overlays_take_nothing_away() {
        let (a, b) = (set("a", "{}"), set("b", "{}"));
        let files = [("k8s/dev/a.yaml", &*a), ("k8s/dev/b.yaml", &b), ("k8s/prod/a.yaml", &a), ("k8s/prod/b.yaml", &b)];
        testing::with_files(&files, |_, cluster| {
            let sets: Vec<&Object<'_>> = cluster.stateful_sets().collect();
            let mut shares = Shares::of(cluster);
            for (volume, set) in sets.iter().enumerate() {
                shares.take(set, [volume]);
            }
            for (near, want) in [(0, 1), (1, 0), (2, 3), (3, 2)] {
                assert_eq!(shares.seen_from(sets[near]).iter().collect::<Vec<_>>(), [want], "set {near}");
            }
            let names = |near: usize, volume| shares.holder(volume, sets[near]).map(|it| it.name);
            assert_eq!((names(0, 1), names(0, 0), names(0, 3)), (Some("b"), None, None));
        });
    }
}
