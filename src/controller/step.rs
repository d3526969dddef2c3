//! Turns a state into one reconcile step: adopt, find the revisions, process the pods, write the status.

use super::action::{Call, Failure, Hold, Outcome, StatusWrite};
use super::pass::Pass;
use super::profile::Profile;
use super::state::{Ordinal, Owner, RecreatePhase, Refusal, Refused, Revision, Seconds, State, Status, UpdateStrategy};

/// One reconcile step: `sync` of `stateful_set.go` and `UpdateStatefulSet` of `stateful_set_control.go`
/// (`pkg/controller/statefulset`). It assumes that the controller sees all earlier writes.
pub fn step(profile: &Profile, state: &State, now: Seconds) -> Outcome {
    let mut pass = Pass::new(profile, state, now);
    let (status, error) = pass.sync();
    let next_check = pass.next_check(status);
    Outcome { actions: pass.actions, status, error, waits: pass.waits, next_check }
}

impl Pass<'_> {
    fn sync(&mut self) -> (StatusWrite, Option<Failure>) {
        if let Err(failure) = self.adopt_revisions().and_then(|()| self.claim_pods()) {
            return (StatusWrite::Unchanged, Some(failure));
        }
        let listed = self.listed_revisions();
        let (write, mut error) = match self.find_revisions(&listed) {
            Err(failure) => {
                let kept = self.truncate_history(&listed, &[]);
                return (StatusWrite::Unchanged, Some(failure).or(kept.err()));
            }
            Ok(collisions) => self.perform_update(collisions),
        };
        let live = [self.current, self.update];
        if let Err(failure) = self.truncate_history(&listed, &live) {
            error.get_or_insert(failure);
        }
        (write, error)
    }

    /// `performUpdate`, `stateful_set_control.go`.
    fn perform_update(&mut self, collisions: i64) -> (StatusWrite, Option<Failure>) {
        if self.recreates() && !self.profile.recreate {
            return (StatusWrite::Unchanged, Some(Failure::RecreateDisabled));
        }
        let mut status = self.counted(collisions);
        let error = if self.set.deleting { None } else { self.update_set(&mut status).err() };
        let write = self.write_status(status);
        let refused = matches!(write, StatusWrite::Refused(_)).then_some(Failure::Status);
        (write, error.or(refused))
    }

    /// Whether the strategy is Recreate, in a version that knows it.
    pub(super) fn recreates(&self) -> bool {
        self.set.strategy == UpdateStrategy::Recreate && self.profile.knows_recreate()
    }

    /// `adoptOrphanRevisions`, `stateful_set.go`.
    fn adopt_revisions(&mut self) -> Result<(), Failure> {
        for revision in self.listed_revisions() {
            if revision.owner == Owner::Nobody {
                self.may_adopt()?;
                self.must(Call::AdoptRevision(revision.name))?;
            }
        }
        Ok(())
    }

    /// `RecheckDeletionTimestamp`, `pkg/controller/controller_ref_manager.go`.
    fn may_adopt(&self) -> Result<(), Failure> {
        let replaced = self.state.refusals.iter().any(|(refused, _)| *refused == Refused::FreshRead);
        if self.set.deleting || replaced { Err(Failure::MayNotAdopt) } else { Ok(()) }
    }

    /// The revisions the set may use, oldest first (`ListRevisions`, `stateful_set_control.go`).
    fn listed_revisions(&self) -> Vec<Revision> {
        let mut listed: Vec<_> =
            self.state.revisions.iter().filter(|revision| revision.owner != Owner::Other).copied().collect();
        listed.sort_by_key(|revision| revision.number);
        listed
    }

    /// Adopts and releases (`ClaimPods`, `pkg/controller/controller_ref_manager.go`).
    fn claim_pods(&mut self) -> Result<(), Failure> {
        let mut result = Ok(());
        for &ordinal in &self.state.index.strays {
            let Some(pod) = self.state.pod(ordinal) else { continue };
            let call = match pod.owner {
                Owner::Set if !self.set.deleting => Call::ReleasePod(ordinal),
                Owner::Nobody if pod.selected && !pod.terminating && !self.set.deleting => Call::AdoptPod(ordinal),
                _ => continue,
            };
            if pod.owner == Owner::Nobody
                && let Err(failure) = self.may_adopt()
            {
                result = result.and(Err(failure));
                continue;
            }
            match self.call(call) {
                Ok(()) if pod.owner == Owner::Nobody => {
                    self.adopted.insert(ordinal);
                }
                Ok(()) | Err(Refusal::NotFound) => {}
                Err(Refusal::Error) => result = result.and(Err(Failure::Refused(call))),
            }
        }
        result
    }

    /// `updateStatefulSet`, `stateful_set_control.go`, once the revisions and the counts are known.
    fn update_set(&mut self, status: &mut Status) -> Result<(), Failure> {
        if self.recreates() {
            if !self.delete_old_pods()? {
                self.set_progressing(status, RecreatePhase::Deleting);
                return Ok(());
            }
            if self.current != self.update {
                self.set_progressing(status, RecreatePhase::Creating);
            }
        }
        let goes_on = self.process_replicas()? && self.process_condemned()?;
        if !goes_on || self.set.strategy == UpdateStrategy::OnDelete || self.recreates() {
            return Ok(());
        }
        self.roll(&mut status.current_replicas)
    }

    /// When a ready pod becomes available (`FindMinNextPodAvailabilityCheck`, `pkg/controller/controller_utils.go`).
    fn next_check(&self, write: StatusWrite) -> Option<Seconds> {
        let (StatusWrite::Written(_) | StatusWrite::Unchanged) = write else { return None };
        let ripe = |ordinal: &Ordinal| self.pod(*ordinal).and_then(|pod| pod.ready_since);
        let first = self.young.iter().filter_map(ripe).min()?;
        let slack = i64::from(!self.profile.available_at_the_second());
        Some(first + self.set.min_ready_seconds + slack)
    }

    /// Waits for the pod, and ends the pass.
    pub(super) fn exit(&mut self, ordinal: Ordinal, hold: Hold) -> bool {
        self.wait(ordinal, hold);
        false
    }
}
