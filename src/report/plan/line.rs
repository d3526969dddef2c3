//! Turns the steps of a set into the lines that a person reads: a pod with its claims, what happens at the same time to
//! several pods, and what was waited for with what came of it.

use std::borrow::Cow;
use std::mem::{Discriminant, discriminant};

use crate::controller::action::{Hold, Wait};
use crate::controller::state::{Ordinal, Seconds};
use crate::plan::{Deed, SetPlan, Step, in_words};

/// Several steps that are told as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// When, in seconds from the start.
    pub(super) at: Seconds,
    /// What, to the first pod.
    pub(super) deed: Deed,
    /// The last of the pods that it is done to.
    pub(super) last: Ordinal,
    /// What had to happen first.
    once: Option<Wait>,
    /// Whether claims are made for the pod.
    made: bool,
    /// Whether the pod gets claims that were there.
    found: bool,
    /// Whether claims are deleted with the pod.
    lost: bool,
}

/// What lines have in common that tell the same of different pods.
type Likeness = (Discriminant<Deed>, Option<usize>, Option<Discriminant<Hold>>, [bool; 3]);

impl Line {
    /// The first of the pods that it is about.
    pub(super) fn first(&self) -> Ordinal {
        self.deed.ordinal().unwrap_or_default()
    }

    /// What it has in common with lines that tell the same of other pods.
    pub(super) fn likeness(&self) -> Likeness {
        let revision = if let Deed::CreatePod(_, revision) = self.deed { Some(revision) } else { None };
        let hold = self.once.map(|wait| discriminant(&wait.hold));
        (discriminant(&self.deed), revision, hold, [self.made, self.found, self.lost])
    }

    /// The word that it begins with.
    pub(super) fn word(&self) -> &'static str {
        match self.deed {
            Deed::CreateClaim(..) | Deed::CreatePod(..) => "create",
            Deed::DeleteSet
            | Deed::DeleteClaim(..)
            | Deed::DeletePod(..)
            | Deed::DeleteLost(_)
            | Deed::CollectPod(_) => "delete",
            Deed::Scale(_) => "scale",
            Deed::OwnClaim(..) | Deed::UpdatePod(_) | Deed::AdoptPod(_) | Deed::ReleasePod(_) => "update",
            Deed::Ready(_) => "ready",
            Deed::Gone(_) => "gone",
            Deed::Stuck(_) => "wait",
            Deed::ReuseClaim(..)
            | Deed::RefusePod(_)
            | Deed::RefuseUpdate(_)
            | Deed::Evicted(_)
            | Deed::NodeLost(_)
            | Deed::Unheard(_) => "event",
        }
    }

    /// What it says behind that word.
    pub(super) fn words(&self, plan: &SetPlan) -> String {
        let told = plan.tell(&Step { at: self.at, deed: self.deed, waited_for: None });
        let what = match self.deed {
            Deed::Scale(count) => format!("{} to {count}", plan.name),
            Deed::Stuck(wait) => format!("for {}: nothing will make it happen", plan.tell_wait(wait)),
            _ if self.last == self.first() => told.name,
            Deed::CreateClaim(template, _) | Deed::ReuseClaim(template, _) | Deed::DeleteClaim(template, _) => {
                in_words(self.first(), self.last, |ordinal| plan.claim_name_of(template, ordinal))
            }
            _ => plan.pod_range(self.first(), self.last),
        };
        let reason = if self.last == self.first() {
            told.reason
        } else {
            SetPlan::reason_of_several(self.deed).map(Cow::Borrowed)
        };
        let revision = told.revision.map_or_else(String::new, |revision| format!(" at {}", plan.letter(revision)));
        let reason = match (self.deed, reason) {
            (Deed::Stuck(_) | Deed::Ready(_) | Deed::Gone(_) | Deed::Scale(_), _) | (_, None) => String::new(),
            (Deed::Evicted(_) | Deed::NodeLost(_) | Deed::Unheard(_), Some(reason)) => format!(" {reason}"),
            (_, Some(reason)) => format!(": {reason}"),
        };
        let claims = if self.made || self.found || self.lost { self.claims(plan) } else { String::new() };
        let once = self.once.map_or_else(String::new, |wait| format!(", once {}", plan.tell_happened(wait)));
        [what, revision, reason, claims, once].concat()
    }

    fn claims(&self, plan: &SetPlan) -> String {
        let name = |template: &crate::plan::ClaimTemplate| {
            in_words(self.first(), self.last, |ordinal| format!("{}-{}", template.name, plan.pod_name(ordinal)))
        };
        let names = match &plan.templates[..] {
            [] => return String::new(),
            [one] if self.first() == self.last => format!("claim {}", name(one)),
            [one] => format!("claims {}", name(one)),
            [one, other] => format!("claims {} and {}", name(one), name(other)),
            more => format!("{} claims", more.len()),
        };
        match (self.lost, self.made, self.found) {
            (true, ..) => format!(", and {names}"),
            (_, true, false) => format!(", with new {names}"),
            (_, false, true) => format!(", with {names} as it was left"),
            _ => format!(", with {names}"),
        }
    }
}

