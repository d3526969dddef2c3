//! The minor versions of Kubernetes that are known, with their feature gates, and how a person writes one.

mod feature_gate;

use std::fmt;
use std::str::FromStr;

pub use feature_gate::{FeatureGate, FeatureGates};

/// A minor version of Kubernetes whose behaviour is known, 1.33 to 1.37, and what its feature gates are set to. Two of the
/// same minor version with other gates are not equal; newer minor versions come later, whatever their gates.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Version {
    minor: u8,
    /// Of all gates that the version has.
    gates: FeatureGates,
}

impl Version {
    /// The oldest one known.
    pub const OLDEST: Self = Self::of(33);
    /// The newest one known, which a run assumes when nobody says otherwise.
    pub const NEWEST: Self = Self::of(37);

    /// All of them, oldest first, their gates as they are where nobody sets them.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        (Self::OLDEST.minor..=Self::NEWEST.minor).map(Self::of)
    }

    /// The one of that minor version, 33 for 1.33, if it is known.
    pub fn of_minor(minor: u8) -> Option<Self> {
        Self::all().find(|version| version.minor == minor)
    }

    const fn of(minor: u8) -> Self {
        Self { minor, gates: FeatureGates::defaults(minor) }
    }

    /// The number behind the dot.
    pub fn minor(self) -> u8 {
        self.minor
    }

    /// The version with these gates set; those that it does not have are left out.
    #[must_use]
    pub fn with(self, gates: FeatureGates) -> Self {
        let has = |(gate, _): &(FeatureGate, bool)| self.knows(*gate);
        Self { gates: self.gates.iter().chain(gates.iter().filter(has)).collect(), ..self }
    }

    /// Whether it has a gate, on or off.
    pub fn knows(self, gate: FeatureGate) -> bool {
        self.gates.get(gate).is_some()
    }

    /// Whether a gate is on.
    pub fn has(self, gate: FeatureGate) -> bool {
        self.gates.get(gate) == Some(true)
    }

    /// The gates that are not set to what they are where nobody sets them.
    pub fn changed_gates(self) -> FeatureGates {
        let is_changed = |(gate, on): &(FeatureGate, bool)| *on != gate.default(self.minor);
        self.gates.iter().filter(is_changed).collect()
    }
}

impl Default for Version {
    fn default() -> Self {
        Self::NEWEST
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.minor)
    }
}

impl FromStr for Version {
    type Err = String;

    /// Reads `1.36`, `v1.36` or `1.36.3`; the error says what is known.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.strip_prefix('v').unwrap_or(text).split('.');
        let known = || format!("known are {} to {}, written like {}", Self::OLDEST, Self::NEWEST, Self::NEWEST);
        let (Some("1"), Some(minor)) = (parts.next(), parts.next()) else { return Err(known()) };
        if parts.next().is_some_and(|patch| patch.parse::<u32>().is_err()) || parts.next().is_some() {
            return Err(known());
        }
        let minor: u8 = minor.parse().map_err(|_| known())?;
        Self::of_minor(minor).ok_or_else(known)
    }
}

/// One minor version after another, at least one, with the same gates set.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Versions {
    first: Version,
    last: Version,
    gates: FeatureGates,
}

impl Versions {
    /// The newest of them.
    pub fn newest(self) -> Version {
        self.last.with(self.gates)
    }

    /// All of them, oldest first.
    pub fn all(self) -> impl DoubleEndedIterator<Item = Version> {
        let among = move |version: &Version| (self.first..=self.last).contains(version);
        Version::all().filter(among).map(move |version| version.with(self.gates))
    }

    /// The one that it is; `None` where it is a range.
    pub fn only(self) -> Option<Version> {
        (self.first == self.last).then_some(self.newest())
    }

    /// The versions with these gates set; each leaves out those that it does not have.
    #[must_use]
    pub fn with(self, gates: FeatureGates) -> Self {
        Self { gates, ..self }
    }

    /// The gates that are set, and not to what they are where nobody sets them, in one of the versions at least.
    pub fn changed_gates(self) -> FeatureGates {
        self.all().flat_map(|version| version.changed_gates().iter()).collect()
    }
}

impl From<Version> for Versions {
    fn from(version: Version) -> Self {
        let (plain, gates) = (Version::of(version.minor), version.changed_gates());
        Self { first: plain, last: plain, gates }
    }
}

impl fmt::Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { self.last.fmt(f) } else { write!(f, "{}..{}", self.first, self.last) }
    }
}

impl FromStr for Versions {
    type Err = String;

    /// Reads `1.36` or `1.33..1.37`; the error says what is known.
    fn from_str(text: &str) -> Result<Self, String> {
        let Some((first, last)) = text.split_once("..") else { return text.parse().map(Version::into) };
        let (first, last) = (first.parse()?, last.parse()?);
        if first > last {
            return Err(format!("the range ends before it begins; the other way round it is {last}..{first}"));
        }
        Ok(Self { first, last, gates: FeatureGates::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_and_written() {
        for (text, shown, count) in [("1.34", "1.34", 1), ("1.33..1.37", "1.33..1.37", 5), ("v1.35..1.35", "1.35", 1)] {
            let versions: Versions = text.parse().expect(text);
            assert_eq!((versions.to_string().as_str(), versions.all().count()), (shown, count), "{text}");
        }
        for text in ["", "..", "1.33..", "..1.37", "1.37..1.33", "1.33...1.37", "1.32..1.37"] {
            assert!(text.parse::<Versions>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_gate_is_as_it_is_set_or_as_its_version_has_it() {
        use FeatureGate::{MaxUnavailableStatefulSet as MaxUnavailable, StatefulSetRecreateStrategy as Recreate};
        for (versions, set, on, changed) in [
            ("1.36", &[][..], "", ""),
            ("1.37", &[], "MaxUnavailableStatefulSet", ""),
            ("1.36", &[(MaxUnavailable, false)], "", ""),
            ("1.36", &[(MaxUnavailable, true)], "MaxUnavailableStatefulSet", "MaxUnavailableStatefulSet=true"),
            ("1.37", &[(MaxUnavailable, true), (MaxUnavailable, false)], "", "MaxUnavailableStatefulSet=false"),
            ("1.36", &[(Recreate, true)], "", ""),
            (
                "1.33..1.37",
                &[(MaxUnavailable, true), (Recreate, true)],
                "MaxUnavailableStatefulSet StatefulSetRecreateStrategy",
                "MaxUnavailableStatefulSet=true,StatefulSetRecreateStrategy=true",
            ),
        ] {
            let read: Versions = versions.parse().expect(versions);
            let versions = read.with(set.iter().copied().collect());
            let gates = FeatureGate::ALL.into_iter().filter(|gate| versions.newest().has(*gate));
            let names: Vec<&str> = gates.map(FeatureGate::name).collect();
            assert_eq!(
                (&*names.join(" "), &*versions.changed_gates().to_string()),
                (on, changed),
                "{versions} {set:?}"
            );
            assert_eq!(versions.to_string(), read.to_string(), "{set:?}");
        }
        assert!(Version::OLDEST.with(FeatureGates::from_iter([(MaxUnavailable, true)])) < Version::of(34));
    }

    #[test]
    fn versions_are_read_as_people_write_them() {
        for (text, minor) in [("1.33", 33), ("v1.36", 36), ("1.37.0", 37)] {
            assert_eq!(text.parse::<Version>().map(Version::minor), Ok(minor), "{text}");
        }
        for text in ["", "1", "1.32", "1.38", "2.33", "1.33.x", "1.33.1.1", "1.3", "latest"] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }
}
