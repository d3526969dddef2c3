use super::*;
use crate::source::FileId;

const DEFINITION: &str = r#"
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ledgers.example.com}
spec:
  group: example.com
  names: {kind: Ledger}
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          spec:
            type: object
            required: [size, mode]
            properties:
              size: {type: integer, minimum: 1, exclusiveMinimum: true}
              mode: {type: string, enum: [fast, safe], default: safe}
              kept: {type: string, nullable: true}
              note: {type: string, maxLength: 4, pattern: "^[a-z]+$"}
              port: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
              free: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: integer}}}
              pod: {type: object, x-kubernetes-embedded-resource: true, properties: {spec: {type: object}}}
              labels: {type: object, additionalProperties: {type: string}}
              names: {type: array, items: {type: string}, maxItems: 2}
"#;

fn schemas(files: &[(&str, &str)]) -> Result<UserSchemas, Error> {
    UserSchemas::read(&Sources::new(files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect()))
}

/// What the schemas have against a manifest: message, field, and the bytes that are pointed at.
fn told(schemas: &UserSchemas, text: &str) -> Vec<(String, String, String)> {
    let tree = yaml::parse(FileId(0), text);
    let found = manifest::recognise(&tree, Role::Target, "default", false);
    let findings = found.objects.iter().flat_map(|object| schemas.validate(object));
    let told = |it: Finding| (it.message, it.field, text[it.place.span.range()].to_owned());
    findings.map(told).collect()
}

fn ledger(spec: &str) -> String {
    format!("{{apiVersion: example.com/v1, kind: Ledger, metadata: {{name: a, any: 1}}, spec: {spec}}}")
}

#[test]
fn a_definition_refuses_what_the_server_refuses() {
    let schemas = schemas(&[("ledger.yaml", DEFINITION)]).unwrap();
    let accepted = [
        "{size: 2}",
        "{size: 2, mode: null, kept: null, note: null, port: null, free: null, labels: {a: null}}",
        "{size: 2, port: 80}",
        "{size: 2, port: http, free: {b: 1, a: 2}, pod: {apiVersion: v1, kind: Pod, metadata: {name: x}}}",
        "{size: 2, note: \"${NOTE}\"}",
    ];
    for spec in accepted {
        assert_eq!(told(&schemas, &ledger(spec)), [], "{spec}");
    }
    let refused = [
        ("{size: three}", "\"spec.size\" is \"three\", and the schema wants an integer", "three"),
        ("{size: null}", "\"spec.size\" is null, and the schema wants an integer", "null"),
        ("{size: 1}", "\"spec.size\" is 1, and it must be more than 1", "1"),
        ("{}", "\"spec.size\" is missing", "spec"),
        ("{size: 2, sise: 3}", "\"spec.sise\" is no field of a Ledger", "sise"),
        ("{size: 2, mode: slow}", "\"spec.mode\" is \"slow\", which is none of \"fast\", \"safe\"", "slow"),
        ("{size: 2, note: abcde}", "\"spec.note\" has more than 4 characters", "abcde"),
        ("{size: 2, note: A}", "\"spec.note\" is \"A\", which does not match the pattern \"^[a-z]+$\"", "A"),
        ("{size: 2, port: [1]}", "\"spec.port\" is an array, and the schema wants an integer or a string", "port"),
        ("{size: 2, free: {a: b}}", "\"spec.free.a\" is \"b\", and the schema wants an integer", "b"),
        ("{size: 2, pod: {other: 1}}", "\"spec.pod.other\" is no field of a Ledger", "other"),
        ("{size: 2, labels: {a.b: 1}}", "\"spec.labels[a.b]\" is 1, and the schema wants a string", "1"),
        ("{size: 2, names: [a, null]}", "\"spec.names[1]\" is null, and the schema wants a string", "null"),
        ("{size: 2, names: [a, b, c]}", "\"spec.names\" has more than 2 items", "names"),
    ];
    for (spec, message, bytes) in refused {
        let told = told(&schemas, &ledger(spec));
        let told: Vec<_> = told.iter().map(|(message, _, bytes)| (message.as_str(), bytes.as_str())).collect();
        assert_eq!(told, [(message, bytes)], "{spec}");
    }
    assert_eq!(told(&schemas, "{apiVersion: example.com/v1, kind: Ledger}")[0].0, "\"spec\" is missing");
    assert_eq!(told(&schemas, "{apiVersion: example.com/v2, kind: Ledger}"), [], "another version");
}

#[test]
fn json_schemas_are_found_by_the_names_of_catalogues_and_by_what_they_say_of_themselves() {
    let schema = r#"{"type": "object", "properties": {"spec": {"type": "string"}}}"#;
    let said = r#"{"properties": {"spec": {"type": "string"}},
        "x-kubernetes-group-version-kind": [{"group": "example.com", "version": "v1", "kind": "Ledger"}]}"#;
    let files = [
        ("s/ledger-example-v1.json", schema, 1),
        ("s/example.com/ledger_v1.json", schema, 1),
        ("s/any.json", said, 1),
        ("s/ledger-example-v2.json", schema, 0),
        ("s/ledger_v1.json", schema, 0),
    ];
    for (path, text, count) in files {
        let schemas = schemas(&[(path, text)]).unwrap();
        assert_eq!(told(&schemas, &ledger("{}")).len(), count, "{path}");
    }
    let service = schemas(&[("service-v1.json", r#"{"not": {}}"#)]).unwrap();
    assert_eq!(told(&service, "{apiVersion: v1, kind: Service}"), [], "what is built in is known better");
}

#[test]
fn a_file_that_is_no_schema_is_named_with_the_reason() {
    let broken = [
        ("a.json", "{", "cannot use the schema a.json: "),
        ("b.json", r#"{"type": 5}"#, "cannot use the schema b.json: "),
        ("c.json", r#"{"$ref": "https://example.com/other.json"}"#, "cannot use the schema c.json: it refers to "),
    ];
    for (path, text, message) in broken {
        let said = schemas(&[(path, text)]).unwrap_err().to_string();
        assert!(said.starts_with(message) && said.ends_with("; correct it, or take it out of the folder"), "{said}");
    }
}

#[test]
fn a_schema_may_hold_itself() {
    let tree = r##"{"properties": {"spec": {"$ref": "#"}, "kind": {}, "apiVersion": {}, "metadata": {}},
        "additionalProperties": false}"##;
    let held = schemas(&[("ledger-example-v1.json", tree)]).unwrap();
    assert_eq!(told(&held, &ledger("{spec: {spec: {any: 1}}}")).len(), 1);
    for endless in [r##"{"$ref": "#"}"##, r##"{"allOf": [{"$ref": "#"}]}"##] {
        let held = schemas(&[("ledger-example-v1.json", endless)]).unwrap();
        assert_eq!(told(&held, &ledger("{}")), [], "{endless}");
    }
}
