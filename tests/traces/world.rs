//! A small world around one set: pods become ready when it is their turn, and go when they terminate.

use std::collections::BTreeSet;
use stslint::controller::action::{Action, Answer, Call, Outcome};
use stslint::controller::profile::Profile;
use stslint::controller::state::{Ordinal, Owner, Phase, RevisionName, Seconds, Set, State, Status, TemplateId};
use stslint::controller::step::step;

/// The template of a letter.
pub(crate) fn template(letter: char) -> TemplateId {
    TemplateId(u32::from(letter))
}

fn letter(name: RevisionName) -> char {
    char::from_u32(name.template.0).unwrap_or('?')
}

/// How many pods are at a template.
pub(crate) fn pods_at(state: &State, letter: char) -> usize {
    let at =
        |pod: &Ordinal| state.pod(*pod).and_then(|pod| pod.revision).is_some_and(|it| it.template == template(letter));
    state.pod_ordinals().filter(at).count()
}

/// One set, its controller, and the cluster around them.
pub(crate) struct World {
    profile: Profile,
    pub(crate) state: State,
    pub(crate) now: Seconds,
    /// Pods that never become ready at a template.
    pub(crate) broken: BTreeSet<(Ordinal, char)>,
    /// Pods that are kept from becoming ready, whatever their template.
    held: BTreeSet<Ordinal>,
    last: Option<Outcome>,
}

impl World {
    /// A set just created.
    pub(crate) fn new(profile: Profile, set: Set) -> Self {
        let state = State::new(set);
        Self { profile, state, now: 0, broken: BTreeSet::new(), held: BTreeSet::new(), last: None }
    }

    /// A set all of whose pods are up.
    pub(crate) fn settled(profile: Profile, set: Set) -> Self {
        let mut world = Self::new(profile, set);
        world.story();
        world
    }

    /// One reconcile step, as a sentence of the story.
    pub(crate) fn step(&mut self) -> String {
        self.now += 1;
        let outcome = step(&self.profile, &self.state, self.now);
        let mut words: Vec<_> = outcome.actions.iter().filter_map(|action| self.word(*action)).collect();
        if outcome.error.is_some() {
            words.push("fails".to_owned());
        }
        self.state.apply(&outcome);
        self.last = Some(outcome);
        words.join(" ")
    }

    fn word(&self, action: Action) -> Option<String> {
        let claim = |at: usize| self.state.set().claim_templates.get(at).map(ToString::to_string).unwrap_or_default();
        Some(match action.call {
            Call::CreatePod(pod, revision) => format!("+{pod}@{}", letter(revision)),
            Call::DeletePod(pod, _) => format!("-{pod}"),
            Call::CreateClaim(at, pod) => format!("+{}-{pod}", claim(at)),
            Call::OwnClaim(at, pod, owners) if owners.pod.is_some() => format!("{}-{pod} to pod {pod}", claim(at)),
            Call::AdoptPod(pod) => format!("adopt {pod}"),
            Call::AdoptRevision(revision) => format!("adopt {}", letter(revision)),
            _ if action.answer == Answer::Done => return None,
            other => format!("{other:?}"),
        })
    }

    /// Runs until nothing happens any more.
    pub(crate) fn story(&mut self) -> String {
        let mut sentences = Vec::new();
        loop {
            let did = self.step();
            let quiet = self.last.as_ref().is_some_and(Outcome::is_quiet);
            let happened = self.cluster();
            let idle = quiet && happened.is_empty();
            sentences.extend([did, happened].into_iter().filter(|sentence| !sentence.is_empty()));
            if idle {
                return sentences.join(" · ");
            }
        }
    }

