//! Decides which of several objects of one identity is nearest to a file.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use foldhash::fast::RandomState;

use super::chain::Chains;
use crate::manifest::Object;
use crate::source::{FileId, Sources};

/// For each identity that several objects have, and each file and folder above one of them, the best object below it.
#[derive(Debug)]
pub(super) struct Overlays<'t> {
    sources: &'t Sources,
    /// By the first object of the identity, and the path of a file or a folder; the root is the empty path.
    best: HashMap<(usize, &'t str), Candidate, RandomState>,
}

/// Compares as it is preferred: the smallest is the best.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Candidate {
    folders_beyond: usize,
    partial: bool,
    index: usize,
}

impl<'t> Overlays<'t> {
    pub(super) fn new<K: Hash + Eq>(objects: &[Object<'t>], identities: &Chains<K>, sources: &'t Sources) -> Self {
        let mut best = HashMap::default();
        for first in identities.several() {
            for index in identities.from(Some(first)) {
                let Some(object) = objects.get(index) else { continue };
                for (folders_beyond, path) in ascent(&sources.get(object.file).path).enumerate() {
                    let candidate = Candidate { folders_beyond, partial: object.partial, index };
                    match best.entry((first, path)) {
                        Entry::Vacant(place) => _ = place.insert(candidate),
                        Entry::Occupied(mut place) if candidate < *place.get() => _ = place.insert(candidate),
                        Entry::Occupied(_) => {}
                    }
                }
            }
        }
        Self { sources, best }
    }

    pub(super) fn sources(&self) -> &'t Sources {
        self.sources
    }

    /// The object nearest to `file` among those whose identity has `first` as its first object.
    pub(super) fn nearest(&self, first: usize, file: FileId) -> Option<usize> {
        // The deepest folder above `file` that holds one is the one with the most folders in common.
        ascent(&self.sources.get(file).path).find_map(|path| self.best.get(&(first, path))).map(|found| found.index)
    }
}

/// A path, then its folder, then the folder above, up to the root, which is empty.
fn ascent(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| match path.rsplit_once('/') {
        Some((folder, _)) => Some(folder),
        None => (!path.is_empty()).then_some(""),
    })
}
