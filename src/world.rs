//! Turns a set, its controller and the cluster around it into a story: what happens, one thing after another, until
//! nothing happens any more.
//!
//! The controller is [`step`]; scheduler, kubelet, volume binder and garbage collector are here. Time goes from event to
//! event. Nothing is left to chance: the same set in the same surroundings has the same story.

mod binder;
mod collector;
mod kubelet;
mod peer;
mod queue;
mod record;
mod surroundings;
mod volumes;

pub use record::{ClaimRecord, DeletedClaim, Record};
pub use surroundings::{Asked, Failure, Published, Surroundings, Tolerated};
pub use volumes::{Binding, Numbers, Site, Sites, Volume, Volumes};

use crate::controller::action::{Action, Answer, Call, Hold, Outcome, StatusWrite, Wait, Why};
use crate::controller::profile::Profile;
use crate::controller::state::{Ordinal, Seconds, Set, State};
use crate::controller::step::step;
use crate::plan::{Deed, PodState};
use peer::Waiting;
use queue::{Event, Queue};
use std::collections::BTreeMap;

/// How many steps the controller may take at one time at least, whatever the number of its pods.
const FEWEST_STEPS: usize = 100;

/// Since when a pod is ready that was so before the story: longer than any `minReadySeconds` (an int32) asks.
const LONG_AGO: Seconds = -(1 << 31);

/// How the pods of a deleted set go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cascade {
    /// The set goes at once, its pods after it.
    #[default]
    Background,
    /// The set goes when its pods are gone.
    Foreground,
    /// The set goes, its pods stay.
    Orphan,
}

impl Cascade {
    /// Every way, in the order of the documentation.
    pub const ALL: [Self; 3] = [Self::Background, Self::Foreground, Self::Orphan];

    /// The word for it, as kubectl has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Background => "background",
            Self::Foreground => "foreground",
            Self::Orphan => "orphan",
        }
    }
}

/// One set, its controller, and the cluster around them.
#[derive(Debug, Clone)]
pub struct World {
    profile: Profile,
    state: State,
    surroundings: Surroundings,
    now: Seconds,
    queue: Queue,
    record: Record,
    /// The pods that wait for a name to resolve.
    waiting: BTreeMap<Ordinal, Waiting>,
    /// How the set was deleted, if it was.
    deleted: Option<Cascade>,
    /// Whether the controller has something new to look at.
    stirred: bool,
    /// What the last step did; nothing before the first.
    last: Option<Outcome>,
    /// When the controller wants to look again.
    wake: Option<Seconds>,
}

impl World {
    /// A set that is just created in a cluster without its pods.
    pub fn new(profile: Profile, set: Set, surroundings: Surroundings) -> Self {
        Self {
            profile,
            state: State::new(set),
            surroundings,
            now: 0,
            queue: Queue::default(),
            record: Record::default(),
            waiting: BTreeMap::new(),
            deleted: None,
            stirred: true,
            last: None,
            wake: None,
        }
    }

    /// What the controller sees.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What has happened since the beginning of the story.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The time of the last thing that happened, in seconds from the beginning of the story.
    pub fn now(&self) -> Seconds {
        self.now
    }

    /// How the set was deleted, if it was.
    pub fn deleted(&self) -> Option<Cascade> {
        self.deleted
    }

    /// What the last step of the controller did, if it made one.
    pub fn last(&self) -> Option<&Outcome> {
        self.last.as_ref()
    }

    /// What the cluster is like.
    pub fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    /// What the cluster is like; changes count for what comes.
    pub fn surroundings_mut(&mut self) -> &mut Surroundings {
        &mut self.surroundings
    }

    /// A new story begins: what has happened is forgotten, what is there stays. It needs a world that has come to rest.
    pub fn begin(&mut self) {
        for ordinal in self.state.pod_ordinals().collect::<Vec<_>>() {
            self.state.change_pod(ordinal, |pod| pod.ready_since = pod.ready_since.map(|_| LONG_AGO));
        }
        self.now = 0;
        self.wake = None;
        self.record.begin(&self.state);
        for ordinal in self.surroundings.failures.keys().copied().collect::<Vec<_>>() {
            if self.state.pod(ordinal).is_some_and(|pod| pod.ready_since.is_some()) {
                self.befall(ordinal);
            }
        }
    }

    /// Somebody edits the set.
    pub fn change(&mut self, edit: impl FnOnce(&mut Set)) {
        self.state.change_set(|set| {
            edit(set);
            set.generation += 1;
        });
        self.stirred = true;
    }

    /// Somebody scales the set, and it runs until nothing happens any more.
    pub fn scale(&mut self, replicas: i64) {
        self.record.step(self.now, Deed::Scale(replicas));
        self.change(|set| set.replicas = replicas);
        self.last = None;
        self.run();
    }

    /// Runs until nothing happens any more.
    pub fn run(&mut self) {
        loop {
            self.reconcile();
            let Some(time) = self.queue.next_time() else { break };
            self.now = self.now.max(time);
            while let Some(event) = self.queue.pop_at(time) {
                self.happen(event);
            }
        }
        if let Some(wait) = self.last.as_ref().and_then(|last| last.waits).filter(|_| self.deleted.is_none()) {
            self.record.step(self.now, Deed::Stuck(wait));
        }
    }

