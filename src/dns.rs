//! Turns a StatefulSet and the Services in view into the DNS records that its pods get, at each stage of their lives.

mod awaited;
mod condition;
mod mention;
mod name;
mod port;
mod record;
mod service;
mod shell;
mod told;
mod unresolved;

pub use awaited::{Awaited, Moment, Question, awaited, questions};
pub use condition::Tool;
pub use port::Port;
pub use record::{Record, RecordType};
pub use service::{Family, Kind, Role, Selection, Service};
pub use told::{Told, told};
pub use unresolved::{Meant, Unresolved, Why, unresolved};

pub(crate) use service::{headless, kind_of, selector_of};

use crate::cluster::Cluster;
use crate::manifest::{GroupKind, Object};
use crate::pod::PodLabels;
use crate::yaml::Node;

/// The domain of most clusters, and what `kubeadm` and the kubelet's documentation take for the default.
pub const CLUSTER_LOCAL: &str = "cluster.local";

/// How many Services of a namespace are compared with a set, so that ten thousand sets do not read ten thousand Services
/// each.
pub(crate) const MOST_COMPARED: usize = 500;

/// Bytes that a host name has at most; the API server refuses a pod with a longer one (`pkg/apis/core/validation`,
/// `ValidatePodSpec`), so that the kubelet never gets to cut one short.
const LONGEST_LABEL: usize = 63;

/// What a pod has come to, as far as DNS is concerned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Not created, or without an address yet.
    Pending,
    /// It has an address and is not ready.
    NotReady,
    /// It is ready and not terminating.
    Ready,
    /// It is being deleted, ready or not.
    Terminating,
    /// It has failed or succeeded.
    Finished,
}

impl Stage {
    /// Whether the records of a pod's endpoint exist at this stage, below a Service that says `publishNotReadyAddresses` or
    /// does not (endpointslice `util/controller_utils.go`, `ShouldPodBeInEndpoints`; `utils.go`, `podToEndpoint`).
    pub fn is_published(self, not_ready_too: bool) -> bool {
        match self {
            Self::Pending | Self::Finished => false,
            Self::Ready => true,
            Self::NotReady | Self::Terminating => not_ready_too,
        }
    }
}

/// The records of a StatefulSet's pods. Nothing is built before it is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Names {
    /// The name of the set.
    pub set: String,
    /// The namespace of the set, given or assumed.
    pub namespace: String,
    /// The domain of the cluster, without a dot before or behind it.
    pub domain: String,
    /// The governing Service first, if it is in view; then those that select pods of the set, in source order.
    pub services: Vec<Service>,
}

/// What the Services in view make of the names of `set`'s pods, in a cluster of that domain. Services of other namespaces
/// select none of them (endpointslice `reconciler.go`, which lists the pods of the Service's namespace).
pub fn names(set: &Object<'_>, cluster: &Cluster<'_>, domain: &str) -> Names {
    let pods = PodLabels::of(set);
    let governing = governing_name(set);
    let domain = domain.trim_matches('.').to_ascii_lowercase();
    let found = cluster.find(GroupKind::SERVICE, set.namespace, governing, set);
    let found = found.map(|service| Service::of(service, Role::Governing, set, &pods, &domain));
    let others = in_namespace(set, cluster).filter(|service| service.name != governing);
    let others = others.filter(|service| pods.any(&selector_of(service)));
    let others = others.map(|service| Service::of(service, Role::Other, set, &pods, &domain));
    Names {
        set: set.name.to_owned(),
        namespace: set.namespace.to_owned(),
        services: found.into_iter().chain(others).collect(),
        domain,
    }
}

/// `spec.serviceName`; empty if it is absent.
pub(crate) fn governing_name<'a>(set: &'a Object<'a>) -> &'a str {
    set.get(&["spec", "serviceName"]).and_then(Node::as_str).unwrap_or_default()
}

/// The first Services in the namespace of `set`, in source order; of several of one name the nearest.
pub(crate) fn in_namespace<'a>(set: &'a Object<'a>, cluster: &'a Cluster<'a>) -> impl Iterator<Item = &'a Object<'a>> {
    cluster.in_namespace(GroupKind::SERVICE, set.namespace).take(MOST_COMPARED).filter(move |service| {
        let nearest = cluster.find(GroupKind::SERVICE, set.namespace, service.name, set);
        nearest.is_some_and(|nearest| nearest.node == service.node)
    })
}

