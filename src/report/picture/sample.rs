//! Builds the plans that the tests of pictures draw.

use crate::cluster::testing;
use crate::controller::action::{Hold, Wait, Why};
use crate::controller::state::{Ordinal, Seconds};
use crate::dns::{self, CLUSTER_LOCAL, Names};
use crate::plan::{
    Claim, ClaimState, ClaimTemplate, Deed, Fate, Interval, Outcome, Plan, Pod, PodState, Revision, SetPlan, Spot,
    Stall, Step,
};
use crate::version::Version;

/// A plan of these sets.
pub(super) fn plan(sets: Vec<SetPlan>) -> Plan {
    Plan { version: Version::NEWEST, cluster_domain: CLUSTER_LOCAL.to_owned(), sets, skipped: Vec::new() }
}

fn names(set: &str) -> Names {
    let text = format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: {set}, namespace: shop}}\nspec: {{serviceName: {set}, \
         template: {{metadata: {{labels: {{app: db}}}}}}}}\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: {set}, \
         namespace: shop}}\nspec: {{clusterIP: None, selector: {{app: db}}}}\n---\napiVersion: v1\nkind: Service\nmetadata: \
         {{name: client, namespace: shop}}\nspec: {{selector: {{app: db}}, ports: [{{name: sql, port: 5432}}]}}\n"
    );
    let mut names = None;
    testing::with(&text, |set, cluster| names = Some(dns::names(set, cluster, CLUSTER_LOCAL)));
    names.expect("the names of the set")
}

fn empty(name: &str) -> SetPlan {
    let spot = Spot { path: "k8s/db.yaml".to_owned(), line: 9, column: 1 };
    let revision = |letter, number| Revision { letter, name: Some(format!("{name}-{number}")), number };
    let template = ClaimTemplate {
        name: "data".to_owned(),
        storage_class: Some("fast".to_owned()),
        request: "10Gi".to_owned(),
        access_modes: vec!["ReadWriteOnce".to_owned()],
    };
    SetPlan {
        namespace: "shop".to_owned(),
        name: name.to_owned(),
        spot,
        event: "is applied".to_owned(),
        decides: vec![("policy", "OrderedReady".to_owned()), ("strategy", "RollingUpdate, partition 0".to_owned())],
        notes: vec!["the class \"fast\" was assumed to bind its claims at once".to_owned()],
        refusals: Vec::new(),
        revisions: vec![revision('A', 1), revision('B', 2)],
        templates: vec![template],
        steps: Vec::new(),
        outcome: Outcome::Stable,
        ends: 0,
        pods: Vec::new(),
        claims: Vec::new(),
        subdomain: name.to_owned(),
        names: names(name),
    }
}

/// What a pod goes through from its creation on, `seconds` apart, and the steps of it.
fn born(set: &mut SetPlan, ordinal: Ordinal, at: Seconds, revision: usize) -> Vec<Interval> {
    let waits = (ordinal > 0 && at > 0).then_some(Wait { ordinal: ordinal - 1, hold: Hold::NotReady });
    set.steps.push(Step { at, deed: Deed::CreatePod(ordinal, revision), waited_for: waits });
    set.steps.push(Step { at: at + 9, deed: Deed::Ready(ordinal), waited_for: None });
    let interval = |state, from, until| Interval { state, revision, from, until };
    vec![
        interval(PodState::Unscheduled, at, Some(at + 1)),
        interval(PodState::Pending, at + 1, Some(at + 4)),
        interval(PodState::Running, at + 4, Some(at + 9)),
        interval(PodState::Ready, at + 9, None),
    ]
}

fn claim(ordinal: Ordinal) -> Claim {
    Claim { template: 0, ordinal, state: ClaimState::Bound, fate: Fate::Created }
}

/// So many pods that are created one after another, each ready nine seconds later.
pub(super) fn ordered(name: &str, pods: Ordinal) -> SetPlan {
    let mut set = empty(name);
    set.revisions.truncate(1);
    for ordinal in 0..pods {
        set.steps.push(Step { at: 9 * ordinal, deed: Deed::CreateClaim(0, ordinal), waited_for: None });
        let timeline = born(&mut set, ordinal, 9 * ordinal, 0);
        set.pods.push(Pod { ordinal, timeline });
        set.claims.push(claim(ordinal));
    }
    set.ends = 9 * pods;
    set
}

/// Three pods of revision A: the last one is replaced, and never gets ready at B.
pub(super) fn stuck() -> SetPlan {
    let mut set = ordered("db", 3);
    let start = set.ends + 14;
    set.event = "is changed".to_owned();
    set.revisions.push(Revision { letter: 'B', name: None, number: 2 });
    set.steps.push(Step { at: start, deed: Deed::DeletePod(2, Why::Outdated), waited_for: None });
    set.steps.push(Step { at: start + 12, deed: Deed::Gone(2), waited_for: None });
    let gone = Wait { ordinal: 2, hold: Hold::Deleted };
    set.steps.push(Step { at: start + 12, deed: Deed::CreatePod(2, 1), waited_for: Some(gone) });
    let stuck = Wait { ordinal: 2, hold: Hold::NotReady };
    set.steps.push(Step { at: start + 12, deed: Deed::Stuck(stuck), waited_for: None });
    let interval = |state, revision, from, until| Interval { state, revision, from, until };
    if let Some(timeline) = set.pods.last_mut().map(|pod| &mut pod.timeline) {
        timeline.pop();
        timeline.push(interval(PodState::Ready, 0, 27, Some(start)));
        timeline.push(interval(PodState::Terminating, 0, start, Some(start + 12)));
        timeline.push(interval(PodState::Pending, 1, start + 12, Some(start + 16)));
        timeline.push(interval(PodState::Running, 1, start + 16, None));
    }
    set.ends = start + 16;
    set.outcome = Outcome::Stalled(Box::new(Stall {
        pod: Some(2),
        reason: "db-2 never becomes ready at B".to_owned(),
        consequences: vec!["db-1 and db-0 stay at A".to_owned()],
        spot: Some(Spot { path: "k8s/db.yaml".to_owned(), line: 31, column: 18 }),
        remedy: "repair the template, then delete db-2".to_owned(),
    }));
    set
}

/// A set whose every text is hostile.
pub(super) fn hostile() -> SetPlan {
    let text = "</script></svg>-->]]><img src=x onerror=alert(1)>\u{202e}\u{1b}[31m|`'\"&%%:;#{{}}";
    let mut set = ordered("db", 2);
    text.clone_into(&mut set.name);
    text.clone_into(&mut set.namespace);
    text.clone_into(&mut set.event);
    set.names.set = text.to_owned();
    set.names.domain = text.to_owned();
    set.decides = vec![("policy", text.to_owned())];
    set.notes = vec![text.to_owned()];
    set.templates[0].name = text.to_owned();
    set.outcome = Outcome::Stalled(Box::new(Stall {
        pod: None,
        reason: text.to_owned(),
        consequences: vec![text.to_owned()],
        spot: Some(Spot { path: text.to_owned(), line: 1, column: 1 }),
        remedy: text.to_owned(),
    }));
    set
}
