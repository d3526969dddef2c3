//! Lets pods wait for the names of other pods, and go on when these resolve.

use super::kubelet::state_of;
use super::queue::Event;
use super::{Asked, Published, World};
use crate::controller::state::{Ordinal, Phase, Uid};
use crate::dns::{Moment, Stage};

/// A pod that waits for a name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting {
    pod: Uid,
    asked: Asked,
    /// Its position among all that the template asks for.
    position: usize,
}

impl World {
    /// What a pod waits for: the position of the name among those that its template asks for, and the name.
    pub fn waits_for(&self, ordinal: Ordinal) -> Option<(usize, Asked)> {
        let waiting = self.waiting.get(&ordinal)?;
        self.is_there(ordinal, waiting.pod).then_some((waiting.position, waiting.asked))
    }

    /// The pods that wait for a name, ascending.
    pub fn waiting(&self) -> impl Iterator<Item = Ordinal> {
        self.waiting.keys().copied().filter(|ordinal| self.waits_for(*ordinal).is_some())
    }

    /// From now on the names of pods resolve so.
    pub fn publish(&mut self, published: Published) {
        self.surroundings.published = published;
        self.go_on(|_| true);
    }

    /// Whether a pod has to wait before it goes on at a moment: from now on it does, for the first name that does not answer.
    pub(super) fn has_to_wait(&mut self, ordinal: Ordinal, moment: Moment) -> bool {
        let Some(pod) = self.state.pod(ordinal) else { return false };
        let asked = pod.revision.and_then(|name| self.surroundings.asked.get(&name.template));
        let fails = |asked: &Asked| asked.peer.is_none_or(|peer| !self.answers(peer, *asked, ordinal));
        let mut asked = asked.into_iter().flatten().copied().enumerate();
        let Some((position, asked)) = asked.find(|(_, asked)| asked.moment == moment && fails(asked)) else {
            return false;
        };
        let waiting = Waiting { pod: pod.uid, asked, position };
        self.waiting.insert(ordinal, waiting);
        true
    }

    /// Whether a pod answers one that asks for it.
    fn answers(&self, peer: Ordinal, asked: Asked, asking: Ordinal) -> bool {
        let is_found = (asked.in_hosts && peer == asking) || self.resolves(peer);
        let runs = || self.state.pod(peer).is_some_and(|pod| pod.phase == Phase::Running);
        is_found && (!asked.port || runs())
    }

    /// Whether the name of a pod resolves.
    pub fn resolves(&self, ordinal: Ordinal) -> bool {
        let stage = self.state.pod(ordinal).map_or(Stage::Pending, |pod| state_of(pod).stage());
        match self.surroundings.published {
            Published::Never => false,
            Published::Ready => stage.is_published(false),
            Published::Early => stage.is_published(true),
        }
    }

    /// A pod has an address, runs or is ready from now on: those that wait for its name look again.
    pub(super) fn answer(&mut self, peer: Ordinal) {
        let asks_for = |asked: &Asked| asked.peer == Some(peer);
        if !self.waiting.is_empty() && self.surroundings.asked.values().flatten().any(asks_for) {
            self.go_on(asks_for);
        }
    }

    /// Pods that wait for such a name look again.
    fn go_on(&mut self, is_it: impl Fn(&Asked) -> bool) {
        let (queue, now) = (&mut self.queue, self.now);
        self.waiting.retain(|ordinal, Waiting { pod, asked, .. }| {
            let goes_on = is_it(asked);
            if goes_on {
                let event = match asked.moment {
                    Moment::Init => Event::Start(*ordinal, *pod),
                    Moment::Probe => Event::Ready(*ordinal, *pod),
                };
                queue.push(now, event);
            }
            !goes_on
        });
    }
}
