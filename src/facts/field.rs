//! Finds fields that stand where the API has none of that name, and says where they belong.

use crate::manifest::Object;
use crate::yaml::Node;

/// The fields of a `StatefulSetSpec` (k8s.io/api `apps/v1/types.go`).
const SET_SPEC: [&str; 11] = [
    "replicas",
    "selector",
    "template",
    "volumeClaimTemplates",
    "serviceName",
    "podManagementPolicy",
    "updateStrategy",
    "revisionHistoryLimit",
    "minReadySeconds",
    "persistentVolumeClaimRetentionPolicy",
    "ordinals",
];

/// The fields of a `PodSpec` (k8s.io/api `core/v1/types.go`); none of them is one of a `StatefulSetSpec`.
const POD_SPEC: [&str; 40] = [
    "volumes",
    "initContainers",
    "containers",
    "ephemeralContainers",
    "restartPolicy",
    "terminationGracePeriodSeconds",
    "activeDeadlineSeconds",
    "dnsPolicy",
    "nodeSelector",
    "serviceAccountName",
    "serviceAccount",
    "automountServiceAccountToken",
    "nodeName",
    "hostNetwork",
    "hostPID",
    "hostIPC",
    "shareProcessNamespace",
    "securityContext",
    "imagePullSecrets",
    "hostname",
    "subdomain",
    "affinity",
    "schedulerName",
    "tolerations",
    "hostAliases",
    "priorityClassName",
    "priority",
    "dnsConfig",
    "readinessGates",
    "runtimeClassName",
    "enableServiceLinks",
    "preemptionPolicy",
    "overhead",
    "topologySpreadConstraints",
    "setHostnameAsFQDN",
    "os",
    "hostUsers",
    "schedulingGates",
    "resourceClaims",
    "resources",
];

/// Fields of a `DeploymentSpec` that a `StatefulSetSpec` does not have, by path from `spec`, and what a StatefulSet has for them.
const DEPLOYMENT: [(&[&str], &str); 4] = [
    (&["strategy"], "a StatefulSet has spec.updateStrategy, with the types RollingUpdate and OnDelete"),
    (&["updateStrategy", "rollingUpdate", "maxSurge"], "a StatefulSet never runs more pods than replicas"),
    (&["progressDeadlineSeconds"], "a StatefulSet never gives up on a rollout"),
    (&["paused"], "a rollout is held back by spec.updateStrategy.rollingUpdate.partition"),
];

crate::record! {
    /// A field that stands where the API has none of that name.
    pub struct Misplaced<'a> as "misplaced" at node {
        /// Its name.
        name "name": &'static str,
        /// Where it stands: `spec.template.spec`; empty for the top of the object.
        place "place": &'static str,
        /// Where it belongs: `spec`.
        home "home": &'static str,
    }
}

crate::record! {
    /// A field that Deployments have and StatefulSets do not.
    pub struct Foreign<'a> as "foreign" at node {
        /// The kind that has it: `Deployment`.
        kind "kind": &'static str,
        /// Its path: `spec.strategy`.
        path "path": String,
        /// What a StatefulSet has for it, as a sentence.
        instead "instead": &'static str,
    }
}

/// The fields of `set` that stand in the wrong part of it.
pub(super) fn misplaced<'a>(set: &'a Object<'a>) -> Vec<Misplaced<'a>> {
    let mut found = Vec::new();
    let mut look = |place: &'static str, at: &[&str], names: &[&'static str], home: &'static str| {
        for (key, value) in set.get(at).into_iter().flat_map(Node::entries) {
            let name = key.raw().and_then(|raw| names.iter().find(|&&name| name == raw));
            found.extend(name.map(|&name| Misplaced { node: Some(value), name, place, home }));
        }
    };
    look("", &[], &SET_SPEC, "spec");
    look("metadata", &["metadata"], &SET_SPEC, "spec");
    look("spec", &["spec"], &POD_SPEC, "spec.template.spec");
    look("spec.template", &["spec", "template"], &SET_SPEC, "spec");
    look("spec.template", &["spec", "template"], &POD_SPEC, "spec.template.spec");
    look("spec.template.spec", &["spec", "template", "spec"], &SET_SPEC, "spec");
    found
}

/// The fields of `set` that only Deployments have.
pub(super) fn foreign<'a>(set: &'a Object<'a>) -> Vec<Foreign<'a>> {
    let field = |&(path, instead): &(&[&str], &'static str)| {
        let (last, above) = path.split_last()?;
        let parent = above.iter().try_fold(set.get(&["spec"])?, |node, key| node.get(key))?;
        let entry = parent.entry(last)?;
        Some(Foreign { node: Some(entry.value), kind: "Deployment", path: format!("spec.{}", path.join(".")), instead })
    };
    DEPLOYMENT.iter().filter_map(field).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing;

    #[test]
    fn misplaced_fields_say_where_they_belong() {
        for (rest, want) in [
            ("spec: {replicas: 3, template: {spec: {containers: []}}}", &[][..]),
            ("replicas: 3\nspec: {}", &[("replicas", "", "spec")]),
            ("spec: {containers: []}", &[("containers", "spec", "spec.template.spec")]),
            (
                "spec: {template: {volumes: [], serviceName: db}}",
                &[("serviceName", "spec.template", "spec"), ("volumes", "spec.template", "spec.template.spec")],
            ),
            (
                "spec: {template: {spec: {volumeClaimTemplates: []}}}",
                &[("volumeClaimTemplates", "spec.template.spec", "spec")],
            ),
            ("spec: [replicas]", &[]),
        ] {
            testing::with(&format!("apiVersion: apps/v1\nkind: StatefulSet\n{rest}\n"), |set, _| {
                let found = misplaced(set);
                let found: Vec<_> = found.iter().map(|one| (one.name, one.place, one.home)).collect();
                assert_eq!(found, want, "{rest}");
            });
        }
    }

    #[test]
    fn fields_of_deployments_are_found_by_their_path() {
        for (spec, want) in [
            ("{updateStrategy: {type: OnDelete}, minReadySeconds: 5}", &[][..]),
            ("{strategy: {type: Recreate}, paused: null}", &["spec.strategy", "spec.paused"]),
            (
                "{updateStrategy: {rollingUpdate: {maxSurge: 1, partition: 0}}, progressDeadlineSeconds: 60}",
                &["spec.updateStrategy.rollingUpdate.maxSurge", "spec.progressDeadlineSeconds"],
            ),
            ("{updateStrategy: RollingUpdate}", &[]),
        ] {
            testing::with(&format!("apiVersion: apps/v1\nkind: StatefulSet\nspec: {spec}\n"), |set, _| {
                let found = foreign(set);
                let found: Vec<_> = found.iter().map(|one| one.path.as_str()).collect();
                assert_eq!(found, want, "{spec}");
            });
        }
    }
}
