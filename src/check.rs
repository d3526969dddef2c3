//! Turns what was read into a report: the straight line from texts to findings.

mod many;
mod next_move;
mod range;
mod refusal;
mod unserved;
mod words;

use rayon::prelude::*;

use refusal::Server;

use crate::cluster::Cluster;
use crate::config::Settings;
use crate::facts::{Facts, View};
use crate::finding::{Finding, Related, Severity};
use crate::input::{self, Fate, Inputs};
use crate::kustomization::Kustomizations;
use crate::manifest::{self, GroupKind, Object, Recognised};
use crate::report::{Passed, Report, Skipped, Summary};
use crate::rule::{Answers, Book};
use crate::source::{FileId, Place, Role, Sources, Span};
use crate::user_schema::UserSchemas;
use crate::version::Version;
use crate::yaml::{self, FaultKind, Tree};

/// Holds everything that was read against the rules of `book` and the user's own schemas; `findings` are those that were known before.
pub fn check<'s>(
    inputs: &'s Inputs,
    book: &Book,
    schemas: &UserSchemas,
    mut findings: Vec<Finding>,
    settings: &Settings,
) -> Report<'s> {
    let sources = &inputs.sources;
    let trees = read_trees(sources);
    let kustomizations = Kustomizations::new(sources, &trees);
    let recognised = recognise(sources, &trees, &kustomizations, settings);

    findings.extend(too_large(inputs, book));
    let targets = trees.iter().filter(|tree| sources.get(tree.file()).role == Role::Target);
    let faults = targets.flat_map(|tree| tree.faults().iter().filter_map(|fault| faulty(tree, fault, book)));
    findings.extend(many::fold(faults.collect()));
    let mut skipped = passed_over(inputs, &kustomizations, &recognised);
    let summary = count(inputs, &recognised);
    unserved::tell(&trees, &recognised, sources, book, &mut findings);

    let (before, objects) = apart(recognised, sources);
    let view = InView { now: Cluster::new(objects, sources), before: Cluster::new(before, sources), sources, schemas };
    let of_version = |version| (version, view.judge(book, version, &mut skipped));
    findings.extend(range::merge(settings.versions.all().map(of_version).collect()));
    report(sources, findings, skipped, summary, book, settings)
}

/// Reads every source, side by side.
pub fn read_trees(sources: &Sources) -> Vec<Tree<'_>> {
    let files: Vec<_> = sources.iter().collect();
    files.par_iter().map(|(id, file)| yaml::read(*id, file)).collect()
}

/// Recognises what stands in every source, side by side.
pub fn recognise<'t>(
    sources: &Sources,
    trees: &'t [Tree<'t>],
    kustomizations: &'t Kustomizations,
    settings: &'t Settings,
) -> Vec<Recognised<'t>> {
    let of_tree = |tree: &'t Tree<'t>| {
        let namespace = kustomizations.namespace(tree.file()).unwrap_or(&settings.namespace);
        let partial = kustomizations.partial(tree.file()).is_some();
        manifest::recognise(tree, sources.get(tree.file()).role, namespace, partial)
    };
    trees.par_iter().map(of_tree).collect()
}

/// The objects that were applied before, and all others.
fn apart<'t>(recognised: Vec<Recognised<'t>>, sources: &Sources) -> (Vec<Object<'t>>, Vec<Object<'t>>) {
    let objects = recognised.into_iter().flat_map(|found| found.objects);
    objects.partition(|object| sources.get(object.file).role == Role::Before)
}

/// What is held against rules and the API server.
struct InView<'v> {
    /// The objects as they are to be.
    now: Cluster<'v>,
    /// The objects as they were applied before.
    before: Cluster<'v>,
    sources: &'v Sources,
    schemas: &'v UserSchemas,
}

impl InView<'_> {
    /// What one version of Kubernetes makes wrong of it; rules that could not be asked are added to `skipped`.
    fn judge(&self, book: &Book, version: Version, skipped: &mut Vec<Skipped>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let view = View::of(&self.now, version);
        let sets: Vec<&Object<'_>> = self.now.stateful_sets().collect();
        let ask = |set: &&Object<'_>| book.ask(&Facts::of(set, &self.now, &view), &set.object_name());
        let answers: Vec<Answers> = sets.par_iter().map(ask).collect();
        for (set, answers) in sets.iter().zip(answers) {
            findings.extend(answers.findings.into_iter().map(|finding| rendered(set, finding)));
            let unasked = answers.skipped.iter().map(|(rule, reason)| unasked(set, self.sources, rule, reason));
            skipped.extend(unasked);
        }
        let server = Server { before: &self.before, schemas: self.schemas, version };
        refusal::tell(&self.now, &server, book, &mut findings);
        many::fold(findings)
    }
}

