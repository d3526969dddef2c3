//! Holds `check` and `plan` against each other: where a set stalls, something is found at that line, and a set whose pods
//! cannot come, as a finding says, does not come to rest.
//!
//! Each fixture, each example and each repository of the corpus is asked alone; the corpus where it is there: `STSLINT_CORPUS`, or
//! `../shared/corpus` beside the repository, with the folders `real` and `bad`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

use clap::Parser as _;
use rayon::prelude::*;
use stslint::check::{self, read_trees, recognise};
use stslint::cli::{Cli, Command};
use stslint::cluster::Cluster;
use stslint::config::{Environment, Settings};
use stslint::dry_run::{self, Question, View};
use stslint::facts::Facts;
use stslint::finding::{Finding, Stage};
use stslint::input;
use stslint::kustomization::Kustomizations;
use stslint::plan::{Outcome, SetPlan};
use stslint::rule::Book;
use stslint::source::{Place, Sources};
use stslint::user_schema::UserSchemas;

/// The rules whose findings say that pods of a set never come, or are never ready. What the API server refuses, of a set
/// or of its pods, is said by every finding that carries its answer.
const STOPPING: [&str; 6] = [
    "init-container-waits-for-later-pod",
    "name-over-52-characters",
    "persistent-volumes-too-few",
    "pod-name-too-long",
    "probe-needs-pods-that-need-it",
    "storage-class-misspelt",
];

/// Where the two differ: the end of the path, the rule or the beginning of the reason, and why that is right.
const EXCEPTIONS: [(&str, &str, &str); 5] = [
    ("name-not-a-dns-label/pass-still-to-be-filled-in.yaml", CLAIMS, PLANS_NO_REFUSED_CLAIMS),
    ("pod-rejected-on-create/fail-claims-in-1.33.yaml", CLAIMS, PLANS_NO_REFUSED_CLAIMS),
    ("pod-rejected-on-create/fail-class-in-1.33.yaml", CLAIMS, PLANS_NO_REFUSED_CLAIMS),
    (
        "persistent-volumes-too-few/pass-claims-made-by-hand.yaml",
        "pod postgres-0 stays Pending",
        "no rule asks for the StorageClass of a claim that is in view",
    ),
    (
        "pre-stop-sleep-refused/fail-longer-than-the-default-in-1.33.yaml",
        "the API server refuses pod db-0",
        "the rule points at the number below the field that the API server names",
    ),
];

const CLAIMS: &str = "pod-rejected-on-create";
const PLANS_NO_REFUSED_CLAIMS: &str = "a plan asks what the API server refuses of pods, not of claims";

/// What was compared.
#[derive(Default)]
struct Compared {
    /// The folder that paths begin in.
    folder: String,
    sets: usize,
    stalled: usize,
    stopping: usize,
    wrong: Vec<String>,
    /// The exceptions that were met, by position.
    met: BTreeSet<usize>,
}

impl Compared {
    fn add(mut self, other: Self) -> Self {
        self.sets += other.sets;
        self.stalled += other.stalled;
        self.stopping += other.stopping;
        self.wrong.extend(other.wrong);
        self.met.extend(other.met);
        self
    }

    /// The two differ, unless that is right.
    fn differ(&mut self, path: &str, what: &str, told: String) {
        let path = format!("{}/{path}", self.folder);
        let exception = EXCEPTIONS.iter().position(|(end, begin, _)| path.ends_with(end) && what.starts_with(begin));
        match exception {
            Some(position) => _ = self.met.insert(position),
            None => self.wrong.push(told),
        }
    }
}

/// The path and the line of a place.
fn line(place: Place, sources: &Sources) -> (String, u32) {
    let file = sources.get(place.file);
    (file.path.clone(), file.position(place.span.start).line)
}

/// Compares what the two say of what is below a path, from within a folder.
fn compare(book: &Book, directory: &Path, path: &str) -> Compared {
    let mut words = vec!["stslint", "check", "--no-config", path, "--context", path];
    // Some fixtures are about one version.
    let about = path.trim_end_matches(".yaml").rsplit_once("-in-").map(|(_, version)| version);
    if let Some(version) = about.filter(|version| version.starts_with("1.")) {
        words.extend(["--kubernetes-version", version]);
    }
    let Command::Check(args) = Cli::try_parse_from(&words).unwrap().command else { panic!("{words:?}") };
    let environment = Environment { directory: directory.to_owned(), config: None };
    let settings = Settings::load_in(&environment, &args, &book.names()).unwrap();
    let inputs = input::read(&settings.input);
    let sources = &inputs.sources;
    let schemas = UserSchemas::read(&Sources::default()).unwrap();
    let findings = check::check(&inputs, book, &schemas, Vec::new(), &settings).findings;

    let trees = read_trees(sources);
    let kustomizations = Kustomizations::new(sources, &trees);
    let recognised = recognise(sources, &trees, &kustomizations, &settings);
    let cluster = Cluster::new(recognised.into_iter().flat_map(|it| it.objects).collect(), sources);
    let question = Question { version: settings.version().unwrap(), ..Question::default() };
    let sets = dry_run::plan(View { cluster: &cluster, sources }, &[], &question).sets;

    let mut compared = Compared { sets: sets.len(), folder: directory.display().to_string(), ..Compared::default() };
    compared.stalls(&findings, &sets, sources);
    compared.findings(&findings, &sets, sources);
    compared
}

