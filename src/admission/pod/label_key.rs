//! Turns the label keys that a selector takes from the pod itself into what the API server refuses in them.

use super::super::check::Check;
use super::super::field::Field;
use super::super::name;
use super::super::table::Table;
use super::Whole;

/// `matchLabelKeys` and `mismatchLabelKeys` beside the selector that they complete.
pub(super) struct LabelKeys<'k, 'f, 't> {
    /// What holds them.
    pub(super) term: &'k Field<'f, 't>,
    pub(super) matching: &'k Field<'f, 't>,
    /// `None` where there is no such field.
    pub(super) mismatching: Option<&'k Field<'f, 't>>,
    pub(super) selector: &'k Field<'f, 't>,
}

/// `ValidateMatchLabelKeysAndMismatchLabelKeys`. For a pod the API server has by then added the keys to the selector
/// that the pod's own labels hold (`applyLabelKeysToLabelSelector` of `pkg/registry/core/pod/strategy.go`).
pub(super) fn match_and_mismatch(check: &mut Check, keys: &LabelKeys<'_, '_, '_>, whole: Whole<'_, '_>) {
    grammar(check, keys.matching, keys.selector);
    if let Some(mismatching) = keys.mismatching {
        grammar(check, mismatching, keys.selector);
    }
    if keys.matching.is_empty() {
        return;
    }
    if keys.selector.exists() {
        in_selector_as_well(check, keys, whole);
    }
    let Some(mismatching) = keys.mismatching.filter(|mismatching| !mismatching.is_empty()) else { return };
    let mismatching = names(mismatching.items().map(|key| key.text()));
    for key in keys.matching.items() {
        if mismatching.has(key.text()) {
            check.invalid(&key, key.text(), "exists in both matchLabelKeys and mismatchLabelKeys");
        }
    }
}

/// `validateLabelKeys`.
fn grammar(check: &mut Check, keys: &Field<'_, '_>, selector: &Field<'_, '_>) {
    if keys.is_empty() {
        return;
    }
    if !selector.exists() {
        check.forbidden(keys, "must not be specified when labelSelector is not set");
        return;
    }
    for key in keys.items() {
        let messages = name::qualified_name(key.text(), check.version);
        check.invalid_each(&key, key.text(), messages);
    }
}

/// The keys that the selector asks for twice, where `matchLabelKeys` holds them too.
fn in_selector_as_well(check: &mut Check, keys: &LabelKeys<'_, '_, '_>, whole: Whole<'_, '_>) {
    let (match_labels, expressions) = (keys.selector.child("matchLabels"), keys.selector.child("matchExpressions"));
    if whole.identity.is_none() && expressions.is_empty() {
        return;
    }
    let mut numbers = Table::new();
    for (number, key) in keys.matching.items().enumerate() {
        numbers.set(key.text(), number);
    }
    let mut seen = Table::new();
    let mut ask = |check: &mut Check, key: &Field<'_, '_>, name| {
        if let Some(number) = numbers.get(name)
            && (match_labels.has_key(name) || seen.has(name))
        {
            check.invalid(&key.numbered(number, keys.term), name, "exists in both matchLabelKeys and labelSelector");
        }
        seen.insert(name, ());
    };
    for expression in expressions.items() {
        let key = expression.child("key");
        ask(check, &key, key.text());
    }
    if whole.identity.is_none() {
        return;
    }
    for list in [Some(keys.matching), keys.mismatching].into_iter().flatten() {
        for key in list.items().filter(|key| whole.bears(key.text())) {
            ask(check, &key, key.text());
        }
    }
}

fn names<'t>(texts: impl Iterator<Item = &'t str>) -> Table<'t, ()> {
    let mut names = Table::new();
    for text in texts {
        names.insert(text, ());
    }
    names
}

/// `ValidateMatchLabelKeysInTopologySpread`, which servers before 1.34 ask.
pub(super) fn match_only(check: &mut Check, keys: &Field<'_, '_>, selector: &Field<'_, '_>) {
    if keys.is_empty() {
        return;
    }
    if !selector.exists() {
        check.forbidden(keys, "must not be specified when labelSelector is not set");
    }
    let (match_labels, expressions) = (selector.child("matchLabels"), selector.child("matchExpressions"));
    let asked = names(expressions.items().map(|expression| expression.child("key").text()));
    for key in keys.items() {
        let name = key.text();
        let messages = name::qualified_name(name, check.version);
        check.invalid_each(&key, name, messages);
        if match_labels.has_key(name) || asked.has(name) {
            check.invalid(&key, name, "exists in both matchLabelKeys and labelSelector");
        }
    }
}
