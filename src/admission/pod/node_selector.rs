//! Turns the terms that select nodes into what the API server refuses in them.

use super::super::check::Check;
use super::super::field::Field;
use super::super::go::BadValue;
use super::super::inheritance::Inherited;
use super::super::name;

/// `ValidateNodeSelector`.
pub(super) fn node_selector(check: &mut Check, selector: &Field<'_, '_>) {
    let terms = selector.child("nodeSelectorTerms");
    if terms.is_empty() {
        check.required(&terms, "must have at least one node selector term");
        return;
    }
    let is_strict = !check.inherits(Inherited::NodeAffinityValue);
    for term in terms.items() {
        node_selector_term(check, &term, is_strict);
    }
}

/// `ValidateNodeSelectorTerm`; only what is required is held to the grammar of label values, which is to be strict.
pub(super) fn node_selector_term(check: &mut Check, term: &Field<'_, '_>, is_strict: bool) {
    for requirement in term.child("matchExpressions").items() {
        on_label(check, &requirement, is_strict);
    }
    for requirement in term.child("matchFields").items() {
        on_field(check, &requirement);
    }
}

/// `ValidateNodeSelectorRequirement`.
fn on_label(check: &mut Check, requirement: &Field<'_, '_>, is_strict: bool) {
    let (key, operator, values) =
        (requirement.child("key"), requirement.child("operator"), requirement.child("values"));
    match operator.text() {
        "In" | "NotIn" => {
            if values.is_empty() {
                check.required(&values, "must be specified when `operator` is 'In' or 'NotIn'");
            }
        }
        "Exists" | "DoesNotExist" => {
            if !values.is_empty() {
                check.forbidden(&values, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
            }
        }
        "Gt" | "Lt" => {
            if values.items().count() != 1 {
                check.required(&values, "must be specified single value when `operator` is 'Lt' or 'Gt'");
            }
        }
        other => check.invalid(&operator, BadValue::Typed(other), "not a valid selector operator"),
    }
    let messages = name::qualified_name(key.text(), check.version);
    check.invalid_each(&key, key.text(), messages);
    if is_strict {
        for value in values.items() {
            let messages = name::label_value(value.text(), check.version);
            check.invalid_each(&value, value.text(), messages);
        }
    }
}

/// `ValidateNodeFieldSelectorRequirement`.
fn on_field(check: &mut Check, requirement: &Field<'_, '_>) {
    let (key, operator, values) =
        (requirement.child("key"), requirement.child("operator"), requirement.child("values"));
    match operator.text() {
        "In" | "NotIn" => {
            if values.items().count() != 1 {
                check.required(
                    &values,
                    "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
                );
            }
        }
        other => check.invalid(&operator, BadValue::Typed(other), "not a valid selector operator"),
    }
    if key.text() != "metadata.name" {
        check.invalid(&key, key.text(), "not a valid field selector key");
        return;
    }
    for value in values.items() {
        check.invalid_each(&value, value.text(), name::dns1123_subdomain(value.text()));
    }
}
