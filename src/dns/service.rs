//! Turns a Service into what it does for the names of pods.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::RecordType;
use super::port::{self, Port};
use crate::label::Selector;
use crate::manifest::Object;
use crate::pod::PodLabels;
use crate::yaml::Node;

/// What a Service is to a set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// `spec.serviceName` names it: pods have their names below it.
    Governing,
    /// It selects pods, and gives them no names.
    Other,
}

impl Role {
    /// The word for it: `governing` or `other`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Governing => "governing",
            Self::Other => "other",
        }
    }
}

/// What the name of a Service leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The pods themselves.
    Headless,
    /// One address in front of the pods, given or still to be handed out.
    ClusterAddress(Option<String>),
    /// Another name.
    ExternalName(String),
}

/// A family of addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    /// Four bytes.
    Ipv4,
    /// Sixteen bytes.
    Ipv6,
}

impl Family {
    /// The type of its address records.
    pub fn record_type(self) -> RecordType {
        match self {
            Self::Ipv4 => RecordType::A,
            Self::Ipv6 => RecordType::Aaaa,
        }
    }

    /// What is written for the address of a pod, which nobody knows beforehand.
    pub(super) fn address_of(self, pod: &str) -> String {
        match self {
            Self::Ipv4 => format!("<ip-of-{pod}>"),
            Self::Ipv6 => format!("<ipv6-of-{pod}>"),
        }
    }
}

/// Which pods of a set a Service selects. What it asks of labels of the template is met by all of them or by none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Selection {
    /// None of them.
    None,
    /// The one of that ordinal, by the labels that the controller writes.
    One(i64),
    /// All of them.
    All,
}

impl Selection {
    fn of(selector: &Selector<'_>, pods: &PodLabels<'_>) -> Self {
        match pods.only(selector) {
            Some(ordinal) if pods.selects(selector, ordinal) => Self::One(ordinal),
            None if pods.selects(selector, 0) => Self::All,
            _ => Self::None,
        }
    }

    pub(super) fn contains(self, ordinal: i64) -> bool {
        self == Self::All || self == Self::One(ordinal)
    }
}

/// A Service that governs a set or selects its pods.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Its name as DNS has it: `db.prod.svc.cluster.local`.
    pub full_name: String,
    /// What it is to the set.
    pub role: Role,
    /// What its name leads to.
    pub kind: Kind,
    /// Whether pods that are not ready count as ready, `spec.publishNotReadyAddresses`.
    pub publish_not_ready_addresses: bool,
    /// The families that it asks for; IPv4 where the cluster decides.
    pub families: Vec<Family>,
    /// Its ports.
    pub ports: Vec<Port>,
    /// Which pods it selects.
    pub selection: Selection,
}

impl Service {
    /// `domain` is that of the cluster, without a dot before or behind it.
    pub(super) fn of(object: &Object<'_>, role: Role, set: &Object<'_>, pods: &PodLabels<'_>, domain: &str) -> Self {
        let published = object.get(&["spec", "publishNotReadyAddresses"]).and_then(Node::as_bool);
        Self {
            name: object.name.to_owned(),
            full_name: format!("{}.{}.svc.{domain}", object.name, set.namespace).to_ascii_lowercase(),
            role,
            kind: kind(object),
            publish_not_ready_addresses: published.unwrap_or_default(),
            families: families(object),
            ports: port::of(object, set),
            selection: Selection::of(&selector_of(object), pods),
        }
    }
}

fn kind(service: &Object<'_>) -> Kind {
    if kind_of(service) == "ExternalName" {
        Kind::ExternalName(text(service, "externalName").unwrap_or_default().to_ascii_lowercase())
    } else if headless(service) {
        Kind::Headless
    } else {
        Kind::ClusterAddress(address(service).filter(|address| is_address(address)).map(str::to_owned))
    }
}

/// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`; `ClusterIP` if absent.
pub(crate) fn kind_of<'a>(service: &'a Object<'a>) -> &'a str {
    text(service, "type").filter(|kind| !kind.is_empty()).unwrap_or("ClusterIP")
}

/// What it selects pods by.
pub(crate) fn selector_of<'a>(service: &'a Object<'a>) -> Selector<'a> {
    Selector::of_map(service.get(&["spec", "selector"]))
}

/// Whether it has no cluster address (k8s.io/api `core/v1/types.go`, `ClusterIPNone`). `clusterIPs` alone is refused, but
/// says what was meant.
pub(crate) fn headless(service: &Object<'_>) -> bool {
    kind_of(service) != "ExternalName" && address(service) == Some("None")
}

fn address<'a>(service: &'a Object<'a>) -> Option<&'a str> {
    let first = || service.get(&["spec", "clusterIPs"]).and_then(|addresses| addresses.items().next());
    service.get(&["spec", "clusterIP"]).or_else(first).and_then(Node::as_str)
}

fn is_address(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok() || text.parse::<Ipv6Addr>().is_ok()
}

fn families(service: &Object<'_>) -> Vec<Family> {
    let listed = service.get(&["spec", "ipFamilies"]).into_iter().flat_map(Node::items).filter_map(Node::as_str);
    let mut families: Vec<Family> = Vec::new();
    for family in listed {
        match family {
            "IPv4" if !families.contains(&Family::Ipv4) => families.push(Family::Ipv4),
            "IPv6" if !families.contains(&Family::Ipv6) => families.push(Family::Ipv6),
            _ => {}
        }
    }
    match (text(service, "ipFamilyPolicy"), &families[..]) {
        (Some("RequireDualStack"), [] | [Family::Ipv4]) => vec![Family::Ipv4, Family::Ipv6],
        (Some("RequireDualStack"), [Family::Ipv6]) => vec![Family::Ipv6, Family::Ipv4],
        (_, []) => vec![Family::Ipv4],
        _ => families,
    }
}

fn text<'a>(service: &'a Object<'a>, key: &str) -> Option<&'a str> {
    service.get(&["spec", key]).and_then(Node::as_str)
}
