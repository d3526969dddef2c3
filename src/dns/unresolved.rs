//! Turns what the containers of a set are told into the names in it that look like those of pods and never resolve.

use super::mention::{self, Mention};
use super::{CLUSTER_LOCAL, governing_name, selector_of};
use crate::cluster::Cluster;
use crate::manifest::{GroupKind, Object};
use crate::placeholder::has_placeholder;
use crate::pod::{self, Ordinals};
use crate::source::Span;
use crate::yaml::Node;

/// How many names are told of one set at most.
const MOST: usize = 100;

/// A name that never resolves.
#[derive(Clone, Copy, Debug)]
pub struct Unresolved<'a> {
    /// The scalar that it is written in.
    pub node: Node<'a>,
    /// The bytes of the name in the source of the scalar.
    pub span: Span,
    /// The name, as it is written.
    pub name: &'a str,
    /// The set whose pod is meant.
    pub owner: &'a Object<'a>,
    /// The ordinal of the pod that is meant.
    pub ordinal: i64,
    /// Why it does not resolve.
    pub why: Why,
}

/// Why a name does not resolve, whatever becomes of the pods.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// The set has no pod of that ordinal.
    Ordinal,
    /// The set's pods have their names below another Service.
    OtherService,
    /// The set has no `serviceName`, so that its pods have no names.
    NoServiceName,
    /// The set is in another namespace.
    OtherNamespace,
    /// `svc` is missing between the namespace and the domain of the cluster.
    NoSvc,
    /// The namespace is missing before `svc`.
    NoNamespace,
}

/// The names in values of `env`, in commands, arguments and ConfigMaps of `set` that begin with the name of a pod of a set
/// in view, in its namespace, and never resolve. A name is accused only where everything that decides is in view: a Service
/// or a namespace that is not may be made elsewhere.
pub fn unresolved<'a>(set: &'a Object<'a>, cluster: &'a Cluster<'a>, domain: &str) -> Vec<Unresolved<'a>> {
    let judged = mention::all(set, cluster).into_iter().filter_map(|mention| {
        let name = Name::read(mention.name, domain)?;
        let owner = owner(&name, set, cluster)?;
        let why = why(&name, owner, cluster)?;
        Some((mention, owner, name.ordinal, why))
    });
    let told = |(mention, owner, ordinal, why): (Mention<'a>, _, _, _)| Unresolved {
        node: mention.node,
        span: mention.span(),
        name: mention.name,
        owner,
        ordinal,
        why,
    };
    judged.take(MOST).map(told).collect()
}

/// A name that begins as that of a pod, taken apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Name<'n> {
    pub(super) set: &'n str,
    pub(super) ordinal: i64,
    pub(super) service: &'n str,
    /// As it is written; `None` for that of whoever asks.
    namespace: Option<&'n str>,
    shape: Shape,
}

/// What follows the Service and the namespace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shape {
    /// Nothing: it is completed from the search list.
    Short,
    /// `svc`, alone or before the domain of the cluster.
    Full,
    /// The domain of the cluster, without `svc`.
    NoSvc,
    /// `svc` stands where the namespace should.
    NoNamespace,
}

impl<'n> Name<'n> {
    /// `None` for what has another shape, such as the name of a file or of a host elsewhere.
    pub(super) fn read(name: &'n str, domain: &str) -> Option<Self> {
        let (pod, below) = name.split_once('.')?;
        let (set, number) = pod.rsplit_once('-')?;
        let ordinal = pod::decimal(number).filter(|_| !set.is_empty())?;
        let (service, rest) = below.split_once('.').unwrap_or((below, ""));
        let is_domain = |text: &str| [domain, CLUSTER_LOCAL].iter().any(|known| text.eq_ignore_ascii_case(known));
        let named = |namespace, shape| Some(Self { set, ordinal, service, namespace, shape });
        let (namespace, behind) = rest.split_once('.').unwrap_or((rest, ""));
        match (namespace, behind) {
            ("", _) => named(None, Shape::Short),
            ("svc", behind) if behind.is_empty() || is_domain(behind) => named(None, Shape::NoNamespace),
            (_, "") => named(Some(namespace), Shape::Short),
            (_, "svc") => named(Some(namespace), Shape::Full),
            (_, behind) if is_domain(behind) => named(Some(namespace), Shape::NoSvc),
            (_, behind) => {
                behind.strip_prefix("svc.").filter(|domain| is_domain(domain))?;
                named(Some(namespace), Shape::Full)
            }
        }
    }
}

