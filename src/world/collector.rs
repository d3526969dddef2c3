//! Deletes what nobody owns any more, as the garbage collector does.

use super::{Cascade, World};
use crate::controller::state::{Claim, Ordinal, Owner};
use crate::plan::Deed;

impl World {
    /// A pod is gone: its claims go if they belong to it, or to a set that is gone.
    pub(super) fn collect_claims(&mut self, ordinal: Ordinal) {
        let set_gone = self.deleted.is_some_and(|cascade| cascade != Cascade::Orphan);
        let pod = self.state.pod(ordinal).map(|pod| pod.uid);
        let templates = self.state.set().claim_templates.clone();
        let goes = |claim: &Claim| {
            claim.owners.pod.is_some_and(|owner| Some(owner.uid) != pod) || (set_gone && claim.owners.set.is_some())
        };
        let mut is_any_free = false;
        for claim in self.state.claims(ordinal).iter().filter(|claim| goes(claim)) {
            if let Some(template) = templates.iter().position(|name| *name == claim.template) {
                self.record.step(self.now, Deed::DeleteClaim(template, ordinal));
                self.record.delete_claim(ordinal, template);
                self.surroundings.volumes.forget(ordinal, template);
                let volume = self.record.claims().get(&(ordinal, template)).and_then(|claim| claim.volume);
                is_any_free |= volume.is_some_and(|volume| self.surroundings.volumes.recycle(volume));
            }
        }
        if self.state.claims(ordinal).iter().any(goes) {
            self.state.change_claims(ordinal, |claims| claims.retain(|claim| !goes(claim)));
        }
        if is_any_free {
            self.schedule_again();
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
