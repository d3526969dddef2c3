//! Turns the PersistentVolumes in view into what claims ask of volumes, to be found by class and by claim.

use std::collections::{BTreeMap, HashMap};

use crate::cluster::Cluster;
use crate::facts::claim::{Known, access_modes};
use crate::manifest::{GroupKind, Object};
use crate::quantity::Quantity;
use crate::yaml::Node;

/// A PersistentVolume in view.
#[derive(Debug)]
pub struct PersistentVolume<'a> {
    /// The object.
    pub object: &'a Object<'a>,
    /// Its class; empty for none (k8s.io/kubernetes `pkg/apis/core/helper`, `GetPersistentVolumeClass`).
    pub class: &'a str,
    /// The capacity as it is written.
    pub capacity_text: Option<&'a str>,
    /// How much it holds.
    pub capacity: Option<Quantity>,
    /// `Filesystem`, which is also the default, or `Block`.
    pub mode: &'a str,
    /// Its `volumeAttributesClassName`; empty for none.
    pub attributes_class: &'a str,
    /// The access modes that it offers, in written order.
    pub access_modes: Vec<&'a str>,
    /// The claim that it is for.
    pub claim: Option<ClaimReference<'a>>,
    /// Its phase, where the manifest was read from a cluster; empty if not.
    pub phase: &'a str,
    /// What becomes of it without its claim: `Retain`, which is also the default of volumes that are made by hand
    /// (k8s.io/kubernetes `pkg/apis/core/v1/defaults.go`, `SetDefaults_PersistentVolume`), `Delete` or `Recycle`.
    pub reclaim_policy: &'a str,
    /// Whether it is being deleted: it is bound no more (`metadata.deletionTimestamp`).
    pub terminating: bool,
    /// Whether several manifests, such as overlays, make volumes of its name.
    is_repeated: bool,
    /// When the controller looks at it: volumes with fewer access modes, and then smaller ones, come first.
    order: usize,
    /// When the scheduler looks at it: smaller volumes come first.
    order_on_node: usize,
}

/// The claim that a volume is for: `spec.claimRef`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClaimReference<'a> {
    /// Its namespace.
    pub namespace: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its UID, which the API server gives to a claim; empty if it is still open.
    pub uid: &'a str,
}

/// What becomes of a volume when its claim is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reclaim {
    /// It goes, and what is stored there with it.
    Deleted,
    /// It stays as it is, and is not free.
    Retained,
    /// It is emptied, and is free again.
    Recycled,
    /// It is to be deleted or recycled, and nothing can do that to a volume of its kind: it stays as it is, and is not free.
    Failed,
    /// It says what the API server does not know.
    Unknown,
}

/// The sources of volumes that drivers outside of Kubernetes delete: CSI, and what is migrated to it (k8s.io/csi-translation-lib
/// `translate.go`).
const OF_DRIVERS: [&str; 8] = [
    "csi",
    "awsElasticBlockStore",
    "azureDisk",
    "azureFile",
    "cinder",
    "gcePersistentDisk",
    "portworxVolume",
    "vsphereVolume",
];

/// The PersistentVolumes in view; each has a number, counted from zero in source order.
#[derive(Debug, Default)]
pub struct PersistentVolumes<'a> {
    all: Vec<PersistentVolume<'a>>,
    by_name: HashMap<&'a str, usize>,
    by_class: HashMap<&'a str, Vec<usize>>,
    by_claim: BTreeMap<(&'a str, &'a str), Vec<usize>>,
    /// Whether several manifests, such as overlays, make volumes of one name.
    is_overlaid: bool,
    /// What claims that ask alike find among them.
    pub(super) known: Known,
}

