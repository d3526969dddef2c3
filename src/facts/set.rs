//! Turns a StatefulSet into what is true of it alone: its name, its shape, its length in the labels of its pods.

use crate::facts::dns_label;
use crate::facts::field::{self, Foreign, Misplaced};
use crate::facts::metadata::{self, NotText};
use crate::manifest::Object;
use crate::placeholder::has_placeholder;
use crate::pod::Ordinals;
use crate::yaml::Node;

crate::record! {
    /// The StatefulSet itself.
    pub struct Set<'a> as "set" at node {
        /// Its `apiVersion`.
        api_version "apiVersion": &'a str,
        /// Its name; empty if it has none.
        name "name": &'a str,
        /// How many bytes its name has.
        name_length "nameLength": i64,
        /// Why its name is no DNS label, as a clause behind "because"; empty if it is one, is missing or is still to be filled in.
        name_fault "nameFault": String,
        /// Whether its name is still to be filled in by another tool: it holds `${…}`, `$(…)` or `{{…}}`.
        name_placeholder "namePlaceholder": bool,
        /// Whether the API server is asked to make a name up, by `metadata.generateName`.
        generate_name "generateName": bool,
        /// Its namespace, given or assumed.
        namespace "namespace": &'a str,
        /// Whether its manifest names the namespace.
        namespace_given "namespaceGiven": bool,
        /// Whether its namespace is still to be filled in by another tool.
        namespace_placeholder "namespacePlaceholder": bool,
        /// How many pods it asks for; 1 if that is absent or no count.
        replicas "replicas": i64,
        /// The ordinal of its first pod.
        first_ordinal "firstOrdinal": i64,
        /// The ordinal of its last pod; below the first if there is none.
        last_ordinal "lastOrdinal": i64,
        /// `spec.serviceName`; empty if it is absent.
        service_name "serviceName": &'a str,
        /// Whether `spec.serviceName` is still to be filled in by another tool.
        service_name_placeholder "serviceNamePlaceholder": bool,
        /// Why `spec.serviceName` is no DNS label, as a clause behind "because"; empty if it is one, is missing or is still to be
        /// filled in.
        service_name_fault "serviceNameFault": String,
        /// `spec.podManagementPolicy`; `OrderedReady` if it is absent.
        pod_management_policy "podManagementPolicy": &'a str,
        /// Whether it is a piece of one, such as a patch that another tool merges into the whole: it has no selector, and none of
        /// its containers has an image.
        fragment "fragment": bool,
        /// How many claim templates it has.
        claim_templates "claimTemplates": i64,
        /// Fields that stand in the wrong part of it.
        misplaced "misplaced": Vec<Misplaced<'a>>,
        /// Fields that Deployments have and StatefulSets do not.
        foreign "deploymentFields": Vec<Foreign<'a>>,
        /// Labels and annotations whose value is no text.
        not_text "notText": Vec<NotText<'a>>,
    }
}

/// What is true of `set` alone.
pub(super) fn of<'a>(set: &'a Object<'a>) -> Set<'a> {
    let text = |path: &[&str]| set.get(path).and_then(Node::as_str).unwrap_or_default();
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let ordinals = Ordinals::of(set);
    let service_name = text(&["spec", "serviceName"]);
    let policy = text(&["spec", "podManagementPolicy"]);
    Set {
        node: Some(set.node),
        api_version: set.api_version,
        name: set.name,
        name_length: count(set.name.len()),
        name_fault: fault(set.name),
        name_placeholder: has_placeholder(set.name),
        generate_name: !text(&["metadata", "generateName"]).is_empty(),
        namespace: set.namespace,
        namespace_given: set.namespace_given,
        namespace_placeholder: has_placeholder(set.namespace),
        replicas: ordinals.count,
        first_ordinal: ordinals.first,
        last_ordinal: ordinals.last(),
        service_name,
        service_name_placeholder: has_placeholder(service_name),
        service_name_fault: fault(service_name),
        pod_management_policy: if policy.is_empty() { "OrderedReady" } else { policy },
        fragment: set.is_fragment(),
        claim_templates: count(set.get(&["spec", "volumeClaimTemplates"]).into_iter().flat_map(Node::items).count()),
        misplaced: field::misplaced(set),
        foreign: field::foreign(set),
        not_text: metadata::not_text(set),
    }
}

fn fault(name: &str) -> String {
    if name.is_empty() || has_placeholder(name) { String::new() } else { dns_label::fault(name) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing;

    #[test]
    fn what_is_absent_or_of_another_type_reads_as_the_default() {
        for (rest, want) in [
            ("metadata: {name: db}\nspec: {}", ("db", 2, 1, 0, 0, "", "OrderedReady", 0)),
            (
                "metadata: {name: db}\nspec: {replicas: 3, ordinals: {start: 5}, serviceName: peers, podManagementPolicy: Parallel}",
                ("db", 2, 3, 5, 7, "peers", "Parallel", 0),
            ),
            ("metadata: {name: 1}\nspec: {serviceName: [x], replicas: {}}", ("", 0, 1, 0, 0, "", "OrderedReady", 0)),
            (
                "metadata: []\nspec: {replicas: 0, volumeClaimTemplates: [{}, {}]}",
                ("", 0, 0, 0, -1, "", "OrderedReady", 2),
            ),
            ("spec: nothing", ("", 0, 1, 0, 0, "", "OrderedReady", 0)),
        ] {
            testing::with(&format!("apiVersion: apps/v1\nkind: StatefulSet\n{rest}\n"), |object, _| {
                let set = of(object);
                let ordinals = (set.first_ordinal, set.last_ordinal);
                let got = (
                    set.name,
                    set.name_length,
                    set.replicas,
                    ordinals.0,
                    ordinals.1,
                    set.service_name,
                    set.pod_management_policy,
                    set.claim_templates,
                );
                assert_eq!(got, want, "{rest}");
            });
        }
    }
    #[test]
    fn names_that_are_still_to_be_filled_in_have_no_fault() {
        for (name, fault, placeholder) in [
            ("db", "", false),
            ("Db", "\"D\" is a capital letter", false),
            ("'${ENV}-db'", "", true),
            ("'$(ENV)-db'", "", true),
            ("'{{ENV}}-db'", "", true),
            ("'$ENV'", "it has a \"$\"", false),
        ] {
            let text = format!(
                "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: {name}}}\nspec: {{serviceName: {name}}}\n"
            );
            testing::with(&text, |object, _| {
                let set = of(object);
                let told = (set.name_fault.as_str(), set.name_placeholder);
                assert_eq!(told, (fault, placeholder), "{name}");
                assert_eq!((set.service_name_fault.as_str(), set.service_name_placeholder), told, "{name}");
            });
        }
    }

    #[test]
    fn a_patch_is_a_fragment_and_a_set_without_selector_is_not() {
        for (spec, want) in [
            ("{replicas: 5}", true),
            ("{template: {spec: {containers: [{name: db, resources: {}}]}}}", true),
            ("{template: {spec: {containers: [{name: db, image: postgres}]}}}", false),
            ("{selector: {}, template: {spec: {containers: [{name: db}]}}}", false),
        ] {
            testing::with(&format!("apiVersion: apps/v1\nkind: StatefulSet\nspec: {spec}\n"), |object, _| {
                assert_eq!(of(object).fragment, want, "{spec}");
            });
        }
    }
}
