//! Holds what is said about metadata to what Kubernetes' own code said of the same manifests.

use super::*;
use crate::admission::testing;

fn errors(text: &str, minor: u8) -> Vec<String> {
    testing::errors(text, minor, |check, root| {
        object_meta(check, &root.child("metadata"), Scope::Namespaced, name::name_is_dns_label);
    })
}

#[test]
fn metadata_that_fits_has_no_error() {
    for text in [
        "metadata: {name: db}",
        "metadata: {generateName: db-, namespace: prod}",
        "metadata: {name: db, labels: {a: ~, b: '', example.com/c: D.e_f}}",
        "metadata: {name: db, annotations: {Example.COM/Ab: any text}, finalizers: [kubernetes, example.com/x]}",
        "metadata: {name: db, labels: {'${A}': '{{ .b }}'}}",
        "metadata: {name: db, ownerReferences: [{apiVersion: a/v1, kind: A, name: a, uid: b, controller: true}]}",
    ] {
        for minor in [33, 37] {
            assert_eq!(errors(text, minor), [""; 0], "{text} in 1.{minor}");
        }
    }
}

#[test]
fn each_fault_of_metadata_is_told_in_the_servers_words() {
    let long = "a".repeat(300_000);
    let large = format!("metadata: {{name: db, annotations: {{a: {long}}}}}");
    for (text, want) in [
        ("metadata: {labels: {}}", &["metadata.name: Required value: name or generateName is required"][..]),
        ("metadata: {name: a.b}", &["metadata.name: Invalid value: \"a.b\": must not contain dots"]),
        (
            "metadata: {generateName: a.b}",
            &[
                "metadata.generateName: Invalid value: \"a.b\": must not contain dots",
                "metadata.name: Invalid value: \"a.bxxxxx\": must not contain dots",
            ],
        ),
        (
            "metadata: {name: db, namespace: a.b}",
            &["metadata.namespace: Invalid value: \"a.b\": must not contain dots"],
        ),
        (&large, &["metadata.annotations: Too long: may not be more than 262144 bytes"]),
        (
            "metadata: {name: db, annotations: {a/: x}}",
            &[
                "metadata.annotations: Invalid value: \"a/\": name part must be non-empty",
                "metadata.annotations: Invalid value: \"a/\": name part must consist of alphanumeric characters, '-', '_' or '.', \
             and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used \
             for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
            ],
        ),
        (
            "metadata: {name: db, finalizers: [orphan, foregroundDeletion, own]}",
            &[
                "metadata.finalizers: Invalid value: [\"orphan\",\"foregroundDeletion\",\"own\"]: finalizer orphan and \
             foregroundDeletion cannot be both set",
                "metadata.finalizers[2]: Invalid value: \"own\": name is neither a standard finalizer name nor is it fully \
             qualified",
            ],
        ),
        (
            "metadata: {name: db, ownerReferences: [{apiVersion: v1, kind: Event, name: a, uid: b}]}",
            &[
                "metadata.ownerReferences[0]: Invalid value: {\"apiVersion\":\"v1\",\"kind\":\"Event\",\"name\":\"a\",\"uid\":\"b\"}: \
             /v1, Kind=Event is disallowed from being an owner",
            ],
        ),
        (
            "metadata: {name: db, ownerReferences: [{apiVersion: a/b/c}]}",
            &[
                "metadata.ownerReferences[0].apiVersion: Invalid value: \"a/b/c\": must be <group>/<version> or <version>",
                "metadata.ownerReferences[0].kind: Required value: must not be empty",
                "metadata.ownerReferences[0].name: Required value: must not be empty",
                "metadata.ownerReferences[0].uid: Required value: must not be empty",
            ],
        ),
    ] {
        assert_eq!(errors(text, 37), want, "{text:.80}");
    }
}

#[test]
fn older_servers_say_it_in_other_words() {
    let empty = "metadata: {name: db, ownerReferences: [{}]}";
    let path = "metadata.ownerReferences";
    assert_eq!(
        errors(empty, 33),
        [
            "apiVersion: Invalid value: \"\": version",
            "kind: Invalid value: \"\": kind",
            "name: Invalid value: \"\": name",
            "uid: \
          Invalid value: \"\": uid"
        ]
        .map(|line| format!("{path}.{line} must not be empty"))
    );
    assert_eq!(
        errors(empty, 36),
        [
            "apiVersion: Invalid value: \"\": version must",
            "kind: Invalid value: \"\": must",
            "name: Invalid value: \"\": must",
            "uid: \
          Invalid value: \"\": must"
        ]
        .map(|line| format!("{path}.{line} not be empty"))
    );
    let two = "metadata: {name: db, ownerReferences: [{apiVersion: v1, kind: A, name: a, uid: b, controller: true}, \
               {apiVersion: v1, kind: B, name: b, uid: c, controller: true}]}";
    let words = "Only one reference can have Controller set to true. Found \"true\" in references for A/a and B/b";
    assert_eq!(
        errors(two, 33),
        [format!(
            "{path}: Invalid value: []v1.OwnerReference{{v1.OwnerReference{{APIVersion:\"v1\", Kind:\"A\", Name:\"a\", UID:\"b\", \
             Controller:(*bool)(0xADDR), BlockOwnerDeletion:(*bool)(nil)}}, v1.OwnerReference{{APIVersion:\"v1\", Kind:\"B\", \
             Name:\"b\", UID:\"c\", Controller:(*bool)(0xADDR), BlockOwnerDeletion:(*bool)(nil)}}}}: {words}"
        )]
    );
    let label = format!("metadata: {{name: db, labels: {{a: {}}}}}", "b".repeat(64));
    for (minor, unit) in [(34, "characters"), (35, "bytes")] {
        let want = format!("metadata.labels: Invalid value: \"{}\": must be no more than 63 {unit}", "b".repeat(64));
        assert_eq!(errors(&label, minor), [want], "1.{minor}");
    }
}

#[test]
fn an_error_about_a_label_points_at_its_key_or_its_value() {
    let text = "metadata: {name: db, labels: {a b: c, d: e f}}";
    let tree = crate::yaml::parse(crate::source::FileId(0), text);
    let root = tree.documents().first().and_then(|document| tree.root(document)).expect("a mapping");
    let mut check = Check::new(crate::version::Version::NEWEST);
    labels(&mut check, &Field::root(root).child("metadata").child("labels"));
    let pointed: Vec<_> = check.errors.iter().map(|error| &text[error.place.span.range()]).collect();
    assert_eq!(pointed, ["a b", "e f"]);
}
