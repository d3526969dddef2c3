//! Turns what the API server would refuse or warn of into findings, one for each fault.

use std::ops::Range;

use rayon::prelude::*;

use super::words::Words;
use super::{raise, rendered};
use crate::admission;
use crate::cluster::Cluster;
use crate::finding::{Finding, Refusal, Severity, Stage};
use crate::manifest::{GroupKind, Object};
use crate::rule::Book;
use crate::schema::{self, Fault, Violation};
use crate::source::{FileId, Role};
use crate::user_schema::UserSchemas;
use crate::version::Version;
use crate::yaml::Node;

/// Adds what is wrong with the objects that are reported on, whole ones only. A finding of a rule that explains a refusal
/// gets the answer of the API server instead of a neighbour.
pub(super) fn tell(cluster: &Cluster<'_>, server: &Server<'_>, book: &Book, findings: &mut Vec<Finding>) {
    // What sops encrypted is decrypted, and so changed, before a server sees it.
    let told =
        |object: &&Object<'_>| object.role == Role::Target && !object.partial && object.node.entry("sops").is_none();
    let answers: Vec<(&Object<'_>, Vec<Said>)> = cluster
        .objects()
        .par_iter()
        .filter(told)
        .map(|object| (object, server.answer(object)))
        .filter(|(_, said)| !said.is_empty())
        .collect();
    let mut known = Known::new(findings);
    for (object, said) in answers {
        let within = known.within(object);
        for said in said {
            known.add(object, within.clone(), said, book);
        }
    }
    known.finish();
}

/// The kinds whose validation is known.
const VALIDATED: [GroupKind; 5] = [
    GroupKind::STATEFUL_SET,
    GroupKind::SERVICE,
    GroupKind::PERSISTENT_VOLUME_CLAIM,
    GroupKind::STORAGE_CLASS,
    GroupKind::POD_DISRUPTION_BUDGET,
];

/// What is asked.
#[derive(Clone, Copy)]
pub(super) struct Server<'s> {
    /// What was applied before.
    pub(super) before: &'s Cluster<'s>,
    /// What else it has definitions of.
    pub(super) schemas: &'s UserSchemas,
    pub(super) version: Version,
}

impl Server<'_> {
    /// What the server says about one object, which takes the place of the one before that has its name.
    fn answer(&self, object: &Object<'_>) -> Vec<Said> {
        let Self { before, schemas, version } = *self;
        let violations = schema::validate(object, version);
        if !violations.is_empty() {
            // What cannot be decoded is not validated.
            return violations.into_iter().map(Said::of_violation).collect();
        }
        let unknown = schemas.validate(object);
        if !unknown.is_empty() {
            return unknown.into_iter().map(Said::of_schema).collect();
        }
        let kind = VALIDATED.into_iter().find(|kind| object.is(*kind)).filter(|_| schema::knows(object));
        // A patch is whole only after it was merged.
        let Some(kind) = kind.filter(|_| !object.is_fragment()) else { return Vec::new() };
        let old = before.find(kind, object.namespace, object.name, object);
        let answer = match old {
            Some(old) => admission::update_settled(object, old, version),
            None => admission::create(object, version),
        };
        let words = Words { object, old, made: None, version };
        let mut said: Vec<Said> = words.refused(answer.errors);
        if said.is_empty() {
            let (pods, claims) = (Words { made: Some("pods"), ..words }, Words { made: Some("claims"), ..words });
            said.extend(claims.refused(admission::claims(object, version)));
            said.extend(pods.refused(admission::pods(object, version)));
        }
        said.extend(answer.warnings.into_iter().map(|warning| words.warned(warning)));
        said
    }
}

/// One thing that the server says, as a finding would say it.
pub(super) struct Said {
    pub(super) rule: &'static str,
    /// Findings of other rules about the same field are beside the point.
    pub(super) overrules: bool,
    /// Kubernetes' own path to the field that should stand there instead, where it is known.
    pub(super) meant: Option<String>,
    pub(super) finding: Finding,
}

impl Said {
    fn of_violation(violation: Violation) -> Self {
        let Violation { fault, place, field, message, label, note, help, meant, answer } = violation;
        let rule = match fault {
            Fault::UnknownField => "unknown-field",
            Fault::WrongType => "wrong-type",
        };
        let (stage, reason) = (Stage::Create, "BadRequest".to_owned());
        let api = Some(Refusal { stage, reason, field: field.clone(), message: answer });
        let notes = if note.is_empty() { Vec::new() } else { vec![note] };
        let finding = Finding { label, notes, help, field, api, ..Finding::new(rule, Severity::Error, message, place) };
        Self { rule, overrules: true, meant, finding }
    }

