//! Holds what an object is refused for, and what is stored of it, against what Kubernetes' own code answered, as
//! `conformance/admission` recorded it for base objects with one to three edits each.
//!
//! `STSLINT_ADMISSION_AREA=volumes cargo test --test admission -- --nocapture` looks at one area alone and
//! shows the first differences.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

#[path = "admission/golden.rs"]
mod golden;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::{env, fs};

use golden::{Answer, Golden, Question, Record};
use rayon::prelude::*;
use serde::Deserialize;
use stslint::admission::{self, Admission};
use stslint::defaults;
use stslint::manifest::{self, Object};
use stslint::schema::{self, Fault, Violation};
use stslint::source::{FileId, Role};
use stslint::version::{FeatureGate, FeatureGates, Version};
use stslint::yaml::{self, Node};

/// How many differences are shown.
const SHOWN: usize = 30;

/// The type of the one cause of an object that cannot be decoded.
const DECODING: &str = "Decoding";

fn conformance() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance")
}

/// The golden records, read once.
fn golden() -> &'static Golden {
    static GOLDEN: LazyLock<Golden> =
        LazyLock::new(|| Golden::read(&fs::read(conformance().join("golden/admission.jsonl.gz")).unwrap()));
    &GOLDEN
}

/// Causes that differ, and why: both sides agree on the verdict, and all that they differ in has these words in it.
#[derive(Deserialize)]
struct Difference {
    words: String,
    reason: String,
}

fn known() -> Vec<Difference> {
    let text = fs::read_to_string(conformance().join("known/admission.jsonl")).unwrap();
    let known: Vec<Difference> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(known.iter().all(|known| !known.words.is_empty() && !known.reason.is_empty()));
    assert!(known.len() < 20, "{} known differences", known.len());
    known
}

