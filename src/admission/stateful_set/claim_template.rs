//! Holds the claim templates of a StatefulSet as the API server's own types hold them (`pkg/apis/core/types.go`), to compare
//! and to print them.

use super::super::field::Field;
use super::super::metadata;
use super::super::value::{Member, Value};

/// `spec.volumeClaimTemplates`; what the server fills in is filled in.
pub(super) fn list<'t>(templates: &Field<'_, 't>) -> Value<'t> {
    let go_type = "[]core.PersistentVolumeClaim";
    if !templates.exists() {
        return Value::Nil(go_type);
    }
    Value::List(go_type, templates.items().map(|item| claim(&item)).collect())
}

/// `core.PersistentVolumeClaim`: its metadata is embedded.
fn claim<'t>(claim: &Field<'_, 't>) -> Value<'t> {
    let mut members = object_meta(&claim.child("metadata"));
    members.push(Member::new("Spec", spec(&claim.child("spec"))));
    members.push(Member::new("Status", status(&claim.child("status"))));
    Value::Struct("core.PersistentVolumeClaim", members)
}

/// The members of `metav1.ObjectMeta` that a person writes.
fn object_meta<'t>(meta: &Field<'_, 't>) -> Vec<Member<'t>> {
    let text = |name: &str| Value::Text(meta.child(name).text());
    let generation = Value::Int(meta.child("generation").int().unwrap_or(0));
    vec![
        Member::tagged("Name", "name", true, text("name")),
        Member::tagged("GenerateName", "generateName", true, text("generateName")),
        Member::tagged("Namespace", "namespace", true, text("namespace")),
        Member::tagged("UID", "uid", true, text("uid")),
        Member::tagged("ResourceVersion", "resourceVersion", true, text("resourceVersion")),
        Member::tagged("Generation", "generation", true, generation),
        Member::tagged("CreationTimestamp", "creationTimestamp", true, text("creationTimestamp")),
        Member::tagged("Labels", "labels", true, Value::text_map(&meta.child("labels"))),
        Member::tagged("Annotations", "annotations", true, Value::text_map(&meta.child("annotations"))),
        Member::tagged(
            "OwnerReferences",
            "ownerReferences",
            true,
            metadata::owner_references_value(&meta.child("ownerReferences")),
        ),
        Member::tagged("Finalizers", "finalizers", true, Value::text_list("[]string", &meta.child("finalizers"))),
    ]
}

/// `core.PersistentVolumeClaimSpec`.
fn spec<'t>(spec: &Field<'_, 't>) -> Value<'t> {
    let resources = spec.child("resources");
    let selector = spec.child("selector");
    let volume_mode = match spec.child("volumeMode") {
        mode if mode.exists() => Value::text_pointer("*core.PersistentVolumeMode", &mode),
        _ => Value::Pointer("*core.PersistentVolumeMode", Box::new(Value::Text("Filesystem"))),
    };
    let selector_type = "*v1.LabelSelector";
    let selector = if selector.exists() {
        Value::Pointer(selector_type, Box::new(Value::label_selector(&selector)))
    } else {
        Value::Nil(selector_type)
    };
    let modes = Value::text_list("[]core.PersistentVolumeAccessMode", &spec.child("accessModes"));
    let class = |name| Value::text_pointer("*string", &spec.child(name));
    let amounts = Value::Struct(
        "core.VolumeResourceRequirements",
        vec![
            Member::new("Limits", Value::amounts(&resources.child("limits"))),
            Member::new("Requests", Value::amounts(&resources.child("requests"))),
        ],
    );
    Value::Struct(
        "core.PersistentVolumeClaimSpec",
        vec![
            Member::new("AccessModes", modes),
            Member::new("Selector", selector),
            Member::new("Resources", amounts),
            Member::new("VolumeName", Value::Text(spec.child("volumeName").text())),
            Member::new("StorageClassName", class("storageClassName")),
            Member::new("VolumeMode", volume_mode),
            Member::new("DataSource", data_source(&spec.child("dataSource"), false)),
            Member::new("DataSourceRef", data_source(&spec.child("dataSourceRef"), true)),
            Member::new("VolumeAttributesClassName", class("volumeAttributesClassName")),
        ],
    )
}

/// `*core.TypedLocalObjectReference`, or `*core.TypedObjectReference`, which names a namespace as well.
fn data_source<'t>(source: &Field<'_, 't>, with_namespace: bool) -> Value<'t> {
    let (go_type, pointer) = if with_namespace {
        ("core.TypedObjectReference", "*core.TypedObjectReference")
    } else {
        ("core.TypedLocalObjectReference", "*core.TypedLocalObjectReference")
    };
    if !source.exists() {
        return Value::Nil(pointer);
    }
    let mut members = vec![
        Member::new("APIGroup", Value::text_pointer("*string", &source.child("apiGroup"))),
        Member::new("Kind", Value::Text(source.child("kind").text())),
        Member::new("Name", Value::Text(source.child("name").text())),
    ];
    if with_namespace {
        members.push(Member::new("Namespace", Value::text_pointer("*string", &source.child("namespace"))));
    }
    Value::Pointer(pointer, Box::new(Value::Struct(go_type, members)))
}

/// `core.PersistentVolumeClaimStatus`, of which a person writes the beginning at most.
fn status<'t>(status: &Field<'_, 't>) -> Value<'t> {
    let phase = Some(status.child("phase").text()).filter(|phase| !phase.is_empty());
    let modes = Value::text_list("[]core.PersistentVolumeAccessMode", &status.child("accessModes"));
    Value::Struct(
        "core.PersistentVolumeClaimStatus",
        vec![
            Member::new("Phase", Value::Text(phase.unwrap_or("Pending"))),
            Member::new("AccessModes", modes),
            Member::new("Capacity", Value::amounts(&status.child("capacity"))),
            Member::new("Conditions", Value::Nil("[]core.PersistentVolumeClaimCondition")),
            Member::new("AllocatedResources", Value::amounts(&status.child("allocatedResources"))),
            Member::new("AllocatedResourceStatuses", Value::Nil("map[core.ResourceName]core.ClaimResourceStatus")),
            Member::new("CurrentVolumeAttributesClassName", Value::Nil("*string")),
            Member::new("ModifyVolumeStatus", Value::Nil("*core.ModifyVolumeStatus")),
            Member::new("HealthStatus", Value::Nil("*core.VolumeHealthStatus")),
        ],
    )
}
