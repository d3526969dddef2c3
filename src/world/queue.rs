//! Keeps what will happen in the order of its time; what is due at the same time, in the order it was announced.

use crate::controller::state::{Ordinal, Seconds, Uid};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Something that will happen; to a pod only if it is still the same object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// The containers of a pod start.
    Start(Ordinal, Uid),
    /// A pod becomes ready.
    Ready(Ordinal, Uid),
    /// A terminating pod is gone.
    Gone(Ordinal, Uid),
    /// A pod is evicted.
    Evict(Ordinal, Uid),
    /// A pod's node is lost.
    LoseNode(Ordinal, Uid),
    /// A pod on a lost node counts as not ready.
    Unhear(Ordinal, Uid),
    /// A pod on a lost node is deleted.
    DeleteLost(Ordinal, Uid),
    /// The controller looks again.
    Wake,
}

/// What will happen.
#[derive(Debug, Clone, Default)]
pub(super) struct Queue {
    events: BinaryHeap<Reverse<(Seconds, u64, Event)>>,
    announced: u64,
}

impl Queue {
    /// Announces an event.
    pub(super) fn push(&mut self, time: Seconds, event: Event) {
        self.announced += 1;
        self.events.push(Reverse((time, self.announced, event)));
    }

    /// When something happens next.
    pub(super) fn next_time(&self) -> Option<Seconds> {
        self.events.peek().map(|Reverse((time, ..))| *time)
    }

    /// The next event that is due at this time.
    pub(super) fn pop_at(&mut self, time: Seconds) -> Option<Event> {
        if self.next_time()? > time {
            return None;
        }
        self.events.pop().map(|Reverse((_, _, event))| event)
    }
}
