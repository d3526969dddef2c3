//! Reads what one kustomization lists, and whether it changes what it lists.

use crate::input::KUSTOMIZATIONS;
use crate::yaml::{Node, Tree};

/// A folder with a kustomization.
#[derive(Debug)]
pub(super) struct Folder<'t> {
    /// The kustomization file, as it is shown.
    pub path: &'t str,
    /// The folder's own path; empty for the working directory.
    pub place: &'t str,
    /// Files and folders whose objects it takes, as they would be shown.
    pub resources: Vec<String>,
    /// Folders of components that it uses, as they would be shown.
    pub components: Vec<String>,
    /// Files whose objects never reach a cluster, as they would be shown, and what they are to it.
    pub ingredients: Vec<(String, &'static str)>,
    /// The namespace that it puts objects into.
    pub namespace: Option<&'t str>,
    /// The field by which it changes objects, or adds some that are not in view.
    pub change: Option<&'static str>,
    /// Whether it is a component, which is only ever a part of another kustomization.
    pub component: bool,
}

/// Fields that change the objects that a kustomization lists, whenever they say anything, or that bring in objects from
/// elsewhere, so that what refers to them cannot be judged. Left out is what a StatefulSet's constraints do not depend
/// on: `images`, `commonAnnotations`, and generators of ConfigMaps and Secrets.
const CHANGES: [&str; 14] = [
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
    "namePrefix",
    "nameSuffix",
    "commonLabels",
    "replicas",
    "replacements",
    "vars",
    "components",
    "transformers",
    "generators",
    "helmCharts",
    "helmChartInflationGenerator",
];

impl<'t> Folder<'t> {
    /// What the file at `path` says, if it is a kustomization.
    pub(super) fn of(path: &'t str, tree: &'t Tree<'t>) -> Option<Self> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if !KUSTOMIZATIONS.contains(&name) {
            return None;
        }
        let root = tree.documents().iter().find_map(|document| tree.root(document))?;
        // Flux has a kind of the same name, which files of this name may hold as well.
        if let Some(version) = text(root, "apiVersion")
            && !version.starts_with("kustomize.config.k8s.io/")
        {
            return None;
        }
        let listed = |field: &str| -> Vec<String> { texts(root, field).map(|entry| resolve(folder, entry)).collect() };
        let mut resources = listed("resources");
        resources.extend(listed("bases"));
        Some(Self {
            path,
            place: folder,
            resources,
            components: listed("components"),
            ingredients: ingredients(root).map(|(entry, role)| (resolve(folder, entry), role)).collect(),
            namespace: text(root, "namespace").filter(|namespace| !namespace.is_empty()),
            change: change(root),
            component: text(root, "kind") == Some("Component"),
        })
    }
}

fn text<'t>(node: Node<'t>, field: &str) -> Option<&'t str> {
    node.get(field)?.as_str()
}

fn texts<'t>(node: Node<'t>, field: &str) -> impl Iterator<Item = &'t str> + use<'t> {
    node.get(field).into_iter().flat_map(Node::items).filter_map(Node::as_str)
}

/// The files that a kustomization makes objects from, as it writes them.
fn ingredients(root: Node<'_>) -> impl Iterator<Item = (&str, &'static str)> {
    let paths = |field: &'static str| {
        let entries = root.get(field).into_iter().flat_map(Node::items);
        entries.filter_map(|entry| text(entry, "path"))
    };
    let patches = paths("patches").chain(paths("patchesJson6902")).chain(texts(root, "patchesStrategicMerge"));
    let replacements = paths("replacements");
    let plugins = ["transformers", "generators", "validators", "configurations", "crds"];
    let plugins = plugins.into_iter().flat_map(move |field| texts(root, field));
    let generators = ["configMapGenerator", "secretGenerator"].into_iter();
    let entries = generators.flat_map(move |field| root.get(field).into_iter().flat_map(Node::items));
    let data = entries.flat_map(|entry| texts(entry, "files"));
    // `files: [key=path]` names the key as well.
    let data = data.map(|file| file.split_once('=').map_or(file, |(_, path)| path));
    patches
        .map(|path| (path, "a patch"))
        .chain(replacements.map(|path| (path, "a replacement")))
        .chain(plugins.map(|path| (path, "a configuration")))
        .chain(data.map(|path| (path, "the data of a ConfigMap or Secret")))
}

