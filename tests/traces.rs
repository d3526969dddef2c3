//! The worked traces T-1 to T-24 of the StatefulSet semantics, told in a small world where pods do as they are told.
//!
//! In a story, `+2@B` is pod 2 created at template B, `-2` a pod deleted, `2R` a pod become available, `2 gone` a
//! terminating pod gone; ` · ` parts what happens in different steps. Unless a trace says so, every version tells the
//! same story with the gate of maxUnavailable off and on.

#[path = "traces/world.rs"]
mod world;

use stslint::controller::profile::Profile;
use stslint::controller::state::{
    MaxUnavailable, Owner, Phase, PodManagementPolicy, Retain, RollingUpdate, Set, UpdateStrategy,
};
use stslint::version::Version;
use world::{World, pods_at, template};

/// A set of so many replicas at template A.
fn set(replicas: i64) -> Set {
    Set { replicas, template: template('A'), ..Set::default() }
}

fn parallel(replicas: i64) -> Set {
    Set { policy: PodManagementPolicy::Parallel, ..set(replicas) }
}

fn rolling(partition: i64, max_unavailable: Option<i64>) -> UpdateStrategy {
    let max_unavailable = max_unavailable.map(MaxUnavailable::Count);
    UpdateStrategy::RollingUpdate(Some(RollingUpdate { partition, max_unavailable }))
}

fn every_version() -> impl Iterator<Item = Profile> {
    Version::all().flat_map(|version| gates(version, &[false, true]))
}

/// A version with the gate of maxUnavailable as told.
fn gates(version: Version, on: &[bool]) -> Vec<Profile> {
    let profile = |&max_unavailable: &bool| {
        let mut profile = Profile::of(version);
        profile.max_unavailable = max_unavailable;
        profile
    };
    on.iter().map(profile).collect()
}

fn versions(minors: std::ops::RangeInclusive<u8>, on: &'static [bool]) -> impl Iterator<Item = Profile> {
    minors.filter_map(Version::of_minor).flat_map(move |version| gates(version, on))
}

#[test]
fn t1_ordered_ready_creates_one_pod_after_another() {
    for profile in every_version() {
        let claims = std::sync::Arc::from(["data".into()]);
        let mut world = World::new(profile, Set { claim_templates: claims, ..set(3) });
        assert_eq!(world.story(), "+data-0 +0@A · 0R · +data-1 +1@A · 1R · +data-2 +2@A · 2R");
        assert_eq!(world.status(), "A>A replicas 3 ready 3 available 3 current 3 updated 3");
    }
}

#[test]
fn t2_parallel_creates_all_pods_at_once() {
    for profile in every_version() {
        assert_eq!(World::new(profile, parallel(5)).step(), "+0@A +1@A +2@A +3@A +4@A");
    }
}

#[test]
fn t3_an_update_rolls_from_the_highest_ordinal() {
    for profile in every_version() {
        let mut world = World::settled(profile, set(3));
        world.change(|set| set.template = template('B'));
        let roll = |pod: u8| format!("-{pod} · {pod} gone · +{pod}@B · {pod}R");
        assert_eq!(world.story(), [2, 1, 0].map(roll).join(" · "));
        assert_eq!(world.status(), "B>B replicas 3 ready 3 available 3 current 3 updated 3");
    }
}

#[test]
fn t4_pods_below_the_partition_stay() {
    for profile in every_version() {
        let mut world = World::settled(profile, Set { strategy: rolling(2, None), ..set(3) });
        world.change(|set| set.template = template('B'));
        assert_eq!(world.story(), "-2 · 2 gone · +2@B · 2R");
        assert_eq!(world.status(), "A>B replicas 3 ready 3 available 3 current 2 updated 1");
        world.lose(0);
        assert_eq!(world.story(), "+0@A · 0R", "a pod below the partition comes back at the old revision");
        world.lose(2);
        assert_eq!(world.story(), "+2@B · 2R");
    }
}

#[test]
fn t5_a_partition_beyond_the_replicas_rolls_nothing() {
    for profile in every_version() {
        let mut world = World::settled(profile, Set { strategy: rolling(5, None), ..set(3) });
        world.change(|set| set.template = template('B'));
        assert_eq!(world.story(), "");
        assert_eq!(world.status(), "A>B replicas 3 ready 3 available 3 current 3 updated 0");
    }
}

