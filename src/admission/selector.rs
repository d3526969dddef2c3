//! Turns a label selector into what the API server refuses in it, and into whether it selects labels
//! (`k8s.io/apimachinery`, `pkg/apis/meta/v1/validation` and `pkg/labels`).

use super::check::Check;
use super::field::Field;
use super::metadata;
use super::name;
use crate::label::{Labels, Selector, value};
use crate::placeholder::has_placeholder;
use crate::yaml::Node;

/// How many pairs of a selector's part and a label are compared one by one.
const FEW: usize = 1 << 14;

/// Whether values may be in `matchExpressions` that no label can have (`AllowInvalidLabelValueInSelector`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Values {
    /// Each must be one that a label can have.
    OfLabels,
    /// Any, as old objects may hold them.
    Any,
}

/// `ValidateLabelSelector`; an absent one is not asked for. Whether it is a selector at all, so that
/// `LabelSelectorAsSelector` can read it.
pub(super) fn label_selector(check: &mut Check, selector: &Field<'_, '_>, values: Values) -> bool {
    let before = check.errors.len();
    metadata::labels(check, &selector.child("matchLabels"));
    for expression in selector.child("matchExpressions").items() {
        requirement(check, &expression, values);
    }
    check.errors.len() == before
}

/// `ValidateLabelSelectorRequirement`.
fn requirement(check: &mut Check, expression: &Field<'_, '_>, allowed: Values) {
    let (key, operator, values) = (expression.child("key"), expression.child("operator"), expression.child("values"));
    match operator.text() {
        "In" | "NotIn" if values.is_empty() => {
            check.required(&values, "must be specified when `operator` is 'In' or 'NotIn'");
        }
        "Exists" | "DoesNotExist" if !values.is_empty() => {
            check.forbidden(&values, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
        other => check.invalid(&operator, super::go::BadValue::Typed(other), "not a valid selector operator"),
    }
    check.invalid_each(&key, key.text(), name::qualified_name(key.text(), check.version));
    if allowed == Values::OfLabels {
        for item in values.items() {
            check.invalid_each(&item, item.text(), name::label_value(item.text(), check.version));
        }
    }
}

/// Whether a selector selects labels (`LabelSelectorAsSelector` and `Selector.Matches`): an absent one selects nothing, an
/// empty one everything. What another tool will fill in is taken to be what is asked for.
pub(super) fn matches(selector: &Field<'_, '_>, labels: &Field<'_, '_>) -> bool {
    let count = |field: &Field<'_, '_>| field.node().map_or(0, Node::weight);
    let is_irregular = labels.node().is_some_and(Node::is_irregular);
    if is_irregular || count(selector).saturating_mul(count(labels)) > FEW {
        return matches_many(selector, labels);
    }
    let found = |key: &str| labels.node().and_then(|labels| labels.entry(key)).and_then(|entry| value(entry.value));
    let mut matches = selector.exists();
    selector.child("matchLabels").for_each_entry(|key, _, wanted| {
        let (wanted, found) = (value(wanted).unwrap_or_default(), found(key));
        let is_open = [Some(key), Some(wanted), found].into_iter().flatten().any(has_placeholder);
        matches &= is_open || found == Some(wanted);
    });
    for expression in selector.child("matchExpressions").items() {
        let (key, values) = (expression.child("key").text(), expression.child("values"));
        let found = found(key);
        let is_listed = values.items().any(|value| Some(value.text()) == found);
        let is_met = match expression.child("operator").text() {
            "In" => is_listed,
            "NotIn" => !is_listed,
            "Exists" => found.is_some(),
            _ => found.is_none(),
        };
        let is_open = [Some(key), found].into_iter().flatten().any(has_placeholder);
        matches &= is_met || is_open || values.items().any(|value| has_placeholder(value.text()));
    }
    matches
}

/// The same where keys merge, or where there are too many to compare one by one.
fn matches_many(selector: &Field<'_, '_>, labels: &Field<'_, '_>) -> bool {
    let labels = Labels::of(labels.node());
    let is_open = |node: Node<'_>| node.as_str().is_some_and(has_placeholder);
    let (exists, selector) = (selector.exists(), Selector::of(selector.node()));
    exists
        && selector.unmet(&labels).all(|requirement| {
            labels.entry(&requirement.key).is_some_and(|entry| is_open(entry.value))
                || requirement.values.iter().any(|value| has_placeholder(value))
                || has_placeholder(&requirement.key)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admission::testing;

    #[test]
    fn each_fault_of_a_selector_is_told_in_the_servers_words() {
        let key = "name part must be non-empty";
        for (selector, want) in [
            ("{}", &[][..]),
            ("{matchLabels: {app: db}, matchExpressions: [{key: a, operator: In, values: [b]}]}", &[]),
            (
                "{matchExpressions: [{key: a, operator: In}]}",
                &["s.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"],
            ),
            (
                "{matchExpressions: [{key: a, operator: Exists, values: [b]}]}",
                &[
                    "s.matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                ],
            ),
            (
                "{matchExpressions: [{key: a, operator: Gt}]}",
                &["s.matchExpressions[0].operator: Invalid value: \"Gt\": not a valid selector operator"],
            ),
        ] {
            let found = testing::errors(&format!("s: {selector}"), 37, |check, root| {
                let field = root.child("s");
                assert_eq!(label_selector(check, &field, Values::OfLabels), want.is_empty(), "{selector}");
            });
            assert_eq!(found, want, "{selector}");
        }
        let found = testing::errors("s: {matchExpressions: [{operator: Exists}]}", 37, |check, root| {
            label_selector(check, &root.child("s"), Values::OfLabels);
        });
        assert!(found.len() == 2 && found[0].contains(key), "{found:?}");
        let text = "s: {matchExpressions: [{key: a, operator: In, values: [b c]}]}";
        for (values, count) in [(Values::OfLabels, 1), (Values::Any, 0)] {
            let found = testing::errors(text, 37, |check, root| {
                label_selector(check, &root.child("s"), values);
            });
            assert_eq!(found.len(), count, "{values:?}");
        }
    }

    #[test]
    fn a_selector_selects_what_kubernetes_selects() {
        let many: Vec<String> = (0..200).map(|number| format!("k{number}: v")).collect();
        let many = many.join(", ");
        let large = format!("{{s: {{matchLabels: {{{many}}}}}, l: {{{many}}}}}");
        let merged = "{s: {matchLabels: {a: b}}, l: {<<: {a: b}, c: d}}";
        let larger = format!("{{s: {{matchLabels: {{{many}}}}}, l: {{{many}, k7: w}}}}");
        for (text, want) in [
            ("{l: {a: b}}", false),
            ("{s: {}, l: {a: b}}", true),
            ("{s: {matchLabels: {a: b}}, l: {a: b, c: d}}", true),
            ("{s: {matchLabels: {a: b, c: d}}, l: {a: b}}", false),
            ("{s: {matchLabels: {a: b}}}", false),
            ("{s: {matchLabels: {a: ''}}, l: {a: ~}}", true),
            ("{s: {matchLabels: {a: b}}, l: {a: '${B}'}}", true),
            ("{s: {matchExpressions: [{key: a, operator: NotIn, values: [b]}]}, l: {a: b}}", false),
            ("{s: {matchExpressions: [{key: a, operator: NotIn, values: [b]}]}, l: {a: '${B}'}}", true),
            ("{s: {matchExpressions: [{key: a, operator: DoesNotExist}]}, l: {}}", true),
            (merged, true),
            (&large, true),
            (&larger, false),
        ] {
            testing::errors(text, 37, |_, root| {
                assert_eq!(matches(&root.child("s"), &root.child("l")), want, "{text:.80}");
            });
        }
    }
}
