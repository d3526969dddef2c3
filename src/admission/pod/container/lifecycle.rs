//! Turns the hooks and the probes of a container that runs as long as its pod into what the API server refuses in them.

use super::super::super::check::Check;
use super::super::super::field::Field;
use super::{handler, probe};

/// The lifecycle, hooks and all, and the probes of a container. The grace period is the pod's, in seconds.
pub(super) fn long_running(check: &mut Check, container: &Field<'_, '_>, grace_period: i64) {
    lifecycle(check, &container.child("lifecycle"), grace_period);
    probe::that_restarts(check, &container.child("livenessProbe"));
    probe::readiness(check, &container.child("readinessProbe"));
    probe::that_restarts(check, &container.child("startupProbe"));
}

/// `validateLifecycle`; the gate of `stopSignal` is off, which drops it.
fn lifecycle(check: &mut Check, lifecycle: &Field<'_, '_>, grace_period: i64) {
    for hook in ["postStart", "preStop"] {
        let hook = lifecycle.child(hook);
        if hook.exists() {
            handler::of_hook(check, &hook, grace_period);
        }
    }
}

/// Whether anything of a lifecycle is left once `stopSignal` is dropped: with that alone, it goes too
/// (`dropContainerStopSignals` of `pkg/api/pod/util.go`).
pub(super) fn is_kept(lifecycle: &Field<'_, '_>) -> bool {
    let has = |name| lifecycle.child(name).exists();
    lifecycle.exists() && (!has("stopSignal") || has("postStart") || has("preStop"))
}
