//! Holds what the controller sees of one StatefulSet, indexed so that a step looks only at what is not settled.

use super::action::Call;
use super::claims;
use super::index::Index;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A pod's ordinal (an int32 in Kubernetes).
pub type Ordinal = i64;
/// A point in time, or a length of it, in seconds.
pub type Seconds = i64;
/// An object's UID; 0 is that of a pod not yet created.
pub type Uid = u64;

/// A pod template: two ids are equal when the encoded, defaulted templates are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TemplateId(pub u32);

/// A `ControllerRevision`'s name: the hash of a template and of a collision count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RevisionName {
    /// The template that was hashed.
    pub template: TemplateId,
    /// The collision count that was hashed with it.
    pub collisions: i64,
}

/// Who controls a pod or a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// This set.
    Set,
    /// Nobody: it may be adopted.
    Nobody,
    /// Somebody else: it is left alone, but its name is taken.
    Other,
}

/// A stored `ControllerRevision`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision {
    /// Its name.
    pub name: RevisionName,
    /// The template it holds (another than the name's after a hash collision).
    pub data: TemplateId,
    /// What the template becomes when this version's defaults are applied to it.
    pub defaulted: TemplateId,
    /// `.revision`: the highest is the newest.
    pub number: i64,
    /// Its controller.
    pub owner: Owner,
}

/// `spec.podManagementPolicy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PodManagementPolicy {
    /// One pod after another.
    OrderedReady,
    /// All pods at once.
    Parallel,
}

/// `spec.updateStrategy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateStrategy {
    /// `RollingUpdate`; without a `rollingUpdate` block a lost pod's revision is chosen differently.
    RollingUpdate(Option<RollingUpdate>),
    /// `OnDelete`.
    OnDelete,
    /// `Recreate` (1.37, alpha).
    Recreate,
}

/// `spec.updateStrategy.rollingUpdate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RollingUpdate {
    /// Indices below stay at the current revision.
    pub partition: i64,
    /// How many pods may be unavailable; read only with the gate `MaxUnavailableStatefulSet`.
    pub max_unavailable: Option<MaxUnavailable>,
}

/// `maxUnavailable`: a number or a percentage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaxUnavailable {
    /// So many pods.
    Count(i64),
    /// So many of a hundred, rounded down.
    Percent(i64),
}

/// What becomes of claims (`persistentVolumeClaimRetentionPolicy`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retain {
    /// They stay.
    Retain,
    /// They are deleted.
    Delete,
}

/// A StatefulSet: its spec, and what of its metadata the controller reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// `metadata.uid`.
    pub uid: Uid,
    /// `metadata.generation`.
    pub generation: i64,
    /// Whether `metadata.deletionTimestamp` is set.
    pub deleting: bool,
    /// `spec.replicas`.
    pub replicas: i64,
    /// `spec.ordinals.start`.
    pub start: Ordinal,
    /// `spec.podManagementPolicy`.
    pub policy: PodManagementPolicy,
    /// `spec.updateStrategy`.
    pub strategy: UpdateStrategy,
    /// `spec.template`.
    pub template: TemplateId,
    /// The names of `spec.volumeClaimTemplates`.
    pub claim_templates: Arc<[Arc<str>]>,
    /// `persistentVolumeClaimRetentionPolicy.whenDeleted`.
    pub when_deleted: Retain,
    /// `persistentVolumeClaimRetentionPolicy.whenScaled`.
    pub when_scaled: Retain,
    /// `spec.minReadySeconds`.
    pub min_ready_seconds: Seconds,
    /// `spec.revisionHistoryLimit`; negative keeps all.
    pub revision_history_limit: i64,
}

impl Default for Set {
    /// A set as the API server defaults it, without claim templates.
    fn default() -> Self {
        Self {
            uid: 1,
            generation: 1,
            deleting: false,
            replicas: 1,
            start: 0,
            policy: PodManagementPolicy::OrderedReady,
            strategy: UpdateStrategy::RollingUpdate(Some(RollingUpdate { partition: 0, max_unavailable: None })),
            template: TemplateId(0),
            claim_templates: Arc::new([]),
            when_deleted: Retain::Retain,
            when_scaled: Retain::Retain,
            min_ready_seconds: 0,
            revision_history_limit: 10,
        }
    }
}

