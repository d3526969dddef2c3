//! Finds the file that an object was rendered from, where Helm or kustomize names it.

use crate::source::Span;
use crate::yaml::{Node, Tree};

/// The template that Helm names in a comment before the object: `# Source: shop/templates/db.yaml`
/// (Helm `pkg/action/action.go`, `renderResources`). The comment must stand between `start` and `end`, which are the
/// beginning of the document and of its first value. People write `# Source:` before links too, so it must name a file of
/// a chart.
pub(super) fn helm<'t>(tree: &'t Tree<'_>, start: u32, end: u32) -> Option<&'t str> {
    let comments = tree.comments();
    let first = comments.partition_point(|comment| comment.start < start);
    comments
        .get(first..)
        .unwrap_or_default()
        .iter()
        .take_while(|comment| comment.start < end)
        .find_map(|&comment| chart_file(tree.text(), comment))
}

fn chart_file(text: &str, comment: Span) -> Option<&str> {
    let path = text.get(comment.range())?.strip_prefix("# Source:")?.trim();
    let mut folders = path.split('/').rev().skip(1);
    let in_chart = folders.any(|folder| folder == "templates" || folder == "crds");
    (in_chart && !path.contains("://") && !path.contains(char::is_whitespace)).then_some(path)
}

/// The file that kustomize names in the annotation `config.kubernetes.io/origin`, which holds YAML again: `path` of an
/// object that was read, `configuredIn` of one that was generated (kustomize `api/resource/origin.go`).
pub(super) fn kustomize(metadata: Option<Node<'_>>) -> Option<&str> {
    let origin = metadata?.get("annotations")?.get("config.kubernetes.io/origin")?.as_str()?;
    ["path:", "configuredIn:"].iter().find_map(|key| {
        let path = origin.lines().find_map(|line| line.strip_prefix(key))?.trim();
        let path = path.trim_matches(|quote| quote == '"' || quote == '\'');
        (!path.is_empty()).then_some(path)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::yaml;

    #[test]
    fn only_a_chart_file_named_before_the_object_is_its_source() {
        let object = "apiVersion: v1\nkind: Service\n";
        for (before, after, want) in [
            ("# Source: shop/templates/db.yaml\n", "", Some("shop/templates/db.yaml")),
            ("---\n# Source: shop/charts/pg/templates/a/b.yaml\n", "", Some("shop/charts/pg/templates/a/b.yaml")),
            ("# Source: shop/crds/db.yaml\n", "", Some("shop/crds/db.yaml")),
            ("# a note\n\n# Source: shop/templates/db.yaml\n", "", Some("shop/templates/db.yaml")),
            ("# Source: https://example.com/templates/db.yaml\n", "", None),
            ("# Source: see templates/db.yaml\n", "", None),
            ("# Source: db.yaml\n", "", None),
            ("# Source: templates\n", "", None),
            ("# Source:\n", "", None),
            ("", "# Source: shop/templates/db.yaml\n", None),
            ("# Source: shop/templates/other.yaml\n---\n", "", None),
        ] {
            let text = format!("{before}{object}{after}");
            let tree = yaml::parse(FileId(0), &text);
            let document = tree.documents().iter().find(|document| tree.root(document).is_some()).expect("a document");
            let root = tree.root(document).expect("a root");
            assert_eq!(helm(&tree, document.span.start, root.span().start), want, "{text}");
        }
    }

    #[test]
    fn the_origin_annotation_names_a_path_or_the_generator() {
        for (annotation, want) in [
            ("path: base/db.yaml\n", Some("base/db.yaml")),
            ("path: \"base/d b.yaml\"\nrepo: https://example.com/r\nref: v1\n", Some("base/d b.yaml")),
            (
                "configuredIn: overlay/kustomization.yaml\nconfiguredBy:\n  kind: X\n",
                Some("overlay/kustomization.yaml"),
            ),
            ("repo: https://example.com/r\n", None),
            ("of:\n  path: below/something.yaml\n", None),
            ("path:\n", None),
            ("", None),
        ] {
            let indented = annotation.replace('\n', "\n    ");
            let text = format!("annotations:\n  config.kubernetes.io/origin: |\n    {indented}\n");
            let tree = yaml::parse(FileId(0), &text);
            let metadata = tree.root(&tree.documents()[0]);
            assert_eq!(kustomize(metadata), want, "{text}");
        }
    }
}
