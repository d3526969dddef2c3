//! Holds volumes against what the API server's own code answered to them.

use super::volumes;
use crate::admission::testing::errors;

fn refused(manifest: &str, minor: u8) -> Vec<String> {
    errors(manifest, minor, |check, root| {
        volumes(check, &root.child("spec"), &root.child("claims"), None);
    })
}

#[test]
fn volumes_are_refused_in_the_words_of_the_server() {
    for (minor, manifest, want) in [
        (37, "spec: {volumes: [{name: a}, {name: b, secret: {secretName: x}}]}", &[][..]),
        (
            37,
            "spec: {volumes: [{emptyDir: {sizeLimit: -1Gi}}]}",
            &[
                "spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity",
                "spec.volumes[0].name: Required value",
            ],
        ),
        (
            37,
            "spec: {volumes: [{name: a, emptyDir: {}, hostPath: {path: /x}, downwardAPI: {}, cephfs: {}}]}",
            &[
                "spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type",
                "spec.volumes[0].cephFS: Forbidden: may not specify more than 1 volume type",
                "spec.volumes[0].downwarAPI: Forbidden: may not specify more than 1 volume type",
            ],
        ),
        (
            37,
            "spec: {volumes: [{name: a, gcePersistentDisk: {partition: 256}}]}",
            &[
                "spec.volumes[0].persistentDisk.pdName: Required value",
                "spec.volumes[0].persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive",
            ],
        ),
        (
            37,
            "spec: {volumes: [{name: a, downwardAPI: {items: [{path: /x}]}}]}",
            &[
                "spec.volumes[0].downwardAPI.path: Invalid value: \"/x\": must be a relative path",
                "spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required",
            ],
        ),
        // A volume with a fault does not count for those behind it.
        (
            37,
            "spec: {volumes: [{name: a}, {name: a}, {name: b, hostPath: {}}, {name: b}]}",
            &["spec.volumes[1].name: Duplicate value: \"a\"", "spec.volumes[2].hostPath.path: Required value"],
        ),
        // Claim templates come first, and stand for volumes of the same name.
        (
            34,
            "{claims: [{metadata: {name: a}}, {}], spec: {volumes: [{name: a, hostPath: {}}, {name: b, nfs: {}}]}}",
            &[
                "spec.volumes[1].persistentVolumeClaim.claimName: Required value",
                "spec.volumes[1].name: Required value",
                "spec.volumes[2].nfs.server: Required value",
                "spec.volumes[2].nfs.path: Required value",
                "spec.volumes[2].nfs.path: Invalid value: \"\": must be an absolute path",
            ],
        ),
        // Images as volumes are not known before 1.35, and do not count then.
        (
            34,
            "spec: {volumes: [{name: a, image: {}}, {name: b, hostPath: {}}]}",
            &["spec.volumes[0].hostPath.path: Required value"],
        ),
        (
            36,
            "spec: {volumes: [{name: a, image: {pullPolicy: Often}}, {name: b, hostPath: {}}]}",
            &[
                "spec.volumes[0].image.pullPolicy: Unsupported value: \"Often\": supported values: \"Always\", \
             \"IfNotPresent\", \"Never\"",
                "spec.volumes[1].hostPath.path: Required value",
            ],
        ),
        (37, "spec: {volumes: [{name: a, image: {}}]}", &["spec.volumes[0].image.reference: Required value"]),
    ] {
        assert_eq!(refused(manifest, minor), want, "1.{minor} {manifest}");
    }
}

#[test]
fn the_claims_of_a_pod_are_called_by_it() {
    let manifest = "spec:\n  volumes:\n  - {name: b, persistentVolumeClaim: {claimName: db-0-a}}\n  \
                    - {name: a, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: \
                    {requests: {storage: 1}}}}}}";
    let of_pod = errors(manifest, 37, |check, root| {
        volumes(check, &root.child("spec"), &root.child("claims"), Some("db-0"));
    });
    let words = "must not reference a PVC that gets created for an ephemeral volume";
    let want = format!("spec.volumes[0].persistentVolumeClaim.claimName: Invalid value: \"db-0-a\": {words}");
    assert_eq!(of_pod, [want]);
    assert_eq!(refused(manifest, 37), [""; 0], "the name of the pod is not known");
}

