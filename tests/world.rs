//! Holds the cluster around the controller to what clusters do: binding, failing, collecting, and coming to rest.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use stslint::controller::profile::Profile;
use stslint::controller::state::{
    MaxUnavailable, PodManagementPolicy, Retain, RollingUpdate, Set, TemplateId, UpdateStrategy,
};
use stslint::dns::Moment;
use stslint::plan::{Deed, PodState};
use stslint::version::Version;
use stslint::world::{Asked, Binding, Cascade, Failure, Published, Surroundings, Tolerated, Volume, Volumes, World};

fn set(replicas: i64) -> Set {
    Set { replicas, claim_templates: Arc::from(["data".into()]), ..Set::default() }
}

fn parallel(replicas: i64) -> Set {
    Set { policy: PodManagementPolicy::Parallel, ..set(replicas) }
}

fn failing(failures: &[(i64, Failure)]) -> Surroundings {
    Surroundings { failures: failures.iter().copied().collect(), ..Surroundings::default() }
}

/// A set all of whose pods are up, in a cluster that will fail as told.
fn settled(set: Set, failures: &[(i64, Failure)]) -> World {
    let mut world = World::new(Profile::of(Version::NEWEST), set, Surroundings::default());
    world.run();
    world.surroundings_mut().failures = failures.iter().copied().collect();
    world.begin();
    world
}

/// What happens to pods and claims, in short: `+` created, `-` deleted, `R` ready, `x` gone, `~` waits for ever.
fn story(world: &World) -> String {
    let word = |deed: Deed| {
        Some(match deed {
            Deed::CreatePod(pod, revision) => format!("+{pod}@{revision}"),
            Deed::DeletePod(pod, _) | Deed::CollectPod(pod) => format!("-{pod}"),
            Deed::Ready(pod) => format!("{pod}R"),
            Deed::Gone(pod) => format!("{pod}x"),
            Deed::DeleteClaim(_, pod) => format!("claim {pod}x"),
            Deed::ReuseClaim(_, pod) => format!("claim {pod} again"),
            Deed::Evicted(pod) => format!("{pod} evicted"),
            Deed::NodeLost(pod) => format!("{pod} lost"),
            Deed::RefusePod(pod) => format!("{pod} refused"),
            Deed::Stuck(wait) => format!("~{}", wait.ordinal),
            Deed::DeleteSet => "set x".to_owned(),
            _ => return None,
        })
    };
    let words: Vec<String> = world.record().steps().iter().filter_map(|step| word(step.deed)).collect();
    words.join(" ")
}

#[test]
fn failures_befall_their_pods() {
    for (failure, want) in [
        (Failure::NeverReady, "+0@0 0R +1@0 ~1"),
        (Failure::Crash, "+0@0 0R +1@0 ~1"),
        (Failure::Unschedulable, "+0@0 0R +1@0 ~1"),
        (Failure::Evict, "+0@0 0R +1@0 1R +2@0 1 evicted -1 1x +1@0 2R 1R"),
        (Failure::NodeLost, "+0@0 0R +1@0 1R +2@0 1 lost 2R ~1"),
    ] {
        let mut world = World::new(Profile::of(Version::NEWEST), set(3), failing(&[(1, failure)]));
        world.run();
        assert_eq!(story(&world), want, "{failure:?}");
    }
}

#[test]
fn an_eviction_befalls_the_new_pod_where_the_old_one_is_deleted_before() {
    let mut world = settled(set(2), &[]);
    world.surroundings_mut().failures.insert(1, Failure::Evict);
    world.begin();
    world.change(|set| set.template = TemplateId(1));
    world.run();
    assert_eq!(story(&world), "-1 1x +1@1 1R -0 1 evicted 0x +0@1 0R -1 1x +1@1 1R");
}

