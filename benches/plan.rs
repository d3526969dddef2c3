//! How long a plan takes, and how much memory: of a set of three pods, and of ten thousand.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::io;

use divan::{AllocProfiler, Bencher};
use stslint::cluster::Cluster;
use stslint::dry_run::{self, Question, View};
use stslint::manifest;
use stslint::report::{self, PlanFormat, Style};
use stslint::source::{FileId, Role, SourceFile, Sources};
use stslint::yaml;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

const POLICIES: [&str; 2] = ["OrderedReady", "Parallel"];

fn text(replicas: u32, policy: &str, image: &str) -> String {
    include_str!("../examples/stories/db.yaml")
        .replace("replicas: 3", &format!("replicas: {replicas}\n  podManagementPolicy: {policy}"))
        .replace("db:1.0", image)
}

/// Plans what becomes of the last of these manifests when the others were applied before, and writes it.
fn plan(texts: &[String], format: PlanFormat) -> usize {
    let sources: Vec<Sources> =
        texts.iter().map(|text| Sources::new(vec![SourceFile::new("db.yaml", text.as_str())])).collect();
    let trees: Vec<_> = sources.iter().map(|sources| yaml::read(FileId(0), sources.get(FileId(0)))).collect();
    let cluster = |(tree, sources)| {
        let found = manifest::recognise(tree, Role::Target, "default", false);
        Cluster::new(found.objects, sources)
    };
    let clusters: Vec<Cluster<'_>> = trees.iter().zip(&sources).map(cluster).collect();
    let views: Vec<View<'_>> =
        clusters.iter().zip(&sources).map(|(cluster, sources)| View { cluster, sources }).collect();
    let (now, before) = views.split_last().expect("a manifest");
    let plan = dry_run::plan(*now, before, &Question::default());
    report::write_plan(&plan, format, &Style::FILE, &mut io::sink()).expect("a sink takes everything");
    plan.sets.iter().map(|set| set.steps.len()).sum()
}

#[divan::bench(args = POLICIES)]
fn three_pods(bencher: Bencher<'_, '_>, policy: &str) {
    let texts = [text(3, policy, "db:1")];
    bencher.bench(|| plan(&texts, PlanFormat::Text));
}

#[divan::bench(args = POLICIES)]
fn ten_thousand_pods(bencher: Bencher<'_, '_>, policy: &str) {
    let texts = [text(10_000, policy, "db:1")];
    bencher.bench(|| plan(&texts, PlanFormat::Text));
}

#[divan::bench(args = POLICIES)]
fn ten_thousand_pods_in_json(bencher: Bencher<'_, '_>, policy: &str) {
    let texts = [text(10_000, policy, "db:1")];
    bencher.bench(|| plan(&texts, PlanFormat::Json));
}

#[divan::bench(args = POLICIES)]
fn a_new_image_for_ten_thousand_pods(bencher: Bencher<'_, '_>, policy: &str) {
    let texts = [text(10_000, policy, "db:1"), text(10_000, policy, "db:2")];
    bencher.bench(|| plan(&texts, PlanFormat::Text));
}
