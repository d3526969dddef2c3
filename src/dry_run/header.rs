//! Turns the facts of a set into the lines that say what decides its story.

use super::Scene;
use super::storage::{self, Missing, Source};
use crate::controller::names::pod_name;
use crate::controller::state::{
    MaxUnavailable, Ordinal, PodManagementPolicy, Retain, RollingUpdate, Set, TemplateId, UpdateStrategy,
};
use crate::dns::Names;
use crate::facts::{self, Facts};
use crate::version::{FeatureGate, Version};

/// What decides, one line each.
pub(super) fn of(scene: &Scene<'_>, facts: &Facts<'_>, names: &Names) -> Vec<(&'static str, String)> {
    let (set, question) = (scene.set, scene.question);
    let mut spec = super::spec::of(set, TemplateId(0));
    spec.replicas = super::spec::looked_at(spec.start, question.replicas.unwrap_or(spec.replicas));
    let mut lines = vec![("update", update(&spec, question.version))];
    if !set.name.is_empty() {
        lines.insert(0, ("pods", pods(&spec, set.name)));
    }
    lines.push(("Service", service(facts, names, spec.start)));
    lines.extend(facts.claims.iter().zip(&scene.sources).map(|(claim, source)| ("claims", claims(claim, *source))));
    lines.extend(retention(&spec).map(|text| ("retention", text)));
    let gates = question.version.changed_gates();
    lines.extend((!gates.is_empty()).then(|| ("gates", gates.to_string().replace(',', ", "))));
    lines
}

fn pods(set: &Set, name: &str) -> String {
    let order = match set.policy {
        PodManagementPolicy::OrderedReady => "one after another (OrderedReady)",
        PodManagementPolicy::Parallel => "all at once (Parallel)",
    };
    let ready = match set.min_ready_seconds {
        0 => String::new(),
        seconds => format!(", each ready for {seconds} s (minReadySeconds)"),
    };
    match set.replicas {
        0 => "none (replicas 0)".to_owned(),
        1 => format!("{}{ready}", pod_name(name, set.start)),
        2 => format!("{} and {}, {order}{ready}", pod_name(name, set.start), pod_name(name, set.end())),
        _ => format!("{} … {}, {order}{ready}", pod_name(name, set.start), pod_name(name, set.end())),
    }
}

fn update(set: &Set, version: Version) -> String {
    match set.strategy {
        UpdateStrategy::OnDelete => "OnDelete: a pod is replaced when somebody deletes it".to_owned(),
        UpdateStrategy::Recreate => "Recreate: all pods are deleted before new ones are created".to_owned(),
        UpdateStrategy::RollingUpdate(rolling) => {
            let RollingUpdate { partition, max_unavailable } =
                rolling.unwrap_or(RollingUpdate { partition: 0, max_unavailable: None });
            let at_once = max_unavailable.map_or_else(String::new, |at_once| self::at_once(at_once, version));
            match partition {
                0 => format!("RollingUpdate, highest ordinal first{at_once}"),
                _ => format!(
                    "RollingUpdate, highest ordinal first, down to {} (partition {partition}){at_once}",
                    set.start + partition
                ),
            }
        }
    }
}

/// What the server makes of `maxUnavailable`, which it drops where the gate is off.
fn at_once(max_unavailable: MaxUnavailable, version: Version) -> String {
    let written = match max_unavailable {
        MaxUnavailable::Count(count) => count.to_string(),
        MaxUnavailable::Percent(percent) => format!("{percent}%"),
    };
    let gate = FeatureGate::MaxUnavailableStatefulSet;
    if version.has(gate) {
        return format!(", maxUnavailable {written}");
    }
    format!("; maxUnavailable {written} is dropped, because feature gate {} is off", gate.name())
}

fn service(facts: &Facts<'_>, names: &Names, first: Ordinal) -> String {
    let service = &facts.service;
    let name = service.name;
    if name.is_empty() {
        "none is named: pods get no DNS names of their own".to_owned()
    } else if !service.found {
        format!("\"{name}\" is not in view: without it pods get no DNS names")
    } else if service.kind == "ExternalName" {
        format!("\"{name}\" is an ExternalName: pods get no DNS names")
    } else if !service.headless {
        format!("\"{name}\" is not headless: no DNS names of pods are promised")
    } else if service.has_selector && !service.selects_pods {
        format!("\"{name}\" selects no pod of the set: pods get no DNS names")
    } else {
        let early = names.governing().is_some_and(|service| service.publish_not_ready_addresses);
        let when = if early { "as soon as it has an address" } else { "while it is ready" };
        let first = names.of_pod(first).map_or_else(String::new, |name| format!(": {name}"));
        format!("\"{name}\", headless: each pod has a name {when}{first}")
    }
}

fn claims(claim: &facts::Claim<'_>, source: Source) -> String {
    let mut parts = vec![claim.name.to_owned() + ":"];
    if !claim.request.text.is_empty() {
        parts.push(claim.request.text.to_owned());
    }
    parts.extend(claim.access_modes.iter().map(|mode| (*mode).to_owned()));
    let class = match storage::class(claim) {
        Some(class) => format!("StorageClass \"{class}\""),
        None => "no StorageClass".to_owned(),
    };
    let so = match source {
        Source::Provisioned | Source::InView(Missing::Lost) => "",
        Source::InView(Missing::Class) => " (not in view)",
        Source::InView(Missing::Default) => " (none is the default)",
        Source::InView(Missing::NoClass | Missing::ByHand) => " (volumes made by hand)",
        Source::InView(Missing::Named) | Source::Unseen => " (one volume, by its name)",
        Source::Unknown(_) => " (assumed to bind)",
    };
    parts.push(class + so);
    parts.join(" ")
}

fn retention(set: &Set) -> Option<String> {
    let when = match (set.when_deleted, set.when_scaled) {
        (Retain::Retain, Retain::Retain) => return None,
        (Retain::Delete, Retain::Retain) => "the set is deleted",
        (Retain::Retain, Retain::Delete) => "it is scaled down",
        (Retain::Delete, Retain::Delete) => "the set is deleted or scaled down",
    };
    Some(format!("claims are deleted when {when}"))
}
