//! Turns the topology spread constraints of a pod into what the API server refuses in them.

use std::collections::HashMap;

use super::super::check::Check;
use super::super::field::Field;
use super::super::go::BadValue;
use super::super::inheritance::Inherited;
use super::super::selector::{self, Values};
use super::Whole;
use super::label_key::{self, LabelKeys};

/// How many constraints are compared one by one.
const FEW: usize = 32;

/// `validateTopologySpreadConstraints`.
pub(super) fn constraints(check: &mut Check, list: &Field<'_, '_>, whole: Whole<'_, '_>) {
    let mut left = HashMap::new();
    if list.items().nth(FEW).is_some() {
        for constraint in list.items() {
            *left.entry(kind(&constraint)).or_insert(0_usize) += 1;
        }
    }
    for (number, constraint) in list.items().enumerate() {
        let kind_here = kind(&constraint);
        let repeats = match left.get_mut(&kind_here) {
            Some(count) => {
                *count -= 1;
                *count > 0
            }
            None => list.items().skip(number + 1).any(|later| kind(&later) == kind_here),
        };
        one(check, &constraint, repeats, whole);
    }
}

/// What a constraint is about: no other one of the pod may be about the same.
fn kind<'t>(constraint: &Field<'_, 't>) -> (&'t str, &'t str) {
    (constraint.child("topologyKey").text(), constraint.child("whenUnsatisfiable").text())
}

/// One of them; `repeats` says that a later one is of the same kind.
fn one(check: &mut Check, constraint: &Field<'_, '_>, repeats: bool, whole: Whole<'_, '_>) {
    let (max_skew, topology_key) = (constraint.child("maxSkew"), constraint.child("topologyKey"));
    let when_unsatisfiable = constraint.child("whenUnsatisfiable");
    positive(check, &max_skew);
    if topology_key.text().is_empty() {
        check.required(&topology_key, "can not be empty");
    }
    let action = when_unsatisfiable.text();
    if !matches!(action, "DoNotSchedule" | "ScheduleAnyway") {
        check.not_supported(&when_unsatisfiable, BadValue::Typed(action), &["DoNotSchedule", "ScheduleAnyway"]);
    }
    if repeats {
        let kind = format!("{{{}, {action}}}", topology_key.text());
        check.duplicate(&topology_key.called("{topologyKey, whenUnsatisfiable}", constraint), kind.as_str());
    }
    let min_domains = constraint.child("minDomains");
    if let Some(number) = min_domains.int() {
        positive(check, &min_domains);
        if action != "DoNotSchedule" {
            let detail = format!("can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}");
            check.invalid(&min_domains, number, &detail);
        }
    }
    for name in ["nodeAffinityPolicy", "nodeTaintsPolicy"] {
        let policy = constraint.child(name);
        if policy.exists() && !matches!(policy.text(), "Ignore" | "Honor") {
            check.not_supported(&policy, BadValue::Typed(policy.text()), &["Honor", "Ignore"]);
        }
    }
    let (matching, label_selector) = (constraint.child("matchLabelKeys"), constraint.child("labelSelector"));
    if check.since(34) && !check.inherits(Inherited::SpreadLabelKey) {
        let keys = LabelKeys { term: constraint, matching: &matching, mismatching: None, selector: &label_selector };
        label_key::match_and_mismatch(check, &keys, whole);
    } else {
        label_key::match_only(check, &matching, &label_selector);
    }
    if !check.inherits(Inherited::SpreadSelector) {
        selector::label_selector(check, &label_selector, Values::OfLabels);
    }
}

/// `ValidatePositiveField`.
fn positive(check: &mut Check, field: &Field<'_, '_>) {
    let number = field.int().unwrap_or(0);
    if number <= 0 {
        check.invalid(field, number, "must be greater than zero");
    }
}
