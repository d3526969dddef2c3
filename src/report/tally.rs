//! Turns the plans of several sets into one line on how they end.

use crate::plan::{Outcome, Plan, SetPlan, Skipped};

/// How many sets end in which way: `3 StatefulSets: 2 stable, 1 stalled`; `None` where there is one or none.
pub(super) fn tally(plan: &Plan) -> Option<String> {
    let count = plan.sets.len();
    let words = ["stable", "stalled", "refused"];
    let of = |word: &str| plan.sets.iter().filter(|set| set.outcome.name() == word).count();
    let mut parts: Vec<String> = words
        .iter()
        .map(|word| (of(word), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let losing = plan.sets.iter().filter(|set| set.deletes_claims()).count();
    if losing > 0 {
        let verb = if losing == 1 { "deletes" } else { "delete" };
        parts.push(format!("{losing} {verb} claims"));
    }
    (count > 1).then(|| format!("{count} StatefulSets: {}", parts.join(", ")))
}

/// How a set ends that does not simply come to rest, in a word or two.
pub(super) fn trouble(set: &SetPlan) -> Option<&'static str> {
    match set.outcome {
        Outcome::Stable => set.deletes_claims().then_some("deletes claims"),
        Outcome::Stalled(_) | Outcome::Refused => Some(set.outcome.name()),
    }
}

/// Where something stands that no plan is made of: `k8s/db.yaml:9`, or the file alone.
pub(super) fn skipped_at(skipped: &Skipped) -> String {
    let line = skipped.line.map(|line| format!(":{line}")).unwrap_or_default();
    format!("{}{line}", skipped.path)
}
