//! How long a thousand findings at the end of a file take to draw: no longer in a large file than in a small one.

use std::io;
use std::sync::Arc;

use stslint::finding::{Finding, Severity};
use stslint::report::{self, Format, Report, Style, Summary};
use stslint::source::{FileId, Place, SourceFile, Sources, Span};
use stslint::version::Versions;

fn main() {
    divan::main();
}

const LINE: &str = "  serviceName: db # the governing Service\n";
const FINDINGS: usize = 1_000;

/// A file of so many bytes, with findings in its last lines.
fn sources(bytes: usize) -> Sources {
    Sources::new(vec![SourceFile::new("db.yaml", LINE.repeat(bytes / LINE.len()))])
}

/// The same as one line.
fn one_line(bytes: usize) -> Sources {
    Sources::new(vec![SourceFile::new("db.json", LINE.replace('\n', " ").repeat(bytes / LINE.len()))])
}

fn report(sources: &Sources) -> Report<'_> {
    let file = FileId(0);
    let end = sources.get(file).text.len();
    let findings = (0..FINDINGS)
        .map(|number| {
            let start = end - LINE.len() * (1 + number % 100) + "  serviceName: ".len();
            Finding {
                rule: Arc::from("governing-service-missing"),
                severity: Severity::Error,
                message: "no Service \"db\" is in view".to_owned(),
                place: Place { file, span: Span::new(start, start + 2) },
                label: "pods db-0 … db-2 get no DNS names without it".to_owned(),
                related: Vec::new(),
                notes: vec!["looked at 14 objects in k8s (3 Services: web, api, db-read)".to_owned()],
                help: "did you mean \"db-read\"? it selects these pods, but is not headless".to_owned(),
                object: None,
                field: "spec.serviceName".to_owned(),
                api: None,
                more: 0,
            }
        })
        .collect();
    Report {
        sources,
        findings,
        skipped: Vec::new(),
        rules: Vec::new(),
        summary: Summary { errors: FINDINGS, ..Summary::default() },
        versions: Versions::default(),
        fail_on: None,
    }
}

#[divan::bench(args = [10 << 10, 1 << 20])]
fn full(bencher: divan::Bencher<'_, '_>, bytes: usize) {
    let sources = sources(bytes);
    let report = report(&sources);
    bencher.bench(|| report::write(&report, Format::Full, &Style::FILE, &mut io::sink()));
}

#[divan::bench(args = [10 << 10, 1 << 20])]
fn json(bencher: divan::Bencher<'_, '_>, bytes: usize) {
    let sources = sources(bytes);
    let report = report(&sources);
    bencher.bench(|| report::write(&report, Format::Json, &Style::FILE, &mut io::sink()));
}

#[divan::bench(args = [10 << 10, 1 << 20])]
fn full_of_one_line(bencher: divan::Bencher<'_, '_>, bytes: usize) {
    let sources = one_line(bytes);
    let report = report(&sources);
    bencher.bench(|| report::write(&report, Format::Full, &Style::FILE, &mut io::sink()));
}
