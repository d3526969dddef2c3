//! Turns each StatefulSet in view into what is true of it, in a form that rules can ask.

mod awaited_pod;
mod claim;
mod container;
mod dns_label;
mod field;
mod metadata;
mod mount;
mod persistent_volume;
mod pod;
mod retention;
mod selector;
mod service;
mod set;
mod storage_class;
mod template;
mod told_peers;
mod unresolved_name;
mod value;
mod view;
mod volume;

use std::rc::Rc;

pub use awaited_pod::AwaitedPod;
pub use claim::{Asked, Claim, ClassName, Request, Rival, Supply, UnknownMode, named_volumes, volume_name};
pub use container::{Container, PreStop};
pub use field::{Foreign, Misplaced};
pub use metadata::NotText;
pub use mount::Mount;
pub use persistent_volume::{ClaimReference, PersistentVolume, PersistentVolumes, Reclaim};
pub use pod::Pods;
pub(crate) use retention::autoscaler;
pub use retention::{Autoscaler, Retention};
pub use selector::{Requirement, Selector, SelectorFault};
pub use service::{Candidate, Elsewhere, Service, Suggestion};
pub use set::Set;
pub use storage_class::StorageClass;
pub use template::{Label, Template};
pub use told_peers::ToldPeers;
pub use unresolved_name::UnresolvedName;
pub use value::{Fact, Field, Lazy, List, Record, RecordType, Type, Value, lazy};
pub use view::{Kubernetes, View};
pub use volume::{SharedClaim, Volume};

use crate::cluster::Cluster;
#[cfg(test)]
use crate::cluster::testing;
use crate::manifest::Object;
use crate::pod::PodLabels;
use crate::yaml::Node;

crate::record! {
    /// Everything that rules can ask about a StatefulSet.
    pub struct Facts<'a> as "facts" at node {
        /// The StatefulSet as it is written.
        object "object": Node<'a>,
        /// The StatefulSet itself.
        set "set": Set<'a>,
        /// The pods that the controller makes of it.
        pods "pods": Pods<'a>,
        /// Its selector.
        selector "selector": Selector<'a>,
        /// The template of the pods.
        template "template": Template<'a>,
        /// The containers that run as long as a pod does, sidecars first.
        containers "containers": Vec<Container<'a>>,
        /// The governing Service.
        service "service": Service<'a>,
        /// The Services in its namespace, of several of one name the nearest; the first five hundred.
        services "services": Lazy<'a, Vec<Candidate<'a>>>,
        /// The pods of the StatefulSet that its own init containers wait for, and its probes ask for.
        awaited_pods "awaitedPods": Lazy<'a, Vec<AwaitedPod<'a>>>,
        /// The containers with a probe that are told, in environment, command or arguments, the names of two or more pods of the
        /// StatefulSet, and that are not said already to wait for them.
        told_peers "toldPeers": Lazy<'a, Vec<ToldPeers<'a>>>,
        /// The names of pods and Services that its containers are told, in environment, commands, arguments and ConfigMaps, and
        /// that never resolve; the first hundred.
        unresolved_names "unresolvedNames": Lazy<'a, Vec<UnresolvedName<'a>>>,
        /// Its claim templates.
        claims "claims": Lazy<'a, Vec<Claim<'a>>>,
        /// The volumes of the template.
        volumes "volumes": Lazy<'a, Vec<Volume<'a>>>,
        /// What containers and init containers mount, init containers first.
        mounts "mounts": Lazy<'a, Vec<Mount<'a>>>,
        /// When its claims are deleted.
        retention "retention": Lazy<'a, Retention<'a>>,
        /// The StorageClasses in view.
        classes "classes": Lazy<'a, Vec<StorageClass<'a>>>,
        /// What is in view.
        view "view": &'a View<'a>,
        /// The cluster that the manifests are held against.
        kubernetes "kubernetes": Kubernetes<'a>,
    }
}

/// What is true of a PersistentVolumeClaim in view, as if it were the one claim of a template.
pub fn claim<'a>(object: &'a Object<'a>, cluster: &'a Cluster<'a>, view: &'a View<'a>) -> Claim<'a> {
    claim::of_object(object, cluster, &view.volumes)
}

/// What the claim templates of `set` ask for that others could ask for too.
pub fn asked_volumes<'a>(set: &'a Object<'a>, cluster: &'a Cluster<'a>, view: &View<'a>) -> Vec<Asked<'a>> {
    claim::asked_volumes(set, cluster, &view.volumes)
}

impl<'a> Facts<'a> {
    /// What is true of `set`.
    pub fn of(set: &'a Object<'a>, cluster: &'a Cluster<'a>, view: &'a View<'a>) -> Self {
        let pods = Rc::new(PodLabels::of(set));
        Self {
            node: Some(set.node),
            object: set.node,
            set: set::of(set),
            pods: pod::of(set),
            selector: selector::of(set, &pods),
            template: template::of(set, &pods),
            containers: container::of(set),
            service: service::of(set, cluster, &pods),
            services: service::candidates(set, cluster, &pods),
            awaited_pods: lazy(move || awaited_pod::of(set, cluster)),
            told_peers: lazy(move || told_peers::of(set, cluster)),
            unresolved_names: lazy(move || unresolved_name::of(set, cluster)),
            claims: lazy(move || claim::of(set, cluster, &view.volumes)),
            volumes: lazy(move || volume::of(set, cluster)),
            mounts: lazy(move || mount::of(set)),
            retention: lazy(move || retention::of(set, cluster)),
            classes: lazy(move || storage_class::all(cluster)),
            view,
            kubernetes: Kubernetes::of(view),
        }
    }
}