    fn of_schema(finding: Finding) -> Self {
        Self { rule: "schema-violated", overrules: false, meant: None, finding }
    }
}

/// The findings so far, in the order of their places.
struct Known<'f> {
    findings: &'f mut Vec<Finding>,
    /// Their numbers, by file and place.
    order: Vec<usize>,
    /// The numbers of those that are beside the point.
    overruled: Vec<usize>,
}

impl<'f> Known<'f> {
    fn new(findings: &'f mut Vec<Finding>) -> Self {
        let mut order: Vec<usize> = (0..findings.len()).collect();
        order.sort_by_key(|&number| key(&findings[number]));
        Self { findings, order, overruled: Vec::new() }
    }

    /// Which of `order` are about something in an object.
    fn within(&self, object: &Object<'_>) -> Range<usize> {
        let whole = object.node.place();
        let before = |at: u32| self.order.partition_point(|&number| key(&self.findings[number]) < (whole.file, at));
        before(whole.span.start)..before(whole.span.end)
    }

    fn add(&mut self, object: &Object<'_>, within: Range<usize>, said: Said, book: &Book) {
        let Said { rule, overrules, meant, finding } = said;
        let about = |known: &Finding| {
            known.object.is_some() && (known.field == finding.field || !overrules && known.place == finding.place)
        };
        let explains = |known: &Finding| {
            let whole = about(known) && (rule == "unknown-field" || book.explains(&known.rule, rule));
            whole || known.object.is_some() && book.explains(&known.rule, &finding.field)
        };
        // What cannot be read, or does not stand where it should, is missed by other rules: that is one fault.
        let meant = meant.filter(|meant| !is_written(object.node, meant));
        let follows = |known: &Finding| {
            let of = |path: &str| is_below(&known.field, path);
            overrules && known.object.is_some() && (of(&finding.field) || meant.as_deref().is_some_and(of))
        };
        let within = &self.order[within];
        let explained = within.iter().copied().find(|&number| explains(&self.findings[number]));
        let following = within.iter().copied().filter(|&number| follows(&self.findings[number]));
        if let Some(number) = explained {
            self.overruled.extend(following.filter(|&other| other != number));
            let api = &mut self.findings[number].api;
            if api.is_none() {
                api.clone_from(&finding.api);
            }
            return;
        }
        // Of what a rule found too often to tell, the answers of the server are not told either.
        let untold = |known: &Finding| {
            known.more > 0 && book.explains(&known.rule, rule) && differ_by_index(&known.field, &finding.field)
        };
        if within.iter().any(|&number| untold(&self.findings[number])) {
            return;
        }
        let Some(raised) = raise(book, rule, finding.place) else { return };
        if overrules {
            self.overruled.extend(following);
            self.overruled.extend(within.iter().filter(|&&number| about(&self.findings[number])));
        }
        let (object_name, severity) = (Some(object.object_name()), raised.severity);
        self.findings.push(rendered(object, Finding { rule: raised.rule, severity, object: object_name, ..finding }));
    }

    /// Forgets what was overruled.
    fn finish(mut self) {
        self.overruled.sort_unstable();
        let mut number = 0;
        self.findings.retain(|_| {
            number += 1;
            self.overruled.binary_search(&(number - 1)).is_err()
        });
    }
}

/// Whether `field` is that of `path`, or in it.
fn is_below(field: &str, path: &str) -> bool {
    field.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Whether two paths to fields are the same but for what is in brackets.
fn differ_by_index(one: &str, other: &str) -> bool {
    let parts = |path| str::split(path, '[').map(|part| part.split_once(']').map_or(part, |(_, rest)| rest));
    parts(one).eq(parts(other))
}

/// Whether something stands at Kubernetes' own path to a field.
fn is_written(object: Node<'_>, field: &str) -> bool {
    let mut steps = field.split(['.', '[']).map(|step| step.trim_end_matches(']'));
    let end = steps.try_fold(object, |node, step| match step.parse() {
        Ok(number) if node.is_sequence() => node.items().nth(number),
        _ => node.get(step),
    });
    end.is_some()
}

fn key(finding: &Finding) -> (FileId, u32) {
    (finding.place.file, finding.place.span.start)
}
