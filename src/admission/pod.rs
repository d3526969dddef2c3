//! Turns a pod template into what the API server refuses in it (`pkg/apis/core/validation/validation.go`).

pub(super) mod app_armor;
pub(super) mod inheritance;
pub(super) mod path;
pub(super) mod seccomp;
pub(super) mod warning;
pub(super) mod windows;

mod affinity;
mod annotation;
mod container;
mod dns;
mod field_selector;
mod host;
mod label_key;
mod mount;
mod node_selector;
mod os;
mod resource_claim;
mod resources;
mod security_context;
mod sysctl;
mod toleration;
mod topology_spread;
mod volume;

use super::check::Check;
use super::field::Field;
use super::go::BadValue;
use super::table::Table;
use super::{address, metadata, name};
use container::Surroundings;

/// What a pod of a StatefulSet has from its controller and not from the template.
pub(super) struct Identity<'i, 't> {
    /// `<set>-<ordinal>`.
    pub(super) name: &'i str,
    /// The set's `metadata.name`, which decides the name.
    pub(super) set_name: &'i Field<'i, 't>,
    /// The set's `spec.serviceName`.
    pub(super) service: &'i Field<'i, 't>,
    /// The set's `spec.volumeClaimTemplates`.
    pub(super) claims: &'i Field<'i, 't>,
    /// The names of the labels that the controller adds.
    pub(super) labels: &'i [&'i str],
}

/// What is checked beside the spec: a pod, or the template of pods.
#[derive(Clone, Copy)]
struct Whole<'w, 't> {
    /// The labels that are written.
    labels: &'w Field<'w, 't>,
    annotations: &'w Field<'w, 't>,
    spec: &'w Field<'w, 't>,
    /// The claim templates of the set.
    claims: &'w Field<'w, 't>,
    /// `None` for a template.
    identity: Option<&'w Identity<'w, 't>>,
}

impl Whole<'_, '_> {
    /// Whether a pod bears the label: nothing does before it is one.
    fn bears(&self, name: &str) -> bool {
        self.identity.is_some_and(|identity| identity.labels.contains(&name) || self.labels.has_key(name))
    }
}

/// `ValidatePodTemplateSpec` as `ValidatePodTemplateSpecForStatefulSet` asks it: what the controller overwrites is not
/// looked at, and before 1.34 the spec is not either. `claims` are the claim templates of the set.
pub(super) fn template(check: &mut Check, template: &Field<'_, '_>, claims: &Field<'_, '_>, with_spec: bool) {
    let (meta, spec) = (template.child("metadata"), template.child("spec"));
    let labels = meta.child("labels").called("labels", template);
    let annotations = meta.child("annotations").called("annotations", template);
    metadata::labels(check, &labels);
    metadata::annotations(check, &annotations);
    annotation::annotations(check, &annotations, &spec);
    if !with_spec || !check.since(34) {
        return;
    }
    let whole = Whole { labels: &labels, annotations: &annotations, spec: &spec, claims, identity: None };
    pod_spec(check, whole);
    let ephemeral = spec.child("ephemeralContainers");
    if !ephemeral.is_empty() {
        check.forbidden(&ephemeral, "ephemeral containers not allowed in pod template");
    }
}

/// `ValidatePodCreate`, but for the name and the labels that the controller adds.
pub(super) fn create(check: &mut Check, pod: &Field<'_, '_>, identity: &Identity<'_, '_>) {
    let (meta, spec) = (pod.child("metadata"), pod.child("spec"));
    let (labels, annotations) = (meta.child("labels"), meta.child("annotations"));
    metadata::labels(check, &labels);
    metadata::annotations(check, &annotations);
    metadata::finalizers(check, &meta);
    metadata::kube_finalizers(check, &meta);
    annotation::annotations(check, &annotations, &spec);
    let whole = Whole {
        labels: &labels,
        annotations: &annotations,
        spec: &spec,
        claims: identity.claims,
        identity: Some(identity),
    };
    pod_spec(check, whole);
    for list in ["containers", "initContainers"] {
        for container in spec.child(list).items() {
            container::image(check, &container);
        }
    }
    let ephemeral = spec.child("ephemeralContainers");
    if !ephemeral.is_empty() {
        check.forbidden(&ephemeral, "cannot be set on create");
    }
    let node_name = spec.child("nodeName");
    if !node_name.text().is_empty() && !spec.child("schedulingGates").is_empty() {
        check.forbidden(&node_name, "cannot be set until all schedulingGates have been cleared");
    }
}