/// Hands the one object of a manifest on.
fn with_object<T>(text: &str, ask: impl FnOnce(&Object<'_>) -> T) -> T {
    let tree = yaml::parse(FileId(0), text);
    let found = manifest::recognise(&tree, Role::Target, "default", false);
    ask(found.objects.first().unwrap())
}

/// What the server says when it cannot decode an object: the first wrong type alone, else every unknown field.
fn undecodable(violations: &[Violation]) -> Option<Answer> {
    let error = |violation: &Violation| {
        let said = violation.answer.split_once(" cannot be handled as a ").unwrap().1;
        said.split_once(": ").unwrap().1.to_owned()
    };
    let message = if let Some(wrong) = violations.iter().find(|violation| violation.fault == Fault::WrongType) {
        error(wrong)
    } else if violations.is_empty() {
        return None;
    } else {
        let fields: Vec<_> = violations.iter().map(error).collect();
        let fields: Vec<_> =
            fields.iter().map(|field| field.strip_prefix("strict decoding error: ").unwrap()).collect();
        format!("strict decoding error: {}", fields.join(", "))
    };
    let faults = BTreeSet::from([(String::new(), DECODING.to_owned(), message)]);
    Some(Answer { faults, ..Answer::default() })
}

fn causes(errors: Vec<admission::FieldError>) -> BTreeSet<golden::Fault> {
    errors.into_iter().map(|error| (error.field, error.reason.name().to_owned(), error.message)).collect()
}

fn said(admission: Admission) -> Answer {
    let warnings = admission.warnings.into_iter().map(|warning| warning.text).collect();
    Answer { faults: causes(admission.errors), warnings, refused: false }
}

/// What we answer about `object`; `old` is what it replaces, if it does.
fn ask(object: &Object<'_>, old: &Object<'_>, question: Question, version: Version) -> Answer {
    let undecodable = |object: &Object<'_>| undecodable(&schema::validate(object, version));
    let create = || undecodable(object).unwrap_or_else(|| said(admission::create(object, version)));
    match question {
        Question::Create => create(),
        Question::Update => {
            let update = || said(admission::update(object, old, version));
            undecodable(old).or_else(|| undecodable(object)).unwrap_or_else(update)
        }
        Question::Pods if create().faults.is_empty() => {
            Answer { faults: causes(admission::pods(object, version)), ..Answer::default() }
        }
        Question::Pods => Answer { refused: true, ..Answer::default() },
    }
}

/// Hides which of the claims of a set comes first among its volumes: both the API server and the controller take them from
/// a map.
fn unordered(answer: &mut Answer, object: &Object<'_>) {
    let claims = object.get(&["spec", "volumeClaimTemplates"]).into_iter().flat_map(Node::items);
    let named =
        |claim: Node<'_>| claim.get("metadata").and_then(|metadata| metadata.get("name")?.raw()).map(str::to_owned);
    let count = claims.map(named).collect::<BTreeSet<_>>().len();
    if count < 2 {
        return;
    }
    let hidden = |(field, kind, message): golden::Fault| {
        let (before, rest) = field.split_once("spec.volumes[").unwrap_or_default();
        let (index, behind) = rest.split_once(']').unwrap_or_default();
        let is_claim = index.parse::<usize>().is_ok_and(|index| index < count);
        let field = if is_claim { format!("{before}spec.volumes[claim]{behind}") } else { field };
        (field, kind, message)
    };
    answer.faults = std::mem::take(&mut answer.faults).into_iter().map(hidden).collect();
}

/// Whether known differences are all that there is between two answers; notes which. Both have to say the known words of
/// the same field: how they go on may differ.
fn tolerated(ours: &Answer, theirs: &Answer, known: &[Difference], met: &mut [bool]) -> bool {
    let number_of = |message: &str| known.iter().position(|known| message.contains(&known.words));
    let cut = |answer: &Answer| {
        let cut = |(field, kind, message): &golden::Fault| {
            let message = number_of(message).map_or(message, |number| &known[number].words);
            (field.clone(), kind.clone(), message.clone())
        };
        Answer { faults: answer.faults.iter().map(cut).collect(), ..answer.clone() }
    };
    let is_tolerated = cut(ours) == cut(theirs);
    if is_tolerated {
        let differing = ours.faults.symmetric_difference(&theirs.faults);
        differing.filter_map(|(_, _, message)| number_of(message)).for_each(|number| met[number] = true);
    }
    is_tolerated
}

fn show(out: &mut String, whose: &str, answer: &Answer, other: &Answer) {
    for (field, kind, message) in answer.faults.difference(&other.faults) {
        let message: String = message.chars().take(300).collect();
        _ = writeln!(out, "  {whose} {field}: {kind}: {message}");
    }
    for warning in answer.warnings.difference(&other.warnings) {
        _ = writeln!(out, "  {whose} warning: {warning}");
    }
    if answer.refused && !other.refused {
        _ = writeln!(out, "  {whose} the set is refused");
    }
}

/// What was asked of one area, and where the answers differ.
#[derive(Default)]
struct Tally {
    right: usize,
    differing: Vec<String>,
}

fn compare(golden: &Golden, record: &Record, known: &[Difference]) -> (Tally, Vec<bool>) {
    let mut tally = Tally::default();
    let mut met = vec![false; known.len()];
    let mut answered = |version: Version, ours: &Answer, theirs: &Answer| {
        if ours == theirs || tolerated(ours, theirs, known, &mut met) {
            tally.right += 1;
            return;
        }
        let mut told = format!("{version} {}\n", golden.told(record));
        show(&mut told, "we:  ", ours, theirs);
        show(&mut told, "they:", theirs, ours);
        tally.differing.push(told);
    };
    with_object(&golden.manifest(record), |object| {
        with_object(&golden.old_manifest(record), |old| {
            for version in Golden::versions(record) {
                let Some((theirs, _)) = golden.answer(record, version) else { continue };
                let mut ours = ask(object, old, record.question, version);
                unordered(&mut ours, object);
                answered(version, &ours, &theirs);
            }
        });
    });
    (tally, met)
}

/// Says so on the terminal, which the test harness would hide of a test that passes.
fn tell(line: &str) {
    _ = writeln!(io::stderr(), "{line}");
}

/// Holds our answers to the records of the chosen areas; how often each known difference was met.
fn hold_to_answers(golden: &Golden, chosen: impl Fn(&str) -> bool + Sync, known: &[Difference]) -> Vec<bool> {
    let records: Vec<_> = golden.records.iter().filter(|record| chosen(&record.area)).collect();
    let compared: Vec<_> = records.into_par_iter().map(|record| (record, compare(golden, record, known))).collect();
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut met = vec![false; known.len()];
    for (record, (tally, here)) in compared {
        let total = tallies.entry(&record.area).or_default();
        total.right += tally.right;
        total.differing.extend(tally.differing);
        met.iter_mut().zip(here).for_each(|(met, here)| *met |= here);
    }
    for (area, tally) in &tallies {
        tell(&format!("{area}: {} right, {} wrong", tally.right, tally.differing.len()));
    }
    let shown = if tallies.len() > 1 { SHOWN / 10 } else { SHOWN };
    let first: String = tallies.values().flat_map(|tally| tally.differing.iter().take(shown)).cloned().collect();
    let differing: usize = tallies.values().map(|tally| tally.differing.len()).sum();
    assert!(differing == 0, "{differing} answers differ, the first are\n{first}");
    met
}

#[test]
fn every_record_is_answered_as_kubernetes_answers_it() {
    let known = known();
    if let Ok(asked) = env::var("STSLINT_ADMISSION_AREA") {
        hold_to_answers(golden(), |area| asked == area, &known);
        return;
    }
    let met = hold_to_answers(golden(), |_| true, &known);
    for (known, met) in known.iter().zip(met) {
        assert!(met, "no longer a difference: {}", known.words);
    }
}

#[test]
fn every_version_is_asked_with_each_of_its_feature_gates_on_and_off() {
    let mut asked: BTreeMap<(Version, Question), usize> = BTreeMap::new();
    for record in golden().records.iter().filter(|record| !record.feature_gates().is_empty()) {
        for version in Golden::versions(record).filter(|version| golden().answer(record, *version).is_some()) {
            *asked.entry((version, record.question)).or_default() += 1;
        }
    }
    let settings = |version: Version| {
        let gates = FeatureGate::ALL.into_iter().filter(move |gate| version.knows(*gate));
        gates.flat_map(move |gate| [true, false].map(|on| version.with(FeatureGates::from_iter([(gate, on)]))))
    };
    for version in Version::all().flat_map(settings) {
        for question in [Question::Create, Question::Update] {
            let count = asked.get(&(version, question)).copied().unwrap_or_default();
            assert!(count > 150, "{version} with {:?} is asked {count} times: {question:?}", version.changed_gates());
        }
    }
}

#[test]
#[ignore = "needs the records that conformance/admission/live.sh writes into STSLINT_LIVE_RECORDS"]
fn live_records_are_answered_as_kubernetes_answers_them() {
    let folder = PathBuf::from(env::var_os("STSLINT_LIVE_RECORDS").unwrap());
    let golden = Golden::parse(&fs::read_to_string(folder.join("golden.jsonl")).unwrap());
    hold_to_answers(&golden, |_| true, &known());
    hold_to_what_is_stored(&golden);
}

fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// For each version that stores the object, how that differs from what we say is stored.
fn stored(golden: &Golden, record: &Record, object: &Object<'_>) -> Vec<Option<String>> {
    let stored = Golden::versions(record).filter_map(|version| {
        let (_, theirs) = golden.answer(record, version)?;
        let ours = theirs.map(|_| defaults::stored(object, version).unwrap().canonical())?;
        Some((Some(fnv1a(&ours)) != theirs).then(|| format!("{version} {}\n  we: {ours}", golden.told(record))))
    });
    stored.collect()
}

/// Holds what we say is stored to the records; how many objects that were.
fn hold_to_what_is_stored(golden: &Golden) -> usize {
    let compared: Vec<Option<String>> = golden
        .records
        .par_iter()
        .filter(|record| record.question == Question::Create)
        .flat_map_iter(|record| with_object(&golden.manifest(record), |object| stored(golden, record, object)))
        .collect();
    let count = compared.len();
    tell(&format!("{count} stored objects were compared"));
    let differing: Vec<String> = compared.into_iter().flatten().collect();
    let first: Vec<_> = differing.iter().take(SHOWN).cloned().collect();
    assert!(differing.is_empty(), "{} differ, the first are\n{}", differing.len(), first.join("\n"));
    count
}

#[test]
fn what_is_stored_of_an_accepted_object_is_what_kubernetes_stores() {
    let count = hold_to_what_is_stored(golden());
    assert!(count > 30_000, "{count} stored objects");
}

/// An object of a folder of manifests, and what Kubernetes answers to its creation.
#[derive(Deserialize)]
struct Manifest {
    path: String,
    kind: String,
    /// Which object of that kind in the file it is.
    number: usize,
    said: Said,
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    faults: Vec<Cause>,
    #[serde(default)]
    warnings: BTreeSet<String>,
    #[serde(default)]
    stored: String,
}

#[derive(Deserialize)]
struct Cause {
    field: String,
    #[serde(rename = "type")]
    kind: String,
    message: String,
}

/// The unknown fields in order of their names: clients sort the keys of an object that they send.
fn in_order(answer: &mut Answer) {
    let sorted = |(field, kind, message): golden::Fault| {
        let message = message.strip_prefix("strict decoding error: ").map_or_else(
            || message.clone(),
            |fields| fields.split(", ").collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", "),
        );
        (field, kind, message)
    };
    answer.faults = std::mem::take(&mut answer.faults).into_iter().map(sorted).collect();
}

