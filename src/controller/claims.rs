//! Turns a retention policy into the owner references a claim should have.

use super::state::{Claim, OwnerReference, Owners, Retain, Set, Uid};

/// Whether all claims of a pod have the owners the policy wants (`ClaimsMatchRetentionPolicy`,
/// `stateful_pod_control.go`). A missing claim matches.
pub(super) fn all_match(set: &Set, claims: &[Claim], pod: Uid, in_range: bool) -> bool {
    claims
        .iter()
        .filter(|claim| set.claim_templates.contains(&claim.template))
        .all(|claim| up_to_date(set, claim.owners, pod, in_range))
}

/// Whether a claim belongs to an earlier pod of the name: no pod may be created with it (`hasStaleOwnerRef`,
/// `stateful_set_utils.go`).
pub(super) fn is_stale(owners: Owners, pod: Uid) -> bool {
    owners.pod.is_some_and(|owner| owner.uid != pod)
}

/// `isClaimOwnerUpToDate`, `stateful_set_utils.go`.
pub(super) fn up_to_date(set: &Set, owners: Owners, pod: Uid, in_range: bool) -> bool {
    let ours = owners.set.is_some_and(|owner| owner.uid == set.uid);
    let pods = owners.pod.is_some_and(|owner| owner.uid == pod);
    if owners.set.is_some() != ours || is_stale(owners, pod) {
        return true; // left to the garbage collector
    }
    if has_unexpected_controller(set, owners, pod) {
        return !ours && !pods;
    }
    let follows = |owner: Option<OwnerReference>| owner.is_some_and(|owner| !owner.controller);
    if follows(owners.set) || follows(owners.pod) {
        return false;
    }
    (ours, pods) == wanted(set, in_range)
}

/// Which owners the policy wants: the set, the pod.
fn wanted(set: &Set, in_range: bool) -> (bool, bool) {
    match (set.when_scaled, set.when_deleted) {
        (Retain::Retain, Retain::Retain) => (false, false),
        (Retain::Retain, Retain::Delete) => (true, false),
        (Retain::Delete, Retain::Retain) => (false, !in_range),
        (Retain::Delete, Retain::Delete) => (in_range, !in_range),
    }
}

/// `hasUnexpectedController`, `stateful_set_utils.go`.
fn has_unexpected_controller(set: &Set, owners: Owners, pod: Uid) -> bool {
    (set.when_scaled, set.when_deleted) != (Retain::Retain, Retain::Retain)
        && (owners.set.is_some_and(|owner| owner.uid != set.uid) || is_stale(owners, pod) || owners.other == Some(true))
}

/// `updateClaimOwnerRefForSetAndPod`, `stateful_set_utils.go`.
pub(super) fn updated(set: &Set, owners: Owners, pod: Uid, in_range: bool) -> Owners {
    let scrubbed = Owners { set: None, pod: None, ..owners };
    if has_unexpected_controller(set, owners, pod) {
        return scrubbed;
    }
    let (by_set, by_pod) = wanted(set, in_range);
    let reference = |uid| OwnerReference { uid, controller: true };
    Owners { set: by_set.then(|| reference(set.uid)), pod: by_pod.then(|| reference(pod)), ..scrubbed }
}
