//! Holds changes of claims against what the API server's own code answered to them.

use super::update;
use crate::admission::check::Check;
use crate::admission::testing::{pair, update_errors};
use crate::version::Version;

const IMMUTABLE: &str = "spec: Forbidden: spec is immutable after creation except resources.requests and \
                         volumeAttributesClassName for bound claims";

/// A claim that has what it needs; what `spec` and `rest` say comes after, and so counts.
fn claim(spec: &str, rest: &str) -> String {
    format!(
        "metadata: {{name: a}}\nspec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 2Gi}}}}, {spec}}}\n{rest}"
    )
}

#[test]
fn changes_are_refused_in_the_words_of_the_server() {
    let annotated = "metadata: {name: a, annotations: {volume.beta.kubernetes.io/storage-class: fast}}";
    let bound = "status: {phase: Bound, capacity: {storage: 1Gi}, currentVolumeAttributesClassName: gold}";
    for (minor, (old, new), want) in [
        (37, (claim("", ""), claim("volumeMode: Filesystem, volumeName: v, storageClassName: fast", "")), vec![]),
        (37, (claim("", ""), claim("resources: {requests: {storage: 2048Mi}}, selector: ~", "")), vec![]),
        (37, (claim("volumeName: v", ""), claim("volumeName: w", "")), vec![IMMUTABLE]),
        (37, (claim("", ""), claim("selector: {}", "")), vec![IMMUTABLE]),
        (33, (claim("", ""), claim("volumeAttributesClassName: a", "")), vec![]),
        (34, (claim("", ""), claim("volumeAttributesClassName: a", "")), vec![IMMUTABLE]),
        (
            37,
            (claim("", ""), claim("volumeMode: Block", "")),
            vec![IMMUTABLE, "volumeMode: Invalid value: \"Block\": field is immutable"],
        ),
        // What no new claim may have, one that is there may keep.
        (37, (claim("dataSourceRef: {name: a, kind: Foo, apiGroup: A_}", ""), claim("", "")), vec![IMMUTABLE]),
        (
            37,
            (
                claim("dataSourceRef: {name: a, kind: Foo, apiGroup: A_}", ""),
                claim("dataSourceRef: {name: a, kind: Foo, apiGroup: A_}", ""),
            ),
            vec![],
        ),
        // A class may take the place of the annotation that named it.
        (37, (claim("", annotated), claim("storageClassName: fast", "")), vec![]),
        (
            37,
            (claim("", annotated), claim("storageClassName: slow", "")),
            vec![
                "metadata.annotations.volume.beta.kubernetes.io/storage-class: Invalid value: \"\": field is immutable",
                IMMUTABLE,
            ],
        ),
        // A bound claim may grow, and shrink to what is still more than it has.
        (37, (claim("", bound), claim("resources: {requests: {storage: 3Gi}}", "")), vec![]),
        (37, (claim("", bound), claim("resources: {requests: {storage: 1.5Gi}}", "")), vec![]),
        (
            37,
            (claim("", bound), claim("resources: {requests: {storage: 1Gi}}", "")),
            vec!["spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"],
        ),
        // It may ask for more storage, and for nothing else, nor for nothing at all.
        (
            37,
            (claim("", bound), claim("resources: ~", "")),
            vec![
                "spec.resources[storage]: Required value",
                IMMUTABLE,
                "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity",
            ],
        ),
        (37, (claim("resources: {limits: {storage: 2Gi}}", bound), claim("", "")), vec![IMMUTABLE]),
        (
            37,
            (claim("volumeAttributesClassName: gold", bound), claim("volumeAttributesClassName: ''", "")),
            vec![
                "spec.volumeAttributesClassName: Forbidden: update to empty string is forbidden when \
             status.currentVolumeAttributesClassName is not nil",
            ],
        ),
    ] {
        assert_eq!(update_errors(&new, &old, minor, update), want, "1.{minor}\n{old}\n{new}");
    }
}

#[test]
fn a_change_points_at_both_versions() {
    let (old, new) = (claim("storageClassName: fast", ""), claim("storageClassName: slow", ""));
    pair(&new, &old, |claim, old_claim| {
        let mut check = Check::new(Version::NEWEST);
        update(&mut check, claim, old_claim);
        let changed = &check.errors[0].changed[0];
        assert_eq!(changed.field, "spec.storageClassName");
        assert_eq!(&new[changed.place.span.range()], "slow");
        assert_eq!(&old[changed.old_place.span.range()], "fast");
    });
}

#[test]
fn what_another_tool_fills_in_is_no_change() {
    let (old, new) = (claim("storageClassName: fast", ""), claim("storageClassName: '${CLASS}'", ""));
    assert_eq!(update_errors(&new, &old, 37, update), [""; 0]);
}
