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
    /// The deepest folder that holds every source, with its slash; empty for the root.
    base: &'t str,
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
        Self { sources, base: base(sources), best }
    }

    pub(super) fn sources(&self) -> &'t Sources {
        self.sources
    }

    /// Whether two files stand in different folders directly below the one that holds every source.
    pub(super) fn apart(&self, one: FileId, other: FileId) -> bool {
        let division = |file| {
            let path: &str = &self.sources.get(file).path;
            path.strip_prefix(self.base).and_then(|rest| rest.split_once('/')).map(|(folder, _)| folder)
        };
        matches!((division(one), division(other)), (Some(one), Some(other)) if one != other)
    }

    /// The object nearest to `file` among those whose identity has `first` as its first object.
    pub(super) fn nearest(&self, first: usize, file: FileId) -> Option<usize> {
        // The deepest folder above `file` that holds one is the one with the most folders in common.
        ascent(&self.sources.get(file).path).find_map(|path| self.best.get(&(first, path))).map(|found| found.index)
    }
}

/// The deepest folder that holds every source, with its slash.
fn base(sources: &Sources) -> &str {
    let folder = |path: &'_ str| path.rfind('/').map_or(0, |slash| slash + 1);
    let mut paths = sources.iter().map(|(_, file)| file.path.as_str());
    let Some(first) = paths.next() else { return "" };
    let mut end = folder(first);
    for path in paths {
        let same = first.bytes().zip(path.bytes()).take(end).take_while(|(left, right)| left == right).count();
        end = end.min(folder(first.get(..same).unwrap_or_default()));
    }
    first.get(..end).unwrap_or_default()
}

/// How many of the last folders of two paths are the same.
pub(super) fn folders_alike(one: &str, other: &str) -> usize {
    let folders = one.rsplit('/').skip(1).zip(other.rsplit('/').skip(1));
    folders.take_while(|(left, right)| left == right).count()
}

/// A path, then its folder, then the folder above, up to the root, which is empty.
fn ascent(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| match path.rsplit_once('/') {
        Some((folder, _)) => Some(folder),
        None => (!path.is_empty()).then_some(""),
    })
}
