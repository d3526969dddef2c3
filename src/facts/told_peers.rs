//! Turns the containers that know pods of their own set by name into whether those names resolve before the pods are ready.

use crate::cluster::Cluster;
use crate::dns::{self, CLUSTER_LOCAL, Stage, Told};
use crate::manifest::Object;

crate::record! {
    /// A container that is told the names of two or more pods of its own StatefulSet, and has a probe that may depend on them.
    pub struct ToldPeers<'a> as "toldPeers" at node part part {
        /// The first of the names, as it is written.
        name "name": &'a str,
        /// The name of its pod.
        pod "pod": String,
        /// The container.
        container "container": &'a str,
        /// The first probe that keeps the pod from being ready and may ask for more than the process: `startup` or `readiness`.
        probe "probe": &'static str,
        /// How many pods of the StatefulSet it is told of; at least two.
        peers "peers": i64,
        /// Whether what is in view says that the names resolve, and only while the pods are ready.
        late "late": bool,
    }
}

/// The containers of `set` that are told the names of its pods, in written order.
pub(super) fn of<'a>(set: &'a Object<'a>, cluster: &'a Cluster<'a>) -> Vec<ToldPeers<'a>> {
    let told = dns::told(set);
    if told.is_empty() {
        return Vec::new();
    }
    let names = dns::names(set, cluster, CLUSTER_LOCAL);
    let resolves = |told: &Told<'_>, stage| names.of_pod_at(told.ordinal, stage).is_some();
    let peers = |told: Told<'a>| ToldPeers {
        node: Some(told.node),
        part: told.span,
        name: told.name,
        pod: format!("{}-{}", set.name, told.ordinal),
        container: told.container,
        probe: told.probe,
        peers: i64::try_from(told.peers).unwrap_or(i64::MAX),
        late: resolves(&told, Stage::Ready) && !resolves(&told, Stage::NotReady),
    };
    told.into_iter().map(peers).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing;

    const SET: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec: {serviceName: peers, replicas: 3, \
                       selector: {}, template: {metadata: {labels: {app: db}}, spec: {initContainers: [{name: wait, command: \
                       [sh, -c, 'INIT']}], containers: [{name: db, command: [db, 'WORD'], env: [{name: A, value: 'VALUE'}], \
                       PROBE}]}}}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: peers}\n\
                       spec: {clusterIP: None, selector: {app: db}PUBLISHED}\n";
    const ALL: &str = "db-0.peers,db-1.peers,db-2.peers.default.svc";
    const HEALTH: &str = "readinessProbe: {exec: {command: [sh, -c, db health]}}";

    /// What is told of the container of the set, with these in the places of `INIT`, `WORD`, `VALUE` and `PROBE`.
    fn told(
        init: &str,
        word: &str,
        value: &str,
        probe: &str,
        published: &str,
    ) -> Vec<(String, &'static str, i64, bool)> {
        let text = SET.replace("INIT", init).replace("WORD", word).replace("VALUE", value);
        let text = text.replace("PROBE", probe).replace("PUBLISHED", published);
        let mut found = Vec::new();
        testing::with(&text, |set, cluster| {
            found = of(set, cluster).iter().map(|it| (it.pod.clone(), it.probe, it.peers, it.late)).collect();
        });
        found
    }

    #[test]
    fn names_of_pods_of_the_set_are_told_where_a_probe_may_depend_on_them() {
        let all = ("db-0".to_owned(), "readiness", 3, true);
        for (word, value, want) in [
            ("", ALL, vec![all.clone()]),
            (ALL, "", vec![all.clone()]),
            ("db-0.peers", "db-1.peers db-0.peers", vec![("db-1".to_owned(), "readiness", 2, true)]),
            ("", "db-0.peers db-0.peers", vec![]),
            ("", "db-2.peers db-3.peers", vec![]),
            ("", "db-0.other db-1.other", vec![]),
            ("", "other-0.peers other-1.peers", vec![]),
            ("if [ $HOSTNAME = db-0 ]; then join db-1.peers db-2.peers; fi", "", vec![]),
        ] {
            assert_eq!(told("", word, value, HEALTH, ""), want, "{word} {value}");
        }
    }

    #[test]
    fn a_probe_that_asks_for_the_process_alone_depends_on_no_peer() {
        for (probe, want) in [
            (HEALTH, &["readiness"][..]),
            ("readinessProbe: {httpGet: {path: /health, port: 80}}", &["readiness"]),
            ("readinessProbe: {httpGet: {port: 80}}", &["readiness"]),
            ("readinessProbe: {grpc: {port: 80}}", &["readiness"]),
            ("startupProbe: {exec: {command: [joined]}}, readinessProbe: {tcpSocket: {port: 80}}", &["startup"]),
            ("startupProbe: {tcpSocket: {port: 80}}, readinessProbe: {exec: {command: [joined]}}", &["readiness"]),
            ("livenessProbe: {exec: {command: [joined]}}", &[]),
            ("readinessProbe: {tcpSocket: {port: 80}}", &[]),
            ("readinessProbe: {httpGet: {path: /livez, port: 80}}", &[]),
            ("readinessProbe: {exec: {command: [sh, -c, 'echo ruok | nc localhost 2181']}}", &[]),
            ("readinessProbe: {exec: {command: [pg_isready]}}", &[]),
        ] {
            let probes: Vec<&str> = told("", "", ALL, probe, "").iter().map(|told| told.1).collect();
            assert_eq!(probes, want, "{probe}");
        }
    }

    #[test]
    fn what_waits_for_the_names_by_itself_is_told_once() {
        for (init, probe, want) in [
            ("true", HEALTH, 1),
            ("until nslookup db-1.peers; do sleep 1; done", HEALTH, 0),
            ("true", "readinessProbe: {exec: {command: [nslookup, db-1.peers]}}", 0),
        ] {
            assert_eq!(told(init, "", ALL, probe, "").len(), want, "{init} {probe}");
        }
    }

    #[test]
    fn names_come_late_unless_the_service_publishes_pods_that_are_not_ready() {
        for (published, want) in
            [("", true), (", publishNotReadyAddresses: false", true), (", publishNotReadyAddresses: true", false)]
        {
            let late: Vec<bool> = told("", "", ALL, HEALTH, published).iter().map(|told| told.3).collect();
            assert_eq!(late, [want], "{published}");
        }
    }
}
