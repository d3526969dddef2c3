//! Finds the one configuration file of a run.

use std::path::{Path, PathBuf};

use super::Environment;
use crate::cli::InputArgs;
use crate::error::Error;
use crate::input;

/// The names that are looked for, in each folder.
const NAMES: [&str; 2] = [".stslint.yaml", ".stslint.yml"];

/// The file that the user names on the command line or in the environment, or else the nearest one in the working
/// directory or above it, up to the git root; outside a repository only the working directory is looked into. As the user
/// wrote it, or absolute.
pub(super) fn find(environment: &Environment, args: &InputArgs) -> Result<Option<PathBuf>, Error> {
    if args.no_config {
        return Ok(None);
    }
    let variable = environment.config.as_ref().filter(|path| !path.is_empty()).map(PathBuf::from);
    if let Some(named) = args.config.clone().or(variable) {
        return Ok(Some(named));
    }
    let directory = &environment.directory;
    let top = input::repository(directory).unwrap_or_else(|| directory.clone());
    for folder in directory.ancestors().take_while(|folder| folder.starts_with(&top)) {
        let mut files = NAMES.iter().map(|name| folder.join(name)).filter(|path| path.is_file());
        match (files.next(), files.next()) {
            (Some(_), Some(_)) => return Err(Error::Config(both(folder))),
            (found @ Some(_), None) => return Ok(found),
            (None, _) => {}
        }
    }
    Ok(None)
}

fn both(folder: &Path) -> String {
    let folder = crate::visible::visible_path(folder);
    format!("{folder} holds both {} and {}; keep one of them", NAMES[0], NAMES[1])
}
