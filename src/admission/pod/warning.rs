//! Turns a pod template into what the API server says although it accepts it (`pkg/api/pod/warnings.go`).

#[cfg(test)]
mod tests;

use super::super::address;
use super::super::check::Warning;
use super::super::claim;
use super::super::field::Field;
use super::super::go::quote_into;
use super::super::name;
use super::super::table::Table;
use super::{container, volume};
use crate::version::Version;

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
const NO_SELECTOR: &str = "a null labelSelector results in matching no pod";

/// What the server says of annotations that have lost their meaning (`deprecatedAnnotations`).
const ANNOTATIONS: [(&str, &str); 3] = [
    (
        "scheduler.alpha.kubernetes.io/critical-pod",
        "non-functional in v1.16+; use the \"priorityClassName\" field instead",
    ),
    ("security.alpha.kubernetes.io/sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"),
    ("security.alpha.kubernetes.io/unsafe-sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"),
];
/// The seccomp profile of the whole pod as it was once written.
const SECCOMP: &str = "seccomp.security.alpha.kubernetes.io/pod";

/// `GetWarningsForPodTemplate`.
pub(in crate::admission) fn warnings(warnings: &mut Vec<Warning>, template: &Field<'_, '_>, version: Version) {
    let (meta, spec) = (template.child("metadata"), template.child("spec"));
    let (annotations, security_context) = (meta.child("annotations"), spec.child("securityContext"));
    let affinity = spec.child("affinity");
    node_labels(warnings, &spec.child("nodeSelector"));
    node_affinity(warnings, &affinity.child("nodeAffinity"), version);
    topology_spread(warnings, &spec.child("topologySpreadConstraints"));
    for (name, words) in ANNOTATIONS {
        let annotation = annotations.keyed_child(name);
        if annotation.is_written() {
            warnings.push(Warning::about(&annotation, words));
        }
    }
    volume::warning::warnings(warnings, &spec, version);
    twice(warnings, &spec.child("hostAliases"), "ip");
    pull_secrets(warnings, &spec.child("imagePullSecrets"));
    for name in ["memory", "ephemeral-storage"] {
        claim::warning::fractional(warnings, &spec.child("overhead").keyed_child(name));
    }
    let seccomp = annotations.keyed_child(SECCOMP);
    if seccomp.is_written() && !security_context.child("seccompProfile").exists() {
        warnings.push(Warning::about(&seccomp, "non-functional in v1.27+; use the \"seccompProfile\" field instead"));
    }
    container::warnings(warnings, &spec, &annotations, &security_context.child("appArmorProfile"), version);
    let grace_period = spec.child("terminationGracePeriodSeconds");
    if grace_period.int().is_some_and(|seconds| seconds < 0) {
        warnings
            .push(Warning::about(&grace_period, "must be >= 0; negative values are invalid and will be treated as 1"));
    }
    for name in ["podAffinity", "podAntiAffinity"] {
        pod_affinity(warnings, &affinity.child(name));
    }
    for server in spec.child("dnsConfig").child("nameservers").items() {
        ip(warnings, &server, version);
    }
    for alias in spec.child("hostAliases").items() {
        ip(warnings, &alias.child("ip"), version);
    }
}

/// What is said of a label of nodes that is called otherwise by now (`GetNodeLabelDeprecatedMessage` of
/// `pkg/api/node/util.go`).
pub(in crate::admission) fn deprecated_label(name: &str) -> Option<&'static str> {
    Some(match name {
        "beta.kubernetes.io/arch" => "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
        "beta.kubernetes.io/os" => "deprecated since v1.14; use \"kubernetes.io/os\" instead",
        "failure-domain.beta.kubernetes.io/region" => {
            "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead"
        }
        "failure-domain.beta.kubernetes.io/zone" => {
            "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead"
        }
        "beta.kubernetes.io/instance-type" => {
            "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead"
        }
        "app.kubernetes.io/created-by" => "deprecated since v1.9",
        "scheduler.alpha.kubernetes.io/preferAvoidPods" => "deprecated since v1.22; use Taints and Tolerations instead",
        "node-role.kubernetes.io/master" => "use \"node-role.kubernetes.io/control-plane\" instead",
        _ => return None,
    })
}