#[test]
fn projected_volumes_are_refused_in_the_words_of_the_server() {
    for (minor, sources, want) in [
        (
            37,
            "{}, {secret: {name: s, items: [{key: a, path: x}, {key: b, path: x}]}, configMap: {}}",
            &[
                "spec.volumes[0].projected: Invalid value: \"s\": conflicting duplicate paths",
                "spec.volumes[0].projected.sources[1].configMap.name: Required value",
                "spec.volumes[0].projected.sources[1]: Forbidden: may not specify more than 1 volume type per source",
            ][..],
        ),
        (
            37,
            "{serviceAccountToken: {expirationSeconds: 599}}, {serviceAccountToken: {path: ..x}}",
            &[
                "spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 599: may not \
             specify a duration less than 10 minutes",
                "spec.volumes[0].projected.path: Required value",
                "spec.volumes[0].projected.path: Invalid value: \"..x\": must not start with '..'",
            ],
        ),
        // By default these are dropped before 1.37.
        (36, "{clusterTrustBundle: {}}, {podCertificate: {}}", &[]),
        (
            37,
            "{clusterTrustBundle: {name: a, signerName: b, path: p}}",
            &["spec.volumes[0].projected.sources[0].clusterTrustBundle: Invalid value: \
             {\"Name\":\"a\",\"SignerName\":\"b\",\"LabelSelector\":null,\"Optional\":null,\"Path\":\"p\",\"User\":null}: \
             only one of name and signerName may be used"],
        ),
        (
            37,
            "{clusterTrustBundle: {name: 'a/b:c', path: p}}, {clusterTrustBundle: {signerName: a, path: p}}",
            &[
                "spec.volumes[0].projected.sources[0].clusterTrustBundle.name: Invalid value: \"a/b:c\": not a valid \
             clustertrustbundlename: ClusterTrustBundle for signerName a/b must be named with prefix a:b:",
                "spec.volumes[0].projected.sources[1].clusterTrustBundle.signerName: Invalid value: \"a\": must be a fully \
             qualified domain and path of the form 'example.com/signer-name'",
                "spec.volumes[0].projected: Invalid value: \"p\": conflicting duplicate paths",
            ],
        ),
        // Owners are dropped by default, but only those of one of several sources.
        (37, "{secret: {name: s, items: [{key: a, path: a, user: -1}]}}", &[]),
        (
            37,
            "{secret: {name: s}, serviceAccountToken: {path: a, user: -1}}",
            &[
                "spec.volumes[0].projected.sources[0].serviceAccountToken.user: Invalid value: -1: must be between 0 and \
                 2147483647, inclusive",
                "spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source",
            ],
        ),
        (
            37,
            "{podCertificate: {signerName: kubernetes.io/a, keyType: RSA, maxExpirationSeconds: 86401}}",
            &[
                "spec.volumes[0].projected.sources[0].podCertificate.keyType: Unsupported value: \"RSA\": supported values: \
             \"RSA3072\", \"RSA4096\", \"ECDSAP256\", \"ECDSAP384\", \"ECDSAP521\", \"ED25519\"",
                "spec.volumes[0].projected.sources[0].podCertificate.maxExpirationSeconds: Invalid value: 86401: if provided, \
             maxExpirationSeconds must be <= 86400",
                "spec.volumes[0].projected.sources[0].podCertificate: Required value: specify at least one of \
             credentialBundlePath, keyPath, and certificateChainPath",
            ],
        ),
    ] {
        let manifest = format!("spec: {{volumes: [{{name: a, projected: {{sources: [{sources}]}}}}]}}");
        assert_eq!(refused(&manifest, minor), want, "1.{minor} {sources}");
    }
}

#[test]
fn a_volume_that_is_refused_at_length_does_not_fill_the_memory() {
    let items = "{key: a, path: a}, ".repeat(2_000);
    let name = "s".repeat(100_000);
    let manifest =
        format!("spec: {{volumes: [{{projected: {{sources: [{{secret: {{name: {name}, items: [{items}]}}}}]}}}}]}}");
    let said: usize = refused(&manifest, 37).iter().map(String::len).sum();
    assert!((16 << 20..17 << 20).contains(&said), "{said} bytes");
}
