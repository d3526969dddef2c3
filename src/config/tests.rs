//! Pins what each source of settings gives, which of them wins, and how each mistake in them is told.

use std::fs;

use tempfile::TempDir;

use super::*;
use crate::cli::{Cli, Command};

const RULES: KnownRules<'_> = &[
    ("claim-unused", "storage"),
    ("governing-service-missing", "identity"),
    ("governing-service-not-headless", "identity"),
];

fn args(words: &str) -> CheckArgs {
    let words = ["stslint", "check"].into_iter().chain(words.split_whitespace()).map(OsString::from);
    match Cli::read(words).unwrap().command {
        Command::Check(args) => *args,
        other => panic!("{other:?}"),
    }
}

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn load(folder: &Path, variable: Option<&str>, words: &str) -> Result<Settings, Error> {
    let environment = Environment { directory: folder.to_owned(), config: variable.map(OsString::from) };
    Settings::load_in(&environment, &args(words), RULES)
}

fn load_file(text: &str, words: &str) -> Result<Settings, Error> {
    load(folder(&[(".stslint.yaml", text)]).path(), None, words)
}

#[test]
fn without_file_and_flags_the_defaults_hold() {
    let settings = load(folder(&[]).path(), None, "").unwrap();
    assert_eq!(settings.input.paths, [PathBuf::from(".")]);
    assert!(settings.input.gitignore && !settings.show_files && !settings.statistics && !settings.allow_empty);
    assert_eq!(settings.selection.names().count(), RULES.len());
    assert_eq!((settings.namespace.as_str(), settings.versions.newest()), ("default", Version::NEWEST));
    assert_eq!(settings.outputs, [Output { format: Format::Full, file: None }]);
    assert_eq!((settings.color, settings.hyperlinks), (When::Auto, When::Auto));
    assert_eq!((settings.fail_on, settings.config), (Some(Severity::Warning), None));
}

const FULL: &str = "\
# every key
select: [identity, claim-unused]
ignore:
  - governing-service-missing