#[test]
fn t6_the_partition_is_an_index() {
    for profile in every_version() {
        let mut world = World::settled(profile, Set { start: 10, strategy: rolling(1, None), ..set(3) });
        world.change(|set| set.template = template('B'));
        assert_eq!(world.story(), "-12 · 12 gone · +12@B · 12R · -11 · 11 gone · +11@B · 11R");
    }
}

/// Three pods, and pod 2 at B never becomes ready.
fn stuck(profile: Profile, set: Set) -> World {
    let mut world = World::settled(profile, set);
    world.broken.insert((2, 'B'));
    world.change(|set| set.template = template('B'));
    assert!(world.story().ends_with("-2 · 2 gone · +2@B"));
    world
}

#[test]
fn t7_a_repaired_template_does_not_replace_the_broken_pod() {
    for profile in every_version() {
        for (repair, rest) in [('C', "· -1 · 1 gone · +1@C · 1R · -0 · 0 gone · +0@C · 0R"), ('A', "")] {
            let mut world = stuck(profile, set(3));
            world.change(|set| set.template = template(repair));
            assert_eq!(world.story(), "", "no pod changes");
            assert_eq!(world.waits(), "2 NotReady");
            world.lose(2);
            assert_eq!(world.story(), format!("+2@{repair} · 2R {rest}").trim_end());
        }
    }
}

#[test]
fn t8_deleting_the_broken_pod_first_does_not_help() {
    for profile in every_version() {
        let mut world = stuck(profile, set(3));
        world.lose(2);
        assert_eq!(world.story(), "+2@B");
        assert_eq!(world.waits(), "2 NotReady");
    }
}

#[test]
fn t9_parallel_replaces_the_broken_pod() {
    let strategy = rolling(0, Some(1));
    let free = versions(33..=36, &[false]).chain(versions(37..=37, &[false, true]));
    for profile in free {
        let mut world = stuck(profile, Set { strategy, ..parallel(3) });
        world.change(|set| set.template = template('C'));
        assert_eq!(world.step(), "-2");
        assert!(world.story().starts_with("2 gone · +2@C · 2R · -1"));
    }
    for profile in versions(33..=36, &[true]) {
        let mut world = stuck(profile, Set { strategy, ..parallel(3) });
        world.change(|set| set.template = template('C'));
        assert_eq!(world.story(), "", "the budget is spent on the broken pod");
    }
}

#[test]
fn t10_an_unavailable_lower_pod_keeps_a_higher_one_from_coming_back() {
    for profile in every_version() {
        let mut world = stuck(profile, set(3));
        world.unready(0);
        world.change(|set| set.template = template('C'));
        world.lose(2);
        assert_eq!(world.story(), "");
        assert_eq!(world.waits(), "0 NotReady");
        world.recover(0);
        assert!(world.story().starts_with("+2@C · 2R"));
    }
}

#[test]
fn t11_ordered_ready_scales_down_one_after_another() {
    for profile in every_version() {
        let mut world = World::settled(profile, set(5));
        world.change(|set| set.replicas = 2);
        assert_eq!(world.story(), "-4 · 4 gone · -3 · 3 gone · -2 · 2 gone");

        let mut world = World::settled(profile, set(5));
        world.unready(1);
        world.change(|set| set.replicas = 2);
        assert_eq!(world.story(), "");
        assert_eq!(world.waits(), "1 NotReady");
    }
}

#[test]
fn t12_the_first_unavailable_condemned_pod_goes() {
    for profile in every_version() {
        let mut world = World::settled(profile, set(3));
        world.unready(2);
        world.change(|set| set.replicas = 1);
        assert_eq!(world.story(), "-2 · 2 gone · -1 · 1 gone");
    }
}

#[test]
fn t13_two_unavailable_condemned_pods_stall_a_scale_down() {
    for profile in every_version() {
        let mut world = World::settled(profile, set(4));
        world.unready(2);
        world.unready(3);
        world.change(|set| set.replicas = 1);
        assert_eq!(world.story(), "");
        assert_eq!(world.waits(), "3 NotReady");
        world.lose(3);
        assert_eq!(world.story(), "-2 · 2 gone · -1 · 1 gone");
    }
}

#[test]
fn t14_parallel_scales_down_at_once() {
    for profile in every_version() {
        let mut world = World::settled(profile, parallel(5));
        world.change(|set| set.replicas = 2);
        assert_eq!(world.step(), "-4 -3 -2");
    }
}

