//! Turns what a pod shares with its node, and the name that it bears there, into what the API server refuses.

use super::super::check::Check;
use super::super::field::Field;
use super::super::inheritance::Inherited;
use super::super::name;
use super::each_container;

/// The longest host name that Linux holds, in bytes.
const LONGEST_HOSTNAME: usize = 64;

/// `validatePodHostNetworkDeps`. The port of the host of a pod is by then that of its container where it was absent.
pub(super) fn ports(check: &mut Check, spec: &Field<'_, '_>) {
    if !spec.child("hostNetwork").is_true() {
        return;
    }
    for container in spec.child("containers").items() {
        for port in container.child("ports").items() {
            let (host_port, container_port) = (port.child("hostPort"), port.child("containerPort"));
            let number = host_port.int().unwrap_or(0);
            if number != 0 && number != container_port.int().unwrap_or(0) {
                check.invalid(&host_port, number, "must match `containerPort` when `hostNetwork` is true");
            }
        }
    }
}

/// `validateShareProcessNamespace`.
pub(super) fn shared_processes(check: &mut Check, spec: &Field<'_, '_>) {
    let shared = spec.child("shareProcessNamespace");
    if shared.is_true() && spec.child("hostPID").is_true() {
        let detail = "ShareProcessNamespace and HostPID cannot both be enabled";
        if check.since(37) {
            check.invalid(&shared, true, detail);
        } else {
            check.invalid(&shared.called("shareProcessNamespace", &spec.child("securityContext")), true, detail);
        }
    }
}

/// `validateHostUsers`.
pub(super) fn users(check: &mut Check, spec: &Field<'_, '_>) {
    if spec.child("hostUsers").bool() != Some(false) {
        return;
    }
    let detail = if check.since(34) { "when `hostUsers` is false" } else { "when `pod.Spec.HostUsers` is false" };
    for (name, path) in [("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC")] {
        let shared = spec.child(name);
        let is_let_pass =
            name == "hostNetwork" && check.since(35) && check.inherits(Inherited::HostNetworkInUserNamespace);
        if shared.is_true() && !is_let_pass {
            check.forbidden(&shared.called(path, spec), detail);
        }
    }
    if check.since(34) && !check.inherits(Inherited::DeviceInUserNamespace) {
        each_container(spec, |container| {
            let devices = container.child("volumeDevices");
            if !devices.is_empty() {
                check.forbidden(&devices, detail);
            }
        });
    }
}

/// `validatePodHostName`; before 1.35 the field is dropped.
pub(super) fn hostname_override(check: &mut Check, spec: &Field<'_, '_>) {
    let hostname = spec.child("hostnameOverride");
    if !check.since(35) || !hostname.exists() {
        return;
    }
    if spec.child("setHostnameAsFQDN").is_true() {
        check.forbidden(&hostname, "may not be specified when setHostnameAsFQDN is true");
    }
    if spec.child("hostNetwork").is_true() {
        check.forbidden(&hostname, "may not be specified when hostNetwork is true");
    }
    if hostname.text().len() > LONGEST_HOSTNAME {
        check.too_long(&hostname, LONGEST_HOSTNAME);
    }
    check.invalid_each(&hostname, hostname.text(), name::dns1123_subdomain(hostname.text()));
}
