//! Holds rules, sources and documents to the rules of the house, so that a reviewer need not.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::case_sensitive_file_extension_comparisons, reason = "the names are our own")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use stslint::caret;
use stslint::check::check;
use stslint::cli::{CheckArgs, InputArgs};
use stslint::config::Settings;
use stslint::facts::{Facts, RecordType, Type};
use stslint::input::Inputs;
use stslint::report::{self, Listing, Style};
use stslint::rule::{self, BUILTIN, Book};
use stslint::source::{FileId, SourceFile, Sources};
use stslint::user_schema::UserSchemas;
use stslint::yaml::{self, Node, Tree};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/")
}

/// The sources of the library and the program: path and text.
fn sources() -> Vec<(String, String)> {
    let files = files(&root().join("src")).into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs"));
    files.map(|path| (shown(&path), fs::read_to_string(&path).unwrap())).collect()
}

/// The part of a source that is not compiled for tests alone; nothing of a file that is.
fn without_tests<'s>(path: &str, text: &'s str) -> &'s str {
    let only_tests = ["tests.rs", "testing.rs", "sample.rs"].iter().any(|name| path.ends_with(name));
    if only_tests { "" } else { text.split("#[cfg(test)]\nmod ").next().unwrap() }
}

/// Every rule: its name, and its file.
fn rules() -> Vec<(&'static str, Tree<'static>)> {
    BUILTIN.iter().map(|(name, text)| (*name, yaml::parse(FileId(0), text))).collect()
}

fn top<'t>(tree: &'t Tree<'_>) -> Node<'t> {
    tree.root(&tree.documents()[0]).unwrap()
}

fn needs_text(tree: &Tree<'_>) -> bool {
    top(tree).get("needs").and_then(Node::raw) == Some("text")
}

fn assert_none(wrong: &[String], what: &str) {
    assert!(wrong.is_empty(), "{what}:\n{}", wrong.join("\n"));
}

#[test]
fn every_rule_can_be_asked() {
    let mut wrong = Vec::new();
    for (name, tree) in rules() {
        let file = SourceFile::new(format!("rules/{name}.yaml"), tree.text());
        for it in rule::mistakes(name, &tree, &Facts::RECORD) {
            wrong.push(caret::point(&file, it.place.span, &it.message, &it.help));
        }
    }
    assert_none(&wrong, "rules in which something is wrong");
    assert_eq!(Book::with(&[], &Facts::RECORD).0.names().len(), BUILTIN.len());
}

#[test]
fn every_rule_has_fixtures_that_fail_and_pass_and_every_fixture_has_a_rule() {
    let mut wrong = Vec::new();
    for (name, tree) in rules() {
        // The fixture of a file that is too large would be too large for the repository.
        if name == "file-too-large" && needs_text(&tree) {
            continue;
        }
        for prefix in ["fail-", "pass-"] {
            let folder = root().join("fixtures").join(name);
            let cases = fs::read_dir(&folder).map(|entries| entries.map(|entry| entry.unwrap().file_name()));
            let there = cases.is_ok_and(|mut cases| cases.any(|case| case.to_string_lossy().starts_with(prefix)));
            if !there {
                wrong.push(format!("{name} has no {prefix}*"));
            }
        }
    }
    for folder in fs::read_dir(root().join("fixtures")).unwrap() {
        let name = folder.unwrap().file_name().to_string_lossy().into_owned();
        if !BUILTIN.iter().any(|(rule, _)| *rule == name) {
            wrong.push(format!("fixtures/{name} has no rule"));
        }
    }
    assert_none(&wrong, "rules and fixtures that do not go together");
}

/// Sets that say nothing, everything, and everything wrongly.
const SETS: [(&str, &str); 4] = [
    ("empty", "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: empty}\n"),
    ("full", include_str!("data/full-set.yaml")),
    ("wild", include_str!("data/wild-set.yaml")),
    ("nothing", "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: nothing}\nspec: ~\n"),
];

