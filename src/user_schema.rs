//! Turns the user's own schemas, of kinds that are not built in, into what they have against objects of these kinds.

mod definition;
mod words;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use rayon::prelude::*;
use serde_json::{Map, Value as Json};

use crate::error::Error;
use crate::finding::Finding;
use crate::manifest::{self, Object};
use crate::schema;
use crate::source::{Role, SourceFile, Sources};
use crate::value::Value;
use crate::yaml::{self, Node, Tree};

use words::Words;

/// How many faults of one object are told.
pub const MOST: usize = schema::MOST;

/// Schemas by the names that objects ask for, compiled once.
#[derive(Debug, Default)]
pub struct UserSchemas {
    by_name: HashMap<String, Arc<Compiled>>,
}

#[derive(Debug)]
struct Compiled {
    validator: Validator,
    /// The path of the file that it is from, as it is shown.
    path: String,
}

/// A schema that is still text.
struct Draught {
    names: Vec<String>,
    schema: Json,
    /// From a `CustomResourceDefinition`: what `OpenAPI` v3 calls a schema is one of draft 4, and patterns are those of Go.
    of_definition: bool,
    path: String,
}

impl UserSchemas {
    /// Compiles the schemas of every `CustomResourceDefinition` in `sources`, and every JSON Schema that is named as the
    /// catalogues of kubeconform are. Of several for one kind, the first one counts. What is neither is passed over.
    /// `Err` where a file cannot be read, or a schema is none or refers to what would have to be fetched.
    pub fn read(sources: &Sources) -> Result<Self, Error> {
        let files: Vec<_> = sources.iter().collect();
        let draughts: Vec<Vec<Draught>> =
            files.par_iter().map(|(id, file)| draughts(&yaml::read(*id, file), file)).collect::<Result<_, Error>>()?;
        let draughts: Vec<Draught> = draughts.into_iter().flatten().collect();
        let compiled: Vec<Compiled> = draughts.par_iter().map(Draught::compile).collect::<Result<_, Error>>()?;
        let mut by_name = HashMap::new();
        for (draught, compiled) in draughts.into_iter().zip(compiled) {
            let compiled = Arc::new(compiled);
            for name in draught.names {
                by_name.entry(name).or_insert_with(|| Arc::clone(&compiled));
            }
        }
        Ok(Self { by_name })
    }

    /// What the schema of its kind has against `object`, in reading order, at most [`MOST`]; nothing where there is none,
    /// and for kinds that are built in.
    pub fn validate(&self, object: &Object<'_>) -> Vec<Finding> {
        if self.by_name.is_empty() || schema::knows(object) {
            return Vec::new();
        }
        let Some(compiled) = names(object).iter().find_map(|name| self.by_name.get(name)) else { return Vec::new() };
        let instance = json(&Value::of(object.node));
        let words = Words { object, path: &compiled.path };
        let mut findings: Vec<Finding> =
            compiled.validator.iter_errors(&instance).take(MOST).flat_map(|error| words.of(&error)).collect();
        findings.sort_by(|left, right| (left.place, &left.message).cmp(&(right.place, &right.message)));
        findings
    }
}

/// The names under which a schema for `object` may be found: as a definition and `x-kubernetes-group-version-kind` say
/// it, as kubeconform names files (pkg/registry `schemaPath`), and as its catalogue of definitions does.
fn names(object: &Object<'_>) -> [String; 3] {
    let Object { api_version, kind, .. } = object;
    let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
    let kind_lower = kind.to_lowercase();
    let dashed = match group.split('.').next().filter(|first| !first.is_empty()) {
        Some(first) => format!("{kind_lower}-{first}-{version}"),
        None => format!("{kind_lower}-{version}"),
    };
    [format!("{api_version}/{kind}"), dashed.to_lowercase(), format!("{group}/{kind_lower}_{version}").to_lowercase()]
}

/// The schemas in a file.
fn draughts(tree: &Tree<'_>, file: &SourceFile) -> Result<Vec<Draught>, Error> {
    if let Some(fault) = tree.faults().first() {
        return Err(refused(&file.path, &fault.message));
    }
    let recognised = manifest::recognise(tree, Role::Context, "", false);
    let mut found: Vec<Draught> = Vec::new();
    for object in &recognised.objects {
        let of_version =
            |(name, schema)| Draught { names: vec![name], schema, of_definition: true, path: file.path.clone() };
        found.extend(definition::schemas(object).into_iter().map(of_version));
    }
    let is_json = Path::new(&file.path).extension().is_some_and(|extension| extension == "json");
    if recognised.objects.is_empty() && is_json {
        let roots = tree.documents().iter().filter_map(|document| tree.root(document)).filter(|root| root.is_mapping());
        found.extend(roots.map(|root| named(root, &file.path)));
    }
    Ok(found)
}

/// A JSON Schema with every name that it has.
fn named(root: Node<'_>, path: &str) -> Draught {
    let stem = path.strip_suffix(".json").unwrap_or(path).to_lowercase();
    let mut parts = stem.rsplit('/');
    let file = parts.next().unwrap_or_default().to_owned();
    let within = parts.next().map(|folder| format!("{folder}/{file}"));
    let said = root.get("x-kubernetes-group-version-kind").into_iter().flat_map(Node::items).filter_map(|of| {
        let text = |key| of.get(key).and_then(Node::raw).unwrap_or_default();
        let (group, version, kind) = (text("group"), text("version"), text("kind"));
        let api_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
        (!kind.is_empty()).then(|| format!("{api_version}/{kind}"))
    });
    let names = said.chain([file]).chain(within).collect();
    Draught { names, schema: json(&Value::of(root)), of_definition: false, path: path.to_owned() }
}

impl Draught {
    fn compile(&self) -> Result<Compiled, Error> {
        let options = jsonschema::options().offline().should_validate_formats(false);
        let options = if self.of_definition {
            options.with_draft(Draft::Draft4).with_pattern_options(PatternOptions::regex())
        } else {
            options
        };
        let validator = options.build(&self.schema).map_err(|error| self.refused(&error))?;
        Ok(Compiled { validator, path: self.path.clone() })
    }

    fn refused(&self, error: &ValidationError<'_>) -> Error {
        let because = match error.kind() {
            ValidationErrorKind::Referencing(error) => {
                format!("it refers to what is not in it, and nothing is fetched ({error})")
            }
            _ => error.to_string(),
        };
        refused(&self.path, &because)
    }
}

fn refused(path: &str, because: &str) -> Error {
    Error::Schema { path: path.into(), because: because.to_owned() }
}

/// A value for the validator.
fn json(value: &Value<'_>) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Int(number) => (*number).into(),
        Value::UInt(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Text(text) => text.as_ref().into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(members) => {
            let members = members.iter().map(|member| (member.name.clone().into_owned(), json(&member.value)));
            Json::Object(members.collect::<Map<_, _>>())
        }
    }
}

#[cfg(test)]
mod tests;
