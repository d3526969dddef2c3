//! Turns a manifest of a test into what one validator finds in it, a line for each error.

use super::check::Check;
use super::field::Field;
use crate::source::FileId;
use crate::version::Version;
use crate::yaml;

/// The errors that the validator finds in the first document of `text`, as `path: message`, for a minor version such as
/// 34.
pub(super) fn errors(text: &str, minor: u8, validate: impl FnOnce(&mut Check, &Field<'_, '_>)) -> Vec<String> {
    let tree = yaml::parse(FileId(0), text);
    let object = tree.documents().first().and_then(|document| tree.root(document)).expect("a mapping");
    let version: Version = format!("1.{minor}").parse().expect("a known version");
    let mut check = Check::new(version);
    validate(&mut check, &Field::root(object));
    check.errors.into_iter().map(|error| format!("{}: {}", error.field, error.message)).collect()
}
