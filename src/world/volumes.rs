//! Binds claims to volumes as the volume binder does: one that is there, or a new one.

use crate::controller::state::Ordinal;
use std::collections::{BTreeMap, BTreeSet};

/// The volumes that there are for the claims of a set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Volumes {
    /// For each claim template, how its claims find a volume; a template beyond gets a new volume for each claim.
    bindings: Vec<Binding>,
    taken: BTreeSet<usize>,
}

/// How the claims of one template find a volume.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Binding {
    /// Whether a volume is made for a claim that finds none.
    pub provisions: bool,
    /// Whether binding waits until the pod has a node (`volumeBindingMode: WaitForFirstConsumer`).
    pub waits: bool,
    /// The volumes that fit, best first; the number of a volume is the same for all templates.
    pub fitting: Vec<usize>,
    /// The volumes that are reserved for the claim of one ordinal.
    pub reserved: BTreeMap<Ordinal, usize>,
}

impl Volumes {
    /// Volumes that nothing is bound to; a binding for each claim template.
    pub fn new(bindings: Vec<Binding>) -> Self {
        Self { bindings, taken: BTreeSet::new() }
    }

    /// From now on the claims find their volumes in another way; what is taken stays so.
    pub fn rebind(&mut self, bindings: Vec<Binding>) {
        self.bindings = bindings;
    }

    /// Whether the claims of a template wait until their pod has a node.
    pub(super) fn waits(&self, template: usize) -> bool {
        self.bindings.get(template).is_some_and(|binding| binding.waits)
    }

    /// Finds a volume for a claim, and takes it; false if there is none.
    pub(super) fn bind(&mut self, template: usize, ordinal: Ordinal) -> bool {
        let Some(binding) = self.bindings.get(template) else { return true };
        let free = |volume: &&usize| !self.taken.contains(*volume);
        let mut there = binding.reserved.get(&ordinal).into_iter().chain(&binding.fitting);
        match there.find(free) {
            Some(&volume) => self.taken.insert(volume),
            None => binding.provisions,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_is_bound_once_and_a_reserved_one_to_its_claim() {
        let by_hand = |fitting: &[usize]| Binding { fitting: fitting.to_vec(), ..Binding::default() };
        let reserved = Binding { reserved: BTreeMap::from([(1, 7)]), ..by_hand(&[1]) };
        let dynamic = Binding { provisions: true, ..Binding::default() };
        let mut volumes = Volumes::new(vec![by_hand(&[0, 1]), reserved, dynamic]);
        for (template, ordinal, want) in [
            (0, 0, true),
            (1, 1, true),
            (1, 0, true),
            (0, 1, false),
            (1, 1, false),
            (2, 0, true),
            (2, 1, true),
            (3, 0, true),
        ] {
            assert_eq!(volumes.bind(template, ordinal), want, "template {template}, ordinal {ordinal}");
        }
    }
}
