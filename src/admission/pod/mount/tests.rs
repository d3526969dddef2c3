//! Holds mounts and block devices against what the API server's own code answered to them.

use super::{volume_devices, volume_mounts};
use crate::admission::pod::volume::volumes;
use crate::admission::testing::errors;

/// What is wrong with the mounts and the devices of a container in a pod with an empty directory `e`, a claim `p` and an
/// image `i`.
fn refused(container: &str, minor: u8) -> Vec<String> {
    let manifest = format!(
        "c: {container}\nspec: {{volumes: [{{name: e}}, {{name: p, persistentVolumeClaim: {{claimName: x}}}}, \
         {{name: i, image: {{reference: r}}}}]}}"
    );
    errors(&manifest, minor, |check, root| {
        let container = root.child("c");
        let volumes = volumes(check, &root.child("spec"), &root.child("claims"), None);
        volume_mounts(check, &container, &volumes);
        volume_devices(check, &container, &volumes);
    })
}

#[test]
fn mounts_are_refused_in_the_words_of_the_server() {
    for (minor, container, want) in [
        (
            37,
            "{volumeMounts: [{name: e, mountPath: a}, {name: e, mountPath: a}]}",
            &["c.volumeMounts[1].mountPath: Invalid value: \"a\": must be unique"][..],
        ),
        (
            37,
            "{volumeMounts: [{}, {name: x, mountPath: /a}]}",
            &[
                "c.volumeMounts[0].name: Required value",
                "c.volumeMounts[0].name: Not found: \"\"",
                "c.volumeMounts[0].mountPath: Required value",
                "c.volumeMounts[1].name: Not found: \"x\"",
            ],
        ),
        (
            37,
            "{volumeMounts: [{name: e, mountPath: a, subPath: /a, subPathExpr: b/..}]}",
            &[
                "c.volumeMounts.subPath: Invalid value: \"/a\": must be a relative path",
                "c.volumeMounts[0].subPathExpr: Invalid value: \"b/..\": subPathExpr and subPath are mutually exclusive",
                "c.volumeMounts.subPathExpr: Invalid value: \"b/..\": must not contain '..'",
            ],
        ),
        (
            37,
            "{volumeMounts: [{name: e, mountPath: a, mountPropagation: Bidirectional, recursiveReadOnly: Enabled}]}",
            &[
                "c.volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged \
             containers",
                "c.volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true",
                "c.volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not \
             specified",
            ],
        ),
        (
            37,
            "{volumeMounts: [{name: e, mountPath: a, mountPropagation: '', recursiveReadOnly: '<'}]}",
            &[
                "c.volumeMounts.mountPropagation: Unsupported value: \"\": supported values: \"Bidirectional\", \
             \"HostToContainer\", \"None\"",
                "c.volumeMounts.recursiveReadOnly: Unsupported value: \"\\u003c\": supported values: \"Disabled\", \
             \"Enabled\", \"IfPossible\"",
            ],
        ),
        (
            37,
            "{securityContext: {privileged: true}, volumeMounts: [{name: e, mountPath: a, mountPropagation: \
              Bidirectional}]}",
            &[],
        ),
        // Mounts of images go with the images before 1.35.
        (
            34,
            "{volumeMounts: [{name: i, mountPath: a}, {name: x, mountPath: a}]}",
            &["c.volumeMounts[0].name: Not found: \"x\""],
        ),
        (
            35,
            "{volumeMounts: [{name: i, mountPath: a}, {name: x, mountPath: b}]}",
            &["c.volumeMounts[1].name: Not found: \"x\""],
        ),
    ] {
        assert_eq!(refused(container, minor), want, "1.{minor} {container}");
    }
}

#[test]
fn block_devices_are_refused_in_the_words_of_the_server() {
    for (container, want) in [
        (
            "{volumeDevices: [{name: e, devicePath: a}, {name: p, devicePath: a}]}",
            &[
                "c.volumeDevices[0].name: Invalid value: \"e\": can only use volume source type of PersistentVolumeClaim or \
             Ephemeral for block mode",
                "c.volumeDevices[1].devicePath: Invalid value: \"a\": must be unique",
            ][..],
        ),
        (
            "{volumeDevices: [{name: p, devicePath: ../a}, {name: p, devicePath: ''}]}",
            &[
                "c.volumeDevices[0].devicePath: Invalid value: \"../a\": can not contain backsteps ('..')",
                "c.volumeDevices[1].name: Invalid value: \"p\": must be unique",
                "c.volumeDevices[1].devicePath: Required value",
            ],
        ),
        (
            "{volumeDevices: [{name: p, devicePath: a}], volumeMounts: [{name: p, mountPath: a}]}",
            &[
                "c.volumeMounts[0].name: Invalid value: \"p\": must not already exist in volumeDevices",
                "c.volumeMounts[0].mountPath: Invalid value: \"a\": must not already exist as a path in volumeDevices",
                "c.volumeDevices[0].name: Invalid value: \"p\": must not already exist in volumeMounts",
                "c.volumeDevices[0].devicePath: Invalid value: \"a\": must not already exist as a path in volumeMounts",
            ],
        ),
        (
            "{volumeDevices: [{name: x, devicePath: a}, {devicePath: b}]}",
            &[
                "c.volumeDevices[0].name: Not found: \"x\"",
                "c.volumeDevices[1].name: Required value",
                "c.volumeDevices[1].name: Not found: \"\"",
            ],
        ),
    ] {
        assert_eq!(refused(container, 37), want, "{container}");
    }
}

#[test]
fn a_volume_whose_name_is_filled_in_later_may_be_any() {
    for (spec, want) in [
        ("{volumes: [{name: a}]}", &["c.volumeMounts[0].name: Not found: \"x\""][..]),
        ("{volumes: [{name: '${NAME}'}]}", &[]),
        ("{volumes: '${VOLUMES}'}", &[]),
    ] {
        let manifest = format!("c: {{volumeMounts: [{{name: x, mountPath: a}}]}}\nspec: {spec}");
        let found = errors(&manifest, 37, |check, root| {
            let volumes = volumes(check, &root.child("spec"), &root.child("claims"), None);
            volume_mounts(check, &root.child("c"), &volumes);
        });
        assert_eq!(found, want, "{spec}");
    }
}
