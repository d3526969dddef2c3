//! Turns an object as it is written into the object as the API server stores it.
//!
//! A request to create passes the decoder, the functions that fill in defaults (`zz_generated.defaults.go` and
//! `defaults.go` of `pkg/apis/{core,apps,storage}/v1`), and what the kind's strategy takes out before it validates
//! (`PrepareForCreate`); what is stored has passed the encoder. Conversion between the versions of an API changes nothing
//! that these do not.

mod claim;
mod container;
mod disabled;
mod disruption_budget;
mod feature;
mod image;
mod pod;
mod service;
mod stateful_set;
mod volume;

use std::borrow::Cow;

use crate::manifest::Object;
use crate::quantity;
use crate::schema;
use crate::value::{Member, Value};
use crate::version::Version;

/// Metadata that only the server can make, or takes out.
const MADE_BY_SERVER: [&str; 8] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// `object` as the API server of that version stores it once it was created: all that the manifest says and the server
/// keeps, and what it adds, marked so. `None` for any kind but `StatefulSet`, `Service`, `PersistentVolumeClaim`,
/// `PodDisruptionBudget` and `StorageClass`.
///
/// Left out is what only a cluster can give: of the metadata all that the server makes itself (creation time, generation,
/// UID, resource version, managed fields), and addresses and ports that it allots to a Service. An object that the server
/// refuses is treated as if it were accepted: values that it cannot decode are not there.
pub fn stored<'t>(object: &Object<'t>, version: Version) -> Option<Value<'t>> {
    let mut value = schema::read(object, version)?;
    match (object.api_version, object.kind) {
        ("apps/v1", "StatefulSet") => stateful_set::fill(&mut value, version),
        ("v1", "Service") => service::fill(&mut value),
        ("v1", "PersistentVolumeClaim") => claim::fill(&mut value, version),
        ("policy/v1", "PodDisruptionBudget") => disruption_budget::fill(&mut value),
        ("storage.k8s.io/v1", "StorageClass") => fill_storage_class(&mut value),
        _ => return None,
    }
    fill_metadata(&mut value, object);
    schema::complete(&mut value, object, version);
    if let Some(metadata) = value.get_mut("metadata") {
        // Encoded as null up to 1.33 where it is not set, which on the server it is.
        metadata.remove("creationTimestamp");
    }
    Some(value)
}

/// What `BeforeCreate` and `FillObjectMetaSystemFields` do (apiserver `pkg/registry/rest`), without what they make up.
fn fill_metadata<'t>(value: &mut Value<'t>, object: &Object<'t>) {
    // An item of a typed list need not say what it is.
    value.add_text("apiVersion", object.api_version);
    value.add_text("kind", object.kind);
    let Some(metadata) = value.object_mut("metadata") else { return };
    for name in MADE_BY_SERVER {
        metadata.remove(name);
    }
    if object.namespace.is_empty() {
        metadata.remove("namespace");
    } else {
        metadata.add_text("namespace", object.namespace);
    }
}

/// `SetDefaults_StorageClass` (`pkg/apis/storage/v1/defaults.go`).
fn fill_storage_class(class: &mut Value<'_>) {
    class.add("reclaimPolicy", Value::text("Delete"));
    class.add("volumeBindingMode", Value::text("Immediate"));
}

/// Rounds the amounts of the list of resources at a path up to thousandths (`SetDefaults_ResourceList`,
/// `pkg/apis/core/v1/defaults.go`).
fn round_resources(owner: &mut Value<'_>, path: &[&str]) {
    let Some(Value::Map(members)) = owner.at_mut(path) else { return };
    for Member { value, .. } in members {
        if let Some(rounded) = value.as_str().and_then(quantity::canonical_to_milli) {
            *value = Value::Text(Cow::Owned(rounded));
        }
    }
}

#[cfg(test)]
mod tests;
