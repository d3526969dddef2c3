//! Takes out of a `PodDisruptionBudget` what the API server does not store.

use crate::value::Value;

/// A key that says what an empty selector had meant in `policy/v1beta1` (`PDBV1beta1Label`, `pkg/apis/policy/helper.go`).
const EMPTY_SELECTOR: &str = "pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match";

/// `PrepareForCreate` (`pkg/registry/policy/poddisruptionbudget/strategy.go`; up to 1.36 the second part of it is in
/// `Convert_v1_PodDisruptionBudget_To_policy_PodDisruptionBudget`).
pub(super) fn fill(budget: &mut Value<'_>) {
    budget.remove("status");
    if let Some(selector) = budget.at_mut(&["spec", "selector"])
        && !selects_nothing(selector)
        && let Some(Value::List(expressions)) = selector.get_mut("matchExpressions")
    {
        expressions.retain(|expression| expression.text_of("key") != EMPTY_SELECTOR);
    }
}

/// Whether it is the one selector in which that key is kept.
fn selects_nothing(selector: &Value<'_>) -> bool {
    let empty =
        |value: Option<&Value<'_>>| value.is_none_or(|value| value.items().is_empty() && value.members().is_empty());
    let expressions = selector.get("matchExpressions").map_or(&[][..], Value::items);
    matches!(expressions, [only] if only.text_of("key") == EMPTY_SELECTOR
        && only.text_of("operator") == "Exists"
        && empty(only.get("values")))
        && empty(selector.get("matchLabels"))
}
