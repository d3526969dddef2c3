//! Holds what happens to a set, step by step, and says it in the words of the reports.

use std::borrow::Cow;

use super::SetPlan;
use crate::controller::action::{Hold, Wait, Why};
use crate::controller::state::{Ordinal, Seconds};

/// One thing that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// When, in seconds from the start.
    pub at: Seconds,
    /// What.
    pub deed: Deed,
    /// What the controller had been waiting for before it did this.
    pub waited_for: Option<Wait>,
}

/// What happens. Claims are named by the position of their claim template, revisions by theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// The set is scaled to so many replicas.
    Scale(i64),
    /// The set is deleted.
    DeleteSet,
    /// The claim is made.
    CreateClaim(usize, Ordinal),
    /// The claim is there already: the pod gets it as it is.
    ReuseClaim(usize, Ordinal),
    /// The claim is given to its set or its pod, which take it along when they are deleted, or taken from them.
    OwnClaim(usize, Ordinal),
    /// The claim is deleted with its owner.
    DeleteClaim(usize, Ordinal),
    /// The pod is created at a revision.
    CreatePod(Ordinal, usize),
    /// The API server refuses to create the pod.
    RefusePod(Ordinal),
    /// The API server refuses to change the pod.
    RefuseUpdate(Ordinal),
    /// The pod's labels or claims are restored.
    UpdatePod(Ordinal),
    /// The pod is adopted.
    AdoptPod(Ordinal),
    /// The pod no longer belongs to the set.
    ReleasePod(Ordinal),
    /// The pod is deleted by the controller.
    DeletePod(Ordinal, Why),
    /// The pod is deleted because its set is.
    CollectPod(Ordinal),
    /// The pod becomes ready.
    Ready(Ordinal),
    /// The pod's object is gone.
    Gone(Ordinal),
    /// The pod is evicted from its node, and fails.
    Evicted(Ordinal),
    /// The pod's node is lost.
    NodeLost(Ordinal),
    /// Nothing was heard of the pod's node: the pod counts as not ready.
    Unheard(Ordinal),
    /// The pod is deleted because its node is lost.
    DeleteLost(Ordinal),
    /// The controller waits for the pod, and nothing will happen to it.
    Stuck(Wait),
}

impl Deed {
    /// The ordinal of the pod that it is about, or of the pod whose claim it is about.
    pub fn ordinal(self) -> Option<Ordinal> {
        match self {
            Self::DeleteSet | Self::Scale(_) => None,
            Self::CreateClaim(_, ordinal)
            | Self::ReuseClaim(_, ordinal)
            | Self::OwnClaim(_, ordinal)
            | Self::DeleteClaim(_, ordinal)
            | Self::CreatePod(ordinal, _)
            | Self::RefusePod(ordinal)
            | Self::RefuseUpdate(ordinal)
            | Self::UpdatePod(ordinal)
            | Self::AdoptPod(ordinal)
            | Self::ReleasePod(ordinal)
            | Self::DeletePod(ordinal, _)
            | Self::CollectPod(ordinal)
            | Self::Ready(ordinal)
            | Self::Gone(ordinal)
            | Self::Evicted(ordinal)
            | Self::NodeLost(ordinal)
            | Self::Unheard(ordinal)
            | Self::DeleteLost(ordinal)
            | Self::Stuck(Wait { ordinal, .. }) => Some(ordinal),
        }
    }
}

/// A step in the words of the reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// `create`, `delete`, `update`, `wait` or `event`.
    pub action: &'static str,
    /// The kind of what it is done to.
    pub kind: &'static str,
    /// The name of what it is done to.
    pub name: String,
    /// The position of the revision of a pod that is created.
    pub revision: Option<usize>,
    /// What had to happen first: `web-1 to be ready`.
    pub waits_for: Option<String>,
    /// Why, or what happens.
    pub reason: Option<Cow<'static, str>>,
}

