//! Turns documents into Kubernetes objects, and says why a document is none.

mod kind;
mod origin;
mod passed;
mod scope;

pub use kind::GroupKind;
pub use passed::{Passed, Reason};

use crate::finding::ObjectName;
use crate::label::Labels;
use crate::source::{FileId, Role};
use crate::yaml::{Document, Node, Tree};

/// How many lists may stand in one another; `kubectl` has no end of its own.
const DEEPEST_LIST: u32 = 16;

/// How many more objects than bytes a source may have. Only lists that repeat one another by aliases have more than bytes at
/// all; a source full of them would fill the memory.
const BEYOND_BYTES: usize = 100_000;

/// One Kubernetes object as it is written.
#[derive(Clone, Copy, Debug)]
pub struct Object<'t> {
    /// The mapping that it is.
    pub node: Node<'t>,
    /// Such as `apps/v1`; that of the list where an item of a typed list has none.
    pub api_version: &'t str,
    /// Such as `StatefulSet`; that of the list where an item of a typed list has none.
    pub kind: &'t str,
    /// Its `metadata.name`; empty if it has none or one that is not a string.
    pub name: &'t str,
    /// Its namespace, given or assumed; empty for objects of a kind that has none.
    pub namespace: &'t str,
    /// Whether the manifest names the namespace.
    pub namespace_given: bool,
    /// Which source it is in.
    pub file: FileId,
    /// The number of its document in the source, zero-based.
    pub document: u32,
    /// Whether findings are reported on it.
    pub role: Role,
    /// Whether it is a base or a patch of kustomize: it answers look-ups, and is never accused.
    pub partial: bool,
    /// The file that it was rendered from, as Helm or kustomize names it.
    pub origin: Option<&'t str>,
}

impl<'t> Object<'t> {
    /// The part of `apiVersion` before the slash; empty for the core group.
    pub fn group(&self) -> &'t str {
        kind::group(self.api_version)
    }

    /// Whether it is of that group and kind, in any version; groups that objects have moved from count as the one they
    /// moved to.
    pub fn is(&self, kind: GroupKind) -> bool {
        self.kind == kind.kind && self.settled_group() == kind.group
    }

    /// The group that its kind lives in today, which differs from [`Self::group`] for what began in `extensions`.
    pub fn settled_group(&self) -> &'t str {
        kind::settled_group(self.group(), self.kind)
    }

    /// What stands at a path of keys; `None` where a key is absent or null.
    pub fn get(&self, path: &[&str]) -> Option<Node<'t>> {
        path.iter().try_fold(self.node, |node, key| node.get(key))
    }

    /// Its `metadata.labels`; those of a pod template stand elsewhere.
    pub fn label_map(&self) -> Labels<'t> {
        Labels::of(self.get(&["metadata", "labels"]))
    }

    /// Whether it is a part of a StatefulSet that another tool merges into the whole: it has neither a selector nor an
    /// image.
    pub fn is_fragment(&self) -> bool {
        let containers = self.get(&["spec", "template", "spec", "containers"]);
        let mut items = containers.into_iter().flat_map(Node::items);
        self.is(GroupKind::STATEFUL_SET)
            && self.get(&["spec", "selector"]).is_none()
            && items.all(|container| container.get("image").is_none())
    }

    /// What a finding calls it.
    pub fn object_name(&self) -> ObjectName {
        ObjectName {
            api_version: self.api_version.to_owned(),
            kind: self.kind.to_owned(),
            namespace: self.namespace.to_owned(),
            name: self.name.to_owned(),
        }
    }
}

/// What the documents of one source are.
#[derive(Debug, Default)]
pub struct Recognised<'t> {
    /// Its objects in reading order, the items of lists one by one.
    pub objects: Vec<Object<'t>>,
    /// The documents, and the items of lists, that are no objects, in reading order.
    pub passed: Vec<Passed<'t>>,
    /// How many documents there are, empty ones excluded, broken ones included. Each holds an object, or is passed over, or
    /// is broken.
    pub documents: usize,
    /// How many documents hold nothing but comments and space.
    pub empty: usize,
    /// How many documents could not be read; a fault of the tree says why.
    pub broken: usize,
}

