//! Turns the class that a claim names into how it was named, and which class was probably meant.

use crate::cluster::Cluster;
use crate::facts::storage_class;
use crate::placeholder::has_placeholder;
use crate::suggestion;
use crate::yaml::Node;

/// Where a class was named before Kubernetes 1.6; it still wins over the field (k8s.io/kubernetes
/// `pkg/apis/core/helper`, `GetPersistentVolumeClaimClass`).
const ANNOTATION: &str = "volume.beta.kubernetes.io/storage-class";

/// Classes that cluster platforms make on their own, so that no manifest shows them.
const PLATFORM: [&str; 35] = [
    // Amazon EKS and OpenShift on it
    "gp2",
    "gp2-csi",
    "gp3-csi",
    // Google GKE; kind and minikube have a "standard" too
    "standard",
    "standard-rwo",
    "standard-rwx",
    "premium-rwo",
    "premium-rwx",
    "enterprise-rwx",
    // Azure AKS
    "default",
    "managed",
    "managed-csi",
    "managed-csi-premium",
    "managed-premium",
    "azurefile",
    "azurefile-csi",
    "azurefile-csi-premium",
    "azurefile-premium",
    // other clouds
    "do-block-storage",
    "do-block-storage-retain",
    "hcloud-volumes",
    "linode-block-storage",
    "linode-block-storage-retain",
    "oci",
    "oci-bv",
    "scw-bssd",
    "vultr-block-storage",
    "vultr-block-storage-hdd",
    "alicloud-disk-topology-alltype",
    "csi-disk",
    "csi-disk-topology",
    // clusters on one's own machines
    "hostpath",
    "local-path",
    "microk8s-hostpath",
    "thin-csi",
];

/// How many edits away from the name a class is still suggested.
const MOST_EDITS: usize = 2;

crate::record! {
    /// The class that a claim names.
    pub struct ClassName<'a> as "className" at node {
        /// Whether it names one; `""` counts, and asks for volumes without a class.
        given "given": bool,
        /// The name; empty if there is none.
        text "text": &'a str,
        /// Whether it is still to be filled in by another tool.
        placeholder "placeholder": bool,
        /// Whether the annotation of before Kubernetes 1.6 names it, which wins over `spec.storageClassName`.
        by_annotation "byAnnotation": bool,
        /// Whether it is a class that a cluster platform makes on its own.
        of_platform "ofPlatform": bool,
        /// The nearest name of a class in view, if no class of the name itself is in view; empty if none is near.
        suggestion "suggestion": &'a str,
        /// Whether the name is the suggestion but for one slip of the keyboard, or for case and separators.
        misspelt "misspelt": bool,
    }
}

/// How a claim template, or a claim, names its class.
pub(super) fn of<'a>(claim: Node<'a>) -> ClassName<'a> {
    let metadata = claim.get("metadata");
    let annotation = metadata.and_then(|metadata| metadata.get("annotations")?.get(ANNOTATION));
    let field = claim.get("spec").and_then(|spec| spec.get("storageClassName"));
    let text = |node: Option<Node<'a>>| node.and_then(|node| Some((node, node.as_str()?)));
    let (named, by_annotation) = text(annotation).map_or((text(field), false), |named| (Some(named), true));
    ClassName {
        node: named.map(|(node, _)| node).or_else(|| claim.get("spec")).or(Some(claim)),
        given: named.is_some(),
        text: named.map_or("", |(_, text)| text),
        placeholder: named.is_some_and(|(_, text)| has_placeholder(text)),
        by_annotation,
        of_platform: named.is_some_and(|(_, text)| PLATFORM.contains(&text)),
        suggestion: "",
        misspelt: false,
    }
}

impl<'a> ClassName<'a> {
    /// Says which class in view was probably meant.
    pub(super) fn suggest(&mut self, cluster: &'a Cluster<'a>) {
        let names = || storage_class::objects(cluster).map(|class| class.name).filter(|name| !name.is_empty());
        let slip = names().find(|name| is_slip(self.text, name));
        self.misspelt = slip.is_some() && !self.of_platform;
        let near = |candidate: &&str| suggestion::edits_within(self.text, candidate, MOST_EDITS).is_some();
        self.suggestion = slip.or_else(|| suggestion::nearest(self.text, names()).filter(near)).unwrap_or_default();
    }
}

/// Whether one name is the other but for case and separators, or but for one edit in one word of at least four letters. Words
/// that differ in a digit, as `gp2` and `gp3`, and short ones, as `ssd` and `hdd`, are often both meant.
fn is_slip(name: &str, candidate: &str) -> bool {
    const SEPARATORS: [char; 3] = ['-', '_', '.'];
    // Nearly all pairs of names end here.
    if name.len().abs_diff(candidate.len()) > MOST_EDITS {
        return false;
    }
    let plain = |text: &str| text.replace(SEPARATORS, "").to_lowercase();
    if plain(name) == plain(candidate) {
        return true;
    }
    let digits = |text: &str| -> Vec<char> { text.chars().filter(char::is_ascii_digit).collect() };
    let words = |text: &str| -> Vec<String> { text.split(SEPARATORS).map(str::to_lowercase).collect() };
    let (name_words, candidate_words) = (words(name), words(candidate));
    let mut differing = name_words.iter().zip(&candidate_words).filter(|(left, right)| left != right);
    let (Some((left, right)), None) = (differing.next(), differing.next()) else { return false };
    name_words.len() == candidate_words.len()
        && left.len().min(right.len()) >= 4
        && digits(left) == digits(right)
        && suggestion::edits_within(left, right, 1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing;

    #[test]
    fn the_annotation_wins_over_the_field() {
        for (claim, want) in [
            ("{}", (false, "", false)),
            ("{spec: {}}", (false, "", false)),
            ("{spec: {storageClassName: null}}", (false, "", false)),
            ("{spec: {storageClassName: ''}}", (true, "", false)),
            ("{spec: {storageClassName: fast}}", (true, "fast", false)),
            ("{spec: {storageClassName: [fast]}}", (false, "", false)),
            (
                "{metadata: {annotations: {volume.beta.kubernetes.io/storage-class: old}}, spec: {storageClassName: fast}}",
                (true, "old", true),
            ),
            ("{metadata: {annotations: {volume.alpha.kubernetes.io/storage-class: older}}}", (false, "", false)),
        ] {
            testing::with(&format!("apiVersion: apps/v1\nkind: StatefulSet\nclaim: {claim}\n"), |set, _| {
                let name = of(set.get(&["claim"]).expect("a claim"));
                assert_eq!((name.given, name.text, name.by_annotation), want, "{claim}");
            });
        }
    }

    #[test]
    fn only_what_nobody_means_twice_is_a_slip() {
        for (name, candidate, want) in [
            ("fast-ssd", "fast_ssd", true),
            ("Fast-SSD", "fast-ssd", true),
            ("fastssd", "fast-ssd", true),
            ("standrad-rwo", "standard-rwo", true),
            ("premum", "premium", true),
            ("premium", "premum", true),
            ("gp2", "gp3", false),
            ("fast-ssd", "fast-hdd", false),
            ("pool1-ssd", "pool2-ssd", false),
            ("kafka-a", "kafka-b", false),
            ("standard", "standard-rwo", false),
            ("longhorn", "rook", false),
        ] {
            assert_eq!(is_slip(name, candidate), want, "{name} {candidate}");
        }
    }
}
