//! Turns `spec.serviceName` and the Services in view into what will become of the DNS names of the pods.

use std::rc::Rc;

use crate::cluster::Cluster;
use crate::facts::pod::{PodLabels, Share};
use crate::facts::selector::Requirement;
use crate::facts::{Lazy, lazy};
use crate::label::Selector;
use crate::manifest::{GroupKind, Object};
use crate::suggestion;
use crate::yaml::Node;

/// How many Services of a namespace are compared with a set, so that ten thousand sets do not read ten thousand Services
/// each.
const MOST_COMPARED: usize = 500;

/// How many Services of one name in other namespaces are looked at.
const FEW: usize = 16;

crate::record! {
    /// The governing Service: the one that `spec.serviceName` names.
    pub struct Service<'a> as "service" at node {
        /// Whether it is in view, in the namespace of the StatefulSet.
        found "found": bool,
        /// Its name, in view or not; empty if `spec.serviceName` is.
        name "name": &'a str,
        /// The file that it is in; empty if it is not in view.
        path "path": &'a str,
        /// Whether it has no cluster address, so that its DNS name leads to the pods.
        headless "headless": bool,
        /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`; `ClusterIP` if absent.
        kind "type": &'a str,
        /// The DNS name that an ExternalName Service leads to; empty for others.
        external_name "externalName": &'a str,
        /// Whether its selector asks anything; without one, nobody but the user keeps its endpoints.
        has_selector "hasSelector": bool,
        /// Whether it selects at least one of the pods.
        selects_pods "selectsPods": bool,
        /// What its selector asks that no pod meets, in written order.
        unmet "unmet": Vec<Requirement<'a>>,
        /// The first of those that the template contradicts with another value, else the first of those.
        mismatch "mismatch": Option<Requirement<'a>>,
        /// Whether the pods meet at least one thing that its selector asks.
        meets_any "meetsAny": bool,
        /// Whether its endpoints are written by hand: Endpoints or an EndpointSlice of it are in view.
        endpoints_by_hand "endpointsByHand": bool,
        /// The Service of that name that was probably meant for these pods and is in another namespace, where there is none in
        /// this one.
        elsewhere "elsewhere": Lazy<'a, Elsewhere<'a>>,
        /// The Service that was probably meant, where `spec.serviceName` names none that is in view.
        suggestion "suggestion": Lazy<'a, Suggestion<'a>>,
    }
}

crate::record! {
    /// A Service of the right name in the wrong namespace: it would select the pods if it were in theirs, and no StatefulSet
    /// of its own namespace names it.
    pub struct Elsewhere<'a> as "elsewhere" at node {
        /// Whether there is one in view.
        found "found": bool,
        /// The namespace that it is in.
        namespace "namespace": &'a str,
        /// Whether its manifest names the namespace.
        namespace_given "namespaceGiven": bool,
    }
}

crate::record! {
    /// A Service that was probably meant.
    pub struct Suggestion<'a> as "suggestion" at node {
        /// Whether there is one in view.
        found "found": bool,
        /// Its name.
        name "name": &'a str,
        /// Whether it has no cluster address.
        headless "headless": bool,
        /// Whether it selects at least one of the pods.
        selects_pods "selectsPods": bool,
    }
}

crate::record! {
    /// A Service in the namespace of the StatefulSet.
    pub struct Candidate<'a> as "candidate" at node {
        /// Its name.
        name "name": &'a str,
        /// Whether it has no cluster address.
        headless "headless": bool,
        /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`.
        kind "type": &'a str,
        /// Whether it selects at least one of the pods.
        selects_pods "selectsPods": bool,
    }
}

/// What is known of the governing Service of `set`.
pub(super) fn of<'a>(set: &'a Object<'a>, cluster: &'a Cluster<'a>, pods: &Rc<PodLabels<'a>>) -> Service<'a> {
    let name = set.get(&["spec", "serviceName"]).and_then(Node::as_str).unwrap_or_default();
    let found = if name.is_empty() { None } else { cluster.find(GroupKind::SERVICE, set.namespace, name, set) };
    let selector = found.map(selector_of).unwrap_or_default();
    let kind = found.map_or("ClusterIP", kind_of);
    let requirement = |asked: &crate::label::Requirement<'a>| Requirement::of(asked, pods);
    let asked = || selector.requirements().iter();
    let unmet = || asked().filter(|asked| pods.share(asked) == Share::None);
    let contradicted = unmet().find(|asked| pods.template.has(&asked.key));
    let (for_elsewhere, for_suggestion) = (Rc::clone(pods), Rc::clone(pods));
    let missing = found.is_none();
    Service {
        node: found.map(|service| service.node),
        found: !missing,
        name,
        path: found.map_or("", |service| cluster.path(service)),
        headless: found.is_some_and(is_headless),
        kind,
        external_name: found.and_then(|service| text(service, "externalName")).unwrap_or_default(),
        has_selector: !selector.requirements().is_empty(),
        selects_pods: pods.any(&selector),
        unmet: unmet().map(requirement).collect(),
        mismatch: contradicted.or_else(|| unmet().next()).map(requirement),
        meets_any: asked().any(|asked| pods.share(asked) > Share::None),
        endpoints_by_hand: !missing && selector.is_empty() && has_endpoints(name, set, cluster),
        elsewhere: lazy(move || {
            let service = if missing { elsewhere(name, set, cluster, &for_elsewhere) } else { None };
            Elsewhere::of(service)
        }),
        suggestion: lazy(move || {
            let service = if missing { likeliest(name, set, cluster, &for_suggestion) } else { None };
            Suggestion::of(service.as_ref())
        }),
    }
}

