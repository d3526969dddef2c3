//! The pods of StatefulSets as the API server answers to their creation.

use super::*;
use crate::manifest::recognise;
use crate::source::{FileId, Role};
use crate::yaml;

fn said(name: &str, spec: &str, minor: u8) -> Vec<String> {
    let text = format!(
        "{{apiVersion: apps/v1, kind: StatefulSet, metadata: {{name: {name}}}, spec: {{serviceName: db, selector: \
         {{matchLabels: {{app: db}}}}, {spec}}}}}"
    );
    let tree = yaml::parse(FileId(0), &text);
    let objects = recognise(&tree, Role::Target, "default", false).objects;
    let version: Version = format!("1.{minor}").parse().expect("a known version");
    let errors = objects.iter().flat_map(|object| pods(object, version));
    errors.map(|error| format!("{}: {}", error.field, error.message)).collect()
}

#[test]
fn a_name_may_be_too_long_for_the_pods_of_a_set() {
    let template = "template: {metadata: {labels: {app: db}}, spec: {containers: [{name: a, image: b}]}}";
    let name = |length| "n".repeat(length);
    for (length, replicas, minor, fields) in [
        (52, 100, 33, &[][..]),
        (53, 1, 37, &["metadata.labels"]),
        (61, 1, 37, &["metadata.labels"]),
        (62, 1, 37, &["metadata.labels", "metadata.labels", "spec.hostname"]),
        (51, 1_000_000_000_001_i64, 37, &["metadata.labels", "spec.hostname"]),
    ] {
        let said = said(&name(length), &format!("replicas: {replicas}, {template}"), minor);
        let said: Vec<&str> = said.iter().filter_map(|line| line.split(':').next()).collect();
        assert_eq!(said, fields, "{length} in 1.{minor}");
    }
    let said = said(&name(62), template, 35);
    let wanted = format!("metadata.labels: Invalid value: \"{}-0\": must be no more than 63 bytes", name(62));
    assert_eq!(said.first(), Some(&wanted));
}

#[test]
fn what_servers_before_34_accept_in_a_set_they_refuse_in_its_pods() {
    let spec = "template: {metadata: {labels: {app: db}}, spec: {containers: [{name: a, image: b, volumeMounts: \
                [{name: data, mountPath: /a}, {name: dat, mountPath: /b}]}]}}, volumeClaimTemplates: [{metadata: \
                {name: data}, spec: {}}]";
    let want = ["spec.containers[0].volumeMounts[1].name: Not found: \"dat\""];
    assert_eq!(said("db", spec, 33), want);
}

#[test]
fn a_pod_asks_for_what_its_limits_default_to() {
    let spec = "template: {metadata: {labels: {app: db}}, spec: {resources: {limits: {cpu: '1'}}, containers: [{name: a, \
                image: b, resources: {limits: {cpu: 600m}}}, {name: b, image: b, resources: {requests: {cpu: 600m}}}]}}";
    let want = ["spec.resources.requests: Invalid value: \"1200m\": must be less than or equal to cpu limit of 1"];
    assert_eq!(said("db", spec, 34), want);
}
