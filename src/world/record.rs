//! Writes down what happens in a story.

use super::Volume;
use crate::controller::action::Wait;
use crate::controller::state::{Ordinal, Seconds, State, TemplateId, Uid};
use crate::plan::{Deed, Interval, PodState, Step};
use std::collections::{BTreeMap, BTreeSet};

/// What has happened since the beginning of a story.
#[derive(Debug, Clone, Default)]
pub struct Record {
    steps: Vec<Step>,
    pods: BTreeMap<Ordinal, Vec<Interval>>,
    claims: BTreeMap<(Ordinal, usize), ClaimRecord>,
    /// The pods that were there when the story began.
    before: BTreeSet<Ordinal>,
    refused: BTreeSet<Ordinal>,
    refused_templates: BTreeSet<TemplateId>,
    lost: BTreeSet<Uid>,
    deleted: Vec<DeletedClaim>,
}

/// A claim that had a volume and was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeletedClaim {
    /// The ordinal of its pod.
    pub ordinal: Ordinal,
    /// The position of its claim template.
    pub template: usize,
    /// The volume that it had, if that is in view, by its number.
    pub volume: Option<usize>,
}

/// What has happened to a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct ClaimRecord {
    /// Whether it was there when the story began.
    pub before: bool,
    /// Whether it has a volume.
    pub bound: bool,
    /// Whether it was left behind by a pod that was deleted for good.
    pub left: bool,
    /// Whether a new pod got it as it was.
    pub reused: bool,
    /// Whether it is deleted.
    pub gone: bool,
    /// Whether it was made in the place of one that was deleted since the story began.
    pub anew: bool,
    /// The volume that it has, if that is in view, by its number.
    pub volume: Option<usize>,
}

impl ClaimRecord {
    pub(super) fn created() -> Self {
        Self { before: false, bound: false, left: false, reused: false, gone: false, anew: false, volume: None }
    }
}

impl Record {
    /// What happened, in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The states of each pod that was there at some time, by ordinal.
    pub fn pods(&self) -> &BTreeMap<Ordinal, Vec<Interval>> {
        &self.pods
    }

    /// The claims that were there at some time, by ordinal and claim template.
    pub fn claims(&self) -> &BTreeMap<(Ordinal, usize), ClaimRecord> {
        &self.claims
    }

    /// Whether a pod was there when the story began.
    pub fn was_there(&self, ordinal: Ordinal) -> bool {
        self.before.contains(&ordinal)
    }

    /// Forgets what happened; what is there was there before.
    pub(super) fn begin(&mut self, state: &State) {
        self.steps.clear();
        self.refused.clear();
        self.refused_templates.clear();
        self.pods.retain(|_, timeline| {
            timeline.retain(|interval| interval.until.is_none());
            for interval in timeline.iter_mut() {
                interval.from = 0;
            }
            !timeline.is_empty()
        });
        self.deleted.clear();
        self.claims.retain(|_, claim| !claim.gone);
        for claim in self.claims.values_mut() {
            (claim.before, claim.left, claim.reused, claim.anew) = (true, false, false, false);
        }
        self.before = state.pod_ordinals().collect();
    }

    pub(super) fn step(&mut self, at: Seconds, deed: Deed) {
        self.step_after(at, deed, None);
    }

    pub(super) fn step_after(&mut self, at: Seconds, deed: Deed, waited_for: Option<Wait>) {
        self.steps.push(Step { at, deed, waited_for });
    }

    /// A pod is in a state from now on.
    pub(super) fn pod(&mut self, ordinal: Ordinal, now: Seconds, state: PodState, revision: usize) {
        let timeline = self.pods.entry(ordinal).or_default();
        if let Some(last) = timeline.last_mut().filter(|last| last.until.is_none()) {
            if (last.state, last.revision) == (state, revision) {
                return;
            }
            last.until = Some(now);
            if last.from == now {
                timeline.pop();
            }
        }
        if state != PodState::Absent {
            timeline.push(Interval { state, revision, from: now, until: None });
        }
    }

