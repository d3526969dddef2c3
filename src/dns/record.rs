//! One DNS record, as far as it is known before the cluster hands out addresses.

use std::fmt;

/// The types of record that Kubernetes' DNS specification speaks of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecordType {
    /// An IPv4 address.
    A,
    /// An IPv6 address.
    Aaaa,
    /// A port, and the name of the host that has it.
    Srv,
    /// The name of an address.
    Ptr,
    /// Another name.
    Cname,
}

impl RecordType {
    /// As zone files write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Srv => "SRV",
            Self::Ptr => "PTR",
            Self::Cname => "CNAME",
        }
    }
}

/// One DNS record. An address that nobody can know beforehand is written `<ip-of-db-0>`, also where it is part of a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// The name that is asked for, without the dot at its end; of a PTR record the address.
    pub name: String,
    /// Its type.
    pub record_type: RecordType,
    /// What the answer is: an address or a name.
    pub target: String,
    /// The port of an SRV record, 1 to 65535.
    pub port: Option<i64>,
}

impl Record {
    pub(super) fn new(name: impl Into<String>, record_type: RecordType, target: impl Into<String>) -> Self {
        Self { name: name.into(), record_type, target: target.into(), port: None }
    }

    pub(super) fn srv(name: String, target: String, port: i64) -> Self {
        Self { name, record_type: RecordType::Srv, target, port: Some(port) }
    }
}

impl fmt::Display for Record {
    /// `_peer._tcp.web.db.svc.cluster.local SRV 7000 web-0.web.db.svc.cluster.local`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.name, self.record_type.name())?;
        if let Some(port) = self.port {
            write!(f, "{port} ")?;
        }
        f.write_str(&self.target)
    }
}
