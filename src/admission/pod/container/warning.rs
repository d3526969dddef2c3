//! Turns the containers of a pod template into what the API server says although it accepts them.

use super::super::super::check::Warning;
use super::super::super::claim;
use super::super::super::field::Field;
use super::super::super::table::Table;
use super::super::warning::quoted;
use super::super::{app_armor, each_container};
use crate::version::Version;

/// The seccomp profile of a container as it was once written; its name follows.
const SECCOMP: &str = "container.seccomp.security.alpha.kubernetes.io/";
/// How many ports of a pod are held against each other.
const MOST_PORTS: usize = 200;
/// How many ports are held in place.
const FEW_PORTS: usize = 16;

/// What `warningsForPodSpecAndMeta` says of containers. `pod_profile` is the pod's `AppArmor` profile.
pub(in crate::admission) fn warnings(
    warnings: &mut Vec<Warning>,
    spec: &Field<'_, '_>,
    annotations: &Field<'_, '_>,
    pod_profile: &Field<'_, '_>,
    version: Version,
) {
    let mut is_old = false;
    annotations.for_each_entry(|name, _, _| {
        is_old |= name.starts_with(SECCOMP) || name.starts_with(app_armor::ANNOTATION);
    });
    each_container(spec, |container| {
        if is_old {
            profiles(warnings, container, annotations, pod_profile, version);
        }
        let amounts = container.child("resources");
        for name in ["memory", "ephemeral-storage"] {
            for list in ["limits", "requests"] {
                claim::warning::fractional(warnings, &amounts.child(list).keyed_child(name));
            }
        }
        variables(warnings, &container.child("env"));
    });
    ports(warnings, spec);
    port_names(warnings, spec);
}

/// Annotations that a field has taken the place of.
fn profiles(
    warnings: &mut Vec<Warning>,
    container: &Field<'_, '_>,
    annotations: &Field<'_, '_>,
    pod_profile: &Field<'_, '_>,
    version: Version,
) {
    let name = container.child("name").text();
    let context = container.child("securityContext");
    let seccomp = format!("{SECCOMP}{name}");
    let seccomp = annotations.keyed_child(&seccomp);
    if seccomp.is_written() && !context.child("seccompProfile").exists() {
        warnings.push(Warning::about(&seccomp, "non-functional in v1.27+; use the \"seccompProfile\" field instead"));
    }
    let app_armor = format!("{}{name}", app_armor::ANNOTATION);
    let app_armor = annotations.keyed_child(&app_armor);
    let says_the_same =
        if version.minor() >= 34 { app_armor::is_same(pod_profile, app_armor.text()) } else { pod_profile.exists() };
    if app_armor.is_written() && !context.child("appArmorProfile").exists() && !says_the_same {
        warnings.push(Warning::about(&app_armor, "deprecated since v1.30; use the \"appArmorProfile\" field instead"));
    }
}

/// A variable that stands twice is fine where the second is made from the first.
fn variables(warnings: &mut Vec<Warning>, list: &Field<'_, '_>) {
    if list.is_empty() {
        return;
    }
    let mut seen = Table::new();
    for variable in list.items() {
        let name = variable.child("name").text();
        if seen.insert(name, ()) {
            continue;
        }
        let reference = format!("$({name})");
        let value = variable.child("value").text();
        if variable.child("valueFrom").exists() || value == reference || !value.contains(&reference) {
            let words = quoted("hides previous definition of ", name) + ", which may be dropped when using apply";
            warnings.push(Warning::about(&variable, &words));
        }
    }
}

/// A port of a container.
#[derive(Clone, Copy)]
struct Port<'t> {
    number: i64,
    protocol: &'t str,
    host_number: i64,
    host_ip: &'t str,
}

impl<'t> Port<'t> {
    fn of(port: &Field<'_, 't>) -> Self {
        let number = |name| port.child(name).int().unwrap_or_default();
        let protocol = match port.child("protocol").text() {
            "" => "TCP",
            protocol => protocol,
        };
        let host_ip = port.child("hostIP").text();
        Self { number: number("containerPort"), protocol, host_number: number("hostPort"), host_ip }
    }

    /// What is wrong with two ports of the same number and protocol.
    fn against(self, other: Self) -> Option<&'static str> {
        let same_host_port = self.host_number == other.host_number;
        if same_host_port && self.host_ip == other.host_ip {
            Some("duplicate port definition with ")
        } else if self.host_number == 0 || other.host_number == 0 {
            Some("overlapping port definition with ")
        } else if same_host_port && self.host_ip.is_empty() != other.host_ip.is_empty() {
            Some("dangerously ambiguous port definition with ")
        } else {
            None
        }
    }
}

fn ports(warnings: &mut Vec<Warning>, spec: &Field<'_, '_>) {
    let mut few = [None; FEW_PORTS];
    let mut many = Vec::new();
    let mut count = 0;
    each_container(spec, |container| {
        for field in container.child("ports").items() {
            let port = Port::of(&field);
            if !port.host_ip.is_empty() && port.host_number == 0 {
                let name = field.child("name").text();
                let words = format!(
                    "hostIP set without hostPort: {{Name:{name} HostPort:0 ContainerPort:{} Protocol:{} HostIP:{}}}",
                    port.number, port.protocol, port.host_ip
                );
                warnings.push(Warning::about(&field, &words));
            }
            if count >= MOST_PORTS {
                continue;
            }
            let is_same = |other: &Port<'_>| other.number == port.number && other.protocol == port.protocol;
            let before = few.iter().flatten().chain(&many).filter(|(other, _)| is_same(other));
            for (words, number) in before.filter_map(|(other, number)| Some((port.against(*other)?, *number))) {
                warnings.push(Warning::about(&field, &format!("{words}{}", path_of(spec, number))));
            }
            match few.get_mut(count) {
                Some(free) => *free = Some((port, count)),
                None => many.push((port, count)),
            }
            count += 1;
        }
    });
}

/// The path of a port by its number among all of them.
fn path_of(spec: &Field<'_, '_>, number: usize) -> String {
    let mut path = String::new();
    let mut count = 0;
    each_container(spec, |container| {
        for port in container.child("ports").items() {
            if count == number {
                path = port.path();
            }
            count += 1;
        }
    });
    path
}

fn port_names(warnings: &mut Vec<Warning>, spec: &Field<'_, '_>) {
    let mut names = Table::new();
    let mut count = 0;
    each_container(spec, |container| {
        for port in container.child("ports").items() {
            let name = port.child("name").text();
            if name.is_empty() {
            } else if let Some(first) = names.get(name) {
                let first = path_of(spec, first);
                let words = quoted("duplicate port name ", name);
                let reason = "services and probes that select ports by name will use";
                warnings.push(Warning::about(&port, &format!("{words} with {first}, {reason} {first}")));
            } else {
                names.insert(name, count);
            }
            count += 1;
        }
    });
}
