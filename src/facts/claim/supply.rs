//! Counts the PersistentVolumes in view that the claims of a template could be bound to.

mod known;

use std::collections::BTreeSet;
use std::sync::Arc;

pub(in crate::facts) use known::Known;

use super::access_mode;
use crate::cluster::Cluster;
use crate::facts::persistent_volume::{ClaimReference, PersistentVolume, PersistentVolumes};
use crate::label::Selector;
use crate::manifest::Object;
use crate::pod::{self, Ordinals};
use crate::quantity::Quantity;
use crate::yaml::Node;
use known::{Ask, Found};

/// How many volumes that do not fit are told of.
const MOST_TOLD: usize = 5;

crate::record! {
    /// The PersistentVolumes in view that are of the class that the claims ask for; where the claims name their volume, that one
    /// alone.
    pub struct Supply<'a> as "supply" at node {
        /// How many there are, those that do not fit included.
        of_class "ofClass": i64,
        /// To how many of the claims of the pods they can be bound, each to one.
        fitting "fitting": i64,
        /// Why others do not fit, one clause each; the first five.
        misfits "misfits": Vec<String>,
    }
    hidden {
        /// Those that fit any claim of the template, the one that is bound first in front; numbers are those of
        /// [`PersistentVolumes`].
        free: Arc<[usize]>,
        /// The ordinals whose claims have a volume reserved for them, and its number.
        reserved: Vec<(i64, usize)>,
        /// The volume that comes nearest to fitting of those that do not, and why it does not.
        nearest: Option<Misfitting>,
    }
}

/// A volume that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfitting {
    /// Its name.
    pub volume: String,
    /// Why it does not fit, as a clause without a subject: `holds 5Gi`.
    pub why: String,
}

/// What the claims of a template, or one claim, ask of a volume.
#[derive(Debug)]
pub(super) struct Wish<'a> {
    /// The claim template, or the claim.
    pub(super) claim: Node<'a>,
    /// The class that they get; empty for none.
    pub(super) class: &'a str,
    /// Whether the scheduler binds them: the class waits for the first pod.
    pub(super) waits: bool,
    pub(super) request: Option<Quantity>,
    pub(super) namespace: &'a str,
    pub(super) names: Names<'a>,
}

/// What claims are called.
#[derive(Debug)]
pub(super) enum Names<'a> {
    /// Those of a template: their names up to, not including, the ordinal, and the ordinals.
    Each(String, Ordinals),
    /// One claim by itself, which counts as ordinal 0: its name and UID.
    One(&'a str, &'a str),
}

/// What a wish asks, read once.
struct Terms<'a> {
    wish: &'a Wish<'a>,
    mode: &'a str,
    attributes_class: &'a str,
    access_modes: Vec<&'a str>,
    selector: Option<Selector<'a>>,
}

/// To which claims a volume can be bound.
enum Fit {
    /// To any claim.
    Any,
    /// Only to the claim of this ordinal, which it names.
    Reserved(i64),
}

/// Why a volume can be bound to no claim; one that is further down comes nearer to be bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Misfit<'a> {
    Reserved(ClaimReference<'a>),
    TooSmall,
    Class,
    Mode,
    AttributesClass,
    Lacks(&'a str),
    Terminating,
    Phase,
    Labels,
    Used(ClaimReference<'a>),
}

/// The volumes in view for the claims of a template of `near`, or for the claim that it is. Whether the pod can reach them is
/// not asked.
pub(super) fn of<'a>(
    wish: &Wish<'a>,
    near: &Object<'a>,
    cluster: &'a Cluster<'a>,
    volumes: &PersistentVolumes<'a>,
) -> Supply<'a> {
    let terms = Terms::of(wish);
    let named = super::volume_name(wish.claim);
    let for_them = if named.is_empty() { for_claims(wish, volumes) } else { Vec::new() };
    let are_like_others = named.is_empty() && for_them.is_empty() && !volumes.is_overlaid();
    let look_up = |candidates: &[usize]| terms.look_up(candidates, near, cluster, volumes);
    let found = if let Some(ask) = terms.ask().filter(|_| are_like_others) {
        volumes.known.get(ask, || look_up(volumes.of_class(wish.class)))
    } else {
        Arc::new(look_up(&candidates(named, for_them, wish, near, cluster, volumes)))
    };
    let fitting = i64::try_from(found.free.len() + found.reserved.len()).unwrap_or(i64::MAX);
    Supply {
        node: None,
        of_class: found.of_class,
        fitting: fitting.min(wish.names.count()),
        misfits: found.misfits.clone(),
        nearest: found.nearest.clone(),
        free: Arc::clone(&found.free),
        reserved: found.reserved.clone(),
    }
}

/// The volumes that are for the claims, whatever their class.
fn for_claims(wish: &Wish<'_>, volumes: &PersistentVolumes<'_>) -> Vec<usize> {
    let is_for = |number: &usize| {
        let claim = volumes.get(*number).and_then(|volume| volume.claim);
        claim.is_some_and(|claim| wish.ordinal_of(claim).is_some())
    };
    let prefix = match &wish.names {
        Names::Each(prefix, _) => prefix.as_str(),
        Names::One(name, _) => name,
    };
    volumes.for_claims(wish.namespace, prefix).filter(is_for).collect()
}

