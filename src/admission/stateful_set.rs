//! Turns a StatefulSet into what the API server refuses in it (`pkg/apis/apps/validation/validation.go`).

mod claim_template;
mod rolling_update;

use super::change;
use super::check::{Check, Warning};
use super::claim;
use super::field::Field;
use super::go::BadValue;
use super::go_value::GoValue;
use super::int_or_percent::not_negative;
use super::metadata::{self, Scope};
use super::name;
use super::pod;
use super::selector::{self, Values};
use crate::version::{FeatureGate, Version};

/// What a server up to 1.36 says about whatever may not change.
const ONLY_THESE_CHANGE: &str = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', \
                                 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and \
                                 'minReadySeconds' are forbidden";

/// What is asked of a set besides what is asked of every one (`StatefulSetValidationOptions`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Options {
    /// The set is there already: what can never change is not asked for again.
    is_update: bool,
    /// The pod template is not looked at, because the set that is there was faulty before.
    skips_template: bool,
    /// `Recreate` is an update strategy.
    knows_recreate: bool,
}

/// `ValidateStatefulSet`.
pub(super) fn create(check: &mut Check, set: &Field<'_, '_>) {
    metadata::object_meta(check, &set.child("metadata"), Scope::Namespaced, name::name_is_dns_label);
    let knows_recreate = check.version.has(FeatureGate::StatefulSetRecreateStrategy);
    spec(check, &set.child("spec"), Options { knows_recreate, ..Options::default() });
}

/// `ValidateStatefulSetUpdate`, for a set of the same name and namespace that is not being deleted.
pub(super) fn update(check: &mut Check, set: &Field<'_, '_>, old: &Field<'_, '_>) {
    metadata::object_meta_update(check, &set.child("metadata"), Scope::Namespaced);
    let (old_spec, new_spec) = (old.child("spec"), set.child("spec"));
    let recreate = FeatureGate::StatefulSetRecreateStrategy;
    let was_recreate = old_spec.child("updateStrategy").child("type").text() == "Recreate";
    let knows_recreate = check.version.has(recreate) || check.version.knows(recreate) && was_recreate;
    check.inheritance = pod::inheritance::of(&old_spec.child("template"), check.version);
    let mut options = Options { is_update: true, knows_recreate, ..Options::default() };
    if check.since(34) {
        let mut before = Check::new(check.version);
        before.inheritance = check.inheritance;
        spec(&mut before, &old_spec, options);
        options.skips_template = !before.errors.is_empty();
    }
    spec(check, &new_spec, options);
    unchangeable(check, &new_spec, &old_spec);
}

/// Which request a set comes with, as far as it decides on what the server says about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Request {
    /// It is new.
    Create,
    /// It takes the place of one.
    Update {
        /// Whether its spec is another.
        changes_spec: bool,
    },
}

/// What the server says although it accepts the set (`WarningsOnCreate`, `WarningsOnUpdate` of
/// `pkg/registry/apps/statefulset/strategy.go`).
pub(super) fn warnings(warnings: &mut Vec<Warning>, set: &Field<'_, '_>, request: Request, version: Version) {
    let spec = set.child("spec");
    if request != (Request::Update { changes_spec: false }) {
        pod::warning::warnings(warnings, &spec.child("template"), version);
    }
    let claims = spec.child("volumeClaimTemplates");
    for template in claims.items() {
        let claim = template.child("spec");
        match request {
            Request::Create => claim::warning::spec(warnings, &claim.written_as(&template)),
            Request::Update { .. } => claim::warning::spec(warnings, &claim.called("Spec", &template)),
        }
    }
    let limit = spec.child("revisionHistoryLimit");
    if limit.int().is_some_and(|limit| limit < 0) {
        let words = "a negative value retains all historical revisions; a value >= 0 is recommended";
        warnings.push(Warning::about(&limit, words));
    }
}

/// `ValidateStatefulSetSpec`.
fn spec(check: &mut Check, spec: &Field<'_, '_>, options: Options) {
    let policy = spec.child("podManagementPolicy");
    if !matches!(policy.text(), "" | "OrderedReady" | "Parallel") {
        check.invalid(&policy, BadValue::Typed(policy.text()), "must be 'OrderedReady' or 'Parallel'");
    }
    rolling_update::strategy(check, &spec.child("updateStrategy"), options.knows_recreate);
    retention(check, &spec.child("persistentVolumeClaimRetentionPolicy"));
    if !options.is_update {
        claim::claim_templates(check, &spec.child("volumeClaimTemplates"));
    }
    not_negative(check, &spec.child("replicas"));
    not_negative(check, &spec.child("minReadySeconds"));
    not_negative(check, &spec.child("ordinals").child("start"));
    let service = spec.child("serviceName");
    if !options.is_update && !service.text().is_empty() {
        check.invalid_each(&service, service.text(), name::dns1123_label(service.text()));
    }
    let template = spec.child("template");
    if is_selector(check, &spec.child("selector")) {
        pod_template(check, spec, &template, options);
    }
    let pod = template.child("spec");
    let restart_policy = pod.child("restartPolicy");
    if !matches!(restart_policy.text(), "" | "Always") {
        check.not_supported(&restart_policy, BadValue::Typed(restart_policy.text()), &["Always"]);
    }
    let deadline = pod.child("activeDeadlineSeconds");
    if deadline.exists() {
        check.forbidden(&deadline, "activeDeadlineSeconds in StatefulSet is not Supported");
    }
}

