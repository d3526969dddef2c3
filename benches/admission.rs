//! How long it takes to say what the API server says when a StatefulSet with a pod template of 5 KB is created, and how much
//! is allocated meanwhile: nothing.

use divan::counter::BytesCount;
use divan::{AllocProfiler, Bencher};
use stslint::admission;
use stslint::manifest;
use stslint::source::{FileId, Role};
use stslint::version::Version;
use stslint::yaml;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// A set that uses much of what there is, with as many variables as make its template 5 KB long.
fn manifest() -> String {
    let text = include_str!("../tests/data/full-set.yaml");
    let head = text.find("          lifecycle:").unwrap_or_default();
    let (before, after) = text.split_at(head);
    let variable = |number| format!("            - {{name: LEDGER_SETTING_{number}, value: \"{number}\"}}\n");
    let variables: Vec<String> = (0..40).map(variable).collect();
    format!("{before}{}{after}", variables.concat())
}

#[divan::bench(args = [33, 37])]
fn stateful_set_of_5_kb(bencher: Bencher<'_, '_>, minor: u8) {
    let text = manifest();
    let tree = yaml::parse(FileId(0), &text);
    let objects = manifest::recognise(&tree, Role::Target, "default", false).objects;
    let version = Version::all().find(|version| version.minor() == minor).unwrap_or_default();
    let ask = || objects.iter().take(1).map(|object| admission::create(object, version).errors.len()).sum::<usize>();
    assert_eq!(ask(), 0, "{minor}: the set is accepted");
    bencher.counter(BytesCount::of_str(&text)).bench(ask);
}
