//! Turns a plan into the numbers from which the script of a page makes every moment of it.

use std::collections::HashMap;

use serde::Serialize;

use crate::dns::{Kind, Role, Selection, Service};
use crate::plan::{Plan, Pod, SetPlan};
use crate::report::picture::phrase::{self, Subject, words};
use crate::report::picture::row;
use crate::visible::visible;

/// What stands for a number that is not there.
const NONE: i64 = -1;
/// What stands for the position of a claim template where a step is about the set, or about a pod.
const OF_SET: i64 = -2;
const OF_POD: i64 = -1;

#[derive(Serialize)]
pub(super) struct Moments {
    sets: Vec<SetMoments>,
}

/// Lists of numbers are flat, and moments are counted from the one before: there may be very many.
#[derive(Serialize)]
struct SetMoments {
    name: String,
    /// In seconds from the start.
    ends: i64,
    /// How many pods and steps are shown without the script; where there are more, it shows those around a moment.
    shown: [usize; 2],
    letters: Vec<char>,
    templates: Vec<String>,
    /// The words of steps; names stand for themselves as the numbers 1 and 2.
    words: Vec<String>,
    /// Of each step: seconds since the step before, position of its words, position of its claim template or what it is
    /// about, its ordinal, the ordinal of the pod that was waited for.
    steps: Vec<i64>,
    /// Of each pod: its ordinal; of each of its states: its number, position of its revision, seconds since the state
    /// before, seconds that it lasts.
    pods: Vec<Vec<i64>>,
    /// Of each claim: position of its claim template, its ordinal, how it is in the end.
    claims: Vec<i64>,
    /// What a claim may be in the end.
    fates: Vec<&'static str>,
    services: Vec<ServiceMoments>,
}

#[derive(Serialize)]
struct ServiceMoments {
    /// Its full name.
    name: String,
    /// Whether pods have names below it.
    governing: bool,
    /// Whether its name leads to the pods themselves.
    headless: bool,
    /// What its name leads to where that is no pod.
    to: Option<String>,
    /// Whether pods count as ready that are not.
    early: bool,
    /// The ordinal of the one pod that it selects; that of no pod where it selects none, null where it selects all.
    only: Option<i64>,
}

pub(super) fn of(plan: &Plan, most_pods: usize, most_steps: usize) -> Moments {
    Moments { sets: plan.sets.iter().map(|set| SetMoments::of(set, [most_pods, most_steps])).collect() }
}

impl SetMoments {
    fn of(set: &SetPlan, shown: [usize; 2]) -> Self {
        let (words, steps) = steps(set);
        let mut fates: Vec<&'static str> = Vec::new();
        let claims = set.claims.iter().flat_map(|claim| {
            let fate = row::fate(claim);
            let place = fates.iter().position(|known| *known == fate).unwrap_or_else(|| {
                fates.push(fate);
                fates.len() - 1
            });
            [number(claim.template), claim.ordinal, number(place)]
        });
        let claims = claims.collect();
        Self {
            name: visible(&set.name).into_owned(),
            ends: set.ends,
            shown,
            letters: set.revisions.iter().map(|revision| revision.letter).collect(),
            templates: set.templates.iter().map(|template| visible(&template.name).into_owned()).collect(),
            words,
            steps,
            pods: set.pods.iter().map(pod).collect(),
            claims,
            fates,
            services: set.names.services.iter().map(ServiceMoments::of).collect(),
        }
    }
}

/// The words that occur, and the numbers of the steps.
fn steps(set: &SetPlan) -> (Vec<String>, Vec<i64>) {
    let mut known: Vec<String> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut numbers = Vec::with_capacity(5 * set.steps.len());
    let mut before = 0;
    for step in &set.steps {
        let words = words(set, step);
        let place = *places.entry(words).or_insert_with_key(|words| {
            known.push(words.clone());
            known.len() - 1
        });
        let (about, ordinal) = match phrase::subject(step) {
            Subject::Set => (OF_SET, NONE),
            Subject::Pod(ordinal) => (OF_POD, ordinal),
            Subject::Claim(template, ordinal) => (number(template), ordinal),
        };
        let waited_for = phrase::waited_for(step).unwrap_or(NONE);
        numbers.extend([step.at - before, number(place), about, ordinal, waited_for]);
        before = step.at;
    }
    (known, numbers)
}

fn pod(pod: &Pod) -> Vec<i64> {
    let mut numbers = vec![pod.ordinal];
    let mut before = 0;
    for interval in &pod.timeline {
        let lasts = interval.until.map_or(NONE, |until| until - interval.from);
        numbers.extend([interval.state as i64, number(interval.revision), interval.from - before, lasts]);
        before = interval.until.unwrap_or(interval.from);
    }
    numbers
}

impl ServiceMoments {
    fn of(service: &Service) -> Self {
        let to = match &service.kind {
            Kind::Headless => None,
            Kind::ClusterAddress(_) => Some("one address in front of".to_owned()),
            Kind::ExternalName(name) => Some(visible(name).into_owned()),
        };
        Self {
            name: visible(&service.full_name).into_owned(),
            governing: service.role == Role::Governing,
            headless: service.kind == Kind::Headless,
            to,
            early: service.publish_not_ready_addresses,
            only: match service.selection {
                Selection::None => Some(NONE),
                Selection::One(ordinal) => Some(ordinal),
                Selection::All => None,
            },
        }
    }
}

fn number(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}