impl<'a> PersistentVolumes<'a> {
    pub(super) fn of(cluster: &'a Cluster<'a>) -> Self {
        let mut volumes = Self::default();
        for object in cluster.of_kind(GroupKind::PERSISTENT_VOLUME).filter(|volume| !volume.partial) {
            let (number, mut volume) = (volumes.all.len(), PersistentVolume::of(object));
            if let Some(&first) = volumes.by_name.get(object.name) {
                volume.is_repeated = true;
                volumes.is_overlaid = true;
                if let Some(first) = volumes.all.get_mut(first) {
                    first.is_repeated = true;
                }
            } else {
                volumes.by_name.insert(object.name, number);
            }
            volumes.by_class.entry(volume.class).or_default().push(number);
            if let Some(claim) = volume.claim {
                volumes.by_claim.entry((claim.namespace, claim.name)).or_default().push(number);
            }
            volumes.all.push(volume);
        }
        volumes.rank();
        volumes
    }

    /// Says when each is looked at: by the controller first those with the fewest access modes, then the smallest
    /// (k8s.io/kubernetes `pkg/controller/volume/persistentvolume/index.go`, `findByClaim`), by the scheduler the smallest
    /// (k8s.io/component-helpers `storage/volume/pv_helpers.go`, `FindMatchingVolume`).
    fn rank(&mut self) {
        let mut numbers: Vec<usize> = (0..self.all.len()).collect();
        let capacity = |number: &usize| self.all.get(*number).and_then(|volume| volume.capacity);
        numbers.sort_by_key(capacity);
        let by_capacity = numbers.clone();
        numbers.sort_by_key(|number| self.all.get(*number).map(|volume| volume.access_modes.len()));
        for (order, number) in by_capacity.into_iter().enumerate() {
            if let Some(volume) = self.all.get_mut(number) {
                volume.order_on_node = order;
            }
        }
        for (order, number) in numbers.into_iter().enumerate() {
            if let Some(volume) = self.all.get_mut(number) {
                volume.order = order;
            }
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The volume of a number.
    pub fn get(&self, number: usize) -> Option<&PersistentVolume<'a>> {
        self.all.get(number)
    }

    /// All of them, in source order.
    pub fn iter(&self) -> impl Iterator<Item = &PersistentVolume<'a>> {
        self.all.iter()
    }

    /// Those of a class; empty for those of none.
    pub(super) fn of_class(&self, class: &str) -> &[usize] {
        self.by_class.get(class).map_or(&[], Vec::as_slice)
    }

    /// Those that are for a claim in a namespace whose name begins so.
    pub(super) fn for_claims<'v>(&'v self, namespace: &'v str, prefix: &'v str) -> impl Iterator<Item = usize> + 'v {
        let from = self.by_claim.range((namespace, prefix)..);
        let of_prefix =
            move |(claim, _): &(&(&str, &str), &Vec<usize>)| claim.0 == namespace && claim.1.starts_with(prefix);
        from.take_while(of_prefix).flat_map(|(_, numbers)| numbers).copied()
    }

    /// Whether it depends on where a claim stands which volumes there are for it, because overlays make some several times.
    pub(super) fn is_overlaid(&self) -> bool {
        self.is_overlaid
    }

    /// Whether one has a name.
    pub fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// The volume of a name; of several overlays, the nearest.
    pub(super) fn find(&self, name: &str, cluster: &Cluster<'_>, near: &Object<'_>) -> Option<usize> {
        let first = *self.by_name.get(name)?;
        let is_nearest = |number: &usize| self.all.get(*number).is_some_and(|it| it.is_nearest(cluster, near));
        if is_nearest(&first) {
            return Some(first);
        }
        (first + 1..self.all.len())
            .filter(|number| self.all.get(*number).is_some_and(|it| it.object.name == name))
            .find(is_nearest)
    }

    /// Sorts volumes: that which is bound first is in front. `on_node` says whether the scheduler binds them.
    pub(super) fn sort(&self, numbers: &mut [usize], on_node: bool) {
        numbers.sort_unstable_by_key(|number| {
            self.all.get(*number).map(|volume| if on_node { volume.order_on_node } else { volume.order })
        });
    }
}

