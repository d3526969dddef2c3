//! Turns the StatefulSets in view and a question about them into a plan: what a cluster would do.

mod ending;
mod header;
mod history;
mod note;
mod peer;
mod question;
mod refusal;
mod scene;
mod share;
mod spec;
mod stock;
mod storage;
mod unplanned;
mod volume;

pub use question::{Change, Question};
pub use spec::MOST_REPLICAS;
pub use unplanned::unplanned;

use std::sync::Arc;

use rayon::prelude::*;

use crate::cluster::Cluster;
use crate::controller::state::TemplateId;
use crate::facts::{self, Facts};
use crate::manifest::Object;
use crate::plan::{Outcome, Plan, SetPlan};
use crate::revision::revision_data;
use crate::source::Sources;
use crate::version::Version;
use history::History;
use scene::Scene;
use share::Shares;
use stock::Stock;

/// What is in view.
#[derive(Debug, Clone, Copy)]
pub struct View<'v> {
    /// The objects.
    pub cluster: &'v Cluster<'v>,
    /// What they were read from.
    pub sources: &'v Sources,
}

/// What a cluster would do with each StatefulSet in view. The manifests in `before` were applied earlier, one after another,
/// and each has come to rest; a set that is not among them is new. Of what [`unplanned`] has a word about no plan is made. Sets
/// that could take the same volumes are played in source order, each without the volumes that those before it have; others are
/// played side by side.
pub fn plan<'v>(view: View<'v>, before: &[View<'v>], question: &Question) -> Plan {
    let counted = facts::View::of(view.cluster, question.version);
    let counted_before: Vec<facts::View<'_>> =
        before.iter().map(|view| facts::View::of(view.cluster, question.version)).collect();
    let stock = Stock::of(view.cluster, &counted);
    let sets: Vec<&Object<'_>> = view.cluster.stateful_sets().filter(|set| unplanned(set).is_none()).collect();
    let eve = Eve { view, counted: &counted, before, counted_before: &counted_before, stock: &stock, question };
    let groups = share::groups(&sets, view.cluster, &counted);
    let rehearse = |group: Vec<usize>| {
        let sets: Vec<&Object<'_>> = group.iter().filter_map(|index| sets.get(*index).copied()).collect();
        group.into_iter().zip(eve.rehearse(&sets)).collect::<Vec<_>>()
    };
    let mut plans: Vec<(usize, SetPlan)> = groups.into_par_iter().flat_map_iter(rehearse).collect();
    plans.sort_unstable_by_key(|(index, _)| *index);
    Plan {
        version: question.version,
        cluster_domain: question.cluster_domain.clone(),
        sets: plans.into_iter().map(|(_, plan)| plan).collect(),
        skipped: Vec::new(),
    }
}

/// Everything that is so before any set is played.
#[derive(Clone, Copy)]
struct Eve<'e> {
    view: View<'e>,
    counted: &'e facts::View<'e>,
    before: &'e [View<'e>],
    counted_before: &'e [facts::View<'e>],
    stock: &'e Stock<'e>,
    question: &'e Question,
}

impl<'e> Eve<'e> {
    /// The plans of sets that could take the same volumes: all come to rest before anything happens to the first.
    fn rehearse(&self, sets: &[&'e Object<'e>]) -> Vec<SetPlan> {
        let mut shares = Shares::after(&self.stock.shares);
        let mut settled = Vec::with_capacity(sets.len());
        for &set in sets {
            let facts = Facts::of(set, self.view.cluster, self.counted);
            let (scene, notes) = self.scene(set, &facts);
            let mut plan = scene.open(&facts, notes);
            let stage = (plan.outcome != Outcome::Refused).then(|| scene.settle(&facts, &shares, &mut plan));
            if let Some(stage) = &stage {
                shares.take(set, stage.world.surroundings().volumes.taken().iter());
            }
            settled.push((scene, facts, plan, stage));
        }
        let mut plans = Vec::with_capacity(sets.len());
        for (scene, facts, mut plan, stage) in settled {
            if let Some(stage) = stage {
                let world = scene.happen(stage, &shares, &mut plan);
                scene.take(&world, &facts, &shares, &mut plan);
                plan.outcome = ending::of(&world, &scene, &facts, &plan);
                shares.take(scene.set, world.surroundings().volumes.taken().iter());
            }
            plans.push(plan);
        }
        plans
    }

    /// What a set is played in, and notes about what was before.
    fn scene(&self, set: &'e Object<'e>, facts: &Facts<'e>) -> (Scene<'e>, Vec<String>) {
        let (view, question) = (self.view, self.question);
        let mut notes = note::of_input(set, view, question);
        let History { before, provisioned, mut refusals, mut peers, notes: of_history } =
            History::of(set, view, self.before.iter().zip(self.counted_before), question);
        notes.extend(of_history);
        let templates = templates(&before, set, question.version);
        let sources = storage::sources(set, view.cluster, self.counted, &facts.claims);
        let names: Vec<Arc<str>> = facts.claims.iter().map(|claim| claim.name.into()).collect();
        let made = self.stock.made(set, &names);
        refusals.push(refusal::of_pods(set, question.version, view.sources));
        let mut spec = spec::of(set, TemplateId(0));
        spec.replicas = question.replicas.unwrap_or(spec.replicas);
        let asked = peer::of(set, &spec, facts, view, &question.cluster_domain);
        notes.extend(asked.note(&facts.service));
        if before.is_empty() && matches!(question.change, Change::Apply) {
            notes.extend(note::told_peers(facts, view.sources));
        }
        peers.push(asked);
        let (stock, counted) = (self.stock, self.counted);
        (
            Scene {
                set,
                view,
                counted,
                stock,
                before,
                provisioned,
                templates,
                sources,
                made,
                refusals,
                peers,
                question,
            },
            notes,
        )
    }
}

/// The templates of sets; those that the controller takes for equal are one.
fn templates(before: &[Object<'_>], set: &Object<'_>, version: Version) -> Vec<TemplateId> {
    if before.is_empty() {
        return vec![TemplateId(0)];
    }
    let mut known: Vec<Option<String>> = Vec::new();
    let number = |set: &Object<'_>| {
        let data = revision_data(set, version);
        let position = known.iter().position(|it| *it == data).unwrap_or_else(|| {
            known.push(data);
            known.len() - 1
        });
        TemplateId(u32::try_from(position).unwrap_or(u32::MAX))
    };
    before.iter().chain([set]).map(number).collect()
}
