//! Turns each pod in range, there or missing, into what it needs: creation, deletion, claims, repair.

use super::action::{Answer, Call, Failure, Hold, Why};
use super::batch::Run;
use super::claims;
use super::pass::Pass;
use super::state::{Claim, Ordinal, Owners, Pod, Retain, Uid};

impl Pass<'_> {
    /// Processes all pods in range; false ends the pass (the first `runForAll` of `updateStatefulSet`,
    /// `stateful_set_control.go`).
    pub(super) fn process_replicas(&mut self) -> Result<bool, Failure> {
        let monotonic = self.set.is_monotonic();
        let mut run = Run::new(monotonic);
        let mut from = self.set.start;
        while let Some(ordinal) = self.next_visit(from, self.set.end()) {
            let index = ordinal - self.set.start;
            if !run.reaches(index) {
                break;
            }
            match self.process_replica(ordinal, monotonic) {
                Ok(false) if monotonic => return Ok(false),
                result => run.take(index, result.map(|_| ())),
            }
            from = ordinal + 1;
        }
        run.finish().map(|()| true)
    }

    /// `processReplica`, `stateful_set_control.go`; false is its "should exit".
    fn process_replica(&mut self, ordinal: Ordinal, monotonic: bool) -> Result<bool, Failure> {
        let Some(pod) = self.pod(ordinal) else { return self.create_replica(ordinal, monotonic) };
        if pod.is_finished() {
            if !pod.terminating {
                self.delete_pod(Call::DeletePod(ordinal, Why::Finished), false)?;
            }
            return Ok(self.exit(ordinal, Hold::Finished));
        }
        let mut claims = self.state.claims(ordinal).to_vec();
        if pod.is_pending() {
            self.create_claims(ordinal, &mut claims)?;
            self.own_claims(ordinal, pod.uid, &mut claims)?;
        }
        let hold = if pod.terminating {
            Some(Hold::Terminating)
        } else if !pod.is_running_and_ready() {
            Some(Hold::NotReady)
        } else if !self.is_available(pod) {
            Some(Hold::NotAvailable)
        } else {
            None
        };
        if let Some(hold) = hold {
            self.wait(ordinal, hold);
            if monotonic {
                return Ok(false);
            }
        }
        self.repair(ordinal, pod, claims)?;
        Ok(true)
    }

    /// Creates a missing pod, unless a claim is still its predecessor's (`PodClaimIsStale` and `CreateStatefulPod`,
    /// `stateful_pod_control.go`).
    fn create_replica(&mut self, ordinal: Ordinal, monotonic: bool) -> Result<bool, Failure> {
        let mut claims = self.state.claims(ordinal).to_vec();
        let templates = &self.set.claim_templates;
        let stale = |claim: &Claim| templates.contains(&claim.template) && claims::is_stale(claim.owners, 0);
        if self.set.when_scaled == Retain::Delete && claims.iter().any(stale) {
            return Ok(self.exit(ordinal, Hold::StaleClaim));
        }
        self.create_claims(ordinal, &mut claims)?;
        let created = self.create_pod(ordinal, self.blueprint(ordinal))?;
        self.own_claims(ordinal, 0, &mut claims)?;
        created?;
        self.wait(ordinal, Hold::Created);
        Ok(!monotonic)
    }

    /// `createPersistentVolumeClaims`, `stateful_pod_control.go`: tries all, and fails if one fails.
    fn create_claims(&mut self, ordinal: Ordinal, claims: &mut Vec<Claim>) -> Result<(), Failure> {
        let mut result = Ok(());
        let set = self.set;
        for (template, name) in set.claim_templates.iter().enumerate() {
            match claims.iter().find(|claim| claim.template == *name) {
                Some(claim) if claim.terminating => {
                    result = result.and(Err(Failure::ClaimTerminating(template, ordinal)));
                }
                Some(_) => {}
                None => match self.must(Call::CreateClaim(template, ordinal)) {
                    Ok(()) => {
                        claims.push(Claim { template: name.clone(), owners: Owners::default(), terminating: false });
                    }
                    Err(failure) => result = result.and(Err(failure)),
                },
            }
        }
        result
    }

    /// `UpdatePodClaimForRetentionPolicy`, `stateful_pod_control.go`.
    pub(super) fn own_claims(&mut self, ordinal: Ordinal, pod: Uid, claims: &mut [Claim]) -> Result<(), Failure> {
        let set = self.set;
        let in_range = set.covers(ordinal);
        for (template, name) in set.claim_templates.iter().enumerate() {
            let Some(claim) = claims.iter_mut().find(|claim| claim.template == *name) else { continue };
            if !claims::up_to_date(set, claim.owners, pod, in_range) {
                let owners = claims::updated(set, claim.owners, pod, in_range);
                self.must(Call::OwnClaim(template, ordinal, owners))?;
                claim.owners = owners;
            }
        }
        Ok(())
    }

    /// Restores identity, storage and claim owners (`UpdateStatefulPod`, `stateful_pod_control.go`). A running pod's
    /// volumes cannot be changed: the API server refuses that.
    fn repair(&mut self, ordinal: Ordinal, pod: &Pod, mut claims: Vec<Claim>) -> Result<(), Failure> {
        let stored = pod.storage_matches(self.set);
        let owned = claims::all_match(self.set, &claims, pod.uid, true);
        if pod.named && stored && owned {
            return Ok(());
        }
        if !stored {
            self.create_claims(ordinal, &mut claims)?;
        }
        self.own_claims(ordinal, pod.uid, &mut claims)?;
        let call = Call::UpdatePod(ordinal);
        self.must(call)?;
        if !stored {
            self.spoil(Answer::Refused);
            return Err(Failure::Refused(call));
        }
        Ok(())
    }
}
