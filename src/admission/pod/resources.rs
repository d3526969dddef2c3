//! Turns the resources of a whole pod, held against those of its containers, into what the API server refuses in them.

use std::borrow::Cow;
use std::collections::HashMap;

use super::super::check::Check;
use super::super::field::Field;
use super::container::resources::of_pod;
use crate::quantity::{Quantity, Total};
use crate::yaml::Node;

/// What the containers take of one resource (`AggregateContainerRequests` and `AggregateContainerLimits` of
/// `k8s.io/component-helpers`, `resource/helpers.go`).
#[derive(Default)]
struct Taken {
    /// By those that run side by side.
    at_once: Option<Total>,
    /// Of these, by the init containers that keep running.
    sidecars: Option<Total>,
    /// At most, while an init container runs.
    at_start: Option<Total>,
}

/// Which amounts of a container are summed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Requests,
    Limits,
}

/// `validatePodResources`; before 1.34 the field is dropped.
pub(super) fn resources(check: &mut Check, spec: &Field<'_, '_>) {
    let resources = spec.child("resources");
    if !check.since(34) || !resources.exists() {
        return;
    }
    if spec.child("os").child("name").text() == "windows" {
        check.forbidden(&resources, "may not be set for a windows pod");
        return;
    }
    let claims = resources.child("claims");
    // Of a pod, an empty list was lost when the set was stored.
    if claims.exists() && !(check.is_pod && claims.is_empty()) {
        check.forbidden(&claims, "claims may not be set for Resources at pod-level");
    }
    of_pod(check, &resources, &spec.child("resourceClaims"));
    if check.is_pod {
        defaulted_requests(check, spec, &resources);
    }
    let requested = taken(check, spec, Kind::Requests);
    let requests = resources.child("requests");
    at_least(check, &requests, &requested, |_| true, "requests");
    let limits = resources.child("limits");
    if limits.is_empty() {
        return;
    }
    let limited = taken(check, spec, Kind::Limits);
    at_least(check, &limits, &limited, |name| name.starts_with("hugepages-"), "limits");
    within_limits(check, spec, &resources, &limits);
}

/// What the server makes of the requests of a pod where only its limits are written (`defaultPodRequests` of
/// `pkg/apis/core/v1/defaults.go`, `defaultPodLevelRequests` of `pkg/api/pod/util.go`) may be more than these.
fn defaulted_requests(check: &mut Check, spec: &Field<'_, '_>, resources: &Field<'_, '_>) {
    let (requests, limits) = (resources.child("requests"), resources.child("limits"));
    if limits.is_empty() || requests.has_key("cpu") && requests.has_key("memory") {
        return;
    }
    let taken = taken(check, spec, Kind::Requests);
    for name in ["cpu", "memory"].iter().filter(|name| !requests.has_key(name)) {
        let limit = limits.node().and_then(|limits| limits.get(name)).and_then(total);
        if let (Some(taken), Some(limit)) = (taken.get(*name).and_then(|taken| taken.at_once.as_ref()), limit)
            && *taken > limit
        {
            let field = limits.called("requests", resources);
            let detail = format!("must be less than or equal to {name} limit of {}", limit.written());
            check.invalid(&field, taken.written().as_str(), &detail);
        }
    }
}

/// What is written for the pod is no less than what its containers take.
fn at_least(
    check: &mut Check,
    list: &Field<'_, '_>,
    taken: &HashMap<Cow<'_, str>, Taken>,
    counts: impl Fn(&str) -> bool,
    what: &str,
) {
    list.for_each_entry(|name, key, value| {
        let whole = total(value).unwrap_or_default();
        let taken = taken.get(name).and_then(|taken| taken.at_once.as_ref());
        if let Some(taken) = taken.filter(|taken| counts(name) && **taken > whole) {
            let detail = format!("must be greater than or equal to aggregate container {what} of {}", taken.written());
            check.invalid(&list.entry(name, key, value), whole.written().as_str(), &detail);
        }
    });
}

/// No container has a limit above that of the pod.
fn within_limits(check: &mut Check, spec: &Field<'_, '_>, resources: &Field<'_, '_>, pod_limits: &Field<'_, '_>) {
    let list = resources.child("containers");
    for (index, container) in spec.child("containers").items().enumerate() {
        let resources = container.child("resources");
        let limits = resources.child("limits");
        limits.for_each_entry(|name, key, value| {
            let pod_limit = pod_limits.node().and_then(|limits| limits.entry(name));
            let Some(pod_limit) = pod_limit.map(|entry| total(entry.value).unwrap_or_default()) else { return };
            let limit = total(value).unwrap_or_default();
            if limit > pod_limit {
                let limit_field = limits.entry(name, key, value);
                let numbered = limit_field.numbered(index, &list);
                let keyed = limit_field.keyed(name, &numbered);
                let detail = format!("must be less than or equal to pod limits of {}", pod_limit.written());
                check.invalid(&limit_field.called("limits", &keyed), limit.written().as_str(), &detail);
            }
        });
    }
}

/// What all containers together take, by the names of resources.
fn taken<'t>(check: &Check, spec: &Field<'_, 't>, kind: Kind) -> HashMap<Cow<'t, str>, Taken> {
    let mut taken: HashMap<Cow<'t, str>, Taken> = HashMap::new();
    for container in spec.child("containers").items() {
        for (name, amount) in amounts(check, &container, kind) {
            add(&mut taken.entry(name).or_default().at_once, &amount);
        }
    }
    for container in spec.child("initContainers").items() {
        let is_sidecar = container.child("restartPolicy").text() == "Always";
        for (name, amount) in amounts(check, &container, kind) {
            let taken = taken.entry(name).or_default();
            let running = if is_sidecar {
                add(&mut taken.at_once, &amount);
                add(&mut taken.sidecars, &amount);
                taken.sidecars.clone()
            } else {
                let mut running = Some(amount);
                if let Some(sidecars) = &taken.sidecars {
                    add(&mut running, sidecars);
                }
                running
            };
            raise(&mut taken.at_start, running);
        }
    }
    for taken in taken.values_mut() {
        raise(&mut taken.at_once, taken.at_start.take());
    }
    taken
}

/// The requests or limits of one container; of a pod, what is limited is requested too (`SetDefaults_Pod`).
fn amounts<'t>(check: &Check, container: &Field<'_, 't>, kind: Kind) -> Vec<(Cow<'t, str>, Total)> {
    let resources = container.child("resources");
    let (requests, limits) = (resources.child("requests"), resources.child("limits"));
    let read = |(name, _, value): (Cow<'t, str>, Node<'t>, Node<'t>)| Some((name, total(value)?));
    if kind == Kind::Limits {
        return limits.entries().into_iter().filter_map(read).collect();
    }
    let mut amounts: Vec<_> = requests.entries().into_iter().filter_map(read).collect();
    if check.is_pod {
        let unrequested = limits.entries().into_iter().filter(|(name, ..)| !requests.has_key(name));
        amounts.extend(unrequested.filter_map(read));
    }
    amounts
}

fn total(value: Node<'_>) -> Option<Total> {
    Total::of(&Quantity::text_of(value)?)
}

fn add(sum: &mut Option<Total>, amount: &Total) {
    match sum {
        Some(sum) => sum.add(amount),
        None => *sum = Some(amount.clone()),
    }
}

fn raise(most: &mut Option<Total>, amount: Option<Total>) {
    if amount > *most {
        *most = amount;
    }
}
