//! Turns the volumes of the template into what they hold, and whose claim they are.

use std::collections::HashMap;

use crate::cluster::Cluster;
use crate::facts::claim;
use crate::manifest::{GroupKind, Object};
use crate::yaml::Node;

crate::record! {
    /// A volume of the template.
    pub struct Volume<'a> as "volume" at node {
        /// Its name; empty if it has none.
        name "name": &'a str,
        /// What it holds, by the name of the field: `emptyDir`, which is also what a volume without a source is, `configMap`,
        /// `persistentVolumeClaim`.
        source "source": &'a str,
        /// Whether the source may hold something that the pods would miss: anything but `emptyDir` and
        /// `persistentVolumeClaim`.
        has_content "hasContent": bool,
        /// The claim template of the same name, which the pods get instead.
        claim_template "claimTemplate": Option<Node<'a>>,
        /// The claim that it is, if its source is `persistentVolumeClaim`.
        claim "claim": SharedClaim<'a>,
    }
}

crate::record! {
    /// A PersistentVolumeClaim that every pod mounts.
    pub struct SharedClaim<'a> as "sharedClaim" at node {
        /// Its name; empty if the volume is no claim.
        name "name": &'a str,
        /// Whether it is in view.
        found "found": bool,
        /// Whether every access mode of it is for one node alone: `ReadWriteOnce` or `ReadWriteOncePod`.
        single_node "singleNode": bool,
        /// Whether its only access mode is `ReadWriteOncePod`, for one pod alone.
        single_pod "singlePod": bool,
    }
}

/// The volumes of the template of `set`, in written order.
pub(super) fn of<'a>(set: &'a Object<'a>, cluster: &'a Cluster<'a>) -> Vec<Volume<'a>> {
    let mut templates: HashMap<&str, Node<'a>> = HashMap::new();
    for template in claim::templates(set) {
        templates.entry(claim::name(template)).or_insert(template);
    }
    let volume = |node: Node<'a>| {
        let name = text(node, "name");
        let source = source(node);
        Volume {
            node: Some(node),
            name,
            source,
            has_content: !matches!(source, "emptyDir" | "persistentVolumeClaim"),
            claim_template: templates.get(name).filter(|_| !name.is_empty()).copied(),
            claim: shared_claim(node, set, cluster),
        }
    };
    nodes(set).map(volume).collect()
}

/// The volumes of the template of `set` as they are written.
pub(super) fn nodes<'a>(set: &'a Object<'a>) -> impl Iterator<Item = Node<'a>> {
    let volumes = set.get(&["spec", "template", "spec", "volumes"]);
    volumes.into_iter().flat_map(Node::items).filter(|volume| volume.is_mapping())
}

/// The names of the volumes that containers and init containers mount or have as devices.
pub(super) fn mounted<'a>(set: &'a Object<'a>) -> impl Iterator<Item = &'a str> {
    let list = |key| set.get(&["spec", "template", "spec", key]).into_iter().flat_map(Node::items);
    let containers = list("initContainers").chain(list("containers"));
    let mounts = containers.flat_map(|container| {
        ["volumeMounts", "volumeDevices"].into_iter().filter_map(move |key| container.get(key)).flat_map(Node::items)
    });
    mounts.map(|mount| text(mount, "name"))
}

/// The name of the field that is the source of a volume.
fn source(volume: Node<'_>) -> &str {
    let mut keys = volume.entries().filter(|(_, value)| !value.is_null()).filter_map(|(key, _)| key.as_str());
    keys.find(|key| *key != "name" && *key != "<<").unwrap_or("emptyDir")
}

fn shared_claim<'a>(volume: Node<'a>, set: &'a Object<'a>, cluster: &'a Cluster<'a>) -> SharedClaim<'a> {
    let name = volume.get("persistentVolumeClaim").map_or("", |source| text(source, "claimName"));
    let found = cluster.find(GroupKind::PERSISTENT_VOLUME_CLAIM, set.namespace, name, set);
    let found = found.filter(|claim| !claim.partial && !name.is_empty());
    let modes = found.and_then(|claim| claim.get(&["spec", "accessModes"]));
    let modes: Vec<&str> = modes.into_iter().flat_map(Node::items).filter_map(Node::as_str).collect();
    let only = |allowed: &[&str]| !modes.is_empty() && modes.iter().all(|mode| allowed.contains(mode));
    SharedClaim {
        node: found.map(|claim| claim.node),
        name,
        found: found.is_some(),
        single_node: only(&["ReadWriteOnce", "ReadWriteOncePod"]),
        single_pod: only(&["ReadWriteOncePod"]),
    }
}

/// The text behind `key`; empty if there is none.
pub(super) fn text<'a>(node: Node<'a>, key: &str) -> &'a str {
    node.get(key).and_then(Node::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing;

    fn set(volumes: &str) -> String {
        format!(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec: {{template: {{spec: {{volumes: \
             {volumes}}}}}, volumeClaimTemplates: [{{metadata: {{name: data}}}}, {{}}]}}\n"
        )
    }

    #[test]
    fn a_volume_says_what_it_holds_and_what_replaces_it() {
        for (volumes, want) in [
            ("[{name: tmp, emptyDir: {}}]", ("emptyDir", false, false)),
            ("[{name: tmp}]", ("emptyDir", false, false)),
            ("[{name: tmp, configMap: null}]", ("emptyDir", false, false)),
            ("[{configMap: {name: x}, name: conf}]", ("configMap", true, false)),
            ("[{name: data, persistentVolumeClaim: {claimName: x}}]", ("persistentVolumeClaim", false, true)),
            ("[{name: data, hostPath: {path: /}}]", ("hostPath", true, true)),
            ("[{emptyDir: {}}]", ("emptyDir", false, false)),
        ] {
            testing::with(&set(volumes), |set, cluster| {
                let volume = &of(set, cluster)[0];
                let got = (volume.source, volume.has_content, volume.claim_template.is_some());
                assert_eq!(got, want, "{volumes}");
            });
        }
        for volumes in ["[data]", "{name: data}", "null", "[]"] {
            testing::with(&set(volumes), |set, cluster| assert!(of(set, cluster).is_empty(), "{volumes}"));
        }
    }

    #[test]
    fn a_shared_claim_says_who_may_use_it_at_once() {
        for (modes, want) in [
            ("[ReadWriteOnce]", (true, true, false)),
            ("[ReadWriteOncePod]", (true, true, true)),
            ("[ReadWriteOnce, ReadWriteMany]", (true, false, false)),
            ("[ReadWriteMany]", (true, false, false)),
            ("[]", (true, false, false)),
            ("null", (true, false, false)),
        ] {
            let claim = format!(
                "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: shared}}\nspec: {{accessModes: {modes}}}\n"
            );
            let volumes = set("[{name: all, persistentVolumeClaim: {claimName: shared}}]");
            testing::with(&format!("{volumes}{claim}"), |set, cluster| {
                let claim = &of(set, cluster)[0].claim;
                assert_eq!((claim.found, claim.single_node, claim.single_pod), want, "{modes}");
            });
        }
        testing::with(&set("[{name: all, persistentVolumeClaim: {claimName: shared}}]"), |set, cluster| {
            let claim = &of(set, cluster)[0].claim;
            assert_eq!((claim.name, claim.found, claim.single_node), ("shared", false, false));
        });
    }
}
