//! Turns what containers mount into whether it is there, and what was probably meant.

use std::collections::HashSet;

use crate::facts::claim;
use crate::facts::volume::{self, text};
use crate::manifest::Object;
use crate::placeholder::has_placeholder;
use crate::suggestion;
use crate::yaml::Node;

/// How many names are compared with that of a mount that finds nothing.
const MOST_COMPARED: usize = 100;

crate::record! {
    /// A volume that a container mounts or has as a device.
    pub struct Mount<'a> as "mount" at node {
        /// The name of the volume; empty if it names none.
        name "name": &'a str,
        /// Whether the name is still to be filled in by another tool.
        placeholder "placeholder": bool,
        /// The name of the container.
        container "container": &'a str,
        /// Where the container sees it: `mountPath`, or `devicePath` of a device.
        path "path": &'a str,
        /// Whether it is a device.
        device "device": bool,
        /// Whether a volume of the template or a claim template has the name.
        found "found": bool,
        /// Whether it may be one whose name cannot be read: that, or what it should stand in, is of another type.
        may_be_unreadable "mayBeUnreadable": bool,
        /// The nearest name of those, if none is the name itself; empty if none is near.
        suggestion "suggestion": &'a str,
    }
}

/// The mounts of the containers and init containers of `set`, in written order, init containers first.
pub(super) fn of<'a>(set: &'a Object<'a>) -> Vec<Mount<'a>> {
    let names = claim::templates(set).map(claim::name).chain(volume::nodes(set).map(|volume| text(volume, "name")));
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    let known: HashSet<&str> = names.iter().copied().collect();
    let near = |name| suggestion::nearest(name, names.iter().copied().take(MOST_COMPARED)).unwrap_or_default();
    let list = |key| set.get(&["spec", "template", "spec", key]).into_iter().flat_map(Node::items);
    let unreadable = has_unreadable_name(set);
    let mut mounts = Vec::new();
    for container in list("initContainers").chain(list("containers")) {
        for (key, path) in [("volumeMounts", "mountPath"), ("volumeDevices", "devicePath")] {
            for node in container.get(key).into_iter().flat_map(Node::items).filter(|mount| mount.is_mapping()) {
                let name = text(node, "name");
                let found = known.contains(name);
                mounts.push(Mount {
                    node: Some(node),
                    name,
                    placeholder: has_placeholder(name),
                    container: text(container, "name"),
                    path: text(node, path),
                    device: key == "volumeDevices",
                    found,
                    may_be_unreadable: !found && unreadable,
                    suggestion: if found { "" } else { near(name) },
                });
            }
        }
    }
    mounts
}

/// Whether the name of a volume or a claim template is no text, or stands in what is no list and no mapping.
fn has_unreadable_name(set: &Object<'_>) -> bool {
    let lists = [
        (&["spec", "volumeClaimTemplates"][..], &["metadata", "name"][..]),
        (&["spec", "template", "spec", "volumes"], &["name"]),
    ];
    let unreadable = |item: Node<'_>, path: &[&str]| {
        let mut node = item;
        for key in path {
            match node.get(key) {
                Some(below) => node = below,
                None => return !node.is_mapping() && !node.is_null(),
            }
        }
        node.as_str().is_none()
    };
    lists.iter().any(|(list, name)| {
        set.get(list).is_some_and(|list| !list.is_sequence() || list.items().any(|item| unreadable(item, name)))
    })
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
}
