//! Breaks the controller on purpose: each mutation is a mistake somebody could make in it.
//!
//! Most are made by showing the controller another state than the one there is: a controller that overlooks
//! `terminating` does what the right one does where nothing terminates. The others change its answer.

use crate::record::{NOW, Record};
use stslint::controller::action::{Action, Answer, Outcome, StatusWrite};
use stslint::controller::profile::Profile;
use stslint::controller::state::{
    MaxUnavailable, Owner, Phase, Pod, PodManagementPolicy, Retain, RollingUpdate, State, UpdateStrategy,
};
use stslint::controller::step::step;
use stslint::version::Version;

/// A mistake: what is seen wrongly, or done wrongly.
pub(crate) struct Mutation {
    pub(crate) name: &'static str,
    mistake: Mistake,
}

enum Mistake {
    Sees(fn(&mut State)),
    Knows(fn(&mut Profile)),
    Does(fn(&mut Outcome)),
}

use Mistake::{Does, Knows, Sees};

impl Mutation {
    /// What the broken controller does.
    pub(crate) fn does(&self, mut profile: Profile, mut state: State, record: &Record) -> String {
        match self.mistake {
            Knows(mistake) => mistake(&mut profile),
            Sees(mistake) => mistake(&mut state),
            Does(_) => {}
        }
        let mut outcome = step(&profile, &state, NOW);
        if let Does(mistake) = self.mistake {
            mistake(&mut outcome);
        }
        record.actual(&state, &outcome)
    }
}

fn rolling(state: &mut State, change: impl FnOnce(i64, i64, &mut RollingUpdate)) {
    state.change_set(|set| {
        let (start, replicas) = (set.start, set.replicas);
        if let UpdateStrategy::RollingUpdate(Some(rolling)) = &mut set.strategy {
            change(start, replicas, rolling);
        }
    });
}

fn pods(state: &mut State, change: impl Fn(&mut Pod)) {
    for ordinal in state.pod_ordinals().collect::<Vec<_>>() {
        state.change_pod(ordinal, &change);
    }
}

fn at_minor(profile: &mut Profile, minor: u8) {
    let gates = *profile;
    *profile = Profile::of(Version::of_minor(minor).expect("a minor version"));
    profile.max_unavailable = gates.max_unavailable;
    profile.recreate = gates.recreate;
}

fn status(outcome: &mut Outcome, change: impl FnOnce(StatusWrite) -> StatusWrite) {
    outcome.status = change(outcome.status);
}

macro_rules! mutations {
    ($($name:literal: $mistake:expr;)*) => {
        /// All of them.
        pub(crate) const ALL: &[Mutation] = &[$(Mutation { name: $name, mistake: $mistake }),*];
    };
}

