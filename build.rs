//! Embeds every file of `rules/` in the binary, so that adding a rule needs no Rust, with a bad and a good example of each.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=fixtures");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let mut files = entries(&root.join("rules"))?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    let mut rules = String::new();
    let mut examples = String::new();
    for path in &files {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        writeln!(rules, "    ({stem:?}, include_str!({:?})),", path.to_string_lossy())?;
        let cases = entries(&root.join("fixtures").join(&*stem))?;
        let (bad, good) = (example(&cases, "fail-")?, example(&cases, "pass-")?);
        writeln!(examples, "    ({stem:?}, {bad:?}, {good:?}),")?;
    }
    let text = format!(
        "/// Every rule: its name and the text of its file.\n\
         pub const BUILTIN: &[(&str, &str)] = &[\n{rules}];\n\n\
         /// Every rule: its name, a manifest that breaks it and one that keeps it; empty where there is none.\n\
         pub const EXAMPLES: &[(&str, &str, &str)] = &[\n{examples}];\n"
    );
    fs::write(Path::new(&env::var("OUT_DIR")?).join("rules.rs"), text)?;
    Ok(())
}

/// The first case whose name begins so; the files of a folder stand behind one another.
fn example(cases: &[PathBuf], prefix: &str) -> io::Result<String> {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let yaml = |path: &Path| path.extension().is_some_and(|extension| extension == "yaml");
    let Some(case) = cases.iter().find(|path| name(path).starts_with(prefix) && (path.is_dir() || yaml(path))) else {
        return Ok(String::new());
    };
    if !case.is_dir() {
        return fs::read_to_string(case);
    }
    let parts: Result<Vec<_>, _> = entries(case)?.iter().filter(|path| yaml(path)).map(fs::read_to_string).collect();
    Ok(parts?.join("---\n"))
}

/// The files and folders in a folder, by name; none when there is no such folder.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let paths: Result<Vec<_>, _> = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths?;
    paths.sort();
    Ok(paths)
}
