//! Counts the PersistentVolumes in view that the claims of a template could be bound to.

use std::collections::BTreeSet;

use super::access_mode;
use crate::cluster::Cluster;
use crate::label::Selector;
use crate::manifest::{GroupKind, Object};
use crate::pod::{self, Ordinals};
use crate::quantity::Quantity;
use crate::yaml::Node;

/// How many volumes that do not fit are told of.
const MOST_TOLD: usize = 5;

crate::record! {
    /// The PersistentVolumes in view that are of the class that the claims ask for.
    pub struct Supply<'a> as "supply" at node {
        /// How many there are, those that do not fit included.
        of_class "ofClass": i64,
        /// To how many of the claims of the pods they can be bound, each to one.
        fitting "fitting": i64,
        /// Why others do not fit, one clause each; the first five.
        misfits "misfits": Vec<String>,
    }
    hidden {
        /// Those that fit any claim of the template, the one that is bound first in front; numbers are those among all
        /// volumes in view.
        free: Vec<usize>,
        /// The ordinals whose claims have a volume reserved for them, and its number.
        reserved: Vec<(i64, usize)>,
    }
}

/// What the claims of a template ask of a volume.
#[derive(Debug)]
pub(super) struct Wish<'a> {
    /// The claim template.
    pub(super) claim: Node<'a>,
    /// The class that its claims get; empty for none.
    pub(super) class: &'a str,
    pub(super) request: Option<Quantity>,
    pub(super) namespace: &'a str,
    /// The names of its claims up to, not including, the dash before the ordinal.
    pub(super) prefix: String,
    pub(super) ordinals: Ordinals,
}

/// Whether a volume can be bound to a claim of the template.
enum Fit {
    /// To any claim.
    Any,
    /// Only to the claim of this ordinal, which it names.
    Reserved(i64),
    /// To none, and why.
    Not(String),
}

/// The volumes in view for the claims of a template of `set`, as `FindMatchingVolume` of component-helpers
/// `storage/volume/pv_helpers.go` chooses them; whether the pod can reach them is not asked.
pub(super) fn of<'a>(wish: &Wish<'a>, set: &Object<'a>, cluster: &'a Cluster<'a>) -> Supply<'a> {
    let selector = path(wish.claim, &["spec", "selector"]).map(|selector| Selector::of(Some(selector)));
    let mut supply =
        Supply { node: None, of_class: 0, fitting: 0, misfits: Vec::new(), free: Vec::new(), reserved: Vec::new() };
    let (mut any, mut reserved) = (Vec::new(), BTreeSet::new());
    let volumes = cluster.of_kind(GroupKind::PERSISTENT_VOLUME).enumerate();
    for (number, volume) in volumes.filter(|(_, volume)| !volume.partial) {
        let nearest = || cluster.find(GroupKind::PERSISTENT_VOLUME, "", volume.name, set);
        let Some(fit) = fit(volume, wish, selector.as_ref()) else { continue };
        // Of several overlays, one counts.
        if !nearest().is_some_and(|nearest| std::ptr::eq(nearest, volume)) {
            continue;
        }
        supply.of_class += 1;
        match fit {
            Fit::Any => any.push((rank(volume), number)),
            Fit::Reserved(ordinal) => {
                if reserved.insert(ordinal) {
                    supply.reserved.push((ordinal, number));
                }
            }
            Fit::Not(why) if supply.misfits.len() < MOST_TOLD => supply.misfits.push(why),
            Fit::Not(_) => {}
        }
    }
    any.sort_unstable();
    supply.free = any.into_iter().map(|(_, number)| number).collect();
    let fitting = i64::try_from(supply.free.len() + supply.reserved.len()).unwrap_or(i64::MAX);
    supply.fitting = fitting.min(wish.ordinals.count);
    supply
}

/// What decides which of the volumes that fit is bound first: the fewest access modes, then the least capacity
/// (`FindMatchingVolume`, and `allPossibleMatchingAccessModes` of k8s.io/kubernetes
/// `pkg/controller/volume/persistentvolume/index.go`).
fn rank(volume: &Object<'_>) -> (usize, Option<Quantity>) {
    let capacity = volume.get(&["spec", "capacity", "storage"]).and_then(|capacity| Quantity::of(capacity).ok());
    (access_mode::all(volume.get(&["spec", "accessModes"])).len(), capacity)
}