mutations! {
    "the partition is one too high": Sees(|state| rolling(state, |_, _, it| it.partition += 1));
    "the partition is an ordinal, not an index": Sees(|state| rolling(state, |start, _, it| it.partition = (it.partition - start).max(0)));
    "maxUnavailable is rounded up": Sees(|state| rolling(state, |_, replicas, it| {
        if let Some(MaxUnavailable::Percent(percent)) = it.max_unavailable {
            it.max_unavailable = Some(MaxUnavailable::Count((percent * replicas + 99) / 100));
        }
    }));
    "maxUnavailable is not read": Sees(|state| rolling(state, |_, _, it| it.max_unavailable = None));
    "no rollingUpdate is an empty one": Sees(|state| state.change_set(|set| {
        if set.strategy == UpdateStrategy::RollingUpdate(None) {
            set.strategy = UpdateStrategy::RollingUpdate(Some(RollingUpdate { partition: 0, max_unavailable: None }));
        }
    }));
    "OnDelete rolls": Sees(|state| state.change_set(|set| {
        if set.strategy == UpdateStrategy::OnDelete {
            set.strategy = UpdateStrategy::RollingUpdate(Some(RollingUpdate { partition: 0, max_unavailable: None }));
        }
    }));
    "Parallel is OrderedReady": Sees(|state| state.change_set(|set| set.policy = PodManagementPolicy::OrderedReady));
    "OrderedReady is Parallel": Sees(|state| state.change_set(|set| set.policy = PodManagementPolicy::Parallel));
    "minReadySeconds is not read": Sees(|state| state.change_set(|set| set.min_ready_seconds = 0));
    "minReadySeconds is one more": Sees(|state| state.change_set(|set| set.min_ready_seconds += i64::from(set.min_ready_seconds > 0)));
    "ordinals.start is not read": Sees(|state| state.change_set(|set| set.start = 0));
    "the history limit is one more": Sees(|state| state.change_set(|set| set.revision_history_limit += 1));
    "whenScaled is not read": Sees(|state| state.change_set(|set| set.when_scaled = Retain::Retain));
    "whenDeleted is not read": Sees(|state| state.change_set(|set| set.when_deleted = Retain::Retain));
    "a set being deleted goes on": Sees(|state| state.change_set(|set| set.deleting = false));
    "terminating pods are overlooked": Sees(|state| pods(state, |pod| pod.terminating = false));
    "a succeeded pod is a running one": Sees(|state| pods(state, |pod| if pod.phase == Phase::Succeeded { pod.phase = Phase::Running; }));
    "a pending pod's claims are not created": Sees(|state| pods(state, |pod| if pod.is_pending() { pod.phase = Phase::Running; }));
    "a lost pod name label is not restored": Sees(|state| pods(state, |pod| pod.named = true));
    "a pod that lost its labels is not released": Sees(|state| pods(state, |pod| pod.selected = true));
    "orphan pods are not adopted": Sees(|state| pods(state, |pod| if pod.owner == Owner::Nobody { pod.owner = Owner::Other; }));
    "a stranger's pod is one's own": Sees(|state| pods(state, |pod| if pod.owner == Owner::Other { pod.owner = Owner::Set; }));
    "the pod's volumes are not compared": Sees(|state| {
        let templates = state.set().claim_templates.clone();
        pods(state, |pod| pod.volumes = templates.clone());
    });
    "an earlier pod's claim does not stop a new pod": Sees(|state| {
        for ordinal in state.claim_ordinals().collect::<Vec<_>>() {
            if state.pod(ordinal).is_none() {
                state.change_claims(ordinal, |claims| claims.iter_mut().for_each(|claim| claim.owners.pod = None));
            }
        }
    });
    "a claim being deleted is used": Sees(|state| {
        for ordinal in state.claim_ordinals().collect::<Vec<_>>() {
            state.change_claims(ordinal, |claims| claims.iter_mut().for_each(|claim| claim.terminating = false));
        }
    });
    "another controller's claim is taken over": Sees(|state| {
        for ordinal in state.claim_ordinals().collect::<Vec<_>>() {
            state.change_claims(ordinal, |claims| {
                for claim in claims {
                    claim.owners.other = claim.owners.other.map(|_| false);
                }
            });
        }
    });
    "an older equal revision is not found again": Sees(|state| {
        let newest = state.revisions.iter().map(|revision| revision.number).max();
        let template = state.set().template;
        state.revisions.retain(|it| it.data != template || Some(it.number) == newest);
    });
    "a taken revision name is overlooked": Sees(|state| state.revisions.retain(|revision| revision.owner != Owner::Other));
    "orphan revisions are not adopted": Sees(|state| state.revisions.retain(|revision| revision.owner != Owner::Nobody));
    "templates are compared as stored": Sees(|state| state.revisions.iter_mut().for_each(|it| it.defaulted = it.data));
    "the current revision is always the update revision": Sees(|state| state.status.current_revision = None);
    "status.currentReplicas does not matter": Sees(|state| state.status.current_replicas = 0);
    "refusals by the API server are overlooked": Sees(|state| state.refusals.clear());
    "the gate of maxUnavailable is read the wrong way": Knows(|profile| profile.max_unavailable = !profile.max_unavailable);
    "1.33 is 1.34": Knows(|profile| if profile.minor() == 33 { at_minor(profile, 34); });
    "1.34 to 1.36 is 1.37": Knows(|profile| if (34..37).contains(&profile.minor()) { at_minor(profile, 37); });
    "1.37 is 1.36": Knows(|profile| if profile.minor() == 37 { at_minor(profile, 36); });
    "the status is not validated": Does(|outcome| status(outcome, |write| match write {
        StatusWrite::Refused(status) => StatusWrite::Written(status),
        other => other,
    }));
    "the status is written also when it is the same": Does(|outcome| status(outcome, |write| match write {
        StatusWrite::Unchanged => StatusWrite::Written(stslint::controller::state::Status::default()),
        other => other,
    }));
    "the last action is forgotten": Does(|outcome| { outcome.actions.pop(); });
    "the actions come in another order": Does(|outcome| outcome.actions.reverse());
    "a refused call counts as done": Does(|outcome| outcome.actions.iter_mut().for_each(|Action { answer, .. }| *answer = Answer::Done));
}
