//! Holds what a cluster would do with each StatefulSet: its steps, its pods over time, its claims, and how it ends.

mod claim;
mod outcome;
mod pod;
mod step;

pub use claim::{Claim, ClaimState, ClaimTemplate, Fate};
pub use outcome::{Outcome, Refusal, Spot, Stall};
pub use pod::{Interval, Pod, PodState};
pub use step::{Deed, Step, Told};

use crate::controller::names::{claim_name, pod_name};
use crate::controller::state::{Ordinal, Seconds};
use crate::dns::Names;
use crate::finding::Stage;
use crate::version::Version;

/// How many runs of pods are told in one list.
const MOST_RUNS: usize = 5;

/// What a cluster would do with every StatefulSet that was asked about.
#[derive(Debug)]
pub struct Plan {
    /// Which Kubernetes it is.
    pub version: Version,
    /// The domain that its names end in, such as `cluster.local`.
    pub cluster_domain: String,
    /// The StatefulSets in source order.
    pub sets: Vec<SetPlan>,
    /// What no plan is made of, by path and line.
    pub skipped: Vec<Skipped>,
}

/// A StatefulSet, a document or a file of which no plan is made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The file, as it is shown.
    pub path: String,
    /// The line, one-based; `None` where the whole file was passed over.
    pub line: Option<u32>,
    /// Why, and what to plan instead: lower case but for kinds, no final stop.
    pub reason: String,
}

impl Plan {
    /// Whether a set stalls, is refused, or has claims deleted.
    pub fn fails(&self) -> bool {
        self.sets.iter().any(|set| set.outcome != Outcome::Stable || set.deletes_claims())
    }
}

/// What a cluster would do with one StatefulSet. Names of pods and claims are not held but made when they are asked for:
/// there may be very many.
#[derive(Debug)]
pub struct SetPlan {
    /// Its namespace, given or assumed.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Where its manifest begins.
    pub spot: Spot,
    /// What happens to it, as the end of a sentence: `is applied`, `is scaled from 3 to 5`.
    pub event: String,
    /// What decides, one line each: a word, and what is so.
    pub decides: Vec<(&'static str, String)>,
    /// What a reader should know beside: what was assumed because no manifest in view says it, and what stays for a person
    /// to do; one sentence each: lower case, no final stop.
    pub notes: Vec<String>,
    /// What the API server answers where it refuses the set (stage create or update) or its pods (stage pod).
    pub refusals: Vec<Refusal>,
    /// Its revisions, oldest first; steps and pods name them by their position.
    pub revisions: Vec<Revision>,
    /// Its claim templates in written order; claims name them by their position.
    pub templates: Vec<ClaimTemplate>,
    /// What happens, in order.
    pub steps: Vec<Step>,
    /// How it ends.
    pub outcome: Outcome,
    /// When nothing happens any more, in seconds from the start.
    pub ends: Seconds,
    /// Every pod that was there, should be, or has a claim, by ordinal.
    pub pods: Vec<Pod>,
    /// Every claim that was there at some time, by ordinal and claim template.
    pub claims: Vec<Claim>,
    /// What gives its pods their names: `spec.serviceName`; empty for none.
    pub subdomain: String,
    /// The DNS records of its pods, at each stage of their lives.
    pub names: Names,
}

impl SetPlan {
    /// Whether the API server accepts the set.
    pub fn admitted(&self) -> bool {
        self.refusals.iter().all(|refusal| refusal.stage == Stage::Pod)
    }

    /// Whether a claim is deleted: whoever gets one of its name later does not find what was stored on it, also where the
    /// volume stays.
    pub fn deletes_claims(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.deed, Deed::DeleteClaim(..)))
    }

    /// The name of a pod.
    pub fn pod_name(&self, ordinal: Ordinal) -> String {
        pod_name(&self.name, ordinal)
    }

    /// The names of pods in words: `db-1`, `db-1 and db-2`, `db-1 … db-3`.
    pub fn pod_range(&self, first: Ordinal, last: Ordinal) -> String {
        in_words(first, last, |ordinal| self.pod_name(ordinal))
    }

    /// The names of pods in ascending order in words, one after another where they follow each other:
    /// `db-0, db-1, db-3 … db-5`; of many such runs, the first ones.
    pub fn pod_runs(&self, ordinals: &[Ordinal]) -> String {
        let runs: Vec<&[Ordinal]> = ordinals.chunk_by(|one, next| one + 1 == *next).collect();
        if let [run] = runs[..] {
            return match (run.first(), run.last()) {
                (Some(first), Some(last)) => self.pod_range(*first, *last),
                _ => String::new(),
            };
        }
        let mut words = Vec::new();
        for run in runs.iter().take(MOST_RUNS) {
            match run {
                [first, _, .., last] => words.push(self.pod_range(*first, *last)),
                few => words.extend(few.iter().map(|ordinal| self.pod_name(*ordinal))),
            }
        }
        if let ([one, other], [_, _]) = (&words[..], ordinals) {
            return format!("{one} and {other}");
        }
        let more: usize = runs.iter().skip(MOST_RUNS).map(|run| run.len()).sum();
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        words.join(", ") + &more
    }

    /// The name of a claim.
    pub fn claim_name(&self, claim: Claim) -> String {
        self.claim_name_of(claim.template, claim.ordinal)
    }

    /// The name of the claim of a claim template, by its position, and a pod.
    pub fn claim_name_of(&self, template: usize, ordinal: Ordinal) -> String {
        let template = self.templates.get(template).map_or("", |template| &template.name);
        claim_name(template, &self.name, ordinal)
    }

    /// The letter of the revision at a position: `A` is the oldest.
    pub fn letter(&self, revision: usize) -> char {
        self.revisions.get(revision).map_or('?', |revision| revision.letter)
    }

    /// The claims of a pod.
    pub fn claims_of(&self, ordinal: Ordinal) -> &[Claim] {
        let from = self.claims.partition_point(|claim| claim.ordinal < ordinal);
        let rest = self.claims.get(from..).unwrap_or_default();
        let count = rest.partition_point(|claim| claim.ordinal == ordinal);
        rest.get(..count).unwrap_or_default()
    }
}

/// Names that end in ordinals, in words: the only one, both, or the first and the last.
pub fn in_words(first: Ordinal, last: Ordinal, name: impl Fn(Ordinal) -> String) -> String {
    match last - first {
        0 => name(first),
        1 | -1 => format!("{} and {}", name(first), name(last)),
        _ => format!("{} … {}", name(first), name(last)),
    }
}

/// One revision of a pod template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// What the plan calls it: `A` for the first, `B` for the next.
    pub letter: char,
    /// The name of its `ControllerRevision`, where it is known.
    pub name: Option<String>,
    /// Its `.revision`: the highest is the newest.
    pub number: i64,
}