#[test]
fn t15_ordered_ready_within_a_budget_of_two() {
    for profile in versions(33..=37, &[true]) {
        let mut world = World::settled(profile, Set { strategy: rolling(0, Some(2)), ..set(5) });
        world.change(|set| set.template = template('B'));
        assert_eq!(
            world.story(),
            "-4 -3 · 3 gone 4 gone · +3@B · 3R · +4@B · 4R · -2 -1 · 1 gone 2 gone · +1@B · 1R · +2@B · 2R \
             · -0 · 0 gone · +0@B · 0R"
        );
    }
}

#[test]
fn t16_parallel_within_a_budget_of_two() {
    for profile in versions(33..=37, &[true]) {
        let mut world = World::settled(profile, Set { strategy: rolling(0, Some(2)), ..parallel(5) });
        world.change(|set| set.template = template('B'));
        assert_eq!(
            world.story(),
            "-4 -3 · 3 gone 4 gone · +3@B +4@B · 3R 4R · -2 -1 · 1 gone 2 gone · +1@B +2@B · 1R 2R \
             · -0 · 0 gone · +0@B · 0R"
        );

        let mut world = World::settled(profile, Set { strategy: rolling(0, Some(2)), ..parallel(5) });
        world.change(|set| set.template = template('B'));
        assert_eq!(world.step(), "-4 -3");
        world.gone(4);
        assert_eq!(world.step(), "+4@B");
        world.gone(3);
        assert_eq!(world.step(), "+3@B");
        world.ready(4);
        assert_eq!(world.step(), "-2", "one of the two is back");
        world.ready(3);
        assert_eq!(world.step(), "-1");
    }
}

#[test]
fn t17_a_broken_old_pod_and_the_budget() {
    let broken = |profile| {
        let mut world = World::settled(profile, Set { strategy: rolling(0, Some(1)), ..parallel(3) });
        world.unready(1);
        world.change(|set| set.template = template('B'));
        world
    };
    for profile in versions(33..=36, &[true]) {
        assert_eq!(broken(profile).story(), "");
    }
    for profile in versions(37..=37, &[true]) {
        assert_eq!(
            broken(profile).story(),
            "-1 · 1 gone · +1@B · 1R · -2 · 2 gone · +2@B · 2R · -0 · 0 gone · +0@B · 0R"
        );
    }
}

#[test]
fn t18_without_pods_an_update_completes() {
    for profile in every_version() {
        let mut world = stuck(profile, set(3));
        world.change(|set| set.replicas = 0);
        assert_eq!(world.story(), "-2 · 2 gone · -1 · 1 gone · -0 · 0 gone");
        assert_eq!(world.status(), "B>B replicas 0 ready 0 available 0 current 0 updated 0");
    }
}

#[test]
fn t19_a_scaled_down_claim_goes_with_its_pod() {
    for profile in every_version() {
        let claims = std::sync::Arc::from(["data".into()]);
        let mut world = World::settled(profile, Set { claim_templates: claims, when_scaled: Retain::Delete, ..set(3) });
        world.change(|set| set.replicas = 2);
        assert_eq!(world.story(), "data-2 to pod 2 -2 · 2 gone");
        world.change(|set| set.replicas = 3);
        assert_eq!(world.story(), "", "the claim is still that of the pod that went");
        assert_eq!(world.waits(), "2 StaleClaim");
        world.collect_garbage();
        assert_eq!(world.story(), "+data-2 +2@A · 2R");
    }
}

#[test]
fn t20_orphans_are_adopted() {
    for profile in every_version() {
        let mut world = World::settled(profile, set(3));
        world.orphan();
        assert_eq!(world.story(), "adopt A adopt 0 adopt 1 adopt 2", "an identical set restarts nothing");
        assert_eq!(world.status(), "A>A replicas 3 ready 3 available 3 current 3 updated 3");

        let mut world = World::settled(profile, set(3));
        world.orphan();
        world.change(|set| set.template = template('B'));
        assert_eq!(world.step(), "adopt A adopt 0 adopt 1 adopt 2 -2 fails", "the status would be negative");
        assert_eq!(world.status(), "none");
        assert!(world.story().starts_with("2 gone · +2@B · 2R · -1"));
    }
}

#[test]
fn t21_an_evicted_pod_is_replaced_and_holds_the_update_up() {
    for profile in every_version() {
        let mut world = World::settled(profile, set(3));
        world.finish(1, Phase::Failed);
        world.change(|set| set.template = template('B'));
        assert_eq!(world.step(), "-1");
        assert_eq!(world.waits(), "1 Finished");
        assert_eq!(world.step(), "+1@B");
        assert!(world.story().starts_with("1R · -2"));
    }
}

