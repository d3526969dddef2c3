//! Turns the compressed golden file into its lines and the versions each of them holds for.

use std::io::Read;
use stslint::controller::profile::Profile;
use stslint::version::Version;

/// A version's name, how it behaves, how many seeded steps were asked of it.
pub(crate) type Entry = (String, Profile, usize);

/// All golden records. A line holds for every profile whose bit is in its mask.
pub(crate) struct Golden {
    pub(crate) profiles: Vec<Entry>,
    pub(crate) lines: Vec<(u32, String)>,
}

impl Golden {
    /// Reads `conformance/golden/reconcile.gz`.
    pub(crate) fn read() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/conformance/golden/reconcile.gz");
        let file = std::fs::File::open(path).expect("the golden records are there");
        let mut text = String::new();
        flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("the golden records are whole");
        let mut golden = Self { profiles: Vec::new(), lines: Vec::new() };
        for line in text.lines() {
            let (first, rest) = line.split_once(' ').expect("a mask and a record");
            if first == "#" {
                let (name, steps) = rest.split_once(' ').expect("a version and its steps");
                golden.profiles.push((name.to_owned(), profile(name), steps.parse().expect("a number of steps")));
            } else {
                golden.lines.push((u32::from_str_radix(first, 16).expect("a mask"), rest.to_owned()));
            }
        }
        golden
    }

    /// The profiles a mask names.
    pub(crate) fn behaving(&self, mask: u32) -> impl Iterator<Item = &Entry> {
        self.profiles.iter().enumerate().filter(move |(bit, _)| mask >> bit & 1 == 1).map(|(_, entry)| entry)
    }
}

/// `33off`, `36on`, `37recreate`: the minor, and whether the gate of maxUnavailable (and that of Recreate) is on.
pub(crate) fn profile(name: &str) -> Profile {
    let (minor, gate) = name.split_at(2);
    let mut profile = Profile::of(minor.parse().ok().and_then(Version::of_minor).expect("a minor version"));
    profile.max_unavailable = gate != "off";
    profile.recreate = gate == "recreate";
    profile
}
