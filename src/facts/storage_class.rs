//! Turns the StorageClasses in view into where, when and for how long each makes volumes.

use crate::cluster::Cluster;
use crate::manifest::{GroupKind, Object};
use crate::yaml::Node;

/// What a class names as its provisioner when volumes are made by hand.
const NO_PROVISIONER: &str = "kubernetes.io/no-provisioner";

/// Annotations that make a class the default; the second one is of before Kubernetes 1.6 and still read
/// (`pkg/volume/util/storageclass.go`, `IsDefaultAnnotation`).
const DEFAULT_MARKS: [&str; 2] =
    ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

/// Provisioners whose volumes live in one zone, as their own documentation says.
const ZONAL: [&str; 13] = [
    "ebs.csi.aws.com",
    "ebs.csi.eks.amazonaws.com",
    "kubernetes.io/aws-ebs",
    "pd.csi.storage.gke.io",
    "kubernetes.io/gce-pd",
    "disk.csi.azure.com",
    "kubernetes.io/azure-disk",
    "cinder.csi.openstack.org",
    "kubernetes.io/cinder",
    "diskplugin.csi.alibabacloud.com",
    "vpc.block.csi.ibm.io",
    "csi.scaleway.com",
    "com.tencent.cloud.csi.cbs",
];

/// Provisioners whose volumes live on one node.
const NODE_LOCAL: [&str; 6] = [
    "rancher.io/local-path",
    "openebs.io/local",
    "local.csi.openebs.io",
    "zfs.csi.openebs.io",
    "topolvm.io",
    "topolvm.cybozu.com",
];

crate::record! {
    /// A StorageClass in view.
    pub struct StorageClass<'a> as "storageClass" at node {
        /// Whether it is in view.
        found "found": bool,
        /// Its name; empty if it is not in view.
        name "name": &'a str,
        /// Whether claims that name no class get it.
        is_default "isDefault": bool,
        /// What makes its volumes.
        provisioner "provisioner": &'a str,
        /// Whether its volumes are made by hand: its provisioner is `kubernetes.io/no-provisioner`.
        by_hand "byHand": bool,
        /// `Immediate`, which is also the default, or `WaitForFirstConsumer`.
        binding_mode "volumeBindingMode": &'a str,
        /// `Delete`, which is also the default, or `Retain`.
        reclaim_policy "reclaimPolicy": &'a str,
        /// Whether a volume, and the data on it, is deleted with its claim: the class is in view, makes volumes itself, and has
        /// the reclaim policy `Delete`.
        deletes_volumes "deletesVolumes": bool,
        /// From where a volume can be used, if the provisioner is known: `zone`, `node`, or empty for anything wider or unknown.
        reach "reach": &'static str,
        /// How many zones it is restricted to; 0 if it is not.
        zones "zones": i64,
    }
}

impl<'a> StorageClass<'a> {
    /// What is true of a class that is not in view.
    pub(super) fn absent() -> Self {
        Self {
            node: None,
            found: false,
            name: "",
            is_default: false,
            provisioner: "",
            by_hand: false,
            binding_mode: "",
            reclaim_policy: "",
            deletes_volumes: false,
            reach: "",
            zones: 0,
        }
    }

    /// Whether its volumes are bound, or made, only when a pod that uses them has a node.
    pub fn waits(&self) -> bool {
        self.binding_mode == "WaitForFirstConsumer"
    }

    pub(super) fn of(object: &'a Object<'a>) -> Self {
        let text = |key: &str| object.get(&[key]).and_then(Node::as_str).filter(|text| !text.is_empty());
        let provisioner = text("provisioner").unwrap_or_default();
        let reclaim_policy = text("reclaimPolicy").unwrap_or("Delete");
        let parameters = object.get(&["parameters"]);
        Self {
            node: Some(object.node),
            found: true,
            name: object.name,
            is_default: is_default(object),
            provisioner,
            by_hand: provisioner == NO_PROVISIONER,
            binding_mode: text("volumeBindingMode").unwrap_or("Immediate"),
            reclaim_policy,
            deletes_volumes: provisioner != NO_PROVISIONER && reclaim_policy == "Delete",
            reach: reach(provisioner, parameters),
            zones: zones(object, parameters),
        }
    }
}

