//! Turns what the containers of a set are told into the names of pods and Services in it that never resolve.

use super::mention::{self, Mention};
use super::name::{self, Name, Shape};
use super::port::{protocol, text};
use super::{governing_name, kind_of, selector_of};
use crate::cluster::Cluster;
use crate::manifest::{GroupKind, Object};
use crate::placeholder::has_placeholder;
use crate::pod::Ordinals;
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
    /// What is meant.
    pub meant: Meant<'a>,
    /// Why it does not resolve.
    pub why: Why,
}

/// What a name means, which is in view.
#[derive(Clone, Copy, Debug)]
pub enum Meant<'a> {
    /// The pod of that ordinal of that set, whether there is one or not.
    Pod(&'a Object<'a>, i64),
    /// That Service.
    Service(&'a Object<'a>),
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
    /// The Service has no port of that name and protocol.
    NoPort,
}

impl Why {
    /// The word for it in rules, such as `otherService`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ordinal => "ordinal",
            Self::OtherService => "otherService",
            Self::NoServiceName => "noServiceName",
            Self::OtherNamespace => "otherNamespace",
            Self::NoSvc => "noSvc",
            Self::NoNamespace => "noNamespace",
            Self::NoPort => "noPort",
        }
    }
}

/// The names in values of `env`, in commands, arguments and ConfigMaps of `set` that begin with the name of a pod of a set, of
/// a Service or of a port in view, in its namespace, and never resolve. A name is accused only where everything that decides
/// is in view: a Service or a namespace that is not may be made elsewhere.
pub fn unresolved<'a>(set: &'a Object<'a>, cluster: &'a Cluster<'a>, domain: &str) -> Vec<Unresolved<'a>> {
    let judge = |mention: Mention<'a>| {
        // DNS does not tell capitals from small letters, and names in a cluster have none (`pkg/apis/core/validation`).
        let (meant, why) = judge(&mention.name.to_ascii_lowercase(), set, cluster, domain)?;
        Some(Unresolved { node: mention.node, span: mention.span(), name: mention.name, meant, why })
    };
    mention::all(set, cluster).into_iter().filter_map(judge).take(MOST).collect()
}

/// What a name means and why it does not resolve; `None` where it does, or may, or means nothing in view.
fn judge<'a>(name: &str, set: &'a Object<'a>, cluster: &'a Cluster<'a>, domain: &str) -> Option<(Meant<'a>, Why)> {
    if let Some((port, rest)) = name.strip_prefix('_').and_then(|name| name.split_once("._")) {
        let (asked, rest) = rest.split_once('.')?;
        let name = Name::read(rest, domain)?;
        let service = service(&name, set, cluster)?;
        return lacks_port(service, port, asked).then_some((Meant::Service(service), Why::NoPort));
    }
    let (first, below) = name.split_once('.')?;
    if let Some((owner, ordinal)) = pod_set(first, set, cluster) {
        let why = why(&Name::read(below, domain)?, ordinal, owner, cluster)?;
        return Some((Meant::Pod(owner, ordinal), why));
    }
    let name = Name::read(name, domain)?;
    let service = service(&name, set, cluster)?;
    let why = match name.shape {
        Shape::NoSvc => Why::NoSvc,
        Shape::NoNamespace { domain: true } => Why::NoNamespace,
        Shape::Short | Shape::Full | Shape::NoNamespace { domain: false } => return None,
    };
    Some((Meant::Service(service), why))
}

/// The Service in view that a name of `set`'s namespace means.
fn service<'a>(name: &Name<'_>, set: &Object<'_>, cluster: &'a Cluster<'a>) -> Option<&'a Object<'a>> {
    let found = cluster.find(GroupKind::SERVICE, set.namespace, name.service, set).filter(|found| !found.partial);
    found.filter(|_| name.is_in(set.namespace))
}

/// Whether a Service has ports, and none of that name and protocol.
fn lacks_port(service: &Object<'_>, name: &str, asked: &str) -> bool {
    let ports = service.get(&["spec", "ports"]).into_iter().flat_map(Node::items);
    let is_it = |port: Node<'_>| text(port, "name") == name && protocol(port).eq_ignore_ascii_case(asked);
    kind_of(service) != "ExternalName" && ports.clone().next().is_some() && !ports.clone().any(is_it)
}

