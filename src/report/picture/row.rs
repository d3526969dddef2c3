//! Turns a pod of a plan into what a table says of it in the end.

use crate::plan::{Claim, ClaimState, Pod, SetPlan};

/// The pods that a table shows, and how many it leaves out between the first and the last of them.
pub(super) struct Rows<'p> {
    pub(super) first: &'p [Pod],
    pub(super) left_out: usize,
    pub(super) last: &'p [Pod],
}

impl<'p> Rows<'p> {
    /// All pods, or as many of the first as of the last.
    pub(super) fn of(set: &'p SetPlan, most: usize) -> Self {
        let (first, left_out, last) = ends(&set.pods, most);
        Self { first, left_out, last }
    }
}

/// All of a list, or its two ends with so many items together, and how many are left out between them.
pub(super) fn ends<T>(all: &[T], most: usize) -> (&[T], usize, &[T]) {
    if all.len() <= most {
        return (all, 0, &[]);
    }
    let (first, rest) = all.split_at(most / 2);
    let (middle, last) = rest.split_at(rest.len() - most / 2);
    (first, middle.len(), last)
}

/// Its state, with the letter of its revision: `ready at B`.
pub(super) fn state(set: &SetPlan, pod: &Pod) -> String {
    let state = pod.state().name();
    match pod.timeline.last().filter(|last| last.until.is_none()) {
        Some(last) => format!("{state} at {}", set.letter(last.revision)),
        None => state.to_owned(),
    }
}

/// The full name that leads to it in the end, if one does.
pub(super) fn name(set: &SetPlan, pod: &Pod) -> Option<String> {
    set.names.of_pod_at(pod.ordinal, pod.state().stage())
}

/// Its claims, each with what became of it.
pub(super) fn claims(set: &SetPlan, pod: &Pod) -> Vec<(String, &'static str)> {
    set.claims_of(pod.ordinal).iter().map(|claim| (set.claim_name(*claim), fate(claim))).collect()
}

/// What became of a claim, unless it still waits for a volume.
pub(super) fn fate(claim: &Claim) -> &'static str {
    if claim.state == ClaimState::Pending { "has no volume" } else { claim.fate.name() }
}
