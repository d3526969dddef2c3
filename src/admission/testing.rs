//! Turns a manifest of a test into what one validator finds in it, a line for each error.

use super::check::Check;
use super::field::Field;
use crate::source::FileId;
use crate::version::Version;
use crate::yaml;

/// The errors that the validator finds in the first document of `text`, as `path: message`, for a minor version such as
/// 34.
pub(super) fn errors(text: &str, minor: u8, validate: impl FnOnce(&mut Check, &Field<'_, '_>)) -> Vec<String> {
    update_errors(text, "", minor, |check, root, _| validate(check, root))
}

/// The errors that the validator finds in the first document of `new`, where the first one of `old` is there already.
pub(super) fn update_errors(
    new: &str,
    old: &str,
    minor: u8,
    validate: impl FnOnce(&mut Check, &Field<'_, '_>, &Field<'_, '_>),
) -> Vec<String> {
    let version: Version = format!("1.{minor}").parse().expect("a known version");
    let mut check = Check::new(version);
    pair(new, old, |new, old| validate(&mut check, new, old));
    check.errors.into_iter().map(|error| format!("{}: {}", error.field, error.message)).collect()
}

/// Shows the first documents of two texts.
pub(super) fn pair(new: &str, old: &str, ask: impl FnOnce(&Field<'_, '_>, &Field<'_, '_>)) {
    let old = if old.is_empty() { "{}" } else { old };
    let trees = [yaml::parse(FileId(0), new), yaml::parse(FileId(1), old)];
    let [new, old] = trees.each_ref().map(|tree| {
        let root = tree.documents().first().and_then(|document| tree.root(document));
        Field::root(root.expect("a document"))
    });
    ask(&new, &old);
}