/// The volumes that are looked at, in ascending order: the one that is named, or else those of the class, and those that are for
/// the claims.
fn candidates(
    named: &str,
    mut for_them: Vec<usize>,
    wish: &Wish<'_>,
    near: &Object<'_>,
    cluster: &Cluster<'_>,
    volumes: &PersistentVolumes<'_>,
) -> Vec<usize> {
    if !named.is_empty() {
        return volumes.find(named, cluster, near).into_iter().collect();
    }
    for_them.extend(volumes.of_class(wish.class));
    for_them.sort_unstable();
    for_them.dedup();
    for_them
}

impl Names<'_> {
    fn count(&self) -> i64 {
        match self {
            Names::Each(_, ordinals) => ordinals.count,
            Names::One(..) => 1,
        }
    }
}

impl Wish<'_> {
    /// The ordinal of the claim that a volume is for, if it is one of these.
    fn ordinal_of(&self, claim: ClaimReference<'_>) -> Option<i64> {
        if claim.namespace != self.namespace {
            return None;
        }
        match &self.names {
            Names::Each(prefix, ordinals) => {
                let ordinal = claim.name.strip_prefix(prefix.as_str()).and_then(pod::decimal);
                ordinal.filter(|ordinal| ordinals.contains(*ordinal))
            }
            Names::One(name, _) => (claim.name == *name).then_some(0),
        }
    }

    /// The ordinal of the claim that a volume is for; the reason if it is for none of these (`IsVolumeBoundToClaim` of
    /// k8s.io/component-helpers `storage/volume/pv_helpers.go`). A UID that is not that of a claim in view is that of one in the
    /// cluster as long as the volume is bound, or else of one that is gone.
    fn reserved<'v>(&self, claim: ClaimReference<'v>, phase: &str) -> Result<i64, Misfit<'v>> {
        let Some(ordinal) = self.ordinal_of(claim) else { return Err(Misfit::Reserved(claim)) };
        let is_same = matches!(self.names, Names::One(_, uid) if uid == claim.uid);
        if claim.uid.is_empty() || is_same || phase == "Bound" { Ok(ordinal) } else { Err(Misfit::Used(claim)) }
    }
}

impl<'a> Terms<'a> {
    fn of(wish: &'a Wish<'a>) -> Self {
        let spec = |key| path(wish.claim, &["spec", key]);
        let text = |key| spec(key).and_then(Node::as_str).unwrap_or_default();
        let selector = spec("selector").filter(|selector| !selector.is_null());
        Self {
            wish,
            mode: Some(text("volumeMode")).filter(|mode| !mode.is_empty()).unwrap_or("Filesystem"),
            attributes_class: text("volumeAttributesClassName"),
            access_modes: access_mode::all(spec("accessModes")),
            selector: selector.map(|selector| Selector::of(Some(selector))),
        }
    }

    /// What decides which volumes there are, unless labels do.
    fn ask(&self) -> Option<Ask> {
        let Wish { class, waits, request, .. } = *self.wish;
        self.selector.is_none().then(|| Ask {
            class: class.to_owned(),
            waits,
            request,
            mode: self.mode.to_owned(),
            attributes_class: self.attributes_class.to_owned(),
            access_modes: self.access_modes.iter().map(|mode| (*mode).to_owned()).collect(),
        })
    }

    /// What is to be found among these volumes.
    fn look_up(
        &self,
        candidates: &[usize],
        near: &Object<'_>,
        cluster: &Cluster<'_>,
        volumes: &PersistentVolumes<'a>,
    ) -> Found {
        let is_named = !super::volume_name(self.wish.claim).is_empty();
        let (mut found, mut free, mut reserved) = (Found::default(), Vec::new(), BTreeSet::new());
        let mut nearest: Option<(Misfit<'_>, &PersistentVolume<'_>)> = None;
        for &number in candidates {
            let Some(volume) = volumes.get(number).filter(|volume| volume.is_nearest(cluster, near)) else { continue };
            found.of_class += 1;
            match if is_named { self.fit_named(volume) } else { self.fit(volume) } {
                Ok(Fit::Any) => free.push(number),
                Ok(Fit::Reserved(ordinal)) => {
                    if reserved.insert(ordinal) {
                        found.reserved.push((ordinal, number));
                    }
                }
                Err(misfit) => {
                    if found.misfits.len() < MOST_TOLD {
                        found.misfits.push(format!("\"{}\" {}", volume.object.name, misfit.told(volume)));
                    }
                    if nearest.is_none_or(|(other, _)| misfit > other) {
                        nearest = Some((misfit, volume));
                    }
                }
            }
        }
        volumes.sort(&mut free, self.wish.waits);
        let nearest = nearest
            .map(|(misfit, volume)| Misfitting { volume: volume.object.name.to_owned(), why: misfit.told(volume) });
        Found { free: free.into(), nearest, ..found }
    }

