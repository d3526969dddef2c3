//! Holds the claim templates of a StatefulSet as the API server's own types hold them (`pkg/apis/core/types.go`), to compare
//! and to print them.

use super::super::field::Field;
use super::super::go_value::{GoValue, Member};
use super::super::metadata;

/// `spec.volumeClaimTemplates`; what the server fills in is filled in.
pub(super) fn list<'t>(templates: &Field<'_, 't>) -> GoValue<'t> {
    let go_type = "[]core.PersistentVolumeClaim";
    if !templates.exists() {
        return GoValue::Nil(go_type);
    }
    GoValue::List(go_type, templates.items().map(|item| claim(&item)).collect())
}

/// `core.PersistentVolumeClaim`: its metadata is embedded.
fn claim<'t>(claim: &Field<'_, 't>) -> GoValue<'t> {
    let mut members = object_meta(&claim.child("metadata"));
    members.push(Member::new("Spec", spec(&claim.child("spec"))));
    members.push(Member::new("Status", status(&claim.child("status"))));
    GoValue::Struct("core.PersistentVolumeClaim", members)
}

/// The members of `metav1.ObjectMeta` that a person writes.
fn object_meta<'t>(meta: &Field<'_, 't>) -> Vec<Member<'t>> {
    let text = |name: &str| GoValue::Text(meta.child(name).text());
    let generation = GoValue::Int(meta.child("generation").int().unwrap_or(0));
    vec![
        Member::tagged("Name", "name", true, text("name")),
        Member::tagged("GenerateName", "generateName", true, text("generateName")),
        Member::tagged("Namespace", "namespace", true, text("namespace")),
        Member::tagged("UID", "uid", true, text("uid")),
        Member::tagged("ResourceVersion", "resourceVersion", true, text("resourceVersion")),
        Member::tagged("Generation", "generation", true, generation),
        Member::tagged("CreationTimestamp", "creationTimestamp", true, text("creationTimestamp")),
        Member::tagged("Labels", "labels", true, GoValue::text_map(&meta.child("labels"))),
        Member::tagged("Annotations", "annotations", true, GoValue::text_map(&meta.child("annotations"))),
        Member::tagged(
            "OwnerReferences",
            "ownerReferences",
            true,
            metadata::owner_references_value(&meta.child("ownerReferences")),
        ),
        Member::tagged("Finalizers", "finalizers", true, GoValue::text_list("[]string", &meta.child("finalizers"))),
    ]
}

/// `core.PersistentVolumeClaimSpec`.
fn spec<'t>(spec: &Field<'_, 't>) -> GoValue<'t> {
    let resources = spec.child("resources");
    let selector = spec.child("selector");
    let volume_mode = match spec.child("volumeMode") {
        mode if mode.exists() => GoValue::text_pointer("*core.PersistentVolumeMode", &mode),
        _ => GoValue::Pointer("*core.PersistentVolumeMode", Box::new(GoValue::Text("Filesystem"))),
    };
    let selector_type = "*v1.LabelSelector";
    let selector = if selector.exists() {
        GoValue::Pointer(selector_type, Box::new(GoValue::label_selector(&selector)))
    } else {
        GoValue::Nil(selector_type)
    };
    let modes = GoValue::text_list("[]core.PersistentVolumeAccessMode", &spec.child("accessModes"));
    let class = |name| GoValue::text_pointer("*string", &spec.child(name));
    let amounts = GoValue::Struct(
        "core.VolumeResourceRequirements",
        vec![
            Member::new("Limits", GoValue::amounts(&resources.child("limits"))),
            Member::new("Requests", GoValue::amounts(&resources.child("requests"))),
        ],
    );
    GoValue::Struct(
        "core.PersistentVolumeClaimSpec",
        vec![
            Member::new("AccessModes", modes),
            Member::new("Selector", selector),
            Member::new("Resources", amounts),
            Member::new("VolumeName", GoValue::Text(spec.child("volumeName").text())),
            Member::new("StorageClassName", class("storageClassName")),
            Member::new("VolumeMode", volume_mode),
            Member::new("DataSource", data_source(&spec.child("dataSource"), false)),
            Member::new("DataSourceRef", data_source(&spec.child("dataSourceRef"), true)),
            Member::new("VolumeAttributesClassName", class("volumeAttributesClassName")),
        ],
    )
}

/// `*core.TypedLocalObjectReference`, or `*core.TypedObjectReference`, which names a namespace as well.
fn data_source<'t>(source: &Field<'_, 't>, with_namespace: bool) -> GoValue<'t> {
    let (go_type, pointer) = if with_namespace {
        ("core.TypedObjectReference", "*core.TypedObjectReference")
    } else {
        ("core.TypedLocalObjectReference", "*core.TypedLocalObjectReference")
    };
    if !source.exists() {
        return GoValue::Nil(pointer);
    }
    let mut members = vec![
        Member::new("APIGroup", GoValue::text_pointer("*string", &source.child("apiGroup"))),
        Member::new("Kind", GoValue::Text(source.child("kind").text())),
        Member::new("Name", GoValue::Text(source.child("name").text())),
    ];
    if with_namespace {
        members.push(Member::new("Namespace", GoValue::text_pointer("*string", &source.child("namespace"))));
    }
    GoValue::Pointer(pointer, Box::new(GoValue::Struct(go_type, members)))
}

/// `core.PersistentVolumeClaimStatus`, of which a person writes the beginning at most.
fn status<'t>(status: &Field<'_, 't>) -> GoValue<'t> {
    let phase = Some(status.child("phase").text()).filter(|phase| !phase.is_empty());
    let modes = GoValue::text_list("[]core.PersistentVolumeAccessMode", &status.child("accessModes"));
    GoValue::Struct(
        "core.PersistentVolumeClaimStatus",
        vec![
            Member::new("Phase", GoValue::Text(phase.unwrap_or("Pending"))),
            Member::new("AccessModes", modes),
            Member::new("Capacity", GoValue::amounts(&status.child("capacity"))),
            Member::new("Conditions", GoValue::Nil("[]core.PersistentVolumeClaimCondition")),
            Member::new("AllocatedResources", GoValue::amounts(&status.child("allocatedResources"))),
            Member::new("AllocatedResourceStatuses", GoValue::Nil("map[core.ResourceName]core.ClaimResourceStatus")),
            Member::new("CurrentVolumeAttributesClassName", GoValue::Nil("*string")),
            Member::new("ModifyVolumeStatus", GoValue::Nil("*core.ModifyVolumeStatus")),
            Member::new("HealthStatus", GoValue::Nil("*core.VolumeHealthStatus")),
        ],
    )
}
