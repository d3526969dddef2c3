//! Turns what was applied before into the sets that the API server accepted of it, one after another.

use super::peer::{self, Peers};
use super::{Change, Question, View, refusal, spec, storage};
use crate::controller::state::TemplateId;
use crate::facts::{self, Facts};
use crate::manifest::{GroupKind, Object};
use crate::plan::{Refusal, Spot};
use crate::world::Binding;

/// How many places of the same set are told.
const MOST_PLACES: usize = 3;

/// What was applied before, as far as the API server accepted it.
#[derive(Debug, Default)]
pub(super) struct History<'v> {
    /// The set as it was applied, oldest first.
    pub before: Vec<Object<'v>>,
    /// How claims found volumes when each of those was applied, by claim template, where its StorageClass made them.
    pub provisioned: Vec<Vec<Option<Binding>>>,
    /// What the API server answers when it refuses the pods of each; empty where it accepts.
    pub refusals: Vec<Vec<Refusal>>,
    /// What the pods of each wait for.
    pub peers: Vec<Peers>,
    /// What a reader should know of it, one sentence each.
    pub notes: Vec<String>,
}

impl<'v> History<'v> {
    /// The history of a set that stands in `view`; `before` is what was applied, oldest first.
    pub(super) fn of<'f>(
        set: &Object<'_>,
        view: View<'_>,
        before: impl ExactSizeIterator<Item = (&'f View<'v>, &'f facts::View<'v>)>,
        question: &Question,
    ) -> Self
    where
        'v: 'f,
    {
        let (mut history, asked) = (Self::default(), before.len() > 0);
        let (mut is_known, mut is_part) = (false, false);
        for (then, counted) in before {
            let counterparts = then.cluster.counterparts(set, view.cluster.path(set));
            let Some((old, others)) = counterparts.split_last() else {
                let mut parts = then.cluster.named(GroupKind::STATEFUL_SET, set.name);
                is_part |= parts.any(|part| part.namespace == set.namespace);
                continue;
            };
            is_known = true;
            if let Some(others) = places(others, then) {
                let here = at(old, then);
                history.notes.push(format!(
                    "what was applied before holds it at {others} as well: the one at {here} is taken to be the last"
                ));
            }
            history.apply(**old, then, counted, question);
        }
        if !history.before.is_empty() && question.change != Change::Apply {
            history.notes.push("it was applied to what was there before, and has come to rest".to_owned());
        }
        let new = match (asked && !is_known, is_part) {
            (false, _) => None,
            (true, false) => Some("it is not in what was applied before, and is taken for new"),
            (true, true) => Some("what was applied before holds only a part of it, and it is taken for new"),
        };
        history.notes.extend(new.map(str::to_owned));
        history
    }

    fn apply(&mut self, set: Object<'v>, view: &View<'v>, counted: &facts::View<'v>, question: &Question) {
        let refused = refusal::of_set(&set, self.before.last(), question.version, view.sources);
        if let Some(refusal) = refused.first() {
            let path = &view.sources.get(set.file).path;
            self.notes
                .push(format!("what {path} says was never applied, because the API server refuses it: {refusal}"));
            self.notes.extend(refusal::unserved(&set));
            return;
        }
        self.refusals.push(refusal::of_pods(&set, question.version, view.sources));
        let facts = Facts::of(&set, view.cluster, counted);
        self.peers.push(peer::of(&set, &spec::of(&set, TemplateId(0)), &facts, *view, &question.cluster_domain));
        self.provisioned
            .push(storage::provisioned(&facts, &storage::sources(&set, view.cluster, counted, &facts.claims)));
        self.before.push(set);
    }
}

/// Where else the same set stands in the same folder. In several folders, as overlays have it, one of them is meant.
pub(super) fn beside(set: &Object<'_>, view: &View<'_>) -> Option<String> {
    let folder = |object: &Object<'_>| view.cluster.path(object).rsplit_once('/').map(|(folder, _)| folder);
    let is_other = |other: &&Object<'_>| {
        (other.file, other.node.span()) != (set.file, set.node.span()) && folder(other) == folder(set)
    };
    let others: Vec<&Object<'_>> = view.cluster.namesakes(set).filter(is_other).collect();
    places(&others, view)
}

/// Where sets stand, as `a.yaml:9`; `None` where there is none.
fn places(sets: &[&Object<'_>], view: &View<'_>) -> Option<String> {
    let told: Vec<String> = sets.iter().take(MOST_PLACES).map(|set| at(set, view)).collect();
    let more = match sets.len().saturating_sub(MOST_PLACES) {
        0 => String::new(),
        1 => " and one more place".to_owned(),
        count => format!(" and {count} more places"),
    };
    (!told.is_empty()).then(|| told.join(", ") + &more)
}

fn at(set: &Object<'_>, view: &View<'_>) -> String {
    let Spot { path, line, .. } = Spot::of(set.node.place(), view.sources);
    format!("{path}:{line}")
}
