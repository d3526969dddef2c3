//! Turns a set's pods into counts, ranges and the short list of those a step has to look at.

use super::ranges::Ranges;
use super::state::{Ordinal, Pod, RevisionName, Seconds};
use std::collections::{BTreeMap, BTreeSet};

/// What a step asks about pods, kept up to date pod by pod. Only pods that are claimed already are counted; all others
/// are strays.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    /// Claimed pods.
    pub(super) present: Ranges,
    /// How many they are.
    pub(super) count: i64,
    /// Claimed pods that are not settled.
    pub(super) restless: BTreeSet<Ordinal>,
    /// How many claimed pods are running and ready.
    pub(super) ready: i64,
    /// Which they are, by the time they became so, if that time matters.
    pub(super) ready_since: BTreeSet<(Seconds, Ordinal)>,
    timed: bool,
    /// Claimed pods by revision.
    pub(super) cohorts: BTreeMap<Option<RevisionName>, Cohort>,
    /// Pods of the set's names that are to be adopted, released or left alone.
    pub(super) strays: BTreeSet<Ordinal>,
}

/// The pods of one revision.
#[derive(Debug, Clone, Default)]
pub(super) struct Cohort {
    /// All of them.
    pub(super) ordinals: Ranges,
    /// How many are not terminating.
    pub(super) staying: i64,
}

impl Index {
    /// No pods yet; `timed` if the set has `minReadySeconds`.
    pub(super) fn new(timed: bool) -> Self {
        Self { timed, ..Self::default() }
    }

    pub(super) fn insert(&mut self, ordinal: Ordinal, pod: &Pod, settled: bool) {
        if !pod.is_claimed() {
            self.strays.insert(ordinal);
            return;
        }
        self.present.insert(ordinal);
        self.count += 1;
        if !settled {
            self.restless.insert(ordinal);
        }
        if let Some(since) = pod.ready_since.filter(|_| pod.is_running_and_ready()) {
            self.ready += 1;
            if self.timed {
                self.ready_since.insert((since, ordinal));
            }
        }
        let cohort = self.cohorts.entry(pod.revision).or_default();
        cohort.ordinals.insert(ordinal);
        cohort.staying += i64::from(!pod.terminating);
    }

    pub(super) fn remove(&mut self, ordinal: Ordinal, pod: &Pod) {
        if self.strays.remove(&ordinal) {
            return;
        }
        self.present.remove(ordinal);
        self.count -= 1;
        self.restless.remove(&ordinal);
        if let Some(since) = pod.ready_since.filter(|_| pod.is_running_and_ready()) {
            self.ready -= 1;
            self.ready_since.remove(&(since, ordinal));
        }
        if let Some(cohort) = self.cohorts.get_mut(&pod.revision) {
            cohort.ordinals.remove(ordinal);
            cohort.staying -= i64::from(!pod.terminating);
            if cohort.ordinals.is_empty() {
                self.cohorts.remove(&pod.revision);
            }
        }
    }

    /// How many pods of a revision are not terminating.
    pub(super) fn staying(&self, revision: RevisionName) -> i64 {
        self.cohorts.get(&Some(revision)).map_or(0, |cohort| cohort.staying)
    }
}
