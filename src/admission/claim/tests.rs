//! Holds claims against what the API server's own code answered to them.

use super::{claim_templates, create, warning};
use crate::admission::testing::{errors, pair};

const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and \
                         must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation \
                         is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/// What is wrong with the spec of a claim; but for `spec`, a claim has what it needs.
fn refused(spec: &str, minor: u8) -> Vec<String> {
    errors(&format!("metadata: {{name: a}}\nspec: {{{spec}}}"), minor, create)
}

#[test]
fn claims_are_refused_in_the_words_of_the_server() {
    let resources = "resources: {requests: {storage: 1Gi}}";
    for (minor, spec, want) in [
        (
            37,
            "",
            vec![
                "spec.accessModes: Required value: at least 1 access mode is required".to_owned(),
                "spec.resources[storage]: Required value".to_owned(),
            ],
        ),
        (
            37,
            "accessModes: [a, ReadWriteOncePod, ReadWriteOnce], resources: {requests: {storage: -1.5Gi}}",
            vec![
                "spec.accessModes: Unsupported value: \"a\": supported values: \"ReadOnlyMany\", \"ReadWriteMany\", \
             \"ReadWriteOnce\", \"ReadWriteOncePod\""
                    .to_owned(),
                "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes".to_owned(),
                "spec.resources[storage]: Invalid value: \"-1536Mi\": must be greater than zero".to_owned(),
            ],
        ),
        (
            37,
            "accessModes: [ReadWriteOnce], resources: {requests: {storage: null}}, volumeMode: ''",
            vec![
                "spec.resources[storage]: Invalid value: \"0\": must be greater than zero".to_owned(),
                "spec.volumeMode: Unsupported value: \"\": supported values: \"Block\", \"Filesystem\"".to_owned(),
            ],
        ),
        // Classes of volume attributes are dropped by default before 1.34.
        (
            33,
            "accessModes: [ReadWriteOnce], storageClassName: A, volumeAttributesClassName: B",
            vec![
                "spec.resources[storage]: Required value".to_owned(),
                format!("spec.storageClassName: Invalid value: \"A\": {SUBDOMAIN}"),
            ],
        ),
        (
            34,
            "accessModes: [ReadWriteOnce], storageClassName: A, volumeAttributesClassName: B",
            vec![
                "spec.resources[storage]: Required value".to_owned(),
                format!("spec.storageClassName: Invalid value: \"A\": {SUBDOMAIN}"),
                format!("spec.volumeAttributesClassName: Invalid value: \"B\": {SUBDOMAIN}"),
            ],
        ),
    ] {
        assert_eq!(refused(spec, minor), want, "1.{minor} {spec}");
    }
    assert_eq!(refused(&format!("accessModes: [ReadWriteOnce], storageClassName: '', {resources}"), 37), [""; 0]);
}

#[test]
fn a_claim_takes_its_content_from_one_source() {
    let words = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    let go = "field.Path{name:\"dataSource\", index:\"\", parent:(*field.Path)(0xADDR)}";
    let claim = "{name: a, kind: PersistentVolumeClaim}";
    for (minor, spec, want) in [
        // The server forgets what it does not know, and copies what it knows.
        (37, "dataSource: {name: a, kind: Foo}".to_owned(), vec![]),
        (
            37,
            "dataSource: {name: '', kind: PersistentVolumeClaim}".to_owned(),
            vec![
                "spec.dataSource.name: Required value".to_owned(),
                "spec.dataSourceRef.name: Required value".to_owned(),
            ],
        ),
        (
            37,
            "dataSourceRef: {name: a, kind: Foo}".to_owned(),
            vec![
                format!("spec.dataSource: Invalid value: \"Foo\": {words}"),
                format!("spec.dataSourceRef: Invalid value: \"Foo\": {words}"),
            ],
        ),
        // What leads to another namespace is dropped by default.
        (37, format!("dataSource: {claim}, dataSourceRef: {{name: a, kind: Foo, namespace: b}}"), vec![]),
        (
            33,
            format!("dataSource: {claim}, dataSourceRef: {{name: b, kind: PersistentVolumeClaim}}"),
            vec![format!("spec: Invalid value: {go}: must match dataSourceRef")],
        ),
        (
            34,
            format!("dataSource: {claim}, dataSourceRef: {{name: b, kind: PersistentVolumeClaim}}"),
            vec!["spec: Invalid value: {}: must match dataSourceRef".to_owned()],
        ),
    ] {
        let spec = format!("accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1}}}}, {spec}");
        assert_eq!(refused(&spec, minor), want, "1.{minor} {spec}");
    }
}

#[test]
fn claim_templates_are_checked_from_1_34_on_and_as_they_are_written() {
    let templates = "t: [{metadata: {name: '?'}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1}}, \
                     dataSource: {name: a, kind: PersistentVolumeClaim}, dataSourceRef: {name: a, kind: Foo, apiGroup: g, \
                     namespace: b}}}]";
    let refused = |minor| errors(templates, minor, |check, root| claim_templates(check, &root.child("t")));
    assert_eq!(refused(33), [""; 0]);
    let words = "may not be specified when dataSourceRef.namespace is specified";
    assert_eq!(refused(34), [format!("t[0].spec: Invalid value: {{}}: {words}")]);
}

#[test]
fn a_claim_that_is_accepted_is_warned_of() {
    let mut found = Vec::new();
    let manifest = "metadata: {annotations: {volume.beta.kubernetes.io/storage-class: ''}}\nspec: {resources: {requests: \
                    {storage: 100m}, limits: {storage: 0.0001}}}";
    pair(manifest, "", |claim, _| warning::claim(&mut found, claim));
    let words = "is invalid, must be an integer";
    assert_eq!(found.into_iter().map(|warning| warning.text).collect::<Vec<_>>(), [
        "metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use \"storageClassName\" \
         attribute instead"
            .to_owned(),
        format!("spec.resources.requests[storage]: fractional byte value \"100m\" {words}"),
        format!("spec.resources.limits[storage]: fractional byte value \"1m\" {words}"),
    ]);
}
