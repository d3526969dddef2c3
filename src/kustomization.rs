//! Turns the kustomizations in view into which files hold objects that never reach a cluster as they are written.
//!
//! kustomize is not run. A kustomization that only lists resources leaves them as they are; one that changes them, or is
//! used by one that does, makes them partial. A namespace is followed instead, because nearly every kustomization sets
//! one.

mod folder;
mod reach;

use std::collections::HashMap;

use crate::source::{FileId, Sources};
use crate::yaml::{Node, Tree};

use folder::Folder;

/// What the kustomizations in view make of the other files.
#[derive(Debug, Default)]
pub struct Kustomizations {
    standings: HashMap<FileId, Standing>,
}

/// What kustomizations make of one file.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Standing {
    /// Its objects reach the cluster as they are written, in that namespace if there is one.
    Whole(Option<String>),
    /// They do not, for this reason.
    Partial(String),
}

impl Kustomizations {
    /// Reads the kustomizations among `trees`, which stand in the order of `sources`.
    pub fn new(sources: &Sources, trees: &[Tree<'_>]) -> Self {
        let folders: Vec<Folder<'_>> =
            trees.iter().filter_map(|tree| Folder::of(&sources.get(tree.file()).path, tree)).collect();
        if folders.is_empty() {
            return Self::default();
        }
        let files: HashMap<&str, &Tree<'_>> =
            trees.iter().map(|tree| (sources.get(tree.file()).path.as_str(), tree)).collect();
        let mut standings = HashMap::new();
        for (folder, fate) in folders.iter().zip(reach::fates(&folders)) {
            for path in &folder.resources {
                if let Some(tree) = files.get(path.as_str()) {
                    join(&mut standings, tree.file(), standing(tree, &fate));
                }
            }
            for (path, role) in &folder.ingredients {
                if let Some(tree) = files.get(path.as_str()) {
                    let reason = format!("partial: {role} of {}", folder.path);
                    join(&mut standings, tree.file(), Standing::Partial(reason));
                }
            }
        }
        Self { standings }
    }

    /// Why the objects in a file are partial: parts that kustomize makes the real ones from. `None` when they are whole.
    /// Lower case, no final stop.
    pub fn partial(&self, file: FileId) -> Option<&str> {
        match self.standings.get(&file) {
            Some(Standing::Partial(reason)) => Some(reason),
            _ => None,
        }
    }

    /// The namespace that kustomize puts the objects in a file into. None of them names another one.
    pub fn namespace(&self, file: FileId) -> Option<&str> {
        match self.standings.get(&file) {
            Some(Standing::Whole(namespace)) => namespace.as_deref(),
            _ => None,
        }
    }
}

/// What the kustomization that lists a file makes of it.
fn standing(tree: &Tree<'_>, fate: &reach::Fate<'_>) -> Standing {
    match fate {
        reach::Fate::Changed { by, how } => Standing::Partial(format!("partial: {by} changes it ({how})")),
        reach::Fate::Scattered => Standing::Partial("partial: it goes into several namespaces".to_owned()),
        reach::Fate::Kept { namespace: Some((namespace, by)) } => {
            let mut roots = tree.documents().iter().filter_map(|document| tree.root(document));
            if roots.any(|root| names_other_namespace(root, namespace)) {
                return Standing::Partial(format!("partial: {by} changes it (namespace)"));
            }
            Standing::Whole(Some((*namespace).to_owned()))
        }
        reach::Fate::Kept { namespace: None } => Standing::Whole(None),
    }
}

fn names_other_namespace(object: Node<'_>, namespace: &str) -> bool {
    let of = |object: Node<'_>| object.get("metadata")?.get("namespace")?.as_str().map(|named| named != namespace);
    of(object) == Some(true)
        || object.get("items").is_some_and(|items| items.items().any(|item| of(item) == Some(true)))
}

/// Adds what one more kustomization makes of a file.
fn join(standings: &mut HashMap<FileId, Standing>, file: FileId, new: Standing) {
    let joined = match (standings.remove(&file), new) {
        (None, new) => new,
        (Some(Standing::Partial(reason)), _) | (Some(Standing::Whole(_)), Standing::Partial(reason)) => {
            Standing::Partial(reason)
        }
        (Some(Standing::Whole(one)), Standing::Whole(other)) if one == other => Standing::Whole(one),
        (Some(Standing::Whole(_)), Standing::Whole(_)) => {
            Standing::Partial("partial: it goes into several namespaces".to_owned())
        }
    };
    standings.insert(file, joined);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;
    use crate::yaml;

    const SET: &str = "kind: StatefulSet\nmetadata: {name: db}\n";

    /// What becomes of each file: `whole`, `whole in NAMESPACE`, or why it is partial. Those named in no row are whole.
    fn standings(files: &[(&str, &str)]) -> Vec<(String, String)> {
        let sources = Sources::new(files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect());
        let trees: Vec<_> = sources.iter().map(|(id, file)| yaml::parse(id, &file.text)).collect();
        let kustomizations = Kustomizations::new(&sources, &trees);
        let standing = |id| match (kustomizations.partial(id), kustomizations.namespace(id)) {
            (Some(reason), _) => reason.to_owned(),
            (None, Some(namespace)) => format!("whole in {namespace}"),
            (None, None) => "whole".to_owned(),
        };
        let manifests = sources.iter().filter(|(_, file)| !file.path.contains("ustomization"));
        manifests.map(|(id, file)| (file.path.clone(), standing(id))).collect()
    }

    fn check(case: &str, files: &[(&str, &str)], want: &[&str]) {
        let standings = standings(files);
        let found: Vec<_> = standings.iter().map(|(_, standing)| standing.as_str()).collect();
        assert_eq!(found, want, "{case}: {standings:?}");
    }

    #[test]
    fn a_list_of_resources_leaves_them_whole() {
        check("no kustomization", &[("a.yaml", SET)], &["whole"]);
        check("list", &[("a.yaml", SET), ("kustomization.yaml", "resources: [a.yaml]")], &["whole"]);
        check(
            "not listed",
            &[("b/a.yaml", SET), ("kustomization.yaml", "namePrefix: x-\nresources: [a.yaml]")],
            &["whole"],
        );
        check(
            "a list of lists",
            &[
                ("k/db/a.yaml", SET),
                ("k/db/kustomization.yml", "resources: [./a.yaml]"),
                ("k/Kustomization", "resources: [db]"),
            ],
            &["whole"],
        );
    }

    #[test]
    fn a_kustomization_that_changes_objects_makes_them_partial() {
        check(
            "its own",
            &[("k/a.yaml", SET), ("k/kustomization.yaml", "namePrefix: x-\nresources: [a.yaml]")],
            &["partial: k/kustomization.yaml changes it (namePrefix)"],
        );
        check(
            "a base, two floors down, that another overlay leaves alone",
            &[
                ("base/a.yaml", SET),
                ("base/kustomization.yaml", "resources: [a.yaml]"),
                ("middle/kustomization.yaml", "bases: [../base]"),
                ("over/kustomization.yaml", "resources: [../middle/]\nreplicas: [{name: db, count: 5}]"),
                ("plain/kustomization.yaml", "resources: [../base]"),
            ],
            &["partial: over/kustomization.yaml changes it (replicas)"],
        );
        check(
            "a component",
            &[
                ("c/a.yaml", SET),
                ("c/kustomization.yaml", "kind: Component\nresources: [a.yaml]"),
                ("k/b.yaml", SET),
                ("k/kustomization.yaml", "resources: [b.yaml]\ncomponents: [../c]"),
            ],
            &[
                "partial: c/kustomization.yaml changes it (a component)",
                "partial: k/kustomization.yaml changes it (components)",
            ],
        );
        check(
            "a circle",
            &[
                ("a/a.yaml", SET),
                ("a/kustomization.yaml", "resources: [a.yaml, ../b]"),
                ("b/kustomization.yaml", "resources: [../a]"),
            ],
            &["partial: a/kustomization.yaml changes it (uses itself)"],
        );
    }

    #[test]
    fn patches_and_data_are_partial() {
        let kustomization = "
patches: [{path: p1.yaml}, {patch: '[]', target: {kind: StatefulSet}}]
patchesStrategicMerge: [./p2.yaml, 'kind: StatefulSet']
patchesJson6902: [{path: sub/p3.yaml}]
replacements: [{path: r.yaml}]
transformers: [t.yaml]
configMapGenerator: [{name: c, files: [key=d.yaml, e.yaml]}]
";
        let files = ["p1", "p2", "sub/p3", "r", "t", "d", "e", "other"].map(|name| format!("k/{name}.yaml"));
        let mut all: Vec<_> = files.iter().map(|path| (path.as_str(), SET)).collect();
        all.push(("k/kustomization.yaml", kustomization));
        let of = |what: &str| format!("partial: {what} of k/kustomization.yaml");
        let (patch, data) = (of("a patch"), of("the data of a ConfigMap or Secret"));
        let (replacement, configuration) = (of("a replacement"), of("a configuration"));
        check("all", &all, &[&patch, &patch, &patch, &replacement, &configuration, &data, &data, "whole"]);
    }

    #[test]
    fn a_namespace_is_followed() {
        let named = "kind: StatefulSet\nmetadata: {name: db, namespace: dev}\n";
        let elsewhere = "kind: List\nitems: [{kind: StatefulSet, metadata: {name: db, namespace: x}}]\n";
        let list = "resources: [a.yaml]";
        let dev = "namespace: dev\nresources: [a.yaml]";
        check("set", &[("a.yaml", SET), ("kustomization.yaml", dev)], &["whole in dev"]);
        check("named already", &[("a.yaml", named), ("kustomization.yaml", dev)], &["whole in dev"]);
        check(
            "named otherwise",
            &[("a.yaml", elsewhere), ("kustomization.yaml", dev)],
            &["partial: kustomization.yaml changes it (namespace)"],
        );
        let over = |namespace: &str| format!("namespace: {namespace}\nresources: [../base]");
        let (one, other) = (over("one"), over("other"));
        check(
            "the outer one wins",
            &[("base/a.yaml", SET), ("base/kustomization.yaml", dev), ("one/kustomization.yaml", &one)],
            &["whole in one"],
        );
        check(
            "several",
            &[
                ("base/a.yaml", SET),
                ("base/kustomization.yaml", list),
                ("one/kustomization.yaml", &one),
                ("other/kustomization.yaml", &other),
            ],
            &["partial: it goes into several namespaces"],
        );
        check(
            "one file in two lists",
            &[
                ("a.yaml", SET),
                ("kustomization.yaml", list),
                ("k/kustomization.yaml", "namespace: k\nresources: [../a.yaml]"),
            ],
            &["partial: it goes into several namespaces"],
        );
    }
}