/// `None` for a volume of another class.
fn fit(volume: &Object<'_>, wish: &Wish<'_>, selector: Option<&Selector<'_>>) -> Option<Fit> {
    let name = volume.name;
    let not = |why| Some(Fit::Not(why));
    let spec = |key| volume.get(&["spec", key]);
    let text = |node: Option<Node<'_>>| node.and_then(Node::as_str).unwrap_or_default().to_owned();
    let reference = spec("claimRef");
    let reserved = reference.map(|reference| reserved_for(reference, wish));
    if class(volume) != wish.class && !matches!(reserved, Some(Ok(_))) {
        return None;
    }
    if let Some(Err(claim)) = reserved {
        return not(format!("\"{name}\" is reserved for the claim \"{claim}\""));
    }
    let capacity = spec("capacity").and_then(|capacity| capacity.get("storage"));
    let holds = capacity.and_then(|capacity| Quantity::of(capacity).ok());
    if holds < wish.request {
        let capacity = capacity.and_then(Node::raw).unwrap_or("nothing");
        return not(format!("\"{name}\" holds {capacity}"));
    }
    let wished = |key| path(wish.claim, &["spec", key]);
    let mode = |node| Some(text(node)).filter(|mode| !mode.is_empty()).unwrap_or_else(|| "Filesystem".to_owned());
    if mode(spec("volumeMode")) != mode(wished("volumeMode")) {
        return not(format!("\"{name}\" has the volumeMode {}", mode(spec("volumeMode"))));
    }
    if text(spec("volumeAttributesClassName")) != text(wished("volumeAttributesClassName")) {
        return not(format!("\"{name}\" has another volumeAttributesClassName"));
    }
    if let Some(Ok(ordinal)) = reserved {
        return Some(Fit::Reserved(ordinal));
    }
    if let Some(phase) = volume.get(&["status", "phase"]).and_then(Node::as_str)
        && !matches!(phase, "" | "Pending" | "Available")
    {
        return not(format!("\"{name}\" is {phase}"));
    }
    let offered = access_mode::all(spec("accessModes"));
    if let Some(lacking) = access_mode::all(wished("accessModes")).into_iter().find(|mode| !offered.contains(mode)) {
        return not(format!("\"{name}\" does not offer {lacking}"));
    }
    if selector.is_some_and(|selector| !selector.matches(&volume.label_map())) {
        return not(format!("\"{name}\" does not have the labels that the claim's selector asks for"));
    }
    Some(Fit::Any)
}

/// The ordinal of the claim of the template that a volume names, or the claim that it is for instead.
fn reserved_for(reference: Node<'_>, wish: &Wish<'_>) -> Result<i64, String> {
    let text = |key| reference.get(key).and_then(Node::as_str).unwrap_or_default();
    let (namespace, name) = (text("namespace"), text("name"));
    let ordinal =
        name.strip_prefix(wish.prefix.as_str()).and_then(|rest| rest.strip_prefix('-')).and_then(pod::decimal);
    match ordinal.filter(|&ordinal| namespace == wish.namespace && wish.ordinals.contains(ordinal)) {
        Some(ordinal) => Ok(ordinal),
        None => Err(format!("{namespace}/{name}")),
    }
}

/// The class of a volume; empty for none (k8s.io/kubernetes `pkg/apis/core/helper`, `GetPersistentVolumeClass`).
fn class<'a>(volume: &Object<'a>) -> &'a str {
    let annotation = volume.get(&["metadata", "annotations", "volume.beta.kubernetes.io/storage-class"]);
    annotation.or_else(|| volume.get(&["spec", "storageClassName"])).and_then(Node::as_str).unwrap_or_default()
}

fn path<'a>(node: Node<'a>, keys: &[&str]) -> Option<Node<'a>> {
    keys.iter().try_fold(node, |node, key| node.get(key))
}

#[cfg(test)]
mod tests {
    use crate::facts::claim;
    use crate::facts::testing;

