//! Says what the cluster around a set is like.

use super::Volumes;
use crate::controller::state::{Ordinal, Pod, Seconds, TemplateId};
use crate::dns::Moment;
use std::collections::BTreeMap;

/// What the cluster around a set is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    /// How long the containers of a scheduled pod take to start.
    pub starts_after: Seconds,
    /// How long a pod takes from then on to be ready.
    pub ready_after: Seconds,
    /// How long a deleted pod takes to go.
    pub gone_after: Seconds,
    /// Which pods fail, and how.
    pub failures: BTreeMap<Ordinal, Failure>,
    /// The template whose pods do not fail, because what fails is repaired in it.
    pub repaired: Option<TemplateId>,
    /// The first ordinal whose pod the API server refuses, by the template of the pod; it refuses all from there on.
    pub refused: BTreeMap<TemplateId, Ordinal>,
    /// How long the pods of each template stay on a lost node; of a template that is not in it, as if they said nothing.
    pub tolerated: BTreeMap<TemplateId, Tolerated>,
    /// The volumes that there are for claims.
    pub volumes: Volumes,
    /// The names that pods ask for before they are ready, by the template of the pod, in the order of asking.
    pub asked: BTreeMap<TemplateId, Vec<Asked>>,
    /// When the names of pods resolve.
    pub published: Published,
}

/// When the names of pods resolve, below their governing Service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Published {
    /// Never: the Service does not lead to them.
    Never,
    /// While they are ready.
    #[default]
    Ready,
    /// From when they have an address (`publishNotReadyAddresses`).
    Early,
}

/// A name that a pod asks for until it resolves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// When it asks.
    pub moment: Moment,
    /// The pod of that name; `None` if the name never resolves.
    pub peer: Option<Ordinal>,
    /// Whether the pod of that name finds it in its own `/etc/hosts`.
    pub in_hosts: bool,
    /// Whether a container of that pod has to answer too.
    pub port: bool,
}

impl Default for Surroundings {
    /// All goes well, and quickly.
    fn default() -> Self {
        Self {
            starts_after: 1,
            ready_after: 4,
            gone_after: 2,
            failures: BTreeMap::new(),
            repaired: None,
            refused: BTreeMap::new(),
            tolerated: BTreeMap::new(),
            volumes: Volumes::default(),
            asked: BTreeMap::new(),
            published: Published::default(),
        }
    }
}

impl Surroundings {
    /// How a pod fails by what is in it, if it does: what befalls it from outside is not asked here.
    pub(super) fn fault(&self, ordinal: Ordinal, pod: &Pod) -> Option<Failure> {
        let is_repaired = self.repaired.is_some() && self.repaired == pod.revision.map(|name| name.template);
        let is_inner = |failure: &Failure| !matches!(failure, Failure::Evict | Failure::NodeLost);
        self.failures.get(&ordinal).copied().filter(is_inner).filter(|_| !is_repaired)
    }

    /// How long a pod stays on a lost node.
    pub(super) fn tolerated(&self, pod: &Pod) -> Tolerated {
        let tolerated = pod.revision.and_then(|name| self.tolerated.get(&name.template));
        tolerated.copied().unwrap_or_default()
    }
}

/// How long a pod stays on a lost node before it is deleted, counted from when its node is tainted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tolerated {
    /// So many seconds, zero or more.
    For(Seconds),
    /// It is never deleted.
    Forever,
}

impl Default for Tolerated {
    /// That of a pod that says nothing of it (k8s.io/kubernetes `plugin/pkg/admission/defaulttolerationseconds/admission.go`).
    fn default() -> Self {
        Self::For(300)
    }
}

/// How a pod fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Failure {
    /// Created, it runs and never becomes ready.
    NeverReady,
    /// Created, its containers crash and are started again, for ever.
    Crash,
    /// Ready, it is evicted from its node, once.
    Evict,
    /// Ready, it loses its node, once: it stops counting as ready, and later terminates without end.
    NodeLost,
    /// Created, no node takes it.
    Unschedulable,
}

impl Failure {
    /// Every way to fail, in the order of the documentation.
    pub const ALL: [Self; 5] = [Self::NeverReady, Self::Crash, Self::Evict, Self::NodeLost, Self::Unschedulable];

    /// The word for it on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::NeverReady => "never-ready",
            Self::Crash => "crash",
            Self::Evict => "evict",
            Self::NodeLost => "node-lost",
            Self::Unschedulable => "unschedulable",
        }
    }
}
