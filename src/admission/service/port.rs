//! Turns the ports of a Service into what the API server refuses in them.

use std::collections::HashSet;

use super::super::check::Check;
use super::super::field::Field;
use super::super::go::BadValue;
use super::super::go_value::{GoValue, Member};
use super::super::name;
use super::super::table::Table;

/// `validateServicePort` for each of them.
pub(super) fn ports(check: &mut Check, ports: &Field<'_, '_>) {
    let are_many = ports.items().nth(1).is_some();
    let mut names = Table::new();
    for port in ports.items() {
        let port_name = port.child("name");
        let text = port_name.text();
        if !text.is_empty() {
            check.invalid_each(&port_name, text, name::dns1123_label(text));
            if are_many && !names.insert(text, ()) {
                check.duplicate(&port_name, text);
            }
        } else if are_many {
            check.required(&port_name, "");
        }
        one(check, &port);
    }
}

fn one(check: &mut Check, port: &Field<'_, '_>) {
    let number = port.child("port");
    check.invalid_each(&number, number.int().unwrap_or(0), name::port_number(number.int().unwrap_or(0)));
    let protocol = port.child("protocol");
    if !matches!(protocol.text(), "" | "SCTP" | "TCP" | "UDP") {
        check.not_supported(&protocol, BadValue::Typed(protocol.text()), &["SCTP", "TCP", "UDP"]);
    }
    // By default the port itself.
    let target = port.child("targetPort");
    match target.int() {
        None if !target.text().is_empty() => {
            check.invalid_each(&target, target.text(), name::port_name(target.text()));
        }
        target_number => {
            let target_number = target_number.filter(|number| *number != 0).or(number.int()).unwrap_or(0);
            check.invalid_each(&target, target_number, name::port_number(target_number));
        }
    }
    let protocol = port.child("appProtocol");
    if protocol.exists() {
        check.invalid_each(&protocol, protocol.text(), name::qualified_name(protocol.text(), check.version));
    }
}

/// The ports of nodes: none in a cluster, and none twice.
pub(super) fn node_ports(check: &mut Check, ports: &Field<'_, '_>, kind: &str, are_dropped: bool) {
    let written = || ports.items().filter(|port| port.child("nodePort").int().is_some_and(|number| number != 0));
    if are_dropped {
        return;
    }
    if kind == "ClusterIP" {
        for port in written() {
            check.forbidden(&port.child("nodePort"), "may not be used when `type` is 'ClusterIP'");
        }
    }
    if written().nth(1).is_none() {
        return;
    }
    let mut seen = Numbers::default();
    for port in written() {
        let node_port = port.child("nodePort");
        let number = node_port.int().unwrap_or(0);
        if !seen.insert(protocol(&port), number) {
            check.duplicate(&node_port, number);
        }
    }
}

/// No two ports of one number and protocol.
pub(super) fn same_ports(check: &mut Check, ports: &Field<'_, '_>) {
    if ports.items().nth(1).is_none() {
        return;
    }
    let mut seen = Numbers::default();
    for port in ports.items() {
        let number = port.child("port").int().unwrap_or(0);
        if !seen.insert(protocol(&port), number) {
            check.duplicate(&port, service_port(protocol(&port), number));
        }
    }
}

/// Numbers of ports with their protocols; the first few cost no allocation.
#[derive(Default)]
struct Numbers<'t> {
    few: [Option<(&'t str, i64)>; 8],
    many: HashSet<(&'t str, i64)>,
}

impl<'t> Numbers<'t> {
    /// Adds one; answers whether it is new.
    fn insert(&mut self, protocol: &'t str, number: i64) -> bool {
        let one = Some((protocol, number));
        if self.few.contains(&one) {
            return false;
        }
        match self.few.iter_mut().find(|held| held.is_none()) {
            Some(free) => {
                *free = one;
                true
            }
            None => self.many.insert((protocol, number)),
        }
    }
}

/// Its default applied.
fn protocol<'t>(port: &Field<'_, 't>) -> &'t str {
    match port.child("protocol").text() {
        "" => "TCP",
        protocol => protocol,
    }
}

/// A `core.ServicePort` of which only these two are set.
fn service_port(protocol: &str, number: i64) -> GoValue<'_> {
    let no_target =
        GoValue::Both { json: "0".to_owned(), go: "intstr.IntOrString{Type:0, IntVal:0, StrVal:\"\"}".to_owned() };
    GoValue::Struct(
        "core.ServicePort",
        vec![
            Member::new("Name", GoValue::Text("")),
            Member::new("Protocol", GoValue::Text(protocol)),
            Member::new("AppProtocol", GoValue::Nil("*string")),
            Member::new("Port", GoValue::Int(number)),
            Member::new("TargetPort", no_target),
            Member::new("NodePort", GoValue::Int(0)),
        ],
    )
}
