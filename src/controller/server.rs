//! Turns what a step did into the next state, as the API server stores it.

use super::action::{Answer, Call, Outcome, StatusWrite};
use super::state::{Claim, Ordinal, Owner, Owners, Phase, Pod, Revision, RevisionName, State};

impl State {
    /// Stores what a step did: created pods are pending and unscheduled, deleted ones terminate, or go at once if they
    /// never ran or have finished. The script's refusals are used up.
    pub fn apply(&mut self, outcome: &Outcome) {
        self.refusals.clear();
        for action in outcome.actions.iter().filter(|action| action.answer == Answer::Done) {
            self.store(action.call);
        }
        if let StatusWrite::Written(status) = outcome.status {
            self.status = status;
        }
    }

    /// Whether the API server refuses a pod because of the template that it is made from.
    pub(super) fn refuses(&self, call: Call) -> bool {
        let Call::CreatePod(ordinal, revision) = call else { return false };
        self.refused_templates.get(&revision.template).is_some_and(|first| *first <= ordinal)
    }

    fn store(&mut self, call: Call) {
        match call {
            Call::AdoptRevision(revision) => self.change_revision(revision, |stored| stored.owner = Owner::Set),
            Call::PromoteRevision(revision, number) => self.change_revision(revision, |it| it.number = number),
            Call::DeleteRevision(revision) => self.revisions.retain(|stored| stored.name != revision),
            Call::CreateRevision(revision, number) => {
                let data = self.set().template;
                self.revisions.push(Revision { name: revision, data, defaulted: data, number, owner: Owner::Set });
            }
            Call::AdoptPod(ordinal) => self.change_pod(ordinal, |pod| pod.owner = Owner::Set),
            Call::ReleasePod(ordinal) => self.change_pod(ordinal, |pod| pod.owner = Owner::Nobody),
            Call::UpdatePod(ordinal) => self.change_pod(ordinal, |pod| pod.named = true),
            Call::CreatePod(ordinal, revision) => {
                let pod = self.new_pod(revision);
                self.put_pod(ordinal, pod);
            }
            Call::DeletePod(ordinal, ..) => self.delete_pod(ordinal),
            Call::CreateClaim(template, ordinal) => {
                let Some(template) = self.set().claim_templates.get(template).cloned() else { return };
                let claim = Claim { template, owners: Owners::default(), terminating: false };
                self.change_claims(ordinal, |claims| claims.push(claim));
            }
            Call::OwnClaim(template, ordinal, owners) => {
                let name = self.set().claim_templates.get(template).cloned();
                self.change_claims(ordinal, |claims| {
                    claims
                        .iter_mut()
                        .filter(|it| Some(&it.template) == name.as_ref())
                        .for_each(|it| it.owners = owners);
                });
            }
        }
    }

    fn change_revision(&mut self, name: RevisionName, change: impl FnOnce(&mut Revision)) {
        if let Some(revision) = self.revisions.iter_mut().find(|revision| revision.name == name) {
            change(revision);
        }
    }

    /// A pod of the set as it is just after its creation.
    pub fn new_pod(&mut self, revision: RevisionName) -> Pod {
        Pod {
            uid: self.fresh_uid(),
            revision: Some(revision),
            phase: Phase::Unscheduled,
            ready_since: None,
            terminating: false,
            owner: Owner::Set,
            selected: true,
            named: true,
            volumes: self.set().claim_templates.clone(),
        }
    }

    /// Deletes a pod as the API server does: one with a node terminates until its kubelet is done, any other goes at
    /// once.
    pub fn delete_pod(&mut self, ordinal: Ordinal) {
        match self.pod(ordinal).map(|pod| pod.phase) {
            Some(Phase::Running | Phase::Pending) => self.change_pod(ordinal, |pod| pod.terminating = true),
            Some(_) => {
                self.remove_pod(ordinal);
            }
            None => {}
        }
    }
}