severity: {claim-unused: error}
exclude: [\"*.gen.yaml\"]
namespace: db
kubernetes-version: 1.34
feature-gates: {MaxUnavailableStatefulSet: true}
fail-on: error
";

#[test]
fn the_file_is_read_and_the_command_line_comes_before_it() {
    let names = |settings: &Settings| settings.selection.names().collect::<Vec<_>>().join(" ");
    let settings = load_file(FULL, "").unwrap();
    assert_eq!(names(&settings), "claim-unused governing-service-not-headless");
    assert_eq!(settings.severity("claim-unused", Severity::Info), Severity::Error);
    assert_eq!(settings.severity("governing-service-missing", Severity::Info), Severity::Info);
    assert_eq!(settings.input.excludes[0].glob, "*.gen.yaml");
    assert_eq!((settings.namespace.as_str(), settings.versions.newest().minor()), ("db", 34));
    assert_eq!((settings.fail_on, settings.config.as_deref()), (Some(Severity::Error), Some(".stslint.yaml")));

    let words = "-n web --kubernetes-version v1.35.2 --fail-on info --select ALL --exclude x/";
    let settings = load_file(FULL, words).unwrap();
    assert_eq!(settings.selection.names().count(), RULES.len());
    assert_eq!((settings.namespace.as_str(), settings.versions.newest().minor()), ("web", 35));
    assert_eq!(settings.fail_on, Some(Severity::Info));
    let globs: Vec<_> = settings.input.excludes.iter().map(|exclude| exclude.glob.as_str()).collect();
    assert_eq!(globs, ["*.gen.yaml", "x/"]);

    // Gates are of the version that the command line asks for, and the file's hold where it says nothing of them.
    let recreate = "--kubernetes-version 1.37 --feature-gates StatefulSetRecreateStrategy=true";
    for (words, want) in [
        ("", "MaxUnavailableStatefulSet=true"),
        ("--feature-gates MaxUnavailableStatefulSet=false", ""),
        ("--kubernetes-version 1.37", ""),
        (recreate, "StatefulSetRecreateStrategy=true"),
        ("--kubernetes-version 1.36..1.37", "MaxUnavailableStatefulSet=true"),
    ] {
        let settings = load_file(FULL, words).unwrap();
        assert_eq!(settings.versions.changed_gates().to_string(), want, "{words}");
    }

    let settings = load_file(FULL, "--ignore claim-unused --exit-zero").unwrap();
    assert_eq!((names(&settings).as_str(), settings.fail_on), ("governing-service-not-headless", None));
}

#[test]
fn the_nearest_file_up_to_the_git_root_is_used_unless_one_is_named() {
    let namespace = |name: &str| format!("namespace: {name}\n");
    let (above, root, middle, other) = (namespace("above"), namespace("root"), namespace("middle"), namespace("other"));
    let files = [
        (".stslint.yaml", above.as_str()),
        ("repo/.git/HEAD", ""),
        ("repo/.stslint.yml", &root),
        ("repo/a/.stslint.yaml", &middle),
        ("repo/a/b/x", ""),
        ("repo/c/other.yaml", &other),
        ("outside/a/x", ""),
        ("outside/.stslint.yaml", &other),
    ];
    let folder = folder(&files);
    for (directory, variable, words, want) in [
        ("repo", None, "", "root"),
        ("repo/a", None, "", "middle"),
        ("repo/a/b", None, "", "middle"),
        ("repo/c", None, "", "root"),
        ("repo/c", Some("other.yaml"), "", "other"),
        ("repo/c", Some(""), "", "root"),
        ("repo/c", Some("other.yaml"), "--config ../a/.stslint.yaml", "middle"),
        ("repo/c", Some("other.yaml"), "--no-config", "default"),
        ("repo/a", None, "--no-config", "default"),
        ("outside", None, "", "other"),
        ("outside/a", None, "", "default"),
    ] {
        let settings = load(&folder.path().join(directory), variable, words).unwrap();
        assert_eq!(settings.namespace, want, "{directory} {variable:?} {words}");
    }
}

#[test]
fn the_configuration_in_use_is_no_input() {
    let folder = folder(&[("conf.yaml", "fail-on: info\n"), ("a.yaml", "a: 1\n"), (".stslint.yaml", "")]);
    let settings = load(folder.path(), None, "--config ./conf.yaml").unwrap();
    let fates: Vec<_> = input::read_from(&settings.input, &mut std::io::empty())
        .files
        .into_iter()
        .map(|file| (file.path, file.fate))
        .collect();
    let want = [
        (".stslint.yaml", input::Fate::Configuration),
        ("a.yaml", input::Fate::Read),
        ("conf.yaml", input::Fate::Configuration),
    ];
    assert_eq!(fates, want.map(|(path, fate)| (path.to_owned(), fate)));
}

/// Files, and behind an arrow how each is answered.
const MISTAKES: &str = r#"
a: 1
->
.stslint.yaml:1:1: unknown key "a"
  |
1 | a: 1
  | ^
  = help: keys are exclude, fail-on, feature-gates, ignore, kubernetes-version, namespace, select, severity
====
select: [ALL]
ignroe: []
->
.stslint.yaml:2:1: unknown key "ignroe"
  |
2 | ignroe: []
  | ^^^^^^
  = help: did you mean "ignore"?
====
select: storage
->
.stslint.yaml:1:9: select is a list, not text
  |
1 | select: storage
  |         ^^^^^^^
  = help: write it as a list: select: [storage]
====
ignore:
- claim-unsed
->
.stslint.yaml:2:3: there is no rule or category "claim-unsed"
  |
2 | - claim-unsed
  |   ^^^^^^^^^^^
  = help: did you mean "claim-unused"?
====
select: [1]
->
.stslint.yaml:1:10: an entry of select is text, not a number
  |
1 | select: [1]
  |          ^
  = help: put it in quotes
====
severity:
  storage: info
->
.stslint.yaml:2:3: there is no rule "storage"
  |
2 |   storage: info
  |   ^^^^^^^
  = help: `stslint rules` lists the rules and their categories
====
severity: {claim-unused: eror}
->
.stslint.yaml:1:26: the severity of "claim-unused" cannot be "eror"
  |
1 | severity: {claim-unused: eror}
  |                          ^^^^
  = help: did you mean "error"?
====
severity: [a,
 b]
->
.stslint.yaml:1:11: severity is a mapping, not a list
  |
1 | severity: [a,
  |           ^^^
  = help: write it as a mapping from rules to error, warning or info
====
kubernetes-version: 1.30
->
.stslint.yaml:1:21: kubernetes-version cannot be "1.30"
  |
1 | kubernetes-version: 1.30
  |                     ^^^^
  = help: known are 1.33 to 1.37, written like 1.37
====
feature-gates: MaxUnavailableStatefulSet=true
->
.stslint.yaml:1:16: feature-gates is a mapping, not text
  |
1 | feature-gates: MaxUnavailableStatefulSet=true
  |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = help: write it as a mapping: MaxUnavailableStatefulSet: true
====
feature-gates: {MaxUnavailableStatefulset: true}
->
.stslint.yaml:1:17: feature gate "MaxUnavailableStatefulset" cannot be set
  |
1 | feature-gates: {MaxUnavailableStatefulset: true}
  |                 ^^^^^^^^^^^^^^^^^^^^^^^^^
  = help: did you mean "MaxUnavailableStatefulSet"?
====
feature-gates: {AllAlpha: true}
->
.stslint.yaml:1:17: feature gate "AllAlpha" cannot be set
  |
1 | feature-gates: {AllAlpha: true}
  |                 ^^^^^^^^
  = help: feature gates of StatefulSets are MaxUnavailableStatefulSet, StatefulSetRecreateStrategy
====
feature-gates:
  StatefulSetRecreateStrategy: true
kubernetes-version: 1.33..1.36
->
.stslint.yaml:2:3: feature gate "StatefulSetRecreateStrategy" cannot be set
  |
2 |   StatefulSetRecreateStrategy: true
  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = help: Kubernetes 1.33..1.36 does not have this feature gate; of StatefulSets it has MaxUnavailableStatefulSet
====
feature-gates: {StatefulSetRecreateStrategy: 1}
->
.stslint.yaml:1:46: feature gate "StatefulSetRecreateStrategy" is a truth value, not a number
  |
1 | feature-gates: {StatefulSetRecreateStrategy: 1}
  |                                              ^
  = help: write true or false
====
fail-on: never
->
.stslint.yaml:1:10: fail-on cannot be "never"
  |
1 | fail-on: never
  |          ^^^^^
  = help: write error, warning or info
====
fail-on: off
->
.stslint.yaml:1:10: fail-on cannot be "off"
  |
1 | fail-on: off
  |          ^^^
  = help: write error, warning or info
====
namespace: My_db
->
.stslint.yaml:1:12: namespace cannot be "My_db"
  |
1 | namespace: My_db
  |            ^^^^^
  = help: a namespace has 1 to 63 lower case letters, digits and inner dashes
====
exclude: ['a{']
->
.stslint.yaml:1:11: "a{" is no pattern: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)
  |
1 | exclude: ['a{']
  |           ^^^^
  = help: write it as in .gitignore, such as testdata/ or *.gen.yaml
====
exclude: [gen/, '[z']
->
.stslint.yaml:1:17: "[z" is no pattern: unclosed character class; missing ']'
  |
1 | exclude: [gen/, '[z']
  |                 ^^^^
  = help: write it as in .gitignore, such as testdata/ or *.gen.yaml
====
[select]
->
.stslint.yaml:1:1: a configuration is a mapping, not a list
  |
1 | [select]
  | ^^^^^^^^
  = help: write keys with values, such as "fail-on: error"
====
fail-on: error
---
fail-on: info
->
.stslint.yaml:3:1: this is a second document
  |
3 | fail-on: info
  | ^^^^^^^^^^^^^
  = help: a configuration is one document
"#;

#[test]
fn each_mistake_in_the_file_is_told_with_its_place() {
    for case in MISTAKES.trim().split("\n====\n") {
        let (text, want) = case.split_once("\n->\n").unwrap();
        let error = load_file(text, "").unwrap_err().to_string();
        assert_eq!(error, want, "{text}\n{error}");
    }
}

#[test]
fn every_mistake_in_the_file_is_told_at_once_and_broken_text_alone() {
    let error = load_file("a: 1\nfail-on: 3\nselect: {}\n", "").unwrap_err().to_string();
    let places: Vec<_> = error.lines().filter(|line| line.starts_with(".stslint.yaml")).collect();
    assert_eq!(
        places,
        [
            ".stslint.yaml:1:1: unknown key \"a\"",
            ".stslint.yaml:2:10: fail-on cannot be \"3\"",
            ".stslint.yaml:3:9: select is a list, not a mapping"
        ]
    );
    let error = load_file("select: [\nb: 1\n", "").unwrap_err().to_string();
    assert!(error.starts_with(".stslint.yaml:") && !error.contains("unknown key"), "{error}");
}

#[test]
fn an_empty_file_and_keys_without_values_say_nothing() {
    for text in ["", "# nothing\n", "---\n", "select:\nseverity:\nexclude: ~\nkubernetes-version:\n"] {
        let settings = load_file(text, "").unwrap();
        assert_eq!(settings.selection.names().count(), RULES.len(), "{text:?}");
        assert_eq!(settings.versions.newest(), Version::NEWEST, "{text:?}");
    }
}

#[test]
fn wrong_flags_are_told_with_the_flag() {
    let folder = folder(&[("both/.stslint.yaml", ""), ("both/.stslint.yml", "")]);
    for (words, want) in [
        (
            "--select storge",
            "--select does not take \"storge\": there is no such rule or category; did you mean \"storage\"?",
        ),
        (
            "--ignore x,ALL",
            "--ignore does not take \"x\": there is no such rule or category; `stslint rules` lists the rules and their \
             categories",
        ),
        (
            "--kubernetes-version 1.36 --feature-gates StatefulSetRecreateStrategy=true",
            "--feature-gates does not take \"StatefulSetRecreateStrategy=true\": Kubernetes 1.36 does not have this \
             feature gate; of StatefulSets it has MaxUnavailableStatefulSet",
        ),
        (
            "-n A",
            "--namespace does not take \"A\": a namespace has 1 to 63 lower case letters, digits and inner dashes",
        ),
        ("--exclude [z", "--exclude does not take \"[z\": unclosed character class; missing ']'"),
        (
            "--exclude a{",
            "--exclude does not take \"a{\": unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)",
        ),
        (
            "-o json -o concise",
            "--output does not take \"concise\": another report goes to standard output already; give this one a file: \
             FORMAT=FILE",
        ),
        ("-o json=a -o full -o sarif=a", "--output does not take \"sarif=a\": another report goes to the same file"),
        (
            "--stdin-filename a.yaml",
            "--stdin-filename does not take \"a.yaml\": standard input is not read; name - among the paths",
        ),
        ("--config no.yaml", "cannot read no.yaml: No such file or directory (os error 2)"),
    ] {
        let error = load(folder.path(), None, words).unwrap_err().to_string();
        assert_eq!(error, want, "{words}");
    }
    let error = load(&folder.path().join("both"), None, "").unwrap_err().to_string();
    assert!(error.ends_with("both holds both .stslint.yaml and .stslint.yml; keep one of them"), "{error}");
}

#[test]
fn the_schema_knows_the_keys_that_the_reader_knows() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/config.json")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
    let keys: Vec<_> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, file::KEYS);
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (value, good) in [
        (serde_json::json!({"select": ["identity"], "severity": {"claim-unused": "error"}, "fail-on": "info"}), true),
        (serde_json::json!({"kubernetes-version": "1.34", "namespace": "db", "exclude": ["a"], "ignore": []}), true),
        (serde_json::json!({"kubernetes-version": 1.34, "select": null}), true),
        (serde_json::json!({"kubernetes-version": "1.35..1.37"}), true),
        (serde_json::json!({"kubernetes-version": "1.35.."}), false),
        (serde_json::json!({"feature-gates": {"MaxUnavailableStatefulSet": false}}), true),
        (serde_json::json!({"feature-gates": {"MaxUnavailable": false}}), false),
        (serde_json::json!({"feature-gates": {"MaxUnavailableStatefulSet": "false"}}), false),
        (serde_json::json!({}), true),
        (serde_json::json!(null), true),
        (serde_json::json!({"kubernetes-version": "1.30"}), false),
        (serde_json::json!({"selct": []}), false),
        (serde_json::json!({"select": "identity"}), false),
        (serde_json::json!({"severity": {"claim-unused": "fatal"}}), false),
        (serde_json::json!({"namespace": "A"}), false),
        (serde_json::json!([]), false),
    ] {
        assert_eq!(validator.is_valid(&value), good, "{value}");
        // The reader judges alike; JSON is YAML.
        assert_eq!(load_file(&value.to_string(), "").is_ok(), good, "{value}");
    }
}
