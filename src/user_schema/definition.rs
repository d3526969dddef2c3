//! Turns a `CustomResourceDefinition` into JSON Schemas of draft 4 that refuse what the API server refuses.

use serde_json::{Map, Value as Json, json};

use crate::manifest::Object;
use crate::value::Value;
use crate::yaml::Node;

/// The schema of each version that has one, with the name that its objects ask for; none for what is no definition.
pub(super) fn schemas(object: &Object<'_>) -> Vec<(String, Json)> {
    if object.kind != "CustomResourceDefinition" || object.group() != "apiextensions.k8s.io" {
        return Vec::new();
    }
    let text = |path: &[&str]| object.get(path).and_then(Node::as_str).unwrap_or_default();
    let (group, kind) = (text(&["spec", "group"]), text(&["spec", "names", "kind"]));
    let versions = object.get(&["spec", "versions"]).into_iter().flat_map(Node::items);
    let schema = |version: Node<'_>| {
        let name = version.get("name")?.as_str()?;
        let schema = version.get("schema")?.get("openAPIV3Schema")?;
        let mut schema = super::json(&Value::of(schema));
        tighten(&mut schema, false);
        head(&mut schema);
        Some((format!("{group}/{name}/{kind}"), schema))
    };
    versions.filter_map(schema).collect()
}

/// What every object has, whatever its schema says of it.
fn head(schema: &mut Json) {
    let Some(schema) = schema.as_object_mut() else { return };
    let properties = schema.entry("properties").or_insert_with(|| json!({}));
    if let Some(properties) = properties.as_object_mut() {
        properties.insert("metadata".to_owned(), json!({"type": "object"}));
        for name in ["apiVersion", "kind"] {
            properties.entry(name).or_insert_with(|| json!({"type": "string"}));
        }
    }
}

/// Makes a structural schema say what it means to the API server: a field that is not listed is pruned, which strict field
/// validation refuses (apiextensions-apiserver pkg/apiserver/schema/pruning `prune`); null where it may not be is taken
/// out, or gives way to the default (pkg/apiserver/schema/defaulting `PruneNonNullableNullsWithoutDefaults`, `Default`).
/// `absent_for_null` says that null stands for nothing here.
fn tighten(schema: &mut Json, absent_for_null: bool) {
    let Some(schema) = schema.as_object_mut() else { return };
    let is = |schema: &Map<String, Json>, word: &str| schema.get(word) == Some(&Json::Bool(true));
    let (preserves, embedded) =
        (is(schema, "x-kubernetes-preserve-unknown-fields"), is(schema, "x-kubernetes-embedded-resource"));
    let nullable = absent_for_null || is(schema, "nullable");
    required(schema);
    let required: Vec<String> = schema
        .get("required")
        .and_then(Json::as_array)
        .map(|names| names.iter().filter_map(Json::as_str).map(str::to_owned).collect())
        .unwrap_or_default();
    for (name, property) in schema.get_mut("properties").and_then(Json::as_object_mut).into_iter().flatten() {
        tighten(property, !required.contains(name));
    }
    for (word, absent) in [("additionalProperties", true), ("items", false)] {
        schema.get_mut(word).into_iter().for_each(|inner| tighten(inner, absent));
    }
    if embedded {
        let properties = schema.entry("properties").or_insert_with(|| json!({}));
        if let Some(properties) = properties.as_object_mut() {
            for name in ["apiVersion", "kind", "metadata"] {
                properties.entry(name).or_insert_with(|| json!({}));
            }
        }
    }
    let object = schema.get("type").is_some_and(|of| of == "object");
    if object && !preserves && !schema.contains_key("additionalProperties") {
        schema.insert("additionalProperties".to_owned(), Json::Bool(false));
    }
    if is(schema, "x-kubernetes-int-or-string") {
        schema.insert("type".to_owned(), json!(["integer", "string"]));
        // The only alternatives that may name types, and they say the same once more.
        schema.retain(|word, value| word != "anyOf" || *value != json!([{"type": "integer"}, {"type": "string"}]));
    }
    if nullable {
        or_null(schema);
    }
}

/// A field with a default is there before anybody asks for it.
fn required(schema: &mut Map<String, Json>) {
    let defaulted = |name: &Json, properties: Option<&Json>| {
        let property = name.as_str().and_then(|name| properties?.get(name));
        property.is_some_and(|property| property.get("default").is_some())
    };
    let properties = schema.get("properties").cloned();
    let Some(names) = schema.get_mut("required").and_then(Json::as_array_mut) else { return };
    names.retain(|name| !defaulted(name, properties.as_ref()));
    // In draft 4 an empty list of them is none.
    if names.is_empty() {
        schema.remove("required");
    }
}

/// What alternatives say, they say of fields and of text, and null has neither.
fn or_null(schema: &mut Map<String, Json>) {
    match schema.get_mut("type") {
        Some(Json::Array(types)) => types.push(json!("null")),
        Some(one) => *one = json!([one.take(), "null"]),
        None => {}
    }
    if let Some(values) = schema.get_mut("enum").and_then(Json::as_array_mut) {
        values.push(Json::Null);
    }
}
