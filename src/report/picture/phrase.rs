//! Turns a step of a plan into a sentence, whose words are few where its names are many.

use std::fmt::Write as _;

use crate::controller::action::Wait;
use crate::controller::state::Ordinal;
use crate::plan::{Deed, SetPlan, Step};

/// What stands for the name of what a step is about.
pub(super) const SUBJECT: char = '\u{1}';
/// What stands for the name of the pod that had been waited for.
pub(super) const WAITED_FOR: char = '\u{2}';

/// What a step is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Subject {
    Set,
    Pod(Ordinal),
    /// The position of its claim template, and the ordinal of its pod.
    Claim(usize, Ordinal),
}

/// What a step is about.
pub(super) fn subject(step: &Step) -> Subject {
    match step.deed {
        Deed::CreateClaim(template, ordinal)
        | Deed::ReuseClaim(template, ordinal)
        | Deed::OwnClaim(template, ordinal)
        | Deed::DeleteClaim(template, ordinal) => Subject::Claim(template, ordinal),
        deed => deed.ordinal().map_or(Subject::Set, Subject::Pod),
    }
}

/// What a step waits for, or had been waiting for.
fn wait(step: &Step) -> Option<Wait> {
    if let Deed::Stuck(wait) = step.deed { Some(wait) } else { step.waited_for }
}

/// The pod that a step names besides.
pub(super) fn waited_for(step: &Step) -> Option<Ordinal> {
    wait(step).map(|wait| wait.ordinal)
}

/// The words of a step, with [`SUBJECT`] and [`WAITED_FOR`] for the names.
pub(super) fn words(set: &SetPlan, step: &Step) -> String {
    let told = set.tell(step);
    let reason = told.reason.unwrap_or_default();
    let named = |text: String, wait: Wait| text.replacen(&set.pod_name(wait.ordinal), &WAITED_FOR.to_string(), 1);
    if let Deed::Stuck(wait) = step.deed {
        return format!("wait for {}: {reason}", named(set.tell_wait(wait), wait));
    }
    let mut words = match told.action {
        "event" => format!("{SUBJECT} {reason}"),
        action => format!("{action} {SUBJECT}"),
    };
    if let Some(revision) = told.revision {
        let _ = write!(words, " at {}", set.letter(revision));
    }
    if told.action != "event" && !reason.is_empty() {
        let _ = write!(words, ": {reason}");
    }
    if let Some(wait) = step.waited_for {
        let _ = write!(words, ", once {}", named(set.tell_happened(wait), wait));
    }
    words
}

/// The sentence of a step; `show` turns each name into what it looks like, `plain` the words between them.
pub(super) fn sentence(set: &SetPlan, step: &Step, show: fn(&str) -> String, plain: fn(&str) -> String) -> String {
    let subject = match subject(step) {
        Subject::Set => set.name.clone(),
        Subject::Pod(ordinal) => set.pod_name(ordinal),
        Subject::Claim(template, ordinal) => set.claim_name_of(template, ordinal),
    };
    let waited_for = waited_for(step).map(|ordinal| set.pod_name(ordinal)).unwrap_or_default();
    let mut sentence = String::new();
    for part in words(set, step).split_inclusive([SUBJECT, WAITED_FOR]) {
        let (text, name) = match part.strip_suffix(SUBJECT) {
            Some(text) => (text, Some(&subject)),
            None => (part.trim_end_matches(WAITED_FOR), part.ends_with(WAITED_FOR).then_some(&waited_for)),
        };
        sentence.push_str(&plain(text));
        sentence.extend(name.map(|name| show(name)));
    }
    sentence
}