    /// Lets the controller work until it has nothing to do. A controller that works without end, as one does that undoes
    /// its own work, is taken to rest: a story has to end.
    fn reconcile(&mut self) {
        self.state.refused_templates.clone_from(&self.surroundings.refused);
        let mut steps =
            FEWEST_STEPS + 4 * (self.state.pod_count() + usize::try_from(self.state.set().replicas).unwrap_or(0));
        while self.stirred && self.deleted.is_none() && steps > 0 {
            steps -= 1;
            let outcome = step(&self.profile, &self.state, self.now);
            let worked = outcome.actions.iter().any(|action| action.answer == Answer::Done)
                || matches!(outcome.status, StatusWrite::Written(_));
            self.tell(&outcome);
            self.state.apply(&outcome);
            for action in &outcome.actions {
                self.react(*action);
            }
            if let Some(time) = outcome.next_check.filter(|time| *time > self.now && self.wake != Some(*time)) {
                self.wake = Some(time);
                self.queue.push(time, Event::Wake);
            }
            // A step that failed is tried again; if it did nothing, it will do nothing until something happens.
            self.stirred = worked;
            self.last = Some(outcome);
        }
    }

    /// Writes the actions of a step down.
    fn tell(&mut self, outcome: &Outcome) {
        let waited_for = self.waits().filter(|wait| self.has_come(*wait));
        for action in &outcome.actions {
            let done = action.answer == Answer::Done;
            let deed = match action.call {
                Call::CreateClaim(template, ordinal) if done => Deed::CreateClaim(template, ordinal),
                Call::OwnClaim(template, ordinal, _) if done => Deed::OwnClaim(template, ordinal),
                Call::CreatePod(ordinal, revision) if done => {
                    self.tell_reused(ordinal);
                    Deed::CreatePod(ordinal, revision.template.0 as usize)
                }
                Call::CreatePod(ordinal, revision) if self.record.refuse(ordinal) => {
                    self.record.refuse_template(revision.template);
                    Deed::RefusePod(ordinal)
                }
                Call::UpdatePod(ordinal) if done => Deed::UpdatePod(ordinal),
                Call::UpdatePod(ordinal) if self.record.refuse(ordinal) => Deed::RefuseUpdate(ordinal),
                Call::DeletePod(ordinal, why) if done => Deed::DeletePod(ordinal, why),
                Call::AdoptPod(ordinal) if done => Deed::AdoptPod(ordinal),
                Call::ReleasePod(ordinal) if done => Deed::ReleasePod(ordinal),
                _ => continue,
            };
            if let Deed::DeletePod(ordinal, Why::ScaledDown) = deed {
                self.record.leave(ordinal);
            }
            self.record.step_after(self.now, deed, waited_for.filter(|_| is_about_pods(deed)));
        }
    }

    /// Whether what was waited for has happened.
    fn has_come(&self, wait: Wait) -> bool {
        let pod = self.state.pod(wait.ordinal);
        match wait.hold {
            Hold::Created | Hold::NotReady | Hold::NotAvailable => pod.is_some_and(|pod| pod.ready_since.is_some()),
            Hold::Terminating | Hold::Finished | Hold::Deleted | Hold::Outdated => pod.is_none(),
            Hold::StaleClaim => true,
        }
    }

    /// Writes down the claims that a new pod finds.
    fn tell_reused(&mut self, ordinal: Ordinal) {
        for template in self.record.reuse(ordinal) {
            self.record.step(self.now, Deed::ReuseClaim(template, ordinal));
        }
    }

    /// The rest of the cluster sees what the controller did.
    fn react(&mut self, action: Action) {
        if action.answer != Answer::Done {
            return;
        }
        match action.call {
            Call::CreateClaim(template, ordinal) => {
                self.record.claim(ordinal, template, ClaimRecord::created());
                if !self.surroundings.volumes.waits(template, ordinal) {
                    self.bind(ordinal, template);
                }
            }
            Call::CreatePod(ordinal, _) => self.schedule(ordinal),
            Call::DeletePod(ordinal, _) => self.terminate(ordinal),
            _ => {}
        }
    }

    /// Writes down how a pod is now.
    fn note(&mut self, ordinal: Ordinal) {
        let (state, revision) = match self.state.pod(ordinal) {
            None => (PodState::Absent, 0),
            Some(pod) => (kubelet::state_of(pod), pod.revision.map_or(0, |name| name.template.0 as usize)),
        };
        self.record.pod(ordinal, self.now, state, revision);
    }

    /// What the controller waits for, if it waits.
    pub fn waits(&self) -> Option<Wait> {
        self.last.as_ref().and_then(|last| last.waits)
    }
}

/// Whether the controller had to wait before it did this.
fn is_about_pods(deed: Deed) -> bool {
    matches!(deed, Deed::CreatePod(..) | Deed::DeletePod(..) | Deed::RefusePod(_))
}
