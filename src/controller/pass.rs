//! Holds one pass over a set: what it sees, what it has done so far, and which pod to look at next.

use super::action::{Action, Answer, Call, Failure, Hold, Wait};
use super::index::Cohort;
use super::profile::Profile;
use super::state::{Ordinal, Phase, Pod, Refusal, Refused, RevisionName, Seconds, Set, State, UpdateStrategy};
use std::collections::BTreeSet;

/// One pass. Its view of the pods is the one at its beginning, plus what it adopted.
pub(super) struct Pass<'a> {
    pub(super) profile: &'a Profile,
    pub(super) state: &'a State,
    pub(super) set: &'a Set,
    pub(super) now: Seconds,
    pub(super) actions: Vec<Action>,
    pub(super) waits: Option<Wait>,
    pub(super) current: RevisionName,
    pub(super) update: RevisionName,
    /// Pods claimed already that are ready, but not for long enough.
    pub(super) young: BTreeSet<Ordinal>,
    pub(super) adopted: BTreeSet<Ordinal>,
    created: BTreeSet<Ordinal>,
    gone: BTreeSet<Ordinal>,
}

impl<'a> Pass<'a> {
    pub(super) fn new(profile: &'a Profile, state: &'a State, now: Seconds) -> Self {
        let nothing = RevisionName { template: state.set().template, collisions: 0 };
        let mut pass = Self {
            profile,
            state,
            set: state.set(),
            now,
            actions: Vec::new(),
            waits: None,
            current: nothing,
            update: nothing,
            young: BTreeSet::new(),
            adopted: BTreeSet::new(),
            created: BTreeSet::new(),
            gone: BTreeSet::new(),
        };
        if pass.set.min_ready_seconds > 0 {
            let youngest = (pass.available_since() + 1, Ordinal::MIN);
            pass.young = state.index.ready_since.range(youngest..).map(|&(_, ordinal)| ordinal).collect();
        }
        pass
    }

    /// The latest time at which a pod must have become ready to be available now.
    fn available_since(&self) -> Seconds {
        let slack = i64::from(!self.profile.available_at_the_second());
        self.now - self.set.min_ready_seconds - slack
    }

    // --- calls ------------------------------------------------------------------------------------------------------

    /// Makes a call; the script may refuse it.
    pub(super) fn call(&mut self, call: Call) -> Result<(), Refusal> {
        let key = Refused::key(call);
        let scripted = self.state.refusals.iter().find(|(refused, _)| *refused == key).map(|&(_, refusal)| refusal);
        let refusal = scripted.or_else(|| self.state.refuses(call).then_some(Refusal::Error));
        let answer = if refusal.is_some() { Answer::Refused } else { Answer::Done };
        self.actions.push(Action { call, answer });
        refusal.map_or(Ok(()), Err)
    }

    /// Makes a call whose every refusal is a failure.
    pub(super) fn must(&mut self, call: Call) -> Result<(), Failure> {
        self.call(call).map_err(|_| Failure::Refused(call))
    }

    /// The API server itself refuses the last call.
    pub(super) fn spoil(&mut self, answer: Answer) {
        if let Some(last) = self.actions.last_mut() {
            last.answer = answer;
        }
    }

    /// Creates a pod, unless its name is taken. The inner error is any other refusal.
    pub(super) fn create_pod(
        &mut self,
        ordinal: Ordinal,
        revision: RevisionName,
    ) -> Result<Result<(), Failure>, Failure> {
        let call = Call::CreatePod(ordinal, revision);
        if self.call(call).is_err() {
            return Ok(Err(Failure::Refused(call)));
        }
        if self.exists(ordinal) {
            self.spoil(Answer::Refused);
            return Err(Failure::Refused(call));
        }
        self.created.insert(ordinal);
        Ok(Ok(()))
    }

    /// Deletes a pod (`DeleteStatefulPod`, `stateful_pod_control.go`); `lenient` takes one that is gone for deleted.
    pub(super) fn delete_pod(&mut self, call: Call, lenient: bool) -> Result<(), Failure> {
        let Call::DeletePod(ordinal, ..) = call else { return Ok(()) };
        let refusal = match self.call(call) {
            Ok(()) if self.exists(ordinal) => {
                let at_once = |pod: &Pod| pod.phase == Phase::Unscheduled || pod.is_finished();
                if self.created.remove(&ordinal) || self.state.pod(ordinal).is_some_and(at_once) {
                    self.gone.insert(ordinal);
                }
                return Ok(());
            }
            Ok(()) => {
                self.spoil(Answer::Refused);
                Refusal::NotFound
            }
            Err(refusal) => refusal,
        };
        if refusal == Refusal::NotFound && (lenient || self.profile.gone_is_deleted()) {
            return Ok(());
        }
        Err(Failure::Refused(call))
    }

