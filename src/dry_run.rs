//! Turns the StatefulSets in view and a question about them into a plan: what a cluster would do.

mod ending;
mod header;
mod question;
mod spec;
mod storage;
mod template;

pub use question::{Change, Question};
pub use spec::MOST_REPLICAS;

use rayon::prelude::*;

use crate::cluster::Cluster;
use crate::controller::profile::Profile;
use crate::controller::state::{Set, TemplateId};
use crate::dns;
use crate::facts::{self, Facts};
use crate::manifest::{GroupKind, Object};
use crate::plan::{Outcome, Plan, Pod, Revision, Service, SetPlan, Spot};
use crate::source::Sources;
use crate::world::{Surroundings, World};

/// What is in view.
#[derive(Debug, Clone, Copy)]
pub struct View<'v> {
    /// The objects.
    pub cluster: &'v Cluster<'v>,
    /// What they were read from.
    pub sources: &'v Sources,
}

/// What a cluster would do with each StatefulSet in view. With `old`, those manifests were applied before and have come to
/// rest; a set that is not among them is new.
pub fn plan<'v>(view: View<'v>, old: Option<View<'v>>, question: &Question) -> Plan {
    let counted = facts::View::of(view.cluster, question.version);
    let sets: Vec<&Object<'_>> = view.cluster.stateful_sets().collect();
    let rehearse = |set: &&Object<'_>| {
        let same = |old: View<'v>| old.cluster.find(GroupKind::STATEFUL_SET, set.namespace, set.name, set).copied();
        let scene = Scene { set, view, old: old.and_then(same), question };
        scene.play(&Facts::of(set, view.cluster, &counted))
    };
    Plan {
        version: question.version,
        cluster_domain: question.cluster_domain.clone(),
        sets: sets.par_iter().map(rehearse).collect(),
    }
}

/// One set, and what is asked about it.
#[derive(Debug, Clone, Copy)]
struct Scene<'s> {
    set: &'s Object<'s>,
    view: View<'s>,
    /// The set as it was applied before.
    old: Option<Object<'s>>,
    question: &'s Question,
}

/// The template of the set as it is now, and of the set as it was.
const FIRST: TemplateId = TemplateId(0);
const SECOND: TemplateId = TemplateId(1);

impl<'s> Scene<'s> {
    fn play(&self, facts: &Facts<'s>) -> SetPlan {
        let mut plan = self.blank(facts);
        let mut world = self.world(facts, &mut plan);
        self.happen(&mut world, &mut plan);
        self.take(&world, &mut plan);
        plan.outcome = ending::of(&world, self, facts, &plan);
        plan
    }

    /// The plan before anything happens.
    fn blank(&self, facts: &Facts<'s>) -> SetPlan {
        SetPlan {
            namespace: self.set.namespace.to_owned(),
            name: self.set.name.to_owned(),
            spot: self.spot(self.set.node.span()),
            event: self.question.event(self.old.is_some(), facts.set.replicas),
            decides: header::of(self.set, facts, self.question),
            notes: Vec::new(),
            refusals: Vec::new(),
            revisions: Vec::new(),
            templates: storage::templates(facts),
            steps: Vec::new(),
            outcome: Outcome::Stable,
            ends: 0,
            pods: Vec::new(),
            claims: Vec::new(),
            subdomain: facts.service.name.to_owned(),
            names: dns::names(self.set, self.view.cluster, &self.question.cluster_domain),
            services: services(facts),
        }
    }

    /// The world before what is asked about happens to it.
    fn world(&self, facts: &Facts<'s>, plan: &mut SetPlan) -> World {
        let question = self.question;
        let first = self.old.as_ref().unwrap_or(self.set);
        let mut spec = spec::of(first, FIRST);
        if let (Some(replicas), None) = (question.replicas, &self.old) {
            spec.replicas = replicas;
        }
        if spec.replicas > MOST_REPLICAS {
            plan.notes.push(format!("only the first {MOST_REPLICAS} of {} replicas are looked at", spec.replicas));
            spec.replicas = MOST_REPLICAS;
        }
        let surroundings = Surroundings {
            ready_after: question.ready_after.unwrap_or_else(|| spec::ready_after(self.set)),
            first_refused: spec::first_refused(self.set),
            volumes: storage::volumes(facts, &mut plan.notes),
            ..Surroundings::default()
        };
        let claims = spec.claim_templates.clone();
        let mut world = World::new(Profile::of(question.version.minor().into()), spec, surroundings);
        for (ordinal, template) in storage::made(self.set, self.view.cluster, &claims) {
            world.make_claim(ordinal, template, true);
        }
        world
    }

    /// What is asked about happens.
    fn happen(&self, world: &mut World, plan: &mut SetPlan) {
        let fresh = self.old.is_none() && self.question.change == Change::Apply;
        if !fresh {
            world.run();
            if !ending::is_at_rest(world) {
                plan.notes.push("it had not come to rest before".to_owned());
            }
        }
        world.surroundings_mut().failures = self.question.failures_of(self.set.name);
        if !fresh {
            world.begin();
        }
        match self.question.change {
            Change::Apply => {
                if let Some(old) = &self.old {
                    let same = template::same(old, self.set);
                    let spec = spec::of(self.set, if same { FIRST } else { SECOND });
                    let replicas = self.question.replicas.unwrap_or(spec.replicas).min(MOST_REPLICAS);
                    world.change(|set| *set = Set { uid: set.uid, generation: set.generation, replicas, ..spec });
                }
                world.run();
            }
            Change::Scale(replicas) => {
                world.change(|set| set.replicas = replicas.min(MOST_REPLICAS));
                world.run();
            }
            Change::Delete(cascade) => world.delete(cascade),
        }
    }

    /// Takes from the world what has happened in it.
    fn take(&self, world: &World, plan: &mut SetPlan) {
        let record = world.record();
        plan.steps = record.steps().to_vec();
        plan.ends = world.now();
        plan.revisions = world
            .state()
            .revisions
            .iter()
            .zip('A'..)
            .map(|(revision, letter)| Revision { letter, name: None, number: revision.number })
            .collect();
        let set = world.state().set();
        let mut pods = record.pods().clone();
        if !matches!(self.question.change, Change::Delete(_)) {
            for ordinal in set.start..=set.end() {
                pods.entry(ordinal).or_default();
            }
        }
        plan.pods = pods.into_iter().map(|(ordinal, timeline)| Pod { ordinal, timeline }).collect();
        plan.claims = storage::claims(world);
    }

    fn spot(&self, span: crate::source::Span) -> Spot {
        Spot::of(crate::source::Place { file: self.set.file, span }, self.view.sources)
    }
}

/// The Services that have to do with the set.
fn services(facts: &Facts<'_>) -> Vec<Service> {
    let named = |role| move |name: &str| Service { name: name.to_owned(), role };
    let governing = facts.service.found.then(|| named("governing")(facts.service.name));
    let others = facts.services.iter().filter(|it| it.selects_pods && it.name != facts.service.name);
    governing.into_iter().chain(others.map(|it| named("other")(it.name))).collect()
}