/// The set whose pod a name means: `set` itself, or one beside it.
fn owner<'a>(name: &Name<'_>, set: &'a Object<'a>, cluster: &'a Cluster<'a>) -> Option<&'a Object<'a>> {
    let owner = if name.set == set.name {
        set
    } else {
        let beside = cluster.find(GroupKind::STATEFUL_SET, set.namespace, name.set, set)?;
        Some(beside).filter(|other| !other.partial && !cluster.apart(other, set))?
    };
    // A patch does not say what its set is.
    let whole = owner.get(&["spec", "selector"]).is_some() && !has_placeholder(governing_name(owner));
    whole.then_some(owner)
}

/// Why the name does not resolve; `None` where it does, or may.
fn why(name: &Name<'_>, owner: &Object<'_>, cluster: &Cluster<'_>) -> Option<Why> {
    let governing = governing_name(owner);
    let in_view = |namespace: &str, service: &str| cluster.find(GroupKind::SERVICE, namespace, service, owner);
    let own_namespace = name.namespace.is_none_or(|namespace| namespace == owner.namespace);
    if !own_namespace {
        let namespace = name.namespace.unwrap_or_default();
        let meant = name.service == governing && owner.namespace_given && is_in_view(namespace, cluster);
        return (meant && in_view(namespace, governing).is_none()).then_some(Why::OtherNamespace);
    }
    if name.service != governing {
        let other = in_view(owner.namespace, name.service);
        // Endpoints of a Service without a selector are made by hand, with whatever names.
        let selects = other.is_some_and(|service| !selector_of(service).is_empty());
        return match governing {
            "" if selects => Some(Why::NoServiceName),
            "" => None,
            _ if selects || other.is_none() && name.shape == Shape::Full => Some(Why::OtherService),
            _ => None,
        };
    }
    match name.shape {
        _ if governing.is_empty() => None,
        Shape::NoSvc => Some(Why::NoSvc),
        Shape::NoNamespace => Some(Why::NoNamespace),
        Shape::Short | Shape::Full => {
            // Where replicas are not given, someone else scales the set.
            let given = owner.get(&["spec", "replicas"]).and_then(Node::as_i64).is_some_and(|count| count > 0);
            (given && !Ordinals::of(owner).contains(name.ordinal)).then_some(Why::Ordinal)
        }
    }
}

