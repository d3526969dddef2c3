//! Turns the pods out of range into deletions, highest ordinal first, and old pods into room for new ones.

use super::action::{Call, Failure, Hold, Why};
use super::claims;
use super::pass::Pass;
use super::state::Ordinal;

impl Pass<'_> {
    /// The spans of ordinals out of range, upper first.
    fn outside(&self) -> [(Ordinal, Ordinal); 2] {
        [(self.set.end().max(self.set.start - 1) + 1, Ordinal::MAX - 1), (0, self.set.start - 1)]
    }

    /// Gives condemned pods' claims their owners, then deletes the pods; false ends the pass.
    pub(super) fn process_condemned(&mut self) -> Result<bool, Failure> {
        self.own_condemned_claims()?;
        if self.set.is_monotonic() { self.delete_highest() } else { self.delete_condemned() }
    }

    fn own_condemned_claims(&mut self) -> Result<(), Failure> {
        let spans = self.outside();
        let mut failed = Ok(());
        let mut last = i64::MAX; // the last position to be processed
        for (first, end) in spans {
            for ordinal in self.unsettled(first, end).into_iter().rev() {
                let Some(pod) = self.pod(ordinal) else { continue };
                let mut claims = self.state.claims(ordinal).to_vec();
                if claims::all_match(self.set, &claims, pod.uid, false) {
                    continue;
                }
                if last < i64::MAX && self.position(ordinal) > last {
                    return failed;
                }
                if let Err(failure) = self.own_claims(ordinal, pod.uid, &mut claims) {
                    if self.set.is_monotonic() {
                        return Err(failure);
                    }
                    last = last.min(Self::batch_end(self.position(ordinal)));
                    failed = failed.and(Err(failure));
                }
            }
        }
        failed
    }

    /// How many condemned pods stand before this one.
    fn position(&self, ordinal: Ordinal) -> i64 {
        let mut position = 0;
        for (first, end) in self.outside() {
            let mut from = end;
            while let Some(above) = self.pod_below(from, first.max(ordinal + 1)) {
                position += 1;
                from = above - 1;
            }
        }
        position
    }

    /// `OrderedReady` looks at the highest condemned pod only (`processCondemned`, `stateful_set_control.go`).
    fn delete_highest(&mut self) -> Result<bool, Failure> {
        let Some(ordinal) = self.outside().into_iter().find_map(|(first, end)| self.pod_below(end, first)) else {
            return Ok(true);
        };
        let Some(pod) = self.pod(ordinal) else { return Ok(true) };
        if pod.terminating {
            return Ok(self.exit(ordinal, Hold::Terminating));
        }
        if !pod.is_running_and_ready() && !self.is_first_unavailable(ordinal) {
            return Ok(self.exit(ordinal, Hold::NotReady));
        }
        if !self.is_available(pod) && !self.is_first_unavailable(ordinal) {
            return Ok(self.exit(ordinal, Hold::NotAvailable));
        }
        self.delete_pod(Call::DeletePod(ordinal, Why::ScaledDown), false)?;
        Ok(self.exit(ordinal, Hold::Deleted))
    }

    /// Whether no other condemned pod of a lower ordinal is unavailable, and this one is. (All pods in range are
    /// available when an `OrderedReady` set comes here.)
    fn is_first_unavailable(&self, ordinal: Ordinal) -> bool {
        let [upper, lower] = self.outside();
        let first = [lower, upper]
            .into_iter()
            .find_map(|(first, end)| self.unsettled(first, end).into_iter().find(|&other| self.is_unavailable(other)));
        first == Some(ordinal)
    }

    /// Parallel deletes all condemned pods.
    fn delete_condemned(&mut self) -> Result<bool, Failure> {
        let mut failed = Ok(());
        let (mut position, mut last) = (0, i64::MAX);
        for (first, end) in self.outside() {
            let mut from = end;
            while let Some(ordinal) = self.pod_below(from, first) {
                if position > last {
                    break;
                }
                if !self.is_terminating(ordinal)
                    && let Err(failure) = self.delete_pod(Call::DeletePod(ordinal, Why::ScaledDown), false)
                {
                    last = last.min(Self::batch_end(position));
                    failed = failed.and(Err(failure));
                }
                position += 1;
                from = ordinal - 1;
            }
        }
        failed.map(|()| true)
    }

    /// Deletes every pod that is not at the update revision; true when there is none any more
    /// (`recreateDeleteAndWait`, `stateful_set_control.go`).
    pub(super) fn delete_old_pods(&mut self) -> Result<bool, Failure> {
        let mut failed = Ok(());
        let (mut done, mut last) = (true, i64::MAX);
        for (position, ordinal) in self.everyone() {
            if position > last {
                break;
            }
            let Some(pod) = self.pod(ordinal) else { continue };
            if pod.revision == Some(self.update) {
                continue;
            }
            done = false;
            if pod.terminating {
                self.wait(ordinal, Hold::Terminating);
            } else if let Err(failure) = self.delete_pod(Call::DeletePod(ordinal, Why::Outdated), true) {
                last = last.min(Self::batch_end(position));
                failed = failed.and(Err(failure));
            } else {
                self.wait(ordinal, Hold::Deleted);
            }
        }
        failed.map(|()| done)
    }

    /// All pods with their positions in the controller's list: in range by index, then the condemned, highest first.
    fn everyone(&self) -> Vec<(i64, Ordinal)> {
        let mut list = Vec::new();
        let mut inside = Vec::new();
        let mut from = self.set.end();
        while let Some(ordinal) = self.pod_below(from, self.set.start) {
            inside.push((ordinal - self.set.start, ordinal));
            from = ordinal - 1;
        }
        list.extend(inside.into_iter().rev());
        let mut position = self.set.replicas;
        for (first, end) in self.outside() {
            let mut from = end;
            while let Some(ordinal) = self.pod_below(from, first) {
                list.push((position, ordinal));
                position += 1;
                from = ordinal - 1;
            }
        }
        list
    }
}
