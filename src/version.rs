//! The minor versions of Kubernetes that are known, and how a person writes one.

use std::fmt;
use std::str::FromStr;

/// A minor version of Kubernetes whose behaviour is known: 1.33 to 1.37.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Version {
    minor: u8,
}

impl Version {
    /// The oldest one known.
    pub const OLDEST: Self = Self { minor: 33 };
    /// The newest one known, which a run assumes when nobody says otherwise.
    pub const NEWEST: Self = Self { minor: 37 };

    /// All of them, oldest first.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        (Self::OLDEST.minor..=Self::NEWEST.minor).map(|minor| Self { minor })
    }

    /// The number behind the dot.
    pub fn minor(self) -> u8 {
        self.minor
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
        Self::all().find(|version| version.minor == minor).ok_or_else(known)
    }
}

/// One minor version after another, at least one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Versions {
    first: Version,
    last: Version,
}

impl Versions {
    /// The newest of them.
    pub fn newest(self) -> Version {
        self.last
    }

    /// All of them, oldest first.
    pub fn all(self) -> impl DoubleEndedIterator<Item = Version> {
        Version::all().filter(move |version| (self.first..=self.last).contains(version))
    }

    /// The one that it is; `None` where it is a range.
    pub fn only(self) -> Option<Version> {
        (self.first == self.last).then_some(self.last)
    }
}

impl From<Version> for Versions {
    fn from(version: Version) -> Self {
        Self { first: version, last: version }
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
        Ok(Self { first, last })
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
    fn versions_are_read_as_people_write_them() {
        for (text, minor) in [("1.33", 33), ("v1.36", 36), ("1.37.0", 37)] {
            assert_eq!(text.parse::<Version>().map(Version::minor), Ok(minor), "{text}");
        }
        for text in ["", "1", "1.32", "1.38", "2.33", "1.33.x", "1.33.1.1", "1.3", "latest"] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }
}
