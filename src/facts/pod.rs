//! Turns a StatefulSet into the pods that the controller makes of it: their names, and the labels that they carry.

use std::collections::BTreeSet;

use crate::label::{Labels, Operator, Requirement, Selector};
use crate::manifest::Object;
use crate::yaml::Node;

/// The label that holds the name of the pod.
const POD_NAME: &str = "statefulset.kubernetes.io/pod-name";
/// The label that holds the ordinal of the pod, from 1.28 on.
const POD_INDEX: &str = "apps.kubernetes.io/pod-index";
/// The label that holds the name of the revision that the pod was made from.
const REVISION: &str = "controller-revision-hash";

/// The labels that the controller writes on each pod, whatever the template says (`pkg/controller/statefulset`,
/// `updateIdentity`, `setPodRevision`).
pub(super) const OVERWRITTEN: [&str; 3] = [POD_NAME, POD_INDEX, REVISION];

crate::record! {
    /// The pods that the controller makes of the StatefulSet.
    pub struct Pods<'a> as "pods" at node {
        /// The name of the one with the lowest ordinal; empty if there is none.
        first "first": String,
        /// The name of the one with the highest ordinal; empty if there is none.
        last "last": String,
        /// All of them in words: `db-0`, `db-0 and db-1`, `db-0 … db-2`; `its pods` if there is none.
        text "text": String,
        /// How many there are.
        count "count": i64,
        /// How many characters the longest of their names has; 0 if there is none.
        longest_name "longestName": i64,
    }
}

/// The names of the pods of `set`.
pub(super) fn of<'a>(set: &'a Object<'a>) -> Pods<'a> {
    let ordinals = Ordinals::of(set);
    let name = |ordinal: i64| format!("{}-{ordinal}", set.name);
    let (first, last) = if ordinals.count > 0 && !set.name.is_empty() {
        (name(ordinals.first), name(ordinals.last()))
    } else {
        (String::new(), String::new())
    };
    let text = match ordinals.count {
        _ if first.is_empty() => "its pods".to_owned(),
        1 => first.clone(),
        2 => format!("{first} and {last}"),
        _ => format!("{first} … {last}"),
    };
    Pods {
        node: set.get(&["spec", "replicas"]),
        longest_name: i64::try_from(last.len()).unwrap_or(i64::MAX),
        first,
        last,
        text,
        count: ordinals.count,
    }
}

/// The ordinals of the pods of a StatefulSet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ordinals {
    /// `spec.ordinals.start`, 0 if it is absent or cannot be one.
    pub(super) first: i64,
    /// `spec.replicas`, 1 if it is absent or cannot be a count.
    pub(super) count: i64,
}

impl Ordinals {
    /// The API has both as 32-bit numbers (k8s.io/api `apps/v1/types.go`).
    pub(super) fn of(set: &Object<'_>) -> Self {
        let count = |path: &[&str], default| {
            let given = set.get(path).and_then(Node::as_i64);
            given.filter(|&number| (0..=i64::from(i32::MAX)).contains(&number)).unwrap_or(default)
        };
        Self { first: count(&["spec", "ordinals", "start"], 0), count: count(&["spec", "replicas"], 1) }
    }

    /// The highest one; below the first if there is none.
    pub(super) fn last(self) -> i64 {
        self.first + self.count - 1
    }

    pub(super) fn contains(self, ordinal: i64) -> bool {
        (self.first..=self.last()).contains(&ordinal)
    }
}

/// How many of the pods something is true of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Share {
    None,
    Some,
    All,
}

/// The labels of the pods: those of the template, but for the ones that the controller overwrites.
#[derive(Debug)]
pub(super) struct PodLabels<'a> {
    pub(super) template: Labels<'a>,
    name: &'a str,
    ordinals: Ordinals,
}

impl<'a> PodLabels<'a> {
    pub(super) fn of(set: &'a Object<'a>) -> Self {
        let template = Labels::of(set.get(&["spec", "template", "metadata", "labels"]));
        let mut ordinals = Ordinals::of(set);
        // A set that has no pods at the moment is judged by the one that it gets first.
        ordinals.count = ordinals.count.max(1);
        Self { template, name: set.name, ordinals }
    }

    /// Whether a selector selects at least one of the pods.
    pub(super) fn any(&self, selector: &Selector<'_>) -> bool {
        !selector.is_empty()
            && selector.faults().is_empty()
            && selector.requirements().iter().all(|requirement| self.share(requirement) > Share::None)
    }

