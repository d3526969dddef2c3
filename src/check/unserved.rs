//! Tells which manifests are meant to be StatefulSets but say an API version or a kind that no API server serves.

use super::raise;
use crate::finding::Finding;
use crate::manifest::{Object, Passed, Reason, Recognised};
use crate::rule::Book;
use crate::source::{Role, Sources, Span};
use crate::suggestion::edits_within;
use crate::yaml::Tree;

const VERSION: &str = "api-version-not-served";
const SPELLING: &str = "kind-misspelt";
const KIND: &str = "StatefulSet";

/// Adds what is found in the targets among `trees`, of which `recognised` are the objects.
pub(super) fn tell(
    trees: &[Tree<'_>],
    recognised: &[Recognised<'_>],
    sources: &Sources,
    book: &Book,
    findings: &mut Vec<Finding>,
) {
    for (tree, found) in trees.iter().zip(recognised) {
        if sources.get(tree.file()).role == Role::Target {
            findings.extend(found.objects.iter().filter_map(|object| unserved(object, book)));
            findings.extend(found.passed.iter().filter_map(|passed| without(tree, passed, book)));
        }
    }
}

/// StatefulSets are of the group `apps` since 1.5; those of other groups are somebody else's kind of that name, but for
/// `extensions`, where Deployments and `DaemonSets` were and StatefulSets never.
fn unserved(object: &Object<'_>, book: &Book) -> Option<Finding> {
    const SERVED_ONCE: [&str; 3] = ["apps/v1", "apps/v1beta1", "apps/v1beta2"];
    let ours = ["", "apps", "extensions"].iter().any(|group| object.group().eq_ignore_ascii_case(group));
    if !ours || object.partial {
        return None;
    }
    let served = SERVED_ONCE.contains(&object.api_version);
    let (rule, field, message, help) = if is_misspelt(object.kind) {
        let message = format!("no API server knows a kind \"{}\" in \"{}\"", object.kind, object.api_version);
        let help = if served {
            format!("write kind: {KIND}; the case of letters counts")
        } else {
            format!("write kind: {KIND} and apiVersion: apps/v1")
        };
        (SPELLING, "kind", message, help)
    } else if object.kind == KIND && !served {
        let message = format!("no API server serves {KIND}s as \"{}\"", object.api_version);
        (VERSION, "apiVersion", message, "write apiVersion: apps/v1".to_owned())
    } else {
        return None;
    };
    let written = object.get(&[field]).unwrap_or(object.node);
    let mut finding = raise(book, rule, written.place())?;
    (finding.message, finding.help, finding.field) = (message, help, field.to_owned());
    finding.notes.push(format!(
        "kubectl answers: no matches for kind \"{}\" in version \"{}\"",
        object.kind, object.api_version
    ));
    finding.object = Some(object.object_name());
    Some(finding)
}

/// Whether it is not the kind, but for the case of letters and one letter: `Statefulset`, `StatefulSets`, `StatfulSet`.
fn is_misspelt(kind: &str) -> bool {
    kind != KIND && edits_within(&kind.to_ascii_lowercase(), &KIND.to_ascii_lowercase(), 1).is_some()
}

/// A mapping that says that it is a StatefulSet, and not of which API version.
fn without(tree: &Tree<'_>, passed: &Passed<'_>, book: &Book) -> Option<Finding> {
    if !matches!(passed.reason, Reason::NoApiVersion { kind: KIND }) {
        return None;
    }
    let text = tree.text().get(passed.span.range())?;
    let first_line = text.lines().next().map_or(0, |line| line.trim_end().len());
    let start = passed.span.start as usize;
    let place = crate::source::Place { file: tree.file(), span: Span::new(start, start + first_line) };
    let mut finding = raise(book, VERSION, place)?;
    "this StatefulSet has no apiVersion, so that nothing is made of it".clone_into(&mut finding.message);
    "write apiVersion: apps/v1 above it".clone_into(&mut finding.help);
    Some(finding)
}