/// Where our answer to one object of the folder differs from Kubernetes' own.
fn differs(folder: &Path, manifest: &Manifest, version: Version) -> Option<String> {
    let text = String::from_utf8_lossy(&fs::read(folder.join(&manifest.path)).unwrap()).into_owned();
    if text.contains("${") {
        // What another tool fills in is not known: no fault is said of it.
        return None;
    }
    let tree = yaml::parse(FileId(0), &text);
    let found = manifest::recognise(&tree, Role::Target, "default", false);
    let judged = ["apps/v1", "v1", "policy/v1", "storage.k8s.io/v1"];
    let mut alike =
        found.objects.iter().filter(|object| object.kind == manifest.kind && judged.contains(&object.api_version));
    let object = alike.nth(manifest.number).unwrap();
    let said = &manifest.said;
    let faults = said.faults.iter().map(|cause| (cause.field.clone(), cause.kind.clone(), cause.message.clone()));
    let mut theirs = Answer { faults: faults.collect(), warnings: said.warnings.clone(), refused: false };
    let mut ours = ask(object, object, Question::Create, version);
    unordered(&mut ours, object);
    in_order(&mut ours);
    in_order(&mut theirs);
    let mut told = format!("{version} {} {} {}\n", manifest.path, manifest.kind, manifest.number);
    show(&mut told, "we:  ", &ours, &theirs);
    show(&mut told, "they:", &theirs, &ours);
    let stored = u64::from_str_radix(&said.stored, 16).ok();
    let ours_stored = stored.map(|_| fnv1a(&defaults::stored(object, version).unwrap().canonical()));
    (ours != theirs || ours_stored != stored).then_some(told)
}

