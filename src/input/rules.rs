//! Turns the folders of the user's own rules into sources.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::file::{self, Content};
use crate::error::Error;
use crate::source::{Role, SourceFile};
use crate::visible::slashed;

/// Reads every `.yaml` and `.yml` file right in `folders`, sorted by path; a rule is named for its file.
pub fn read_rules(folders: &[PathBuf]) -> Result<Vec<SourceFile>, Error> {
    let mut paths = Vec::new();
    for folder in folders {
        let in_folder = |source| Error::Read { path: folder.clone(), source };
        for entry in fs::read_dir(folder).map_err(in_folder)? {
            let path = entry.map_err(in_folder)?.path();
            if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") && path.is_file() {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths.dedup();
    paths.iter().map(|path| read_told(path).map_err(|source| Error::Read { path: path.clone(), source })).collect()
}

/// A file that stslint is told by, and that is no manifest.
pub(super) fn read_told(path: &Path) -> io::Result<SourceFile> {
    match file::read(path, true)? {
        Content::Text(decoded) => {
            let mut source = SourceFile::new(slashed(path), decoded.text);
            source.role = Role::Context;
            source.not_text = decoded.not_text;
            source.encoding = decoded.encoding;
            Ok(source)
        }
        Content::TooLarge | Content::Binary => {
            Err(io::Error::new(io::ErrorKind::FileTooLarge, "too large, or not text"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_the_yaml_files_right_in_a_folder_in_the_order_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.yaml", "a.yml", "notes.md"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        fs::create_dir(folder.path().join("deeper.yaml")).unwrap();
        let texts: Vec<_> =
            read_rules(&[folder.path().to_owned()]).unwrap().into_iter().map(|source| source.text).collect();
        assert_eq!(texts, ["a.yml", "b.yaml"]);
        assert!(matches!(read_rules(&[folder.path().join("absent")]), Err(Error::Read { .. })));
    }
}
