//! Turns a label selector into what the API server refuses in it, and into whether it selects labels
//! (`k8s.io/apimachinery`, `pkg/apis/meta/v1/validation` and `pkg/labels`).

use super::check::Check;
use super::field::Field;
use super::metadata;
use super::name;
use crate::label::{Labels, Selector, value};
use crate::placeholder::has_placeholder;
use crate::yaml::Node;

/// How many labels are compared one by one.
const FEW: usize = 32;

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
    if !selector.exists() {
        return false;
    }
    let (wanted, expressions) = (selector.child("matchLabels"), selector.child("matchExpressions"));
    let is_regular = [&wanted, labels].iter().all(|map| map.node().is_none_or(|node| !node.is_irregular()));
    let count = |field: &Field<'_, '_>| field.node().map_or(0, Node::weight);
    if is_regular && expressions.is_empty() && count(&wanted).min(count(labels)) <= 2 * FEW {
        return matches_one_by_one(&wanted, labels);
    }
    let labels = Labels::of(labels.node());
    let is_known = |node: Node<'_>| !node.as_str().is_some_and(has_placeholder);
    Selector::of(selector.node()).unmet(&labels).all(|requirement| {
        let label = labels.entry(&requirement.key).is_some_and(|entry| !is_known(entry.value));
        label || requirement.values.iter().any(|value| has_placeholder(value)) || has_placeholder(&requirement.key)
    })
}

fn matches_one_by_one(wanted: &Field<'_, '_>, labels: &Field<'_, '_>) -> bool {
    let mut matches = true;
    wanted.for_each_entry(|key, _, wanted| {
        let found = labels.node().and_then(|labels| labels.entry(key)).and_then(|entry| value(entry.value));
        let wanted = value(wanted).unwrap_or_default();
        let is_open = [Some(key), Some(wanted), found].into_iter().flatten().any(has_placeholder);
        matches &= is_open || found == Some(wanted);
    });
    matches
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
        let many: Vec<String> = (0..100).map(|number| format!("k{number}: v")).collect();
        let many = many.join(", ");
        let large = format!("{{s: {{matchLabels: {{{many}}}}}, l: {{{many}}}}}");
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
            (&large, true),
            (&larger, false),
        ] {
            testing::errors(text, 37, |_, root| {
                assert_eq!(matches(&root.child("s"), &root.child("l")), want, "{text:.80}");
            });
        }
    }
}