    pub(super) fn claim(&mut self, ordinal: Ordinal, template: usize, claim: ClaimRecord) {
        let anew = self.claims.get(&(ordinal, template)).is_some_and(|earlier| earlier.gone || earlier.anew);
        self.claims.insert((ordinal, template), ClaimRecord { anew, ..claim });
    }

    /// A claim was there before the story.
    pub(super) fn find(&mut self, ordinal: Ordinal, template: usize) {
        self.claim(ordinal, template, ClaimRecord { before: true, ..ClaimRecord::created() });
    }

    /// The volumes in view that the claims of a pod have.
    pub(super) fn volumes(&self, ordinal: Ordinal) -> Vec<usize> {
        let claims = self.claims.range((ordinal, 0)..=(ordinal, usize::MAX));
        claims.filter(|(_, claim)| !claim.gone).filter_map(|(_, claim)| claim.volume).collect()
    }

    /// Whether a claim has a volume.
    pub fn is_bound(&self, ordinal: Ordinal, template: usize) -> bool {
        self.claims.get(&(ordinal, template)).is_some_and(|claim| claim.bound)
    }

    pub(super) fn bound(&mut self, ordinal: Ordinal, template: usize, volume: Volume) {
        if let Some(claim) = self.claims.get_mut(&(ordinal, template)) {
            claim.bound = true;
            claim.volume = match volume {
                Volume::InView(number) => Some(number),
                Volume::New => None,
            };
        }
    }

    pub(super) fn delete_claim(&mut self, ordinal: Ordinal, template: usize) {
        if let Some(claim) = self.claims.get_mut(&(ordinal, template)) {
            claim.gone = true;
            if claim.bound {
                self.deleted.push(DeletedClaim { ordinal, template, volume: claim.volume });
            }
        }
    }

    /// The claims with volumes that were deleted, in order.
    pub fn deleted(&self) -> &[DeletedClaim] {
        &self.deleted
    }

    /// A pod is deleted for good, as far as anybody knows.
    pub(super) fn leave(&mut self, ordinal: Ordinal) {
        self.before.remove(&ordinal);
        for (_, claim) in self.claims.range_mut((ordinal, 0)..=(ordinal, usize::MAX)) {
            (claim.left, claim.reused) = (true, false);
        }
    }

    /// The claims that a new pod finds, and that had no pod; each is told once.
    pub(super) fn reuse(&mut self, ordinal: Ordinal) -> Vec<usize> {
        if self.before.contains(&ordinal) {
            return Vec::new();
        }
        let claims = self.claims.range_mut((ordinal, 0)..=(ordinal, usize::MAX));
        let mut found = Vec::new();
        let alone = |claim: &ClaimRecord| (claim.before || claim.left) && !claim.reused && !claim.gone;
        for ((_, template), claim) in claims.filter(|(_, claim)| alone(claim)) {
            claim.reused = true;
            found.push(*template);
        }
        found
    }

    /// Whether the refusal of a pod is new.
    pub(super) fn refuse(&mut self, ordinal: Ordinal) -> bool {
        self.refused.insert(ordinal)
    }

    /// A pod of a template was refused.
    pub(super) fn refuse_template(&mut self, template: TemplateId) {
        self.refused_templates.insert(template);
    }

    /// The templates of which a pod was refused, oldest first.
    pub fn refused_templates(&self) -> impl Iterator<Item = TemplateId> {
        self.refused_templates.iter().copied()
    }

    /// The node of a pod is lost.
    pub(super) fn lose(&mut self, pod: Uid) {
        self.lost.insert(pod);
    }

    /// Whether the node of a pod is lost.
    pub fn is_lost(&self, pod: Uid) -> bool {
        self.lost.contains(&pod)
    }
}