/// The set whose pod a label is the name of, `set` itself or one beside it, and the ordinal.
fn pod_set<'a>(label: &str, set: &'a Object<'a>, cluster: &'a Cluster<'a>) -> Option<(&'a Object<'a>, i64)> {
    let (name, ordinal) = name::set_and_ordinal(label)?;
    let owner = if name == set.name {
        set
    } else {
        let beside = cluster.find(GroupKind::STATEFUL_SET, set.namespace, name, set)?;
        Some(beside).filter(|other| !other.partial && !cluster.apart(other, set))?
    };
    // A patch does not say what its set is.
    let whole = owner.get(&["spec", "selector"]).is_some() && !has_placeholder(governing_name(owner));
    whole.then_some((owner, ordinal))
}

/// Why the name does not resolve; `None` where it does, or may.
fn why(name: &Name<'_>, ordinal: i64, owner: &Object<'_>, cluster: &Cluster<'_>) -> Option<Why> {
    let governing = governing_name(owner);
    let in_view = |namespace: &str, service: &str| cluster.find(GroupKind::SERVICE, namespace, service, owner);
    if !name.is_in(owner.namespace) {
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
        Shape::NoNamespace { .. } => Some(Why::NoNamespace),
        Shape::Short | Shape::Full => {
            // Where replicas are not given, someone else scales the set.
            let given = owner.get(&["spec", "replicas"]).and_then(Node::as_i64).is_some_and(|count| count > 0);
            (given && !Ordinals::of(owner).contains(ordinal)).then_some(Why::Ordinal)
        }
    }
}

/// Whether an object in view says that it is in that namespace.
fn is_in_view(namespace: &str, cluster: &Cluster<'_>) -> bool {
    cluster.objects().iter().any(|object| object.namespace_given && object.namespace == namespace)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cluster::testing;
    use crate::dns::CLUSTER_LOCAL;

    /// Asks about a set of three pods that is told `args`, beside these objects.
    fn told(args: &str, others: &str, ask: impl Fn(&[Unresolved<'_>], &str)) {
        let text = format!(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db, namespace: shop}}\nspec: {{serviceName: peers, \
             replicas: 3, selector: {{matchLabels: {{app: db}}}}, template: {{spec: {{containers: [{{args: {args}}}]}}}}}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: peers, namespace: shop}}\nspec: {{clusterIP: None, selector: \
             {{app: db}}}}\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: client, namespace: shop}}\nspec: {{selector: \
             {{app: db}}, ports: [{{name: sql, port: 5432}}]}}\n{others}"
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
            ("db-03.peers", "", None),
            ("client.shop.svc.cluster.local", "", None),
            ("client.shop.cluster.local", "", Some(Why::NoSvc)),
            ("client.svc.cluster.local", "", Some(Why::NoNamespace)),
            ("client.svc", "", None),
            ("other.shop.cluster.local", "", None),
            ("_sql._tcp.client.shop.svc.cluster.local", "", None),
            ("_SQL._TCP.Client", "", None),
            ("_http._tcp.client", "", Some(Why::NoPort)),
            ("DB-0.Peers.SHOP.svc", "", None),
            ("DB-3.Peers", "", Some(Why::Ordinal)),
            ("_sql._udp.client.shop.svc", "", Some(Why::NoPort)),
            ("_sql._tcp.peers", "", None),
            ("_sql._tcp.other", "", None),
            ("_etcd._tcp.example.com", "", None),
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
            let [only] = found else { panic!("{found:?}") };
            assert!(matches!(only.meant, Meant::Pod(owner, 3) if owner.name == "zk"), "{only:?}");
            assert_eq!((only.name, only.why), ("zk-3.zk", Why::Ordinal));
        });
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange_to_be_read(text in "([a-z]{0,3}|db-[0-9]{1,20}|peers|svc|_sql|_tcp|shop|[._ ,:/$\\\\\"é-]){0,12}") {
            told(&format!("[{text:?}]"), "", |found, whole| {
                for one in found {
                    assert!(whole.get(one.span.range()).is_some(), "{one:?}");
                }
            });
        }
    }
}
