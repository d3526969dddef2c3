//! Turns a Kubernetes minor version and its feature gates into the ways its StatefulSet controller behaves.

use crate::version::{FeatureGate, Version};

/// One version of the controller: a minor (33 means 1.33) and the two feature gates that change its steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    minor: u8,
    /// Feature gate `MaxUnavailableStatefulSet`.
    pub max_unavailable: bool,
    /// Feature gate `StatefulSetRecreateStrategy` (from 1.37).
    pub recreate: bool,
}

impl Profile {
    /// The controller of a version, with its gates.
    pub fn of(version: Version) -> Self {
        Self {
            minor: version.minor(),
            max_unavailable: version.has(FeatureGate::MaxUnavailableStatefulSet),
            recreate: version.has(FeatureGate::StatefulSetRecreateStrategy),
        }
    }

    /// The minor version, 33 for 1.33.
    pub fn minor(self) -> u8 {
        self.minor
    }

    /// The newest revision counts as unchanged when its template, defaulted again, is the set's
    /// (`setMatchesLatestExistingRevision`, `stateful_set_control.go`).
    pub(super) fn compares_defaulted_templates(self) -> bool {
        self.minor >= 34
    }

    /// A pod counts as unavailable until `minReadySeconds` have passed, also where the rolling update looks
    /// (`isUnavailable`, `stateful_set_utils.go`); before, being ready was enough there.
    pub(super) fn unavailable_until_min_ready(self) -> bool {
        self.minor >= 34
    }

    /// A pod becomes available in the very second `minReadySeconds` have passed, not after it (`IsPodAvailable`,
    /// `pkg/api/v1/pod/util.go`).
    pub(super) fn available_at_the_second(self) -> bool {
        self.minor >= 35
    }

    /// Deleting a pod that is already gone is a success everywhere (`DeleteStatefulPod`, `stateful_pod_control.go`);
    /// before, only in the rolling update.
    pub(super) fn gone_is_deleted(self) -> bool {
        self.minor >= 36
    }

    /// With `maxUnavailable`, Parallel replaces broken pods of an older revision whatever the budget
    /// (`updateStatefulSetAfterInvariantEstablished`, `stateful_set_control.go`).
    pub(super) fn replaces_broken_first(self) -> bool {
        self.minor >= 37
    }

    /// An update completes under every strategy, not only `RollingUpdate` (`completeUpdate`,
    /// `stateful_set_utils.go`).
    pub(super) fn completes_any_strategy(self) -> bool {
        self.minor >= 37
    }

    /// The strategy `Recreate` is known.
    pub(super) fn knows_recreate(self) -> bool {
        self.minor >= 37
    }
}
