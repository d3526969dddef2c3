//! Finds labels and annotations whose value is no text, so that the API server cannot read the object.

use crate::label;
use crate::manifest::Object;
use crate::yaml::{Kind, Node, Scalar};

crate::record! {
    /// A label or an annotation whose value is no text.
    pub struct NotText<'a> as "notText" at node {
        /// `label` or `annotation`.
        kind "kind": &'static str,
        /// Its key.
        key "key": String,
        /// Its value as it is written; empty for a mapping or a sequence.
        text "text": &'a str,
        /// What the value is instead: `a boolean`, `a number`, `a mapping` or `a sequence`.
        is "is": &'static str,
    }
}

/// The labels and annotations of `set`, its selector, its template and its claim templates whose value is no text, in that
/// order.
pub(super) fn not_text<'a>(set: &'a Object<'a>) -> Vec<NotText<'a>> {
    let mut found = Vec::new();
    let mut look = |kind, map: Option<Node<'a>>| {
        for (key, entry) in map.map(Node::fields).unwrap_or_default() {
            if label::value(entry.value).is_none() {
                found.push(NotText {
                    node: Some(entry.value),
                    kind,
                    key: key.into_owned(),
                    text: entry.value.raw().unwrap_or_default(),
                    is: what(entry.value),
                });
            }
        }
    };
    let templates = set.get(&["spec", "volumeClaimTemplates"]).into_iter().flat_map(Node::items);
    let template = set.get(&["spec", "template"]);
    look("label", set.get(&["spec", "selector", "matchLabels"]));
    for owner in [Some(set.node), template].into_iter().flatten().chain(templates) {
        let metadata = owner.get("metadata");
        look("label", metadata.and_then(|metadata| metadata.get("labels")));
        look("annotation", metadata.and_then(|metadata| metadata.get("annotations")));
    }
    found
}

fn what(node: Node<'_>) -> &'static str {
    match (node.kind(), node.scalar()) {
        (Kind::Mapping, _) => "a mapping",
        (Kind::Sequence, _) => "a sequence",
        (_, Some(Scalar::Bool(_))) => "a boolean",
        _ => "a number",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing;

    #[test]
    fn values_that_are_no_text_are_found_wherever_labels_and_annotations_stand() {
        for (rest, want) in [
            ("metadata: {labels: {a: b, c: \"1\", d: null, e: ''}}", &[][..]),
            ("metadata: {labels: {a: 1}}", &[("label", "a", "1", "a number")]),
            ("metadata: {annotations: {a: true}}", &[("annotation", "a", "true", "a boolean")]),
            ("spec: {selector: {matchLabels: {a: 1}}}", &[("label", "a", "1", "a number")]),
            ("spec: {template: {metadata: {labels: {a: [x]}}}}", &[("label", "a", "", "a sequence")]),
            (
                "spec: {volumeClaimTemplates: [{metadata: {annotations: {a: {b: c}}}}]}",
                &[("annotation", "a", "", "a mapping")],
            ),
            ("metadata: {labels: [a]}", &[]),
        ] {
            testing::with(&format!("apiVersion: apps/v1\nkind: StatefulSet\n{rest}\n"), |set, _| {
                let found = not_text(set);
                let found: Vec<_> = found.iter().map(|one| (one.kind, one.key.as_str(), one.text, one.is)).collect();
                assert_eq!(found, want, "{rest}");
            });
        }
    }
}
