//! Turns a number, or a number or percentage, into what the API server refuses in it
//! (`pkg/apis/apps/validation/validation.go`).

use super::check::Check;
use super::field::Field;
use super::go_value::GoValue;
use super::name;

/// `ValidatePositiveIntOrPercent`.
pub(super) fn positive_int_or_percent(check: &mut Check, field: &Field<'_, '_>) {
    if field.int().is_some() {
        not_negative(check, field);
    } else {
        check.invalid_each(field, GoValue::int_or_string(field), name::percent(field.text()));
    }
}

/// `IsNotMoreThan100Percent`.
pub(super) fn not_more_than_100_percent(check: &mut Check, field: &Field<'_, '_>) {
    if percent_value(field).is_some_and(|percent| percent > 100) {
        check.invalid(field, GoValue::int_or_string(field), "must not be greater than 100%");
    }
}

/// `ValidateNonnegativeField`.
pub(super) fn not_negative(check: &mut Check, field: &Field<'_, '_>) {
    if let Some(number) = field.int().filter(|number| *number < 0) {
        check.invalid(field, number, "must be greater than or equal to 0");
    }
}

/// `getIntOrPercentValue`: the number of the percentage or the number itself. Text that is no number is 0, a number that
/// is too large the largest.
pub(super) fn int_or_percent_value(field: &Field<'_, '_>) -> i64 {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    percent_value(field).or(field.int()).unwrap_or_else(|| match field.text() {
        text if is_number(text.strip_prefix(['+', '-']).unwrap_or(text)) => text.parse().unwrap_or(i64::MAX),
        _ => 0,
    })
}

/// `getPercentValue`.
fn percent_value(field: &Field<'_, '_>) -> Option<i64> {
    let digits = field.text().strip_suffix('%')?;
    name::percent(field.text()).is_empty().then(|| digits.parse().unwrap_or(i64::MAX))
}
