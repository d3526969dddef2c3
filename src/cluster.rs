//! Gathers objects into one indexed picture of everything in view.

mod chain;
mod overlay;
#[cfg(test)]
pub(crate) mod testing;

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
    by_namespace: Chains<(KindNumber, &'t str)>,
    by_name: Chains<(KindNumber, &'t str)>,
    /// By kind, namespace and name.
    by_identity: Chains<(KindNumber, &'t str, &'t str)>,
    overlays: Overlays<'t>,
}

/// The number of the first object of a kind, which is shorter than its name.
type KindNumber = usize;

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
            let kind = by_kind.push((object.settled_group(), object.kind));
            by_namespace.push((kind, object.namespace));
            by_name.push((kind, object.name));
            by_identity.push((kind, object.namespace, object.name));
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

    /// Whether two objects stand in different ones of the folders that divide what is in view: those directly below the deepest
    /// folder that holds everything.
    pub fn apart(&self, one: &Object<'_>, other: &Object<'_>) -> bool {
        self.overlays.apart(one.file, other.file)
    }

    /// The StatefulSets that findings are reported on, in source order: targets that are not partial.
    pub fn stateful_sets(&self) -> impl Iterator<Item = &Object<'t>> {
        self.of_kind(GroupKind::STATEFUL_SET).filter(|object| object.role == Role::Target && !object.partial)
    }

    /// The object of that identity. Where several sources hold it, as overlays do, it is the one nearest to `near`: the one
    /// in the same file; else the one whose folder has the most leading folders in common with that of `near`; of those, the
    /// one with the fewest folders beyond them; of those, one that is not partial; of those, the first in source order.
    /// `namespace` is empty for kinds that have none. An object without a name is never found.
    pub fn find(&self, kind: GroupKind, namespace: &str, name: &str, near: &Object<'_>) -> Option<&Object<'t>> {
        // Nameless objects share an identity without being the same.
        let name = Some(name).filter(|name| !name.is_empty())?;
        let first = self.by_identity.first(&(self.number(kind)?, namespace, name))?;
        self.objects.get(self.overlays.nearest(first, near.file).unwrap_or(first))
    }

    /// The StatefulSets of the identity of `set`, which stands at `path` in another view, in source order. Where overlays hold it, they
    /// are those whose folders end most like the folders of `path`; where several are left, the last is the one that is applied last.
    pub fn counterparts(&self, set: &Object<'_>, path: &str) -> Vec<&Object<'t>> {
        let alike = |namesake: &&Object<'t>| overlay::folders_alike(self.path(namesake), path);
        let most = self.namesakes(set).map(|namesake| alike(&namesake)).max();
        self.namesakes(set).filter(|namesake| Some(alike(namesake)) == most).collect()
    }

    /// The whole StatefulSets among the targets that have the name and the namespace of `set`, in source order, `set` itself among
    /// them; none where it has no name.
    pub fn namesakes(&self, set: &Object<'_>) -> impl Iterator<Item = &Object<'t>> {
        let namespace = set.namespace.to_owned();
        let is_whole = |object: &Object<'_>| object.role == Role::Target && !object.partial && !object.is_fragment();
        let named = self.named(GroupKind::STATEFUL_SET, set.name);
        named.filter(move |object| !object.name.is_empty() && object.namespace == namespace && is_whole(object))
    }

    /// The objects of a kind in a namespace, in source order, overlays one by one.
    pub fn in_namespace(&self, kind: GroupKind, namespace: &str) -> impl Iterator<Item = &Object<'t>> {
        let first = self.number(kind).and_then(|kind| self.by_namespace.first(&(kind, namespace)));
        self.chain(&self.by_namespace, first)
    }

    /// The objects of a kind, in source order, overlays one by one.
    pub fn of_kind(&self, kind: GroupKind) -> impl Iterator<Item = &Object<'t>> {
        self.chain(&self.by_kind, self.number(kind))
    }

    /// The objects of a kind and a name in every namespace, in source order, overlays one by one.
    pub fn named(&self, kind: GroupKind, name: &str) -> impl Iterator<Item = &Object<'t>> {
        let first = self.number(kind).and_then(|kind| self.by_name.first(&(kind, name)));
        self.chain(&self.by_name, first)
    }

    fn number(&self, kind: GroupKind) -> Option<KindNumber> {
        self.by_kind.first(&(kind.group, kind.kind))
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
    fn what_is_in_view_is_divided_by_the_first_folders_that_differ() {
        for (files, want) in [
            (&["a/x.yaml", "b/y.yaml"][..], true),
            (&["k8s/a/x.yaml", "k8s/b/y.yaml"], true),
            (&["k8s/a/x.yaml", "k8s/a/y.yaml"], false),
            (&["k8s/a/x.yaml", "k8s/a/z/y.yaml"], false),
            (&["k8s/a/x.yaml", "k8s/y.yaml"], false),
            (&["k8s/a/x.yaml", "k8s/ab/y.yaml"], true),
            (&["k8s/a/x.yaml", "k8s/b/y.yaml", "z.yaml"], false),
            (&["../a/x.yaml", "../b/y.yaml"], true),
        ] {
            let text = service("default", "db", "x");
            let files: Vec<(&str, &str)> = files.iter().map(|path| (*path, text.as_str())).collect();
            let sources = sources(&files);
            let trees = trees(&sources);
            let cluster = cluster(&sources, &trees, &[]);
            let [one, other, ..] = cluster.objects() else { panic!("two objects") };
            assert_eq!(cluster.apart(one, other), want, "{files:?}");
        }
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

    #[test]
    fn objects_are_found_by_kind_namespace_and_name_whatever_their_version() {
        let text = "\
apiVersion: apps/v1beta2
kind: StatefulSet
metadata: {name: db}
---
apiVersion: v1
kind: Service
metadata: {name: db}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: default}
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: db}
---
apiVersion: storage.k8s.io/v1beta1
kind: StorageClass
metadata: {name: fast, namespace: ignored}
---
apiVersion: extensions/v1beta1
kind: Deployment
metadata: {name: db}
---
apiVersion: v1
kind: Service
metadata: {generateName: db-}
";
        let sources = sources(&[("a.yaml", text)]);
        let trees = trees(&sources);
        let cluster = cluster(&sources, &trees, &[]);
        let near = &cluster.objects()[0];
        let document = |found: Option<&Object<'_>>| found.map(|object| object.document);
        for (kind, namespace, name, want) in [
            (GroupKind::STATEFUL_SET, "default", "db", Some(0)),
            (GroupKind::SERVICE, "default", "db", Some(1)),
            (GroupKind::SERVICE, "shop", "db", Some(2)),
            (GroupKind::SERVICE, "default", "web", Some(3)),
            (GroupKind::SERVICE, "shop", "web", None),
            (GroupKind::SERVICE, "", "db", None),
            (GroupKind { group: "serving.knative.dev", kind: "Service" }, "default", "db", Some(4)),
            (GroupKind::STORAGE_CLASS, "", "fast", Some(5)),
            (GroupKind::DEPLOYMENT, "default", "db", Some(6)),
            (GroupKind::SECRET, "default", "db", None),
            (GroupKind::SERVICE, "default", "", None),
        ] {
            assert_eq!(document(cluster.find(kind, namespace, name, near)), want, "{kind:?} {namespace}/{name}");
        }
        let documents = |found: &mut dyn Iterator<Item = &Object<'_>>| found.map(|it| it.document).collect::<Vec<_>>();
        assert_eq!(documents(&mut cluster.in_namespace(GroupKind::SERVICE, "default")), [1, 3, 7]);
        assert_eq!(documents(&mut cluster.named(GroupKind::SERVICE, "db")), [1, 2]);
        assert_eq!(documents(&mut cluster.of_kind(GroupKind::SERVICE)), [1, 2, 3, 7]);
        assert_eq!(documents(&mut cluster.of_kind(GroupKind::POD)), [] as [u32; 0]);
    }

    #[test]
    fn only_whole_targets_are_reported_on_and_everything_answers_look_ups() {
        let set = |name: &str| format!("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: {name}}}\n");
        let (target, context, base) = (set("target"), set("context"), set("base"));
        let sources = sources(&[("a.yaml", &target), ("b.yaml", &context), ("base/c.yaml", &base)]);
        let trees = trees(&sources);
        let roles = [(Role::Target, false), (Role::Context, false), (Role::Target, true)];
        let objects =
            trees.iter().zip(roles).flat_map(|(tree, (role, partial))| recognise(tree, role, "x", partial).objects);
        // The order in which files come in does not matter.
        let cluster = Cluster::new(objects.collect::<Vec<_>>().into_iter().rev().collect(), &sources);
        let names =
            |found: &mut dyn Iterator<Item = &Object<'_>>| found.map(|it| it.name.to_owned()).collect::<Vec<_>>();
        assert_eq!(names(&mut cluster.stateful_sets()), ["target"]);
        assert_eq!(names(&mut cluster.objects().iter()), ["target", "context", "base"]);
        let near = &cluster.objects()[0];
        for (name, partial) in [("context", false), ("base", true)] {
            let found = cluster.find(GroupKind::STATEFUL_SET, "x", name, near);
            assert_eq!(found.map(|object| object.partial), Some(partial), "{name}");
        }
    }

    #[test]
    fn of_an_object_that_stands_twice_in_a_file_the_first_is_found() {
        let text = [service("default", "db", "first"), service("default", "db", "second")].join("---\n");
        let sources = sources(&[("a.yaml", &text), ("b.yaml", "apiVersion: apps/v1\nkind: StatefulSet\n")]);
        let trees = trees(&sources);
        let cluster = cluster(&sources, &trees, &[]);
        for near in cluster.objects() {
            let found = cluster.find(GroupKind::SERVICE, "default", "db", near).expect("a Service");
            assert_eq!(found.label_map().get("from"), Some("first"), "near {near:?}");
        }
    }
}