    /// How many of the pods meet a requirement.
    pub(super) fn share(&self, requirement: &Requirement<'_>) -> Share {
        let listed = match &*requirement.key {
            // No one can know the hash of a revision beforehand.
            REVISION => 0,
            POD_NAME => self.listed(requirement, |value| self.ordinal(value)),
            POD_INDEX => self.listed(requirement, decimal),
            _ if requirement.matches(&self.template) => return Share::All,
            _ => return Share::None,
        };
        let all = self.ordinals.count;
        let met = match requirement.operator {
            Operator::In => listed,
            Operator::NotIn => all - listed,
            Operator::Exists => all,
            Operator::DoesNotExist => 0,
        };
        match met {
            0 => Share::None,
            _ if met == all => Share::All,
            _ => Share::Some,
        }
    }

    /// How many pods the values of a requirement name.
    fn listed(&self, requirement: &Requirement<'_>, ordinal: impl Fn(&str) -> Option<i64>) -> i64 {
        let named = requirement.values.iter().filter_map(|value| ordinal(value));
        let in_range: BTreeSet<i64> = named.filter(|&ordinal| self.ordinals.contains(ordinal)).collect();
        i64::try_from(in_range.len()).unwrap_or(i64::MAX)
    }

    /// The ordinal of the pod of that name.
    fn ordinal(&self, pod: &str) -> Option<i64> {
        decimal(pod.strip_prefix(self.name)?.strip_prefix('-')?)
    }
}

/// A number as Go prints it: no sign, no leading zero.
pub(super) fn decimal(text: &str) -> Option<i64> {
    let canonical = text == "0" || !text.starts_with(['0', '+', '-']);
    text.parse().ok().filter(|_| canonical)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing;

    fn set(spec: &str) -> String {
        format!("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec: {spec}\n")
    }

    #[test]
    fn pods_are_named_after_their_ordinals() {
        for (spec, text, longest_name) in [
            ("{}", "db-0", 4),
            ("{replicas: 2}", "db-0 and db-1", 4),
            ("{replicas: 11}", "db-0 … db-10", 5),
            ("{replicas: 3, ordinals: {start: 9}}", "db-9 … db-11", 5),
            ("{replicas: 0}", "its pods", 0),
            ("{replicas: -1}", "db-0", 4),
            ("{replicas: \"3\"}", "db-0", 4),
            ("{replicas: 9999999999999999999}", "db-0", 4),
        ] {
            testing::with(&set(spec), |object, _| {
                let pods = of(object);
                assert_eq!((pods.text.as_str(), pods.longest_name), (text, longest_name), "{spec}");
            });
        }
    }

    #[test]
    fn requirements_are_met_by_the_labels_that_pods_really_carry() {
        let spec = "{replicas: 3, template: {metadata: {labels: {app: db, statefulset.kubernetes.io/pod-name: x}}}}";
        for (requirement, want) in [
            ("{key: app, operator: In, values: [db]}", Share::All),
            ("{key: app, operator: In, values: [web]}", Share::None),
            ("{key: statefulset.kubernetes.io/pod-name, operator: In, values: [x]}", Share::None),
            ("{key: statefulset.kubernetes.io/pod-name, operator: In, values: [db-1]}", Share::Some),
            ("{key: statefulset.kubernetes.io/pod-name, operator: In, values: [db-01, db-7, da-1]}", Share::None),
            ("{key: statefulset.kubernetes.io/pod-name, operator: In, values: [db-0, db-1, db-2, db-2]}", Share::All),
            ("{key: statefulset.kubernetes.io/pod-name, operator: NotIn, values: [db-0]}", Share::Some),
            ("{key: statefulset.kubernetes.io/pod-name, operator: NotIn, values: [db-3]}", Share::All),
            ("{key: statefulset.kubernetes.io/pod-name, operator: DoesNotExist}", Share::None),
            ("{key: apps.kubernetes.io/pod-index, operator: In, values: [\"2\"]}", Share::Some),
            ("{key: apps.kubernetes.io/pod-index, operator: Exists}", Share::All),
            ("{key: controller-revision-hash, operator: In, values: [db-5f]}", Share::None),
            ("{key: controller-revision-hash, operator: NotIn, values: [db-5f]}", Share::All),
        ] {
            let text = format!("{}---\n{{apiVersion: v1, kind: X, matchExpressions: [{requirement}]}}\n", set(spec));
            testing::with(&text, |object, cluster| {
                let selector = Selector::of(cluster.objects().last().map(|other| other.node));
                let [requirement] = selector.requirements() else { panic!("{requirement}: {:?}", selector.faults()) };
                assert_eq!(PodLabels::of(object).share(requirement), want, "{requirement}");
            });
        }
    }
}