impl<'a> PersistentVolume<'a> {
    fn of(object: &'a Object<'a>) -> Self {
        let spec = |key: &str| object.get(&["spec", key]);
        let text = |key: &str| spec(key).and_then(Node::as_str).unwrap_or_default();
        let or = |key: &str, default: &'static str| Some(text(key)).filter(|text| !text.is_empty()).unwrap_or(default);
        let annotation = object.get(&["metadata", "annotations", "volume.beta.kubernetes.io/storage-class"]);
        let capacity = object.get(&["spec", "capacity", "storage"]);
        Self {
            object,
            class: annotation.or_else(|| spec("storageClassName")).and_then(Node::as_str).unwrap_or_default(),
            capacity_text: capacity.and_then(Node::raw),
            capacity: capacity.and_then(|capacity| Quantity::of(capacity).ok()),
            mode: or("volumeMode", "Filesystem"),
            attributes_class: text("volumeAttributesClassName"),
            access_modes: access_modes(spec("accessModes")),
            claim: spec("claimRef").map(ClaimReference::of),
            phase: object.get(&["status", "phase"]).and_then(Node::as_str).unwrap_or_default(),
            reclaim_policy: or("persistentVolumeReclaimPolicy", "Retain"),
            terminating: object.get(&["metadata", "deletionTimestamp"]).is_some_and(|time| !time.is_null()),
            is_repeated: false,
            order: 0,
            order_on_node: 0,
        }
    }

    /// The labels that a node has to have to use it, as far as its node affinity lists values: for each key, those of which one
    /// is asked (`spec.nodeAffinity.required`, of whose terms one has to match; k8s.io/component-helpers
    /// `storage/volume/pv_helpers.go`, `CheckNodeAffinity`).
    pub fn node_labels(&self) -> BTreeMap<String, Vec<String>> {
        let terms = self.object.get(&["spec", "nodeAffinity", "required", "nodeSelectorTerms"]);
        let mut terms = terms.into_iter().flat_map(Node::items).map(listed);
        let mut all = terms.next().unwrap_or_default();
        for term in terms {
            all.retain(|key, values| {
                values.extend(term.get(key).into_iter().flatten().cloned());
                term.contains_key(key)
            });
        }
        for values in all.values_mut() {
            values.sort_unstable();
            values.dedup();
        }
        all
    }

    /// What becomes of it when its claim is deleted (k8s.io/kubernetes `pkg/controller/volume/persistentvolume/pv_controller.go`,
    /// `reclaimVolume` and `findDeletablePlugin`): of what is not a driver's, a hostPath below /tmp alone is deleted
    /// (`pkg/volume/hostpath/host_path.go`, `Delete`), and hostPath and nfs are recycled.
    pub fn reclaim(&self) -> Reclaim {
        let has = |source: &str| self.object.get(&["spec", source]).is_some_and(|source| !source.is_null());
        let provisioner = self.object.get(&["metadata", "annotations", "pv.kubernetes.io/provisioned-by"]);
        let provisioner = provisioner.and_then(Node::as_str).unwrap_or_default();
        let is_of_driver =
            || !provisioner.is_empty() && !provisioner.starts_with("kubernetes.io/") || OF_DRIVERS.into_iter().any(has);
        let path = || self.object.get(&["spec", "hostPath", "path"]).and_then(Node::as_str).unwrap_or_default();
        let is_below_tmp = || path().split_once("/tmp/").is_some_and(|(_, rest)| !rest.is_empty());
        match self.reclaim_policy {
            "Retain" => Reclaim::Retained,
            "Delete" if is_of_driver() || is_below_tmp() => Reclaim::Deleted,
            "Recycle" if has("hostPath") || has("nfs") => Reclaim::Recycled,
            "Delete" | "Recycle" => Reclaim::Failed,
            _ => Reclaim::Unknown,
        }
    }

    /// Whether it is the one that counts of several overlays.
    pub(super) fn is_nearest(&self, cluster: &Cluster<'_>, near: &Object<'_>) -> bool {
        let nearest = || cluster.find(GroupKind::PERSISTENT_VOLUME, "", self.object.name, near);
        !self.object.name.is_empty() && (!self.is_repeated || nearest().is_some_and(|it| std::ptr::eq(it, self.object)))
    }
}

