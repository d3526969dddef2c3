//! Turns a path below a folder into what the API server refuses in it.

use super::super::check::Check;
use super::super::field::Field;

/// `validateLocalDescendingPath`: relative, and without a step back.
pub(in crate::admission) fn local_descending(check: &mut Check, field: &Field<'_, '_>, path: &str) {
    if path.starts_with('/') {
        check.invalid(field, path, "must be a relative path");
    }
    no_backsteps(check, field, path);
}

/// `validatePathNoBacksteps`.
pub(in crate::admission) fn no_backsteps(check: &mut Check, field: &Field<'_, '_>, path: &str) {
    if has_backstep(path) {
        check.invalid(field, path, "must not contain '..'");
    }
}

/// `ValidateLocalNonReservedPath`: as [`local_descending`], and not beginning with two dots either.
pub(in crate::admission) fn local_non_reserved(check: &mut Check, field: &Field<'_, '_>, path: &str) {
    local_descending(check, field, path);
    if path.starts_with("..") && !path.starts_with("../") {
        check.invalid(field, path, "must not start with '..'");
    }
}

/// Whether a step of the path leads back.
pub(in crate::admission) fn has_backstep(path: &str) -> bool {
    path.split('/').any(|step| step == "..")
}
