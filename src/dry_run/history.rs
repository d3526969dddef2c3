//! Turns what was applied before into the sets that the API server accepted of it, one after another.

use super::{Change, Question, View, refusal, storage, unplanned};
use crate::facts::{self, Facts};
use crate::manifest::Object;
use crate::plan::{Refusal, Spot};
use crate::version::Version;
use crate::world::Binding;

/// What was applied before, as far as the API server accepted it.
#[derive(Debug, Default)]
pub(super) struct History<'v> {
    /// The set as it was applied, oldest first.
    pub before: Vec<Object<'v>>,
    /// How claims found volumes when each of those was applied, by claim template, where its StorageClass made them.
    pub provisioned: Vec<Vec<Option<Binding>>>,
    /// What the API server answers when it refuses the pods of each; empty where it accepts.
    pub refusals: Vec<Vec<Refusal>>,
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
        let (mut history, mut is_known, asked) = (Self::default(), false, before.len() > 0);
        for (then, counted) in before {
            let old = then.cluster.counterpart(set, view.cluster.path(set)).filter(|old| unplanned(old).is_none());
            let Some(old) = old else { continue };
            is_known = true;
            history.notes.extend(repeated(old, then));
            history.apply(*old, then, counted, question.version);
        }
        if !history.before.is_empty() && question.change != Change::Apply {
            history.notes.push("it was applied to what was there before, and has come to rest".to_owned());
        }
        if asked && !is_known {
            history.notes.push("it is not in what was applied before, and is taken for new".to_owned());
        }
        history
    }

    fn apply(&mut self, set: Object<'v>, view: &View<'v>, counted: &facts::View<'v>, version: Version) {
        let refused = refusal::of_set(&set, self.before.last(), version, view.sources);
        if let Some(refusal) = refused.first() {
            let path = &view.sources.get(set.file).path;
            self.notes
                .push(format!("what {path} says was never applied, because the API server refuses it: {refusal}"));
            self.notes.extend(refusal::unserved(&set));
            return;
        }
        self.refusals.push(refusal::of_pods(&set, version, view.sources));
        let facts = Facts::of(&set, view.cluster, counted);
        self.provisioned.push(storage::provisioned(&facts, &storage::sources(&set, view.cluster, &facts)));
        self.before.push(set);
    }
}

/// That what was applied holds a set more than once.
fn repeated(set: &Object<'_>, view: &View<'_>) -> Option<String> {
    let others = others(set, view);
    let here = at(set, view);
    (!others.is_empty()).then(|| {
        format!(
            "what was applied before holds it at {} as well: the one at {here} is taken to be the last",
            others.join(", ")
        )
    })
}

/// Where the same set stands a second time in what is applied together, as `a.yaml:9`. Those in the folders that divide what is in view
/// are overlays, of which only one is applied.
pub(super) fn others(set: &Object<'_>, view: &View<'_>) -> Vec<String> {
    let is_other = |other: &&Object<'_>| {
        (other.file, other.node.span()) != (set.file, set.node.span()) && !view.cluster.apart(set, other)
    };
    let others = view.cluster.namesakes(set).filter(|other| unplanned(other).is_none()).filter(is_other);
    others.map(|other| at(other, view)).collect()
}

fn at(set: &Object<'_>, view: &View<'_>) -> String {
    let Spot { path, line, .. } = Spot::of(set.node.place(), view.sources);
    format!("{path}:{line}")
}
