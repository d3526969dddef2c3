//! Turns the claim templates of a StatefulSet into what becomes of the claims that its pods get.

mod access_mode;
mod class_name;
mod request;
mod rival;
mod supply;

use std::collections::{HashMap, HashSet};

pub use access_mode::UnknownMode;
pub use class_name::ClassName;
pub use request::Request;
pub use rival::Rival;
pub(super) use supply::Known;
pub use supply::Supply;

use crate::cluster::Cluster;
use crate::facts::dns_label;
use crate::facts::persistent_volume::PersistentVolumes;
use crate::facts::storage_class::{self, StorageClass};
use crate::facts::value::{Lazy, lazy};
use crate::facts::volume;
use crate::manifest::{GroupKind, Object};
use crate::placeholder::has_placeholder;
use crate::pod::Ordinals;
use crate::yaml::Node;
use supply::{Names, Wish};

/// Of how many pods the claims are looked up; beyond, none counts as made beforehand.
const MOST_LOOKED_UP: i64 = 100;

crate::record! {
    /// A claim template, which stands for one PersistentVolumeClaim for each pod.
    pub struct Claim<'a> as "claim" at node {
        /// Its name; empty if it has none.
        name "name": &'a str,
        /// Why its name is no DNS label, as a clause behind "because"; empty if it is one, is missing or is still to be filled in.
        name_fault "nameFault": String,
        /// Whether its name is still to be filled in by another tool.
        name_placeholder "namePlaceholder": bool,
        /// Its number in `spec.volumeClaimTemplates`, zero-based.
        index "index": i64,
        /// The names of the claims in words: `data-db-0`, `data-db-0 and data-db-1`, `data-db-0 … data-db-2`; `its claims` if
        /// there is none.
        claims "claims": String,
        /// How many of the claims are in view, made beforehand.
        made "made": i64,
        /// Whether each pod finds a claim that was made beforehand, so that the template is not used.
        all_made "allMade": bool,
        /// The access modes that are text, in written order.
        access_modes "accessModes": Vec<&'a str>,
        /// Whether at least one access mode is asked for.
        modes_given "accessModesGiven": bool,
        /// The first access mode that Kubernetes does not know.
        unknown_mode "unknownMode": UnknownMode<'a>,
        /// The storage that it requests.
        request "request": Request<'a>,
        /// The class that it names.
        class_name "className": ClassName<'a>,
        /// The StorageClass that its claims get: the one that it names or, if it names none, the only default in view.
        storage_class "storageClass": StorageClass<'a>,
        /// Whether it names no class, and a StorageClass in view is the default.
        any_default "anyDefault": bool,
        /// The PersistentVolumes in view that are of its class.
        supply "supply": Lazy<'a, Supply<'a>>,
        /// The one volume that every claim asks for; empty for none.
        volume_name "volumeName": &'a str,
        /// Whether a container or an init container mounts it, or has it as a device.
        mounted "mounted": bool,
        /// The claim template before this one that has the same name.
        twin "twin": Option<Node<'a>>,
        /// Another StatefulSet that claims storage by the same names.
        rival "rival": Rival<'a>,
    }
    hidden {
        /// Whether it has a selector of volumes.
        selects: bool,
        /// The number of the volume that it names, if that is in view.
        named: Option<usize>,
    }
}

/// The claim templates of `set`, in written order.
pub(super) fn of<'a>(
    set: &'a Object<'a>,
    cluster: &'a Cluster<'a>,
    volumes: &'a PersistentVolumes<'a>,
) -> Vec<Claim<'a>> {
    let mounted: HashSet<&str> = volume::mounted(set).collect();
    let mut earlier: HashMap<&str, Node<'a>> = HashMap::new();
    let mut claims = Vec::new();
    for (index, node) in (0..).zip(templates(set)) {
        let mut claim = of_template(node, set, cluster, volumes);
        claim.index = index;
        claim.mounted = mounted.contains(claim.name);
        if !claim.name.is_empty() {
            claim.twin = earlier.insert(claim.name, node);
        }
        claims.push(claim);
    }
    claims
}