/// The values that one term of a node affinity lists, by label key.
fn listed(term: Node<'_>) -> BTreeMap<String, Vec<String>> {
    let mut listed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for expression in term.get("matchExpressions").into_iter().flat_map(Node::items) {
        let text = |key| expression.get(key).and_then(Node::as_str);
        let (Some(key), Some("In")) = (text("key"), text("operator")) else { continue };
        let values = expression.get("values").into_iter().flat_map(Node::items);
        let values: Vec<String> = values.filter_map(Node::as_str).map(str::to_owned).collect();
        listed.entry(key.to_owned()).or_insert_with(|| values.clone()).retain(|value| values.contains(value));
    }
    listed
}

impl<'a> ClaimReference<'a> {
    fn of(reference: Node<'a>) -> Self {
        let text = |key| reference.get(key).and_then(Node::as_str).unwrap_or_default();
        Self { namespace: text("namespace"), name: text("name"), uid: text("uid") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing;

    fn volume(name: &str, spec: &str) -> String {
        format!("---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {{name: {name}}}\nspec: {spec}\n")
    }

    const SET: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\n";

    #[test]
    fn a_volume_can_be_used_on_nodes_with_the_labels_of_one_of_its_terms() {
        let expression = |key: &str, operator: &str, values: &str| {
            format!("{{key: {key}, operator: {operator}, values: [{values}]}}")
        };
        let term = |expressions: &[String]| format!("{{matchExpressions: [{}]}}", expressions.join(", "));
        for (terms, want) in [
            (vec![], ""),
            (vec![term(&[expression("host", "In", "b, a")])], "host: a b"),
            (vec![term(&[expression("host", "In", "a")]), term(&[expression("host", "In", "c, a")])], "host: a c"),
            (vec![term(&[expression("host", "In", "a")]), term(&[expression("zone", "In", "x")])], ""),
            (vec![term(&[expression("host", "In", "a, b"), expression("host", "In", "b, c")])], "host: b"),
            (vec![term(&[expression("host", "In", "a"), expression("zone", "In", "x")])], "host: a, zone: x"),
            (vec![term(&[expression("host", "NotIn", "a"), expression("gpu", "Exists", "")])], ""),
        ] {
            let spec = format!("{{nodeAffinity: {{required: {{nodeSelectorTerms: [{}]}}}}}}", terms.join(", "));
            testing::with(&format!("{SET}{}", volume("pv", &spec)), |_, cluster| {
                let volumes = PersistentVolumes::of(cluster);
                let labels = volumes.get(0).map(PersistentVolume::node_labels).unwrap_or_default();
                let got: Vec<_> = labels.iter().map(|(key, values)| format!("{key}: {}", values.join(" "))).collect();
                assert_eq!(got.join(", "), want, "{spec}");
            });
        }
    }

    #[test]
    fn the_controller_looks_at_fewer_modes_first_and_the_scheduler_at_less_room() {
        let spec = |modes: &str, size: &str| format!("{{accessModes: [{modes}], capacity: {{storage: {size}}}}}");
        let volumes = [
            volume("wide", &spec("ReadWriteOnce, ReadOnlyMany", "1Gi")),
            volume("large", &spec("ReadWriteOnce", "3Gi")),
            volume("small", &spec("ReadWriteOnce", "2Gi")),
        ];
        testing::with(&format!("{SET}{}", volumes.concat()), |set, cluster| {
            let volumes = PersistentVolumes::of(cluster);
            for (on_node, want) in [(false, [2, 1, 0]), (true, [0, 2, 1])] {
                let mut numbers = [0, 1, 2];
                volumes.sort(&mut numbers, on_node);
                assert_eq!(numbers, want, "on a node: {on_node}");
            }
            assert_eq!((volumes.find("small", cluster, set), volumes.find("other", cluster, set)), (Some(2), None));
        });
    }
}
