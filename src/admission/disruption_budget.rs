//! Turns a PodDisruptionBudget into what the API server refuses in it (`pkg/apis/policy/validation/validation.go`).

use super::check::Check;
use super::field::Field;
use super::go::BadValue;
use super::go_value::{GoValue, Member};
use super::int_or_percent::{not_more_than_100_percent, positive_int_or_percent};
use super::metadata::{self, Scope};
use super::name;
use super::selector::{self, Values};

/// `ValidatePodDisruptionBudget`; its metadata is looked at only where nothing else is wrong (`ValidateCreate` of
/// apiserver's `pkg/registry/rest`).
pub(super) fn create(check: &mut Check, budget: &Field<'_, '_>) {
    spec(check, &budget.child("spec"), Values::OfLabels);
    if check.errors.is_empty() {
        metadata::object_meta_accessor(check, &budget.child("metadata"), Scope::Namespaced, name::name_is_path_segment);
    }
}

/// `ValidateUpdate` of `pkg/registry/policy/poddisruptionbudget/strategy.go`: values in the selector that no label can have
/// are let pass where anything was wrong with the selector before.
pub(super) fn update(check: &mut Check, budget: &Field<'_, '_>, old: &Field<'_, '_>) {
    metadata::object_meta_accessor_update(check, &budget.child("metadata"), Scope::Namespaced);
    let mut before = Check::new(check.version);
    let was_sound = selector::label_selector(&mut before, &old.child("spec").child("selector"), Values::OfLabels);
    spec(check, &budget.child("spec"), if was_sound { Values::OfLabels } else { Values::Any });
}

/// `ValidatePodDisruptionBudgetSpec`.
fn spec(check: &mut Check, spec: &Field<'_, '_>, values: Values) {
    let (least, most) = (spec.child("minAvailable"), spec.child("maxUnavailable"));
    if least.exists() && most.exists() {
        check.invalid(spec, spec_value(spec), "minAvailable and maxUnavailable cannot be both set");
    }
    for amount in [&least, &most] {
        if amount.exists() {
            positive_int_or_percent(check, amount);
            not_more_than_100_percent(check, amount);
        }
    }
    selector::label_selector(check, &spec.child("selector"), values);
    let policy = spec.child("unhealthyPodEvictionPolicy");
    if policy.exists() && !matches!(policy.text(), "AlwaysAllow" | "IfHealthyBudget") {
        check.not_supported(&policy, BadValue::Typed(policy.text()), &["AlwaysAllow", "IfHealthyBudget"]);
    }
}

/// `policy.PodDisruptionBudgetSpec`.
fn spec_value<'t>(spec: &Field<'_, 't>) -> GoValue<'t> {
    let pointer = |go_type, field: &Field<'_, 't>, value: fn(&Field<'_, 't>) -> GoValue<'t>| {
        if field.exists() { GoValue::Pointer(go_type, Box::new(value(field))) } else { GoValue::Nil(go_type) }
    };
    let amount = |name| pointer("*intstr.IntOrString", &spec.child(name), GoValue::int_or_string);
    let policy = spec.child("unhealthyPodEvictionPolicy");
    GoValue::Struct(
        "policy.PodDisruptionBudgetSpec",
        vec![
            Member::new("MinAvailable", amount("minAvailable")),
            Member::new("Selector", pointer("*v1.LabelSelector", &spec.child("selector"), GoValue::label_selector)),
            Member::new("MaxUnavailable", amount("maxUnavailable")),
            Member::new(
                "UnhealthyPodEvictionPolicy",
                GoValue::text_pointer("*policy.UnhealthyPodEvictionPolicyType", &policy),
            ),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admission::testing;

    #[test]
    fn each_fault_of_a_budget_is_told_in_the_servers_words() {
        let named = |spec: &str| format!("{{metadata: {{name: db}}, spec: {spec}}}");
        for (text, want) in [
            (named("{}"), &[][..]),
            (named("{minAvailable: 50%, selector: {}}"), &[]),
            (named("{maxUnavailable: 0, unhealthyPodEvictionPolicy: AlwaysAllow}"), &[]),
            (
                named("{minAvailable: -1}"),
                &["spec.minAvailable: Invalid value: -1: must be greater than or equal to 0"],
            ),
            (
                named("{minAvailable: 101%}"),
                &["spec.minAvailable: Invalid value: \"101%\": must not be greater than 100%"],
            ),
            (
                named("{minAvailable: half}"),
                &[
                    "spec.minAvailable: Invalid value: \"half\": a valid percent string must be a numeric string followed by an \
                 ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
                ],
            ),
            (
                named("{minAvailable: 1, maxUnavailable: 50%}"),
                &["spec: Invalid value: {\"MinAvailable\":1,\"Selector\":null,\"MaxUnavailable\":\"50%\",\
                 \"UnhealthyPodEvictionPolicy\":null}: minAvailable and maxUnavailable cannot be both set"],
            ),
            (
                named("{unhealthyPodEvictionPolicy: Never}"),
                &["spec.unhealthyPodEvictionPolicy: Unsupported value: \"Never\": supported values: \"AlwaysAllow\", \
                 \"IfHealthyBudget\""],
            ),
            ("{metadata: {name: a/b}}".to_owned(), &["metadata.name: Invalid value: \"a/b\": may not contain '/'"]),
            (
                "{metadata: {name: a/b}, spec: {minAvailable: -1}}".to_owned(),
                &["spec.minAvailable: Invalid value: -1: must be greater than or equal to 0"],
            ),
        ] {
            assert_eq!(testing::errors(&text, 37, create), want, "{text}");
        }
        let both = named("{minAvailable: 1, maxUnavailable: 1}");
        let go = "spec: Invalid value: policy.PodDisruptionBudgetSpec{MinAvailable:(*intstr.IntOrString)(0xADDR), \
                  Selector:(*v1.LabelSelector)(nil), MaxUnavailable:(*intstr.IntOrString)(0xADDR), \
                  UnhealthyPodEvictionPolicy:(*policy.UnhealthyPodEvictionPolicyType)(nil)}: minAvailable and maxUnavailable \
                  cannot be both set";
        assert_eq!(testing::errors(&both, 33, create), [go]);
    }

    #[test]
    fn values_that_were_there_before_may_stay() {
        let text =
            "{metadata: {name: db}, spec: {selector: {matchExpressions: [{key: a, operator: In, values: [b c]}]}}}";
        let none = "{metadata: {name: db}, spec: {}}";
        for (new, old, count) in [(text, text, 0), (text, none, 1), (none, text, 0)] {
            let errors = testing::update_errors(new, old, 37, update);
            assert_eq!(errors.len(), count, "{errors:?}");
        }
    }
}
