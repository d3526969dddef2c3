//! Holds the records of pods to Kubernetes' DNS specification, clause by clause.

use super::*;
use crate::cluster::testing;

const SET: &str = "\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web, namespace: db}
spec:
  replicas: 2
  serviceName: web
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers:
        - {name: proxy, restartPolicy: Always, ports: [{name: admin, containerPort: 15000}]}
        - {name: once, ports: [{name: setup, containerPort: 1}]}
      containers: [{name: web, ports: [{name: peers, containerPort: 7000}, {name: dns, containerPort: 53, protocol: UDP}]}]
";

fn service(name: &str, spec: &str) -> String {
    format!("---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: db}}\nspec: {spec}\n")
}

/// Asks about [`SET`] beside these Services, in a cluster of the usual domain.
fn with(services: &str, ask: impl Fn(&Names)) {
    testing::with(&format!("{SET}{services}"), |set, cluster| ask(&names(set, cluster, CLUSTER_LOCAL)));
}

fn of_pod(names: &Names, ordinal: i64, stage: Stage) -> Vec<String> {
    names.records_of_pod(ordinal, stage).map(|record| record.to_string()).collect()
}

#[test]
fn trace_25_two_ready_pods_behind_a_headless_service_with_a_named_port() {
    let spec = "{clusterIP: None, selector: {app: web}, ports: [{name: peer, port: 7000}]}";
    with(&service("web", spec), |names| {
        let records = |pod: &str| {
            [
                format!("web.db.svc.cluster.local A <ip-of-{pod}>"),
                format!("{pod}.web.db.svc.cluster.local A <ip-of-{pod}>"),
                format!("<ip-of-{pod}> PTR {pod}.web.db.svc.cluster.local"),
                format!("_peer._tcp.web.db.svc.cluster.local SRV 7000 {pod}.web.db.svc.cluster.local"),
            ]
        };
        assert_eq!(of_pod(names, 0, Stage::Ready), records("web-0"));
        assert_eq!(of_pod(names, 1, Stage::Ready), records("web-1"));
        assert_eq!(of_pod(names, 1, Stage::NotReady), [] as [&str; 0]);
        assert_eq!(names.of_pod(1).as_deref(), Some("web-1.web.db.svc.cluster.local"));
    });
}

#[test]
fn what_is_not_ready_has_records_only_where_the_service_publishes_it() {
    for (publish, want) in [("false", [0, 0, 3, 0, 0]), ("true", [0, 3, 3, 3, 0])] {
        let spec = format!("{{clusterIP: None, selector: {{app: web}}, publishNotReadyAddresses: {publish}}}");
        with(&service("web", &spec), |names| {
            let stages = [Stage::Pending, Stage::NotReady, Stage::Ready, Stage::Terminating, Stage::Finished];
            assert_eq!(stages.map(|stage| of_pod(names, 0, stage).len()), want, "{publish}");
            let resolves = stages.map(|stage| names.of_pod_at(0, stage).is_some());
            assert_eq!(resolves, want.map(|records| records > 0), "{publish}");
        });
    }
}

#[test]
fn only_the_governing_service_names_pods() {
    let peers = service("peers", "{clusterIP: None, selector: {app: web}, ports: [{name: peer, port: 7000}]}");
    with(&peers, |names| {
        assert_eq!(
            of_pod(names, 0, Stage::Ready),
            [
                "peers.db.svc.cluster.local A <ip-of-web-0>",
                "<ip-of-web-0>.peers.db.svc.cluster.local A <ip-of-web-0>",
                "<ip-of-web-0> PTR <ip-of-web-0>.peers.db.svc.cluster.local",
                "_peer._tcp.peers.db.svc.cluster.local SRV 7000 <ip-of-web-0>.peers.db.svc.cluster.local",
            ]
        );
        assert_eq!((names.of_pod(0), names.governing().is_none()), (None, true));
    });
    let both = peers + &service("web", "{clusterIP: None, selector: {app: web}}");
    with(&both, |names| {
        let roles: Vec<_> = names.services.iter().map(|service| (service.name.as_str(), service.role.name())).collect();
        assert_eq!(roles, [("web", "governing"), ("peers", "other")]);
        assert_eq!(of_pod(names, 0, Stage::Ready).len(), 7);
    });
}

