//! Gathers objects into one indexed picture of everything in view.

mod chain;
mod overlay;

use std::hash::Hash;

use crate::manifest::{GroupKind, Object};
use crate::source::{Role, Sources};
use chain::Chains;
use overlay::Overlays;

/// Everything in view, targets and context. It is the only place that looks objects up.
#[derive(Debug)]
pub struct Cluster<'t> {
    objects: Vec<Object<'t>>,
    by_kind: Chains<(&'t str, &'t str)>,
    by_namespace: Chains<(&'t str, &'t str, &'t str)>,
    by_name: Chains<(&'t str, &'t str, &'t str)>,
    by_identity: Chains<Identity<'t>>,
    overlays: Overlays<'t>,
}

/// What makes an object itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Identity<'t> {
    group: &'t str,
    kind: &'t str,
    namespace: &'t str,
    name: &'t str,
}

impl<'t> Cluster<'t> {
    /// Indexes the objects, which may come in any order; their file numbers must be those of `sources`.
    pub fn new(mut objects: Vec<Object<'t>>, sources: &'t Sources) -> Self {
        // Stable, so that objects of one document stay in reading order.
        objects.sort_by_key(|object| (object.file, object.document));
        let mut by_kind = Chains::with_capacity(objects.len());
        let mut by_namespace = Chains::with_capacity(objects.len());
        let mut by_name = Chains::with_capacity(objects.len());
        let mut by_identity = Chains::with_capacity(objects.len());
        for object in &objects {
            let (group, kind) = (object.settled_group(), object.kind);
            let (namespace, name) = (object.namespace, object.name);
            by_kind.push((group, kind));
            by_namespace.push((group, kind, namespace));
            by_name.push((group, kind, name));
            by_identity.push(Identity { group, kind, namespace, name });
        }
        let overlays = Overlays::new(&objects, &by_identity, sources);
        Self { objects, by_kind, by_namespace, by_name, by_identity, overlays }
    }

    /// Every object, in source order.
    pub fn objects(&self) -> &[Object<'t>] {
        &self.objects
    }

    /// The file that holds an object of this cluster, as it is shown.
    pub fn path(&self, object: &Object<'_>) -> &str {
        &self.overlays.sources().get(object.file).path
    }

