//! Holds what is said about volumes that are accepted against what the API server's own code said.

use super::warnings;
use crate::admission::testing::pair;

fn said(volumes: &str, minor: u8) -> Vec<String> {
    let mut found = Vec::new();
    pair(&format!("s: {{volumes: [{volumes}]}}"), "", |root, _| {
        warnings(&mut found, &root.child("s"), format!("1.{minor}").parse().expect("a known version"));
    });
    found.into_iter().map(|warning| warning.text).collect()
}

#[test]
fn what_does_not_work_any_more_is_warned_of() {
    for (volume, want) in [
        ("{name: a, secret: {}}", &[][..]),
        ("{name: a, storageos: {}}", &["s.volumes[0].storageOS: deprecated in v1.22, non-functional in v1.25+"]),
        ("{name: a, gitRepo: {}}", &["s.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+"]),
        (
            "{name: a, ephemeral: {volumeClaimTemplate: {spec: {resources: {requests: {storage: 1.5}}}}}}",
            &["s.volumes[0].ephemeral.volumeClaimTemplate.spec.resources.requests[storage]: fractional byte value \
                 \"1500m\" is invalid, must be an integer"],
        ),
    ] {
        assert_eq!(said(volume, 37), want, "{volume}");
    }
    // An image is taken out before 1.35, and so does not count.
    assert_eq!(
        said("{name: a, image: {}}, {name: b, rbd: {}}", 34),
        ["s.volumes[0].rbd: deprecated in v1.28, non-functional in v1.31+"]
    );
}

#[test]
fn files_that_overlap_are_warned_of() {
    for (minor, volume, want) in [
        (37, "{name: v, configMap: {name: c, items: [{path: a}, {path: b}, {path: ab}]}}", &[][..]),
        (
            37,
            "{name: v, configMap: {name: c, items: [{path: a/}, {path: a/b}]}}",
            &["volume \"v\" (ConfigMap \"c\"): overlapping paths: \"a/b\" with \"a\""],
        ),
        (
            37,
            "{name: v, secret: {secretName: s, items: [{path: a/b}, {path: a}]}}",
            &["volume \"v\" (Secret \"s\"): overlapping paths: \"a\" with \"a/b\""],
        ),
        (
            37,
            "{name: v, downwardAPI: {items: [{path: a}, {path: a}]}}",
            &["volume \"v\" (DownwardAPI): overlapping paths: \"a\" with \"a\""],
        ),
        (
            37,
            "{name: v, projected: {sources: [{}, {serviceAccountToken: {path: a}}, {secret: {name: s, items: [{path: a}]}}, \
             {podCertificate: {keyPath: a/k}}]}}",
            &[
                "volume \"v\" (Projected) has no sources provided",
                "volume \"v\" (Projected): overlapping paths: \"a\" (Secret \"s\") with \"a\" (ServiceAccountToken)",
                "volume \"v\" (Projected): overlapping paths: \"a/k\" (PodCertificate key) with \"a\" (ServiceAccountToken)",
                "volume \"v\" (Projected): overlapping paths: \"a/k\" (PodCertificate key) with \"a\" (Secret \"s\")",
            ],
        ),
        // By default these are taken out before 1.37.
        (
            36,
            "{name: v, projected: {sources: [{clusterTrustBundle: {name: b, path: a}}]}}",
            &["volume \"v\" (Projected) has no sources provided"],
        ),
        // A server of 1.33 looks at the files of the source before again.
        (
            33,
            "{name: v, projected: {sources: [{serviceAccountToken: {path: a}}, {secret: {name: s}}]}}",
            &[
                "volume \"v\" (Projected): overlapping paths: \"a\" (ServiceAccountToken) with \"a\" (ServiceAccountToken)",
            ],
        ),
        (34, "{name: v, projected: {sources: [{serviceAccountToken: {path: a}}, {secret: {name: s}}]}}", &[]),
    ] {
        assert_eq!(said(volume, minor), want, "1.{minor} {volume}");
    }
}

#[test]
fn a_volume_of_very_many_files_costs_little() {
    let items = "{path: a}, ".repeat(20_000);
    assert_eq!(said(&format!("{{name: v, configMap: {{name: c, items: [{items}]}}}}"), 37).len(), super::COMPARED);
}
