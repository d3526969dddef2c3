//! Pins what is known of governing Services, found, missing or strange.

use super::*;
use crate::facts::testing;

const SET: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db, namespace: prod}\nspec: {serviceName: db, \
                   replicas: 3, template: {metadata: {labels: {app: db, tier: a}}}}\n";

fn service(name: &str, spec: &str) -> String {
    format!("---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: prod}}\nspec: {spec}\n")
}

fn with(others: &str, ask: impl Fn(&Service<'_>, &[Candidate<'_>])) {
    testing::with(&format!("{SET}{others}"), |set, cluster| {
        let pods = Rc::new(PodLabels::of(set));
        ask(&of(set, cluster, &pods), &candidates(set, cluster, &pods));
    });
}

#[test]
fn the_governing_service_tells_what_becomes_of_the_names() {
    for (spec, kind, headless, has_selector, selects_pods, unmet) in [
        ("{clusterIP: None, selector: {app: db}}", "ClusterIP", true, true, true, &[][..]),
        ("{clusterIPs: [None], selector: {app: db}}", "ClusterIP", true, true, true, &[]),
        ("{clusterIP: 10.0.0.1, selector: {app: db}}", "ClusterIP", false, true, true, &[]),
        ("{clusterIP: none, selector: {app: db}}", "ClusterIP", false, true, true, &[]),
        ("{type: NodePort, selector: {app: db}}", "NodePort", false, true, true, &[]),
        ("{type: ExternalName, externalName: db.example.com}", "ExternalName", false, false, false, &[]),
        ("{clusterIP: None}", "ClusterIP", true, false, false, &[]),
        ("{clusterIP: None, selector: {}}", "ClusterIP", true, false, false, &[]),
        ("{clusterIP: None, selector: {app: web, tier: a}}", "ClusterIP", true, true, false, &["app=web"]),
        ("{clusterIP: None, selector: {app: db, role: main}}", "ClusterIP", true, true, false, &["role=main"]),
        (
            "{clusterIP: None, selector: {app: db, statefulset.kubernetes.io/pod-name: db-2}}",
            "ClusterIP",
            true,
            true,
            true,
            &[],
        ),
        (
            "{clusterIP: None, selector: {statefulset.kubernetes.io/pod-name: db-3}}",
            "ClusterIP",
            true,
            true,
            false,
            &["statefulset.kubernetes.io/pod-name=db-3"],
        ),
        ("[]", "ClusterIP", false, false, false, &[]),
    ] {
        with(&service("db", spec), |service, _| {
            let asked: Vec<_> = service.unmet.iter().map(|one| one.text.as_str()).collect();
            assert!(service.found, "{spec}");
            assert_eq!(
                (service.kind, service.headless, service.has_selector, service.selects_pods, &asked[..]),
                (kind, headless, has_selector, selects_pods, unmet),
                "{spec}"
            );
        });
    }
}

#[test]
fn endpoints_by_hand_are_those_of_a_service_without_selector() {
    let endpoints = "---\napiVersion: v1\nkind: Endpoints\nmetadata: {name: db, namespace: prod}\n";
    let slice = "---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: db-1, namespace: prod, labels: \
                 {kubernetes.io/service-name: db}}\n";
    for (spec, other, want) in [
        ("{clusterIP: None}", "", false),
        ("{clusterIP: None}", endpoints, true),
        ("{clusterIP: None}", slice, true),
        ("{clusterIP: None, selector: {app: db}}", endpoints, false),
    ] {
        with(&(service("db", spec) + other), |service, _| {
            assert_eq!(service.endpoints_by_hand, want, "{spec} {other}");
        });
    }
}

