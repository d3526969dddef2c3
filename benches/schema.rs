//! How long a Service and a StatefulSet of 4 KB take to be held against the types of the API server, and how much is
//! allocated meanwhile: nothing.

use divan::{AllocProfiler, Bencher};
use stslint::manifest::{self, Object};
use stslint::schema;
use stslint::source::{FileId, Role};
use stslint::version::Version;
use stslint::yaml;

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