#[test]
fn every_rule_has_an_answer_for_an_empty_a_full_and_a_wild_set() {
    let settings = Settings::load(
        &CheckArgs { input: InputArgs { no_config: true, ..InputArgs::default() }, ..CheckArgs::default() },
        &[],
    )
    .unwrap();
    let (book, _) = Book::with(&[], &Facts::RECORD);
    let mut wrong = Vec::new();
    for (name, text) in SETS {
        let sources = Sources::new(vec![SourceFile::new(format!("{name}.yaml"), text)]);
        let inputs = Inputs { sources, ..Inputs::default() };
        let report = check(&inputs, &book, &UserSchemas::default(), Vec::new(), &settings);
        assert_eq!(report.summary.stateful_sets, 1, "{name}");
        let unasked = report.skipped.iter().filter(|skipped| skipped.reason.contains("it cannot be asked"));
        wrong.extend(unasked.map(|skipped| format!("{name}: {}", skipped.reason)));
        let blank = report.findings.iter().filter(|finding| finding.message.contains('?'));
        wrong.extend(blank.map(|finding| format!("{name}: {} says {:?}", finding.rule, finding.message)));
    }
    assert_none(&wrong, "rules without an answer");
}

#[test]
fn rules_explain_rules_that_there_are() {
    for (name, tree) in rules() {
        for explained in top(&tree).get("explains").into_iter().flat_map(Node::items).filter_map(Node::raw) {
            // The rest are fields that the API server may refuse.
            let field = explained.starts_with("spec.") || explained.starts_with("metadata.");
            assert!(field || BUILTIN.iter().any(|(rule, _)| *rule == explained), "{name} explains {explained}");
        }
    }
}

#[test]
fn rules_are_named_for_what_is_wrong() {
    for (name, _) in BUILTIN {
        let kebab = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        assert!(kebab, "{name} is not in small letters, digits and dashes");
        for prefix in ["no-", "use-", "require-"] {
            assert!(!name.starts_with(prefix), "{name} says what to do, not what is wrong");
        }
    }
}

/// The words of a rule that a person reads, but for `why`.
fn words(rule: Node<'_>) -> Vec<(&'static str, &'_ str)> {
    let mut words = Vec::new();
    for key in ["summary", "message", "label", "help", "note"] {
        let Some(value) = rule.get(key) else { continue };
        words.extend(value.raw().into_iter().chain(value.items().filter_map(Node::raw)).map(|text| (key, text)));
    }
    for entry in rule.get("also").into_iter().flat_map(Node::items) {
        words.extend(entry.get("label").and_then(Node::raw).map(|text| ("also", text)));
    }
    words.extend(rule.get("unknown").and_then(|it| it.get("because")?.raw()).map(|text| ("because", text)));
    words
}

#[test]
fn rules_speak_plainly() {
    let mut wrong = Vec::new();
    for (name, tree) in rules() {
        for (key, text) in words(top(&tree)) {
            let text = text.trim_end();
            let mut say = |what: &str| wrong.push(format!("{name}: {key} {what}: {text}"));
            let first = text.split([' ', ',']).next().unwrap_or_default();
            let capital = first.starts_with(|char: char| char.is_uppercase());
            // Names of kinds and protocols are written as they are.
            let known = ["Service", "Services", "Pod", "Pods", "Kubernetes", "Helm"].contains(&first);
            if capital && !known && !first.chars().skip(1).any(char::is_uppercase) {
                say("begins with a capital letter");
            }
            if text.ends_with('.') {
                say("ends with a full stop");
            }
            let lower = text.to_lowercase();
            if lower.contains("please") {
                say("says please");
            }
            if lower.contains("invalid") && !lower.contains("because") {
                say("says invalid, and not why");
            }
            if text.contains('\n') {
                say("has several lines");
            }
        }
    }
    assert_none(&wrong, "words that a person should not read");
}

/// Functions that are one `match` over the signs or the states of YAML's grammar; split, they would be harder to read.
const TABLES: [&str; 4] = ["quoted", "fetch", "unexpected", "node"];

