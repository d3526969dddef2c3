//! Turns when a container is restarted into what the API server refuses in it.

use super::super::super::check::Check;
use super::super::super::field::Field;
use super::super::super::go::BadValue;

/// The most rules of a container (`validateContainerRestartPolicy`).
const MOST_RULES: usize = 20;
/// The most exit codes of a rule.
const MOST_EXIT_CODES: usize = 255;

const NO_POLICY: &str = "must specify restartPolicy when restart rules are used";

/// Of a regular container. 1.34 drops the field (`dropContainerRestartRules` of `pkg/api/pod/util.go`).
pub(super) fn of_container(check: &mut Check, container: &Field<'_, '_>) {
    if check.since(35) {
        restart_policy(check, container);
    } else if !check.since(34) {
        let policy = container.child("restartPolicy");
        if policy.exists() {
            check.forbidden(&policy, "may not be set for non-init containers");
        }
    }
}

/// `validateInitContainerRestartPolicy`. 1.34 drops the field unless it is `Always`.
pub(super) fn of_init_container(check: &mut Check, container: &Field<'_, '_>) {
    let policy = container.child("restartPolicy");
    if !check.since(35) {
        if !check.since(34) && policy.exists() && policy.text() != "Always" {
            check.not_supported(&policy, BadValue::Typed(policy.text()), &["Always"]);
        }
        return;
    }
    let rules = container.child("restartPolicyRules");
    // The gate `RestartAllContainersOnContainerExits` gives rules to sidecars too.
    if policy.exists() && (policy.text() != "Always" || check.since(36)) {
        restart_policy(check, container);
    } else if rules.is_empty() {
    } else if !policy.exists() {
        check.required(&policy, NO_POLICY);
    } else {
        check.forbidden(&rules, "restartPolicyRules are not allowed for init containers with restart policy Always");
    }
}

/// `validateContainerRestartPolicy`.
fn restart_policy(check: &mut Check, container: &Field<'_, '_>) {
    let (policy, rules) = (container.child("restartPolicy"), container.child("restartPolicyRules"));
    if !policy.exists() {
        if !rules.is_empty() {
            check.required(&policy, NO_POLICY);
        }
    } else if !matches!(policy.text(), "Always" | "Never" | "OnFailure") {
        check.not_supported(&policy, BadValue::Typed(policy.text()), &["Always", "Never", "OnFailure"]);
    }
    too_many(check, &rules, MOST_RULES);
    for rule in rules.items() {
        restart_rule(check, &rule);
    }
}

fn restart_rule(check: &mut Check, rule: &Field<'_, '_>) {
    let action = rule.child("action");
    // 1.36 has the gate of the second action on.
    let supported: &[&str] = if check.since(36) { &["Restart", "RestartAllContainers"] } else { &["Restart"] };
    if !supported.contains(&action.text()) {
        check.not_supported(&action, BadValue::Typed(action.text()), supported);
    }
    let exit_codes = rule.child("exitCodes");
    if !exit_codes.exists() {
        check.required(&exit_codes, "must be specified");
        return;
    }
    let operator = exit_codes.child("operator");
    if !matches!(operator.text(), "In" | "NotIn") {
        check.not_supported(&operator, BadValue::Typed(operator.text()), &["In", "NotIn"]);
    }
    too_many(check, &exit_codes.child("values"), MOST_EXIT_CODES);
}

/// More items than may be; 1.35 calls the list too long.
fn too_many(check: &mut Check, list: &Field<'_, '_>, most: usize) {
    let count = list.items().count();
    if count <= most {
        return;
    }
    if check.since(36) {
        check.too_many(list, count, most);
    } else {
        check.too_long(list, most);
    }
}