/// The classes in view, in source order, overlays one by one.
pub(super) fn all<'a>(cluster: &'a Cluster<'a>) -> Vec<StorageClass<'a>> {
    objects(cluster).map(StorageClass::of).collect()
}

/// The class that claims without one get; `None` if none in view is the default, or several of different names are, because
/// then the newest object in the cluster wins, which no manifest tells.
pub(super) fn default<'a>(cluster: &'a Cluster<'a>, near: &Object<'_>) -> Option<&'a Object<'a>> {
    let mut defaults = objects(cluster).filter(|class| is_default(class));
    let name = defaults.next()?.name;
    if defaults.any(|other| other.name != name) {
        return None;
    }
    cluster.find(GroupKind::STORAGE_CLASS, "", name, near)
}

/// Whether any class in view is the default.
pub(super) fn any_default(cluster: &Cluster<'_>) -> bool {
    objects(cluster).any(is_default)
}

pub(super) fn objects<'a>(cluster: &'a Cluster<'a>) -> impl Iterator<Item = &'a Object<'a>> {
    cluster.of_kind(GroupKind::STORAGE_CLASS).filter(|class| !class.partial)
}

fn is_default(class: &Object<'_>) -> bool {
    let annotations = class.get(&["metadata", "annotations"]);
    let marked =
        |mark| annotations.and_then(|annotations| annotations.get(mark)).and_then(Node::as_str) == Some("true");
    DEFAULT_MARKS.into_iter().any(marked)
}

