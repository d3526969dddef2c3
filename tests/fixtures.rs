//! Runs each rule over its fixtures: what `# expect: <rule>` marks must be found, and nothing else.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]
#![expect(clippy::case_sensitive_file_extension_comparisons, reason = "the names are our own")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use clap::Parser as _;
use stslint::check;
use stslint::cli::{Cli, Command};
use stslint::config::{Environment, Settings};
use stslint::facts::Facts;
use stslint::finding::Finding;
use stslint::input::{self, Inputs};
use stslint::report::{self, Format, Passed, Style};
use stslint::rule::Book;
use stslint::source::Sources;
use stslint::user_schema::UserSchemas;

const MARK: &str = "# expect:";

/// The name of what was applied before `X.yaml` is `X` with this behind it.
const BEFORE: &str = ".before.yaml";

/// One manifest, or a folder of several, that a rule is tried on.
struct Case {
    rule: String,
    path: PathBuf,
    name: String,
}

/// What a run over a case found.
struct Outcome {
    inputs: Inputs,
    findings: Vec<Finding>,
    /// Which rules could not be asked, and why.
    skipped: Vec<String>,
    /// The report as it is written to a file.
    full: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(folder) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for folder in entries(&root().join("fixtures")).into_iter().filter(|path| path.is_dir()) {
        for path in entries(&folder) {
            let name = file_name(&path);
            // What was applied before a case belongs to it.
            if name.ends_with(BEFORE) {
                continue;
            }
            let case = path.is_dir() || name.ends_with(".yaml");
            assert!(case || name.ends_with(".text"), "{} is neither a case nor a report", path.display());
            assert!(
                !case || name.starts_with("fail-") || name.starts_with("pass-"),
                "{} begins with neither fail- nor pass-",
                path.display()
            );
            if case {
                cases.push(Case { rule: file_name(&folder), path, name });
            }
        }
    }
    cases
}

/// Checks a case as the command does. What stands beside it is no part of it.
fn run(case: &Case, book: &Book) -> Outcome {
    let directory = case.path.parent().unwrap().to_path_buf();
    let mut words = vec!["stslint", "check", &case.name, "--context", &case.name, "--no-config"];
    // Some cases are about one version.
    let about = case.name.trim_end_matches(".yaml").rsplit_once("-in-");
    if let Some((_, version)) = about.filter(|(_, version)| version.starts_with("1.")) {
        words.extend(["--kubernetes-version", version]);
    }
    let before = case.name.replace(".yaml", BEFORE);
    if before != case.name && directory.join(&before).exists() {
        words.extend(["--against-path", &before]);
    }
    let Command::Check(args) = Cli::try_parse_from(&words).unwrap().command else { panic!("{words:?}") };
    let settings = Settings::load_in(&Environment { directory, config: None }, &args, &book.names()).unwrap();
    let mut inputs = input::read(&settings.input);
    if let Some(before) = &settings.against {
        inputs.add_before(input::read(&settings.input.before(before)));
    }
    // A case of several files may bring schemas.
    let folder = case.path.join("schemas");
    let folders = if folder.is_dir() { vec![folder] } else { Vec::new() };
    let schemas = UserSchemas::read(&Sources::new(input::read_schemas(&folders).unwrap())).unwrap();
    let report = check::check(&inputs, book, &schemas, Vec::new(), &settings);
    let mut full = Vec::new();
    report::write(&report, Format::Full, &Style::FILE, &mut full).unwrap();
    let full = String::from_utf8(full).unwrap();
    let skipped = report.skipped.into_iter().filter(|skipped| skipped.what == Passed::Rule);
    let (findings, skipped) = (report.findings, skipped.map(|skipped| skipped.reason).collect());
    Outcome { inputs, findings, skipped, full }
}

/// The lines that a case marks, each as `path:line rule`.
fn marked(inputs: &Inputs) -> Vec<String> {
    let mut lines = Vec::new();
    for (_, file) in inputs.sources.iter() {
        for (number, line) in file.text.lines().enumerate() {
            if let Some((_, rules)) = line.split_once(MARK) {
                lines.extend(rules.split(',').map(|rule| format!("{}:{} {}", file.path, number + 1, rule.trim())));
            }
        }
    }
    lines
}

fn found(outcome: &Outcome) -> Vec<String> {
    let line = |finding: &Finding| {
        let file = outcome.inputs.sources.get(finding.place.file);
        format!("{}:{} {}", file.path, file.position(finding.place.span.start).line, finding.rule)
    };
    outcome.findings.iter().map(line).collect()
}

#[test]
fn each_rule_finds_what_its_fixtures_mark_and_nothing_else() {
    let mut wrong = String::new();
    let mut books = BTreeMap::new();
    for case in cases() {
        let book = books.entry(case.rule.clone()).or_insert_with(|| {
            let (mut book, _) = Book::with(&[], &Facts::RECORD);
            book.retain(|rule| rule == case.rule);
            book
        });
        let outcome = run(&case, book);
        let shown = format!("{}/{}", case.rule, case.name);
        let (mut want, mut got) = (marked(&outcome.inputs), found(&outcome));
        want.sort();
        got.sort();
        if want != got {
            let _ = writeln!(wrong, "{shown}\n  marked {want:?}\n  found  {got:?}");
        }
        if want.is_empty() == case.name.starts_with("fail-") {
            let _ = writeln!(wrong, "{shown} marks {} lines", want.len());
        }
        for reason in outcome.skipped.iter().filter(|reason| reason.contains("it cannot be asked")) {
            let _ = writeln!(wrong, "{shown}: {reason}");
        }
        let pinned = case.path.with_extension("text");
        if pinned.exists() {
            wrong.extend(difference(&pinned, &outcome.full));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn all_rules_over_all_fixtures_find_as_often_as_before() {
    let (book, _) = Book::with(&[], &Facts::RECORD);
    let mut counts: BTreeMap<String, usize> = book.names().iter().map(|(name, _)| ((*name).to_owned(), 0)).collect();
    for case in cases() {
        for finding in run(&case, &book).findings {
            *counts.entry(finding.rule.to_string()).or_default() += 1;
        }
    }
    let mut table = String::new();
    for (rule, count) in counts {
        let _ = writeln!(table, "{count:4} {rule}");
    }
    let wrong = difference(&root().join("tests/data/findings-per-rule.txt"), &table);
    assert_eq!(wrong, None, "run with BLESS=1 if every difference is meant");
}

/// How a pinned text differs from what is so now; with `BLESS=1` it is written anew.
fn difference(pinned: &Path, now: &str) -> Option<String> {
    if env::var_os("BLESS").is_some() {
        fs::write(pinned, now).unwrap();
    }
    let before = fs::read_to_string(pinned).unwrap_or_default();
    let first = before.lines().zip(now.lines()).find(|(before, now)| before != now);
    (before != now).then(|| format!("{} differs, at first in {first:?}\n", pinned.display()))
}
