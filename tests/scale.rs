//! Rolls ten thousand pods, one after another: a step must not look at all of them.

use std::time::Instant;
use stslint::controller::profile::Profile;
use stslint::controller::state::{PodManagementPolicy, Set, State, TemplateId};
use stslint::controller::step::step;
use stslint::version::Version;

const REPLICAS: i64 = 10_000;

/// Creates all pods, gives them another template, and counts the steps until nothing happens.
fn roll(policy: PodManagementPolicy, claims: &[&str]) -> usize {
    let profile = Profile::of(Version::NEWEST);
    let claim_templates = claims.iter().map(|&name| name.into()).collect();
    let mut state = State::new(Set { replicas: REPLICAS, policy, claim_templates, ..Set::default() });
    let mut steps = 0;
    for template in 0..2 {
        state.change_set(|set| set.template = TemplateId(template));
        loop {
            steps += 1;
            let outcome = step(&profile, &state, 0);
            state.apply(&outcome);
            if outcome.is_quiet() {
                break;
            }
            for action in &outcome.actions {
                use stslint::controller::action::Call::{CreatePod, DeletePod};
                match action.call {
                    CreatePod(ordinal, _) => state.change_pod(ordinal, |pod| pod.make_ready(0)),
                    DeletePod(ordinal, _) => {
                        state.remove_pod(ordinal);
                    }
                    _ => {}
                }
            }
        }
    }
    steps
}

#[test]
fn ten_thousand_pods_one_after_another() {
    let start = Instant::now();
    let steps = roll(PodManagementPolicy::OrderedReady, &["data"]);
    println!("OrderedReady: {steps} steps in {:?}", start.elapsed());
    assert_eq!(steps, 30_000 + 4);
}

#[test]
fn ten_thousand_pods_in_parallel() {
    let start = Instant::now();
    let steps = roll(PodManagementPolicy::Parallel, &["data"]);
    println!("Parallel: {steps} steps in {:?}", start.elapsed());
    assert!(steps < 20_010, "{steps} steps");
}
