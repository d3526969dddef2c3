//! Schedules, starts, fails and ends pods, as scheduler, kubelet and node controller do.

use super::World;
use super::queue::Event;
use super::surroundings::{Failure, Tolerated};
use crate::controller::state::{Ordinal, Phase, Pod, Seconds, Uid};
use crate::dns::Moment;
use crate::plan::{Deed, PodState};

/// How long nothing is heard of a node before its pods count as not ready and it is tainted (`--node-monitor-grace-period`
/// of the controller manager, `pkg/controller/nodelifecycle/config/v1alpha1/defaults.go`).
const UNHEARD: Seconds = 50;

/// How long a failure that befalls a ready pod takes to do so.
const SOON: Seconds = 1;

impl World {
    /// A pod was created: it gets its volumes and a node, if it can.
    pub(super) fn schedule(&mut self, ordinal: Ordinal) {
        let Some(pod) = self.state.pod(ordinal) else { return };
        let (uid, fails) = (pod.uid, self.surroundings.fault(ordinal, pod) == Some(Failure::Unschedulable));
        if !fails && self.bind_all(ordinal) {
            self.state.change_pod(ordinal, |pod| pod.phase = Phase::Pending);
            self.queue.push(self.now + self.surroundings.starts_after, Event::Start(ordinal, uid));
            self.answer(ordinal);
        }
        self.note(ordinal);
    }

    /// A pod was deleted: it is gone already, or goes in its time.
    pub(super) fn terminate(&mut self, ordinal: Ordinal) {
        match self.state.pod(ordinal) {
            None => self.gone(ordinal),
            Some(pod) => {
                let uid = pod.uid;
                if !self.record.is_lost(uid) {
                    self.queue.push(self.now + self.surroundings.gone_after, Event::Gone(ordinal, uid));
                }
                self.note(ordinal);
            }
        }
    }

    pub(super) fn happen(&mut self, event: Event) {
        match event {
            Event::Wake => {
                self.wake = None;
                self.stirred = true;
            }
            Event::Start(ordinal, uid) if self.is_there(ordinal, uid) => self.start(ordinal, uid),
            Event::Ready(ordinal, uid) if self.is_there(ordinal, uid) => self.ready(ordinal),
            Event::Gone(ordinal, uid) if self.is(ordinal, uid) && !self.record.is_lost(uid) => {
                self.state.remove_pod(ordinal);
                self.gone(ordinal);
            }
            Event::Evict(ordinal, uid) if self.is_there(ordinal, uid) => {
                self.surroundings.failures.remove(&ordinal);
                self.state.change_pod(ordinal, |pod| {
                    pod.phase = Phase::Failed;
                    pod.ready_since = None;
                });
                self.record.step(self.now, Deed::Evicted(ordinal));
                self.changed(ordinal);
            }
            Event::LoseNode(ordinal, uid) if self.is(ordinal, uid) => {
                self.surroundings.failures.remove(&ordinal);
                self.record.lose(uid);
                self.record.step(self.now, Deed::NodeLost(ordinal));
                self.queue.push(self.now + UNHEARD, Event::Unhear(ordinal, uid));
            }
            Event::Unhear(ordinal, uid) if self.is(ordinal, uid) => {
                self.state.change_pod(ordinal, |pod| pod.ready_since = None);
                self.record.step(self.now, Deed::Unheard(ordinal));
                let tolerated = self.state.pod(ordinal).map(|pod| self.surroundings.tolerated(pod));
                if let Some(Tolerated::For(seconds)) = tolerated {
                    self.queue.push(self.now + seconds, Event::DeleteLost(ordinal, uid));
                }
                self.changed(ordinal);
            }
            Event::DeleteLost(ordinal, uid) if self.is_there(ordinal, uid) => {
                self.state.delete_pod(ordinal);
                self.record.step(self.now, Deed::DeleteLost(ordinal));
                self.changed(ordinal);
            }
            _ => {}
        }
    }

    /// Whether a pod is still the same object.
    fn is(&self, ordinal: Ordinal, uid: Uid) -> bool {
        self.state.pod(ordinal).is_some_and(|pod| pod.uid == uid)
    }

    /// Whether a pod is still the same object, and stays.
    pub(super) fn is_there(&self, ordinal: Ordinal, uid: Uid) -> bool {
        self.is(ordinal, uid) && self.state.pod(ordinal).is_some_and(|pod| !pod.terminating)
    }

    fn start(&mut self, ordinal: Ordinal, uid: Uid) {
        if self.has_to_wait(ordinal, Moment::Init) {
            return;
        }
        // The controller asks whether a pod is pending only to make its claims, which it has: nothing new for it.
        self.state.change_pod(ordinal, |pod| pod.phase = Phase::Running);
        self.note(ordinal);
        self.answer(ordinal);
        let failure = self.state.pod(ordinal).and_then(|pod| self.surroundings.fault(ordinal, pod));
        if !matches!(failure, Some(Failure::NeverReady | Failure::Crash)) {
            self.queue.push(self.now + self.surroundings.ready_after, Event::Ready(ordinal, uid));
        }
    }

    fn ready(&mut self, ordinal: Ordinal) {
        if self.has_to_wait(ordinal, Moment::Probe) {
            return;
        }
        let now = self.now;
        self.state.change_pod(ordinal, |pod| pod.make_ready(now));
        self.record.step(now, Deed::Ready(ordinal));
        self.answer(ordinal);
        self.befall(ordinal);
        self.changed(ordinal);
    }

    /// What is to befall a ready pod is announced; if the pod is deleted before, it befalls the next one of its name.
    pub(super) fn befall(&mut self, ordinal: Ordinal) {
        let Some(uid) = self.state.pod(ordinal).map(|pod| pod.uid) else { return };
        let event = match self.surroundings.failures.get(&ordinal) {
            Some(Failure::Evict) => Event::Evict(ordinal, uid),
            Some(Failure::NodeLost) => Event::LoseNode(ordinal, uid),
            _ => return,
        };
        self.queue.push(self.now + SOON, event);
    }

    fn changed(&mut self, ordinal: Ordinal) {
        self.note(ordinal);
        self.stirred = true;
    }

    fn gone(&mut self, ordinal: Ordinal) {
        self.waiting.remove(&ordinal);
        self.record.step(self.now, Deed::Gone(ordinal));
        self.changed(ordinal);
        self.collect_claims(ordinal);
    }
}

/// How a pod is.
pub(super) fn state_of(pod: &Pod) -> PodState {
    match pod.phase {
        _ if pod.terminating => PodState::Terminating,
        Phase::Failed | Phase::Succeeded => PodState::Finished,
        Phase::Unscheduled => PodState::Unscheduled,
        Phase::Pending => PodState::Pending,
        Phase::Running if pod.ready_since.is_some() => PodState::Ready,
        Phase::Running => PodState::Running,
    }
}
