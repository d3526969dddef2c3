//! Turns the ports of containers into what the API server refuses in them.

use std::collections::HashSet;

use super::super::super::check::Check;
use super::super::super::field::Field;
use super::super::super::go::BadValue;
use super::super::super::name;
use super::super::super::table::Table;

/// `validateContainerPorts`. `same_number` says that a port is the node's of the same number unless another is named
/// (`defaultHostNetworkPorts`).
pub(super) fn ports(check: &mut Check, list: &Field<'_, '_>, same_number: bool) {
    if list.is_empty() {
        return;
    }
    let mut names = Table::new();
    for port in list.items() {
        let port_name = port.child("name");
        let text = port_name.text();
        if !text.is_empty() {
            let messages = name::port_name(text);
            if !messages.is_empty() {
                check.invalid_each(&port_name, text, messages);
            } else if !names.insert(text, ()) {
                check.duplicate(&port_name, text);
            }
        }
        let container_port = port.child("containerPort");
        match container_port.int().unwrap_or_default() {
            0 => check.required(&container_port, ""),
            number => check.invalid_each(&container_port, number, name::port_number(number)),
        }
        let host_port = port.child("hostPort");
        if let Some(number) = of_node(&host_port, &container_port, same_number) {
            check.invalid_each(&host_port, number, name::port_number(number));
        }
        let protocol = port.child("protocol");
        if !matches!(protocol.text(), "" | "TCP" | "UDP" | "SCTP") {
            check.not_supported(&protocol, BadValue::Typed(protocol.text()), &["SCTP", "TCP", "UDP"]);
        }
    }
}

/// The number of the node's port; `None` where there is none.
fn of_node(host_port: &Field<'_, '_>, container_port: &Field<'_, '_>, same_number: bool) -> Option<i64> {
    let number = host_port.int().filter(|number| *number != 0);
    number.or_else(|| container_port.int().filter(|number| same_number && *number != 0))
}

/// How many ports of the node are compared one by one; beyond them they are hashed.
const FEW: usize = 8;

/// A port of the node: protocol, address and number.
type HostPort<'t> = (&'t str, &'t str, i64);

/// The ports of the node that containers take (`AccumulateUniqueHostPorts`).
pub(super) struct HostPorts<'t> {
    /// Whether a port of a container is the node's of the same number.
    same_number: bool,
    few: [Option<HostPort<'t>>; FEW],
    many: HashSet<HostPort<'t>>,
}

impl<'t> HostPorts<'t> {
    /// `same_number` as in [`ports`].
    pub(super) fn new(same_number: bool) -> Self {
        Self { same_number, few: [None; FEW], many: HashSet::new() }
    }

    /// Adds the ports of a container, and refuses those that are taken.
    pub(super) fn add(&mut self, check: &mut Check, container: &Field<'_, 't>) {
        for port in container.child("ports").items() {
            let host_port = port.child("hostPort");
            let number = of_node(&host_port, &port.child("containerPort"), self.same_number);
            let Some(number) = number else { continue };
            let protocol = match port.child("protocol").text() {
                "" => "TCP",
                protocol => protocol,
            };
            let address = port.child("hostIP").text();
            if !self.insert((protocol, address, number)) {
                check.duplicate(&host_port, format!("{protocol}/{address}/{number}").as_str());
            }
        }
    }

    /// Answers whether the port is new.
    fn insert(&mut self, port: HostPort<'t>) -> bool {
        for held in &mut self.few {
            match held {
                Some(held) if *held == port => return false,
                Some(_) => {}
                None => {
                    *held = Some(port);
                    return true;
                }
            }
        }
        self.many.insert(port)
    }
}
