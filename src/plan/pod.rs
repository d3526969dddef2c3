//! Holds what each pod of a set goes through.

use crate::controller::state::{Ordinal, Seconds};
use crate::dns::Stage;

/// One pod, by its name: its successive objects are one pod here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pod {
    /// Its ordinal.
    pub ordinal: Ordinal,
    /// Its states one after another, without overlap; a gap is a time without a pod. Empty if it is never created.
    pub timeline: Vec<Interval>,
}

impl Pod {
    /// How it is in the end.
    pub fn state(&self) -> PodState {
        self.timeline.last().filter(|last| last.until.is_none()).map_or(PodState::Absent, |last| last.state)
    }

    /// The position of its revision in the end, or of the last one that it had.
    pub fn revision(&self) -> Option<usize> {
        self.timeline.last().map(|last| last.revision)
    }
}

/// A time that a pod spends in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// The state.
    pub state: PodState,
    /// The position of its revision.
    pub revision: usize,
    /// From when, in seconds from the start.
    pub from: Seconds,
    /// Until when; `None` if it is so in the end.
    pub until: Option<Seconds>,
}

/// How a pod is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PodState {
    /// It is not there.
    Absent,
    /// It has no node: it was just created, or cannot be scheduled.
    Unscheduled,
    /// It has a node and an address, and its containers are not started: its init containers may run.
    Pending,
    /// It runs and is not ready.
    Running,
    /// It is ready.
    Ready,
    /// It has failed or succeeded, and runs no more.
    Finished,
    /// It is being deleted.
    Terminating,
}

impl PodState {
    /// The word for it in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Unscheduled => "unscheduled",
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Ready => "ready",
            Self::Finished => "finished",
            Self::Terminating => "terminating",
        }
    }

    /// What it is to DNS.
    pub fn stage(self) -> Stage {
        match self {
            Self::Absent | Self::Unscheduled => Stage::Pending,
            Self::Pending | Self::Running => Stage::NotReady,
            Self::Ready => Stage::Ready,
            Self::Finished => Stage::Finished,
            Self::Terminating => Stage::Terminating,
        }
    }
}
