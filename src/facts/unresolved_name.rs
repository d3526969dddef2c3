//! Turns the names of pods that containers are told into those that never resolve, and why.

use crate::cluster::Cluster;
use crate::dns::{self, CLUSTER_LOCAL, Unresolved, Why};
use crate::facts::{pod, retention};
use crate::manifest::Object;

crate::record! {
    /// A name that containers are told, that begins with the name of a pod in view, and that never resolves.
    pub struct UnresolvedName<'a> as "unresolvedName" at node part part {
        /// The name, as it is written.
        name "name": &'a str,
        /// The StatefulSet whose pod is meant.
        set "set": &'a str,
        /// Why it does not resolve, as a sentence: lower case, no final stop.
        because "because": String,
        /// The name that the pod has below its governing Service; empty if it has none.
        instead "instead": String,
        /// Whether there is no such pod.
        no_pod "noPod": bool,
        /// How many more names in the same text do not resolve for the same reason.
        others "others": i64,
    }
}

/// The names that never resolve in values of `env`, in commands, arguments and ConfigMaps of `set`, of several in one text
/// and for one reason the first. An ordinal is not accused where something scales the set.
pub(super) fn of<'a>(set: &'a Object<'a>, cluster: &'a Cluster<'a>) -> Vec<UnresolvedName<'a>> {
    let scaled = |owner: &Object<'_>| retention::autoscaler(owner, cluster).is_some();
    let found = dns::unresolved(set, cluster, CLUSTER_LOCAL).into_iter();
    let mut names: Vec<UnresolvedName<'a>> = Vec::new();
    for unresolved in found.filter(|name| name.why != Why::Ordinal || !scaled(name.owner)) {
        let name = UnresolvedName::of(unresolved);
        match names.iter_mut().find(|known| known.node == name.node && known.because == name.because) {
            Some(known) => known.others += 1,
            None => names.push(name),
        }
    }
    names
}

impl<'a> UnresolvedName<'a> {
    fn of(unresolved: Unresolved<'a>) -> Self {
        let Unresolved { node, span, name, owner, ordinal, why } = unresolved;
        let (set, namespace, governing) = (owner.name, owner.namespace, dns::governing_name(owner));
        let because = match why {
            Why::Ordinal => format!("the pods of \"{set}\" are {}", pod::of(owner).text),
            Why::OtherService => {
                format!("pods of \"{set}\" have names only below \"{governing}\", which is their serviceName")
            }
            Why::NoServiceName => format!("\"{set}\" has no serviceName, so that its pods have no names"),
            Why::OtherNamespace => format!("the pods of \"{set}\" are in the namespace \"{namespace}\""),
            Why::NoSvc => "\"svc\" is missing between the namespace and the domain of the cluster".to_owned(),
            Why::NoNamespace => "the namespace is missing before \"svc\"".to_owned(),
        };
        let instead = match why {
            Why::Ordinal | Why::NoServiceName => String::new(),
            _ => format!("{set}-{ordinal}.{governing}.{namespace}.svc"),
        };
        Self { node: Some(node), part: span, name, set, because, instead, no_pod: why == Why::Ordinal, others: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing;

    const SET: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec: {serviceName: peers, replicas: 2, \
                       selector: {}, template: {spec: {containers: [{args: [ARGS]}]}}}\n";

    #[test]
    fn names_in_one_text_are_told_by_the_first_of_each_reason() {
        for (args, want) in [
            ("db-0.peers db-1.peers", &[][..]),
            ("db-2.peers db-3.peers db-0.peers", &[("db-2.peers", 1, "")]),
            (
                "db-2.peers db-0.peers.svc db-3.peers",
                &[("db-2.peers", 1, ""), ("db-0.peers.svc", 0, "db-0.peers.default.svc")],
            ),
            ("db-2.peers, db-2.peers", &[("db-2.peers", 0, ""), ("db-2.peers", 0, "")]),
        ] {
            testing::with(&SET.replace("ARGS", args), |set, cluster| {
                let names = of(set, cluster);
                let told: Vec<_> = names.iter().map(|name| (name.name, name.others, name.instead.as_str())).collect();
                assert_eq!(told, want, "{args}");
            });
        }
    }

    #[test]
    fn an_ordinal_is_not_accused_where_something_scales_the_set() {
        let scaler = "---\n{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: a}, spec: \
                      {scaleTargetRef: {kind: StatefulSet, name: db}}}\n";
        for (scaler, want) in [("", 1), (scaler, 0)] {
            testing::with(&(SET.replace("ARGS", "db-2.peers") + scaler), |set, cluster| {
                assert_eq!(of(set, cluster).len(), want, "{scaler}");
            });
        }
    }
}
