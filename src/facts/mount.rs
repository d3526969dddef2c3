//! Turns what containers mount into whether it is there, and what was probably meant.

use std::collections::HashSet;

use crate::facts::{claim, volume};
use crate::manifest::Object;
use crate::suggestion;
use crate::yaml::Node;

/// How many names are compared with that of a mount that finds nothing.
const MOST_COMPARED: usize = 100;

/// Where volumes and claim templates stand when they are indented too far or not far enough, by path and as text.
const MISPLACED: [(&[&str], &str); 7] = [
    (&["volumeClaimTemplates"], "volumeClaimTemplates"),
    (&["spec", "template", "volumeClaimTemplates"], "spec.template.volumeClaimTemplates"),
    (&["spec", "template", "spec", "volumeClaimTemplates"], "spec.template.spec.volumeClaimTemplates"),
    (&["volumes"], "volumes"),
    (&["spec", "volumes"], "spec.volumes"),
    (&["spec", "template", "volumes"], "spec.template.volumes"),
    (&["spec", "volumeClaimTemplate"], "spec.volumeClaimTemplate"),
];

crate::record! {
    /// A volume that a container mounts or has as a device.
    pub struct Mount<'a> as "mount" at node {
        /// The name of the volume; empty if it names none.
        name "name": &'a str,
        /// The name of the container.
        container "container": &'a str,
        /// Where the container sees it: `mountPath`, or `devicePath` of a device.
        path "path": &'a str,
        /// Whether it is a device.
        device "device": bool,
        /// Whether a volume of the template or a claim template has the name.
        found "found": bool,
        /// The nearest name of those, if none is the name itself; empty if none is near.
        suggestion "suggestion": &'a str,
        /// The volume or claim template of the name where the API has no such field; absent if there is none.
        misplaced "misplaced": MisplacedVolume<'a>,
    }
}

crate::record! {
    /// A volume or a claim template that stands where the API has no such field.
    pub struct MisplacedVolume<'a> as "misplacedVolume" at node {
        /// Whether there is one.
        found "found": bool,
        /// Where it stands: `spec.template.spec.volumeClaimTemplates`.
        place "place": &'static str,
    }
}

/// The mounts of the containers and init containers of `set`, in written order, init containers first.
pub(super) fn of<'a>(set: &'a Object<'a>) -> Vec<Mount<'a>> {
    let names = claim::templates(set).map(claim::name).chain(volume::nodes(set).map(|volume| text(volume, "name")));
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    let known: HashSet<&str> = names.iter().copied().collect();
    let near = |name| suggestion::nearest(name, names.iter().copied().take(MOST_COMPARED)).unwrap_or_default();
    let list = |key| set.get(&["spec", "template", "spec", key]).into_iter().flat_map(Node::items);
    let mut mounts = Vec::new();
    for container in list("initContainers").chain(list("containers")) {
        for (key, path) in [("volumeMounts", "mountPath"), ("volumeDevices", "devicePath")] {
            for node in container.get(key).into_iter().flat_map(Node::items).filter(|mount| mount.is_mapping()) {
                let name = text(node, "name");
                let found = known.contains(name);
                mounts.push(Mount {
                    node: Some(node),
                    name,
                    container: text(container, "name"),
                    path: text(node, path),
                    device: key == "volumeDevices",
                    found,
                    suggestion: if found { "" } else { near(name) },
                    misplaced: if found { MisplacedVolume::none() } else { misplaced(set, name) },
                });
            }
        }
    }
    mounts
}

impl MisplacedVolume<'_> {
    fn none() -> Self {
        Self { node: None, found: false, place: "" }
    }
}

fn misplaced<'a>(set: &'a Object<'a>, name: &str) -> MisplacedVolume<'a> {
    let named = |node: &Node<'_>| !name.is_empty() && (claim::name(*node) == name || text(*node, "name") == name);
    let found = MISPLACED.into_iter().find_map(|(path, place)| {
        let node = set.get(path)?.items().find(named)?;
        Some(MisplacedVolume { node: Some(node), found: true, place })
    });
    found.unwrap_or_else(MisplacedVolume::none)
}

fn text<'a>(node: Node<'a>, key: &str) -> &'a str {
    node.get(key).and_then(Node::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing;

    #[test]
    fn a_mount_finds_volumes_and_claim_templates() {
        for (mount, want) in [
            ("{name: data, mountPath: /data}", ("/data", true, "")),
            ("{name: conf, mountPath: /conf}", ("/conf", true, "")),
            ("{name: dta, mountPath: /data}", ("/data", false, "data")),
            ("{name: config, mountPath: /conf}", ("/conf", false, "conf")),
            ("{name: Conf}", ("", false, "conf")),
            ("{name: other}", ("", false, "")),
            ("{mountPath: /x}", ("/x", false, "")),
            ("{name: [data]}", ("", false, "")),
        ] {
            let text = format!(
                "
apiVersion: apps/v1
kind: StatefulSet
spec:
  template:
    spec:
      volumes: [{{name: conf, configMap: {{name: conf}}}}, {{emptyDir: {{}}}}]
      containers: [{{name: db, volumeMounts: [{mount}, data]}}]
  volumeClaimTemplates: [{{metadata: {{name: data}}}}, {{}}]
"
            );
            testing::with(&text, |set, _| {
                let mounts = of(set);
                let [mount] = &mounts[..] else { panic!("{} mounts", mounts.len()) };
                assert_eq!((mount.path, mount.found, mount.suggestion), want, "{mount:?}", mount = mount.node);
                assert_eq!(mount.container, "db");
            });
        }
    }

    #[test]
    fn init_containers_and_devices_mount_too() {
        let text = "
apiVersion: apps/v1
kind: StatefulSet
spec:
  template:
    spec:
      containers: [{name: db, volumeDevices: [{name: disk, devicePath: /dev/xvda}]}]
      initContainers: [{name: init, volumeMounts: [{name: conf, mountPath: /conf}]}]
";
        testing::with(text, |set, _| {
            let told: Vec<_> =
                of(set).iter().map(|mount| (mount.container, mount.name, mount.path, mount.device)).collect::<Vec<_>>();
            assert_eq!(told, [("init", "conf", "/conf", false), ("db", "disk", "/dev/xvda", true)]);
        });
    }

    #[test]
    fn volumes_in_the_wrong_place_are_told() {
        for (rest, want) in [
            ("volumeClaimTemplates: [{metadata: {name: data}}]", ""),
            ("template: {volumes: [{name: data}]}", "spec.template.volumes"),
            ("volumes: [{name: data}]", "spec.volumes"),
            ("volumes: [{name: other}]", ""),
            ("volumes: data", ""),
            (
                "template: {spec: {volumeClaimTemplates: [{metadata: {name: data}}]}}",
                "spec.template.spec.volumeClaimTemplates",
            ),
        ] {
            let text = format!("apiVersion: apps/v1\nkind: StatefulSet\nspec: {{<<: {{template: {{}}}}, {rest}}}\n");
            testing::with(&text, |set, _| assert_eq!(misplaced(set, "data").place, want, "{rest}"));
        }
    }
}
