//! Turns pods of an older revision into deletions, as the rolling update allows.

use super::action::{Call, Failure, Hold, Why};
use super::pass::Pass;
use super::state::{MaxUnavailable, Ordinal, UpdateStrategy};

impl Pass<'_> {
    /// The last part of `updateStatefulSet`, `stateful_set_control.go`. Every deletion lowers `current`
    /// (`status.currentReplicas`), whatever the pod's revision.
    pub(super) fn roll(&mut self, current: &mut i64) -> Result<(), Failure> {
        if self.profile.max_unavailable {
            return self.roll_within_budget(current);
        }
        let first = self.set.update_min();
        let mut from = self.set.end();
        while let Some(ordinal) = self.outdated_below(from, first).max(self.visit_below(from, first)) {
            if self.is_outdated(ordinal) && !self.is_terminating(ordinal) {
                return self.replace(ordinal, current);
            }
            if self.is_unavailable(ordinal) {
                self.hold(ordinal);
                return Ok(());
            }
            from = ordinal - 1;
        }
        Ok(())
    }

    fn is_outdated(&self, ordinal: Ordinal) -> bool {
        self.revision_of(ordinal) != Some(self.update)
    }

    fn replace(&mut self, ordinal: Ordinal, current: &mut i64) -> Result<(), Failure> {
        self.delete_pod(Call::DeletePod(ordinal, Why::Outdated), true)?;
        *current -= 1;
        self.wait(ordinal, Hold::Deleted);
        Ok(())
    }

    /// Says why an unavailable pod holds the update up.
    fn hold(&mut self, ordinal: Ordinal) {
        let hold = match self.pod(ordinal) {
            None => Hold::Created,
            Some(pod) if pod.terminating => Hold::Terminating,
            Some(pod) if !pod.is_running_and_ready() => Hold::NotReady,
            Some(_) => Hold::NotAvailable,
        };
        self.waits = None;
        self.wait(ordinal, hold);
    }

    /// `getStatefulSetMaxUnavailable`, `stateful_set_utils.go`: a percentage is rounded down, and at least 1 remains.
    fn max_unavailable(&self) -> i64 {
        let UpdateStrategy::RollingUpdate(Some(rolling)) = self.set.strategy else { return 1 };
        let most = match rolling.max_unavailable {
            None => 1,
            Some(MaxUnavailable::Count(count)) => count,
            Some(MaxUnavailable::Percent(percent)) => percent * self.set.replicas / 100,
        };
        most.max(1)
    }

    /// `updateStatefulSetAfterInvariantEstablished`, `stateful_set_control.go`.
    fn roll_within_budget(&mut self, current: &mut i64) -> Result<(), Failure> {
        let broken_first = self.profile.replaces_broken_first() && !self.set.is_monotonic();
        let (mut unavailable, mut broken, mut lowest) = (0, 0, None);
        let mut from = self.set.start;
        while let Some(ordinal) = self.next_visit(from, self.set.end()) {
            if self.is_unavailable(ordinal) {
                lowest.get_or_insert(ordinal);
                unavailable += 1;
                let replaceable = self.is_outdated(ordinal) && !self.is_terminating(ordinal);
                broken += i64::from(broken_first && replaceable);
            }
            from = ordinal + 1;
        }
        let budget = self.max_unavailable() - unavailable;
        if budget <= 0 && broken == 0 {
            if let Some(ordinal) = lowest {
                self.hold(ordinal);
            }
            return Ok(());
        }
        if broken_first {
            self.replace_broken(current)?;
        }
        self.replace_most(budget, broken_first, current)
    }

    /// Deletes outdated pods that are not available, whatever the budget.
    fn replace_broken(&mut self, current: &mut i64) -> Result<(), Failure> {
        let first = self.set.update_min();
        let mut from = self.set.end();
        while let Some(ordinal) = self.visit_below(from, first) {
            let unavailable = self.pod(ordinal).is_none_or(|pod| !self.is_available(pod));
            if self.is_outdated(ordinal) && unavailable && !self.is_terminating(ordinal) {
                self.replace(ordinal, current)?;
            }
            from = ordinal - 1;
        }
        Ok(())
    }

    /// Deletes as many outdated pods as the budget allows, highest ordinal first.
    fn replace_most(&mut self, mut budget: i64, available_only: bool, current: &mut i64) -> Result<(), Failure> {
        let first = self.set.update_min();
        let mut from = self.set.end();
        while budget > 0
            && let Some(ordinal) = self.outdated_below(from, first)
        {
            let skipped = if available_only { self.is_unavailable(ordinal) } else { self.is_terminating(ordinal) };
            if self.is_outdated(ordinal) && !skipped {
                self.replace(ordinal, current)?;
                budget -= 1;
            }
            from = ordinal - 1;
        }
        Ok(())
    }
}
