//! Turns what was read into what no plan is made of, and why.

use crate::dry_run::unplanned;
use crate::input::{Fate, Inputs, READ_RENDERED};
use crate::kustomization::Kustomizations;
use crate::manifest::{GroupKind, Object, Reason, Recognised};
use crate::plan::Skipped;
use crate::source::{Role, SourceFile};
use crate::yaml::{FaultKind, Tree};

/// What was read of one input.
#[derive(Clone, Copy)]
pub(super) struct Read<'r> {
    pub(super) inputs: &'r Inputs,
    pub(super) trees: &'r [Tree<'r>],
    pub(super) kustomizations: &'r Kustomizations,
    /// What stands in each of the trees.
    pub(super) recognised: &'r [Recognised<'r>],
}

impl<'r> Read<'r> {
    /// Files that were not read, and sets that are parts of others or have no name or API version.
    pub(super) fn skipped(&self) -> Vec<Skipped> {
        let mut skipped = Vec::new();
        for file in self.inputs.files.iter().filter(|file| file.role == Role::Target) {
            if let Fate::PassedOver(reason) = &file.fate {
                let reason = reason.replace(READ_RENDERED, "stslint plan -");
                skipped.push(Skipped { path: file.path.clone(), line: None, reason });
            }
        }
        for (source, tree, recognised) in self.targets() {
            let mut skip = |start, reason| {
                let line = Some(source.position(start).line);
                skipped.push(Skipped { path: source.path.clone(), line, reason });
            };
            let partial = self.kustomizations.partial(tree.file());
            for set in recognised.objects.iter().filter(|object| object.is(GroupKind::STATEFUL_SET)) {
                if let Some(reason) = partial.map(|reason| kustomized(set, reason)).or_else(|| unplanned(set)) {
                    skip(set.node.span().start, reason);
                }
            }
            for passed in &recognised.passed {
                if matches!(passed.reason, Reason::NoApiVersion { kind: "StatefulSet" }) {
                    skip(passed.span.start, passed.reason.to_string());
                }
            }
        }
        skipped
    }

    /// Documents that are no YAML.
    pub(super) fn broken(&self) -> Vec<Skipped> {
        let of_tree = |(source, tree, _): (&SourceFile, &'r Tree<'r>, _)| {
            let syntax = tree.faults().iter().filter(|fault| fault.kind == FaultKind::Syntax);
            let told = syntax.map(|fault| Skipped {
                path: source.path.clone(),
                line: Some(source.position(fault.span.start).line),
                reason: format!("cannot be read: {}", fault.message),
            });
            told.collect::<Vec<_>>()
        };
        self.targets().flat_map(of_tree).collect()
    }

    fn targets(&self) -> impl Iterator<Item = (&'r SourceFile, &'r Tree<'r>, &'r Recognised<'r>)> {
        let Self { inputs, trees, recognised, .. } = *self;
        let read = trees.iter().zip(recognised).map(|(tree, found)| (inputs.sources.get(tree.file()), tree, found));
        read.filter(|(source, ..)| source.role == Role::Target)
    }
}

/// That a set is a part that kustomize makes the real one from.
fn kustomized(set: &Object<'_>, reason: &str) -> String {
    format!("StatefulSet \"{}\": {reason}; plan what `kustomize build` prints", set.name)
}
