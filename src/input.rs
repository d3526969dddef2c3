//! Turns paths and standard input into sources; the only module that opens files.

mod chart;
mod decode;
mod exclude;
mod file;
mod find;
mod place;
mod rules;
mod schemas;
mod walk;

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::error::Error;
use crate::source::{FileId, Role, SourceFile, Sources};

use decode::Decoded;
use file::Content;
use find::{Candidate, Found, Origin};
use place::Places;

pub use chart::READ_RENDERED;
pub use exclude::Exclude;
pub use file::LARGEST;
pub use find::KUSTOMIZATIONS;
pub(crate) use place::repository;
pub use rules::read_rules;
pub use schemas::read_schemas;

/// The path of standard input when the user gives it none.
pub const STDIN: &str = "<stdin>";

/// What to read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Request {
    /// The working directory, absolute; other paths are relative to it.
    pub directory: PathBuf,
    /// Files and folders that are reported on, or `-` for standard input.
    pub paths: Vec<PathBuf>,
    /// Files and folders that are only looked at. When it is empty and only files are named, the git repositories that
    /// they are in take its place.
    pub context: Vec<PathBuf>,
    /// What to pass over, also where it is named.
    pub excludes: Vec<Exclude>,
    /// In folders, pass over what git ignores.
    pub gitignore: bool,
    /// The path that standard input is read as.
    pub stdin_filename: Option<PathBuf>,
    /// The configuration file that is obeyed, absolute; it is no manifest.
    pub configuration: Option<PathBuf>,
}

/// What was read, and what was not.
#[derive(Debug, Default)]
pub struct Inputs {
    /// The texts, sorted by the bytes of their paths.
    pub sources: Sources,
    /// Sources that stand for targets that were named and are too large to be manifests; their text is empty.
    pub too_large: Vec<FileId>,
    /// Every file that was considered, and each folder that was passed over as a whole, sorted by path.
    pub files: Vec<File>,
    /// Targets, and context that the user named, that could not be read, sorted by path.
    pub errors: Vec<Error>,
}

/// A file that was considered, and what became of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct File {
    /// The path as it is shown.
    pub path: String,
    /// Reported on, or only looked at.
    pub role: Role,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fate {
    /// It was read.
    Read,
    /// It is the configuration of stslint.
    Configuration,
    /// It was not read, for this reason: lower case, no final stop.
    PassedOver(String),
}

impl Request {
    /// What to read of what was applied before, at a path that is written like the others: that, and nothing around it.
    #[must_use]
    pub fn before(&self, path: &Path) -> Self {
        let paths = vec![path.to_owned()];
        Self { context: paths.clone(), paths, stdin_filename: None, ..self.clone() }
    }
}

impl Inputs {
    /// Adds what was applied before, behind everything else.
    pub fn add_before(&mut self, before: Self) {
        let Self { mut sources, files, errors, .. } = before;
        sources.set_role(Role::Before);
        self.sources.append(sources);
        self.files.extend(files.into_iter().map(|file| File { role: Role::Before, ..file }));
        self.files.sort_unstable();
        self.errors.extend(errors);
        self.errors.sort_by_key(ToString::to_string);
    }
}

/// Reads one file that is no manifest, such as a configuration; its path is relative to `directory`.
pub fn read_one(directory: &Path, path: &Path) -> Result<SourceFile, Error> {
    let places = Places::new(directory);
    let absolute = places.absolute(path);
    let shown = places.shown(&absolute, path);
    let content = file::read_regular(&absolute);
    match content.map_err(|source| Error::Read { path: path.to_owned(), source })? {
        Content::Text(decoded) => Ok(source(shown, Role::Context, decoded)),
        Content::TooLarge | Content::Binary => {
            let source = io::Error::other(beyond_limit());
            Err(Error::Read { path: path.to_owned(), source })
        }
    }
}

/// Reads everything that was asked for, standard input included if it is among it.
pub fn read(request: &Request) -> Inputs {
    read_from(request, &mut io::stdin().lock())
}

/// [`read`] with something else in the place of standard input.
pub fn read_from(request: &Request, stdin: &mut dyn Read) -> Inputs {
    let places = Places::new(&request.directory);
    let Found { candidates, mut files, mut errors } = find::find(request, &places);
    let mut stdin_content = candidates.iter().any(|it| it.origin == Origin::Stdin).then(|| file::read_stdin(stdin));
    let contents: Vec<_> = candidates
        .par_iter()
        .map(|it| (it.origin != Origin::Stdin).then(|| file::read(&it.real, it.origin == Origin::Named)))
        .collect();
    let mut sources = Vec::with_capacity(candidates.len());
    let mut too_large = Vec::new();
    for (candidate, content) in candidates.into_iter().zip(contents) {
        let Candidate { shown, role, origin, implied, .. } = candidate;
        let fate = match content.or_else(|| stdin_content.take()) {
            Some(Ok(Content::Text(decoded))) => {
                sources.push(source(shown.clone(), role, decoded));
                Fate::Read
            }
            Some(Ok(Content::TooLarge)) => {
                if origin <= Origin::Named && role == Role::Target {
                    too_large.push(FileId(u32::try_from(sources.len()).unwrap_or(u32::MAX)));
                    sources.push(SourceFile::new(shown.clone(), ""));
                }
                Fate::PassedOver(beyond_limit())
            }
            Some(Ok(Content::Binary)) => Fate::PassedOver("binary, not text".to_owned()),
            Some(Err(source)) if implied => Fate::PassedOver(format!("cannot be read: {source}")),
            Some(Err(source)) => {
                errors.push(Error::Read { path: shown.into(), source });
                continue;
            }
            None => continue,
        };
        files.push(File { path: shown, role, fate });
    }
    files.sort_unstable();
    errors.sort_by_key(ToString::to_string);
    // What was applied before is looked for twice, as a target and as context.
    errors.dedup_by_key(|error| error.to_string());
    Inputs { sources: Sources::new(sources), too_large, files, errors }
}

fn source(path: String, role: Role, decoded: Decoded) -> SourceFile {
    let mut source = SourceFile::new(path, decoded.text);
    source.role = role;
    source.not_text = decoded.not_text;
    source.encoding = decoded.encoding;
    source
}

fn beyond_limit() -> String {
    format!("larger than {} MiB, too large for a manifest", LARGEST >> 20)
}

#[cfg(test)]
mod tests;
