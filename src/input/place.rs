//! Turns paths as the user wrote them into one spelling to compare and one to show.

use std::path::{Component, Path, PathBuf};

use crate::visible::slashed;

/// Where paths are relative to.
#[derive(Debug)]
pub(super) struct Places {
    /// The working directory, absolute, without links.
    pub directory: PathBuf,
    /// The git root that the working directory is in.
    repository: Option<PathBuf>,
}

impl Places {
    pub(super) fn new(directory: &Path) -> Self {
        let directory = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
        Self { repository: repository(&directory), directory }
    }

    /// The path from the root of the file system, with `.` and `..` taken out.
    pub(super) fn absolute(&self, path: &Path) -> PathBuf {
        let given = self.directory.join(path);
        let plain = normal(&given);
        if !path.components().any(|part| part == Component::ParentDir) {
            return plain;
        }
        // Behind a link, `..` does not lead back to where the link is.
        match given.canonicalize() {
            Ok(real) if plain.canonicalize().ok().as_ref() != Some(&real) => real,
            _ => plain,
        }
    }

    /// How a path is shown: relative to the working directory if it is in it, in the same git repository, or was
    /// `written` as a relative path; and with `/`.
    pub(super) fn shown(&self, absolute: &Path, written: &Path) -> String {
        let inside = |root: &Path| absolute.starts_with(root);
        let near = inside(&self.directory) || self.repository.as_deref().is_some_and(inside);
        let shown = if near || written.is_relative() { self.relative(absolute) } else { absolute.to_owned() };
        slashed(&shown)
    }

    fn relative(&self, absolute: &Path) -> PathBuf {
        let common =
            self.directory.components().zip(absolute.components()).take_while(|(ours, theirs)| ours == theirs).count();
        let up = self.directory.components().skip(common).map(|_| Component::ParentDir);
        let path: PathBuf = up.chain(absolute.components().skip(common)).collect();
        if path.as_os_str().is_empty() { PathBuf::from(".") } else { path }
    }
}

/// The nearest folder at or above `directory` that holds a `.git`, which is a folder or, in a worktree, a file.
pub(crate) fn repository(directory: &Path) -> Option<PathBuf> {
    directory.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned)
}

fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(normal.pop()),
            other => normal.push(other),
        }
    }
    normal
}