    /// Whether the API server holds a pod of this ordinal at this moment.
    fn exists(&self, ordinal: Ordinal) -> bool {
        self.created.contains(&ordinal) || (self.state.pod(ordinal).is_some() && !self.gone.contains(&ordinal))
    }

    pub(super) fn wait(&mut self, ordinal: Ordinal, hold: Hold) {
        self.waits.get_or_insert(Wait { ordinal, hold });
    }

    // --- pods -------------------------------------------------------------------------------------------------------

    /// The set's own pod of an ordinal.
    pub(super) fn pod(&self, ordinal: Ordinal) -> Option<&'a Pod> {
        let pod = self.state.pod(ordinal)?;
        (pod.is_claimed() || self.adopted.contains(&ordinal)).then_some(pod)
    }

    /// The revision of the pod, or the one a missing pod is created at (`newVersionedStatefulSetPod`,
    /// `stateful_set_utils.go`).
    pub(super) fn revision_of(&self, ordinal: Ordinal) -> Option<RevisionName> {
        self.pod(ordinal).map_or_else(|| Some(self.blueprint(ordinal)), |pod| pod.revision)
    }

    /// The revision a missing pod is created at.
    pub(super) fn blueprint(&self, ordinal: Ordinal) -> RevisionName {
        let kept = match self.set.strategy {
            UpdateStrategy::RollingUpdate(Some(rolling)) => rolling.partition,
            UpdateStrategy::RollingUpdate(None) => self.state.status.current_replicas,
            UpdateStrategy::OnDelete | UpdateStrategy::Recreate => 0,
        };
        if ordinal < self.set.start + kept { self.current } else { self.update }
    }

    /// `IsPodAvailable`, `pkg/api/v1/pod/util.go`.
    pub(super) fn is_available(&self, pod: &Pod) -> bool {
        pod.ready_since.is_some_and(|since| self.set.min_ready_seconds == 0 || since <= self.available_since())
    }

    /// `isUnavailable`, `stateful_set_utils.go` (`isHealthy` up to 1.33); a missing pod is.
    pub(super) fn is_unavailable(&self, ordinal: Ordinal) -> bool {
        self.pod(ordinal).is_none_or(|pod| {
            let good = if self.profile.unavailable_until_min_ready() {
                self.is_available(pod)
            } else {
                pod.is_running_and_ready()
            };
            pod.terminating || !good
        })
    }

    pub(super) fn is_terminating(&self, ordinal: Ordinal) -> bool {
        self.pod(ordinal).is_some_and(|pod| pod.terminating)
    }

    /// The pods whose revision is the update revision.
    fn updated(&self) -> Option<&'a Cohort> {
        self.state.index.cohorts.get(&Some(self.update))
    }

    // --- which pod next ---------------------------------------------------------------------------------------------

    /// The next ordinal in `from..=last` that is missing or needs a look.
    pub(super) fn next_visit(&self, from: Ordinal, last: Ordinal) -> Option<Ordinal> {
        let gap = Some(self.state.index.present.gap_from(from));
        let restless = self.state.index.restless.range(from..).next().copied();
        let young = self.young.range(from..).next().copied();
        [gap, restless, young].into_iter().flatten().min().filter(|&ordinal| ordinal <= last)
    }

    /// The next ordinal downwards from `from` to `first` that is missing or needs a look.
    pub(super) fn visit_below(&self, from: Ordinal, first: Ordinal) -> Option<Ordinal> {
        let gap = Some(self.state.index.present.gap_below(from));
        let restless = self.state.index.restless.range(..=from).next_back().copied();
        let young = self.young.range(..=from).next_back().copied();
        [gap, restless, young].into_iter().flatten().max().filter(|&ordinal| ordinal >= first)
    }

    /// The next ordinal downwards from `from` to `first` without a pod known to be at the update revision.
    pub(super) fn outdated_below(&self, from: Ordinal, first: Ordinal) -> Option<Ordinal> {
        let gap = self.updated().map_or(from, |cohort| cohort.ordinals.gap_below(from));
        (gap >= first).then_some(gap)
    }

    /// The next pod downwards from `from` to `first`.
    pub(super) fn pod_below(&self, from: Ordinal, first: Ordinal) -> Option<Ordinal> {
        let claimed = self.state.index.present.member_below(from);
        let adopted = self.adopted.range(..=from).next_back().copied();
        claimed.max(adopted).filter(|&ordinal| ordinal >= first)
    }

    /// The pods in `first..=last` that need a look, ascending: neither missing nor settled.
    pub(super) fn unsettled(&self, first: Ordinal, last: Ordinal) -> BTreeSet<Ordinal> {
        if first > last {
            return BTreeSet::new();
        }
        let range = first..=last;
        let lists = [&self.state.index.restless, &self.young, &self.adopted];
        lists.into_iter().flat_map(|list| list.range(range.clone())).copied().collect()
    }
}
