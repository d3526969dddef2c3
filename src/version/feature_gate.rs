//! Says which feature gates decide about StatefulSets, and holds what they are set to.

use std::fmt;

/// A feature gate of the API server and the controller manager that decides about StatefulSets
/// (`pkg/features/kube_features.go`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FeatureGate {
    /// `maxUnavailable` of a rolling update is stored and obeyed (KEP-961).
    MaxUnavailableStatefulSet,
    /// `Recreate` is an update strategy.
    StatefulSetRecreateStrategy,
}

impl FeatureGate {
    /// All of them, in the order of their names.
    pub const ALL: [Self; 2] = [Self::MaxUnavailableStatefulSet, Self::StatefulSetRecreateStrategy];

    /// Its name, as Kubernetes spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MaxUnavailableStatefulSet => "MaxUnavailableStatefulSet",
            Self::StatefulSetRecreateStrategy => "StatefulSetRecreateStrategy",
        }
    }

    /// The gate of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|gate| gate.name() == name)
    }

    /// The first of the minor versions that are known here which has it.
    pub(super) const fn since(self) -> u8 {
        match self {
            Self::MaxUnavailableStatefulSet => 33,
            Self::StatefulSetRecreateStrategy => 37,
        }
    }

    /// Whether it is on in a minor version where nobody sets it.
    pub(super) const fn default(self, minor: u8) -> bool {
        match self {
            Self::MaxUnavailableStatefulSet => minor >= 37,
            Self::StatefulSetRecreateStrategy => false,
        }
    }

    /// The bit that stands for it.
    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// What feature gates are set to, and which are not set at all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct FeatureGates {
    set: u8,
    on: u8,
}

impl FeatureGates {
    /// What all gates that a minor version has are set to where nobody sets them.
    pub(super) const fn defaults(minor: u8) -> Self {
        let mut gates = Self { set: 0, on: 0 };
        let mut all: &[FeatureGate] = &FeatureGate::ALL;
        while let [gate, rest @ ..] = all {
            if minor >= gate.since() {
                gates.set |= gate.bit();
                gates.on |= if gate.default(minor) { gate.bit() } else { 0 };
            }
            all = rest;
        }
        gates
    }

    /// Sets a gate; the last word on it counts.
    pub fn set(&mut self, gate: FeatureGate, on: bool) {
        self.set |= gate.bit();
        self.on = if on { self.on | gate.bit() } else { self.on & !gate.bit() };
    }

    /// What a gate is set to, if it is set.
    pub fn get(self, gate: FeatureGate) -> Option<bool> {
        (self.set & gate.bit() != 0).then_some(self.on & gate.bit() != 0)
    }

    /// Whether none is set.
    pub fn is_empty(self) -> bool {
        self.set == 0
    }

    /// Those that are set, in the order of their names.
    pub fn iter(self) -> impl Iterator<Item = (FeatureGate, bool)> {
        FeatureGate::ALL.into_iter().filter_map(move |gate| Some((gate, self.get(gate)?)))
    }
}

impl FromIterator<(FeatureGate, bool)> for FeatureGates {
    fn from_iter<I: IntoIterator<Item = (FeatureGate, bool)>>(gates: I) -> Self {
        let mut all = Self::default();
        gates.into_iter().for_each(|(gate, on)| all.set(gate, on));
        all
    }
}

impl fmt::Display for FeatureGates {
    /// As flags of Kubernetes take them: `NAME=true,NAME=false`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (gate, on)) in self.iter().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            write!(f, "{comma}{}={on}", gate.name())?;
        }
        Ok(())
    }
}
