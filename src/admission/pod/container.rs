//! Turns the containers of a pod into what the API server refuses in them (`pkg/apis/core/validation/validation.go`).

mod env;
mod ephemeral;
mod handler;
mod lifecycle;
mod port;
mod probe;
mod resize_policy;
mod resource_claim;
mod resource_name;
pub(super) mod resources;
mod restart_policy;
mod security_context;
#[cfg(test)]
mod tests;
mod warning;

pub(super) use ephemeral::{ephemeral_containers, image};
pub(super) use warning::warnings;

use std::cell::Cell;

use super::super::check::Check;
use super::super::field::Field;
use super::super::go::BadValue;
use super::super::name;
use super::super::table::Table;
use super::volume::Volumes;
use super::{each_container, mount};
use port::HostPorts;

/// What containers are held against besides themselves.
pub(super) struct Surroundings<'s, 't> {
    /// The pod's volumes.
    volumes: &'s Volumes<'t>,
    /// The pod's `resourceClaims`.
    claims: Field<'s, 't>,
    /// The pod's `terminationGracePeriodSeconds`, its default applied.
    grace_period: i64,
    /// Whether the pod's `restartPolicy` is `Never`.
    never_restarted: bool,
    /// Whether users in containers are those of the node: the pod's `hostUsers`, its default applied.
    host_users: bool,
    /// Whether a variable takes its value from a file.
    has_file: Cell<bool>,
    /// Whether a container's ports are ports of the node of the same number: in a pod with `hostNetwork`.
    host_ports: bool,
}

impl<'s, 't> Surroundings<'s, 't> {
    /// What the pod's `spec` and its volumes say to containers.
    pub(super) fn new(check: &Check, spec: &'s Field<'s, 't>, volumes: &'s Volumes<'t>) -> Self {
        // `SetDefaults_PodSpec`; of a pod, a negative one counts as 1.
        let grace_period = spec.child("terminationGracePeriodSeconds").int().unwrap_or(30);
        Self {
            volumes,
            claims: spec.child("resourceClaims"),
            grace_period: if check.is_pod && grace_period < 0 { 1 } else { grace_period },
            never_restarted: spec.child("restartPolicy").text() == "Never",
            host_users: spec.child("hostUsers").bool() != Some(false),
            has_file: Cell::new(false),
            host_ports: check.is_pod && spec.child("hostNetwork").is_true(),
        }
    }
}

/// `validateContainers`.
pub(super) fn containers<'t>(check: &mut Check, list: &Field<'_, 't>, around: &Surroundings<'_, 't>) {
    if list.is_empty() {
        check.required(list, "");
        return;
    }
    let mut names = Table::new();
    for container in list.items() {
        common(check, &container, around, true);
        let name = container.child("name");
        if !names.insert(name.text(), ()) {
            check.duplicate(&name, name.text());
        }
        lifecycle::long_running(check, &container, around.grace_period);
        restart_policy::of_container(check, &container);
    }
    let mut ports = HostPorts::new(around.host_ports);
    for container in list.items() {
        ports.add(check, &container);
    }
}

/// `validateInitContainers`. The names of `containers` are taken.
pub(super) fn init_containers<'t>(
    check: &mut Check,
    list: &Field<'_, 't>,
    containers: &Field<'_, 't>,
    around: &Surroundings<'_, 't>,
) {
    if list.is_empty() {
        return;
    }
    let mut names = Table::new();
    for container in containers.items() {
        names.insert(container.child("name").text(), ());
    }
    for container in list.items() {
        common(check, &container, around, true);
        restart_policy::of_init_container(check, &container);
        let name = container.child("name");
        if names.has(name.text()) {
            check.duplicate(&name, name.text());
        } else if !name.text().is_empty() {
            names.insert(name.text(), ());
        }
        // Each is looked at alone, and so called the first one.
        HostPorts::new(around.host_ports).add(check, &container.numbered(0, list));
        let is_sidecar = container.child("restartPolicy").text() == "Always";
        if is_sidecar {
            lifecycle::long_running(check, &container, around.grace_period);
        } else {
            not_long_running(check, &container);
            resize_policy::of_init_container(check, &container.child("resizePolicy"));
        }
    }
}

/// `validateFileKeyRefVolumes`, once the containers were looked at. The claim templates of the StatefulSet stand for
/// volumes of the same name.
pub(super) fn file_volumes<'t>(
    check: &mut Check,
    spec: &Field<'_, 't>,
    claims: &Field<'_, 't>,
    around: &Surroundings<'_, 't>,
) {
    if !around.has_file.get() {
        return;
    }
    let mut volumes = Table::new();
    for volume in spec.child("volumes").items() {
        volumes.set(volume.child("name").text(), volume.child("emptyDir").exists());
    }
    for claim in claims.items() {
        volumes.set(claim.child("metadata").child("name").text(), false);
    }
    each_container(spec, |container| env::file_volumes(check, container, &volumes));
}

/// What only a container may have that runs as long as its pod.
fn not_long_running(check: &mut Check, container: &Field<'_, '_>) {
    const REASON: &str = "may not be set for init containers without restartPolicy=Always";
    let lifecycle = container.child("lifecycle");
    if lifecycle::is_kept(&lifecycle) {
        check.forbidden(&lifecycle, REASON);
    }
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        let probe = container.child(probe);
        if probe.exists() {
            check.forbidden(&probe, REASON);
        }
    }
}

/// `validateContainerCommon`: what holds for containers of every sort.
/// `is_defaulted` says that `SetDefaults_Pod` knows this sort.
fn common<'t>(check: &mut Check, container: &Field<'_, 't>, around: &Surroundings<'_, 't>, is_defaulted: bool) {
    let name = container.child("name");
    if name.text().is_empty() {
        check.required(&name, "");
    } else {
        check.invalid_each(&name, name.text(), name::dns1123_label(name.text()));
    }
    let image = container.child("image");
    if image.text().is_empty() {
        check.required(&image, "");
    }
    let message_policy = container.child("terminationMessagePolicy");
    if !matches!(message_policy.text(), "" | "File" | "FallbackToLogsOnError") {
        let value = BadValue::Typed(message_policy.text());
        check.not_supported(&message_policy, value, &["File", "FallbackToLogsOnError"]);
    }
    port::ports(check, &container.child("ports"), around.host_ports && is_defaulted);
    if env::variables(check, &container.child("env")) {
        around.has_file.set(true);
    }
    env::sources(check, &container.child("envFrom"));
    mount::volume_mounts(check, container, around.volumes);
    mount::volume_devices(check, container, around.volumes);
    pull_policy(check, &container.child("imagePullPolicy"));
    resources::of_container(check, &container.child("resources"), &around.claims, is_defaulted);
    resize_policy::resize_policy(check, &container.child("resizePolicy"), around.never_restarted);
    security_context::security_context(check, &container.child("securityContext"), around.host_users);
}

/// `validatePullPolicy`, of an image; the default of an absent one depends on the image and is never at fault.
pub(super) fn pull_policy(check: &mut Check, policy: &Field<'_, '_>) {
    if !matches!(policy.text(), "" | "Always" | "IfNotPresent" | "Never") {
        check.not_supported(policy, BadValue::Typed(policy.text()), &["Always", "IfNotPresent", "Never"]);
    }
}