#[test]
fn a_broken_pod_is_replaced_when_it_is_deleted_after_the_repair_and_not_before() {
    let broken = || {
        let mut world = settled(set(3), &[(2, Failure::Crash)]);
        world.change(|set| set.template = TemplateId(1));
        world.run();
        assert_eq!(story(&world), "-2 2x +2@1 ~2");
        world
    };
    let repaired = |world: &mut World| {
        world.surroundings_mut().failures.clear();
        world.change(|set| set.template = TemplateId(2));
    };

    let mut before = broken();
    before.delete_pod(2);
    before.run();
    repaired(&mut before);
    before.run();
    assert_eq!(story(&before), "-2 2x +2@1 ~2 2x +2@1 ~2 ~2", "deleted before the repair");

    let mut after = broken();
    repaired(&mut after);
    after.run();
    after.delete_pod(2);
    after.run();
    assert_eq!(story(&after), "-2 2x +2@1 ~2 ~2 2x +2@2 2R -1 1x +1@2 1R -0 0x +0@2 0R", "deleted after the repair");
}

#[test]
fn a_parallel_set_replaces_its_broken_pod_once_the_template_is_repaired() {
    let mut world = settled(parallel(3), &[(2, Failure::Crash)]);
    world.change(|set| set.template = TemplateId(1));
    world.run();
    assert_eq!(story(&world), "-2 2x +2@1 ~2");
    world.surroundings_mut().failures.clear();
    world.change(|set| set.template = TemplateId(2));
    world.run();
    assert_eq!(story(&world), "-2 2x +2@1 ~2 -2 2x +2@2 2R -1 1x +1@2 1R -0 0x +0@2 0R");
}

#[test]
fn claims_stay_or_go_as_the_retention_policy_says() {
    for (scaled, deleted, want_scaled, want_deleted) in [
        (Retain::Retain, Retain::Retain, "-2 2x claim 2 again +2@0 2R", "set x -0 -1 0x 1x"),
        (Retain::Delete, Retain::Retain, "-2 2x claim 2x +2@0 2R", "set x -0 -1 0x 1x"),
        (Retain::Retain, Retain::Delete, "-2 2x claim 2 again +2@0 2R", "set x -0 -1 0x claim 0x 1x claim 1x"),
        (Retain::Delete, Retain::Delete, "-2 2x claim 2x +2@0 2R", "set x -0 -1 0x claim 0x 1x claim 1x"),
    ] {
        let policy = |replicas| Set { when_scaled: scaled, when_deleted: deleted, ..set(replicas) };
        let mut world = settled(policy(3), &[]);
        world.scale(2);
        world.scale(3);
        assert_eq!(story(&world), want_scaled, "whenScaled {scaled:?}, whenDeleted {deleted:?}");
        let mut world = settled(policy(2), &[]);
        world.delete(Cascade::Background);
        assert_eq!(story(&world), want_deleted, "whenScaled {scaled:?}, whenDeleted {deleted:?}");
    }
}

#[test]
fn a_set_is_deleted_before_its_pods_after_them_or_without_them() {
    for (cascade, want) in [
        (Cascade::Background, "set x -0 -1 0x 1x"),
        (Cascade::Foreground, "-0 -1 0x 1x set x"),
        (Cascade::Orphan, "set x"),
    ] {
        let mut world = settled(set(2), &[]);
        world.delete(cascade);
        assert_eq!(story(&world), want, "{cascade:?}");
    }
}

#[test]
fn a_pod_on_a_lost_node_outlives_its_set_and_its_scaling() {
    let mut world = settled(set(2), &[(1, Failure::NodeLost)]);
    world.delete(Cascade::Background);
    assert_eq!(story(&world), "set x -0 -1 1 lost 0x");
    let mut world = settled(set(2), &[(1, Failure::NodeLost)]);
    world.scale(1);
    assert_eq!(story(&world), "-1 1 lost ~1");
}

#[test]
fn pods_without_a_volume_wait_and_with_ordered_ready_so_do_all_behind_them() {
    let volumes =
        |count| Volumes::new(vec![Binding { fitting: (0..count).collect(), ..Binding::default() }], Arc::default());
    for (set, count, want) in [
        (set(3), 0, "+0@0 ~0"),
        (set(3), 2, "+0@0 0R +1@0 1R +2@0 ~2"),
        (set(3), 3, "+0@0 0R +1@0 1R +2@0 2R"),
        (parallel(3), 2, "+0@0 +1@0 +2@0 0R 1R ~2"),
    ] {
        let surroundings = Surroundings { volumes: volumes(count), ..Surroundings::default() };
        let mut world = World::new(Profile::of(Version::NEWEST), set, surroundings);
        world.run();
        assert_eq!(story(&world), want, "{count} volumes");
    }
}

