//! Reads a folder of real manifests and holds it that nothing in it is lost.
//!
//! The folder is no part of the repository: it is `STSLINT_CORPUS`, or `../shared/corpus/real` beside the repository.
//! `STSLINT_COUNTS` names a table of what another reader found in it, one `path<TAB>objects` a line, as
//! `go run ./decode -count FOLDER` in `conformance` writes it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::{env, fs};

use stslint::cluster::Cluster;
use stslint::input::{self, Fate, Request};
use stslint::manifest::{GroupKind, Reason, Recognised, recognise};
use stslint::yaml::{self, Tree};

fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/real");
    let folder = env::var_os("STSLINT_CORPUS").map_or(beside, PathBuf::from);
    folder.canonicalize().ok()
}

/// Says so on the terminal, which the test harness would hide of a test that passes.
fn tell(line: &str) {
    _ = writeln!(io::stderr(), "{line}");
}

/// Every file below `folder` that looks like a manifest.
fn manifests(folder: &Path, found: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            manifests(&path, found)?;
        } else if path
            .extension()
            .is_some_and(|extension| ["yaml", "yml", "json"].iter().any(|known| extension == *known))
        {
            found.insert(path);
        }
    }
    Ok(())
}

/// Each document holds an object, or is passed over, or is broken and a fault says so, or holds nothing.
fn assert_every_document_is_accounted_for(path: &str, tree: &Tree<'_>, found: &Recognised<'_>) {
    assert_eq!(found.documents + found.empty, tree.documents().len(), "{path}");
    let mut known: BTreeSet<u32> = found.objects.iter().map(|object| object.document).collect();
    known.extend(found.passed.iter().map(|passed| passed.document));
    assert_eq!(known.len() + found.broken, found.documents, "{path}");
    for (number, document) in (0..).zip(tree.documents()) {
        let faulty = tree.faults().iter().any(|fault| fault.document == number);
        assert!(!document.broken || faulty, "{path}: document {number} is broken and nothing says why");
    }
    for passed in &found.passed {
        assert!(!passed.reason.to_string().is_empty(), "{path}: {passed:?}");
    }
}

#[test]
fn nothing_in_the_corpus_is_lost() {
    let Some(folder) = corpus() else {
        tell("the corpus is not read: it is not there, and STSLINT_CORPUS names no folder of manifests");
        return;
    };
    let request = Request { directory: folder.clone(), paths: vec![PathBuf::from(".")], ..Request::default() };
    let inputs = input::read_from(&request, &mut io::empty());
    assert!(inputs.errors.is_empty(), "{:?}", inputs.errors);

    let mut files = BTreeSet::new();
    manifests(&folder, &mut files).expect("the corpus can be walked");
    let considered: Vec<&input::File> = inputs.files.iter().collect();
    for file in &files {
        let told = considered.iter().any(|it| file.starts_with(folder.join(&it.path)));
        assert!(told, "{} is neither read nor passed over", file.display());
    }

    let trees: Vec<Tree<'_>> = inputs.sources.iter().map(|(id, file)| yaml::parse(id, &file.text)).collect();
    let mut counts = BTreeMap::new();
    let mut objects = Vec::new();
    let (mut documents, mut passed, mut broken) = (0, 0, 0);
    for tree in &trees {
        let file = inputs.sources.get(tree.file());
        let found = recognise(tree, file.role, "default", false);
        assert_every_document_is_accounted_for(&file.path, tree, &found);
        // The other reader knows nothing of kustomize.
        let kustomize = found.passed.iter().filter(|passed| matches!(passed.reason, Reason::Kustomize { .. }));
        counts.insert(file.path.as_str(), found.objects.len() + kustomize.count());
        documents += found.documents;
        passed += found.passed.len();
        broken += found.broken;
        objects.extend(found.objects);
    }
    assert_as_many_as_counted(&counts);

    let recognised = objects.len();
    let cluster = Cluster::new(objects, &inputs.sources);
    assert_eq!(cluster.objects().len(), recognised);
    for object in cluster.objects().iter().filter(|object| !object.name.is_empty()) {
        for kind in [GroupKind::STATEFUL_SET, GroupKind::SERVICE].into_iter().filter(|&kind| object.is(kind)) {
            let found = cluster.find(kind, object.namespace, object.name, object).expect("an object finds itself");
            assert_eq!((found.file, found.name), (object.file, object.name), "nearest is the same file");
        }
    }
    let passed_over = inputs.files.iter().filter(|file| file.fate != Fate::Read).count();
    tell(&format!(
        "{} files read, {passed_over} passed over; {documents} documents, {recognised} objects, {} StatefulSets, {passed} \
         documents passed over, {broken} broken",
        trees.len(),
        cluster.stateful_sets().count(),
    ));
}

/// Holds the number of objects in each file against the table of another reader, where there is one.
fn assert_as_many_as_counted(counts: &BTreeMap<&str, usize>) {
    let Some(table) = env::var_os("STSLINT_COUNTS") else {
        tell("the corpus is not compared: STSLINT_COUNTS names no table of another reader's counts");
        return;
    };
    let table = fs::read_to_string(table).unwrap_or_default();
    assert!(!table.is_empty(), "the table that STSLINT_COUNTS names cannot be read");
    let mut compared = 0;
    let mut differences = Vec::new();
    for line in table.lines() {
        let mut cells = line.split('\t');
        let (path, count) = (cells.next().unwrap_or_default(), cells.next().and_then(|count| count.parse().ok()));
        let Some(&found) = counts.get(path) else { continue };
        compared += 1;
        if Some(found) != count {
            differences.push(format!("{path}: {found} objects, counted {count:?}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert_eq!(compared, counts.len(), "files that the other reader counted");
    tell(&format!("{compared} files hold as many objects as another reader counted"));
}
