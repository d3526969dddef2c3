//! Holds what is said to be stored, and the names of revisions, against what Kubernetes' own code says, on real manifests
//! and on the fixtures.
//!
//! `STSLINT_JUDGE` names a folder with the programs `admission-33` to `admission-37`, which `conformance/admission` builds;
//! where it is not set, nothing is asked. The real manifests are in `STSLINT_CORPUS`, or in `../shared/corpus/real` beside
//! the repository.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs, thread};

use serde_json::Value as Json;
use stslint::manifest::{Object, recognise};
use stslint::revision::{revision_data, revision_name};
use stslint::source::{FileId, Role};
use stslint::value::Value;
use stslint::version::Version;
use stslint::{defaults, yaml};

/// Every file below `folder` that looks like a manifest.
fn manifests(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            manifests(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| ["yaml", "yml", "json"].iter().any(|known| extension == *known))
        {
            found.push(path);
        }
    }
}

/// The lines that the program answers to the objects, one each; they are sent as JSON.
fn ask(judge: &Path, minor: u8, question: &str, objects: &[String]) -> Vec<String> {
    let mut program = Command::new(judge.join(format!("admission-{minor}")));
    let mut program = program.args([question, "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = program.stdin.take().unwrap();
    let sent = objects.join("\n---\n");
    let writer = thread::spawn(move || input.write_all(sent.as_bytes()).unwrap());
    let output = program.wait_with_output().unwrap();
    writer.join().unwrap();
    let answers: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(answers.len(), objects.len(), "1.{minor}");
    answers
}

/// The bytes of what is stored; it is the last thing in an answer, and only in one that accepts.
fn stored(answer: &str) -> Option<&str> {
    answer.split_once(",\"stored\":")?.1.strip_suffix('}')
}

fn each_object(mut visit: impl FnMut(&Path, &Object<'_>)) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = env::var_os("STSLINT_CORPUS").map_or_else(|| root.join("../shared/corpus/real"), PathBuf::from);
    let mut files = Vec::new();
    manifests(&corpus, &mut files);
    manifests(&root.join("fixtures"), &mut files);
    files.sort();
    for path in files {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let tree = yaml::parse(FileId(0), &text);
        for object in recognise(&tree, Role::Target, "default", false).objects {
            visit(&path, &object);
        }
    }
}

/// The first object in `text`.
fn with_object<R>(text: &str, ask: impl FnOnce(&Object<'_>) -> R) -> R {
    let tree = yaml::parse(FileId(0), text);
    ask(&recognise(&tree, Role::Target, "default", false).objects[0])
}

#[test]
fn what_is_stored_is_stored_again_as_it_is_and_read_back_from_all_that_is_written() {
    let mut count = 0;
    each_object(|path, object| {
        for version in [Version::OLDEST, Version::NEWEST] {
            let Some(stored) = defaults::stored(object, version) else { continue };
            let want = stored.canonical();
            for text in [stored.pretty_yaml("default"), stored.pretty_json(), want.clone()] {
                let read = with_object(&text, |object| Value::of(object.node).canonical());
                assert_eq!(read, want, "{} is read back", path.display());
                let again = with_object(&text, |object| defaults::stored(object, version).unwrap().canonical());
                assert_eq!(again, want, "{} is stored again by {version}", path.display());
            }
            count += 1;
        }
    });
    assert!(count > 300, "{count} objects");
}

#[test]
fn what_is_stored_is_what_the_api_server_stores() {
    let Some(judge) = env::var_os("STSLINT_JUDGE").map(PathBuf::from) else { return };
    for version in Version::all() {
        let (mut objects, mut ours) = (Vec::new(), Vec::new());
        each_object(|path, object| {
            if let Some(stored) = defaults::stored(object, version) {
                objects.push(Value::of(object.node).canonical());
                ours.push((path.to_owned(), object.kind.to_owned(), stored.canonical()));
            }
        });
        let answers = ask(&judge, version.minor(), "create", &objects);
        let (mut accepted, mut different, mut told) = (0, 0, String::new());
        for (answer, (path, kind, ours)) in answers.iter().zip(&ours) {
            let Some(theirs) = stored(answer) else { continue };
            accepted += 1;
            if *ours != theirs {
                different += 1;
                let _ = writeln!(told, "{}: {kind}\n ours   {ours}\n theirs {theirs}", path.display());
            }
        }
        assert!(accepted > 100, "1.{}: {accepted} of {} were accepted", version.minor(), objects.len());
        let told: String = told.chars().take(6000).collect();
        assert_eq!(different, 0, "{version}: {different} of {accepted} differ\n{told}");
    }
}

/// What a line of JSON says `name` is; it is text.
fn text_of(answer: &str, name: &str) -> Option<String> {
    let answer: Json = serde_json::from_str(answer).unwrap();
    answer[name].as_str().map(str::to_owned)
}

#[test]
fn revisions_have_the_names_that_the_controller_gives_them() {
    let Some(judge) = env::var_os("STSLINT_JUDGE").map(PathBuf::from) else { return };
    for version in Version::all() {
        let (mut objects, mut ours) = (Vec::new(), Vec::new());
        each_object(|path, object| {
            if object.api_version == "apps/v1"
                && let Some(name) = revision_name(object, version, 0)
            {
                objects.push(Value::of(object.node).canonical());
                ours.push((path.to_owned(), name, revision_data(object, version).unwrap()));
            }
        });
        let answers = ask(&judge, version.minor(), "revision", &objects);
        let mut accepted = 0;
        for (answer, (path, name, data)) in answers.iter().zip(&ours) {
            let Some(theirs) = text_of(answer, "name") else { continue };
            accepted += 1;
            assert_eq!(Some(data), text_of(answer, "raw").as_ref(), "{version}: {}", path.display());
            assert_eq!(*name, theirs, "{version}: {}", path.display());
        }
        assert!(accepted > 100, "{version}: {accepted} of {} were accepted", objects.len());
    }
}
