//! Takes names of pods and Services apart, as a container may write them.

use super::CLUSTER_LOCAL;
use crate::pod;

/// The set and the ordinal of a pod, by its name: the part of a name before the first dot.
pub(super) fn set_and_ordinal(pod: &str) -> Option<(&str, i64)> {
    let (set, number) = pod.rsplit_once('-')?;
    let ordinal = pod::decimal(number).filter(|_| !set.is_empty())?;
    Some((set, ordinal))
}

/// The name of a Service, taken apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Name<'n> {
    pub(super) service: &'n str,
    /// As it is written; `None` for that of whoever asks.
    pub(super) namespace: Option<&'n str>,
    pub(super) shape: Shape,
}

/// What follows the Service and the namespace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// Nothing: it is completed from the search list.
    Short,
    /// `svc`, alone or before the domain of the cluster.
    Full,
    /// The domain of the cluster, without `svc`.
    NoSvc,
    /// `svc` stands where the namespace should, perhaps before the domain of the cluster.
    NoNamespace { domain: bool },
}

impl<'n> Name<'n> {
    /// `None` for what has another shape, such as the name of a host elsewhere.
    pub(super) fn read(name: &'n str, domain: &str) -> Option<Self> {
        let (service, rest) = name.split_once('.').unwrap_or((name, ""));
        let is_domain = |text: &str| [domain, CLUSTER_LOCAL].iter().any(|known| text.eq_ignore_ascii_case(known));
        let named = |namespace, shape| Some(Self { service, namespace, shape }).filter(|name| !name.service.is_empty());
        let (namespace, behind) = rest.split_once('.').unwrap_or((rest, ""));
        match (namespace, behind) {
            ("", _) => named(None, Shape::Short),
            ("svc", "") => named(None, Shape::NoNamespace { domain: false }),
            ("svc", behind) if is_domain(behind) => named(None, Shape::NoNamespace { domain: true }),
            (_, "") => named(Some(namespace), Shape::Short),
            (_, "svc") => named(Some(namespace), Shape::Full),
            (_, behind) if is_domain(behind) => named(Some(namespace), Shape::NoSvc),
            (_, behind) => {
                behind.strip_prefix("svc.").filter(|domain| is_domain(domain))?;
                named(Some(namespace), Shape::Full)
            }
        }
    }

    /// Whether it speaks of that namespace.
    pub(super) fn is_in(&self, namespace: &str) -> bool {
        self.namespace.is_none_or(|written| written == namespace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart_by_their_shape() {
        let name = |service, namespace, shape| Some(Name { service, namespace, shape });
        for (text, want) in [
            ("db", name("db", None, Shape::Short)),
            ("db.shop", name("db", Some("shop"), Shape::Short)),
            ("db.shop.svc", name("db", Some("shop"), Shape::Full)),
            ("db.shop.svc.cluster.local", name("db", Some("shop"), Shape::Full)),
            ("db.shop.svc.k8s.example.org", name("db", Some("shop"), Shape::Full)),
            ("db.shop.cluster.local", name("db", Some("shop"), Shape::NoSvc)),
            ("db.svc", name("db", None, Shape::NoNamespace { domain: false })),
            ("db.svc.Cluster.Local", name("db", None, Shape::NoNamespace { domain: true })),
            ("db.shop.svc.clusterset.local", None),
            ("db.shop.example.com", None),
            (".shop.svc", None),
            ("", None),
        ] {
            assert_eq!(Name::read(text, "k8s.example.org"), want, "{text}");
        }
    }

    #[test]
    fn pods_are_named_after_their_set_and_ordinal() {
        for (pod, want) in [
            ("my-db-10", Some(("my-db", 10))),
            ("db-010", None),
            ("-1", None),
            ("db", None),
            ("db-", None),
            ("1", None),
        ] {
            assert_eq!(set_and_ordinal(pod), want, "{pod}");
        }
    }
}
