//! Turns a folder into what is worth knowing of what is in it.

use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::exclude::{self, Excludes};
use super::file::special;
use super::find::Origin;
use crate::visible::slashed;

/// What a walk meets.
pub(super) enum Met {
    /// A file to read.
    File {
        /// The path as it is shown.
        shown: String,
        /// The path without links.
        real: PathBuf,
        origin: Origin,
    },
    /// A file or folder that is not read.
    PassedOver { path: String, reason: String },
    /// Something that should have been read and cannot be.
    Lost { path: String, source: io::Error },
}

/// A folder to walk.
pub(super) struct Walk<'w> {
    /// Without links.
    pub root: &'w Path,
    /// As the user sees it, absolute.
    pub folder: &'w Path,
    /// As it is shown.
    pub shown: &'w str,
    /// The working directory, without links; what is in it is shown relative to it.
    pub directory: &'w Path,
    pub excludes: &'w Excludes,
}

impl Walk<'_> {
    /// Walks the folder with all threads, and answers what it meets in any order; `ignored` says to leave out what git
    /// ignores.
    pub(super) fn run(&self, ignored: bool) -> Receiver<Met> {
        let (sender, receiver) = mpsc::channel();
        WalkBuilder::new(self.root)
            .standard_filters(false)
            .parents(ignored)
            .git_ignore(ignored)
            .git_exclude(ignored)
            .git_global(ignored)
            .threads(rayon::current_num_threads())
            .build_parallel()
            .run(|| {
                let sender = sender.clone();
                Box::new(move |entry| {
                    let (state, met) = match &entry {
                        Ok(entry) => self.meet(entry),
                        Err(error) => (WalkState::Continue, Some(self.lost(error))),
                    };
                    // The receiver outlives the walk.
                    let _ = met.map(|met| sender.send(met));
                    state
                })
            });
        receiver
    }

    /// What an entry of the walk is worth, and whether to walk into it.
    fn meet(&self, entry: &DirEntry) -> (WalkState, Option<Met>) {
        let Some(kind) = entry.file_type().filter(|_| entry.depth() > 0) else { return (WalkState::Continue, None) };
        let name = entry.file_name();
        if kind.is_dir() && [".git", ".hg", ".jj", ".svn"].iter().any(|folder| name == *folder) {
            return (WalkState::Skip, None);
        }
        if !kind.is_dir() && !kind.is_symlink() && !is_manifest(name) {
            return (WalkState::Continue, None);
        }
        let met = if let Some(glob) = self.excluding(entry.path(), kind.is_dir()) {
            Some(Met::PassedOver { path: self.shown(entry.path()), reason: exclude::reason(glob) })
        } else if kind.is_dir() {
            return (WalkState::Continue, None);
        } else if kind.is_symlink() {
            self.meet_link(entry)
        } else if let Some(special) = special(kind) {
            Some(Met::PassedOver { path: self.shown(entry.path()), reason: format!("{special}, not a file") })
        } else {
            Some(Met::File { shown: self.shown(entry.path()), real: entry.path().to_owned(), origin: Origin::Folder })
        };
        (WalkState::Skip, met)
    }

    fn meet_link(&self, entry: &DirEntry) -> Option<Met> {
        let target = fs::metadata(entry.path());
        let folder = target.as_ref().is_ok_and(Metadata::is_dir);
        if !folder && !is_manifest(entry.file_name()) {
            return None;
        }
        let real = fs::canonicalize(entry.path());
        let reason = match (target, real) {
            (Ok(_), Ok(real)) if folder && real.starts_with(self.root) => return None,
            (Ok(_), Ok(_)) if folder => "a link to a folder, which is not followed; name it to have it read".to_owned(),
            (Ok(metadata), Ok(real)) => match special(metadata.file_type()) {
                None => return Some(Met::File { shown: self.shown(entry.path()), real, origin: Origin::Link }),
                Some(special) => format!("a link to {special}"),
            },
            (Err(error), _) | (_, Err(error)) => format!("a link that leads nowhere: {error}"),
        };
        Some(Met::PassedOver { path: self.shown(entry.path()), reason })
    }

    fn lost(&self, error: &ignore::Error) -> Met {
        let path = self.shown(path_of(error).unwrap_or(self.root));
        // What the system said, without the path, which is told already.
        let source = match error.io_error() {
            Some(said) => {
                said.raw_os_error().map_or_else(|| io::Error::from(said.kind()), io::Error::from_raw_os_error)
            }
            None => io::Error::other(error.to_string()),
        };
        Met::Lost { path, source }
    }

    /// The pattern that passes over a path that the walk meets.
    fn excluding(&self, real: &Path, folder: bool) -> Option<&str> {
        if self.excludes.is_empty() {
            return None;
        }
        let below = real.strip_prefix(self.root).unwrap_or(real);
        self.excludes.of(&self.folder.join(below), folder)
    }

    /// How a path that the walk meets is shown.
    fn shown(&self, real: &Path) -> String {
        if self.directory.starts_with(self.root)
            && let Ok(inside) = real.strip_prefix(self.directory)
        {
            let inside = slashed(inside);
            return if inside.is_empty() { ".".to_owned() } else { inside };
        }
        let below = slashed(real.strip_prefix(self.root).unwrap_or(real));
        match self.shown {
            shown if below.is_empty() => shown.to_owned(),
            "." => below,
            "/" => format!("/{below}"),
            shown => format!("{shown}/{below}"),
        }
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

/// Whether a walk reads files of that name: by their endings, and what kustomize knows by name.
fn is_manifest(name: &OsStr) -> bool {
    let ending = Path::new(name).extension();
    ending.is_some_and(|ending| ending == "yaml" || ending == "yml" || ending == "json") || name == "Kustomization"
}
