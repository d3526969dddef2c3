//! Turns the folders of the user's own schemas into sources.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::rules::read_told;
use crate::error::Error;
use crate::source::SourceFile;

/// Reads every `.json`, `.yaml` and `.yml` file in `folders` and in the folders right in them, which catalogues name for
/// groups; sorted by path. `Err` for a folder without any.
pub fn read_schemas(folders: &[PathBuf]) -> Result<Vec<SourceFile>, Error> {
    let mut paths = Vec::new();
    for folder in folders {
        let before = paths.len();
        for path in entries(folder)? {
            if path.is_dir() {
                paths.extend(entries(&path)?.into_iter().filter(|path| may_be_schema(path)));
            } else if may_be_schema(&path) {
                paths.push(path);
            }
        }
        if paths.len() == before {
            let source = io::Error::other("there is no .json, .yaml or .yml file in it");
            return Err(Error::Read { path: folder.clone(), source });
        }
    }
    paths.sort();
    paths.dedup();
    paths.iter().map(|path| read_told(path).map_err(|source| Error::Read { path: path.clone(), source })).collect()
}

fn may_be_schema(path: &Path) -> bool {
    let end = path.extension().and_then(|end| end.to_str());
    end.is_some_and(|end| ["json", "yaml", "yml"].contains(&end)) && path.is_file()
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let in_folder = |source| Error::Read { path: folder.to_owned(), source };
    let entries = fs::read_dir(folder).map_err(in_folder)?;
    entries.map(|entry| entry.map(|entry| entry.path()).map_err(in_folder)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_are_in_a_folder_and_in_the_folders_right_in_it() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("example.com/deeper")).unwrap();
        for name in ["b.yaml", "a.json", "notes.md", "example.com/c.json", "example.com/deeper/d.json"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let sources = read_schemas(&[folder.path().to_owned()]).unwrap();
        let texts: Vec<_> = sources.into_iter().map(|source| source.text).collect();
        assert_eq!(texts, ["a.json", "b.yaml", "example.com/c.json"]);
        for empty in ["absent", "example.com/deeper/d.json"] {
            assert!(matches!(read_schemas(&[folder.path().join(empty)]), Err(Error::Read { .. })), "{empty}");
        }
        fs::remove_file(folder.path().join("example.com/deeper/d.json")).unwrap();
        assert!(read_schemas(&[folder.path().join("example.com/deeper")]).is_err(), "a folder without any");
    }
}