/// The claim templates of `set` as they are written.
pub(super) fn templates<'a>(set: &'a Object<'a>) -> impl Iterator<Item = Node<'a>> {
    let templates = set.get(&["spec", "volumeClaimTemplates"]);
    templates.into_iter().flat_map(Node::items).filter(|template| template.is_mapping())
}

/// The name of a claim template, or of a claim; empty if it has none.
pub(super) fn name(claim: Node<'_>) -> &str {
    claim.get("metadata").and_then(|metadata| metadata.get("name")?.as_str()).unwrap_or_default()
}

/// What a claim template asks for that others could ask for too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Asked<'a> {
    /// A volume of a class of which there are volumes in view; empty for none.
    OfClass(&'a str),
    /// A volume that is not in view, by its name.
    Named(&'a str),
}

/// What the claim templates of `set` ask for that others could ask for too.
pub(super) fn asked_volumes<'a>(
    set: &'a Object<'a>,
    cluster: &'a Cluster<'a>,
    volumes: &PersistentVolumes<'a>,
) -> Vec<Asked<'a>> {
    let asked = |node: Node<'a>| {
        let (name, class) = (volume_name(node), class_name::of(node));
        match volumes.find(name, cluster, set).and_then(|number| volumes.get(number)) {
            Some(volume) => return Some(Asked::OfClass(volume.class)),
            None if !name.is_empty() => return Some(Asked::Named(name)),
            None => {}
        }
        let class =
            if class.given { class.text } else { storage_class::default(cluster, set).map_or("", |it| it.name) };
        (!volumes.of_class(class).is_empty()).then_some(Asked::OfClass(class))
    };
    templates(set).filter_map(asked).collect()
}

/// The volumes that the claim templates of `set` ask for by name.
pub fn named_volumes<'a>(set: &'a Object<'a>) -> impl Iterator<Item = &'a str> {
    templates(set).map(volume_name).filter(|name| !name.is_empty())
}

/// The volume that a claim asks for by name; empty for none.
pub fn volume_name(claim: Node<'_>) -> &str {
    claim.get("spec").and_then(|spec| spec.get("volumeName")?.as_str()).unwrap_or_default()
}

/// The access modes of a claim or a volume that are text, in written order.
pub(super) fn access_modes(modes: Option<Node<'_>>) -> Vec<&str> {
    access_mode::all(modes)
}

fn of_template<'a>(
    node: Node<'a>,
    set: &'a Object<'a>,
    cluster: &'a Cluster<'a>,
    volumes: &'a PersistentVolumes<'a>,
) -> Claim<'a> {
    let (name, ordinals) = (name(node), Ordinals::of(set));
    let prefix = format!("{name}-{}", set.name);
    let made = made(&prefix, ordinals, set, cluster);
    Claim {
        name_fault: if name.is_empty() || has_placeholder(name) { String::new() } else { dns_label::fault(name) },
        claims: in_words(&prefix, ordinals, !name.is_empty() && !set.name.is_empty()),
        made,
        all_made: ordinals.count > 0 && made == ordinals.count,
        rival: rival::of(name, set, cluster),
        ..claim(node, set, Names::Each(prefix + "-", ordinals), cluster, volumes)
    }
}

/// A PersistentVolumeClaim that is in view by itself, as if it were the one claim of a template.
pub(super) fn of_object<'a>(
    object: &'a Object<'a>,
    cluster: &'a Cluster<'a>,
    volumes: &'a PersistentVolumes<'a>,
) -> Claim<'a> {
    let uid = object.get(&["metadata", "uid"]).and_then(Node::as_str).unwrap_or_default();
    claim(object.node, object, Names::One(object.name, uid), cluster, volumes)
}

