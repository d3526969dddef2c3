//! Turns a pod template into what the API server refuses in it (`pkg/apis/core/validation/validation.go`).

pub(super) mod app_armor;
pub(super) mod path;
pub(super) mod seccomp;
pub(super) mod windows;

mod affinity;
mod annotation;
mod dns;
mod host;
mod label_key;
mod node_selector;
mod os;
mod resource_claim;
mod security_context;
mod sysctl;
mod toleration;
mod topology_spread;

use std::collections::HashSet;

use super::check::Check;
use super::field::Field;
use super::go::BadValue;
use super::{address, name};

/// The names of the labels that a pod bears.
pub(super) struct PodLabels<'l, 't> {
    /// Those of the template.
    pub(super) template: &'l Field<'l, 't>,
    /// Those that the controller adds.
    pub(super) added: &'l [&'l str],
}

impl PodLabels<'_, '_> {
    fn has_key(&self, name: &str) -> bool {
        self.added.contains(&name) || self.template.has_key(name)
    }
}

/// `ValidatePodTemplateSpec` as `ValidatePodTemplateSpecForStatefulSet` asks it: what the controller overwrites is not
/// looked at, and before 1.34 the spec is not either.
pub(super) fn template(check: &mut Check, template: &Field<'_, '_>, with_spec: bool) {
    let (meta, spec) = (template.child("metadata"), template.child("spec"));
    let annotations = meta.child("annotations").called("annotations", template);
    annotation::annotations(check, &annotations, &spec);
    if !with_spec || !check.since(34) {
        return;
    }
    pod_spec(check, &spec, None);
    seccomp::annotations_match_fields(check, &annotations, &spec);
    app_armor::annotations_match_fields(check, &annotations, &spec);
    let ephemeral = spec.child("ephemeralContainers");
    if !ephemeral.is_empty() {
        check.forbidden(&ephemeral, "ephemeral containers not allowed in pod template");
    }
}

/// `ValidatePodSpec`.
fn pod_spec(check: &mut Check, spec: &Field<'_, '_>, labels: Option<&PodLabels<'_, '_>>) {
    let security_context = spec.child("securityContext");
    resource_claim::claims(check, &spec.child("resourceClaims"));
    host::ports(check, spec);
    let restart_policy = spec.child("restartPolicy");
    if !matches!(restart_policy.text(), "" | "Always" | "OnFailure" | "Never") {
        let supported = ["Always", "OnFailure", "Never"];
        check.not_supported(&restart_policy, BadValue::Typed(restart_policy.text()), &supported);
    }
    let dns_policy = spec.child("dnsPolicy");
    dns::policy(check, &dns_policy);
    if !check.since(37) {
        host::shared_processes(check, spec);
    }
    security_context::security_context(check, &security_context, spec);
    if check.since(37) {
        host::shared_processes(check, spec);
    }
    affinity::affinity(check, &spec.child("affinity"), labels);
    dns::config(check, &spec.child("dnsConfig"), dns_policy.text());
    gates(check, spec);
    topology_spread::constraints(check, &spec.child("topologySpreadConstraints"), labels);
    windows::host_process(check, spec, &security_context);
    host::users(check, spec);
    host::hostname_override(check, spec);
    names(check, spec);
    os::os(check, spec, &security_context);
}

/// `validateReadinessGates` and `validateSchedulingGates`.
fn gates(check: &mut Check, spec: &Field<'_, '_>) {
    for gate in spec.child("readinessGates").items() {
        let condition = gate.child("conditionType");
        let messages = name::qualified_name(condition.text(), check.version);
        check.invalid_each(&condition, condition.text(), messages);
    }
    let scheduling_gates = spec.child("schedulingGates");
    if scheduling_gates.is_empty() {
        return;
    }
    let mut seen = HashSet::new();
    for gate in scheduling_gates.items() {
        let text = gate.child("name").text();
        let messages = name::qualified_name(text, check.version);
        check.invalid_each(&gate, text, messages);
        if !seen.insert(text) {
            check.duplicate(&gate, text);
        }
    }
}

/// What a pod names, from `serviceAccountName` to `preemptionPolicy`.
fn names(check: &mut Check, spec: &Field<'_, '_>) {
    let (account, deprecated) = (spec.child("serviceAccountName"), spec.child("serviceAccount"));
    let account = if account.text().is_empty() { deprecated.called("serviceAccountName", spec) } else { account };
    subdomain(check, &account);
    subdomain(check, &spec.child("nodeName"));
    let deadline = spec.child("activeDeadlineSeconds");
    if let Some(seconds) = deadline.int() {
        check.invalid_each(&deadline, seconds, name::in_range(seconds, 1, i64::from(i32::MAX)));
    }
    toleration::tolerations(check, &spec.child("tolerations"));
    for alias in spec.child("hostAliases").items() {
        ip(check, &alias.child("ip"));
        for hostname in alias.child("hostnames").items() {
            check.invalid_each(&hostname, hostname.text(), name::dns1123_subdomain(hostname.text()));
        }
    }
    subdomain(check, &spec.child("priorityClassName"));
    let runtime_class = spec.child("runtimeClassName");
    if runtime_class.exists() {
        check.invalid_each(&runtime_class, runtime_class.text(), name::dns1123_subdomain(runtime_class.text()));
    }
    let preemption = spec.child("preemptionPolicy");
    match preemption.text() {
        "" if preemption.exists() => check.required(&preemption, ""),
        "" | "PreemptLowerPriority" | "Never" => {}
        other => check.not_supported(&preemption, BadValue::Typed(other), &["PreemptLowerPriority", "Never"]),
    }
}

/// A name that may be absent and is a DNS subdomain otherwise.
fn subdomain(check: &mut Check, field: &Field<'_, '_>) {
    if !field.text().is_empty() {
        check.invalid_each(field, field.text(), name::dns1123_subdomain(field.text()));
    }
}

/// `IsValidIPForLegacyField`.
fn ip(check: &mut Check, field: &Field<'_, '_>) {
    check.invalid_each(field, field.text(), address::ip(field.text(), check.version));
}

/// `VisitContainersWithPath` of `pkg/apis/core/pods`: the containers of every sort.
fn each_container<'t>(spec: &Field<'_, 't>, mut visit: impl FnMut(&Field<'_, 't>)) {
    for name in ["initContainers", "containers", "ephemeralContainers"] {
        for container in spec.child(name).items() {
            visit(&container);
        }
    }
}
