//! Turns what the API server would refuse to decode into findings, one for each fault.

use rayon::prelude::*;

use super::{raise, rendered};
use crate::cluster::Cluster;
use crate::finding::{Finding, Refusal, Stage};
use crate::manifest::Object;
use crate::rule::Book;
use crate::schema::{self, Fault, Violation};
use crate::source::Role;
use crate::version::Version;

/// Adds what is wrong with the objects that are reported on, whole ones only. A finding of a rule about the same field
/// gets the answer of the API server instead of a neighbour.
pub(super) fn tell(cluster: &Cluster<'_>, book: &Book, version: Version, findings: &mut Vec<Finding>) {
    let objects = cluster.objects();
    // What sops encrypted is decrypted, and so changed, before a server sees it.
    let told =
        |object: &Object<'_>| object.role == Role::Target && !object.partial && object.node.entry("sops").is_none();
    let violations: Vec<(&Object<'_>, Vec<Violation>)> = objects
        .par_iter()
        .filter(|object| told(object))
        .map(|object| (object, schema::validate(object, version)))
        .filter(|(_, violations)| !violations.is_empty())
        .collect();
    for (object, violations) in violations {
        for violation in violations {
            add(object, violation, book, findings);
        }
    }
}

fn add(object: &Object<'_>, violation: Violation, book: &Book, findings: &mut Vec<Finding>) {
    let Violation { fault, place, field, message, label, note, help, answer } = violation;
    let api = Refusal { stage: Stage::Create, reason: "BadRequest".to_owned(), field: field.clone(), message: answer };
    let whole = object.node.place();
    let about = |finding: &Finding| {
        finding.object.is_some()
            && finding.field == field
            && finding.place.file == whole.file
            && whole.span.range().contains(&(finding.place.span.start as usize))
    };
    let rule = match fault {
        Fault::UnknownField => "unknown-field",
        Fault::WrongType => "wrong-type",
    };
    // Rules read a value of the wrong type as absent, and what they say then is beside the point, unless they know.
    let explains =
        |finding: &Finding| about(finding) && (fault == Fault::UnknownField || book.explains(&finding.rule, rule));
    if findings.iter().any(explains) {
        findings.iter_mut().filter(|finding| explains(finding)).for_each(|finding| finding.api = Some(api.clone()));
        return;
    }
    let Some(raised) = raise(book, rule, place) else { return };
    findings.retain(|finding| !about(finding));
    let notes = if note.is_empty() { Vec::new() } else { vec![note] };
    let name = Some(object.object_name());
    let finding = Finding { message, label, notes, help, object: name, field, api: Some(api), ..raised };
    findings.push(rendered(object, finding));
}
