//! A report for the tests of all formats: two files, every optional part of a finding, and text that means harm.

use std::sync::Arc;

use super::{Passed, Report, Skipped, Summary};
use crate::finding::{Finding, ObjectName, Refusal, Related, RuleCard, Severity, Stage};
use crate::source::{Encoding, FileId, Place, SourceFile, Sources, Span};
use crate::version::Versions;

/// What a report borrows and owns.
pub(super) struct Sample {
    pub(super) sources: Sources,
    pub(super) findings: Vec<Finding>,
    pub(super) skipped: Vec<Skipped>,
    pub(super) summary: Summary,
    pub(super) fail_on: Option<Severity>,
}

const DB: &str = "\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  replicas: 3
  serviceName: db
  selector:
    matchLabels: {app: db}
  template:
    metadata:
      labels: {app: web}
    spec:
      terminationGracePeriodSeconds: 0
";

const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  clusterIP: 10.96.0.7
  selector: {app: db}
";

/// Text that a terminal, a runner or a reader of logs might obey.
pub(super) const HOSTILE: &str = "100%, a::b\r\n::set-output name=x::y\u{1b}[31m\u{202e}[x](https://example.com)";

impl Sample {
    /// One error with two related places, one warning, one info about text that means harm.
    pub(super) fn new() -> Self {
        let mut service = SourceFile::new("k8s/service.yaml", SERVICE);
        service.encoding = Encoding::Utf8Bom;
        let hostile = SourceFile::new("k8s/50%, a:b\n.yaml", format!("name: \"{}\"\n", HOSTILE.replace('\n', " ")));
        let sources = Sources::new(vec![SourceFile::new("k8s/db.yaml", DB), service, hostile]);
        let [labels, not_headless, harm] = [labels(&sources), not_headless(&sources), harm(&sources)];
        Self {
            sources,
            findings: vec![not_headless, labels, harm],
            skipped: vec![
                skipped("chart", None, "a Helm chart is no manifest before it is rendered", Passed::File),
                skipped("k8s/db.yaml", Some(3), "no StorageClass is in view", Passed::Rule),
                skipped("k8s/values.yaml", Some(1), "no object of Kubernetes", Passed::Document),
            ],
            summary: Summary {
                files: 6,
                documents: 15,
                objects: 14,
                stateful_sets: 2,
                errors: 1,
                warnings: 1,
                infos: 1,
                ignored: 2,
                baselined: 1,
            },
            fail_on: Some(Severity::Warning),
        }
    }

    /// Nothing found, nothing skipped.
    pub(super) fn clean() -> Self {
        let Self { sources, summary, fail_on, .. } = Self::new();
        let summary = Summary { errors: 0, warnings: 0, infos: 0, ignored: 0, baselined: 0, ..summary };
        Self { sources, findings: Vec::new(), skipped: Vec::new(), summary, fail_on }
    }

    /// One finding with that message about `part` of a file with that text.
    pub(super) fn of_text(text: &str, part: &str, label: &str) -> Self {
        let sources = Sources::new(vec![SourceFile::new("a.yaml", text)]);
        let place = place(&sources, 0, part);
        let finding = Finding { label: label.to_owned(), ..finding("some-rule", Severity::Error, "wrong", place) };
        let summary = Summary { files: 1, documents: 1, objects: 1, stateful_sets: 1, errors: 1, ..Summary::default() };
        Self { sources, findings: vec![finding], skipped: Vec::new(), summary, fail_on: None }
    }

    /// The report on it.
    pub(super) fn report(&self) -> Report<'_> {
        Report {
            sources: &self.sources,
            findings: self.findings.clone(),
            skipped: self.skipped.clone(),
            rules: ["governing-service-not-headless", "labels-do-not-match", "some-rule"].map(rule_card).to_vec(),
            summary: self.summary,
            versions: Versions::default(),
            fail_on: self.fail_on,
        }
    }
}

/// The first occurrence of `part` in a source; empty parts stand at its end.
pub(super) fn place(sources: &Sources, file: u32, part: &str) -> Place {
    let text = &sources.get(FileId(file)).text;
    let start = if part.is_empty() { text.len() } else { text.find(part).expect("the part is in the text") };
    Place { file: FileId(file), span: Span::new(start, start + part.len()) }
}

/// A finding with nothing optional.
pub(super) fn finding(rule: &str, severity: Severity, message: &str, place: Place) -> Finding {
    Finding::new(rule, severity, message, place)
}

fn not_headless(sources: &Sources) -> Finding {
    let message = "the governing Service \"db\" is not headless";
    Finding {
        label: "db-0, db-1, db-2 get no DNS names of their own".to_owned(),
        related: vec![Related {
            place: place(sources, 1, "10.96.0.7"),
            message: "this Service has a cluster address".to_owned(),
        }],
        notes: vec!["it selects 3 pods".to_owned()],
        help: "set clusterIP: None; it cannot be changed on a live Service, so create a second, headless one and name \
               it in serviceName"
            .to_owned(),
        object: Some(db()),
        field: "spec.serviceName".to_owned(),
        ..finding("governing-service-not-headless", Severity::Warning, message, place(sources, 0, "serviceName"))
    }
}

fn labels(sources: &Sources) -> Finding {
    let message = "the selector does not match the labels of the template";
    Finding {
        label: "selects app=db".to_owned(),
        related: vec![Related {
            place: place(sources, 0, "{app: web}"),
            message: "but the pods are app=web".to_owned(),
        }],
        help: "give the template the label app=db".to_owned(),
        object: Some(db()),
        field: "spec.template.metadata.labels".to_owned(),
        api: Some(Refusal {
            stage: Stage::Create,
            reason: "FieldValueInvalid".to_owned(),
            field: "spec.template.metadata.labels".to_owned(),
            message: "Invalid value: {\"app\":\"web\"}: `selector` does not match template `labels`".to_owned(),
        }),
        ..finding("labels-do-not-match", Severity::Error, message, place(sources, 0, "{app: db}"))
    }
}

fn harm(sources: &Sources) -> Finding {
    Finding {
        label: HOSTILE.to_owned(),
        notes: vec![HOSTILE.to_owned()],
        help: HOSTILE.to_owned(),
        ..finding("some-rule", Severity::Info, HOSTILE, place(sources, 2, "100%"))
    }
}

fn db() -> ObjectName {
    ObjectName {
        api_version: "apps/v1".to_owned(),
        kind: "StatefulSet".to_owned(),
        namespace: "default".to_owned(),
        name: "db".to_owned(),
    }
}

fn skipped(path: &str, line: Option<u32>, reason: &str, what: Passed) -> Skipped {
    Skipped { path: path.to_owned(), line, reason: reason.to_owned(), what }
}

/// What is known of a rule of that name.
pub(super) fn rule_card(name: &str) -> RuleCard {
    RuleCard {
        builtin: true,
        name: Arc::from(name),
        summary: format!("{name} in a line"),
        severity: Severity::Error,
        category: "identity".to_owned(),
        why: "The first paragraph.\n\nThe *second* one.\n".to_owned(),
        docs: format!("https://example.com/rules/{name}"),
        since: "0.1.0".to_owned(),
        help: "name {set.name} again".to_owned(),
        references: vec!["https://kubernetes.io/docs/".to_owned()],
        bad: "spec:\n  replicas: 1\n",
        good: "spec:\n  replicas: 2\n",
    }
}