impl Set {
    /// The last ordinal in range; below `start` when there are no replicas (`getEndOrdinal`, `stateful_set_utils.go`).
    pub fn end(&self) -> Ordinal {
        self.start + self.replicas - 1
    }

    /// Whether an ordinal is in range (`podInOrdinalRange`, `stateful_set_utils.go`).
    pub fn covers(&self, ordinal: Ordinal) -> bool {
        (self.start..=self.end()).contains(&ordinal)
    }

    /// Whether pods come and go one at a time: policy `OrderedReady`.
    pub fn is_monotonic(&self) -> bool {
        self.policy == PodManagementPolicy::OrderedReady
    }

    /// The lowest ordinal a rolling update touches.
    pub fn update_min(&self) -> Ordinal {
        match self.strategy {
            UpdateStrategy::RollingUpdate(Some(rolling)) => self.start + rolling.partition,
            _ => self.start,
        }
    }
}

/// `status` of a StatefulSet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Status {
    /// `observedGeneration`.
    pub observed_generation: i64,
    /// `replicas`: pods that exist, terminating and condemned ones too.
    pub replicas: i64,
    /// `readyReplicas`.
    pub ready_replicas: i64,
    /// `availableReplicas`.
    pub available_replicas: i64,
    /// `currentReplicas`.
    pub current_replicas: i64,
    /// `updatedReplicas`.
    pub updated_replicas: i64,
    /// `currentRevision`.
    pub current_revision: Option<RevisionName>,
    /// `updateRevision`.
    pub update_revision: Option<RevisionName>,
    /// `collisionCount`.
    pub collision_count: i64,
    /// The condition `Progressing` of the strategy Recreate (1.37).
    pub progressing: Option<Progressing>,
}

/// The condition `Progressing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progressing {
    /// What it says.
    pub phase: RecreatePhase,
    /// `lastTransitionTime`: when its status last flipped.
    pub since: Seconds,
}

/// How far a recreation is; the messages of the condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecreatePhase {
    /// True, `Deleting old revision pods`.
    Deleting,
    /// True, `Waiting for new-revision pods to be created`.
    Creating,
    /// False, `All pods recreated successfully`.
    Completed,
}

/// `status.phase` of a pod; Pending is split by whether it has a node, which decides how it is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Pending, without a node.
    Unscheduled,
    /// Pending, on a node.
    Pending,
    /// Running.
    Running,
    /// Failed.
    Failed,
    /// Succeeded.
    Succeeded,
}

/// A pod that bears one of the set's names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pod {
    /// `metadata.uid`, not 0.
    pub uid: Uid,
    /// Label `controller-revision-hash`.
    pub revision: Option<RevisionName>,
    /// `status.phase`.
    pub phase: Phase,
    /// Since when the condition Ready is True, if it is.
    pub ready_since: Option<Seconds>,
    /// Whether `metadata.deletionTimestamp` is set.
    pub terminating: bool,
    /// Its controller.
    pub owner: Owner,
    /// Whether the set's selector matches its labels.
    pub selected: bool,
    /// Whether label `statefulset.kubernetes.io/pod-name` is its name.
    pub named: bool,
    /// The claim templates whose claims it mounts.
    pub volumes: Arc<[Arc<str>]>,
}

impl Pod {
    /// Running, and ready since now if it was not before.
    pub fn make_ready(&mut self, now: Seconds) {
        self.phase = Phase::Running;
        self.ready_since.get_or_insert(now);
    }

    /// `isRunningAndReady`, `stateful_set_utils.go`.
    pub fn is_running_and_ready(&self) -> bool {
        self.phase == Phase::Running && self.ready_since.is_some()
    }

    /// `isPending`, `stateful_set_utils.go`.
    pub fn is_pending(&self) -> bool {
        matches!(self.phase, Phase::Unscheduled | Phase::Pending)
    }

    /// `isTerminalPhase`, `stateful_set_utils.go`.
    pub fn is_finished(&self) -> bool {
        matches!(self.phase, Phase::Failed | Phase::Succeeded)
    }

