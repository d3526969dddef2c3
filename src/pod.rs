//! Turns a StatefulSet into what is known of its pods before there is any: their ordinals, and the labels that they carry.

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
pub const OVERWRITTEN: [&str; 3] = [POD_NAME, POD_INDEX, REVISION];

/// The ordinals of the pods of a StatefulSet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ordinals {
    /// `spec.ordinals.start`, 0 if it is absent or cannot be one.
    pub first: i64,
    /// `spec.replicas`, 1 if it is absent or cannot be a count.
    pub count: i64,
}

impl Ordinals {
    /// The API has both as 32-bit numbers (k8s.io/api `apps/v1/types.go`).
    pub fn of(set: &Object<'_>) -> Self {
        let count = |path: &[&str], default| {
            let given = set.get(path).and_then(Node::as_i64);
            given.filter(|&number| (0..=i64::from(i32::MAX)).contains(&number)).unwrap_or(default)
        };
        Self { first: count(&["spec", "ordinals", "start"], 0), count: count(&["spec", "replicas"], 1) }
    }

    /// The highest one; below the first if there is none.
    pub fn last(self) -> i64 {
        self.first + self.count - 1
    }

    /// Whether it is one of them.
    pub fn contains(self, ordinal: i64) -> bool {
        (self.first..=self.last()).contains(&ordinal)
    }
}

/// How many of the pods something is true of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Share {
    /// Of none of them.
    None,
    /// Of some of them.
    Some,
    /// Of all of them.
    All,
}

/// The labels of the pods: those of the template, but for the ones that the controller overwrites.
#[derive(Debug)]
pub struct PodLabels<'a> {
    /// The labels of the template, as they are written.
    pub template: Labels<'a>,
    name: &'a str,
    ordinals: Ordinals,
}

impl<'a> PodLabels<'a> {
    /// The labels of the pods of `set`.
    pub fn of(set: &'a Object<'a>) -> Self {
        let template = Labels::of(set.get(&["spec", "template", "metadata", "labels"]));
        let mut ordinals = Ordinals::of(set);
        // A set that has no pods at the moment is judged by the one that it gets first.
        ordinals.count = ordinals.count.max(1);
        Self { template, name: set.name, ordinals }
    }

    /// Whether a selector selects at least one of the pods.
    pub fn any(&self, selector: &Selector<'_>) -> bool {
        !selector.is_empty()
            && selector.faults().is_empty()
            && selector.requirements().iter().all(|requirement| self.share(requirement) > Share::None)
    }

    /// Whether the plain map that a Service has for a selector selects at least one of the pods. It is quick where the map asks
    /// for what the template has otherwise, as most Services in view do.
    pub fn any_by_map(&self, map: Option<Node<'_>>) -> bool {
        let differs = |(key, value): (Node<'_>, Node<'_>)| {
            let key = key.raw().filter(|key| !OVERWRITTEN.contains(key));
            key.zip(value.as_str()).is_some_and(|(key, value)| self.template.get(key) != Some(value))
        };
        let differs_at_once = map.is_some_and(|map| !map.is_irregular() && map.entries().any(differs));
        !differs_at_once && self.any(&Selector::of_map(map))
    }

    /// The ordinal of the only pod that a selector can select, where it asks for the label that names one pod; −1 where that
    /// is the name of no pod.
    pub fn only(&self, selector: &Selector<'_>) -> Option<i64> {
        let mut asked = selector.requirements().iter().filter(|requirement| requirement.operator == Operator::In);
        asked.find_map(|requirement| match (&*requirement.key, &requirement.values[..]) {
            (POD_NAME, [name]) => Some(self.ordinal(name).unwrap_or(-1)),
            (POD_INDEX, [index]) => Some(decimal(index).unwrap_or(-1)),
            _ => None,
        })
    }

    /// Whether a selector selects the pod of that ordinal, in or out of range.
    pub fn selects(&self, selector: &Selector<'_>, ordinal: i64) -> bool {
        let meets = |requirement: &Requirement<'_>| {
            let named = |value: &&str| match &*requirement.key {
                POD_NAME => self.ordinal(value) == Some(ordinal),
                POD_INDEX => decimal(value) == Some(ordinal),
                // No one can know the hash of a revision beforehand.
                _ => false,
            };
            if !OVERWRITTEN.contains(&&*requirement.key) {
                return requirement.matches(&self.template);
            }
            match requirement.operator {
                Operator::In => requirement.values.iter().any(named),
                Operator::NotIn => !requirement.values.iter().any(named),
                Operator::Exists => true,
                Operator::DoesNotExist => false,
            }
        };
        !selector.is_empty() && selector.faults().is_empty() && selector.requirements().iter().all(meets)
    }

    /// How many of the pods meet a requirement.
    pub fn share(&self, requirement: &Requirement<'_>) -> Share {
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
pub fn decimal(text: &str) -> Option<i64> {
    let canonical = text == "0" || !text.starts_with(['0', '+', '-']);
    text.parse().ok().filter(|_| canonical)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::testing;

    fn set(spec: &str) -> String {
        format!("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec: {spec}\n")
    }

    #[test]
    fn a_selector_selects_single_pods_by_the_labels_that_the_controller_writes() {
        for (selector, want) in [
            ("{app: db}", [true, true, true]),
            ("{app: web}", [false, false, false]),
            ("{}", [false, false, false]),
            ("{statefulset.kubernetes.io/pod-name: db-1}", [false, true, false]),
            ("{app: db, apps.kubernetes.io/pod-index: \"2\"}", [false, false, true]),
            ("{app: web, apps.kubernetes.io/pod-index: \"2\"}", [false, false, false]),
            ("{controller-revision-hash: x}", [false, false, false]),
            ("{app: true}", [false, false, false]),
            ("{app: null}", [false, false, false]),
            ("{<<: {app: db}, app: web}", [false, false, false]),
        ] {
            let labels = "{template: {metadata: {labels: {app: db, controller-revision-hash: x}}}}";
            let text = format!("{}---\n{{apiVersion: v1, kind: X, selector: {selector}}}\n", set(labels));
            testing::with(&text, |object, cluster| {
                let node = cluster.objects().last().and_then(|other| other.get(&["selector"]));
                let (selected, pods) = (Selector::of_map(node), PodLabels::of(object));
                assert_eq!([0, 1, 2].map(|ordinal| pods.selects(&selected, ordinal)), want, "{selector}");
                assert_eq!(pods.any_by_map(node), pods.any(&selected), "{selector}");
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