/// The folder is `STSLINT_CORPUS`, the judges are in `STSLINT_JUDGE`, as `conformance/admission/judges.sh` builds them.
#[test]
fn every_object_of_the_corpus_is_answered_as_kubernetes_answers_it() {
    let (Some(folder), Some(judges)) = (env::var_os("STSLINT_CORPUS"), env::var_os("STSLINT_JUDGE")) else {
        tell("the corpus is not asked about: STSLINT_CORPUS and STSLINT_JUDGE do not say where it and the judges are");
        return;
    };
    let folder = PathBuf::from(folder);
    let mut differing = Vec::new();
    for version in [Version::OLDEST, Version::NEWEST] {
        let judge = Path::new(&judges).join(format!("admission-{}", version.minor()));
        let output = Command::new(judge).arg("corpus").arg(&folder).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let manifests: Vec<Manifest> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let sets = manifests.iter().filter(|manifest| manifest.kind == "StatefulSet");
        let refused = sets.clone().filter(|manifest| !manifest.said.faults.is_empty()).count();
        tell(&format!("{version}: {} objects, {} sets, {refused} of them refused", manifests.len(), sets.count()));
        assert!(!manifests.is_empty(), "{version}: the judge finds nothing");
        differing.extend(manifests.par_iter().filter_map(|it| differs(&folder, it, version)).collect::<Vec<_>>());
    }
    let first: Vec<_> = differing.iter().take(SHOWN).cloned().collect();
    assert!(differing.is_empty(), "{} differ, the first are\n{}", differing.len(), first.concat());
}

#[test]
fn the_records_are_spread_over_every_area() {
    let golden = golden();
    let mut areas: BTreeMap<&str, usize> = BTreeMap::new();
    for record in &golden.records {
        *areas.entry(&record.area).or_default() += 1;
    }
    assert!(golden.records.len() > 30_000, "{} records", golden.records.len());
    assert!(areas.len() > 35, "{areas:?}");
    for (area, &count) in &areas {
        assert!(count >= 150 || *area == "case", "{count} records of {area}");
    }
}