    /// Whether a volume fits a claim that leaves the choice open: `FindMatchingVolume` of k8s.io/component-helpers
    /// `storage/volume/pv_helpers.go`, and the access modes as `findByClaim` of k8s.io/kubernetes
    /// `pkg/controller/volume/persistentvolume/index.go` asks for them, of reserved volumes too.
    fn fit<'v>(&self, volume: &PersistentVolume<'v>) -> Result<Fit, Misfit<'v>>
    where
        'a: 'v,
    {
        let reserved = volume.claim.map(|claim| self.wish.reserved(claim, volume.phase)).transpose()?;
        self.holds(volume)?;
        if volume.terminating && volume.phase != "Bound" {
            return Err(Misfit::Terminating);
        }
        if let Some(ordinal) = reserved {
            return Ok(Fit::Reserved(ordinal));
        }
        if !matches!(volume.phase, "" | "Pending" | "Available") {
            return Err(Misfit::Phase);
        }
        if self.selector.as_ref().is_some_and(|selector| !selector.matches(&volume.object.label_map())) {
            return Err(Misfit::Labels);
        }
        Ok(Fit::Any)
    }

    /// Whether the volume that a claim names fits it: neither phase nor labels are asked, and nothing at all where it names the
    /// claim in turn (`syncUnboundClaim` and `checkVolumeSatisfyClaim` of k8s.io/kubernetes
    /// `pkg/controller/volume/persistentvolume/pv_controller.go`).
    fn fit_named<'v>(&self, volume: &PersistentVolume<'v>) -> Result<Fit, Misfit<'v>>
    where
        'a: 'v,
    {
        if let Some(claim) = volume.claim {
            return self.wish.reserved(claim, volume.phase).map(Fit::Reserved);
        }
        self.holds(volume)?;
        if volume.class == self.wish.class { Ok(Fit::Any) } else { Err(Misfit::Class) }
    }

    /// Whether it is large enough, of the same modes, and offers what is asked.
    fn holds<'v>(&self, volume: &PersistentVolume<'v>) -> Result<(), Misfit<'v>>
    where
        'a: 'v,
    {
        if volume.capacity < self.wish.request {
            return Err(Misfit::TooSmall);
        }
        if volume.mode != self.mode {
            return Err(Misfit::Mode);
        }
        if volume.attributes_class != self.attributes_class {
            return Err(Misfit::AttributesClass);
        }
        match self.access_modes.iter().find(|mode| !volume.access_modes.contains(mode)) {
            Some(lacking) => Err(Misfit::Lacks(lacking)),
            None => Ok(()),
        }
    }
}

impl Misfit<'_> {
    /// It as a clause without the volume, its subject.
    fn told(&self, volume: &PersistentVolume<'_>) -> String {
        match self {
            Self::Reserved(claim) => format!("is reserved for the claim \"{}/{}\"", claim.namespace, claim.name),
            Self::Used(claim) => format!(
                "was of a claim \"{}/{}\" that is gone, and is not free while its claimRef names that by its uid",
                claim.namespace, claim.name
            ),
            Self::TooSmall => format!("holds {}", volume.capacity_text.unwrap_or("nothing")),
            Self::Class if volume.class.is_empty() => "is of no class".to_owned(),
            Self::Class => format!("is of the class \"{}\"", volume.class),
            Self::Mode => format!("has the volumeMode {}", volume.mode),
            Self::AttributesClass => "has another volumeAttributesClassName".to_owned(),
            Self::Terminating => "is being deleted (metadata.deletionTimestamp)".to_owned(),
            Self::Phase => format!("is {}", volume.phase),
            Self::Lacks(mode) => format!("does not offer {mode}"),
            Self::Labels => "does not have the labels that the claim's selector asks for".to_owned(),
        }
    }
}

fn path<'a>(node: Node<'a>, keys: &[&str]) -> Option<Node<'a>> {
    keys.iter().try_fold(node, |node, key| node.get(key))
}

#[cfg(test)]
mod tests {
    use crate::facts::claim;
    use crate::facts::persistent_volume::PersistentVolumes;
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
                "{capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce], storageClassName: other, claimRef: {namespace: \
                 default, name: data-db-1}}",
                (1, 1, ""),
            ),
            (
                "{capacity: {storage: 1Ti}, storageClassName: local, claimRef: {namespace: default, name: data-db-1}}",
                (1, 0, "\"pv\" does not offer ReadWriteOnce"),
            ),
            (
                "{capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce], claimRef: {namespace: default, name: data-db-1, uid: x}}",
                (
                    1,
                    0,
                    "\"pv\" was of a claim \"default/data-db-1\" that is gone, and is not free while its claimRef names that by \
                     its uid",
                ),
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
                let volumes = PersistentVolumes::of(cluster);
                let claims = claim::of(set, cluster, &volumes);
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
                let in_view = PersistentVolumes::of(cluster);
                assert_eq!(claim::of(set, cluster, &in_view)[0].supply.fitting, want, "{selector} {volumes:?}");
            });
        }
    }
}