/// The Services in the namespace of `set`, in source order; of several of one name the nearest.
pub(super) fn candidates<'a>(
    set: &'a Object<'a>,
    cluster: &'a Cluster<'a>,
    pods: &Rc<PodLabels<'a>>,
) -> Lazy<'a, Vec<Candidate<'a>>> {
    let pods = Rc::clone(pods);
    lazy(move || in_namespace(set, cluster).map(|service| Candidate::of(service, &pods)).collect())
}

fn in_namespace<'a>(set: &'a Object<'a>, cluster: &'a Cluster<'a>) -> impl Iterator<Item = &'a Object<'a>> {
    cluster.in_namespace(GroupKind::SERVICE, set.namespace).take(MOST_COMPARED).filter(move |service| {
        let nearest = cluster.find(GroupKind::SERVICE, set.namespace, service.name, set);
        nearest.is_some_and(|nearest| nearest.node == service.node)
    })
}

impl<'a> Candidate<'a> {
    fn of(service: &'a Object<'a>, pods: &PodLabels<'a>) -> Self {
        Self {
            node: Some(service.node),
            name: service.name,
            headless: is_headless(service),
            kind: kind_of(service),
            selects_pods: pods.any(&selector_of(service)),
        }
    }
}

/// The first Service of that name in another namespace that would select the pods, and that no StatefulSet there names:
/// otherwise it is that one's, and the view holds the same application for several namespaces.
fn elsewhere<'a>(
    name: &str,
    set: &'a Object<'a>,
    cluster: &'a Cluster<'a>,
    pods: &PodLabels<'a>,
) -> Option<&'a Object<'a>> {
    let taken = |service: &Object<'_>| {
        let mut sets = cluster.in_namespace(GroupKind::STATEFUL_SET, service.namespace).take(MOST_COMPARED);
        sets.any(|other| other.get(&["spec", "serviceName"]).and_then(Node::as_str) == Some(name))
    };
    let fits = |service: &&Object<'a>| {
        service.namespace != set.namespace && pods.any(&selector_of(service)) && !taken(service)
    };
    if name.is_empty() { None } else { cluster.named(GroupKind::SERVICE, name).take(FEW).find(fits) }
}

impl<'a> Elsewhere<'a> {
    fn of(service: Option<&'a Object<'a>>) -> Self {
        Self {
            node: service.map(|service| service.node),
            found: service.is_some(),
            namespace: service.map_or("", |service| service.namespace),
            namespace_given: service.is_some_and(|service| service.namespace_given),
        }
    }
}

/// The Service that was meant most probably: a headless one that selects the pods before any that selects them, and that
/// before one whose name is only similar.
fn likeliest<'a>(
    name: &str,
    set: &'a Object<'a>,
    cluster: &'a Cluster<'a>,
    pods: &PodLabels<'a>,
) -> Option<Candidate<'a>> {
    let candidates: Vec<_> = in_namespace(set, cluster).map(|service| Candidate::of(service, pods)).collect();
    let names = candidates.iter().map(|candidate| candidate.name);
    let similar = if name.is_empty() { None } else { suggestion::nearest(name, names) };
    let likelihood = |candidate: &Candidate<'_>| {
        (candidate.selects_pods, candidate.selects_pods && candidate.headless, similar == Some(candidate.name))
    };
    candidates
        .into_iter()
        .filter(|candidate| likelihood(candidate) != (false, false, false))
        .reduce(|best, other| if likelihood(&other) > likelihood(&best) { other } else { best })
}

impl<'a> Suggestion<'a> {
    fn of(candidate: Option<&Candidate<'a>>) -> Self {
        Self {
            node: candidate.and_then(|candidate| candidate.node),
            found: candidate.is_some(),
            name: candidate.map_or("", |candidate| candidate.name),
            headless: candidate.is_some_and(|candidate| candidate.headless),
            selects_pods: candidate.is_some_and(|candidate| candidate.selects_pods),
        }
    }
}

fn text<'a>(service: &'a Object<'a>, key: &str) -> Option<&'a str> {
    service.get(&["spec", key]).and_then(Node::as_str)
}

fn kind_of<'a>(service: &'a Object<'a>) -> &'a str {
    text(service, "type").filter(|kind| !kind.is_empty()).unwrap_or("ClusterIP")
}

fn selector_of<'a>(service: &'a Object<'a>) -> Selector<'a> {
    Selector::of_map(service.get(&["spec", "selector"]))
}

/// Whether it has no cluster address (k8s.io/api `core/v1/types.go`, `ClusterIPNone`). `clusterIPs` alone is refused, but
/// says what was meant.
fn is_headless(service: &Object<'_>) -> bool {
    let first = || service.get(&["spec", "clusterIPs"]).and_then(|addresses| addresses.items().next());
    let address = service.get(&["spec", "clusterIP"]).or_else(first);
    kind_of(service) != "ExternalName" && address.and_then(Node::as_str) == Some("None")
}

/// Whether Endpoints or an EndpointSlice of that Service are in view.
fn has_endpoints(name: &str, set: &Object<'_>, cluster: &Cluster<'_>) -> bool {
    let endpoints = cluster.find(GroupKind::ENDPOINTS, set.namespace, name, set).is_some();
    let of_it = |slice: &Object<'_>| slice.label_map().get("kubernetes.io/service-name") == Some(name);
    endpoints || cluster.in_namespace(GroupKind::ENDPOINT_SLICE, set.namespace).take(MOST_COMPARED).any(of_it)
}

#[cfg(test)]
mod tests {
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
}