/// `ValidatePodSpec`, and what else a pod and a template are both asked for.
fn pod_spec(check: &mut Check, whole: Whole<'_, '_>) {
    let spec = whole.spec;
    let volumes = volume::volumes(check, spec, whole.claims, whole.identity.map(|identity| identity.name));
    let security_context = spec.child("securityContext");
    resource_claim::claims(check, &spec.child("resourceClaims"), whole.identity.map(|_| whole.annotations));
    let around = Surroundings::new(check, spec, &volumes);
    let (containers, init_containers) = (spec.child("containers"), spec.child("initContainers"));
    container::containers(check, &containers, &around);
    container::init_containers(check, &init_containers, &containers, &around);
    let ephemeral_containers = spec.child("ephemeralContainers");
    container::ephemeral_containers(check, &ephemeral_containers, &containers, &init_containers, &around);
    resources::resources(check, spec);
    host::ports(check, spec);
    let restart_policy = spec.child("restartPolicy");
    if !matches!(restart_policy.text(), "" | "Always" | "OnFailure" | "Never") {
        let supported = ["Always", "OnFailure", "Never"];
        check.not_supported(&restart_policy, BadValue::Typed(restart_policy.text()), &supported);
    }
    let dns_policy = spec.child("dnsPolicy");
    dns::policy(check, &dns_policy);
    metadata::labels(check, &spec.child("nodeSelector"));
    if !check.since(37) {
        host::shared_processes(check, spec);
    }
    security_context::security_context(check, &security_context, spec);
    if check.since(37) {
        host::shared_processes(check, spec);
    }
    affinity::affinity(check, &spec.child("affinity"), whole);
    dns::config(check, &spec.child("dnsConfig"), dns_policy.text());
    gates(check, spec);
    topology_spread::constraints(check, &spec.child("topologySpreadConstraints"), whole);
    windows::host_process(check, spec, &security_context);
    host::users(check, spec);
    host::hostname_override(check, spec);
    names(check, whole);
    os::os(check, spec, &security_context);
    container::file_volumes(check, spec, whole.claims, &around);
    seccomp::annotations_match_fields(check, whole.annotations, spec);
    app_armor::annotations_match_fields(check, whole.annotations, spec);
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
    let mut seen = Table::new();
    for gate in scheduling_gates.items() {
        let text = gate.child("name").text();
        let messages = name::qualified_name(text, check.version);
        check.invalid_each(&gate, text, messages);
        if !seen.insert(text, ()) {
            check.duplicate(&gate, text);
        }
    }
}

/// What a pod names, from `serviceAccountName` to `preemptionPolicy`.
fn names(check: &mut Check, whole: Whole<'_, '_>) {
    let spec = whole.spec;
    let (account, deprecated) = (spec.child("serviceAccountName"), spec.child("serviceAccount"));
    let account = if account.text().is_empty() { deprecated.called("serviceAccountName", spec) } else { account };
    subdomain(check, &account);
    subdomain(check, &spec.child("nodeName"));
    let deadline = spec.child("activeDeadlineSeconds");
    if let Some(seconds) = deadline.int() {
        check.invalid_each(&deadline, seconds, name::in_range(seconds, 1, i64::from(i32::MAX)));
    }
    if let Some(identity) = whole.identity {
        let hostname = identity.set_name.called("hostname", spec);
        check.invalid_each(&hostname, identity.name, name::dns1123_label(identity.name));
        let service = identity.service.called("subdomain", spec);
        if !service.text().is_empty() {
            check.invalid_each(&service, service.text(), name::dns1123_label(service.text()));
        }
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
    let overhead = spec.child("overhead");
    if overhead.exists() {
        container::resources::overhead(check, &overhead);
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

#[cfg(test)]
mod tests;