#[test]
fn claims_that_were_there_before_are_used_as_they_are() {
    let mut world = World::new(Profile::of(Version::NEWEST), set(2), Surroundings::default());
    world.make_claim(1, 0, Some(Volume::New), Binding::default());
    world.run();
    assert_eq!(story(&world), "+0@0 0R claim 1 again +1@0 1R");
}

#[test]
fn pods_that_the_api_server_refuses_stop_those_behind_them() {
    let surroundings = || Surroundings { refused: BTreeMap::from([(TemplateId(0), 2)]), ..Surroundings::default() };
    for (set, want) in [(set(4), "+0@0 0R +1@0 1R 2 refused"), (parallel(4), "+0@0 +1@0 2 refused 0R 1R")] {
        let mut world = World::new(Profile::of(Version::NEWEST), set, surroundings());
        world.run();
        assert_eq!(story(&world), want);
    }
}

fn asks(moment: Moment, peers: &[Option<i64>]) -> Vec<Asked> {
    peers.iter().map(|peer| Asked { moment, peer: *peer, in_hosts: true, port: false }).collect()
}

#[test]
fn pods_wait_for_names_until_they_resolve() {
    use Moment::{Init, Probe};
    use Published::{Early, Never, Ready};
    for (set, moment, peers, published, want) in [
        (set(2), Init, &[Some(1)][..], Ready, "+0@0 ~0"),
        (set(2), Init, &[Some(1)], Early, "+0@0 ~0"),
        (set(2), Init, &[Some(0)], Ready, "+0@0 0R +1@0 1R"),
        (set(2), Init, &[Some(0)], Never, "+0@0 0R +1@0 ~1"),
        (set(2), Init, &[None], Early, "+0@0 ~0"),
        (set(2), Probe, &[Some(1)], Early, "+0@0 ~0"),
        (set(2), Probe, &[Some(0)], Ready, "+0@0 0R +1@0 1R"),
        (set(1), Probe, &[Some(3)], Ready, "+0@0 ~0"),
        (parallel(2), Init, &[Some(1)], Ready, "+0@0 +1@0 1R 0R"),
        (parallel(2), Init, &[Some(0), Some(1)], Ready, "+0@0 +1@0 ~0"),
        (parallel(2), Init, &[Some(0), Some(1)], Early, "+0@0 +1@0 0R 1R"),
        (parallel(2), Probe, &[Some(1)], Ready, "+0@0 +1@0 1R 0R"),
        (parallel(2), Probe, &[Some(1), Some(0)], Ready, "+0@0 +1@0 ~0"),
        (parallel(2), Probe, &[Some(1), Some(0)], Early, "+0@0 +1@0 0R 1R"),
    ] {
        let asked = BTreeMap::from([(TemplateId(0), asks(moment, peers))]);
        let policy = set.policy;
        let mut world =
            World::new(Profile::of(Version::NEWEST), set, Surroundings { asked, published, ..Surroundings::default() });
        world.run();
        assert_eq!(story(&world), want, "{policy:?} {moment:?} {peers:?} {published:?}");
        let state = if moment == Init { PodState::Pending } else { PodState::Running };
        let waits: Vec<i64> = world.waiting().collect();
        for ordinal in &waits {
            let last = world.record().pods()[ordinal].last().map(|interval| interval.state);
            assert_eq!(last, Some(state), "{policy:?} {moment:?} {peers:?} {published:?}: pod {ordinal}");
        }
        assert_eq!(waits.is_empty(), !want.contains('~'), "{policy:?} {moment:?} {peers:?} {published:?}");
    }
}

