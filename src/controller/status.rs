//! Turns counts of pods into the status a step writes.

use super::action::StatusWrite;
use super::pass::Pass;
use super::state::{Progressing, RecreatePhase, Refused, Seconds, Status, UpdateStrategy};

impl Pass<'_> {
    /// The status as the pods at the beginning of the pass make it (`computeReplicaStatus`,
    /// `stateful_set_control.go`).
    pub(super) fn counted(&self, collisions: i64) -> Status {
        let index = &self.state.index;
        let young = i64::try_from(self.young.len()).unwrap_or(i64::MAX);
        let mut status = Status {
            observed_generation: self.set.generation,
            replicas: index.count,
            ready_replicas: index.ready,
            available_replicas: index.ready - young,
            current_replicas: index.staying(self.current),
            updated_replicas: index.staying(self.update),
            current_revision: Some(self.current),
            update_revision: Some(self.update),
            collision_count: collisions,
            progressing: self.state.status.progressing,
        };
        for pod in self.adopted.iter().filter_map(|&ordinal| self.pod(ordinal)) {
            let ready = pod.is_running_and_ready();
            status.replicas += 1;
            status.ready_replicas += i64::from(ready);
            status.available_replicas += i64::from(ready && self.is_available(pod));
            status.current_replicas += i64::from(!pod.terminating && pod.revision == Some(self.current));
            status.updated_replicas += i64::from(!pod.terminating && pod.revision == Some(self.update));
        }
        status
    }

    /// `setProgressingCondition`, `stateful_set_utils.go`.
    pub(super) fn set_progressing(&self, status: &mut Status, phase: RecreatePhase) {
        let completed = |phase| phase == RecreatePhase::Completed;
        let kept: Option<Seconds> =
            status.progressing.filter(|old| completed(old.phase) == completed(phase)).map(|old| old.since);
        status.progressing = Some(Progressing { phase, since: kept.unwrap_or(self.now) });
    }

    /// `updateStatefulSetStatus`, `stateful_set_control.go`, and the API server's validation of what it writes.
    pub(super) fn write_status(&self, mut status: Status) -> StatusWrite {
        self.complete(&mut status);
        let stored = self.state.status;
        let as_stored = Status {
            observed_generation: stored.observed_generation,
            collision_count: stored.collision_count,
            ..status
        };
        if status.observed_generation <= stored.observed_generation && as_stored == stored {
            return StatusWrite::Unchanged;
        }
        let refused = self.state.refusals.iter().any(|(refused, _)| *refused == Refused::Status);
        if refused || status.current_replicas < 0 { StatusWrite::Refused(status) } else { StatusWrite::Written(status) }
    }

    /// `completeUpdate`, `stateful_set_utils.go`.
    fn complete(&self, status: &mut Status) {
        let rolling = matches!(self.set.strategy, UpdateStrategy::RollingUpdate(_));
        let whole = [status.updated_replicas, status.ready_replicas, status.replicas] == [self.set.replicas; 3];
        if !whole || !(rolling || self.profile.completes_any_strategy()) {
            return;
        }
        status.current_replicas = status.updated_replicas;
        status.current_revision = status.update_revision;
        if status.progressing.is_some() && self.recreates() && self.profile.recreate {
            self.set_progressing(status, RecreatePhase::Completed);
        }
    }
}
