//! Turns a Service into what the API server says about it although it accepts it (`pkg/api/service/warnings.go`).

use super::super::address;
use super::super::check::Warning;
use super::super::field::Field;
use super::{TOPOLOGY_HINTS, TOPOLOGY_MODE, kind_of};
use crate::version::Version;

/// `GetWarningsForService`.
pub(in crate::admission) fn warnings(warnings: &mut Vec<Warning>, service: &Field<'_, '_>, version: Version) {
    let (meta, spec) = (service.child("metadata"), service.child("spec"));
    let annotations = meta.child("annotations");
    let hints = annotations.keyed_child(TOPOLOGY_HINTS);
    if hints.is_written() {
        let text = format!("annotation {TOPOLOGY_HINTS} is deprecated, please use {TOPOLOGY_MODE} instead");
        warnings.push(Warning { text, place: hints.place() });
    }
    let (kind, singular, plural) = (kind_of(&spec), spec.child("clusterIP"), spec.child("clusterIPs"));
    if !matches!(singular.text(), "" | "None") {
        let all = if plural.is_empty() { singular.called("clusterIPs", &spec) } else { plural };
        let alone = Some(singular).filter(|_| plural.is_empty());
        for (index, ip) in plural.items().chain(alone).enumerate() {
            of_ip(warnings, &ip.numbered(index, &all), version);
        }
    }
    let is_headless = kind == "ClusterIP" && singular.text() == "None";
    if is_headless && version.minor() >= 34 {
        headless(warnings, &spec);
    }
    let external_ips = spec.child("externalIPs");
    for ip in external_ips.items() {
        of_ip(warnings, &ip, version);
    }
    let mut say = |field: &Field<'_, '_>, text: &str| {
        warnings.push(Warning { text: text.to_owned(), place: field.place() });
    };
    if !external_ips.is_empty() && !is_headless && kind != "ExternalName" && version.minor() >= 36 {
        say(&external_ips, "spec.externalIPs is deprecated and may no longer be implemented in some clusters");
    }
    let external_name = spec.child("externalName");
    if kind == "ExternalName" {
        if !external_ips.is_empty() {
            say(&external_ips, "spec.externalIPs is ignored when spec.type is \"ExternalName\"");
        }
    } else if !external_name.text().is_empty() {
        say(&external_name, "spec.externalName is ignored when spec.type is not \"ExternalName\"");
    }
    let distribution = spec.child("trafficDistribution");
    if distribution.text() == "PreferClose" && version.minor() >= 35 {
        say(&distribution, "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"");
    }
    of_ip(warnings, &spec.child("loadBalancerIP"), version);
    for range in spec.child("loadBalancerSourceRanges").items() {
        let words = address::cidr_warnings(range.text(), version);
        warnings.extend(words.iter().map(|words| Warning::about(&range, words)));
    }
}

/// What is said where nothing stands between clients and pods.
fn headless(warnings: &mut Vec<Warning>, spec: &Field<'_, '_>) {
    for (name, called) in
        [("loadBalancerIP", "loadBalancerIP"), ("externalIPs", "externalIPs"), ("sessionAffinity", "SessionAffinity")]
    {
        let field = spec.child(name);
        if !matches!(field.text(), "" | "None") || !field.is_empty() {
            let text = format!("spec.{called} is ignored for headless services");
            warnings.push(Warning { text, place: field.place() });
        }
    }
}

/// `GetWarningsForIP`.
fn of_ip(warnings: &mut Vec<Warning>, field: &Field<'_, '_>, version: Version) {
    if let Some(words) = address::ip_warning(field.text(), version) {
        warnings.push(Warning::about(field, &words));
    }
}