#[test]
fn a_pod_that_asks_for_itself_finds_itself_in_its_own_hosts_or_waits() {
    use Moment::{Init, Probe};
    use Published::{Early, Ready};
    for (set, moment, in_hosts, port, published, want) in [
        (set(2), Init, true, false, Ready, "+0@0 0R +1@0 1R"),
        (set(2), Init, false, false, Ready, "+0@0 ~0"),
        (set(2), Init, false, false, Early, "+0@0 0R +1@0 1R"),
        (set(2), Init, true, true, Early, "+0@0 ~0"),
        (set(2), Probe, true, true, Ready, "+0@0 0R +1@0 1R"),
        (set(2), Probe, false, false, Ready, "+0@0 ~0"),
        (set(2), Probe, false, true, Early, "+0@0 0R +1@0 1R"),
        (parallel(2), Init, false, false, Ready, "+0@0 +1@0 ~0"),
        (parallel(2), Init, false, false, Early, "+0@0 +1@0 0R 1R"),
        (parallel(2), Init, true, true, Early, "+0@0 +1@0 ~0"),
        (parallel(2), Probe, true, true, Early, "+0@0 +1@0 0R 1R"),
    ] {
        let told = format!("{:?} {moment:?} {in_hosts} {port} {published:?}", set.policy);
        let asked = BTreeMap::from([(TemplateId(0), vec![Asked { moment, peer: Some(0), in_hosts, port }])]);
        let surroundings = Surroundings { asked, published, ..Surroundings::default() };
        let mut world = World::new(Profile::of(Version::NEWEST), set, surroundings);
        world.run();
        assert_eq!(story(&world), want, "{told}");
    }
}

#[test]
fn pods_that_run_answer_those_that_an_update_makes_ask() {
    for (moment, want) in
        [(Moment::Init, "-1 1x +1@1 1R -0 0x +0@1 0R"), (Moment::Probe, "-1 1x +1@1 1R -0 0x +0@1 0R")]
    {
        let mut world = settled(set(2), &[]);
        world.surroundings_mut().asked.insert(TemplateId(1), asks(moment, &[Some(0), Some(1)]));
        world.change(|set| set.template = TemplateId(1));
        world.run();
        assert_eq!(story(&world), want, "{moment:?}");
        // The same set cannot come up anew.
        world.scale(0);
        world.scale(2);
        assert!(story(&world).ends_with("+0@1 ~0"), "{moment:?}: {}", story(&world));
    }
}

#[test]
fn a_name_that_is_published_early_lets_pods_go_on() {
    let asked = BTreeMap::from([(TemplateId(0), asks(Moment::Init, &[Some(0), Some(1)]))]);
    let mut world =
        World::new(Profile::of(Version::NEWEST), parallel(2), Surroundings { asked, ..Surroundings::default() });
    world.run();
    assert_eq!(story(&world), "+0@0 +1@0 ~0");
    world.publish(Published::Early);
    world.run();
    assert_eq!(story(&world), "+0@0 +1@0 ~0 0R 1R");
    assert_eq!(world.waiting().count(), 0);
}

#[test]
fn a_lost_node_is_noticed_after_its_grace_period_and_tolerated_as_long_as_the_template_says() {
    for (template, tolerated, deleted) in [
        (0, None, Some(351)),
        (0, Some(Tolerated::For(10)), Some(61)),
        (0, Some(Tolerated::For(0)), Some(51)),
        (0, Some(Tolerated::Forever), None),
        (1, Some(Tolerated::Forever), Some(351)),
    ] {
        let mut world = settled(set(2), &[(1, Failure::NodeLost)]);
        world.surroundings_mut().tolerated = tolerated.map(|it| (TemplateId(template), it)).into_iter().collect();
        world.run();
        let steps = world.record().steps().iter();
        let when = |deed: Deed| steps.clone().find(|step| step.deed == deed).map(|step| step.at);
        let times = [Deed::NodeLost(1), Deed::Unheard(1), Deed::DeleteLost(1)].map(when);
        assert_eq!(times, [Some(1), Some(51), deleted], "template {template}: {tolerated:?}");
        let last = if deleted.is_some() { PodState::Terminating } else { PodState::Running };
        let state = world.record().pods()[&1].last().map(|interval| interval.state);
        assert_eq!(state, Some(last), "template {template}: {tolerated:?}");
    }
}

