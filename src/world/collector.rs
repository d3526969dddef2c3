//! Binds claims, and deletes what nobody owns any more, as volume binder and garbage collector do.

use super::{Binding, Cascade, Volume, World};
use crate::controller::state::{Ordinal, Owner};
use crate::plan::Deed;

impl World {
    /// A claim that is in view before the set is there: bound already, or to be bound in its own way.
    pub fn make_claim(&mut self, ordinal: Ordinal, template: usize, volume: Option<Volume>, binding: Binding) {
        use crate::controller::state::{Claim, Owners};
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
        let templates = 0..self.state.set().claim_templates.len();
        let unbound = templates.filter(|template| !self.record.is_bound(ordinal, *template));
        let (waiting, at_once): (Vec<usize>, Vec<usize>) =
            unbound.partition(|template| self.surroundings.volumes.waits(*template, ordinal));
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
        let mut unbound =
            (0..self.state.set().claim_templates.len()).filter(|template| !self.record.is_bound(ordinal, *template));
        unbound.find(|template| self.surroundings.volumes.lacks(*template, ordinal))
    }

    /// Whether no node can use the volumes of all claims of a pod, or of those that there are for them.
    pub fn is_torn(&self, ordinal: Ordinal) -> bool {
        let all_bound =
            (0..self.state.set().claim_templates.len()).all(|template| self.record.is_bound(ordinal, template));
        self.lacking(ordinal).is_none()
            && (!all_bound || !self.surroundings.volumes.meet(&self.record.volumes(ordinal)))
    }

    /// A pod is gone: its claims go if they belong to it, or to a set that is gone.
    pub(super) fn collect_claims(&mut self, ordinal: Ordinal) {
        let set_gone = self.deleted.is_some_and(|cascade| cascade != Cascade::Orphan);
        let pod = self.state.pod(ordinal).map(|pod| pod.uid);
        let templates = self.state.set().claim_templates.clone();
        let goes = |claim: &crate::controller::state::Claim| {
            claim.owners.pod.is_some_and(|owner| Some(owner.uid) != pod) || (set_gone && claim.owners.set.is_some())
        };
        for claim in self.state.claims(ordinal).iter().filter(|claim| goes(claim)) {
            if let Some(template) = templates.iter().position(|name| *name == claim.template) {
                self.record.step(self.now, Deed::DeleteClaim(template, ordinal));
                self.record.delete_claim(ordinal, template);
                self.surroundings.volumes.forget(ordinal, template);
            }
        }
        if self.state.claims(ordinal).iter().any(goes) {
            self.state.change_claims(ordinal, |claims| claims.retain(|claim| !goes(claim)));
        }
    }

    /// Somebody deletes the set.
    pub fn delete(&mut self, cascade: Cascade) {
        self.deleted = Some(cascade);
        self.last = None;
        if cascade != Cascade::Foreground {
            self.record.step(self.now, Deed::DeleteSet);
        }
        for ordinal in self.state.pod_ordinals().collect::<Vec<_>>() {
            if cascade == Cascade::Orphan {
                self.state.change_pod(ordinal, |pod| pod.owner = Owner::Nobody);
            } else {
                self.record.step(self.now, Deed::CollectPod(ordinal));
                self.state.delete_pod(ordinal);
                self.terminate(ordinal);
            }
        }
        for ordinal in self.state.claim_ordinals().collect::<Vec<_>>() {
            if self.state.pod(ordinal).is_none() {
                self.collect_claims(ordinal);
            }
        }
        self.run();
        if cascade == Cascade::Foreground && self.state.pod_count() == 0 {
            self.record.step(self.now, Deed::DeleteSet);
        }
    }

    /// Somebody deletes a pod.
    pub fn delete_pod(&mut self, ordinal: Ordinal) {
        self.state.delete_pod(ordinal);
        self.terminate(ordinal);
        self.stirred = true;
    }
}
