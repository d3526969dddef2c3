//! Turns the world in which nothing happens any more into what stays for a person to know or to do.

use crate::controller::state::UpdateStrategy;
use crate::plan::SetPlan;
use crate::world::{Cascade, World};

/// What stays, one sentence each: lower case, no final stop.
pub(super) fn of(world: &World, plan: &SetPlan) -> Vec<String> {
    match world.deleted() {
        Some(Cascade::Orphan) => vec![
            "the pods run on and belong to nobody; a set of the same name and selector adopts them".to_owned(),
            "the claims stay, also where the retention policy would delete them".to_owned(),
        ],
        Some(Cascade::Background | Cascade::Foreground) => {
            vec!["pods of a deleted set go in no order; to shut down in order, scale to 0 first".to_owned()]
        }
        None => outdated(world, plan).into_iter().collect(),
    }
}

/// The pods that the strategy leaves at an older revision.
fn outdated(world: &World, plan: &SetPlan) -> Option<String> {
    let (set, update) = (world.state().set(), world.state().status.update_revision?);
    let (last, why) = match set.strategy {
        UpdateStrategy::OnDelete => (set.end(), "until somebody deletes them (OnDelete)".to_owned()),
        UpdateStrategy::RollingUpdate(Some(rolling)) if rolling.partition > 0 => {
            ((set.update_min() - 1).min(set.end()), format!("below partition {}", rolling.partition))
        }
        _ => return None,
    };
    let old = |ordinal: &i64| world.state().pod(*ordinal).is_some_and(|pod| pod.revision != Some(update));
    let mut outdated = (set.start..=last).filter(old);
    let first = outdated.next()?;
    let range = plan.pod_range(first, outdated.next_back().unwrap_or(first));
    Some(format!("{range} stay at an older revision {why}"))
}
