//! Says what one reconcile step did: its calls to the API server, the status it wrote, what it waits for.

use super::state::{Ordinal, Owners, RevisionName, Seconds, Status};

/// Everything one reconcile step did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The calls to the API server, in the order of the controller (within a batch of a Parallel set and between the
    /// claims of one pod, Kubernetes keeps no order; here it is ascending).
    pub actions: Vec<Action>,
    /// What became of the status.
    pub status: StatusWrite,
    /// Why the step is retried, if it is.
    pub error: Option<Failure>,
    /// Which pod the set waits for, if the step stopped at one.
    pub waits: Option<Wait>,
    /// When a ready pod becomes available without any event: the time of the next step at the latest
    /// (`syncStatefulSet`, `stateful_set.go`).
    pub next_check: Option<Seconds>,
}

impl Outcome {
    /// Whether the step changed nothing: running it again without an event does nothing either.
    pub fn is_quiet(&self) -> bool {
        self.actions.is_empty() && self.error.is_none() && self.status == StatusWrite::Unchanged
    }
}

/// One call to the API server, and how it was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action {
    /// What was asked for.
    pub call: Call,
    /// What came of it.
    pub answer: Answer,
}

/// A call the controller makes (`StatefulPodControlObjectManager`, `stateful_pod_control.go`, and `history.Interface`).
/// Claims are named by the position of their claim template in [`super::state::Set::claim_templates`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Become the controller of a revision without one.
    AdoptRevision(RevisionName),
    /// Become the controller of a pod without one.
    AdoptPod(Ordinal),
    /// Give up a pod whose labels the selector no longer matches.
    ReleasePod(Ordinal),
    /// Store the set's template as a new revision, with this number.
    CreateRevision(RevisionName, i64),
    /// Give an older, equal revision the highest number: a rollback.
    PromoteRevision(RevisionName, i64),
    /// Drop a revision beyond the history limit.
    DeleteRevision(RevisionName),
    /// Create the claim of a claim template for an ordinal.
    CreateClaim(usize, Ordinal),
    /// Set the owner references of a claim as the retention policy wants them.
    OwnClaim(usize, Ordinal, Owners),
    /// Create a pod at a revision.
    CreatePod(Ordinal, RevisionName),
    /// Restore the identity or the storage of a pod.
    UpdatePod(Ordinal),
    /// Delete a pod.
    DeletePod(Ordinal, Why),
}

/// Why a pod is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It failed or succeeded; a new one follows when it is gone.
    Finished,
    /// Its ordinal is out of range.
    ScaledDown,
    /// Its revision is not the update revision.
    Outdated,
}

/// How the API server answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// As asked.
    Done,
    /// An error: refused by admission or validation, a name taken, or nothing there.
    Refused,
    /// A revision of that name holds another template; the next name is tried.
    NameTaken,
    /// The very revision exists already and is used.
    AlreadyThere,
}

/// What became of the status at the end of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusWrite {
    /// Nothing to write, or the step failed before it knew the status.
    Unchanged,
    /// Written.
    Written(Status),
    /// The API server refused it, as it does with `currentReplicas: -1`; the stored status stays.
    Refused(Status),
}

/// Why a step failed and is retried (`processNextWorkItem`, `stateful_set.go`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The API server refused a call.
    Refused(Call),
    /// The claim of this claim template, which the pod of this ordinal needs, is being deleted.
    ClaimTerminating(usize, Ordinal),
    /// The status was refused.
    Status,
    /// The set, read afresh, is being deleted or was replaced, and may not adopt what it finds.
    MayNotAdopt,
    /// Strategy `Recreate` while its feature gate is off.
    RecreateDisabled,
}

/// The pod a set waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// The pod's ordinal.
    pub ordinal: Ordinal,
    /// What has to happen to it.
    pub hold: Hold,
}

/// What has to happen to a pod before its set goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// It was created by this step and has to become ready.
    Created,
    /// It has to go: it is terminating.
    Terminating,
    /// It failed or succeeded, and has to go first.
    Finished,
    /// It has to become running and ready.
    NotReady,
    /// It is ready and has to stay so for `minReadySeconds`.
    NotAvailable,
    /// One of its claims still belongs to the pod's predecessor and has to be deleted first.
    StaleClaim,
    /// It was deleted by this step and has to go.
    Deleted,
    /// It is at an older revision, and has to go as all such pods do.
    Outdated,
}