impl Names {
    /// The governing Service, if it is in view.
    pub fn governing(&self) -> Option<&Service> {
        self.services.iter().find(|service| service.role == Role::Governing)
    }

    /// The full name that leads to the pod of that ordinal and no other while it is ready; `None` where the DNS specification
    /// of Kubernetes promises none, because the governing Service is not in view, not headless, or does not select the pod.
    pub fn of_pod(&self, ordinal: i64) -> Option<String> {
        let service = self.governing().filter(|service| service.kind == Kind::Headless)?;
        self.has_endpoint(service, ordinal).then(|| self.host(service, ordinal))
    }

    /// The same, while the pod is at `stage`: `None` also where it does not resolve then.
    pub fn of_pod_at(&self, ordinal: i64, stage: Stage) -> Option<String> {
        let published = self.governing().is_some_and(|service| stage.is_published(service.publish_not_ready_addresses));
        if published { self.of_pod(ordinal) } else { None }
    }

    /// The records that exist because of the pod of that ordinal while it is at `stage`, Service by Service.
    pub fn records_of_pod(&self, ordinal: i64, stage: Stage) -> impl Iterator<Item = Record> {
        let published = move |service: &&Service| {
            service.kind == Kind::Headless
                && stage.is_published(service.publish_not_ready_addresses)
                && self.has_endpoint(service, ordinal)
        };
        self.services.iter().filter(published).flat_map(move |service| self.of_endpoint(service, ordinal))
    }

    /// The records that a Service has from its creation on, whatever becomes of the pods: none if it is headless.
    pub fn records_of_service(&self, service: &Service) -> Vec<Record> {
        let name = service.full_name.clone();
        match &service.kind {
            Kind::Headless => Vec::new(),
            Kind::ExternalName(target) => vec![Record::new(name, RecordType::Cname, target)],
            Kind::ClusterAddress(address) => {
                let address = address.clone().unwrap_or_else(|| format!("<ip-of-{}>", service.name));
                let mut records: Vec<Record> = Vec::new();
                let leading =
                    service.families.iter().map(|family| Record::new(name.clone(), family.record_type(), &address));
                records.extend(leading);
                for port in service.ports.iter().filter(|port| !port.name.is_empty()) {
                    records.push(Record::srv(port.service_name(&name), name.clone(), port.port));
                }
                records.push(Record::new(address, RecordType::Ptr, name));
                records
            }
        }
    }

    /// Whether the Service has an endpoint for the pod of that ordinal once it has an address: it is of the namespace, its
    /// selector asks something, and the labels of the pod meet it.
    fn has_endpoint(&self, service: &Service, ordinal: i64) -> bool {
        !matches!(service.kind, Kind::ExternalName(_))
            && self.pod(ordinal).len() <= LONGEST_LABEL
            && service.selection.contains(ordinal)
    }

    /// The records of the endpoint of a headless Service.
    fn of_endpoint<'s>(&'s self, service: &'s Service, ordinal: i64) -> impl Iterator<Item = Record> + 's {
        let (all, host) = (&service.full_name, self.host(service, ordinal));
        let pod = self.pod(ordinal);
        let addresses = service.families.iter().flat_map({
            let host = host.clone();
            move |family| {
                let address = family.address_of(&pod);
                let kind = family.record_type();
                [
                    Record::new(all, kind, &address),
                    Record::new(&host, kind, &address),
                    Record::new(address, RecordType::Ptr, &host),
                ]
            }
        });
        let ports = service.ports.iter().filter(|port| !port.name.is_empty());
        let srv = ports.filter_map(move |port| Some(Record::srv(port.service_name(all), host.clone(), port.of_pod?)));
        addresses.chain(srv)
    }

    /// The name of the pod's endpoint below a Service. An endpoint has the host name of the pod only if the subdomain of the
    /// pod, which is `spec.serviceName`, is the name of the Service (endpointslice `util/controller_utils.go`,
    /// `ShouldSetHostname`); others are named after the address, with dashes.
    fn host(&self, service: &Service, ordinal: i64) -> String {
        let pod = self.pod(ordinal);
        let mut host = match service.role {
            Role::Governing => format!("{pod}.{}", service.full_name),
            Role::Other => format!("<ip-of-{pod}>.{}", service.full_name),
        };
        host.make_ascii_lowercase();
        host
    }

    fn pod(&self, ordinal: i64) -> String {
        format!("{}-{ordinal}", self.set)
    }
}

#[cfg(test)]
mod tests;
