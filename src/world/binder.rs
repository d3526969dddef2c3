//! Binds the claims of pods to volumes, as volume binder and scheduler do.

use super::{Binding, Volume, World};
use crate::controller::state::{Claim, Ordinal, Owners, Phase};
use std::collections::BTreeSet;

impl World {
    /// A claim that is in view before the set is there: bound already, or to be bound in its own way.
    pub fn make_claim(&mut self, ordinal: Ordinal, template: usize, volume: Option<Volume>, binding: Binding) {
        let Some(name) = self.state.set().claim_templates.get(template).cloned() else { return };
        let claim = Claim { template: name, owners: Owners::default(), terminating: false };
        self.state.change_claims(ordinal, |claims| claims.push(claim));
        self.record.find(ordinal, template);
        self.surroundings.volumes.find(ordinal, template, binding);
        if let Some(volume) = volume {
            self.surroundings.volumes.take(volume);
            self.record.bound(ordinal, template, volume);
        }
    }

    /// Whether the claims of a pod have volumes that one node can use; those that have none are bound if they can. While one
    /// that does not wait for a node has none, the scheduler binds no other (k8s.io/kubernetes
    /// `pkg/scheduler/framework/plugins/volumebinding/volume_binding.go`, `PreFilter`).
    pub(super) fn bind_all(&mut self, ordinal: Ordinal) -> bool {
        let (waiting, at_once): (Vec<usize>, Vec<usize>) =
            self.unbound(ordinal).partition(|template| self.surroundings.volumes.waits(*template, ordinal));
        // Every claim is tried, as the controller does, though one already fails.
        let bound = at_once.iter().filter(|template| self.bind(ordinal, **template)).count();
        let held = self.record.volumes(ordinal);
        if bound < at_once.len() || !self.surroundings.volumes.meet(&held) {
            return false;
        }
        let Some(found) = self.surroundings.volumes.bind_on_node(&waiting, ordinal, &held) else { return false };
        for (template, volume) in waiting.into_iter().zip(found) {
            self.record.bound(ordinal, template, volume);
        }
        true
    }

    /// A volume is free again: pods without a node are tried once more, lowest ordinal first.
    pub(super) fn schedule_again(&mut self) {
        let waits = |ordinal: &Ordinal| {
            self.state.pod(*ordinal).is_some_and(|pod| pod.phase == Phase::Unscheduled && !pod.terminating)
        };
        for ordinal in self.state.pod_ordinals().filter(waits).collect::<Vec<_>>() {
            self.schedule(ordinal);
        }
    }

    /// The volumes in view that only deleted claims of the set had, and that are not free again, by their numbers.
    pub fn released(&self) -> BTreeSet<usize> {
        let mut released: BTreeSet<usize> = self.surroundings.volumes.taken().iter().collect();
        for (_, claim) in self.record.claims().iter().filter(|(_, claim)| !claim.gone) {
            claim.volume.map(|volume| released.remove(&volume));
        }
        released
    }

    /// Tries to bind a claim; whether it is bound.
    pub(super) fn bind(&mut self, ordinal: Ordinal, template: usize) -> bool {
        if self.record.is_bound(ordinal, template) {
            return true;
        }
        let found = self.surroundings.volumes.bind(template, ordinal);
        if let Some(volume) = found {
            self.record.bound(ordinal, template, volume);
        }
        found.is_some()
    }

    /// The claim of a pod that keeps it from being scheduled: the first one without a volume that has none to get, wherever the
    /// pod runs.
    pub fn lacking(&self, ordinal: Ordinal) -> Option<usize> {
        self.unbound(ordinal).find(|template| self.surroundings.volumes.lacks(*template, ordinal))
    }

    /// Whether no node can use the volumes of all claims of a pod, or of those that there are for them.
    pub fn is_torn(&self, ordinal: Ordinal) -> bool {
        let is_bound = self.unbound(ordinal).next().is_none();
        self.lacking(ordinal).is_none() && (!is_bound || !self.surroundings.volumes.meet(&self.record.volumes(ordinal)))
    }

    /// The claim templates of which the claim of a pod has no volume.
    fn unbound(&self, ordinal: Ordinal) -> impl Iterator<Item = usize> {
        (0..self.state.set().claim_templates.len()).filter(move |template| !self.record.is_bound(ordinal, *template))
    }
}