/// The lines of a set.
pub(super) fn lines(plan: &SetPlan) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut pending: Option<Line> = None;
    for step in &plan.steps {
        let ordinal = step.deed.ordinal();
        let line = Line {
            at: step.at,
            deed: step.deed,
            last: ordinal.unwrap_or_default(),
            once: step.waited_for,
            made: false,
            found: false,
            lost: false,
        };
        match step.deed {
            Deed::CreateClaim(..) | Deed::ReuseClaim(..) => {
                let claims = pending.get_or_insert(line);
                claims.made |= matches!(step.deed, Deed::CreateClaim(..));
                claims.found |= matches!(step.deed, Deed::ReuseClaim(..));
            }
            // Who owns a claim matters when it is deleted, and is told then.
            Deed::OwnClaim(..) => {}
            Deed::DeleteClaim(..) if lines.last().is_some_and(|last| last.is_about(ordinal)) => {
                if let Some(last) = lines.last_mut() {
                    last.lost = true;
                }
            }
            Deed::CreatePod(..) => {
                let claims = pending.take().unwrap_or(line);
                push(&mut lines, Line { made: claims.made, found: claims.found, ..line });
            }
            _ => push(&mut lines, line),
        }
    }
    lines.extend(pending);
    merged(lines)
}

impl Line {
    fn is_about(&self, ordinal: Option<Ordinal>) -> bool {
        matches!(self.deed, Deed::Gone(_)) && self.deed.ordinal() == ordinal
    }
}

/// Adds a line. The event that it waited for, told just before and of that pod alone, is told with it.
fn push(lines: &mut Vec<Line>, line: Line) {
    let among_others = match &lines[..] {
        [.., before, last] => before.at == last.at && before.likeness() == last.likeness(),
        _ => false,
    };
    let awaited = |last: &mut Line| match (line.once, last.deed) {
        (Some(wait), Deed::Ready(ordinal) | Deed::Gone(ordinal)) => {
            wait.ordinal == ordinal && wait.hold != Hold::NotAvailable && !last.lost && !among_others
        }
        _ => false,
    };
    lines.pop_if(awaited);
    lines.push(line);
}

/// Joins neighbours that tell the same, at the same time, of pods one after another.
fn merged(lines: Vec<Line>) -> Vec<Line> {
    let mut merged: Vec<Line> = Vec::with_capacity(lines.len());
    for line in lines {
        match merged.last_mut() {
            Some(last)
                if last.at == line.at
                    && last.likeness() == line.likeness()
                    && line.deed.ordinal().is_some()
                    && (line.first() - last.last).abs() == 1
                    && (last.last == last.first()
                        || (line.first() - last.last) == (last.last - last.first()).signum()) =>
            {
                last.last = line.first();
            }
            _ => merged.push(line),
        }
    }
    merged
}
