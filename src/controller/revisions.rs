//! Turns the set's template and the stored revisions into the current and the update revision.

use super::action::{Answer, Call, Failure};
use super::pass::Pass;
use super::state::{Revision, RevisionName};
use std::collections::BTreeSet;

impl Pass<'_> {
    /// Sets the current and the update revision, and returns the collision count (`getStatefulSetRevisions`,
    /// `stateful_set_control.go`). `listed` is sorted, oldest first.
    pub(super) fn find_revisions(&mut self, listed: &[Revision]) -> Result<i64, Failure> {
        let mut collisions = self.state.status.collision_count;
        let template = self.set.template;
        let newest = listed.last();
        let number = newest.map_or(1, |revision| revision.number + 1);
        let equal = listed.iter().rev().find(|revision| revision.data == template);
        self.update = match (newest, equal) {
            (Some(newest), Some(_)) if newest.data == template => newest.name,
            (_, Some(older)) => {
                self.must(Call::PromoteRevision(older.name, number))?;
                older.name
            }
            (Some(newest), None) if self.profile.compares_defaulted_templates() && newest.defaulted == template => {
                newest.name
            }
            _ => self.create_revision(&mut collisions, number)?,
        };
        let current = self.state.status.current_revision;
        self.current = current.filter(|name| listed.iter().any(|it| it.name == *name)).unwrap_or(self.update);
        Ok(collisions)
    }

    /// `CreateControllerRevision`, `pkg/controller/history/controller_history.go`: a taken name raises the collision
    /// count, which changes the name.
    fn create_revision(&mut self, collisions: &mut i64, number: i64) -> Result<RevisionName, Failure> {
        loop {
            let revision = RevisionName { template: self.set.template, collisions: *collisions };
            self.must(Call::CreateRevision(revision, number))?;
            match self.state.revisions.iter().find(|stored| stored.name == revision) {
                None => return Ok(revision),
                Some(stored) if stored.data == self.set.template => {
                    self.spoil(Answer::AlreadyThere);
                    return Ok(revision);
                }
                Some(_) => {
                    self.spoil(Answer::NameTaken);
                    *collisions += 1;
                }
            }
        }
    }

    /// Deletes what nobody uses beyond the history limit, oldest first (`truncateHistory`, `stateful_set_control.go`).
    /// `used` are the current and the update revision, if they were found; the revisions of pods count too.
    pub(super) fn truncate_history(&mut self, listed: &[Revision], used: &[RevisionName]) -> Result<(), Failure> {
        let Ok(limit) = usize::try_from(self.set.revision_history_limit) else { return Ok(()) };
        if listed.len() <= limit {
            return Ok(());
        }
        let mut live: BTreeSet<_> = used.iter().map(|&name| Some(name)).collect();
        live.extend(self.state.index.cohorts.keys());
        live.extend(self.adopted.iter().map(|&ordinal| self.revision_of(ordinal)));
        let history: Vec<_> =
            listed.iter().map(|revision| revision.name).filter(|&name| !live.contains(&Some(name))).collect();
        let surplus = history.len().saturating_sub(limit);
        history.into_iter().take(surplus).try_for_each(|revision| self.must(Call::DeleteRevision(revision)))
    }
}
