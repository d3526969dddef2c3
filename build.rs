//! Embeds every file of `rules/` in the binary, so that adding a rule needs no Rust, with a bad and a good example of each.

use std::collections::BTreeMap;
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
        let (bad, good) = nearest(&examples_of(&cases, "fail-")?, &examples_of(&cases, "pass-")?);
        writeln!(examples, "    ({stem:?}, {bad:?}, {good:?}),")?;
    }
    let text = format!(
        "/// Every rule: its name and the text of its file.\n\
         pub const BUILTIN: &[(&str, &str)] = &[\n{rules}];\n\n\
         /// Every rule: its name, a manifest that breaks it and the one most like it that keeps it; empty where there is none.\n\
         pub const EXAMPLES: &[(&str, &str, &str)] = &[\n{examples}];\n"
    );
    fs::write(Path::new(&env::var("OUT_DIR")?).join("rules.rs"), text)?;
    Ok(())
}

/// The cases whose names begin so; the files of a folder stand behind one another.
fn examples_of(cases: &[PathBuf], prefix: &str) -> io::Result<Vec<String>> {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    // What was applied before a case is no case.
    let before = |path: &Path| path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with(".before"));
    let yaml = |path: &Path| path.extension().is_some_and(|extension| extension == "yaml") && !before(path);
    let mut examples = Vec::new();
    for case in cases.iter().filter(|path| name(path).starts_with(prefix) && (path.is_dir() || yaml(path))) {
        let files = if case.is_dir() { entries(case)? } else { vec![case.clone()] };
        let parts: Result<Vec<_>, _> = files.iter().filter(|path| yaml(path)).map(fs::read_to_string).collect();
        examples.push(bare(&parts?.join("---\n")));
    }
    Ok(examples)
}

/// A case without the comments that tests read.
fn bare(case: &str) -> String {
    let mut text = String::new();
    for line in case.lines() {
        let kept = line.split_once("# expect:").map_or(line, |(before, _)| before.trim_end());
        if !kept.is_empty() || line.is_empty() {
            text.push_str(kept);
            text.push('\n');
        }
    }
    text
}

/// The two that differ in the fewest lines: they show best what makes the difference.
fn nearest(bad: &[String], good: &[String]) -> (String, String) {
    let pairs = bad.iter().flat_map(|bad| good.iter().map(move |good| (bad, good)));
    let nearest = pairs.min_by_key(|(bad, good)| differing(bad, good));
    let first = |examples: &[String]| examples.first().cloned().unwrap_or_default();
    nearest.map_or_else(|| (first(bad), first(good)), |(bad, good)| (bad.clone(), good.clone()))
}

/// How many lines stand in one of the two only, wherever they stand.
fn differing(one: &str, other: &str) -> usize {
    let mut counts: BTreeMap<&str, isize> = BTreeMap::new();
    one.lines().for_each(|line| *counts.entry(line).or_default() += 1);
    other.lines().for_each(|line| *counts.entry(line).or_default() -= 1);
    counts.values().map(|count| count.unsigned_abs()).sum()
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
