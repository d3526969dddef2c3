//! Turns the pods of a set that its own init containers and probes ask for into what keeps them from answering.

use crate::cluster::Cluster;
use crate::dns::{self, CLUSTER_LOCAL, Moment, Tool};
use crate::manifest::Object;

crate::record! {
    /// A pod of the StatefulSet that has to answer before a pod of the StatefulSet can be ready.
    pub struct AwaitedPod<'a> as "awaitedPod" at node part part {
        /// The name that it is asked for by, as it is written.
        name "name": &'a str,
        /// The name of the pod.
        pod "pod": String,
        /// Its ordinal.
        ordinal "ordinal": i64,
        /// The container that asks.
        container "container": &'a str,
        /// When it asks: `init` before the containers start, `probe` before the pod is ready.
        moment "moment": &'static str,
        /// How many pods of the StatefulSet it asks for in all.
        peers "peers": i64,
        /// Whether pods have their names before they are ready: the governing Service says `publishNotReadyAddresses`.
        published "published": bool,
        /// Whether it is asked for by a port, on which a container of it has to answer.
        port "port": bool,
        /// Whether that pod finds itself when it asks: in its own `/etc/hosts`, or because pods have their names before they
        /// are ready; and not by a port before its containers run.
        finds_itself "findsItself": bool,
    }
}

/// The pods that `set` awaits, container by container; of each container, each pod once.
pub(super) fn of<'a>(set: &'a Object<'a>, cluster: &'a Cluster<'a>) -> Vec<AwaitedPod<'a>> {
    let awaited = dns::awaited(set, CLUSTER_LOCAL);
    if awaited.is_empty() {
        return Vec::new();
    }
    let names = dns::names(set, cluster, CLUSTER_LOCAL);
    let published = names.governing().is_some_and(|service| service.publish_not_ready_addresses);
    let pod = |awaited: dns::Awaited<'a>| AwaitedPod {
        node: Some(awaited.node),
        part: awaited.span,
        name: awaited.name,
        pod: format!("{}-{}", set.name, awaited.ordinal),
        ordinal: awaited.ordinal,
        container: awaited.container,
        moment: awaited.moment.name(),
        peers: i64::try_from(awaited.peers).unwrap_or(i64::MAX),
        published,
        port: awaited.tool == Tool::Port,
        finds_itself: (published || awaited.in_hosts)
            && !(awaited.tool == Tool::Port && awaited.moment == Moment::Init),
    };
    awaited.into_iter().map(pod).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing;

    const SET: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec: {serviceName: peers, replicas: 3, \
                       selector: {}, template: {spec: {initContainers: [{name: wait, command: [sh, -c, 'INIT']}], \
                       containers: [{name: db, readinessProbe: {exec: {command: [sh, -c, 'PROBE']}}}]}}}\n";

    #[test]
    fn a_pod_finds_itself_by_its_full_name_where_the_resolver_is_asked() {
        for (init, probe, want) in [
            ("until nslookup db-1.peers.default.svc.cluster.local; do sleep 1; done", "true", false),
            ("until getent hosts db-1.peers.default.svc.cluster.local; do sleep 1; done", "true", true),
            ("until getent hosts db-1.peers.default.svc.cluster.local.; do sleep 1; done", "true", false),
            ("until getent hosts db-1.peers.default.svc; do sleep 1; done", "true", false),
            ("until getent hosts db-1.peers; do sleep 1; done", "true", false),
            ("until nc -z db-1.peers.default.svc.cluster.local 80; do sleep 1; done", "true", false),
            ("true", "nc -z db-1.peers.default.svc.cluster.local 80", true),
            ("true", "nc -z db-1.peers 80", false),
        ] {
            testing::with(&SET.replace("INIT", init).replace("PROBE", probe), |set, cluster| {
                let pods = of(set, cluster);
                assert_eq!(pods.iter().map(|pod| pod.finds_itself).collect::<Vec<_>>(), [want], "{init} {probe}");
            });
        }
    }

    #[test]
    fn pods_are_awaited_where_every_pod_asks_and_does_not_go_on_without_an_answer() {
        for (init, probe, want) in [
            ("until nslookup db-1.peers; do sleep 1; done", "true", &[("db-1", "init", 1)][..]),
            ("while ! nc -z db-1.peers.default.svc 80; do :; done", "true", &[("db-1", "init", 1)]),
            ("until nslookup db-1.other; do sleep 1; done", "true", &[]),
            ("until nslookup db-1.peers.other.svc.cluster.local; do sleep 1; done", "true", &[]),
            ("until nslookup db-1.peers.default.svc.example.org; do sleep 1; done", "true", &[]),
            ("true", "ping -c1 db-0.peers && ping -c1 db-2.peers.", &[("db-0", "probe", 2), ("db-2", "probe", 2)]),
            ("true", "ping -c1 db-0.peers && ping -c1 db-0.peers", &[("db-0", "probe", 1)]),
            ("true", "nc -z other-1.peers 80", &[]),
        ] {
            testing::with(&SET.replace("INIT", init).replace("PROBE", probe), |set, cluster| {
                let pods = of(set, cluster);
                let told: Vec<_> = pods.iter().map(|pod| (pod.pod.as_str(), pod.moment, pod.peers)).collect();
                assert_eq!(told, want, "{init} {probe}");
            });
        }
    }
}
