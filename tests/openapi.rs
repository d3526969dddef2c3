//! Holds what the decoder refuses against Kubernetes' published `OpenAPI` schemas, asked by `jsonschema`, wherever both can
//! speak: fields that are not known, and values of the wrong type.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "admission/base.rs"]
mod base;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::read::GzDecoder;
use jsonschema::Validator;
use rayon::prelude::*;
use serde_json::{Map, Value, json};
use stslint::manifest;
use stslint::schema;
use stslint::source::{FileId, Role};
use stslint::version::Version;
use stslint::yaml;

/// What one of the two says where the other says nothing.
struct Difference {
    says: Judge,
    /// In the answer of the decoder, or in the path of the word of the schema that refuses.
    words: &'static str,
    reason: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Judge {
    Decoder,
    Schema,
}

const KNOWN: [Difference; 8] = [
    Difference {
        says: Judge::Schema,
        words: "Quantity/type",
        reason: "published as text; the decoder also reads numbers (quantity.go UnmarshalJSON)",
    },
    Difference {
        says: Judge::Decoder,
        words: "quantities must match the regular expression",
        reason: "the schema does not say how a quantity is written",
    },
    Difference {
        says: Judge::Decoder,
        words: "unable to parse quantity's suffix",
        reason: "the schema does not say how a quantity is written",
    },
    Difference {
        says: Judge::Schema,
        words: "IntOrString/type",
        reason: "published as text with the format int-or-string; the decoder reads int32 (intstr.go UnmarshalJSON)",
    },
    Difference {
        says: Judge::Schema,
        words: "FieldsV1/type",
        reason: "published as an object; the decoder keeps whatever stands there (helpers.go UnmarshalJSON)",
    },
    Difference {
        says: Judge::Decoder,
        words: "illegal base64 data",
        reason: "the schema says format byte, which is not checked",
    },
    Difference {
        says: Judge::Schema,
        words: "ConfigMap/properties/binaryData/",
        reason: "published as text; encoding/json also reads bytes from a list of numbers",
    },
    Difference {
        says: Judge::Schema,
        words: "Secret/properties/data/",
        reason: "published as text; encoding/json also reads bytes from a list of numbers",
    },
];

fn golden(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/golden").join(name);
    let packed = BufReader::new(GzDecoder::new(fs::File::open(path).unwrap()));
    packed.lines().map(Result::unwrap).collect()
}

/// The schemas of one version by kind.
struct Published {
    version: Version,
    kinds: BTreeMap<String, Validator>,
}

impl Published {
    fn read(version: Version, line: &str) -> Self {
        let mut definitions: Map<String, Value> = serde_json::from_str(line).unwrap();
        definitions.values_mut().for_each(tighten);
        let kinds = definitions.keys().filter_map(|name| name.strip_prefix("io.k8s.api.")).map(|kind| {
            let schema = json!({"$ref": format!("#/definitions/io.k8s.api.{kind}"), "definitions": definitions});
            (kind.to_owned(), jsonschema::validator_for(&schema).unwrap())
        });
        Self { version, kinds: kinds.collect() }
    }

    /// The words of the schema of its kind that refuse an object, as paths.
    fn refusals(&self, object: &Value) -> Vec<String> {
        let (api_version, kind) = (object["apiVersion"].as_str().unwrap(), object["kind"].as_str().unwrap());
        let (group, version) = api_version.split_once('/').unwrap_or(("core", api_version));
        let name = format!("{}.{version}.{kind}", group.split('.').next().unwrap());
        self.kinds[&name].iter_errors(object).map(|error| error.schema_path().to_string()).collect()
    }
}

/// Makes a schema say what it means to a strict decoder: no field that is not listed, null as absent, integers that fit.
fn tighten(schema: &mut Value) {
    let Value::Object(schema) = schema else { return };
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.values_mut().for_each(tighten);
        schema.insert("additionalProperties".to_owned(), false.into());
    }
    for inner in ["items", "additionalProperties"] {
        schema.get_mut(inner).into_iter().for_each(tighten);
    }
    match schema.get("format").and_then(Value::as_str) {
        Some("int32") => schema.extend(bounds(i32::MIN.into(), i32::MAX.into())),
        Some("int64") => schema.extend(bounds(i64::MIN, i64::MAX)),
        _ => {}
    }
    if let Some(of) = schema.get_mut("type") {
        *of = json!([of.take(), "null"]);
    }
}

fn bounds(least: i64, most: i64) -> [(String, Value); 2] {
    [("minimum".to_owned(), least.into()), ("maximum".to_owned(), most.into())]
}

/// What the decoder answers.
fn refusals(object: &Value, version: Version) -> Vec<String> {
    let text = object.to_string();
    let tree = yaml::parse(FileId(0), &text);
    let found = manifest::recognise(&tree, Role::Target, "default", false);
    let violations = schema::validate(found.objects.first().unwrap(), version);
    violations.into_iter().map(|violation| violation.answer).collect()
}

/// Where one of the two refuses an object and the other does not: the known differences that make it so, by number, or
/// else all that is said.
fn differ(object: &Value, published: &Published) -> Result<BTreeSet<usize>, String> {
    let (decoder, schema) = (refusals(object, published.version), published.refusals(object));
    if decoder.is_empty() == schema.is_empty() {
        return Ok(BTreeSet::new());
    }
    let (says, said) = if schema.is_empty() { (Judge::Decoder, decoder) } else { (Judge::Schema, schema) };
    let known = |said: &String| KNOWN.iter().position(|known| known.says == says && said.contains(known.words));
    let all: Option<BTreeSet<usize>> = said.iter().map(known).collect();
    all.ok_or_else(|| format!("{} {object}\n  {says:?} alone: {said:?}", published.version))
}

#[test]
fn published_schemas_refuse_what_the_decoder_refuses() {
    let versions = [Version::OLDEST, Version::NEWEST];
    let lines = golden("openapi.jsonl.gz");
    assert_eq!(lines.len(), versions.len());
    let published: Vec<_> =
        versions.into_iter().zip(&lines).map(|(version, line)| Published::read(version, line)).collect();
    let record = |line: &String| serde_json::from_str::<Value>(line).unwrap()["object"].take();
    let mut objects: Vec<Value> = golden("schema.jsonl.gz").par_iter().map(record).collect();
    objects.extend(base::bases());
    assert!(objects.len() > 25_000, "{} objects", objects.len());
    let ask = |object| published.iter().map(move |published| differ(object, published));
    let differences: Vec<_> = objects.par_iter().flat_map_iter(ask).collect();
    let mut met = BTreeSet::new();
    let mut differing = Vec::new();
    for difference in differences {
        match difference {
            Ok(known) => met.extend(known),
            Err(unknown) => differing.push(unknown),
        }
    }
    let first = differing.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(differing.is_empty(), "{} objects are judged differently, the first are\n{first}", differing.len());
    for (number, known) in KNOWN.iter().enumerate() {
        assert!(met.contains(&number), "\"{}\" is no difference any more: {}", known.words, known.reason);
    }
}
