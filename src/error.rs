//! Why a run could not do its job; never what it found.

use std::io;
use std::path::PathBuf;

use crate::visible::visible_path;

/// Why a run could not do its job. Each variant says whose move it is.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The user's: a path that is not there or may not be read.
    #[error("cannot read {}: {source}", visible_path(path))]
    Read {
        /// As the user wrote it, or as the walk met it.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The user's: a report that cannot be written where it was asked for.
    #[error("cannot write {}: {source}", visible_path(path))]
    Write {
        /// As the user wrote it.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The user's: a file in a folder of schemas that no object can be held against.
    #[error("cannot use the schema {}: {because}; correct it, or take it out of the folder", visible_path(path))]
    Schema {
        /// As it is shown.
        path: PathBuf,
        /// Why not.
        because: String,
    },
    /// The user's: a flag or an argument whose value means nothing.
    #[error("{flag} does not take {value:?}: {because}")]
    Usage {
        /// The flag, with its dashes.
        flag: &'static str,
        /// What was given.
        value: String,
        /// Why not, and what to give instead.
        because: String,
    },
    /// The user's: a configuration file that asks for something that does not exist; already rendered, with a caret.
    #[error("{0}")]
    Config(String),
    /// The user's: a rule file that says something that cannot be asked; already rendered, with a caret.
    #[error("{0}")]
    Rule(String),
}
