//! Turns the affinity of a pod into what the API server refuses in it.

use super::super::check::Check;
use super::super::field::Field;
use super::super::inheritance::Inherited;
use super::super::name;
use super::super::selector::{self, Values};
use super::Whole;
use super::label_key::{self, LabelKeys};
use super::node_selector::{node_selector, node_selector_term};

pub(super) const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
pub(super) const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// `validateAffinity`.
pub(super) fn affinity(check: &mut Check, affinity: &Field<'_, '_>, whole: Whole<'_, '_>) {
    let node_affinity = affinity.child("nodeAffinity");
    let required = node_affinity.child(REQUIRED);
    if required.exists() {
        node_selector(check, &required);
    }
    for term in node_affinity.child(PREFERRED).items() {
        weight(check, &term);
        // An invalid value does no harm in a cluster of one node: the API server lets it pass.
        node_selector_term(check, &term.child("preference"), false);
    }
    for name in ["podAffinity", "podAntiAffinity"] {
        let pod_affinity = affinity.child(name);
        for term in pod_affinity.child(REQUIRED).items() {
            pod_affinity_term(check, &term, whole);
        }
        for term in pod_affinity.child(PREFERRED).items() {
            weight(check, &term);
            pod_affinity_term(check, &term.child("podAffinityTerm"), whole);
        }
    }
}

fn weight(check: &mut Check, term: &Field<'_, '_>) {
    let weight = term.child("weight");
    let number = weight.int().unwrap_or(0);
    if !(1..=100).contains(&number) {
        check.invalid(&weight, number, "must be in the range 1-100");
    }
}

/// `validatePodAffinityTerm`.
fn pod_affinity_term(check: &mut Check, term: &Field<'_, '_>, whole: Whole<'_, '_>) {
    let label_selector = term.child("labelSelector");
    let values = if check.inherits(Inherited::AffinitySelector) { Values::Any } else { Values::OfLabels };
    selector::label_selector(check, &label_selector, values);
    selector::label_selector(check, &term.child("namespaceSelector"), values);
    for namespace in term.child("namespaces").items() {
        let spelled = namespace.called("namespace", term);
        check.invalid_each(&spelled, namespace.text(), name::dns1123_label(namespace.text()));
    }
    let (matching, mismatching) = (term.child("matchLabelKeys"), term.child("mismatchLabelKeys"));
    let keys = LabelKeys { term, matching: &matching, mismatching: Some(&mismatching), selector: &label_selector };
    label_key::match_and_mismatch(check, &keys, whole);
    let topology_key = term.child("topologyKey");
    if topology_key.text().is_empty() {
        check.required(&topology_key, "can not be empty");
    }
    let messages = name::qualified_name(topology_key.text(), check.version);
    check.invalid_each(&topology_key, topology_key.text(), messages);
}