impl Compared {
    /// Where a set stalls, something is found.
    fn stalls(&mut self, findings: &[Finding], sets: &[SetPlan], sources: &Sources) {
        let places = |finding: &Finding| {
            let related: Vec<Place> = finding.related.iter().map(|related| related.place).collect();
            related.into_iter().chain([finding.place])
        };
        let found: BTreeSet<(String, u32)> = findings.iter().flat_map(places).map(|it| line(it, sources)).collect();
        for set in sets {
            let Outcome::Stalled(stall) = &set.outcome else { continue };
            self.stalled += 1;
            let place = stall.spot.as_ref().map(|spot| (spot.path.clone(), spot.line)).unwrap_or_default();
            if !found.contains(&place) {
                let told = format!("nothing is found at {place:?}, where {} stalls: {}", set.name, stall.reason);
                self.differ(&set.spot.path, &stall.reason, told);
            }
        }
    }

    /// A set of which a finding says that its pods cannot come does not come to rest.
    fn findings(&mut self, findings: &[Finding], sets: &[SetPlan], sources: &Sources) {
        for finding in findings {
            let refused = finding.api.as_ref().is_some_and(|api| matches!(api.stage, Stage::Create | Stage::Pod));
            let of_set = finding.object.as_ref().filter(|object| object.kind == "StatefulSet");
            let Some(object) = of_set.filter(|_| refused || STOPPING.contains(&&*finding.rule)) else { continue };
            let (path, number) = line(finding.place, sources);
            let is_it = |set: &&SetPlan| (&*set.namespace, &*set.name) == (&*object.namespace, &*object.name);
            for set in sets.iter().filter(is_it).filter(|set| set.spot.path == path) {
                self.stopping += 1;
                if set.outcome == Outcome::Stable {
                    let told = format!("{path}:{number}: {}, and the plan comes to rest", finding.rule);
                    self.differ(&path, &finding.rule, told);
                }
            }
        }
    }
}

/// Every rule.
fn book() -> Book {
    Book::with(&[], &Facts::RECORD).0
}

/// The entries of a folder: what `check` and `plan` are asked about one after another.
fn entries(folder: &Path) -> Vec<(PathBuf, String)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<String> = entries.map(name).filter(|name| !name.contains(".text")).collect();
    names.sort();
    names.into_iter().map(|name| (folder.to_owned(), name)).collect()
}

#[test]
fn a_plan_stops_where_something_is_found_and_runs_on_where_nothing_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut cases = entries(&root.join("examples"));
    cases.extend(entries(&root.join("examples/stories")));
    for (folder, rule) in entries(&root.join("fixtures")) {
        cases.extend(entries(&folder.join(rule)));
    }
    let book = book();
    let compared = cases.par_iter().map(|(folder, name)| compare(&book, folder, name));
    let compared = compared.reduce(Compared::default, Compared::add);
    assert!(compared.stalled > 10 && compared.stopping > 50, "too few to tell: {}", compared.stalled);
    let unmet: Vec<_> =
        (0..EXCEPTIONS.len()).filter(|it| !compared.met.contains(it)).map(|it| EXCEPTIONS[it]).collect();
    assert!(unmet.is_empty(), "no exceptions any more: {unmet:?}");
    finish(compared, "fixtures and examples");
}

#[test]
fn real_sets_stop_where_something_is_found() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let corpus = env::var_os("STSLINT_CORPUS").map_or(beside, PathBuf::from);
    let folders = ["real", "bad"].map(|name| corpus.join(name));
    if !folders.iter().all(|folder| folder.is_dir()) {
        tell("the corpus is not compared: it is not there, and STSLINT_CORPUS names no folder with real and bad in it");
        return;
    }
    let book = book();
    let cases: Vec<_> = folders.iter().flat_map(|folder| entries(folder)).collect();
    let compared = cases.par_iter().map(|(folder, name)| compare(&book, folder, name));
    finish(compared.reduce(Compared::default, Compared::add), "the corpus");
}

fn finish(compared: Compared, what: &str) {
    let Compared { sets, stalled, stopping, wrong, met, .. } = compared;
    tell(&format!(
        "{what}: {sets} sets, {stalled} stalls and {stopping} findings that stop one compared, {} excepted",
        met.len()
    ));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Says so on the terminal, which the test harness would hide of a test that passes.
fn tell(line: &str) {
    _ = writeln!(io::stderr(), "{line}");
}
