//! Plays one set in the cluster around it: what was before comes to rest, what is asked about happens, and a plan tells it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::peer::Peers;
use super::share::Shares;
use super::stock::{Found, Stock};
use super::storage::{self, Source};
use super::{Change, MOST_REPLICAS, Question, View, ending, header, note, refusal, spec, volume};
use crate::controller::profile::Profile;
use crate::controller::state::{Ordinal, Set, TemplateId};
use crate::dns;
use crate::facts::{self, Facts};
use crate::manifest::Object;
use crate::plan::{Outcome, Pod, Refusal, Revision, SetPlan, Spot};
use crate::revision::revision_name;
use crate::source::{Place, Span};
use crate::world::{Asked, Binding, Published, Surroundings, Tolerated, Volumes, World};

/// One set, and what is asked about it.
pub(super) struct Scene<'s> {
    pub(super) set: &'s Object<'s>,
    pub(super) view: View<'s>,
    pub(super) counted: &'s facts::View<'s>,
    pub(super) stock: &'s Stock<'s>,
    /// The set as it was applied before, oldest first.
    pub(super) before: Vec<Object<'s>>,
    /// How claims found volumes when each of those was applied, by claim template, where its StorageClass made them.
    pub(super) provisioned: Vec<Vec<Option<Binding>>>,
    /// The templates of those and of the set as it is now, in the same order.
    pub(super) templates: Vec<TemplateId>,
    /// Where the volumes of its claims come from, template by template.
    pub(super) sources: Vec<Source>,
    /// The claims of it that are in view: ordinal, and position of the claim template.
    pub(super) made: BTreeMap<(Ordinal, usize), &'s Found<'s>>,
    /// What the API server answers when it refuses the pods of each, in the order of the templates; empty where it accepts.
    pub(super) refusals: Vec<Vec<Refusal>>,
    /// What the pods of each wait for, in the same order.
    pub(super) peers: Vec<Peers>,
    pub(super) question: &'s Question,
}

/// A set that has come to rest, and what is still to happen to it.
pub(super) struct Stage {
    pub(super) world: World,
    /// How its claims find volumes from now on.
    now: Vec<Binding>,
    /// The set as it is applied in the story.
    told: Option<Set>,
}

impl<'s> Scene<'s> {
    /// The plan before anything happens; refused, if the API server refuses the set.
    pub(super) fn open(&self, facts: &Facts<'s>, notes: Vec<String>) -> SetPlan {
        let mut plan = self.blank(facts);
        plan.notes.extend(notes);
        plan.refusals = refusal::of_set(self.set, self.before.last(), self.question.version, self.view.sources);
        if plan.refusals.is_empty() {
            plan.revisions = self.revisions();
        } else {
            plan.notes.extend(refusal::unserved(self.set));
            plan.outcome = Outcome::Refused;
        }
        plan
    }

    /// The plan before anything happens.
    fn blank(&self, facts: &Facts<'s>) -> SetPlan {
        let names = dns::names(self.set, self.view.cluster, &self.question.cluster_domain);
        SetPlan {
            namespace: self.set.namespace.to_owned(),
            name: self.set.name.to_owned(),
            spot: self.spot(self.set.node.span()),
            event: self.question.event(!self.before.is_empty(), facts.set.replicas),
            decides: header::of(self, facts, &names),
            notes: storage::shared(facts),
            refusals: Vec::new(),
            revisions: Vec::new(),
            templates: storage::templates(facts),
            steps: Vec::new(),
            outcome: Outcome::Stable,
            ends: 0,
            pods: Vec::new(),
            claims: Vec::new(),
            subdomain: facts.service.name.to_owned(),
            names,
        }
    }

