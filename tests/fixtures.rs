//! Holds each rule to its fixtures: `fixtures/<rule>/fail-*` break it on each line that says `# expect: <rule>` and nowhere
//! else, and `pass-*` do not break it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use stslint::cluster::Cluster;
use stslint::facts::{Facts, View};
use stslint::manifest::recognise;
use stslint::rule::{self, BUILTIN, Book};
use stslint::source::{FileId, Role, SourceFile, Sources};
use stslint::version::Version;
use stslint::yaml;

/// A path within the fixtures, and a line, one-based.
type Line = (String, u32);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let paths: io::Result<Vec<_>> = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths?;
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The cases of a rule: a file each, or a folder of files.
fn cases(rule: &str) -> io::Result<Vec<(String, Sources)>> {
    let is_manifest = |path: &PathBuf| path.is_dir() || name(path).ends_with(".yaml");
    entries(&folder().join(rule))?
        .into_iter()
        .filter(is_manifest)
        .map(|case| {
            let files = if case.is_dir() { entries(&case)? } else { vec![case.clone()] };
            let read = |path: &PathBuf| {
                let shown = path.strip_prefix(folder()).unwrap_or(path).to_string_lossy().into_owned();
                Ok(SourceFile::new(shown, fs::read_to_string(path)?))
            };
            let files: io::Result<Vec<_>> = files.iter().map(read).collect();
            Ok((name(&case), Sources::new(files?)))
        })
        .collect()
}

/// The lines that say that the rule is broken there.
fn expected(rule: &str, sources: &Sources) -> BTreeSet<Line> {
    let mut lines = BTreeSet::new();
    for (_, file) in sources.iter() {
        for (number, line) in (1..).zip(file.text.lines()) {
            let marks = line.split_once("# expect: ").map(|(_, rules)| rules.split(", "));
            if marks.into_iter().flatten().any(|mark| mark.trim() == rule) {
                lines.insert((file.path.clone(), number));
            }
        }
    }
    lines
}

/// The lines where the rule says that it is broken.
fn found(rule: &str, book: &Book, sources: &Sources) -> BTreeSet<Line> {
    let trees: Vec<_> = sources.iter().map(|(id, file)| yaml::parse(id, &file.text)).collect();
    let objects = trees.iter().flat_map(|tree| recognise(tree, Role::Target, "default", false).objects).collect();
    let cluster = Cluster::new(objects, sources);
    let view = View::of(&cluster, Version::NEWEST);
    let findings =
        cluster.stateful_sets().flat_map(|set| book.ask(&Facts::of(set, &cluster, &view), &set.object_name()).findings);
    let line = |place: stslint::source::Place| {
        let file = sources.get(place.file);
        (file.path.clone(), file.position(place.span.start).line)
    };
    findings.filter(|finding| *finding.rule == *rule).map(|finding| line(finding.place)).collect()
}

#[test]
fn every_rule_can_be_asked() {
    let mut wrong = Vec::new();
    for (name, text) in BUILTIN {
        let file = SourceFile::new(*name, *text);
        for mistake in rule::mistakes(name, &yaml::parse(FileId::default(), text), &Facts::RECORD) {
            let at = file.position(mistake.place.span.start);
            wrong.push(format!("{name}.yaml:{}:{}: {} {}", at.line, at.column, mistake.message, mistake.help));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rules_are_broken_where_their_fixtures_say_so() {
    let (book, _) = Book::load(BUILTIN, &[], &Facts::RECORD);
    let mut wrong = Vec::new();
    for (rule, text) in BUILTIN {
        if text.contains("\nneeds: text\n") {
            continue;
        }
        let cases = cases(rule).unwrap_or_default();
        for prefix in ["fail-", "pass-"] {
            if !cases.iter().any(|(case, _)| case.starts_with(prefix)) {
                wrong.push(format!("{rule} has no {prefix}* fixture"));
            }
        }
        for (case, sources) in cases {
            let (expected, found) = (expected(rule, &sources), found(rule, &book, &sources));
            if found != expected {
                wrong.push(format!("{rule}/{case}: found {found:?}, expected {expected:?}"));
            }
            if case.starts_with("fail-") == expected.is_empty() {
                wrong.push(format!("{rule}/{case}: the marks and the name of the file disagree"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