impl SetPlan {
    /// A step in the words of the reports.
    pub fn tell(&self, step: &Step) -> Told {
        let told = |action, kind, name, reason: Option<&'static str>| Told {
            action,
            kind,
            name,
            revision: None,
            waits_for: step.waited_for.map(|wait| self.tell_wait(wait)),
            reason: reason.map(Cow::Borrowed),
        };
        let set = |action| told(action, "StatefulSet", self.name.clone(), None);
        let pod = |action, ordinal, reason| told(action, "Pod", self.pod_name(ordinal), reason);
        let claim = |action, template, ordinal, reason| {
            told(action, "PersistentVolumeClaim", self.claim_name_of(template, ordinal), reason)
        };
        match step.deed {
            Deed::Scale(count) => Told { reason: Some(format!("scaled to {count} replicas").into()), ..set("update") },
            Deed::DeleteSet => set("delete"),
            Deed::CreateClaim(template, ordinal) => claim("create", template, ordinal, None),
            Deed::ReuseClaim(template, ordinal) => {
                claim("event", template, ordinal, Some("is there already, and is used with what is stored on it"))
            }
            Deed::OwnClaim(template, ordinal) => {
                claim("update", template, ordinal, Some("its owner is set as the retention policy wants"))
            }
            Deed::DeleteClaim(template, ordinal) => {
                claim("delete", template, ordinal, Some("its owner is gone, and the retention policy says Delete"))
            }
            Deed::CreatePod(ordinal, revision) => Told { revision: Some(revision), ..pod("create", ordinal, None) },
            Deed::RefusePod(ordinal) => pod("event", ordinal, Some("the API server refuses to create it")),
            Deed::RefuseUpdate(ordinal) => pod("event", ordinal, Some("the API server refuses to change it")),
            Deed::UpdatePod(ordinal) => pod("update", ordinal, Some("its identity or its claims are restored")),
            Deed::AdoptPod(ordinal) => pod("update", ordinal, Some("the set adopts it")),
            Deed::ReleasePod(ordinal) => pod("update", ordinal, Some("its labels no longer match: the set lets it go")),
            Deed::DeletePod(ordinal, why) => pod("delete", ordinal, Some(because(why))),
            Deed::CollectPod(ordinal) => pod("delete", ordinal, Some("the set is deleted")),
            Deed::Ready(ordinal) => pod("event", ordinal, Some("becomes ready")),
            Deed::Gone(ordinal) => pod("event", ordinal, Some("is gone")),
            Deed::Evicted(ordinal) => pod("event", ordinal, Some("is evicted, and fails")),
            Deed::NodeLost(ordinal) => pod("event", ordinal, Some("loses its node, and cannot terminate")),
            Deed::Unheard(ordinal) => pod("event", ordinal, Some("is not ready: its node is not heard of")),
            Deed::DeleteLost(ordinal) => pod("delete", ordinal, Some("it tolerates a lost node no longer")),
            Deed::Stuck(wait) => Told {
                waits_for: Some(self.tell_wait(wait)),
                ..pod("wait", wait.ordinal, Some("nothing will make it happen"))
            },
        }
    }

    /// Why, or what happens, where a step is told of several pods or claims at once.
    pub fn reason_of_several(deed: Deed) -> Option<&'static str> {
        Some(match deed {
            Deed::Scale(_)
            | Deed::DeleteSet
            | Deed::CreateClaim(..)
            | Deed::CreatePod(..)
            | Deed::Ready(_)
            | Deed::Gone(_)
            | Deed::Stuck(_) => return None,
            Deed::ReuseClaim(..) => "are there already, and are used with what is stored on them",
            Deed::OwnClaim(..) => "their owners are set as the retention policy wants",
            Deed::DeleteClaim(..) => "their owners are gone, and the retention policy says Delete",
            Deed::RefusePod(_) => "the API server refuses to create them",
            Deed::RefuseUpdate(_) => "the API server refuses to change them",
            Deed::UpdatePod(_) => "their identities or their claims are restored",
            Deed::AdoptPod(_) => "the set adopts them",
            Deed::ReleasePod(_) => "their labels no longer match: the set lets them go",
            Deed::DeletePod(_, Why::Finished) => "they failed or succeeded",
            Deed::DeletePod(_, Why::ScaledDown) => "their ordinals are no longer in range",
            Deed::DeletePod(_, Why::Outdated) => "they are not at the update revision",
            Deed::CollectPod(_) => "the set is deleted",
            Deed::Evicted(_) => "are evicted, and fail",
            Deed::NodeLost(_) => "lose their nodes, and cannot terminate",
            Deed::Unheard(_) => "are not ready: their nodes are not heard of",
            Deed::DeleteLost(_) => "they tolerate lost nodes no longer",
        })
    }

    /// What is waited for, such as `web-1 to be ready`.
    pub fn tell_wait(&self, wait: Wait) -> String {
        let pod = self.pod_name(wait.ordinal);
        match wait.hold {
            Hold::Created | Hold::NotReady => pod + " to be ready",
            Hold::NotAvailable => pod + " to be available: ready for minReadySeconds",
            Hold::Terminating | Hold::Finished | Hold::Deleted | Hold::Outdated => pod + " to be gone",
            Hold::StaleClaim => format!("the claims of the earlier {pod} to be gone"),
        }
    }

    /// What was waited for, as it has happened: `web-1 is ready`.
    pub fn tell_happened(&self, wait: Wait) -> String {
        let pod = self.pod_name(wait.ordinal);
        match wait.hold {
            Hold::Created | Hold::NotReady => format!("{pod} is ready"),
            Hold::NotAvailable => format!("{pod} is available"),
            Hold::Terminating | Hold::Finished | Hold::Deleted => format!("{pod} is gone"),
            Hold::Outdated => "all older pods are gone".to_owned(),
            Hold::StaleClaim => format!("the claims of the earlier {pod} are gone"),
        }
    }
}

fn because(why: Why) -> &'static str {
    match why {
        Why::Finished => "it failed or succeeded",
        Why::ScaledDown => "its ordinal is no longer in range",
        Why::Outdated => "it is not at the update revision",
    }
}
