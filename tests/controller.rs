//! Holds the controller against Kubernetes' own, one recorded reconcile step at a time.
//!
//! `cargo test --test controller` replays the golden records. Fresh ones come from `conformance/reconcile/live.sh`.

#![expect(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test panics")]

#[path = "controller/golden.rs"]
mod golden;
#[path = "controller/mutation.rs"]
mod mutation;
#[path = "controller/record.rs"]
mod record;
#[path = "controller/shrink.rs"]
mod shrink;

use golden::Golden;
use record::{NOW, Record};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use stslint::controller::profile::Profile;
use stslint::controller::state::State;
use stslint::controller::step::step;
use stslint::version::Version;

/// What the controller does instead of what it should do, if that differs.
fn difference(profile: Profile, record: &Record) -> Option<String> {
    let state = record.state().unwrap_or_else(|| panic!("not a record: {record:?}"));
    let actual = record.actual(&state, &step(&profile, &state, NOW));
    (actual != record.expected()).then_some(actual)
}

/// Every golden record, for every version that behaves so.
#[test]
fn golden_records_replay() {
    let golden = Golden::read();
    for minor in Version::all().map(Version::minor) {
        let of_minor = golden.profiles.iter().filter(|(_, profile, _)| profile.minor() == minor);
        let steps: usize = of_minor.map(|(_, _, steps)| steps).sum();
        assert!(steps >= 100_000, "1.{minor}: only {steps} steps");
    }
    let replayed = AtomicUsize::new(0);
    let half = golden.lines.len().div_ceil(2);
    std::thread::scope(|scope| {
        for lines in golden.lines.chunks(half) {
            let (golden, replayed) = (&golden, &replayed);
            scope.spawn(move || {
                for (mask, line) in lines {
                    let record = Record::parse(line).unwrap_or_else(|| panic!("not a record: {line}"));
                    for (_, profile, _) in golden.behaving(*mask) {
                        if let Some(actual) = difference(*profile, &record) {
                            panic!("{}", record.explain(*profile, &actual));
                        }
                        replayed.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    println!("{} distinct steps replayed from {} lines", replayed.into_inner(), golden.lines.len());
}

/// Breaks the model on purpose, and asks whether the golden records notice.
#[test]
fn golden_records_bite() {
    let golden = Golden::read();
    let stride = golden.lines.len().div_ceil(4000);
    let sample: Vec<_> = golden
        .lines
        .iter()
        .step_by(stride)
        .filter_map(|(mask, line)| {
            let (_, profile, _) = golden.behaving(*mask).next()?;
            let record = Record::parse(line)?;
            Some((*profile, record.state()?, record.expected(), record))
        })
        .collect();
    for mutation in mutation::ALL {
        let catches = |(profile, state, expected, record): &&(Profile, State, String, Record)| {
            mutation.does(*profile, state.clone(), record) != *expected
        };
        let caught = sample.iter().filter(catches).count();
        println!("{caught:6} of {} records catch: {}", sample.len(), mutation.name);
        assert!(caught > 0, "no record notices that {}", mutation.name);
    }
}

/// A state that was changed pod by pod gives the same step as one that looked at every pod again.
#[test]
fn a_changed_state_is_as_good_as_a_new_one() {
    let golden = Golden::read();
    for (mask, line) in golden.lines.iter().step_by(golden.lines.len().div_ceil(3000)) {
        let Some((_, profile, _)) = golden.behaving(*mask).next() else { continue };
        let mut state = Record::parse(line).and_then(|record| record.state()).expect("a record");
        for round in 0..6 {
            let mut anew = state.clone();
            anew.change_set(|_| ());
            let outcome = step(profile, &state, NOW + round);
            assert_eq!(outcome, step(profile, &anew, NOW + round), "round {round} after {line}");
            state.apply(&outcome);
            live_on(&mut state, round);
        }
    }
}

/// The rest of the cluster, by turns.
fn live_on(state: &mut State, round: i64) {
    for ordinal in state.pod_ordinals().collect::<Vec<_>>() {
        match (ordinal + round) % 5 {
            0 => state.delete_pod(ordinal),
            1 => state.change_pod(ordinal, |pod| pod.ready_since = None),
            2 => state.change_claims(ordinal, Vec::clear),
            _ if state.pod(ordinal).is_some_and(|pod| pod.terminating) => drop(state.remove_pod(ordinal)),
            _ => state.change_pod(ordinal, |pod| pod.make_ready(NOW + round)),
        }
    }
}

/// Fresh records, and the judge that made them: a step that differs is made as small as it goes.
#[test]
#[ignore = "needs STSLINT_LIVE_RECORDS, a folder of records: conformance/reconcile/live.sh"]
fn live_records_replay() {
    let folder = PathBuf::from(std::env::var_os("STSLINT_LIVE_RECORDS").expect("STSLINT_LIVE_RECORDS names a folder"));
    let mut files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    assert!(!files.is_empty(), "no records in {}", folder.display());
    for file in files {
        replay_live(&file);
    }
}

fn replay_live(file: &Path) {
    let name = file.file_stem().unwrap().to_str().unwrap();
    let profile = golden::profile(name);
    let mut steps = 0;
    for line in std::fs::read_to_string(file).unwrap().lines() {
        let record = Record::parse(line).unwrap_or_else(|| panic!("not a record: {line}"));
        if let Some(actual) = difference(profile, &record) {
            let judge = file.with_file_name(format!("judge{}", profile.minor()));
            match shrink::Judge::start(&judge, name) {
                Some(judge) => panic!("{}", shrink::smallest(judge, profile, record)),
                None => panic!("{}", record.explain(profile, &actual)),
            }
        }
        steps += 1;
    }
    println!("{name}: {steps} fresh steps, 0 differences");
}
