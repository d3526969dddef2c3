//! Turns a StorageClass into what the API server refuses in it (`pkg/apis/storage/validation/validation.go`).

use std::collections::{BTreeMap, HashSet};

use super::change;
use super::check::{Check, Warning};
use super::field::Field;
use super::go::BadValue;
use super::go_value::GoValue;
use super::metadata::{self, Scope};
use super::name;
use super::pod::warning::deprecated_label;

/// The most parameters that a class may have.
const PARAMETERS_MAX_COUNT: usize = 512;

/// The most bytes that the parameters of a class may have, keys and values together.
const PARAMETERS_MAX_SIZE: usize = 256 * 1024;

/// `ValidateStorageClass`.
pub(super) fn create(check: &mut Check, class: &Field<'_, '_>) {
    metadata::object_meta(check, &class.child("metadata"), Scope::Cluster, name::name_is_dns_subdomain);
    metadata::generation(check, &class.child("metadata"));
    rest(check, class);
}

/// `ValidateUpdate` of `pkg/registry/storage/storageclass/strategy.go`.
pub(super) fn update(check: &mut Check, class: &Field<'_, '_>, old: &Field<'_, '_>) {
    metadata::object_meta(check, &class.child("metadata"), Scope::Cluster, |text, prefix| {
        let mut messages = name::name_is_path_segment(text, prefix);
        messages.extend(name::name_is_dns_subdomain(text, prefix));
        messages
    });
    rest(check, class);
    for name in ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"] {
        let (new, old) = (class.child(name), old.child(name));
        if is_same(check, name, &new, &old) {
            continue;
        }
        if check.since(37) {
            check.invalid(&new, GoValue::Nil("nil"), "field is immutable");
        } else if name == "volumeBindingMode" || check.since(36) {
            let value = match name {
                "parameters" => GoValue::text_map(&new).into(),
                "provisioner" => BadValue::Text(new.text()),
                _ => BadValue::Typed(with_default(name, &new)),
            };
            check.invalid(&new, value, "field is immutable");
        } else {
            check.forbidden(&new, &format!("updates to {name} are forbidden."));
        }
        check.changed(change::between(&new, &old));
    }
}

/// Whether a field that can never change is the same in both classes; up to 1.35 parameters that are written, but empty,
/// are not the same as none.
fn is_same(check: &Check, name: &str, new: &Field<'_, '_>, old: &Field<'_, '_>) -> bool {
    if change::is_open(new, old) {
        return true;
    }
    if name == "parameters" {
        let is_empty_now = new.exists() && new.is_empty() && old.is_empty();
        return (check.since(36) || !is_empty_now) && GoValue::text_map(new).is_same(&GoValue::text_map(old));
    }
    with_default(name, new) == with_default(name, old)
}

/// What the server holds (`SetDefaults_StorageClass`, `pkg/apis/storage/v1/defaults.go`).
fn with_default<'t>(name: &str, field: &Field<'_, 't>) -> &'t str {
    match name {
        "reclaimPolicy" if !field.exists() => "Delete",
        "volumeBindingMode" if !field.exists() => "Immediate",
        _ => field.text(),
    }
}

/// All that is asked besides the metadata.
fn rest(check: &mut Check, class: &Field<'_, '_>) {
    let provisioner = class.child("provisioner");
    match &*metadata::to_lower(provisioner.text()) {
        "" => check.required(&provisioner, ""),
        lower => check.invalid_each(&provisioner, lower, name::qualified_name(lower, check.version)),
    }
    parameters(check, &class.child("parameters"));
    let reclaim_policy = class.child("reclaimPolicy");
    if !matches!(reclaim_policy.text(), "" | "Delete" | "Retain") {
        check.not_supported(&reclaim_policy, BadValue::Typed(reclaim_policy.text()), &["Delete", "Retain"]);
    }
    let mode = class.child("volumeBindingMode");
    if mode.exists() && !matches!(mode.text(), "Immediate" | "WaitForFirstConsumer") {
        check.not_supported(&mode, BadValue::Typed(mode.text()), &["Immediate", "WaitForFirstConsumer"]);
    }
    topologies(check, &class.child("allowedTopologies"));
}

/// `validateParameters`.
fn parameters(check: &mut Check, parameters: &Field<'_, '_>) {
    let (mut count, mut size, mut unnamed) = (0, 0, None);
    parameters.for_each_entry(|name, key, value| {
        count += 1;
        size += name.len() + value.as_str().unwrap_or_default().len();
        if name.is_empty() {
            unnamed = Some(key);
        }
    });
    if count > PARAMETERS_MAX_COUNT {
        return check.too_long(parameters, PARAMETERS_MAX_COUNT);
    }
    if let Some(key) = unnamed {
        check.invalid(&parameters.pointing_at(key), "", "field can not be empty.");
    }
    if size > PARAMETERS_MAX_SIZE {
        check.too_long(parameters, PARAMETERS_MAX_SIZE);
    }
}

/// What the server says although it accepts the class (`GetWarningsForStorageClass` of `pkg/api/storage/util.go`).
pub(super) fn warnings(warnings: &mut Vec<Warning>, class: &Field<'_, '_>) {
    for topology in class.child("allowedTopologies").items() {
        for expression in topology.child("matchLabelExpressions").items() {
            let key = expression.child("key");
            if let Some(words) = deprecated_label(key.text()) {
                warnings.push(Warning::about(&key, words));
            }
        }
    }
}

