//! Tells which manifests are meant to be StatefulSets but say an API version that no API server serves.

use super::raise;
use crate::finding::Finding;
use crate::manifest::{Object, Passed, Reason, Recognised};
use crate::rule::Book;
use crate::source::{Role, Sources, Span};
use crate::yaml::Tree;

const RULE: &str = "api-version-not-served";
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
            findings
                .extend(found.objects.iter().filter(|object| is_unserved(object)).filter_map(|it| unserved(it, book)));
            findings.extend(found.passed.iter().filter_map(|passed| without(tree, passed, book)));
        }
    }
}

/// The group of StatefulSets is `apps` since 1.5; those of other groups are somebody else's kind of that name.
fn is_unserved(object: &Object<'_>) -> bool {
    const SERVED_ONCE: [&str; 3] = ["apps/v1", "apps/v1beta1", "apps/v1beta2"];
    let ours = matches!(object.group(), "" | "apps");
    object.kind == KIND && ours && !object.partial && !SERVED_ONCE.contains(&object.api_version)
}

fn unserved(object: &Object<'_>, book: &Book) -> Option<Finding> {
    let written = object.get(&["apiVersion"]).unwrap_or(object.node);
    let mut finding = raise(book, RULE, written.place())?;
    finding.message = format!("no API server serves StatefulSets as \"{}\"", object.api_version);
    "write apiVersion: apps/v1".clone_into(&mut finding.help);
    "apiVersion".clone_into(&mut finding.field);
    finding.object = Some(object.object_name());
    Some(finding)
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
    let mut finding = raise(book, RULE, place)?;
    "this StatefulSet has no apiVersion, so that nothing is made of it".clone_into(&mut finding.message);
    "write apiVersion: apps/v1 above it".clone_into(&mut finding.help);
    Some(finding)
}