    /// The StatefulSets that findings are reported on, in source order: targets that are not partial.
    pub fn stateful_sets(&self) -> impl Iterator<Item = &Object<'t>> {
        self.of_kind(GroupKind::STATEFUL_SET).filter(|object| object.role == Role::Target && !object.partial)
    }

    /// The object of that identity. Where several sources hold it, as overlays do, it is the one nearest to `near`: the one
    /// in the same file; else the one whose folder has the most leading folders in common with that of `near`; of those, the
    /// one with the fewest folders beyond them; of those, one that is not partial; of those, the first in source order.
    /// `namespace` is empty for kinds that have none.
    pub fn find(&self, kind: GroupKind, namespace: &str, name: &str, near: &Object<'_>) -> Option<&Object<'t>> {
        let identity = Identity { group: kind.group, kind: kind.kind, namespace, name };
        let first = self.by_identity.first(&identity)?;
        self.objects.get(self.overlays.nearest(first, near.file).unwrap_or(first))
    }

    /// The objects of a kind in a namespace, in source order, overlays one by one.
    pub fn in_namespace(&self, kind: GroupKind, namespace: &str) -> impl Iterator<Item = &Object<'t>> {
        self.chain(&self.by_namespace, self.by_namespace.first(&(kind.group, kind.kind, namespace)))
    }

    /// The objects of a kind, in source order, overlays one by one.
    pub fn of_kind(&self, kind: GroupKind) -> impl Iterator<Item = &Object<'t>> {
        self.chain(&self.by_kind, self.by_kind.first(&(kind.group, kind.kind)))
    }

    /// The objects of a kind and a name in every namespace, in source order, overlays one by one.
    pub fn named(&self, kind: GroupKind, name: &str) -> impl Iterator<Item = &Object<'t>> {
        self.chain(&self.by_name, self.by_name.first(&(kind.group, kind.kind, name)))
    }

    fn chain<'c, K: Hash + Eq>(
        &'c self,
        chains: &'c Chains<K>,
        first: Option<usize>,
    ) -> impl Iterator<Item = &'c Object<'t>> {
        chains.from(first).filter_map(|index| self.objects.get(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::recognise;
    use crate::source::SourceFile;
    use crate::yaml::{self, Tree};

    fn service(namespace: &str, name: &str, label: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n  namespace: {namespace}\n  labels: {{from: {label}}}\n"
        )
    }

    fn sources(files: &[(&str, &str)]) -> Sources {
        Sources::new(files.iter().map(|&(path, text)| SourceFile::new(path, text)).collect())
    }

    fn trees(sources: &Sources) -> Vec<Tree<'_>> {
        sources.iter().map(|(id, file)| yaml::parse(id, &file.text)).collect()
    }

    fn cluster<'t>(sources: &'t Sources, trees: &'t [Tree<'t>], partial: &[&str]) -> Cluster<'t> {
        let objects = trees
            .iter()
            .flat_map(|tree| {
                let partial = partial.contains(&sources.get(tree.file()).path.as_str());
                recognise(tree, Role::Target, "default", partial).objects
            })
            .collect();
        Cluster::new(objects, sources)
    }

    #[test]
    fn of_several_overlays_the_nearest_one_is_found() {
        let set = "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\n";
        for (set_at, services, partial, want) in [
            ("k8s/prod/set.yaml", &["k8s/dev/a.yaml", "k8s/prod/a.yaml"][..], "", "k8s/prod/a.yaml"),
            ("k8s/prod/set.yaml", &["a.yaml", "k8s/a.yaml", "k8s/dev/a.yaml"], "", "k8s/a.yaml"),
            ("k8s/prod/set.yaml", &["k8s/dev/x/a.yaml", "k8s/dev/a.yaml"], "", "k8s/dev/a.yaml"),
            ("k8s/prod/set.yaml", &["k8s/dev/a.yaml", "k8s/eu/a.yaml"], "", "k8s/dev/a.yaml"),
            ("k8s/prod/set.yaml", &["k8s/dev/a.yaml", "k8s/eu/a.yaml"], "k8s/dev/a.yaml", "k8s/eu/a.yaml"),
            ("k8s/prod/set.yaml", &["k8s/prod/a.yaml", "k8s/prod/set.yaml"], "", "k8s/prod/set.yaml"),
            ("k8s/prod/set.yaml", &["k8s/prod-2/a.yaml", "other/a.yaml"], "", "k8s/prod-2/a.yaml"),
            ("set.yaml", &["b/c/a.yaml", "b/a.yaml"], "", "b/a.yaml"),
            ("/abs/set.yaml", &["a.yaml", "/abs/a.yaml"], "", "/abs/a.yaml"),
            ("../out/set.yaml", &["a.yaml", "../out/a.yaml"], "", "../out/a.yaml"),
        ] {
            let mut files: Vec<(&str, String)> =
                services.iter().map(|&path| (path, service("default", "db", "x"))).collect();
            match files.iter_mut().find(|(path, _)| *path == set_at) {
                Some((_, text)) => text.push_str(set),
                None => files.push((set_at, set.to_owned())),
            }
            let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
            let sources = sources(&files);
            let trees = trees(&sources);
            let cluster = cluster(&sources, &trees, &[partial]);
            let near = cluster.stateful_sets().next().expect("the set");
            let found = cluster.find(GroupKind::SERVICE, "default", "db", near).expect("a Service");
            assert_eq!(sources.get(found.file).path, want, "{set_at} {services:?}");
        }
    }
}