#[test]
fn modules_open_with_a_sentence_and_stay_short() {
    let mut wrong = Vec::new();
    for (path, text) in sources().into_iter().filter(|(_, text)| !text.starts_with("// Written by ")) {
        let opening: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("//!")).collect();
        let sentence: Vec<&str> = opening.iter().copied().take_while(|line| !line.trim().is_empty()).collect();
        let sentence = sentence.join(" ");
        let test_only = without_tests(&path, &text).is_empty() && !path.ends_with("sample.rs");
        if !test_only && (!sentence.ends_with(['.', ':']) || sentence.trim_end_matches('.').contains(". ")) {
            wrong.push(format!("{path} opens with no one sentence"));
        }
        let lines = text.lines().count();
        if lines > 600 {
            wrong.push(format!("{path} has {lines} lines"));
        }
        for (name, lines) in functions(without_tests(&path, &text)) {
            if lines > if TABLES.contains(&name) { 100 } else { 60 } {
                wrong.push(format!("{path}: {name} has {lines} lines"));
            }
        }
    }
    assert_none(&wrong, "modules that should be told better or split");
}

/// Functions with how many lines they have, by rustfmt's indentation.
fn functions(text: &str) -> Vec<(&str, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut functions = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let head = code.split("fn ").next().unwrap_or_default();
        let modifiers = ["pub", "pub(super)", "pub(crate)", "const"];
        let is_function = code.contains("fn ") && head.split_whitespace().all(|word| modifiers.contains(&word));
        if !is_function || code.ends_with(';') || code.ends_with('}') {
            continue;
        }
        let end = format!("{}}}", &line[..line.len() - code.len()]);
        let length = lines[start..].iter().position(|line| *line == end).map_or(lines.len() - start, |last| last + 1);
        let name = code[head.len() + 3..].split(['(', '<']).next().unwrap_or_default();
        functions.push((name, length));
    }
    functions
}

#[test]
fn only_main_and_reports_print() {
    let may = ["src/main.rs", "src/command.rs", "src/cli.rs", "src/report.rs"];
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        if may.contains(&path.as_str())
            || ["src/report/", "src/cli/", "src/command/"].iter().any(|folder| path.starts_with(folder))
        {
            continue;
        }
        for word in ["print!(", "println!(", "eprint!(", "eprintln!(", "stdout()", "stderr()"] {
            if without_tests(&path, &text).lines().any(|line| line.contains(word) && !line.trim().starts_with("//")) {
                wrong.push(format!("{path} has {word}"));
            }
        }
    }
    assert_none(&wrong, "modules that print");
}

#[test]
fn names_of_rules_stand_in_their_files_alone() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        for (name, tree) in rules() {
            let part_of_a_word = |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '-');
            let code = without_tests(&path, &text);
            let named = code.match_indices(name).any(|(at, _)| {
                let (before, after) = (code[..at].chars().next_back(), code[at + name.len()..].chars().next());
                !part_of_a_word(before) && !part_of_a_word(after)
            });
            if named && !needs_text(&tree) {
                wrong.push(format!("{path} names {name}"));
            }
        }
    }
    assert_none(&wrong, "sources that know a rule");
}

#[test]
fn paths_in_the_documents_exist() {
    let mut wrong = Vec::new();
    for document in ["CONTRIBUTING.md", "ARCHITECTURE.md"] {
        let text = fs::read_to_string(root().join(document)).unwrap();
        for quoted in text.split('`').skip(1).step_by(2) {
            // What begins with the name of a host is a package of Go.
            let host = quoted.split('/').next().is_some_and(|first| first.find('.').is_some_and(|at| at > 0));
            let is_path = quoted.contains('/') && !host || quoted.ends_with(".md") || quoted.ends_with(".rs");
            let plain = quoted.chars().all(|char| char.is_ascii_alphanumeric() || "/._-".contains(char));
            // Folders of modules are named as in the source, without src/.
            let there = ["", "src"].iter().any(|above| root().join(above).join(quoted).exists());
            if is_path && plain && !there {
                wrong.push(format!("{document}: {quoted}"));
            }
        }
    }
    assert_none(&wrong, "paths that lead nowhere");
}

/// How high each module stands: the floors that `ARCHITECTURE.md` draws, the lowest is 0.
fn floors() -> BTreeMap<String, usize> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let drawn = text.split("\n## Floors").nth(1).unwrap().split("```").nth(1).unwrap();
    let rooms = |(floor, line): (usize, &str)| {
        let names = line.split_whitespace().map(|name| name.trim_end_matches('/').to_owned());
        names.map(|name| (name, floor)).collect::<Vec<_>>()
    };
    drawn.trim().lines().rev().enumerate().flat_map(rooms).collect()
}