fn reach(provisioner: &str, parameters: Option<Node<'_>>) -> &'static str {
    if NODE_LOCAL.contains(&provisioner) {
        return "node";
    }
    if !ZONAL.contains(&provisioner) {
        return "";
    }
    let fields = parameters.map(Node::fields).unwrap_or_default();
    let spans_zones = fields.iter().any(|(key, entry)| {
        let value = entry.value.as_str().unwrap_or_default();
        match key.to_lowercase().as_str() {
            // Google's regional disks, which lie in two zones.
            "replication-type" => value == "regional-pd",
            "type" => value.starts_with("hyperdisk-balanced-high-availability"),
            // Azure's zone-redundant disks; its drivers read keys in any case.
            "skuname" | "storageaccounttype" => value.to_lowercase().ends_with("_zrs"),
            _ => false,
        }
    });
    if spans_zones { "" } else { "zone" }
}

/// How many zones a class is restricted to, by `allowedTopologies` or by the parameters of drivers; 0 if it is not.
fn zones(class: &Object<'_>, parameters: Option<Node<'_>>) -> i64 {
    let terms = class.get(&["allowedTopologies"]).into_iter().flat_map(Node::items);
    let expressions = terms.flat_map(|term| term.get("matchLabelExpressions").into_iter().flat_map(Node::items));
    let zonal = expressions
        .filter(|expression| expression.get("key").and_then(Node::as_str).is_some_and(|key| key.ends_with("/zone")));
    let values = zonal.flat_map(|expression| expression.get("values").into_iter().flat_map(Node::items));
    let mut names: Vec<&str> = values.filter_map(Node::as_str).collect();
    let parameter = |key| parameters.and_then(|parameters| parameters.get(key)).and_then(Node::as_str);
    let listed = ["zone", "zones", "availability", "diskZone"]
        .into_iter()
        .filter_map(parameter)
        .flat_map(|list| list.split(','));
    names.extend(listed.map(str::trim).filter(|zone| !zone.is_empty()));
    names.sort_unstable();
    names.dedup();
    i64::try_from(names.len()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing;

    const SET: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\n";

    fn class(rest: &str) -> String {
        format!("---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\n{rest}\n")
    }

    #[test]
    fn a_class_says_when_and_where_its_volumes_are_made() {
        for (rest, want) in [
            ("metadata: {name: a}\nprovisioner: ebs.csi.aws.com", ("Immediate", "Delete", "zone", 0)),
            (
                "metadata: {name: a}\nprovisioner: x\nvolumeBindingMode: WaitForFirstConsumer\nreclaimPolicy: Retain",
                ("WaitForFirstConsumer", "Retain", "", 0),
            ),
            ("provisioner: [x]\nvolumeBindingMode: {}\nreclaimPolicy: ''", ("Immediate", "Delete", "", 0)),
            (
                "provisioner: pd.csi.storage.gke.io\nparameters: {replication-type: regional-pd}",
                ("Immediate", "Delete", "", 0),
            ),
            ("provisioner: pd.csi.storage.gke.io\nparameters: {type: pd-ssd}", ("Immediate", "Delete", "zone", 0)),
            ("provisioner: disk.csi.azure.com\nparameters: {skuName: Premium_ZRS}", ("Immediate", "Delete", "", 0)),
            ("provisioner: disk.csi.azure.com\nparameters: {skuName: Premium_LRS}", ("Immediate", "Delete", "zone", 0)),
            ("provisioner: kubernetes.io/aws-ebs\nparameters: {zone: a}", ("Immediate", "Delete", "zone", 1)),
            ("provisioner: kubernetes.io/gce-pd\nparameters: {zones: 'a, b'}", ("Immediate", "Delete", "zone", 2)),
            (
                "provisioner: ebs.csi.aws.com\nallowedTopologies: [{matchLabelExpressions: [{key: \
                 topology.ebs.csi.aws.com/zone, values: [a, b]}, {key: x, values: [c]}]}, {matchLabelExpressions: [{key: \
                 topology.kubernetes.io/zone, values: [a]}]}]",
                ("Immediate", "Delete", "zone", 2),
            ),
            ("provisioner: rancher.io/local-path", ("Immediate", "Delete", "node", 0)),
        ] {
            testing::with(&format!("{SET}{}", class(rest)), |_, cluster| {
                let classes = all(cluster);
                let [class] = &classes[..] else { panic!("{rest}: {} classes", classes.len()) };
                assert_eq!((class.binding_mode, class.reclaim_policy, class.reach, class.zones), want, "{rest}");
            });
        }
    }

    #[test]
    fn volumes_go_with_their_claims_unless_they_are_kept_or_made_by_hand() {
        for (rest, want) in [
            ("provisioner: ebs.csi.aws.com", true),
            ("provisioner: ebs.csi.aws.com\nreclaimPolicy: Delete", true),
            ("provisioner: ebs.csi.aws.com\nreclaimPolicy: Retain", false),
            ("provisioner: kubernetes.io/no-provisioner", false),
        ] {
            testing::with(&format!("{SET}{}", class(rest)), |_, cluster| {
                assert_eq!(all(cluster)[0].deletes_volumes, want, "{rest}");
            });
        }
    }

    #[test]
    fn the_default_is_known_when_only_one_name_is_marked() {
        let marked = |name: &str, mark: &str| class(&format!("metadata: {{name: {name}, annotations: {{{mark}}}}}"));
        let yes = "storageclass.kubernetes.io/is-default-class: 'true'";
        for (classes, want, any) in [
            (vec![], None, false),
            (vec![marked("a", "x: y")], None, false),
            (vec![marked("a", "x: y"), marked("b", yes)], Some("b"), true),
            (vec![marked("b", "storageclass.beta.kubernetes.io/is-default-class: 'true'")], Some("b"), true),
            (vec![marked("b", "storageclass.kubernetes.io/is-default-class: 'false'")], None, false),
            (vec![marked("b", "storageclass.kubernetes.io/is-default-class: true")], None, false),
            (vec![marked("b", yes), marked("b", yes)], Some("b"), true),
            (vec![marked("a", yes), marked("b", yes)], None, true),
        ] {
            testing::with(&format!("{SET}{}", classes.join("")), |set, cluster| {
                assert_eq!(default(cluster, set).map(|class| class.name), want, "{classes:?}");
                assert_eq!(any_default(cluster), any, "{classes:?}");
            });
        }
    }
}
