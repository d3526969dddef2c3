//! Turns the retention policy of a StatefulSet into when its claims are deleted, and by whom.

use crate::cluster::Cluster;
use crate::manifest::{GroupKind, Object};
use crate::yaml::Node;

/// A KEDA object, which becomes a `HorizontalPodAutoscaler`.
const SCALED_OBJECT: GroupKind = GroupKind { group: "keda.sh", kind: "ScaledObject" };

crate::record! {
    /// `spec.persistentVolumeClaimRetentionPolicy`, defaults filled in.
    pub struct Retention<'a> as "retention" at node {
        /// What becomes of all claims when the StatefulSet is deleted: `Retain` or `Delete`.
        when_deleted "whenDeleted": &'a str,
        /// What becomes of the claims of a pod that is scaled away: `Retain` or `Delete`.
        when_scaled "whenScaled": &'a str,
        /// What scales the StatefulSet by itself; looked for only where scaling deletes claims.
        autoscaler "autoscaler": Autoscaler<'a>,
    }
}

crate::record! {
    /// A `HorizontalPodAutoscaler`, or a KEDA `ScaledObject`, that scales the StatefulSet.
    pub struct Autoscaler<'a> as "autoscaler" at node {
        /// Whether one is in view.
        found "found": bool,
        /// Its kind.
        kind "kind": &'a str,
        /// Its name.
        name "name": &'a str,
    }
}

/// When the claims of `set` are deleted.
pub(super) fn of<'a>(set: &'a Object<'a>, cluster: &'a Cluster<'a>) -> Retention<'a> {
    let node = set.get(&["spec", "persistentVolumeClaimRetentionPolicy"]);
    let policy = |key| {
        let text = node.and_then(|node| node.get(key)).and_then(Node::as_str);
        text.filter(|text| !text.is_empty()).unwrap_or("Retain")
    };
    let when_scaled = policy("whenScaled");
    let scaler = if when_scaled == "Delete" { autoscaler(set, cluster) } else { None };
    Retention {
        node,
        when_deleted: policy("whenDeleted"),
        when_scaled,
        autoscaler: Autoscaler {
            node: scaler.map(|scaler| scaler.node),
            found: scaler.is_some(),
            kind: scaler.map_or("", |scaler| scaler.kind),
            name: scaler.map_or("", |scaler| scaler.name),
        },
    }
}

/// What scales `set`, if that is in view.
pub(crate) fn autoscaler<'a>(set: &Object<'_>, cluster: &'a Cluster<'a>) -> Option<&'a Object<'a>> {
    let scales = |scaler: &&Object<'_>| {
        let target = |key| scaler.get(&["spec", "scaleTargetRef", key]).and_then(Node::as_str);
        !scaler.partial && target("kind") == Some("StatefulSet") && target("name") == Some(set.name)
    };
    let of_kind = |kind| cluster.in_namespace(kind, set.namespace).find(scales);
    of_kind(GroupKind::HORIZONTAL_POD_AUTOSCALER).or_else(|| of_kind(SCALED_OBJECT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing;

    #[test]
    fn what_is_absent_or_empty_is_retained() {
        for (policy, want) in [
            ("null", ("Retain", "Retain")),
            ("{}", ("Retain", "Retain")),
            ("{whenDeleted: Delete}", ("Delete", "Retain")),
            ("{whenScaled: Delete, whenDeleted: ''}", ("Retain", "Delete")),
            ("Delete", ("Retain", "Retain")),
            ("{whenScaled: [Delete]}", ("Retain", "Retain")),
        ] {
            let text = format!(
                "apiVersion: apps/v1\nkind: StatefulSet\nspec: {{persistentVolumeClaimRetentionPolicy: {policy}}}\n"
            );
            testing::with(&text, |set, cluster| {
                let retention = of(set, cluster);
                assert_eq!((retention.when_deleted, retention.when_scaled), want, "{policy}");
            });
        }
    }

    #[test]
    fn an_autoscaler_is_found_where_scaling_deletes_claims() {
        for (policy, scaler, want) in [
            (
                "Delete",
                "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: a}, spec: {scaleTargetRef: {kind: StatefulSet, name: db}}}",
                "a",
            ),
            (
                "Delete",
                "{apiVersion: keda.sh/v1alpha1, kind: ScaledObject, metadata: {name: k}, spec: {scaleTargetRef: {kind: StatefulSet, name: db}}}",
                "k",
            ),
            (
                "Retain",
                "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: a}, spec: {scaleTargetRef: {kind: StatefulSet, name: db}}}",
                "",
            ),
            (
                "Delete",
                "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: a, namespace: x}, spec: {scaleTargetRef: {kind: StatefulSet, name: db}}}",
                "",
            ),
            (
                "Delete",
                "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: a}, spec: {scaleTargetRef: {kind: Deployment, name: db}}}",
                "",
            ),
            (
                "Delete",
                "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: a}, spec: {scaleTargetRef: {kind: StatefulSet, name: web}}}",
                "",
            ),
        ] {
            let text = format!(
                "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec: {{persistentVolumeClaimRetentionPolicy: \
                 {{whenScaled: {policy}}}}}\n---\n{scaler}\n"
            );
            testing::with(&text, |set, cluster| {
                let scaler_found = of(set, cluster).autoscaler;
                assert_eq!((scaler_found.name, scaler_found.found), (want, !want.is_empty()), "{policy} {scaler}");
            });
        }
    }
}