    /// Whether it belongs to the set as it is: nothing to adopt or to release.
    pub(super) fn is_claimed(&self) -> bool {
        self.owner == Owner::Set && self.selected
    }

    /// `storageMatches`, `stateful_set_utils.go`.
    pub(super) fn storage_matches(&self, set: &Set) -> bool {
        Arc::ptr_eq(&self.volumes, &set.claim_templates)
            || set.claim_templates.iter().all(|template| self.volumes.contains(template))
    }
}

/// A `PersistentVolumeClaim` that bears a name of the set's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The name of its claim template.
    pub template: Arc<str>,
    /// Its owner references.
    pub owners: Owners,
    /// Whether `metadata.deletionTimestamp` is set.
    pub terminating: bool,
}

/// The owner references of a claim, as far as the controller tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Owners {
    /// The reference to a StatefulSet of the set's name.
    pub set: Option<OwnerReference>,
    /// The reference to a pod of the claim's ordinal.
    pub pod: Option<OwnerReference>,
    /// A reference to something else: whether it is the controller.
    pub other: Option<bool>,
}

/// One owner reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnerReference {
    /// The owner's UID.
    pub uid: Uid,
    /// `controller: true`.
    pub controller: bool,
}

/// How the API server refuses a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// With an error.
    Error,
    /// With `NotFound`: the object has just gone.
    NotFound,
}

/// What a script makes the API server refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Creating the pod.
    CreatePod(Ordinal),
    /// Updating the pod.
    UpdatePod(Ordinal),
    /// Deleting the pod.
    DeletePod(Ordinal),
    /// Adopting the pod.
    AdoptPod(Ordinal),
    /// Releasing the pod.
    ReleasePod(Ordinal),
    /// Creating the claim of the claim template at this position.
    CreateClaim(usize, Ordinal),
    /// Updating the claim of the claim template at this position.
    OwnClaim(usize, Ordinal),
    /// Reading the set afresh before the first adoption.
    FreshRead,
    /// Adopting any revision.
    AdoptRevision,
    /// Creating any revision.
    CreateRevision,
    /// Renumbering any revision.
    PromoteRevision,
    /// Deleting any revision.
    DeleteRevision,
    /// Writing the status.
    Status,
}

impl Refused {
    pub(super) fn key(call: Call) -> Self {
        match call {
            Call::AdoptRevision(..) => Self::AdoptRevision,
            Call::AdoptPod(ordinal) => Self::AdoptPod(ordinal),
            Call::ReleasePod(ordinal) => Self::ReleasePod(ordinal),
            Call::CreateRevision(..) => Self::CreateRevision,
            Call::PromoteRevision(..) => Self::PromoteRevision,
            Call::DeleteRevision(..) => Self::DeleteRevision,
            Call::CreateClaim(template, ordinal) => Self::CreateClaim(template, ordinal),
            Call::OwnClaim(template, ordinal, ..) => Self::OwnClaim(template, ordinal),
            Call::CreatePod(ordinal, ..) => Self::CreatePod(ordinal),
            Call::UpdatePod(ordinal) => Self::UpdatePod(ordinal),
            Call::DeletePod(ordinal, ..) => Self::DeletePod(ordinal),
        }
    }
}

/// Everything the controller sees of one set. Pods and claims are changed through methods, which keep the index.
#[derive(Debug, Clone)]
pub struct State {
    set: Set,
    /// The stored status.
    pub status: Status,
    /// The stored revisions, in order of creation.
    pub revisions: Vec<Revision>,
    /// What the API server will refuse.
    pub refusals: Vec<(Refused, Refusal)>,
    /// The templates whose pods the API server always refuses, and the ordinal from which on it does.
    pub refused_templates: BTreeMap<TemplateId, Ordinal>,
    pods: BTreeMap<Ordinal, Pod>,
    claims: BTreeMap<Ordinal, Vec<Claim>>,
    pub(super) index: Index,
    next_uid: Uid,
}