/// What is true of a claim template of `near`, or of the claim that it is, wherever its claims belong.
fn claim<'a>(
    node: Node<'a>,
    near: &'a Object<'a>,
    names: Names<'a>,
    cluster: &'a Cluster<'a>,
    volumes: &'a PersistentVolumes<'a>,
) -> Claim<'a> {
    let modes = node.get("spec").and_then(|spec| spec.get("accessModes"));
    let (name, request, mut class_name) = (name(node), request::of(node), class_name::of(node));
    let class = if class_name.given {
        cluster.find(GroupKind::STORAGE_CLASS, "", class_name.text, near).filter(|class| !class.partial)
    } else {
        storage_class::default(cluster, near)
    };
    if class_name.given && class.is_none() && !class_name.text.is_empty() {
        class_name.suggest(cluster);
    }
    let storage_class = class.map_or_else(StorageClass::absent, StorageClass::of);
    let wish = Wish {
        claim: node,
        class: if class_name.given { class_name.text } else { storage_class.name },
        waits: storage_class.waits(),
        request: request.quantity,
        namespace: near.namespace,
        names,
    };
    Claim {
        node: Some(node),
        name,
        name_fault: String::new(),
        name_placeholder: has_placeholder(name),
        index: 0,
        claims: name.to_owned(),
        made: 0,
        all_made: false,
        access_modes: access_mode::all(modes),
        modes_given: access_mode::given(modes),
        unknown_mode: access_mode::unknown(modes),
        request,
        any_default: !class_name.given && storage_class::any_default(cluster),
        class_name,
        storage_class,
        supply: lazy(move || supply::of(&wish, near, cluster, volumes)),
        volume_name: volume_name(node),
        mounted: false,
        twin: None,
        rival: Rival::absent(),
        selects: node.get("spec").and_then(|spec| spec.get("selector")).is_some_and(|selector| !selector.is_null()),
        named: volumes.find(volume_name(node), cluster, near),
    }
}

/// How many of the claims are in view.
fn made(prefix: &str, ordinals: Ordinals, set: &Object<'_>, cluster: &Cluster<'_>) -> i64 {
    let kind = GroupKind::PERSISTENT_VOLUME_CLAIM;
    if cluster.in_namespace(kind, set.namespace).next().is_none() {
        return 0;
    }
    let looked_up = ordinals.first..ordinals.first + ordinals.count.min(MOST_LOOKED_UP);
    let is_made = |ordinal: &i64| {
        let claim = cluster.find(kind, set.namespace, &format!("{prefix}-{ordinal}"), set);
        claim.is_some_and(|claim| !claim.partial)
    };
    i64::try_from(looked_up.filter(is_made).count()).unwrap_or(i64::MAX)
}