    /// Each set as it was applied, oldest first, and as it is now.
    fn specs(&self, notes: &mut Vec<String>) -> Vec<Set> {
        let last = self.before.len();
        let sets = self.before.iter().chain([self.set]).zip(&self.templates).enumerate();
        let spec = |(index, (set, template)): (usize, (&Object<'_>, &TemplateId))| {
            let mut spec = spec::of(set, *template);
            if let Some(replicas) = self.question.replicas.filter(|_| index == last) {
                spec.replicas = replicas;
            }
            if spec.replicas > MOST_REPLICAS {
                notes.push(note::capped(spec.replicas));
            }
            spec.replicas = spec::looked_at(spec.start, spec.replicas);
            spec
        };
        sets.map(spec).collect()
    }

    /// What the API server answers when it refuses the pods of a template: of the last set that has it.
    pub(super) fn refused(&self, template: TemplateId) -> &[Refusal] {
        let last = self.templates.iter().rposition(|it| *it == template);
        last.and_then(|index| self.refusals.get(index)).map_or(&[], Vec::as_slice)
    }

    /// What the pods of a template wait for: of the last set that has it.
    pub(super) fn peers(&self, template: TemplateId) -> Option<&Peers> {
        self.peers.get(self.templates.iter().rposition(|it| *it == template)?)
    }

    /// The names that the pods of each template wait for, where they wait for any.
    fn asked(&self) -> BTreeMap<TemplateId, Vec<Asked>> {
        let asked = |template: &TemplateId| Some((*template, self.peers(*template)?.asked()));
        self.templates.iter().filter_map(asked).filter(|(_, asked)| !asked.is_empty()).collect()
    }

    /// When the names of pods resolve once the set at a position is applied.
    fn published(&self, index: usize) -> Published {
        self.peers.get(index).map(|peers| peers.published).unwrap_or_default()
    }

    /// How long the pods of each template stay on a lost node.
    fn tolerated(&self) -> BTreeMap<TemplateId, Tolerated> {
        let sets = self.before.iter().chain([self.set]);
        self.templates.iter().copied().zip(sets.map(spec::tolerated)).collect()
    }

    /// From which ordinal on the pods of each template are refused.
    fn first_refused(&self, revisions: &[Revision]) -> BTreeMap<TemplateId, Ordinal> {
        let sets = self.before.iter().chain([self.set]).zip(&self.templates);
        let first = |(set, template): (&Object<'_>, &TemplateId)| {
            let revision = revisions.get(template.0 as usize).and_then(|revision| revision.name.as_deref());
            let refused = !self.refused(*template).is_empty();
            Some((*template, spec::first_refused(&spec::of(set, *template), set.name, revision, refused)?))
        };
        sets.filter_map(first).collect()
    }

    /// How claims find volumes when the set at a position is applied: as its own StorageClasses make them, or else as now.
    fn bindings(&self, index: usize, now: &[Binding]) -> Vec<Binding> {
        let then = self.provisioned.get(index).map_or(&[][..], Vec::as_slice);
        let binding = |(template, now): (usize, &Binding)| then.get(template).cloned().flatten().unwrap_or(now.clone());
        now.iter().enumerate().map(binding).collect()
    }

    /// The world in which the first of the sets is just applied.
    fn world(&self, spec: Set, now: &[Binding], plan: &SetPlan) -> World {
        let question = self.question;
        let surroundings = Surroundings {
            ready_after: question.ready_after.unwrap_or_else(|| spec::ready_after(self.set)),
            refused: self.first_refused(&plan.revisions),
            tolerated: self.tolerated(),
            volumes: Volumes::new(self.bindings(0, now), Arc::clone(&self.stock.sites))
                .recycling(Arc::clone(&self.stock.recyclable)),
            asked: self.asked(),
            published: self.published(0),
            ..Surroundings::default()
        };
        let mut world = World::new(Profile::of(question.version), spec, surroundings);
        for (&(ordinal, template), found) in &self.made {
            world.make_claim(ordinal, template, found.volume, found.binding.clone());
        }
        world
    }

    /// What was before comes to rest.
    pub(super) fn settle(&self, facts: &Facts<'s>, shares: &Shares<'s>, plan: &mut SetPlan) -> Stage {
        let mut specs = self.specs(&mut plan.notes).into_iter();
        let first = specs.next().unwrap_or_default();
        let now = storage::bindings(&facts.claims, &self.sources, self.stock, &mut plan.notes);
        plan.notes.extend(storage::assumed_of_found(self.made.values().copied()));
        let mut world = self.world(first, &now, plan);
        world.surroundings_mut().volumes.leave(&shares.seen_from(self.set));
        // What the story is about; everything before it is past.
        let told = if self.question.change == Change::Apply { specs.next_back() } else { None };
        if told.is_some() || self.question.change != Change::Apply {
            world.run();
            for (index, spec) in (1..).zip(specs) {
                world.surroundings_mut().volumes.rebind(self.bindings(index, &now));
                world.publish(self.published(index));
                world.change(apply(spec));
                world.run();
            }
            if !ending::is_at_rest(&world) {
                plan.notes.push("it had not come to rest before".to_owned());
            }
        }
        Stage { world, now, told }
    }

    /// What is asked about happens.
    pub(super) fn happen(&self, stage: Stage, shares: &Shares<'s>, plan: &mut SetPlan) -> World {
        let Stage { mut world, now, told } = stage;
        let fresh = told.is_none() && self.question.change == Change::Apply;
        let surroundings = world.surroundings_mut();
        surroundings.volumes.rebind(now);
        surroundings.volumes.leave(&shares.seen_from(self.set));
        surroundings.failures = self.question.failures_of(self.set.name);
        if !fresh {
            world.begin();
        }
        world.publish(self.published(self.before.len()));
        match &self.question.change {
            Change::Apply => {
                if let Some(spec) = told {
                    world.change(apply(spec));
                }
                world.run();
            }
            Change::Scale(counts) => {
                plan.notes
                    .extend(counts.iter().filter(|count| **count > MOST_REPLICAS).map(|count| note::capped(*count)));
                for count in counts {
                    world.scale(spec::looked_at(world.state().set().start, *count));
                }
            }
            Change::Delete(cascade) => world.delete(*cascade),
        }
        world
    }

    /// Takes from the world what has happened in it.
    pub(super) fn take(&self, world: &World, facts: &Facts<'s>, shares: &Shares<'s>, plan: &mut SetPlan) {
        let record = world.record();
        plan.steps = record.steps().to_vec();
        plan.ends = world.now();
        for stored in &world.state().revisions {
            if let Some(revision) = plan.revisions.get_mut(stored.data.0 as usize) {
                revision.number = stored.number;
            }
        }
        plan.refusals = record.refused_templates().flat_map(|template| self.refused(template).to_vec()).collect();
        let set = world.state().set();
        let mut pods = record.pods().clone();
        if !matches!(self.question.change, Change::Delete(_)) {
            for ordinal in set.start..=set.end() {
                pods.entry(ordinal).or_default();
            }
        }
        for (ordinal, _) in record.claims().keys() {
            pods.entry(*ordinal).or_default();
        }
        plan.pods = pods.into_iter().map(|(ordinal, timeline)| Pod { ordinal, timeline }).collect();
        plan.claims = storage::claims(world);
        plan.notes.extend(note::of(world, plan));
        plan.notes.extend(volume::elsewhere(world, self, facts, shares));
        plan.notes.extend(volume::reclaimed(world, self, facts, plan));
        plan.notes.extend(note::failures(self.question, plan));
    }

    /// The revisions of the sets that were applied, oldest first.
    fn revisions(&self) -> Vec<Revision> {
        let mut revisions: Vec<Revision> = Vec::new();
        for (set, template) in self.before.iter().chain([self.set]).zip(&self.templates) {
            let position = template.0 as usize;
            if position == revisions.len() {
                let letter = ('A'..='Z').cycle().nth(position).unwrap_or('?');
                let name = revision_name(set, self.question.version, 0);
                revisions.push(Revision { letter, name, number: 0 });
            }
        }
        revisions
    }

    /// The name of a volume.
    pub(super) fn volume_name(&self, number: usize) -> Option<&'s str> {
        let in_view = self.counted.volumes.get(number).map(|volume| volume.object.name);
        in_view.or_else(|| self.stock.unseen_name(number))
    }

    pub(super) fn spot(&self, span: Span) -> Spot {
        self.spot_in(self.set, span)
    }

    pub(super) fn spot_in(&self, object: &Object<'_>, span: Span) -> Spot {
        Spot::of(Place { file: object.file, span }, self.view.sources)
    }
}

/// The set is applied as it is written now; it stays the same object.
fn apply(spec: Set) -> impl FnOnce(&mut Set) {
    move |set| *set = Set { uid: set.uid, generation: set.generation, ..spec }
}