/// Recognises every object in `tree`. `namespace` is the one of objects that name none; `partial` says that the file is a
/// base or a patch of kustomize.
pub fn recognise<'t>(tree: &'t Tree<'t>, role: Role, namespace: &'t str, partial: bool) -> Recognised<'t> {
    let reader =
        Reader { tree, role, namespace, partial, budget: 0, beyond_bytes: BEYOND_BYTES, found: Recognised::default() };
    reader.read()
}

struct Reader<'t> {
    tree: &'t Tree<'t>,
    role: Role,
    namespace: &'t str,
    partial: bool,
    /// How many more nodes of this document may be objects.
    budget: usize,
    /// How many more of them the documents of this source may have than bytes, together.
    beyond_bytes: usize,
    found: Recognised<'t>,
}

/// The document that an object is in.
#[derive(Clone, Copy)]
struct Sheet<'t> {
    number: u32,
    origin: Option<&'t str>,
}

impl<'t> Reader<'t> {
    fn read(mut self) -> Recognised<'t> {
        for (number, document) in (0..).zip(self.tree.documents()) {
            self.document(number, document);
        }
        self.found
    }

    fn document(&mut self, number: u32, document: &'t Document) {
        match self.tree.root(document) {
            _ if document.broken => self.found.broken += 1,
            // A document that only says `null` holds nothing; `kubectl` passes it over too.
            Some(root) if !root.is_null() => {
                let origin = origin::helm(self.tree, document.span.start, root.span().start);
                self.budget = document.span.len() + self.beyond_bytes;
                self.object(root, None, Sheet { number, origin }, 0);
                self.beyond_bytes = self.beyond_bytes.min(self.budget);
            }
            _ => {
                self.found.empty += 1;
                return;
            }
        }
        self.found.documents += 1;
    }

    /// Takes `node` for an object; `list` is what an item of a typed list is when it does not say so itself.
    fn object(&mut self, node: Node<'t>, list: Option<(&'t str, &'t str)>, sheet: Sheet<'t>, depth: u32) {
        self.budget = self.budget.saturating_sub(1);
        let (api_version, kind) = match kind::of(node, list) {
            Ok(both) => both,
            Err(reason) => return self.pass(node, reason, sheet),
        };
        if kind::is_kustomize(api_version) {
            return self.pass(node, Reason::Kustomize { kind }, sheet);
        }
        if let Some(item_kind) = kind.strip_suffix("List") {
            match node.get("items") {
                Some(items) if items.is_sequence() => {
                    return self.list(node, items, (api_version, item_kind), sheet, depth);
                }
                _ if item_kind.is_empty() => return self.pass(node, Reason::EmptyList, sheet),
                // Only its name sounds like a list.
                _ => {}
            }
        }
        let metadata = node.get("metadata");
        let text = |key| metadata.and_then(|metadata| metadata.get(key)).and_then(Node::as_str);
        let given = text("namespace").filter(|namespace| !namespace.is_empty());
        let namespace = if scope::is_cluster_wide(kind::settled_group(kind::group(api_version), kind), kind) {
            ""
        } else {
            given.unwrap_or(self.namespace)
        };
        self.found.objects.push(Object {
            node,
            api_version,
            kind,
            name: text("name").unwrap_or_default(),
            namespace,
            namespace_given: given.is_some(),
            file: self.tree.file(),
            document: sheet.number,
            role: self.role,
            partial: self.partial,
            origin: origin::kustomize(metadata).or(sheet.origin),
        });
    }

    /// Takes the items of a list one by one, lists in lists included, as `kubectl` does (cli-runtime
    /// `pkg/resource/visitor.go`, `FlattenListVisitor`).
    fn list(&mut self, node: Node<'t>, items: Node<'t>, item: (&'t str, &'t str), sheet: Sheet<'t>, depth: u32) {
        if items.items().next().is_none() {
            return self.pass(node, Reason::EmptyList, sheet);
        }
        if depth == DEEPEST_LIST {
            return self.pass(node, Reason::TooDeep, sheet);
        }
        for child in items.items() {
            if self.budget == 0 {
                return self.pass(child, Reason::Multiplied, sheet);
            }
            self.object(child, Some(item), sheet, depth + 1);
        }
    }

    fn pass(&mut self, node: Node<'t>, reason: Reason<'t>, sheet: Sheet<'t>) {
        self.found.passed.push(Passed { span: node.span(), document: sheet.number, reason });
    }
}

#[cfg(test)]
mod tests;
