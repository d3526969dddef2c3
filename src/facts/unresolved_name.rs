//! Turns the names of pods and Services that containers are told into those that never resolve, and why.

use crate::cluster::Cluster;
use crate::dns::{self, CLUSTER_LOCAL, Meant, Unresolved, Why};
use crate::facts::{pod, retention};
use crate::manifest::Object;

crate::record! {
    /// A name that containers are told, of a pod or a Service in view, and that never resolves.
    pub struct UnresolvedName<'a> as "unresolvedName" at node part part {
        /// The name, as it is written.
        name "name": &'a str,
        /// What is so: `ordinal`, `otherService`, `noServiceName`, `otherNamespace`, `noSvc`, `noNamespace` or `noPort`.
        kind "kind": &'static str,
        /// The StatefulSet whose pod is meant, or the Service that is.
        meant "meant": &'a str,
        /// Why it does not resolve, as a sentence: lower case, no final stop.
        because "because": String,
        /// The name that resolves; empty if there is none.
        instead "instead": String,
        /// How many more names in the same text do not resolve for the same reason.
        others "others": i64,
    }
}

/// The names that never resolve in values of `env`, in commands, arguments and ConfigMaps of `set`, of several in one text
/// and for one reason the first. An ordinal is not accused where something scales the set.
pub(super) fn of<'a>(set: &'a Object<'a>, cluster: &'a Cluster<'a>) -> Vec<UnresolvedName<'a>> {
    let scaled = |meant| matches!(meant, Meant::Pod(owner, _) if retention::autoscaler(owner, cluster).is_some());
    let found = dns::unresolved(set, cluster, CLUSTER_LOCAL).into_iter();
    let mut names: Vec<UnresolvedName<'a>> = Vec::new();
    for unresolved in found.filter(|name| name.why != Why::Ordinal || !scaled(name.meant)) {
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
        let Unresolved { node, span, name, meant, why } = unresolved;
        let (Meant::Pod(object, _) | Meant::Service(object)) = meant;
        let (known, namespace, governing) = (object.name, object.namespace, dns::governing_name(object));
        let because = match why {
            Why::Ordinal => format!("the pods of \"{known}\" are {}", pod::of(object).text),
            Why::OtherService => {
                format!("pods of \"{known}\" have names only below \"{governing}\", which is their serviceName")
            }
            Why::NoServiceName => format!("\"{known}\" has no serviceName, so that its pods have no names"),
            Why::OtherNamespace => format!("the pods of \"{known}\" are in the namespace \"{namespace}\""),
            Why::NoSvc => "\"svc\" is missing between the namespace and the domain of the cluster".to_owned(),
            Why::NoNamespace => "the namespace is missing before \"svc\"".to_owned(),
            Why::NoPort => format!("the Service \"{known}\" has no port of that name and protocol"),
        };
        let instead = match (why, meant) {
            (Why::Ordinal | Why::NoServiceName | Why::NoPort, _) => String::new(),
            (_, Meant::Pod(_, ordinal)) => format!("{known}-{ordinal}.{governing}.{namespace}.svc"),
            (_, Meant::Service(_)) => format!("{known}.{namespace}.svc"),
        };
        Self { node: Some(node), part: span, name, kind: why.name(), meant: known, because, instead, others: 0 }
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
