//! Finds another StatefulSet whose claims have the same names.

use crate::cluster::Cluster;
use crate::manifest::{GroupKind, Object};
use crate::pod::Ordinals;
use crate::yaml::Node;

/// The longest name that an object may have; longer ones are refused, and looked up by nobody.
const LONGEST_NAME: usize = 253;

crate::record! {
    /// Another StatefulSet that claims storage by the same names.
    pub struct Rival<'a> as "rival" at node {
        /// Whether there is one.
        found "found": bool,
        /// Its name.
        set "set": &'a str,
        /// The claim template of it whose claims have the same names.
        template "template": &'a str,
        /// The first name that both use.
        claim "claim": String,
    }
}

impl Rival<'_> {
    /// None.
    pub(super) fn absent() -> Self {
        Self { node: None, found: false, set: "", template: "", claim: String::new() }
    }
}

/// The first StatefulSet in the namespace of `set` of which a claim has the name of a claim of the template: claims are named
/// `template-set-ordinal`, so that dashes can be read in two ways.
pub(super) fn of<'a>(template: &str, set: &Object<'a>, cluster: &'a Cluster<'a>) -> Rival<'a> {
    if template.is_empty() || set.name.is_empty() || template.len() + set.name.len() > LONGEST_NAME {
        return Rival::absent();
    }
    let whole = format!("{template}-{}", set.name);
    let splits = whole.match_indices('-').map(|(dash, _)| (&whole[..dash], &whole[dash + 1..]));
    for (other_template, other_name) in splits.filter(|(other, _)| *other != template) {
        let Some(other) = cluster.find(GroupKind::STATEFUL_SET, set.namespace, other_name, set) else { continue };
        let templates = other.get(&["spec", "volumeClaimTemplates"]).into_iter().flat_map(Node::items);
        let mut named = templates.filter_map(|node| Some((node, node.get("metadata")?.get("name")?.as_str()?)));
        let Some((node, name)) = named.find(|(_, name)| *name == other_template) else { continue };
        if let Some(ordinal) = first_common(Ordinals::of(set), Ordinals::of(other)).filter(|_| !other.partial) {
            let claim = format!("{whole}-{ordinal}");
            return Rival { node: Some(node), found: true, set: other.name, template: name, claim };
        }
    }
    Rival::absent()
}

/// The first ordinal that pods of both have.
fn first_common(left: Ordinals, right: Ordinals) -> Option<i64> {
    let first = left.first.max(right.first);
    (left.contains(first) && right.contains(first)).then_some(first)
}

#[cfg(test)]
mod tests {
    use crate::facts::claim;
    use crate::facts::persistent_volume::PersistentVolumes;
    use crate::facts::testing;

    #[test]
    fn dashes_make_names_of_claims_meet() {
        let set = |name: &str, template: &str, spec: &str| {
            format!(
                "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: {name}}}\nspec: {{volumeClaimTemplates: \
                 [{{metadata: {{name: {template}}}}}]{spec}}}\n"
            )
        };
        for (sets, want) in [
            (vec![set("b", "x-a", ""), set("a-b", "x", "")], "x-a-b-0"),
            (vec![set("a-b", "x", ""), set("b", "x-a", "")], "x-a-b-0"),
            (vec![set("a-b", "x", ", replicas: 5"), set("b", "x-a", ", ordinals: {start: 2}")], "x-a-b-2"),
            (vec![set("a-b", "x", ", replicas: 2"), set("b", "x-a", ", ordinals: {start: 2}")], ""),
            (vec![set("a-b", "x", ", replicas: 0"), set("b", "x-a", "")], ""),
            (vec![set("a-b", "x", ""), set("b", "x", "")], ""),
            (vec![set("a-b", "x", ""), set("a-b", "x", "")], ""),
            (vec![set("a", "x", "")], ""),
            (vec![set("''", "''", "")], ""),
        ] {
            testing::with(&sets.join(""), |set, cluster| {
                let volumes = PersistentVolumes::of(cluster);
                let claims = claim::of(set, cluster, &volumes);
                assert_eq!(
                    (claims[0].rival.claim.as_str(), claims[0].rival.found),
                    (want, !want.is_empty()),
                    "{sets:?}"
                );
            });
        }
    }
}