fn node_labels(warnings: &mut Vec<Warning>, selector: &Field<'_, '_>) {
    selector.for_each_entry(|name, key, value| {
        if let Some(words) = deprecated_label(name) {
            warnings.push(Warning::about(&selector.entry(name, key, value), words));
        }
    });
}

fn node_affinity(warnings: &mut Vec<Warning>, affinity: &Field<'_, '_>, version: Version) {
    for term in affinity.child(REQUIRED).child("nodeSelectorTerms").items() {
        node_selector_term(warnings, &term, None);
    }
    for term in affinity.child(PREFERRED).items() {
        node_selector_term(warnings, &term.child("preference"), Some(version));
    }
}

/// `GetWarningsForNodeSelectorTerm` of `pkg/api/node/util.go`. Values are looked at where a version is given.
fn node_selector_term(warnings: &mut Vec<Warning>, term: &Field<'_, '_>, values: Option<Version>) {
    for expression in term.child("matchExpressions").items() {
        deprecated_key(warnings, &expression.child("key"));
        let Some(version) = values else { continue };
        for value in expression.child("values").items() {
            for message in name::label_value(value.text(), version) {
                warnings.push(Warning::about(&value, &format!("{} is invalid, {message}", value.text())));
            }
        }
    }
}

fn deprecated_key(warnings: &mut Vec<Warning>, key: &Field<'_, '_>) {
    if let Some(words) = deprecated_label(key.text()) {
        warnings.push(Warning::about(key, &format!("{} is {words}", key.text())));
    }
}

fn topology_spread(warnings: &mut Vec<Warning>, constraints: &Field<'_, '_>) {
    for constraint in constraints.items() {
        deprecated_key(warnings, &constraint.child("topologyKey"));
        selector(warnings, &constraint);
    }
}

/// `warningsForPodAffinityTerms` and `warningsForWeightedPodAffinityTerms`.
fn pod_affinity(warnings: &mut Vec<Warning>, affinity: &Field<'_, '_>) {
    for term in affinity.child(REQUIRED).items() {
        selector(warnings, &term);
    }
    for term in affinity.child(PREFERRED).items() {
        selector(warnings, &term.child("podAffinityTerm"));
    }
}

fn selector(warnings: &mut Vec<Warning>, term: &Field<'_, '_>) {
    let selector = term.child("labelSelector");
    if !selector.exists() {
        warnings.push(Warning::about(&selector, NO_SELECTOR));
    }
}

/// Items that stand twice, by the field that names them.
fn twice(warnings: &mut Vec<Warning>, list: &Field<'_, '_>, name: &str) {
    if list.is_empty() {
        return;
    }
    let mut seen = Table::new();
    for item in list.items() {
        let field = item.child(name);
        if !seen.insert(field.text(), ()) {
            warnings.push(Warning::about(&field, &quoted(&format!("duplicate {name} "), field.text())));
        }
    }
}

fn pull_secrets(warnings: &mut Vec<Warning>, secrets: &Field<'_, '_>) {
    twice(warnings, secrets, "name");
    for secret in secrets.items() {
        let name = secret.child("name");
        if name.text().is_empty() {
            warnings.push(Warning::about(&name, "invalid empty name \"\""));
        }
    }
}

fn ip(warnings: &mut Vec<Warning>, field: &Field<'_, '_>, version: Version) {
    if let Some(words) = address::ip_warning(field.text(), version) {
        warnings.push(Warning::about(field, &words));
    }
}

/// The words, and the text in quotes behind them.
pub(super) fn quoted(words: &str, text: &str) -> String {
    let mut to = words.to_owned();
    quote_into(&mut to, text);
    to
}