#[test]
fn for_a_missing_service_the_likeliest_other_one_is_suggested() {
    let (plain, headless, foreign) =
        ("{selector: {app: db}}", "{clusterIP: None, selector: {app: db}}", "{selector: {app: web}}");
    for (services, want) in [
        (vec![], None),
        (vec![("web", foreign)], None),
        (vec![("dbs", foreign)], Some(("dbs", false, false))),
        (vec![("dbs", foreign), ("client", plain)], Some(("client", false, true))),
        (vec![("client", plain), ("dc", plain)], Some(("dc", false, true))),
        (vec![("client", plain), ("peers", headless), ("nodes", headless)], Some(("peers", true, true))),
    ] {
        let text: String = services.iter().map(|(name, spec)| service(name, spec)).collect();
        with(&text, |service, candidates| {
            let got = &*service.suggestion;
            let told = got.found.then_some((got.name, got.headless, got.selects_pods));
            assert_eq!((service.found, told), (false, want), "{services:?}");
            let names: Vec<_> = candidates.iter().map(|candidate| candidate.name).collect();
            assert_eq!(names, services.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        });
    }
    with(&(service("db", headless) + &service("dbs", headless)), |service, _| assert!(!service.suggestion.found));
    let unnamed = SET.replace("serviceName: db, ", "") + &service("peers", headless);
    testing::with(&unnamed, |set, cluster| {
        let service = of(set, cluster, &Rc::new(PodLabels::of(set)));
        assert_eq!((service.name, service.suggestion.name), ("", "peers"));
    });
}

#[test]
fn a_service_of_the_right_name_is_found_in_another_namespace() {
    let elsewhere = |namespace: &str, selector: &str| {
        format!(
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: db{namespace}}}\nspec: {{selector: {selector}}}\n"
        )
    };
    let other_set = SET.replace("prod", "dev").replace("name: db,", "name: other,");
    for (others, want) in [
        (String::new(), None),
        (elsewhere(", namespace: dev", "{app: db}"), Some(("dev", true))),
        (elsewhere("", "{app: db}"), Some(("default", false))),
        (elsewhere("", "{app: web}"), None),
        (elsewhere("", "{app: web}") + &elsewhere(", namespace: dev", "{app: db}"), Some(("dev", true))),
        (elsewhere(", namespace: dev", "{app: db}") + &service("db", "{}"), None),
        (elsewhere(", namespace: dev", "{app: db}") + "---\n" + &other_set, None),
    ] {
        with(&others, |service, _| {
            let got = &*service.elsewhere;
            let told = got.found.then_some((got.namespace, got.namespace_given));
            assert_eq!(told, want, "{others}");
        });
    }
}

#[test]
fn what_the_template_contradicts_is_told_before_what_it_lacks() {
    for (selector, want) in [
        ("{role: main, app: web}", Some(("app=web", "app is \"db\"", false))),
        ("{role: main, zone: a}", Some(("role=main", "there is no label role", false))),
        ("{role: main, tier: a}", Some(("role=main", "there is no label role", true))),
        ("{app: db}", None),
    ] {
        with(&service("db", &format!("{{selector: {selector}}}")), |service, _| {
            let mismatch = service.mismatch.as_ref();
            let told = mismatch.map(|one| (one.text.as_str(), one.found.as_str(), service.meets_any));
            assert_eq!(told, want, "{selector}");
        });
    }
}

#[test]
fn of_several_overlays_only_the_nearest_services_are_candidates() {
    let (set, service) = (SET, service("peers", "{}"));
    let files = [("a/peers.yaml", service.as_str()), ("b/peers.yaml", service.as_str()), ("b/set.yaml", set)];
    testing::with_files(&files, |set, cluster| {
        let candidates = candidates(set, cluster, &Rc::new(PodLabels::of(set)));
        let files: Vec<_> = candidates.iter().filter_map(|one| one.node.map(|node| node.place().file.0)).collect();
        assert_eq!(files, [1]);
    });
}

#[test]
fn a_service_that_stands_apart_and_selects_other_pods_is_a_stranger() {
    let service = service("db", "{selector: {app: cache}}");
    let cache = SET.replace("name: db,", "name: cache,").replace("app: db", "app: cache");
    let web = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: prod}\n";
    for (files, want) in [
        (&[("db/set.yaml", SET), ("cache/service.yaml", &service), ("cache/set.yaml", &cache)][..], true),
        (&[("db/set.yaml", SET), ("db/service.yaml", &service), ("cache/set.yaml", &cache)], false),
        (&[("db/set.yaml", SET), ("service.yaml", &service), ("cache/set.yaml", &cache)], false),
        (&[("db/set.yaml", SET), ("cache/service.yaml", &service), ("cache/web.yaml", web)], false),
        (&[("a/db/set.yaml", SET), ("a/cache/service.yaml", &service), ("a/cache/set.yaml", &cache)], true),
        (&[("a/db/set.yaml", SET), ("a/cache/service.yaml", &service), ("b/cache/set.yaml", &cache)], false),
    ] {
        let mut files = files.to_vec();
        files.sort_by_key(|(path, _)| !path.ends_with("db/set.yaml"));
        testing::with_files(&files, |set, cluster| {
            let found = of(set, cluster, &Rc::new(PodLabels::of(set)));
            assert_eq!((found.found, *found.stranger), (true, want), "{files:?}");
        });
    }
}

#[test]
fn a_stranger_is_never_suggested() {
    let headless = service("peers", "{clusterIP: None, selector: {app: db}}");
    let other = SET.replace("name: db,", "name: other,");
    for (service_at, want) in [("db/service.yaml", "peers"), ("other/service.yaml", "")] {
        let files = [("db/set.yaml", SET), ("other/set.yaml", other.as_str()), (service_at, headless.as_str())];
        testing::with_files(&files, |set, cluster| {
            assert_eq!(of(set, cluster, &Rc::new(PodLabels::of(set))).suggestion.name, want, "{service_at}");
        });
    }
}
