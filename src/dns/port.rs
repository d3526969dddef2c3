//! Turns a port of a Service into the port of the pods that it leads to.

use crate::manifest::Object;
use crate::yaml::Node;

/// A port of a Service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Port {
    /// Its name; empty if it has none, as the only port of a Service may.
    pub name: String,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: String,
    /// The port of the Service.
    pub port: i64,
    /// The port of the pods that `targetPort` leads to; `None` where no container has one of that name and protocol, so that
    /// the endpoints are without it.
    pub of_pod: Option<i64>,
}

/// The ports of a Service, held against the template of `set`; one without a number is no port.
pub(super) fn of(service: &Object<'_>, set: &Object<'_>) -> Vec<Port> {
    let port = |node: Node<'_>| {
        let port = node.get("port").and_then(Node::as_i64)?;
        let protocol = protocol(node);
        let of_pod = match node.get("targetPort") {
            Some(target) => match (target.as_str(), target.as_i64()) {
                (Some(""), _) | (_, Some(0)) => Some(port),
                (Some(name), _) => of_container(set, name, protocol),
                (None, number) => number,
            },
            None => Some(port),
        };
        Some(Port { name: text(node, "name").to_owned(), protocol: protocol.to_owned(), port, of_pod })
    };
    service.get(&["spec", "ports"]).into_iter().flat_map(Node::items).filter_map(port).collect()
}

impl Port {
    /// The name of its SRV records below that of its Service.
    pub(super) fn service_name(&self, service: &str) -> String {
        format!("_{}._{}.{service}", self.name, self.protocol).to_ascii_lowercase()
    }
}

/// The port of that name and protocol, of containers before sidecars (endpointslice `utils.go`, `FindPort`).
fn of_container(set: &Object<'_>, name: &str, protocol_asked: &str) -> Option<i64> {
    let list = |key| set.get(&["spec", "template", "spec", key]).into_iter().flat_map(Node::items);
    let sidecars = list("initContainers").filter(|&container| text(container, "restartPolicy") == "Always");
    let ports = list("containers").chain(sidecars).filter_map(|container| container.get("ports")).flat_map(Node::items);
    let mut named = ports.filter(|&port| text(port, "name") == name && protocol(port) == protocol_asked);
    named.next()?.get("containerPort").and_then(Node::as_i64)
}

/// The protocol of a port; `TCP` if absent (`pkg/apis/core/v1/defaults.go`, `SetDefaults_Service`, `SetDefaults_Container`).
pub(super) fn protocol(port: Node<'_>) -> &str {
    Some(text(port, "protocol")).filter(|protocol| !protocol.is_empty()).unwrap_or("TCP")
}

pub(super) fn text<'a>(node: Node<'a>, key: &str) -> &'a str {
    node.get(key).and_then(Node::as_str).unwrap_or_default()
}
