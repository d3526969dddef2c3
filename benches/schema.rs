//! How long a Service and a StatefulSet of 4 KB take to be held against the types of the API server, during which nothing
//! is allocated, and to be turned into what it stores and the name of the revision.

use divan::{AllocProfiler, Bencher};
use stslint::manifest::{self, Object};
use stslint::revision::revision_name;
use stslint::source::{FileId, Role};
use stslint::version::Version;
use stslint::{defaults, schema, yaml};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// A manifest as people write them, made to be as long as those of real databases are.
fn manifest() -> String {
    let mut text = include_str!("../fixtures/wrong-type/pass-unit-of-a-quantity.yaml").to_owned();
    let head = text.find("          ports:").unwrap_or_default();
    let variable =
        |number| format!("            - name: CASSANDRA_SETTING_{number}\n              value: \"{number}\"\n");
    let probe = |name| {
        format!("          {name}:\n            tcpSocket:\n              port: peer\n            periodSeconds: 10\n")
    };
    let variables: Vec<String> = (0..40).map(variable).collect();
    let probes = ["livenessProbe", "readinessProbe", "startupProbe"].map(probe);
    let more = format!("          env:\n{}{}", variables.concat(), probes.concat());
    text.insert_str(head, &more);
    text
}

#[divan::bench]
fn service_and_stateful_set_of_4_kb(bencher: Bencher<'_, '_>) {
    let text = manifest();
    let tree = yaml::parse(FileId(0), &text);
    let found = manifest::recognise(&tree, Role::Target, "default", false);
    let wrong = |object: &Object<'_>| schema::validate(object, Version::NEWEST).len();
    assert_eq!(found.objects.iter().map(wrong).sum::<usize>(), 0);
    bencher.counter(divan::counter::BytesCount::of_str(&text)).bench(|| found.objects.iter().map(wrong).sum::<usize>());
}

#[divan::bench]
fn what_is_stored_of_them(bencher: Bencher<'_, '_>) {
    let text = manifest();
    let tree = yaml::parse(FileId(0), &text);
    let found = manifest::recognise(&tree, Role::Target, "default", false);
    let store = |object: &Object<'_>| defaults::stored(object, Version::NEWEST).is_some();
    bencher
        .counter(divan::counter::BytesCount::of_str(&text))
        .bench(|| found.objects.iter().filter(|object| store(object)).count());
}

#[divan::bench]
fn the_name_of_the_revision(bencher: Bencher<'_, '_>) {
    let text = manifest();
    let tree = yaml::parse(FileId(0), &text);
    let found = manifest::recognise(&tree, Role::Target, "default", false);
    bencher.bench(|| found.objects.iter().filter_map(|object| revision_name(object, Version::NEWEST, 0)).count());
}
