//! Holds recognition against manifests as people and tools write them.

use super::*;
use crate::yaml;

/// Each object as `apiVersion kind namespace/name`, with the line that it begins on, one-based.
fn told(text: &str) -> (Vec<String>, Vec<String>) {
    let tree = yaml::parse(FileId(0), text);
    let found = recognise(&tree, Role::Target, "default", false);
    let line = |at: u32| 1 + text[..at as usize].matches('\n').count();
    let objects = found.objects.iter().map(|object| {
        let Object { api_version, kind, namespace, name, .. } = object;
        format!("{}: {api_version} {kind} {namespace}/{name}", line(object.node.span().start))
    });
    let passed = found.passed.iter().map(|passed| format!("{}: {}", line(passed.span.start), passed.reason));
    (objects.collect(), passed.collect())
}

#[test]
fn every_mapping_with_an_api_version_and_a_kind_is_an_object() {
    for (text, want) in [
        ("apiVersion: v1\nkind: Service\nmetadata:\n  name: db\n", &["1: v1 Service default/db"][..]),
        ("{\"apiVersion\": \"v1\", \"kind\": \"Service\"}", &["1: v1 Service default/"]),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: 5, namespace: 6}\n", &["1: v1 Pod default/"]),
        ("apiVersion: v1\nkind: Pod\nmetadata: [name]\n", &["1: v1 Pod default/"]),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: \"\"}\n", &["1: v1 Pod default/a"]),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\n", &["1: v1 Pod b/a"]),
        ("apiVersion: v1\nkind: Node\nmetadata: {name: a, namespace: b}\n", &["1: v1 Node /a"]),
        ("apiVersion: extensions/v1beta1\nkind: PodSecurityPolicy\n", &["1: extensions/v1beta1 PodSecurityPolicy /"]),
        ("apiVersion: a.b/v1\nkind: Node\nmetadata: {name: c}\n", &["1: a.b/v1 Node default/c"]),
        ("apiVersion: a.b/v1\nkind: AllowList\nspec: {}\n", &["1: a.b/v1 AllowList default/"]),
        ("apiVersion: a.b/v1\nkind: AllowList\nitems: {a: b}\n", &["1: a.b/v1 AllowList default/"]),
        (
            "---\n# a\n---\nkind: A\napiVersion: v1\n---\n---\nkind: B\napiVersion: v1\n",
            &["4: v1 A default/", "8: v1 B default/"],
        ),
        ("base: &base {apiVersion: v1, kind: A}\n<<: *base\n", &["1: v1 A default/"]),
        (
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n",
            &["1: kustomize.toolkit.fluxcd.io/v1 Kustomization default/"],
        ),
    ] {
        let (objects, passed) = told(text);
        assert_eq!(
            (&objects[..], &passed[..]),
            (&want.iter().map(ToString::to_string).collect::<Vec<_>>()[..], &[][..]),
            "{text}"
        );
    }
}

#[test]
fn a_list_is_expanded_item_by_item_with_their_places() {
    for (text, want) in [
        (
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: A\n- {apiVersion: apps/v1, kind: B}\n",
            &["4: v1 A default/", "6: apps/v1 B default/"][..],
        ),
        (
            "apiVersion: apps/v1\nkind: StatefulSetList\nitems:\n- metadata: {name: a}\n- {apiVersion: v1, kind: B}\n",
            &["4: apps/v1 StatefulSet default/a", "5: v1 B default/"],
        ),
        ("apiVersion: v1\nkind: NodeList\nitems:\n- metadata: {name: a}\n", &["4: v1 Node /a"]),
        (
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: PodList\n  items:\n  - metadata: {name: a}\n",
            &["7: v1 Pod default/a"],
        ),
    ] {
        let (objects, passed) = told(text);
        assert_eq!(objects, want, "{text}");
        assert!(passed.is_empty(), "{text}: {passed:?}");
    }
}