fn strategies() -> impl Strategy<Value = UpdateStrategy> {
    let rolling = (0..4_i64, prop::option::of(1..3_i64)).prop_map(|(partition, count)| {
        UpdateStrategy::RollingUpdate(Some(RollingUpdate {
            partition,
            max_unavailable: count.map(MaxUnavailable::Count),
        }))
    });
    prop_oneof![rolling, Just(UpdateStrategy::RollingUpdate(None)), Just(UpdateStrategy::OnDelete)]
}

fn sets() -> impl Strategy<Value = Set> {
    let retain = || prop_oneof![Just(Retain::Retain), Just(Retain::Delete)];
    (0..6_i64, 0..3_i64, any::<bool>(), strategies(), retain(), retain(), 0..4_i64, 0..2_i64).prop_map(
        |(replicas, start, ordered, strategy, when_deleted, when_scaled, min_ready_seconds, revision_history_limit)| {
            Set {
                start,
                strategy,
                when_deleted,
                when_scaled,
                min_ready_seconds,
                revision_history_limit,
                ..if ordered { set(replicas) } else { parallel(replicas) }
            }
        },
    )
}

fn failures() -> impl Strategy<Value = BTreeMap<i64, Failure>> {
    prop::collection::btree_map(0..7_i64, prop::sample::select(Failure::ALL.to_vec()), 0..3)
}

fn asked() -> impl Strategy<Value = BTreeMap<TemplateId, Vec<Asked>>> {
    let moment = prop::sample::select(vec![Moment::Init, Moment::Probe]);
    let asked = (moment, prop::option::weighted(0.9, 0..6_i64), any::<bool>(), any::<bool>());
    let asked = asked.prop_map(|(moment, peer, in_hosts, port)| Asked { moment, peer, in_hosts, port });
    prop::collection::btree_map((0..2_u32).prop_map(TemplateId), prop::collection::vec(asked, 1..3), 0..2)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever fails and whatever is asked for, a story ends, and the record of it holds together.
    #[test]
    fn every_story_ends_and_holds_together(
        minor in 33..=37_u8, first in sets(), then in sets(), early in failures(), late in failures(), scale in 0..6_i64,
        asked in asked(),
    ) {
        let surroundings = Surroundings { failures: early, asked, ..Surroundings::default() };
        let mut world = World::new(Profile::of(Version::of_minor(minor).unwrap()), first, surroundings);
        world.run();
        world.surroundings_mut().failures = late;
        world.begin();
        world.change(|set| *set = Set { uid: set.uid, generation: set.generation, template: TemplateId(1), ..then });
        world.run();
        world.scale(scale);
        let record = world.record();
        let times: Vec<i64> = record.steps().iter().map(|step| step.at).collect();
        prop_assert!(times.is_sorted(), "{times:?}");
        for (ordinal, timeline) in record.pods() {
            for (interval, next) in timeline.iter().zip(timeline.iter().skip(1)) {
                let ends = interval.until.is_some_and(|until| interval.from < until && until <= next.from);
                prop_assert!(ends, "pod {ordinal}: {timeline:?}");
            }
            let last = timeline.last().filter(|last| last.until.is_none()).map(|last| last.state);
            let there = world.state().pod(*ordinal).is_some();
            prop_assert_eq!(last.is_some_and(|state| state != PodState::Absent), there, "pod {}: {:?}", ordinal, timeline);
        }
        for ordinal in world.state().pod_ordinals() {
            prop_assert!(record.pods().contains_key(&ordinal), "pod {ordinal} is not in the record");
        }
        world.delete(Cascade::Background);
        let lost = world.state().pod_ordinals().all(|pod| world.record().is_lost(world.state().pod(pod).map_or(0, |pod| pod.uid)));
        prop_assert!(lost, "only pods on lost nodes outlive their set");
    }
}
