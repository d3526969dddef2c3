//! Turns the pods out of range into deletions, highest ordinal first, and old pods into room for new ones.

use super::action::{Call, Failure, Hold, Why};
use super::batch::Run;
use super::claims;
use super::pass::Pass;
use super::state::Ordinal;

impl Pass<'_> {
    /// The spans of ordinals out of range, upper first.
    fn outside(&self) -> [(Ordinal, Ordinal); 2] {
        [(self.set.end().max(self.set.start - 1) + 1, Ordinal::MAX - 1), (0, self.set.start - 1)]
    }

    /// The pods of a span, highest first.
    fn pods_down(&self, (first, last): (Ordinal, Ordinal)) -> impl Iterator<Item = Ordinal> {
        std::iter::successors(self.pod_below(last, first), move |ordinal| self.pod_below(ordinal - 1, first))
    }

    /// The condemned pods, highest first.
    fn condemned(&self) -> impl Iterator<Item = Ordinal> {
        self.outside().into_iter().flat_map(|span| self.pods_down(span))
    }

    /// Gives condemned pods' claims their owners, then deletes the pods; false ends the pass.
    pub(super) fn process_condemned(&mut self) -> Result<bool, Failure> {
        self.own_condemned_claims()?;
        if self.set.is_monotonic() { self.delete_highest() } else { self.delete_condemned() }
    }

    /// The second `runForAll` of `updateStatefulSet`, `stateful_set_control.go`. Only a pod that is not settled may have
    /// a claim to change.
    fn own_condemned_claims(&mut self) -> Result<(), Failure> {
        let unsettled = self.outside().map(|(first, last)| self.unsettled(first, last).into_iter().rev());
        let mut run = Run::new(self.set.is_monotonic());
        for ordinal in unsettled.into_iter().flatten() {
            let Some(pod) = self.pod(ordinal) else { continue };
            let mut claims = self.state.claims(ordinal).to_vec();
            if claims::all_match(self.set, &claims, pod.uid, false) {
                continue;
            }
            if run.has_failed() && !run.reaches(self.position(ordinal)) {
                break;
            }
            if let Err(failure) = self.own_claims(ordinal, pod.uid, &mut claims) {
                run.take(self.position(ordinal), Err(failure));
            }
        }
        run.finish()
    }

    /// How many condemned pods stand before this one.
    fn position(&self, ordinal: Ordinal) -> i64 {
        (0..).zip(self.condemned()).find(|(_, other)| *other == ordinal).map_or(0, |(position, _)| position)
    }

    /// `OrderedReady` looks at the highest condemned pod only (`processCondemned`, `stateful_set_control.go`).
    fn delete_highest(&mut self) -> Result<bool, Failure> {
        let Some(ordinal) = self.condemned().next() else { return Ok(true) };
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
        let first = [lower, upper].into_iter().find_map(|(first, last)| {
            self.unsettled(first, last).into_iter().find(|&other| self.is_unavailable(other))
        });
        first == Some(ordinal)
    }

    /// Parallel deletes all condemned pods.
    fn delete_condemned(&mut self) -> Result<bool, Failure> {
        let mut run = Run::new(false);
        for (position, ordinal) in (0..).zip(self.condemned().collect::<Vec<_>>()) {
            if !run.reaches(position) {
                break;
            }
            if !self.is_terminating(ordinal) {
                run.take(position, self.delete_pod(Call::DeletePod(ordinal, Why::ScaledDown), false));
            }
        }
        run.finish().map(|()| true)
    }

    /// Deletes every pod that is not at the update revision; true when there is none any more
    /// (`recreateDeleteAndWait`, `stateful_set_control.go`).
    pub(super) fn delete_old_pods(&mut self) -> Result<bool, Failure> {
        let updated = Some(self.update);
        if self.adopted.is_empty() && self.state.index.cohorts.keys().all(|revision| *revision == updated) {
            return Ok(true);
        }
        let mut run = Run::new(false);
        let mut done = true;
        for (position, ordinal) in self.everyone() {
            let Some(pod) = self.pod(ordinal).filter(|pod| pod.revision != updated) else { continue };
            if !run.reaches(position) {
                break;
            }
            done = false;
            self.wait(ordinal, Hold::Outdated);
            if !pod.terminating {
                run.take(position, self.delete_pod(Call::DeletePod(ordinal, Why::Outdated), true));
            }
        }
        run.finish().map(|()| done)
    }

    /// All pods with their positions in the controller's list: in range by index, then the condemned, highest first.
    fn everyone(&self) -> Vec<(i64, Ordinal)> {
        let mut list: Vec<_> = self.pods_down((self.set.start, self.set.end())).collect();
        list.reverse();
        let mut list: Vec<_> = list.into_iter().map(|ordinal| (ordinal - self.set.start, ordinal)).collect();
        list.extend((self.set.replicas..).zip(self.condemned()));
        list
    }
}