fn change(root: Node<'_>) -> Option<&'static str> {
    let says_something = |node: Node<'_>| {
        node.items().next().is_some()
            || node.entries().next().is_some()
            || node.raw().is_some_and(|raw| !raw.is_empty())
    };
    let labels = || {
        let mut entries = root.get("labels").into_iter().flat_map(Node::items);
        let reaches_pods = |entry: Node<'_>| {
            let set = |field| entry.get(field).and_then(Node::as_bool) == Some(true);
            set("includeSelectors") || set("includeTemplates") || entry.get("fields").is_some_and(says_something)
        };
        entries.any(reaches_pods).then_some("labels")
    };
    CHANGES.into_iter().find(|field| root.get(field).is_some_and(says_something)).or_else(labels)
}

/// How the path that a kustomization in `folder` writes would be shown. What is no path, as an address is, leads nowhere.
fn resolve(folder: &str, entry: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in entry.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let root = if folder.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::yaml;

    #[test]
    fn paths_are_resolved_from_the_folder_of_the_kustomization() {
        for (folder, entry, want) in [
            ("", "db.yaml", "db.yaml"),
            ("", "./k8s//db.yaml", "k8s/db.yaml"),
            ("a/b", "../c", "a/c"),
            ("a", "../", ""),
            ("a", "../../c", "../c"),
            ("..", "../c/d.yaml", "../../c/d.yaml"),
            ("/srv/a", "../b/c.yaml", "/srv/b/c.yaml"),
            ("a", "https://example.com/x?ref=1", "a/https:/example.com/x?ref=1"),
        ] {
            assert_eq!(resolve(folder, entry), want, "{entry} in {folder:?}");
        }
    }

    #[test]
    fn a_field_changes_objects_only_if_it_says_something_that_reaches_them() {
        for (text, want) in [
            ("resources: [db.yaml]\nimages: [{name: x, newTag: '2'}]\nnamespace: db\n", None),
            ("configMapGenerator: [{name: x, files: [a.yaml]}]\ncommonAnnotations: {a: b}\n", None),
            ("patches: []\nnamePrefix: ''\ncommonLabels: {}\nreplicas:\n", None),
            ("labels: [{pairs: {a: b}}]\n", None),
            ("labels: [{pairs: {a: b}}, {pairs: {c: d}, includeSelectors: true}]\n", Some("labels")),
            ("labels: [{pairs: {a: b}, includeTemplates: true}]\n", Some("labels")),
            ("patches: [{patch: 'x'}]\n", Some("patches")),
            ("namePrefix: dev-\n", Some("namePrefix")),
            ("commonLabels: {a: b}\n", Some("commonLabels")),
            ("replicas: [{name: db, count: 5}]\n", Some("replicas")),
            ("components: [../c]\n", Some("components")),
            ("helmCharts: [{name: x}]\n", Some("helmCharts")),
        ] {
            let tree = yaml::parse(FileId(0), text);
            let folder = Folder::of("k/kustomization.yaml", &tree).unwrap();
            assert_eq!(folder.change, want, "{text}");
        }
    }

    #[test]
    fn only_what_kustomize_itself_reads_is_a_kustomization() {
        for (path, text, want) in [
            ("kustomization.yaml", "resources: [a.yaml]\n", true),
            ("a/kustomization.yml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", true),
            ("a/Kustomization", "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n", true),
            ("a/my-kustomization.yaml", "resources: [a.yaml]\n", false),
            ("kustomization.yaml", "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n", false),
            ("kustomization.yaml", "", false),
            ("kustomization.yaml", "resources: [\n", false),
        ] {
            let tree = yaml::parse(FileId(0), text);
            assert_eq!(Folder::of(path, &tree).is_some(), want, "{path}: {text}");
        }
    }
}