#[test]
fn t22_a_crash_loop_is_not_a_failure() {
    for profile in every_version() {
        let mut world = World::settled(profile, set(3));
        world.unready(1);
        assert_eq!(world.story(), "");
        assert_eq!(world.waits(), "1 NotReady");
    }
}

#[test]
fn t23_new_pods_of_a_scale_up_have_the_new_template() {
    for profile in every_version() {
        let mut world = World::settled(profile, set(2));
        world.change(|set| {
            set.template = template('B');
            set.replicas = 4;
        });
        assert_eq!(world.story(), "+2@B · 2R · +3@B · 3R · -1 · 1 gone · +1@B · 1R · -0 · 0 gone · +0@B · 0R");
    }
}

#[test]
fn t24_without_a_rolling_update_block_a_lost_pod_comes_back_old() {
    for profile in every_version() {
        let mut world = World::settled(profile, Set { strategy: UpdateStrategy::RollingUpdate(None), ..set(2) });
        world.change(|set| {
            set.template = template('B');
            set.replicas = 4;
        });
        assert_eq!(world.step(), "+2@B");
        world.lose(0);
        assert_eq!(world.step(), "+0@A");
        assert_eq!(world.story(), "0R 2R · +3@B · 3R · -1 · 1 gone · +1@B · 1R · -0 · 0 gone · +0@B · 0R");
    }
}

#[test]
fn six_pods_roll_down_to_the_partition_and_then_to_the_end() {
    for profile in every_version() {
        let mut world = World::settled(profile, Set { strategy: rolling(3, None), ..set(6) });
        world.change(|set| set.template = template('B'));
        let roll = |pod: u8| format!("-{pod} · {pod} gone · +{pod}@B · {pod}R");
        assert_eq!(world.story(), [5, 4, 3].map(roll).join(" · "));
        world.lose(1);
        assert_eq!(world.story(), "+1@A · 1R", "a lost pod below the partition comes back at the old revision");
        world.change(|set| set.strategy = rolling(0, None));
        assert_eq!(world.story(), [2, 1, 0].map(roll).join(" · "));
        assert_eq!(pods_at(&world.state, 'B'), 6);
    }
}

#[test]
fn a_ready_pod_is_waited_for_until_it_is_available() {
    for profile in every_version() {
        let mut world = World::new(profile, Set { min_ready_seconds: 10, ..set(2) });
        assert_eq!(world.step(), "+0@A");
        world.ready(0); // at second 1
        let available = if profile.minor() < 35 { 12 } else { 11 };
        while world.step().is_empty() {
            assert_eq!(world.waits(), "0 NotAvailable");
            assert_eq!(world.next_check(), Some(available));
        }
        assert_eq!(world.now, available, "from 1.35 in the very second, before after it");
        assert_eq!(world.waits(), "1 Created");
    }
}

#[test]
fn on_delete_waits_for_the_user() {
    for profile in every_version() {
        let mut world = World::settled(profile, Set { strategy: UpdateStrategy::OnDelete, ..set(2) });
        world.change(|set| set.template = template('B'));
        assert_eq!(world.story(), "");
        world.lose(1);
        world.lose(0);
        assert_eq!(world.story(), "+0@B · 0R · +1@B · 1R");
        let completes = profile.minor() >= 37;
        assert_eq!(world.status().starts_with("B>B"), completes, "before 1.37 the update never completes");
    }
}

#[test]
fn recreate_takes_all_pods_down_first() {
    let mut profile = Profile::of(Version::NEWEST);
    profile.recreate = true;
    let mut world = World::settled(profile, Set { strategy: UpdateStrategy::Recreate, ..set(2) });
    world.broken.insert((0, 'B'));
    world.change(|set| set.template = template('B'));
    assert_eq!(world.story(), "-0 -1 · 0 gone 1 gone · +0@B");
    world.change(|set| set.template = template('C'));
    assert_eq!(world.story(), "-0 · 0 gone · +0@C · 0R · +1@C · 1R", "a stuck update is freed by the next template");
}

#[test]
fn a_stranger_in_the_pods_place_fails_every_step() {
    for profile in every_version() {
        let mut world = World::settled(profile, set(2));
        world.lose(1);
        let mut stranger = world.state.pod(0).unwrap().clone();
        stranger.owner = Owner::Other;
        world.state.put_pod(1, stranger);
        assert_eq!(world.step(), "+1@A fails");
    }
}
