//! Turns what a validator has against a value into the place of the value and plain words.

use std::fmt::Write as _;

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value as Json;

use crate::finding::{Finding, Severity};
use crate::manifest::Object;
use crate::placeholder::has_placeholder;
use crate::yaml::{Entry, Node};

/// The name of the rule.
const RULE: &str = "schema-violated";

/// Longer values are not repeated in messages; in characters.
const LONGEST_SHOWN: usize = 60;

/// What all words about one object need to know.
pub(super) struct Words<'o> {
    pub(super) object: &'o Object<'o>,
    /// The file that the schema is from, as it is shown.
    pub(super) path: &'o str,
}

/// A value that a validator points at.
struct Met<'t> {
    node: Node<'t>,
    /// The key that it stands behind, if it has one.
    key: Option<Node<'t>>,
    /// Kubernetes' own path to it; empty for the object itself.
    field: String,
}

impl Words<'_> {
    /// The findings about one error: one for each field that is too many, one for anything else; none for a value that
    /// another tool still fills in.
    pub(super) fn of(&self, error: &ValidationError<'_>) -> Vec<Finding> {
        if error.instance().as_str().is_some_and(has_placeholder) {
            return Vec::new();
        }
        let met = self.met(&error.instance_path().to_string());
        match error.kind() {
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                unexpected.iter().map(|name| self.unknown(&met, name)).collect()
            }
            Kind::Required { property } => vec![self.missing(&met, property.as_str().unwrap_or_default())],
            kind => {
                let subject = if met.field.is_empty() { "the object".to_owned() } else { quoted(&met.field) };
                let message = format!("{subject} {}", predicate(kind, error.instance(), error));
                // A collection is shown by its key.
                let at = met.key.filter(|_| met.node.scalar().is_none()).unwrap_or(met.node);
                vec![self.finding(at, met.field, message, "")]
            }
        }
    }

    fn unknown(&self, met: &Met<'_>, name: &str) -> Finding {
        let field = below(&met.field, name);
        let at = met.node.entry(name).map_or(met.node, |entry| entry.key);
        let message = format!("{} is no field of a {}", quoted(&field), self.object.kind);
        self.finding(at, field, message, "correct the name of the field, move it to where it belongs, or take it out")
    }

    fn missing(&self, met: &Met<'_>, name: &str) -> Finding {
        let field = below(&met.field, name);
        let root = || self.object.node.entry("kind").map_or(met.node, |entry| entry.value);
        let at = met.key.unwrap_or_else(|| if met.field.is_empty() { root() } else { met.node });
        let message = format!("{} is missing", quoted(&field));
        self.finding(at, field, message, "write the field")
    }

    fn finding(&self, at: Node<'_>, field: String, message: String, help: &str) -> Finding {
        let Object { api_version, kind, .. } = self.object;
        let notes = vec![format!("the schema of {kind} in {api_version} is that of \"{}\"", self.path)];
        let help = if help.is_empty() { "write a value that the schema allows" } else { help };
        Finding { field, notes, help: help.to_owned(), ..Finding::new(RULE, Severity::Error, message, at.place()) }
    }

    /// Walks a JSON pointer down the object.
    fn met(&self, pointer: &str) -> Met<'_> {
        let mut met = Met { node: self.object.node, key: None, field: String::new() };
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            if met.node.is_sequence() {
                let Some(item) = step.parse().ok().and_then(|number| met.node.items().nth(number)) else { break };
                // Writing to a string cannot fail.
                write!(met.field, "[{step}]").unwrap_or_default();
                met = Met { node: item, key: None, field: met.field };
            } else {
                let Some(Entry { key, value }) = met.node.entry(&step) else { break };
                met = Met { node: value, key: Some(key), field: below(&met.field, &step) };
            }
        }
        met
    }
}

/// Kubernetes' own path to a field, as `k8s.io/apimachinery/pkg/util/validation/field` writes it.
fn below(field: &str, name: &str) -> String {
    let plain = !name.is_empty() && name.chars().all(|char| char.is_alphanumeric() || matches!(char, '-' | '_' | '$'));
    match (plain, field.is_empty()) {
        (false, _) => format!("{field}[{name}]"),
        (true, true) => name.to_owned(),
        (true, false) => format!("{field}.{name}"),
    }
}

/// What is so of a value, said after its path.
fn predicate(kind: &Kind, instance: &Json, error: &ValidationError<'_>) -> String {
    let value = shown(instance);
    match kind {
        Kind::Type { kind: TypeKind::Single(of) } => {
            format!("is {value}, and the schema wants {}", article(of.as_str()))
        }
        Kind::Type { kind: TypeKind::Multiple(types) } => {
            // Null is as good as nothing, and nobody is asked to write it.
            let types = types.iter().map(JsonType::as_str).filter(|of| *of != "null");
            let types: Vec<_> = types.map(article).collect();
            format!("is {value}, and the schema wants {}", types.join(" or "))
        }
        Kind::Enum { options } => {
            let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
            let options: Vec<_> = options.iter().filter(|option| !option.is_null()).map(shown).collect();
            format!("is {value}, which is none of {}", options.join(", "))
        }
        Kind::Constant { expected_value } => format!("is {value}, and the schema wants {}", shown(expected_value)),
        Kind::Pattern { pattern } => format!("is {value}, which does not match the pattern {}", quoted(pattern)),
        Kind::Maximum { limit } => format!("is {value}, and the most is {limit}"),
        Kind::Minimum { limit } => format!("is {value}, and the least is {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("is {value}, and it must be less than {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("is {value}, and it must be more than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("is {value}, which is no multiple of {multiple_of}"),
        Kind::MaxLength { limit } => format!("has more than {limit} characters"),
        Kind::MinLength { limit } => format!("has fewer than {limit} characters"),
        Kind::MaxItems { limit } => format!("has more than {limit} items"),
        Kind::MinItems { limit } => format!("has fewer than {limit} items"),
        Kind::MaxProperties { limit } => format!("has more than {limit} fields"),
        Kind::MinProperties { limit } => format!("has fewer than {limit} fields"),
        Kind::UniqueItems => "holds a value twice, and the schema wants each once".to_owned(),
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => {
            format!("is {value}, which is none of the alternatives that the schema has")
        }
        Kind::OneOfMultipleValid { .. } => {
            format!("is {value}, which is more than one of the alternatives that the schema has, and may be one alone")
        }
        Kind::FalseSchema => "must not be there".to_owned(),
        _ => {
            let path = error.schema_path().to_string();
            format!(
                "is {value}, which is against {} of the schema",
                quoted(path.rsplit('/').next().unwrap_or_default())
            )
        }
    }
}

/// A type of JSON with its article.
fn article(of: &str) -> String {
    match of {
        "null" => "null".to_owned(),
        "array" | "integer" | "object" => format!("an {of}"),
        _ => format!("a {of}"),
    }
}

/// A value in a sentence: itself where it is short.
fn shown(value: &Json) -> String {
    match value {
        Json::Array(_) => "an array".to_owned(),
        Json::Object(_) => "an object".to_owned(),
        Json::String(text) if text.chars().count() > LONGEST_SHOWN => "a long string".to_owned(),
        Json::String(text) => quoted(text),
        other => other.to_string(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}