/// `validateAllowedTopologies`: a term that asks nothing counts as a repetition.
fn topologies(check: &mut Check, topologies: &Field<'_, '_>) {
    let mut seen = HashSet::new();
    for term in topologies.items() {
        let expressions = term.child("matchLabelExpressions");
        let mut asked = BTreeMap::new();
        for expression in expressions.items() {
            let (key, values) = (expression.child("key"), topology_values(check, &expression));
            if asked.insert(key.text(), values).is_some() {
                check.duplicate(&key, key.text());
            }
        }
        if asked.is_empty() || !seen.insert(asked) {
            check.duplicate(&expressions, "");
        }
    }
}

/// `validateTopologySelectorLabelRequirement`, with the values in order.
fn topology_values<'t>(check: &mut Check, expression: &Field<'_, 't>) -> Vec<&'t str> {
    let (key, values) = (expression.child("key"), expression.child("values"));
    if values.is_empty() {
        check.required(&values, "");
    }
    let mut texts: Vec<&str> = values.items().map(|value| value.text()).collect();
    texts.sort_unstable();
    if texts.windows(2).any(|pair| pair.first() == pair.last()) {
        let mut seen = HashSet::new();
        for value in values.items() {
            if !seen.insert(value.text()) {
                check.duplicate(&value, value.text());
            }
        }
        texts.dedup();
    }
    check.invalid_each(&key, key.text(), name::qualified_name(key.text(), check.version));
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admission::testing;

    #[test]
    fn each_fault_of_a_class_is_told_in_the_servers_words() {
        let named = |rest: &str| format!("{{metadata: {{name: fast}}, {rest}}}");
        let many: Vec<String> = (0..513).map(|number| format!("k{number}: v")).collect();
        let many = named(&format!("provisioner: a, parameters: {{{}}}", many.join(", ")));
        let large = named(&format!("provisioner: a, parameters: {{k: {}}}", "v".repeat(262_144)));
        for (text, want) in [
            (named("provisioner: Example.com/Fast, reclaimPolicy: Retain, parameters: {type: a}"), &[][..]),
            (named("provisioner: a, allowedTopologies: [{matchLabelExpressions: [{key: zone, values: [a]}]}]"), &[]),
            (named("reclaimPolicy: Delete"), &["provisioner: Required value"]),
            (named("provisioner: /A"), &["provisioner: Invalid value: \"/a\": prefix part must be non-empty"]),
            (
                named("provisioner: a, reclaimPolicy: Recycle"),
                &["reclaimPolicy: Unsupported value: \"Recycle\": supported values: \"Delete\", \"Retain\""],
            ),
            (
                named("provisioner: a, volumeBindingMode: ''"),
                &[
                    "volumeBindingMode: Unsupported value: \"\": supported values: \"Immediate\", \"WaitForFirstConsumer\"",
                ],
            ),
            (
                named("provisioner: a, parameters: {'': a}"),
                &["parameters: Invalid value: \"\": field can not be empty."],
            ),
            (many, &["parameters: Too long: may not be more than 512 bytes"]),
            (large, &["parameters: Too long: may not be more than 262144 bytes"]),
            (
                named(
                    "provisioner: a, allowedTopologies: [{matchLabelExpressions: [{key: z, values: [a, a]}, {key: z}]}]",
                ),
                &[
                    "allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: \"a\"",
                    "allowedTopologies[0].matchLabelExpressions[1].values: Required value",
                    "allowedTopologies[0].matchLabelExpressions[1].key: Duplicate value: \"z\"",
                ],
            ),
            (
                named("provisioner: a, allowedTopologies: [{}]"),
                &["allowedTopologies[0].matchLabelExpressions: Duplicate value: \"\""],
            ),
        ] {
            assert_eq!(testing::errors(&text, 37, create), want, "{text:.120}");
        }
    }

    #[test]
    fn what_can_never_change_is_refused() {
        let class = |rest: &str| format!("{{metadata: {{name: fast}}, provisioner: a, {rest}}}");
        for (new, old, minor, want) in [
            ("reclaimPolicy: Delete", "allowVolumeExpansion: true", 33, &[][..]),
            (
                "parameters: {a: b}",
                "parameters: {a: c}",
                35,
                &["parameters: Forbidden: updates to parameters are forbidden."],
            ),
            (
                "parameters: {a: b}",
                "parameters: {a: c}",
                36,
                &["parameters: Invalid value: {\"a\":\"b\"}: field is immutable"],
            ),
            ("parameters: {a: b}", "parameters: {a: c}", 37, &["parameters: Invalid value: null: field is immutable"]),
            (
                "parameters: {}",
                "reclaimPolicy: Delete",
                35,
                &["parameters: Forbidden: updates to parameters are forbidden."],
            ),
            ("parameters: {}", "reclaimPolicy: Delete", 36, &[]),
            (
                "volumeBindingMode: WaitForFirstConsumer",
                "reclaimPolicy: Retain",
                33,
                &[
                    "reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden.",
                    "volumeBindingMode: Invalid value: \"WaitForFirstConsumer\": field is immutable",
                ],
            ),
        ] {
            let errors = testing::update_errors(&class(new), &class(old), minor, update);
            assert_eq!(errors, want, "{new} against {old} in 1.{minor}");
        }
    }

    #[test]
    fn labels_of_nodes_that_are_called_otherwise_by_now_are_warned_of() {
        let class = "allowedTopologies: [{matchLabelExpressions: [{key: topology.kubernetes.io/zone, values: [a]}, {key: \
                     failure-domain.beta.kubernetes.io/zone, values: [a]}]}]";
        let mut said = Vec::new();
        testing::pair(class, "", |class, _| warnings(&mut said, class));
        let said: Vec<&str> = said.iter().map(|warning| warning.text.as_str()).collect();
        let want = "allowedTopologies[0].matchLabelExpressions[1].key: deprecated since v1.17; use \
                    \"topology.kubernetes.io/zone\" instead";
        assert_eq!(said, [want]);
    }
}