#[test]
fn modules_use_only_what_stands_on_lower_floors() {
    let floors = floors();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let module = path.trim_start_matches("src/").split(['/', '.']).next().unwrap();
        if module == "lib" {
            continue;
        }
        let Some(floor) = floors.get(module) else {
            wrong.push(format!("{path} stands on no floor"));
            continue;
        };
        for used in without_tests(&path, &text).split("crate::").skip(1) {
            let used = used.split(|char: char| !char.is_alphanumeric() && char != '_').next().unwrap();
            if used != module && floors.get(used).is_some_and(|used| used >= floor) {
                wrong.push(format!("{path} uses {used}"));
            }
        }
    }
    assert!(floors.len() > 30, "{floors:?}");
    assert_none(&wrong, "modules that use what does not stand below them");
}

#[test]
fn the_page_about_rule_files_names_every_key_and_function_and_its_example_is_a_rule() {
    let page = fs::read_to_string(root().join("docs/rule-files.md")).unwrap();
    for word in rule::KEYS.into_iter().chain(rule::functions()) {
        assert!(page.contains(&format!("`{word}`")) || page.contains(&format!("`{word}(")), "{word} is not told");
    }
    let example = page.split("```").find_map(|part| part.strip_prefix("yaml\n")).unwrap();
    let tree = yaml::parse(FileId(0), example);
    let (book, mistakes) = Book::load(&[], &[("example", &tree)], &Facts::RECORD);
    assert!(mistakes.is_empty() && book.rule("example").is_some(), "{mistakes:?}");
}

/// Compares a committed document with what it should be; with `BLESS=1` it is written anew.
fn assert_document(path: &str, now: &str) {
    let path = root().join(path);
    if env::var_os("BLESS").is_some() {
        fs::write(&path, now).unwrap();
    }
    let before = fs::read_to_string(&path).unwrap_or_default();
    let differs = before.lines().zip(now.lines()).find(|(before, now)| before != now);
    assert!(before == now, "{}: BLESS=1 writes it anew; the first difference is {differs:?}", path.display());
}

#[test]
fn the_reference_of_rules_is_what_the_rules_say() {
    let mut page = Vec::new();
    let (book, _) = Book::with(&[], &Facts::RECORD);
    report::write_rules(&book.cards(), Listing::Markdown, &Style::FILE, &mut page).unwrap();
    assert_document("docs/rules.md", &String::from_utf8(page).unwrap());
}

#[test]
fn the_reference_of_facts_is_what_is_published() {
    let mut page = String::from(
        "# Facts\n\n<!-- Written by `BLESS=1 cargo test --test house` from src/facts/. -->\n\n\
         What a rule can ask, by name. Any fact can be absent, and is `null` then. `part of a manifest` is what the user \
         wrote: its fields are asked with dots, and one that is not there is an error unless `has(…)` was asked first.\n",
    );
    let mut queue = vec![&Facts::RECORD];
    let mut known: BTreeSet<&str> = BTreeSet::from([Facts::RECORD.name]);
    let mut at = 0;
    while let Some(record) = queue.get(at).copied() {
        at += 1;
        let _ = write!(
            page,
            "\n## {}\n\n{}\n\n| fact | type | what it is |\n|---|---|---|\n",
            record.name,
            record.doc.trim()
        );
        for field in record.fields {
            let doc = field.doc.trim().replace('|', "\\|");
            let _ = writeln!(page, "| `{}` | {} | {doc} |", field.name, described(&field.ty));
            if let Some(inner) = inner(&field.ty)
                && known.insert(inner.name)
            {
                queue.push(inner);
            }
        }
    }
    assert_document("docs/facts.md", &page);
}

fn inner(ty: &Type) -> Option<&'static RecordType> {
    match ty {
        Type::Record(record) => Some(record),
        Type::List(item) => inner(item),
        _ => None,
    }
}

fn described(ty: &Type) -> String {
    match ty {
        Type::Null => "null".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Int => "int".to_owned(),
        Type::Float => "double".to_owned(),
        Type::String => "string".to_owned(),
        Type::List(item) => format!("list of {}", described(item)),
        Type::Record(record) => format!("[{}](#{})", record.name, record.name.to_lowercase()),
        Type::Dynamic => "part of a manifest".to_owned(),
    }
}
