//! Turns the pod template that is there already into the faults that the next one may keep
//! (`GetValidationOptionsFromPodSpecAndMeta` of `pkg/api/pod/util.go`).

use super::super::check::Check;
use super::super::field::Field;
use super::super::inheritance::{Inheritance, Inherited};
use super::super::name;
use super::super::selector::{self, Values};
use super::container::resources;
use super::label_key::{self, LabelKeys};
use super::{Whole, annotation, each_container, path, sysctl};
use crate::version::Version;

/// The faults of a template that is there already.
pub(in crate::admission) fn of(template: &Field<'_, '_>, version: Version) -> Inheritance {
    let (meta, spec) = (template.child("metadata"), template.child("spec"));
    let (labels, annotations) = (meta.child("labels"), meta.child("annotations"));
    // The claims of the set decide nothing here.
    let claims = template.child("volumeClaimTemplates");
    let whole = Whole { labels: &labels, annotations: &annotations, spec: &spec, claims: &claims, identity: None };
    let mut inherited = Inheritance::default();
    inherited.add_if(annotation::deletion_cost_fault(&annotations).is_some(), Inherited::DeletionCost);
    affinity(&mut inherited, &spec.child("affinity"), version);
    spread(&mut inherited, whole, version);
    volumes(&mut inherited, &spec.child("volumes"), version);
    containers(&mut inherited, &spec, version);
    let context = spec.child("securityContext");
    inherited.add_if(context.child("seLinuxChangePolicy").exists(), Inherited::SelinuxPolicy);
    let sysctls = context.child("sysctls");
    let is_of_host = sysctls.items().any(|sysctl| sysctl::fault_of_host(sysctl.child("name").text(), &spec).is_some());
    inherited.add_if(is_of_host, Inherited::HostSysctl);
    let tolerations = spec.child("tolerations");
    let compares = tolerations.items().any(|toleration| matches!(toleration.child("operator").text(), "Lt" | "Gt"));
    inherited.add_if(compares, Inherited::Comparison);
    inherited
}

/// Whether validation finds anything.
fn is_faulty(version: Version, validate: impl FnOnce(&mut Check)) -> bool {
    let mut check = Check::new(version);
    validate(&mut check);
    !check.errors.is_empty()
}

/// `hasInvalidLabelValueInAffinitySelector` and `hasInvalidLabelValueInRequiredNodeAffinity`.
fn affinity(inherited: &mut Inheritance, affinity: &Field<'_, '_>, version: Version) {
    let is_selector_faulty = |term: &Field<'_, '_>| {
        is_faulty(version, |check| {
            selector::label_selector(check, &term.child("labelSelector"), Values::OfLabels);
            selector::label_selector(check, &term.child("namespaceSelector"), Values::OfLabels);
        })
    };
    for name in ["podAffinity", "podAntiAffinity"] {
        let pods = affinity.child(name);
        let (required, preferred) = (pods.child(super::affinity::REQUIRED), pods.child(super::affinity::PREFERRED));
        let is_faulty = required.items().any(|term| is_selector_faulty(&term))
            || preferred.items().any(|term| is_selector_faulty(&term.child("podAffinityTerm")));
        inherited.add_if(is_faulty, Inherited::AffinitySelector);
    }
    let nodes = affinity.child("nodeAffinity");
    let required = nodes.child(super::affinity::REQUIRED);
    for term in required.child("nodeSelectorTerms").items() {
        for requirement in term.child("matchExpressions").items() {
            let values = requirement.child("values");
            let is_faulty = values.items().any(|value| !name::label_value(value.text(), version).is_empty());
            inherited.add_if(is_faulty, Inherited::NodeAffinityValue);
        }
    }
}

/// `hasInvalidTopologySpreadConstraintLabelSelector` and `hasInvalidTopologySpreadConstrainMatchLabelKeys`.
fn spread(inherited: &mut Inheritance, whole: Whole<'_, '_>, version: Version) {
    for constraint in whole.spec.child("topologySpreadConstraints").items() {
        let (label_selector, matching) = (constraint.child("labelSelector"), constraint.child("matchLabelKeys"));
        let is_selector_faulty = is_faulty(version, |check| {
            selector::label_selector(check, &label_selector, Values::OfLabels);
        });
        inherited.add_if(is_selector_faulty, Inherited::SpreadSelector);
        let keys = LabelKeys { term: &constraint, matching: &matching, mismatching: None, selector: &label_selector };
        let is_key_faulty = is_faulty(version, |check| label_key::match_and_mismatch(check, &keys, whole));
        inherited.add_if(is_key_faulty, Inherited::SpreadLabelKey);
    }
}

/// `hasNonLocalProjectedTokenPath` and `hasEmptyImageVolumeReference`.
fn volumes(inherited: &mut Inheritance, volumes: &Field<'_, '_>, version: Version) {
    for volume in volumes.items() {
        let image = volume.child("image");
        let is_empty = image.exists() && image.child("reference").text().is_empty();
        inherited.add_if(is_empty, Inherited::EmptyImageReference);
        let projected = volume.child("projected");
        for source in projected.child("sources").items() {
            let token = source.child("serviceAccountToken");
            let path = token.child("path");
            let leads_out =
                token.exists() && is_faulty(version, |check| path::local_non_reserved(check, &path, path.text()));
            inherited.add_if(leads_out, Inherited::TokenPath);
        }
    }
}

/// `usesIndivisibleHugePagesValues`, `hasUserNamespacesWithVolumeDevices`, `useAllowUserNamespacesHostNetworkSupport`,
/// `hasRestartContainerForNonSidecarInitContainer` and `useAllowSysAdminWhenPrivilegeEscalationFalse`.
fn containers(inherited: &mut Inheritance, spec: &Field<'_, '_>, version: Version) {
    let has_own_users = spec.child("hostUsers").bool() == Some(false);
    inherited.add_if(has_own_users && spec.child("hostNetwork").is_true(), Inherited::HostNetworkInUserNamespace);
    inherited.add_if(resources::holds_part_of_huge_page(&spec.child("overhead")), Inherited::PartOfHugePage);
    each_container(spec, |container| {
        let amounts = container.child("resources");
        for name in ["limits", "requests"] {
            inherited.add_if(resources::holds_part_of_huge_page(&amounts.child(name)), Inherited::PartOfHugePage);
        }
        let has_device = has_own_users && !container.child("volumeDevices").is_empty();
        inherited.add_if(has_device, Inherited::DeviceInUserNamespace);
        let context = container.child("securityContext");
        let capabilities = context.child("capabilities");
        let gains = context.child("allowPrivilegeEscalation").is_true();
        let is_admin = capabilities.child("add").items().any(|added| added.text() == "CAP_SYS_ADMIN");
        inherited.add_if(version.minor() >= 37 && !gains && is_admin, Inherited::SysAdmin);
    });
    for container in spec.child("initContainers").items() {
        if container.child("restartPolicy").text() == "Always" {
            continue;
        }
        let policies = container.child("resizePolicy");
        let restarts = policies.items().any(|policy| policy.child("restartPolicy").text() == "RestartContainer");
        inherited.add_if(restarts, Inherited::RestartOfInitContainer);
    }
}
