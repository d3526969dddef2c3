//! Turns patterns of paths to pass over into answers about paths.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// A pattern of paths to pass over, in the language of `.gitignore`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exclude {
    /// The pattern.
    pub glob: String,
    /// The folder that it is relative to, absolute.
    pub root: PathBuf,
}

impl Exclude {
    /// A pattern relative to `root`; the error says why it is none.
    pub fn new(glob: &str, root: &Path) -> Result<Self, String> {
        let exclude = Self { glob: glob.to_owned(), root: root.to_owned() };
        exclude.build().map(|_| exclude.clone())
    }

    fn build(&self) -> Result<Gitignore, String> {
        let mut builder = GitignoreBuilder::new(&self.root);
        // Git takes `[z` for a name; who types it for a pattern has forgotten something.
        builder.allow_unclosed_class(false);
        builder.add_line(None, &self.glob).and_then(|builder| builder.build()).map_err(|error| match error {
            ignore::Error::Glob { err, .. } => err,
            other => other.to_string(),
        })
    }
}

/// All patterns of a run.
#[derive(Debug)]
pub(super) struct Excludes {
    patterns: Vec<(Gitignore, Exclude)>,
}

impl Excludes {
    pub(super) fn new(excludes: &[Exclude]) -> Self {
        let built = excludes.iter().filter_map(|exclude| Some((exclude.build().ok()?, exclude.clone())));
        Self { patterns: built.collect() }
    }

    /// Whether there is no pattern.
    pub(super) fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// The pattern that a path, or a folder above it, is passed over by. The last one that fits decides, so that
    /// `!pattern` takes back what stands before it.
    pub(super) fn of(&self, absolute: &Path, folder: bool) -> Option<&str> {
        let decisive = self.patterns.iter().rev().find_map(|(pattern, exclude)| {
            let path = match absolute.strip_prefix(&exclude.root) {
                Ok(path) => Cow::Borrowed(path),
                // Outside its folder a pattern can still fit by name.
                Err(_) => Cow::Owned(absolute.components().filter(|it| matches!(it, Component::Normal(_))).collect()),
            };
            let matched = pattern.matched_path_or_any_parents(path, folder);
            (!matched.is_none()).then_some((matched.is_ignore(), exclude))
        });
        decisive.filter(|(ignored, _)| *ignored).map(|(_, exclude)| exclude.glob.as_str())
    }
}

/// Why a path that fits `glob` is passed over.
pub(super) fn reason(glob: &str) -> String {
    format!("excluded by {glob:?}")
}