    #[test]
    fn volumes_fit_as_the_controller_would_choose_them() {
        let fits = "{capacity: {storage: 10Gi}, accessModes: [ReadWriteOnce, ReadOnlyMany], storageClassName: local}";
        for (spec, want) in [
            (fits, (1, 1, "")),
            (
                "{capacity: {storage: 9.99Gi}, accessModes: [ReadWriteOnce], storageClassName: local}",
                (1, 0, "\"pv\" holds 9.99Gi"),
            ),
            ("{accessModes: [ReadWriteOnce], storageClassName: local}", (1, 0, "\"pv\" holds nothing")),
            (
                "{capacity: {storage: 1Ti}, accessModes: [ReadWriteMany], storageClassName: local}",
                (1, 0, "\"pv\" does not offer ReadWriteOnce"),
            ),
            ("{capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce], storageClassName: other}", (0, 0, "")),
            ("{capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce]}", (0, 0, "")),
            (
                "{capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce], storageClassName: local, volumeMode: Block}",
                (1, 0, "\"pv\" has the volumeMode Block"),
            ),
            (
                "{capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce], storageClassName: local, volumeMode: Filesystem}",
                (1, 1, ""),
            ),
            (
                "{capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce], storageClassName: local, claimRef: {namespace: a, \
                 name: b}}",
                (1, 0, "\"pv\" is reserved for the claim \"a/b\""),
            ),
            (
                "{capacity: {storage: 1Ti}, storageClassName: other, claimRef: {namespace: default, name: data-db-1}}",
                (1, 1, ""),
            ),
            (
                "{capacity: {storage: 1Ti}, storageClassName: local, claimRef: {namespace: default, name: data-db-2}}",
                (1, 0, "\"pv\" is reserved for the claim \"default/data-db-2\""),
            ),
        ] {
            let text = format!(
                "
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: db}}
spec:
  replicas: 2
  volumeClaimTemplates:
  - metadata: {{name: data}}
    spec: {{accessModes: [ReadWriteOnce], storageClassName: local, resources: {{requests: {{storage: 10Gi}}}}}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {{name: pv}}
spec: {spec}
"
            );
            testing::with(&text, |set, cluster| {
                let claims = claim::of(set, cluster);
                let supply = &claims[0].supply;
                let got = (supply.of_class, supply.fitting, supply.misfits.join(", "));
                assert_eq!((got.0, got.1, got.2.as_str()), want, "{spec}");
            });
        }
    }

    #[test]
    fn volumes_are_counted_once_and_for_as_many_claims_as_there_are() {
        let volume = |name: &str, rest: &str| {
            format!(
                "---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {{name: {name}, labels: {{disk: fast}}}}\nspec: {{capacity: \
                 {{storage: 10Gi}}, accessModes: [ReadWriteOnce]{rest}}}\n"
            )
        };
        let reserved = ", claimRef: {namespace: default, name: data-db-0}";
        for (volumes, selector, want) in [
            (vec![], "", 0),
            (vec![volume("a", ""), volume("a", "")], "", 1),
            (vec![volume("a", ""), volume("b", "")], "", 2),
            (vec![volume("a", ""), volume("b", ""), volume("c", ""), volume("d", "")], "", 3),
            (vec![volume("a", reserved), volume("b", reserved)], "", 1),
            (vec![volume("a", reserved), volume("b", "")], "", 2),
            (vec![volume("a", ""), volume("b", "")], ", selector: {matchLabels: {disk: fast}}", 2),
            (vec![volume("a", ""), volume("b", "")], ", selector: {matchLabels: {disk: slow}}", 0),
        ] {
            let text = format!(
                "
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: db}}
spec:
  replicas: 3
  volumeClaimTemplates:
  - metadata: {{name: data}}
    spec: {{accessModes: [ReadWriteOnce], storageClassName: '', resources: {{requests: {{storage: 10Gi}}}}{selector}}}
{}",
                volumes.join("")
            );
            testing::with(&text, |set, cluster| {
                assert_eq!(claim::of(set, cluster)[0].supply.fitting, want, "{selector} {volumes:?}");
            });
        }
    }
}
