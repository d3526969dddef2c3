//! How fast manifests become trees: as nearly all are written, and with an anchor, which takes the slower reader.

use std::fs;
use std::path::Path;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use stslint::source::FileId;
use stslint::yaml;

fn main() {
    divan::main();
}

/// A manifest of about four kilobytes, repeated as documents of one text.
const MANIFEST: &str = include_str!("yaml/manifest.yaml");
const COPIES: usize = 250;

fn read(bencher: Bencher<'_, '_>, manifest: &str) {
    let text = format!("{manifest}---\n").repeat(COPIES);
    bencher.counter(BytesCount::of_str(&text)).bench(|| yaml::parse(FileId(0), black_box(&text)).len());
}

#[divan::bench]
fn plain(bencher: Bencher<'_, '_>) {
    read(bencher, MANIFEST);
}

#[divan::bench]
fn with_line_breaks_of_windows(bencher: Bencher<'_, '_>) {
    read(bencher, &MANIFEST.replace('\n', "\r\n"));
}

#[divan::bench]
fn with_an_anchor_in_each_document(bencher: Bencher<'_, '_>) {
    read(bencher, &MANIFEST.replace("kind: ", "kind: &kind "));
}

#[divan::bench]
fn as_json(bencher: Bencher<'_, '_>) {
    let text = "{\"kind\": \"Service\", \"spec\": {\"ports\": [{\"name\": \"client\", \"port\": 5432}], \"clusterIP\": \"None\"}}\n";
    let text = text.repeat(40 * COPIES);
    bencher.counter(BytesCount::of_str(&text)).bench(|| yaml::parse(FileId(0), black_box(&text)).len());
}

/// The rules that come with the program, which are read at every start.
#[divan::bench]
fn rules(bencher: Bencher<'_, '_>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let texts: Vec<_> = files.filter_map(|file| fs::read_to_string(file.path()).ok()).collect();
    let bytes: usize = texts.iter().map(String::len).sum();
    bencher
        .counter(BytesCount::new(bytes))
        .bench(|| texts.iter().map(|text| yaml::parse(FileId(0), black_box(text)).len()).sum::<usize>());
}
