//! Tells the pods that are not ready beside the one that everything waits for, each with its own cause.

use super::Cause;
use crate::controller::state::Ordinal;
use crate::plan::{Pod, PodState, SetPlan};
use crate::world::{Failure, World};

/// How many pods are asked for their causes.
const MOST_ASKED: usize = 1_000;

/// Pods that are not ready for causes of one kind.
struct Ailing {
    /// The cause of the first of them.
    cause: Cause,
    /// Their ordinals, ascending.
    pods: Vec<Ordinal>,
}

impl Ailing {
    /// Their names, and that they are so: `db-2 is`, `db-2 and db-3 are`.
    fn are(&self, plan: &SetPlan) -> String {
        let verb = if self.pods.len() == 1 { "is" } else { "are" };
        format!("{} {verb}", plan.pod_runs(&self.pods))
    }

    /// Why they are not ready, as a clause; none where nothing is known.
    fn why(&self) -> Option<&'static str> {
        let (of_one, of_several) = why(&self.cause)?;
        Some(if self.pods.len() == 1 { of_one } else { of_several })
    }
}

/// That other pods are not ready either, one sentence for each kind of cause: lower case, no final stop.
pub(super) fn consequences(world: &World, cause: &Cause, plan: &SetPlan) -> Vec<String> {
    let is_ailing =
        |pod: &&Pod| !matches!(pod.state(), PodState::Absent | PodState::Ready) && Some(pod.ordinal) != cause.pod();
    let pods: Vec<Ordinal> = plan.pods.iter().filter(is_ailing).map(|pod| pod.ordinal).collect();
    let told = |ailing: Ailing| {
        let why = ailing.why().map_or_else(String::new, |why| format!(": {why}"));
        format!("{} not ready either{why}", ailing.are(plan))
    };
    let mut all: Vec<String> = by_cause(&pods, world).into_iter().map(told).collect();
    if pods.len() > MOST_ASKED {
        all.push(format!("{} more pods are not ready either", pods.len() - MOST_ASKED));
    }
    all
}

/// That the way out of one cause does not help other pods, as clauses; none where it does.
pub(super) fn beyond(world: &World, cause: &Cause, plan: &SetPlan) -> Option<String> {
    let pods = not_ready(world).filter(|ordinal| Some(*ordinal) != cause.pod()).collect::<Vec<_>>();
    // Each node is lost by itself, whatever is done about another.
    let is_same = |other: &Cause| !is_of_node(other) && kind(other) == kind(cause);
    told_apart(&pods, world, plan, |other| !is_same(other))
}

/// Which pods need ways out of their own in a world where a way out was taken and did not help.
pub(super) fn left(world: &World, plan: &SetPlan) -> Option<String> {
    told_apart(&not_ready(world).collect::<Vec<_>>(), world, plan, |_| true)
}

fn told_apart(pods: &[Ordinal], world: &World, plan: &SetPlan, is_apart: impl Fn(&Cause) -> bool) -> Option<String> {
    let told = |ailing: Ailing| {
        // One that waits for another goes on when the other does.
        let is_own = !matches!(ailing.cause, Cause::Waits(..)) && is_apart(&ailing.cause);
        let why = ailing.why().filter(|_| is_own)?;
        let need = if ailing.pods.len() == 1 { "needs a way out of its own" } else { "need ways out of their own" };
        Some(format!("{} {need}: {why}", plan.pod_runs(&ailing.pods)))
    };
    let all: Vec<String> = by_cause(pods, world).into_iter().filter_map(told).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

fn not_ready(world: &World) -> impl Iterator<Item = Ordinal> {
    let state = world.state();
    let is_ailing =
        |ordinal: &Ordinal| state.pod(*ordinal).is_some_and(|pod| !pod.is_running_and_ready() || pod.terminating);
    state.pod_ordinals().filter(is_ailing)
}

/// Pods by the kinds of their causes, in the order of the first of each kind.
fn by_cause(pods: &[Ordinal], world: &World) -> Vec<Ailing> {
    let mut all: Vec<Ailing> = Vec::new();
    for &ordinal in pods.iter().take(MOST_ASKED) {
        let cause = Cause::of_pod(ordinal, world);
        match all.iter_mut().find(|ailing| kind(&ailing.cause) == kind(&cause)) {
            Some(ailing) => ailing.pods.push(ordinal),
            None => all.push(Ailing { cause, pods: vec![ordinal] }),
        }
    }
    all
}

/// What tells causes of one kind from those of others.
fn kind(cause: &Cause) -> Option<&'static str> {
    why(cause).map(|(of_one, _)| of_one)
}

fn is_of_node(cause: &Cause) -> bool {
    matches!(cause, Cause::NodeLost(_) | Cause::NodeTolerated(_))
}

/// Why one pod is not ready, and why several are; none where nothing is known.
fn why(cause: &Cause) -> Option<(&'static str, &'static str)> {
    Some(match cause {
        Cause::Unbound(..) => ("its claim finds no volume", "their claims find no volumes"),
        Cause::Torn(_) => {
            ("no node can use a volume for each of its claims", "no node can use a volume for each of their claims")
        }
        Cause::Unschedulable(_) => ("no node takes it", "no node takes them"),
        Cause::Waits(..) => ("it waits for a name to resolve", "they wait for names to resolve"),
        Cause::NeverReady(_, Failure::Crash) => {
            ("it crashes and is started again, for ever", "they crash and are started again, for ever")
        }
        Cause::NeverReady(..) => ("it runs and never becomes ready", "they run and never become ready"),
        Cause::NodeLost(_) | Cause::NodeTolerated(_) => ("its node is lost", "their nodes are lost"),
        Cause::Refused(..) | Cause::Beyond(_) | Cause::Volumes(_) | Cause::Outdated(_) | Cause::Other(_) => {
            return None;
        }
    })
}