impl State {
    /// A set just created, with nothing there yet.
    pub fn new(set: Set) -> Self {
        let next_uid = set.uid + 1;
        let index = Index::new(set.min_ready_seconds > 0);
        Self {
            set,
            status: Status::default(),
            revisions: Vec::new(),
            refusals: Vec::new(),
            refused_templates: BTreeMap::new(),
            pods: BTreeMap::new(),
            claims: BTreeMap::new(),
            index,
            next_uid,
        }
    }

    /// The set.
    pub fn set(&self) -> &Set {
        &self.set
    }

    /// Edits the set, and looks at every pod again. The generation is the caller's to raise.
    pub fn change_set(&mut self, edit: impl FnOnce(&mut Set)) {
        edit(&mut self.set);
        self.next_uid = self.next_uid.max(self.set.uid + 1);
        self.index = Index::new(self.set.min_ready_seconds > 0);
        for (&ordinal, pod) in &self.pods {
            let settled = is_settled(&self.set, ordinal, pod, self.claims.get(&ordinal));
            self.index.insert(ordinal, pod, settled);
        }
    }

    /// A UID nobody has yet.
    pub fn fresh_uid(&mut self) -> Uid {
        self.next_uid += 1;
        self.next_uid - 1
    }

    /// The pod of an ordinal, whoever controls it.
    pub fn pod(&self, ordinal: Ordinal) -> Option<&Pod> {
        self.pods.get(&ordinal)
    }

    /// The ordinals of all pods, ascending.
    pub fn pod_ordinals(&self) -> impl Iterator<Item = Ordinal> + '_ {
        self.pods.keys().copied()
    }

    /// How many pods there are.
    pub fn pod_count(&self) -> usize {
        self.pods.len()
    }

    /// Puts a pod into its ordinal's place.
    pub fn put_pod(&mut self, ordinal: Ordinal, pod: Pod) {
        self.next_uid = self.next_uid.max(pod.uid + 1);
        self.remove_pod(ordinal);
        let settled = is_settled(&self.set, ordinal, &pod, self.claims.get(&ordinal));
        self.index.insert(ordinal, &pod, settled);
        self.pods.insert(ordinal, pod);
    }

    /// Takes a pod away: its object is gone.
    pub fn remove_pod(&mut self, ordinal: Ordinal) -> Option<Pod> {
        let pod = self.pods.remove(&ordinal)?;
        self.index.remove(ordinal, &pod);
        Some(pod)
    }

    /// Changes a pod, if it is there.
    pub fn change_pod(&mut self, ordinal: Ordinal, change: impl FnOnce(&mut Pod)) {
        let Some(pod) = self.pods.get_mut(&ordinal) else { return };
        self.index.remove(ordinal, pod);
        change(pod);
        let settled = is_settled(&self.set, ordinal, pod, self.claims.get(&ordinal));
        self.index.insert(ordinal, pod, settled);
    }

    /// The claims of an ordinal.
    pub fn claims(&self, ordinal: Ordinal) -> &[Claim] {
        self.claims.get(&ordinal).map_or(&[], Vec::as_slice)
    }

    /// The ordinals that have claims, ascending.
    pub fn claim_ordinals(&self) -> impl Iterator<Item = Ordinal> + '_ {
        self.claims.keys().copied()
    }

    /// Changes the claims of an ordinal: adds, alters, removes.
    pub fn change_claims(&mut self, ordinal: Ordinal, change: impl FnOnce(&mut Vec<Claim>)) {
        let claims = self.claims.entry(ordinal).or_default();
        change(claims);
        if claims.is_empty() {
            self.claims.remove(&ordinal);
        }
        if let Some(pod) = self.pods.get(&ordinal) {
            self.index.remove(ordinal, pod);
            let settled = is_settled(&self.set, ordinal, pod, self.claims.get(&ordinal));
            self.index.insert(ordinal, pod, settled);
        }
    }
}

/// Whether a pod of the set needs nothing and blocks nothing (but for `minReadySeconds`).
fn is_settled(set: &Set, ordinal: Ordinal, pod: &Pod, claims: Option<&Vec<Claim>>) -> bool {
    pod.is_running_and_ready()
        && !pod.terminating
        && pod.named
        && pod.storage_matches(set)
        && claims.is_none_or(|claims| claims::all_match(set, claims, pod.uid, set.covers(ordinal)))
}