fn in_words(prefix: &str, ordinals: Ordinals, named: bool) -> String {
    let (first, last) = (ordinals.first, ordinals.last());
    match ordinals.count {
        _ if !named => "its claims".to_owned(),
        0 => "its claims".to_owned(),
        1 => format!("{prefix}-{first}"),
        2 => format!("{prefix}-{first} and {prefix}-{last}"),
        _ => format!("{prefix}-{first} … {prefix}-{last}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing;

    fn set(spec: &str) -> String {
        format!("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec: {spec}\n")
    }

    #[test]
    fn claims_are_named_after_template_set_and_ordinal() {
        for (spec, want) in [
            ("{volumeClaimTemplates: [{metadata: {name: data}}]}", "data-db-0"),
            ("{replicas: 2, volumeClaimTemplates: [{metadata: {name: data}}]}", "data-db-0 and data-db-1"),
            (
                "{replicas: 3, ordinals: {start: 9}, volumeClaimTemplates: [{metadata: {name: data}}]}",
                "data-db-9 … data-db-11",
            ),
            ("{replicas: 0, volumeClaimTemplates: [{metadata: {name: data}}]}", "its claims"),
            ("{volumeClaimTemplates: [{metadata: {name: 1}}]}", "its claims"),
            ("{volumeClaimTemplates: [{}]}", "its claims"),
            ("{volumeClaimTemplates: [data]}", ""),
            ("{volumeClaimTemplates: {metadata: {name: data}}}", ""),
        ] {
            testing::with(&set(spec), |object, cluster| {
                let volumes = PersistentVolumes::of(cluster);
                let claims: Vec<_> = of(object, cluster, &volumes).into_iter().map(|claim| claim.claims).collect();
                assert_eq!(claims.join("|"), want, "{spec}");
            });
        }
    }

    #[test]
    fn a_claim_is_mounted_by_containers_and_init_containers() {
        for (pod, want) in [
            ("{}", false),
            ("{containers: [{volumeMounts: [{name: data}]}]}", true),
            ("{containers: [{volumeDevices: [{name: data}]}]}", true),
            ("{initContainers: [{volumeMounts: [{name: data}]}]}", true),
            ("{containers: [{volumeMounts: [{name: other}]}]}", false),
            ("{containers: {volumeMounts: [{name: data}]}}", false),
        ] {
            let spec = format!("{{template: {{spec: {pod}}}, volumeClaimTemplates: [{{metadata: {{name: data}}}}]}}");
            testing::with(&set(&spec), |object, cluster| {
                let volumes = PersistentVolumes::of(cluster);
                assert_eq!(of(object, cluster, &volumes)[0].mounted, want, "{pod}");
            });
        }
    }

    #[test]
    fn the_class_is_the_named_one_or_the_only_default() {
        let class = |name: &str, default: bool| {
            format!(
                "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{name: {name}, annotations: \
                 {{storageclass.kubernetes.io/is-default-class: '{default}'}}}}\nprovisioner: {name}.example.com\n"
            )
        };
        let two = format!("{}{}", class("fast", false), class("slow", true));
        for (spec, classes, want) in [
            ("{}", "", ("", false, false)),
            ("{}", two.as_str(), ("slow", true, true)),
            ("{storageClassName: fast}", two.as_str(), ("fast", true, false)),
            ("{storageClassName: ''}", two.as_str(), ("", false, false)),
            ("{storageClassName: other}", two.as_str(), ("", false, false)),
        ] {
            let spec = format!("{{volumeClaimTemplates: [{{metadata: {{name: data}}, spec: {spec}}}]}}");
            testing::with(&format!("{}{classes}", set(&spec)), |object, cluster| {
                let volumes = PersistentVolumes::of(cluster);
                let claims = of(object, cluster, &volumes);
                let class = &claims[0].storage_class;
                assert_eq!((class.name, class.found, claims[0].any_default), want, "{spec}");
            });
        }
    }

    #[test]
    fn claims_that_were_made_beforehand_are_counted() {
        let claim = |namespace: &str, name: &str| {
            format!(
                "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
            )
        };
        for (claims, want) in [
            (String::new(), (0, false)),
            (claim("default", "data-db-0"), (1, false)),
            (claim("default", "data-db-0") + &claim("default", "data-db-1"), (2, true)),
            (claim("default", "data-db-0") + &claim("default", "data-db-2"), (1, false)),
            (claim("other", "data-db-0") + &claim("default", "data-db"), (0, false)),
        ] {
            let spec = "{replicas: 2, volumeClaimTemplates: [{metadata: {name: data}}]}";
            testing::with(&format!("{}{claims}", set(spec)), |object, cluster| {
                let volumes = PersistentVolumes::of(cluster);
                let claim = &of(object, cluster, &volumes)[0];
                assert_eq!((claim.made, claim.all_made), want, "{claims}");
            });
        }
    }

    #[test]
    fn the_later_of_two_templates_of_one_name_knows_the_earlier() {
        let spec =
            "{volumeClaimTemplates: [{metadata: {name: a}}, {metadata: {name: b}}, {metadata: {name: a}}, {}, {}]}";
        testing::with(&set(spec), |object, cluster| {
            let volumes = PersistentVolumes::of(cluster);
            let claims = of(object, cluster, &volumes);
            let twins: Vec<_> = claims.iter().map(|claim| claim.twin).collect();
            assert_eq!(twins, [None, None, claims[0].node, None, None]);
        });
    }
}