/// `ValidatePersistentVolumeClaimRetentionPolicy`.
fn retention(check: &mut Check, policy: &Field<'_, '_>) {
    for name in ["whenDeleted", "whenScaled"] {
        let field = policy.child(name);
        if !matches!(field.text(), "" | "Retain" | "Delete") {
            check.not_supported(&field, BadValue::Typed(field.text()), &["Retain", "Delete"]);
        }
    }
}

/// What is asked of the selector itself; whether it can be compared with labels.
fn is_selector(check: &mut Check, field: &Field<'_, '_>) -> bool {
    if !field.exists() {
        check.required(field, "");
        return true;
    }
    let is_selector = selector::label_selector(check, field, Values::OfLabels);
    if field.child("matchLabels").is_empty() && field.child("matchExpressions").is_empty() {
        check.invalid(field, GoValue::label_selector(field), "empty selector is invalid for statefulset");
    }
    if !is_selector {
        check.invalid(field, GoValue::label_selector(field), "");
    }
    is_selector
}

/// `ValidatePodTemplateSpecForStatefulSet`.
fn pod_template(check: &mut Check, spec: &Field<'_, '_>, template: &Field<'_, '_>, options: Options) {
    let meta = template.child("metadata");
    let labels = meta.child("labels");
    if !selector::matches(&spec.child("selector"), &labels) {
        let message = "`selector` does not match template `labels`";
        check.invalid(&labels, GoValue::text_map(&labels), message);
    }
    pod::template(check, template, &spec.child("volumeClaimTemplates"), !options.skips_template);
}

/// What of a set can never change: the server names each field since 1.37.
fn unchangeable(check: &mut Check, spec: &Field<'_, '_>, old: &Field<'_, '_>) {
    if check.since(37) {
        return each_unchangeable(check, spec, old);
    }
    let mut changed = Vec::new();
    for name in ["podManagementPolicy", "selector", "serviceName", "volumeClaimTemplates"] {
        let (new, old) = (spec.child(name), old.child(name));
        if !is_same(name, &new, &old) {
            changed.extend(change::between(&new, &old));
        }
    }
    if !changed.is_empty() {
        check.forbidden(spec, ONLY_THESE_CHANGE);
        check.changed(changed);
    }
}

/// `ValidateImmutableField` for each of them.
fn each_unchangeable(check: &mut Check, spec: &Field<'_, '_>, old: &Field<'_, '_>) {
    for name in ["selector", "volumeClaimTemplates", "serviceName", "podManagementPolicy"] {
        let (new, old) = (spec.child(name), old.child(name));
        if is_same(name, &new, &old) {
            continue;
        }
        let value: BadValue<'_> = match name {
            "selector" => selector_value(&new).into(),
            "volumeClaimTemplates" => claim_template::list(&new).into(),
            "serviceName" => new.text().into(),
            _ => BadValue::Typed(policy(&new)),
        };
        check.invalid(&new, value, "field is immutable");
        check.changed(change::between(&new, &old));
    }
}

/// Whether the field of that name is the same to the server in both sets (`apiequality.Semantic`). What another tool will
/// fill in is taken to be.
fn is_same(name: &str, new: &Field<'_, '_>, old: &Field<'_, '_>) -> bool {
    change::is_open(new, old)
        || match name {
            "selector" => selector_value(new).is_same(&selector_value(old)),
            "volumeClaimTemplates" => claim_template::list(new).is_same(&claim_template::list(old)),
            "serviceName" => new.text() == old.text(),
            _ => policy(new) == policy(old),
        }
}

fn selector_value<'t>(field: &Field<'_, 't>) -> GoValue<'t> {
    let go_type = "*v1.LabelSelector";
    if !field.exists() {
        return GoValue::Nil(go_type);
    }
    GoValue::Pointer(go_type, Box::new(GoValue::label_selector(field)))
}

/// The policy that the server holds.
fn policy<'t>(field: &Field<'_, 't>) -> &'t str {
    Some(field.text()).filter(|text| !text.is_empty()).unwrap_or("OrderedReady")
}

#[cfg(test)]
mod tests;