/// Whether an object in view says that it is in that namespace.
fn is_in_view(namespace: &str, cluster: &Cluster<'_>) -> bool {
    cluster.objects().iter().any(|object| object.namespace_given && object.namespace == namespace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::testing;

    #[test]
    fn names_are_taken_apart_by_their_shape() {
        let name = |service, namespace, shape| Some(Name { set: "my-db", ordinal: 10, service, namespace, shape });
        for (text, want) in [
            ("my-db-10.db", name("db", None, Shape::Short)),
            ("my-db-10.db.shop", name("db", Some("shop"), Shape::Short)),
            ("my-db-10.db.shop.svc", name("db", Some("shop"), Shape::Full)),
            ("my-db-10.db.shop.svc.cluster.local", name("db", Some("shop"), Shape::Full)),
            ("my-db-10.db.shop.svc.k8s.example.org", name("db", Some("shop"), Shape::Full)),
            ("my-db-10.db.shop.cluster.local", name("db", Some("shop"), Shape::NoSvc)),
            ("my-db-10.db.svc", name("db", None, Shape::NoNamespace)),
            ("my-db-10.db.svc.Cluster.Local", name("db", None, Shape::NoNamespace)),
            ("my-db-10.db.shop.svc.clusterset.local", None),
            ("my-db-10.db.shop.example.com", None),
            ("my-db-010.db", None),
            ("my-db.db", None),
            ("-1.db", None),
            ("my-db-10", None),
        ] {
            assert_eq!(Name::read(text, "k8s.example.org"), want, "{text}");
        }
    }

    /// Asks about a set of three pods that is told `args`, beside these objects.
    fn told(args: &str, others: &str, ask: impl Fn(&[Unresolved<'_>], &str)) {
        let text = format!(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db, namespace: shop}}\nspec: {{serviceName: peers, \
             replicas: 3, selector: {{matchLabels: {{app: db}}}}, template: {{spec: {{containers: [{{args: {args}}}]}}}}}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: peers, namespace: shop}}\nspec: {{clusterIP: None, selector: \
             {{app: db}}}}\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: client, namespace: shop}}\nspec: {{selector: \
             {{app: db}}}}\n{others}"
        );
        testing::with(&text, |set, cluster| ask(&unresolved(set, cluster, CLUSTER_LOCAL), &text));
    }

    #[test]
    fn a_name_is_accused_only_where_everything_that_decides_is_in_view() {
        let elsewhere = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: web}\n";
        let moved = "---\napiVersion: v1\nkind: Service\nmetadata: {name: peers, namespace: web}\n";
        let by_hand =
            "---\napiVersion: v1\nkind: Service\nmetadata: {name: hand, namespace: shop}\nspec: {clusterIP: None}\n";
        for (name, others, want) in [
            ("db-0.peers", "", None),
            ("db-2.peers.shop.svc.cluster.local", "", None),
            ("db-3.peers", "", Some(Why::Ordinal)),
            ("db-3.peers.shop.svc.cluster.local:5432", "", Some(Why::Ordinal)),
            ("db-0.client", "", Some(Why::OtherService)),
            ("db-0.client.shop.svc", "", Some(Why::OtherService)),
            ("db-0.db", "", None),
            ("db-0.json", "", None),
            ("db-0.db.shop.svc.cluster.local", "", Some(Why::OtherService)),
            ("db-0.db.prod.svc.cluster.local", "", None),
            ("db-0.hand", by_hand, None),
            ("db-0.peers.web.svc.cluster.local", "", None),
            ("db-0.peers.web.svc.cluster.local", elsewhere, Some(Why::OtherNamespace)),
            ("db-0.peers.web", elsewhere, Some(Why::OtherNamespace)),
            ("db-0.peers.web.svc.cluster.local", moved, None),
            ("db-0.peers.shop.cluster.local", "", Some(Why::NoSvc)),
            ("db-0.peers.svc.cluster.local", "", Some(Why::NoNamespace)),
            ("web-0.peers", "", None),
            ("db-0.peers.shop.svc.clusterset.local", "", None),
        ] {
            told(&format!("[\"--join={name}\"]"), others, |found, _| {
                let why: Vec<Why> = found.iter().map(|one| one.why).collect();
                assert_eq!(why, want.into_iter().collect::<Vec<_>>(), "{name} {others}");
            });
        }
    }

    #[test]
    fn the_bytes_of_the_name_are_pointed_at() {
        told("[\"x\\ty=db-0.peers,db-9.peers\", 'it''s db-8.peers']", "", |found, text| {
            let written: Vec<&str> = found.iter().map(|one| &text[one.span.range()]).collect();
            assert_eq!(written, ["db-9.peers", "db-8.peers"]);
        });
    }

    #[test]
    fn what_containers_read_is_looked_through() {
        let set = |template: &str, data: &str| {
            format!(
                "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec: {{serviceName: db, replicas: 1, selector: \
                 {{}}, template: {{spec: {template}}}}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: conf}}\ndata: \
                 {{hosts: {data}}}\n"
            )
        };
        let (wrong, right) = ("db-1.db", "db-0.db");
        for (template, want) in [
            (format!("{{containers: [{{env: [{{name: X, value: {wrong}}}]}}]}}"), 1),
            (format!("{{containers: [{{env: [{{name: X, value: {right}}}]}}]}}"), 0),
            (format!("{{initContainers: [{{command: [nslookup, {wrong}]}}]}}"), 1),
            (format!("{{containers: [{{readinessProbe: {{exec: {{command: [ping, {wrong}]}}}}}}]}}"), 1),
            ("{volumes: [{configMap: {name: conf}}]}".to_owned(), 1),
            ("{volumes: [{projected: {sources: [{configMap: {name: conf}}]}}]}".to_owned(), 1),
            ("{containers: [{envFrom: [{configMapRef: {name: conf}}]}]}".to_owned(), 1),
            ("{containers: [{env: [{valueFrom: {configMapKeyRef: {name: conf}}}]}]}".to_owned(), 1),
            ("{volumes: [{configMap: {name: other}}]}".to_owned(), 0),
            ("{volumes: [{configMap: {name: conf}}, {configMap: {name: conf}}]}".to_owned(), 1),
        ] {
            testing::with(&set(&template, wrong), |set, cluster| {
                assert_eq!(unresolved(set, cluster, CLUSTER_LOCAL).len(), want, "{template}");
            });
        }
    }

    #[test]
    fn the_pods_of_a_set_beside_are_known_too() {
        let beside = "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: zk, namespace: shop}\nspec: {serviceName: zk, \
                      replicas: 3, selector: {}}\n";
        told("[\"zk-0.zk:2181,zk-3.zk:2181\"]", beside, |found, _| {
            let told: Vec<_> = found.iter().map(|one| (one.name, one.owner.name, one.ordinal, one.why)).collect();
            assert_eq!(told, [("zk-3.zk", "zk", 3, Why::Ordinal)]);
        });
    }
}