    /// The kubelets: terminating pods go, created ones become ready.
    fn cluster(&mut self) -> String {
        let mut words = Vec::new();
        for ordinal in self.state.pod_ordinals().collect::<Vec<_>>() {
            let Some(pod) = self.state.pod(ordinal) else { continue };
            let broken = pod.revision.is_some_and(|name| self.broken.contains(&(ordinal, letter(name))));
            if pod.terminating {
                self.state.remove_pod(ordinal);
                self.held.remove(&ordinal);
                words.push(format!("{ordinal} gone"));
            } else if pod.ready_since.is_none() && !broken && !self.held.contains(&ordinal) {
                self.ready(ordinal);
                words.push(format!("{ordinal}R"));
            } else if pod.phase == Phase::Unscheduled {
                self.state.change_pod(ordinal, |pod| pod.phase = Phase::Running);
            }
        }
        words.join(" ")
    }

    /// Edits the set.
    pub(crate) fn change(&mut self, edit: impl FnOnce(&mut Set)) {
        self.state.change_set(|set| {
            edit(set);
            set.generation += 1;
        });
    }

    /// The pod becomes ready.
    pub(crate) fn ready(&mut self, ordinal: Ordinal) {
        let now = self.now;
        self.state.change_pod(ordinal, |pod| pod.make_ready(now));
    }

    /// The pod stops being ready, and stays so.
    pub(crate) fn unready(&mut self, ordinal: Ordinal) {
        self.held.insert(ordinal);
        self.state.change_pod(ordinal, |pod| pod.ready_since = None);
    }

    /// What kept the pod from being ready is over.
    pub(crate) fn recover(&mut self, ordinal: Ordinal) {
        self.held.remove(&ordinal);
        self.ready(ordinal);
    }

    /// The pod ends in a phase.
    pub(crate) fn finish(&mut self, ordinal: Ordinal, phase: Phase) {
        self.state.change_pod(ordinal, |pod| {
            pod.phase = phase;
            pod.ready_since = None;
        });
    }

    /// The terminating pod's object goes.
    pub(crate) fn gone(&mut self, ordinal: Ordinal) {
        self.state.remove_pod(ordinal);
    }

    /// Somebody deletes the pod, and it is gone before the controller looks.
    pub(crate) fn lose(&mut self, ordinal: Ordinal) {
        self.held.remove(&ordinal);
        self.gone(ordinal);
    }

    /// Claims whose pod is gone are deleted.
    pub(crate) fn collect_garbage(&mut self) {
        for ordinal in self.state.claim_ordinals().collect::<Vec<_>>() {
            let pod = self.state.pod(ordinal).map(|pod| pod.uid);
            self.state.change_claims(ordinal, |claims| {
                claims.retain(|claim| claim.owners.pod.is_none_or(|owner| Some(owner.uid) == pod));
            });
        }
    }

    /// The set is deleted without its dependents, and created again.
    pub(crate) fn orphan(&mut self) {
        for ordinal in self.state.pod_ordinals().collect::<Vec<_>>() {
            self.state.change_pod(ordinal, |pod| pod.owner = Owner::Nobody);
        }
        for revision in &mut self.state.revisions {
            revision.owner = Owner::Nobody;
        }
        let uid = self.state.fresh_uid();
        self.state.status = Status::default();
        self.state.change_set(|set| set.uid = uid);
    }

    /// The stored status.
    pub(crate) fn status(&self) -> String {
        let Status { current_revision: Some(current), update_revision: Some(update), .. } = self.state.status else {
            return "none".to_owned();
        };
        let status = &self.state.status;
        format!(
            "{}>{} replicas {} ready {} available {} current {} updated {}",
            letter(current),
            letter(update),
            status.replicas,
            status.ready_replicas,
            status.available_replicas,
            status.current_replicas,
            status.updated_replicas
        )
    }

    /// When the last step wants to look again.
    pub(crate) fn next_check(&self) -> Option<Seconds> {
        self.last.as_ref().and_then(|outcome| outcome.next_check)
    }

    /// What the last step waited for.
    pub(crate) fn waits(&self) -> String {
        let waits = self.last.as_ref().and_then(|outcome| outcome.waits);
        waits.map_or_else(|| "nothing".to_owned(), |wait| format!("{} {:?}", wait.ordinal, wait.hold))
    }
}
