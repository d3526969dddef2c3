//! Turns a probe into what the API server refuses in it.

use super::super::super::check::Check;
use super::super::super::field::Field;
use super::handler;

/// `validateLivenessProbe` and `validateStartupProbe`, which ask the same: one success is enough.
pub(super) fn that_restarts(check: &mut Check, probe: &Field<'_, '_>) {
    if !probe.exists() {
        return;
    }
    common(check, probe);
    let successes = probe.child("successThreshold");
    if let Some(number) = successes.int().filter(|number| !matches!(number, 0 | 1)) {
        check.invalid(&successes, number, "must be 1");
    }
}

/// `validateReadinessProbe`: it stops nothing, so no grace period is its own.
pub(super) fn readiness(check: &mut Check, probe: &Field<'_, '_>) {
    if !probe.exists() {
        return;
    }
    common(check, probe);
    let grace_period = probe.child("terminationGracePeriodSeconds");
    if let Some(seconds) = grace_period.int() {
        check.invalid(&grace_period, seconds, "must not be set for readinessProbes");
    }
}

/// `validateProbe`; what is absent or 0 has a default that is never at fault (`SetDefaults_Probe`).
fn common(check: &mut Check, probe: &Field<'_, '_>) {
    handler::of_probe(check, probe);
    let names = ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"];
    for name in names {
        let field = probe.child(name);
        if let Some(number) = field.int().filter(|number| *number < 0) {
            check.invalid(&field, number, "must be greater than or equal to 0");
        }
    }
    let grace_period = probe.child("terminationGracePeriodSeconds");
    if let Some(seconds) = grace_period.int().filter(|seconds| *seconds <= 0) {
        check.invalid(&grace_period, seconds, "must be greater than 0");
    }
}