#[test]
fn what_is_no_object_is_passed_over_with_the_reason() {
    let deep = (0..40).fold("{apiVersion: v1, kind: A}".to_owned(), |items, _| {
        format!("{{apiVersion: v1, kind: List, items: [{items}]}}")
    });
    for (text, want) in [
        ("a: b\n", "1: no Kubernetes object: it has neither apiVersion nor kind"),
        ("{}", "1: no Kubernetes object: it has neither apiVersion nor kind"),
        ("# a\n- a\n", "2: no Kubernetes object: a sequence, not a mapping"),
        ("some text\n", "1: no Kubernetes object: a single value, not a mapping"),
        ("kind: StatefulSet\n", "1: no Kubernetes object: it has kind \"StatefulSet\" but no apiVersion"),
        ("kind: StatefulSet\napiVersion:\n", "1: no Kubernetes object: it has kind \"StatefulSet\" but no apiVersion"),
        (
            "kind: StatefulSet\napiVersion: \"\"\n",
            "1: no Kubernetes object: it has kind \"StatefulSet\" but no apiVersion",
        ),
        (
            "apiVersion: apps/v1\nkindd: StatefulSet\n",
            "1: no Kubernetes object: it has apiVersion \"apps/v1\" but no kind",
        ),
        ("apiVersion: 1\nkind: A\n", "1: no Kubernetes object: its apiVersion is 1, which is not a string"),
        ("apiVersion: v1\nkind: [A]\n", "1: no Kubernetes object: its kind is not a string"),
        (
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n",
            "1: no Kubernetes object: this Kustomization tells kustomize what to do",
        ),
        ("apiVersion: v1\nkind: List\n", "1: a list without items"),
        ("apiVersion: v1\nkind: List\nitems: []\n", "1: a list without items"),
        ("apiVersion: v1\nkind: List\nitems: {a: b}\n", "1: a list without items"),
        ("apiVersion: v1\nkind: List\nitems:\n- a\n", "4: no Kubernetes object: a single value, not a mapping"),
        ("apiVersion: v1\nkind: List\nitems:\n- {}\n", "4: no Kubernetes object: it has neither apiVersion nor kind"),
        (
            "apiVersion: v1\nkind: PodList\nitems:\n- kind: Pod\n",
            "4: no Kubernetes object: it has kind \"Pod\" but no apiVersion",
        ),
        (&deep, "1: a list in more than 16 lists"),
    ] {
        let (objects, passed) = told(text);
        assert_eq!(passed, [want], "{text}");
        assert!(objects.is_empty(), "{text}: {objects:?}");
    }
}

#[test]
fn documents_are_objects_or_passed_over_or_broken_or_empty() {
    let text = "# nothing\n---\nkind: A\napiVersion: v1\n---\n- b\n---\n{\n---\nnull\n---\nkind: C\napiVersion: v1\n";
    let tree = yaml::parse(FileId(0), text);
    let found = recognise(&tree, Role::Target, "default", false);
    let counts = (found.documents, found.objects.len(), found.passed.len(), found.broken);
    assert_eq!(counts, (4, 2, 1, 1));
    assert_eq!(found.documents + found.empty, tree.documents().len());
    assert_eq!(found.passed[0].document, found.objects[0].document + 1);
}

#[test]
fn lists_that_multiply_by_aliases_come_to_an_end() {
    let (objects, lists) = ("*a,".repeat(30), "*b,".repeat(30));
    let document = format!(
        "a: &a {{apiVersion: v1, kind: A}}\nb: &b {{apiVersion: v1, kind: List, items: [{objects}]}}\n\
         apiVersion: v1\nkind: List\nitems: [{lists}]\n---\n"
    );
    for (repeated, cut) in [(1, false), (400, true)] {
        let text = document.repeat(repeated) + "apiVersion: v1\nkind: Neighbour\n";
        let tree = yaml::parse(FileId(0), &text);
        let found = recognise(&tree, Role::Target, "default", false);
        let (objects, most) = (found.objects.len(), text.len() + BEYOND_BYTES);
        assert_eq!(objects == 900 * repeated + 1, !cut, "{repeated}: {objects} objects");
        assert!(objects + found.passed.len() <= most, "{repeated}: {objects} objects");
        assert_eq!(found.passed.iter().any(|passed| passed.reason == Reason::Multiplied), cut, "{repeated}");
        assert_eq!(found.objects.last().map(|object| object.kind), Some("Neighbour"), "{repeated}");
    }
}

#[test]
fn an_object_tells_what_it_is_and_where_it_comes_from() {
    let text = "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata:\n  name: web\n  labels: {app: web, tier: 1}\n  \
                annotations:\n    config.kubernetes.io/origin: |\n      path: base/web.yaml\n";
    let tree = yaml::parse(FileId(0), text);
    let found = recognise(&tree, Role::Context, "shop", true);
    let object = found.objects[0];
    assert_eq!((object.group(), object.settled_group()), ("extensions", "apps"));
    assert!(object.is(GroupKind::DEPLOYMENT) && !object.is(GroupKind::STATEFUL_SET));
    assert_eq!(object.origin, Some("base/web.yaml"));
    assert_eq!((object.role, object.partial, object.namespace_given), (Role::Context, true, false));
    assert_eq!(object.label_map().get("app"), Some("web"));
    assert_eq!(object.label_map().not_text().count(), 1);
    assert_eq!(object.get(&["metadata", "labels", "tier"]).and_then(Node::as_i64), Some(1));
    assert_eq!(object.get(&["metadata", "name", "first"]), None);
    assert_eq!(object.object_name().namespace, "shop");
}