/// Findings on targets that were named and are too large to be read.
fn too_large(inputs: &Inputs, book: &Book) -> Vec<Finding> {
    let told = |&file: &FileId| {
        let path = &inputs.sources.get(file).path;
        let mut finding = raise(book, "file-too-large", Place { file, span: Span::at(0) })?;
        finding.message = format!("\"{path}\" is too large to be a manifest, and was not read");
        "check the folder of manifests instead, or split the file".clone_into(&mut finding.help);
        finding.notes.push(format!("the largest file that is read has {} MiB", input::LARGEST >> 20));
        Some(finding)
    };
    inputs.too_large.iter().filter_map(told).collect()
}

/// The finding for what keeps a document, or a part of it, from being read as it is meant.
fn faulty(tree: &Tree<'_>, fault: &yaml::Fault, book: &Book) -> Option<Finding> {
    let place = |span| Place { file: tree.file(), span };
    let rule = match fault.kind {
        FaultKind::Syntax => "syntax-error",
        FaultKind::DuplicateKey { .. } => "duplicate-key",
    };
    let mut finding = raise(book, rule, place(fault.span))?;
    finding.message.clone_from(&fault.message);
    finding.help.clone_from(&fault.help);
    if let FaultKind::DuplicateKey { first } = fault.kind {
        finding.related.push(Related { place: place(first), message: "written here first".to_owned() });
    }
    Some(finding)
}

/// A finding of a rule that the reader itself reports; `None` when nobody wants to hear of it.
fn raise(book: &Book, rule: &str, place: Place) -> Option<Finding> {
    Some(Finding::new(rule, book.text_rule(rule)?, String::new(), place))
}

/// What was not looked at: files, and documents of targets.
fn passed_over(inputs: &Inputs, kustomizations: &Kustomizations, recognised: &[Recognised<'_>]) -> Vec<Skipped> {
    let mut skipped = Vec::new();
    for file in inputs.files.iter().filter(|file| file.role == Role::Target) {
        if let Fate::PassedOver(reason) = &file.fate {
            let (path, reason) = (file.path.clone(), reason.clone());
            skipped.push(Skipped { path, line: None, reason, what: Passed::File });
        }
    }
    for ((id, source), found) in inputs.sources.iter().zip(recognised) {
        if source.role != Role::Target {
            continue;
        }
        let mut pass = |span: Span, reason: String| {
            let line = Some(source.position(span.start).line);
            skipped.push(Skipped { path: source.path.clone(), line, reason, what: Passed::Document });
        };
        for passed in &found.passed {
            pass(passed.span, passed.reason.to_string());
        }
        if let Some(reason) = kustomizations.partial(id) {
            found.objects.iter().for_each(|object| pass(object.node.span(), format!("{}: {reason}", object.kind)));
        }
    }
    skipped
}

/// The finding with a note on the file that the object was rendered from, because that is the one to change.
fn rendered(object: &Object<'_>, mut finding: Finding) -> Finding {
    finding.notes.extend(object.origin.map(|origin| format!("rendered from \"{origin}\"")));
    finding
}

/// A rule that could not be asked about a set.
fn unasked(set: &Object<'_>, sources: &Sources, rule: &str, reason: &str) -> Skipped {
    let source = sources.get(set.file);
    let reason = format!("rule {rule} was not asked: {reason}");
    let line = Some(source.position(set.node.span().start).line);
    Skipped { path: source.path.clone(), line, reason, what: Passed::Rule }
}

fn count(inputs: &Inputs, recognised: &[Recognised<'_>]) -> Summary {
    let mut summary = Summary::default();
    let targets = inputs.sources.iter().zip(recognised).filter(|((_, file), _)| file.role == Role::Target);
    for ((id, _), found) in targets.filter(|((id, _), _)| !inputs.too_large.contains(id)) {
        debug_assert!(found.objects.iter().all(|object| object.file == id));
        summary.files += 1;
        summary.documents += found.documents;
        summary.objects += found.objects.len();
        summary.stateful_sets += found.objects.iter().filter(|object| object.is(GroupKind::STATEFUL_SET)).count();
    }
    summary
}

/// Puts everything in the order in which it is told.
fn report<'s>(
    sources: &'s Sources,
    mut findings: Vec<Finding>,
    mut skipped: Vec<Skipped>,
    mut summary: Summary,
    book: &Book,
    settings: &Settings,
) -> Report<'s> {
    // Sources are sorted by path, so that their numbers sort as their paths do; places sort as lines and columns do.
    findings.sort_by(|left, right| {
        let key = |finding: &Finding| (finding.place.file, finding.place.span.start);
        key(left)
            .cmp(&key(right))
            .then_with(|| left.rule.cmp(&right.rule))
            .then_with(|| left.message.cmp(&right.message))
    });
    // An item that several lists share by an alias is several objects that are written once.
    findings.dedup();
    skipped.sort();
    skipped.dedup();
    many::tell(&mut findings);
    let of = |severity| findings.iter().filter(move |finding| finding.severity == severity);
    let count = |severity| of(severity).map(|finding| 1 + finding.more).sum();
    summary.errors = count(Severity::Error);
    summary.warnings = count(Severity::Warning);
    summary.infos = count(Severity::Info);
    let (rules, versions, fail_on) = (book.cards(), settings.versions, settings.fail_on);
    Report { sources, findings, skipped, rules, summary, versions, fail_on }
}
