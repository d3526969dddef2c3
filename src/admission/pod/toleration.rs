//! Turns the tolerations of a pod into what the API server refuses in them.

use super::super::check::Check;
use super::super::field::Field;
use super::super::go::{BadValue, quote_into};
use super::super::inheritance::Inherited;
use super::super::name;

/// `ValidateTolerations`; the comparison operators are behind a gate that is off by default.
pub(super) fn tolerations(check: &mut Check, list: &Field<'_, '_>) {
    for toleration in list.items() {
        one(check, &toleration);
    }
}

fn one(check: &mut Check, toleration: &Field<'_, '_>) {
    let (key, operator) = (toleration.child("key"), toleration.child("operator"));
    let (value, effect) = (toleration.child("value"), toleration.child("effect"));
    if !key.text().is_empty() {
        let messages = name::qualified_name(key.text(), check.version);
        check.invalid_each(&key, key.text(), messages);
    }
    if key.text().is_empty() && operator.text() != "Exists" {
        check.invalid(
            &operator,
            BadValue::Typed(operator.text()),
            "operator must be Exists when `key` is empty, which means \"match all values and all keys\"",
        );
    }
    if toleration.child("tolerationSeconds").exists() && effect.text() != "NoExecute" {
        check.invalid(
            &effect,
            BadValue::Typed(effect.text()),
            "effect must be 'NoExecute' when `tolerationSeconds` is set",
        );
    }
    match operator.text() {
        "Equal" | "" => {
            let messages = name::label_value(value.text(), check.version);
            if !messages.is_empty() {
                check.invalid(&operator, value.text(), &messages.join(";"));
            }
        }
        "Exists" if value.text().is_empty() => {}
        "Exists" => check.invalid(&operator, value.text(), "value must be empty when `operator` is 'Exists'"),
        "Lt" | "Gt" if check.since(35) && check.inherits(Inherited::Comparison) => compared(check, &value),
        "Lt" | "Gt" if check.since(35) => {
            check.not_supported(&operator, BadValue::Typed(operator.text()), &["Equal", "Exists", "Lt", "Gt"]);
        }
        other => check.not_supported(&operator, BadValue::Typed(other), &["Equal", "Exists"]),
    }
    match effect.text() {
        "" | "NoSchedule" | "PreferNoSchedule" | "NoExecute" => {}
        other => check.not_supported(&effect, BadValue::Typed(other), &["NoSchedule", "PreferNoSchedule", "NoExecute"]),
    }
}

/// What is asked of a number that a toleration compares with (`content.IsDecimalInteger` and `strconv.ParseInt`).
fn compared(check: &mut Check, value: &Field<'_, '_>) {
    let text = value.text();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if text.is_empty() {
        check.invalid(value, text, "must be non-empty");
    } else if !is_number || digits.starts_with('0') && text != "0" {
        check.invalid(value, text, "must be a valid decimal integer in canonical form");
    }
    let unsigned = text.strip_prefix('+').unwrap_or(digits);
    if text.parse::<i64>().is_err() {
        let is_long = !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit());
        let fault = if is_long { "value out of range" } else { "invalid syntax" };
        let mut detail = "strconv.ParseInt: parsing ".to_owned();
        quote_into(&mut detail, text);
        check.invalid(value, text, &format!("{detail}: {fault}"));
    }
}