#[test]
fn services_lead_pods_to_names_as_their_kind_says() {
    for (spec, of_service, of_pod_0, name) in [
        ("{clusterIP: None, selector: {app: web}}", &[][..], 3, true),
        ("{clusterIP: None, selector: {app: other}}", &[], 0, false),
        ("{clusterIP: None}", &[], 0, false),
        ("{clusterIP: None, selector: {}}", &[], 0, false),
        (
            "{selector: {app: web}, ports: [{name: http, port: 80, targetPort: 7000}, {port: 81}]}",
            &[
                "web.db.svc.cluster.local A <ip-of-web>",
                "_http._tcp.web.db.svc.cluster.local SRV 80 web.db.svc.cluster.local",
                "<ip-of-web> PTR web.db.svc.cluster.local",
            ],
            0,
            false,
        ),
        (
            "{clusterIP: 10.0.0.7, selector: {app: web}}",
            &["web.db.svc.cluster.local A 10.0.0.7", "10.0.0.7 PTR web.db.svc.cluster.local"],
            0,
            false,
        ),
        (
            "{type: LoadBalancer, ipFamilies: [IPv6], selector: {app: web}}",
            &["web.db.svc.cluster.local AAAA <ip-of-web>", "<ip-of-web> PTR web.db.svc.cluster.local"],
            0,
            false,
        ),
        (
            "{type: ExternalName, externalName: DB.example.com, selector: {app: web}}",
            &["web.db.svc.cluster.local CNAME db.example.com"],
            0,
            false,
        ),
    ] {
        with(&service("web", spec), |names| {
            let governing = names.governing().expect("the Service");
            let records: Vec<String> = names.records_of_service(governing).iter().map(ToString::to_string).collect();
            assert_eq!(records, of_service, "{spec}");
            assert_eq!(of_pod(names, 0, Stage::Ready).len(), of_pod_0, "{spec}");
            assert_eq!(names.of_pod(0).is_some(), name, "{spec}");
        });
    }
}

#[test]
fn a_named_port_leads_where_the_containers_have_it() {
    for (port, want) in [
        ("{name: a, port: 80}", Some("_a._tcp 80")),
        ("{name: a, port: 80, targetPort: 8080}", Some("_a._tcp 8080")),
        ("{name: a, port: 80, targetPort: 0}", Some("_a._tcp 80")),
        ("{name: a, port: 80, targetPort: \"\"}", Some("_a._tcp 80")),
        ("{name: a, port: 80, targetPort: peers}", Some("_a._tcp 7000")),
        ("{name: a, port: 80, targetPort: peers, protocol: UDP}", None),
        ("{name: a, port: 53, targetPort: dns, protocol: UDP}", Some("_a._udp 53")),
        ("{name: a, port: 80, targetPort: admin}", Some("_a._tcp 15000")),
        ("{name: a, port: 80, targetPort: setup}", None),
        ("{name: a, port: 80, targetPort: \"7000\"}", None),
        ("{port: 80}", None),
        ("{name: a}", None),
    ] {
        with(&service("web", &format!("{{clusterIP: None, selector: {{app: web}}, ports: [{port}]}}")), |names| {
            let records = of_pod(names, 0, Stage::Ready);
            let served = want.map(|want| {
                let (name, number) = want.split_once(' ').expect("a port");
                format!("{name}.web.db.svc.cluster.local SRV {number} web-0.web.db.svc.cluster.local")
            });
            assert_eq!(records.get(3), served.as_ref(), "{port}");
            assert_eq!(records.len(), 3 + usize::from(served.is_some()), "{port}");
        });
    }
}

#[test]
fn each_family_has_records_of_its_own() {
    for (spec, want) in [
        ("ipFamilyPolicy: SingleStack", &["A"][..]),
        ("ipFamilies: [IPv6]", &["AAAA"]),
        ("ipFamilyPolicy: RequireDualStack", &["A", "AAAA"]),
        ("ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv6]", &["AAAA", "A"]),
        ("ipFamilies: [IPv6, IPv4, IPv6, x, 4]", &["AAAA", "A"]),
    ] {
        with(&service("web", &format!("{{clusterIP: None, selector: {{app: web}}, {spec}}}")), |names| {
            let group = "web.db.svc.cluster.local";
            let records = names.records_of_pod(0, Stage::Ready).filter(|record| record.name == group);
            let types: Vec<_> = records.map(|record| record.record_type.name()).collect();
            assert_eq!(types, want, "{spec}");
        });
    }
}

#[test]
fn services_of_other_namespaces_and_pods_that_cannot_be_made_have_no_records() {
    let elsewhere =
        service("web", "{clusterIP: None, selector: {app: web}}").replace("namespace: db", "namespace: app");
    with(&elsewhere, |names| {
        assert!(names.services.is_empty());
        assert_eq!(of_pod(names, 0, Stage::Ready), [] as [&str; 0]);
    });
    let long = "w".repeat(61);
    let text = SET.replace("name: web, name", &format!("name: {long}, name"))
        + &service("web", "{clusterIP: None, selector: {app: web}}");
    testing::with(&text, |set, cluster| {
        let names = names(set, cluster, CLUSTER_LOCAL);
        assert_eq!([9, 10].map(|ordinal| names.of_pod(ordinal).is_some()), [true, false]);
    });
}

#[test]
fn a_service_may_select_single_pods_and_the_domain_is_the_clusters() {
    let text =
        SET.to_owned() + &service("web", "{clusterIP: None, selector: {statefulset.kubernetes.io/pod-name: web-1}}");
    testing::with(&text, |set, cluster| {
        let names = names(set, cluster, ".K8s.example.org.");
        let of_pods = [0, 1, 2].map(|ordinal| names.of_pod(ordinal));
        assert_eq!(of_pods, [None, Some("web-1.web.db.svc.k8s.example.org".to_owned()), None]);
    });
}
