//! Pins what is refused, in whose words and where.

use super::*;
use crate::manifest::recognise;
use crate::source::{FileId, Role};
use crate::yaml;

/// What is wrong with the one object in `text`, and what is pointed at.
fn ask(text: &str, minor: &str) -> Vec<(Violation, String)> {
    let tree = yaml::parse(FileId(0), text);
    let found = recognise(&tree, Role::Target, "default", false);
    let object = found.objects.first().expect("an object");
    let shown = |violation: Violation| {
        let bytes = text[violation.place.span.range()].to_owned();
        (violation, bytes)
    };
    validate(object, minor.parse().expect("a version")).into_iter().map(shown).collect()
}

fn set(rest: &str) -> String {
    format!("apiVersion: apps/v1\nkind: StatefulSet\n{rest}\n")
}

#[test]
fn answers_are_those_of_the_api_server() {
    let prefix = "StatefulSet in version \"v1\" cannot be handled as a StatefulSet: ";
    for (rest, field, pointed, answer) in [
        ("spec: {strategy: {}}", "spec.strategy", "strategy", "strict decoding error: unknown field \"spec.strategy\""),
        ("spec: {Replicas: 1}", "spec.Replicas", "Replicas", "strict decoding error: unknown field \"spec.Replicas\""),
        ("foo: null", "foo", "foo", "strict decoding error: unknown field \"foo\""),
        (
            "spec: {template: {spec: {containers: [{}, {env: [{nam: a}]}]}}}",
            "spec.template.spec.containers[1].env[0].nam",
            "nam",
            "strict decoding error: unknown field \"spec.template.spec.containers[1].env[0].nam\"",
        ),
        (
            "spec: {replicas: three}",
            "spec.replicas",
            "three",
            "json: cannot unmarshal string into Go struct field StatefulSetSpec.spec.replicas of type int32",
        ),
        (
            "spec: {replicas: 1.5}",
            "spec.replicas",
            "1.5",
            "json: cannot unmarshal number 1.5 into Go struct field StatefulSetSpec.spec.replicas of type int32",
        ),
        (
            "spec: {replicas: 4294967296}",
            "spec.replicas",
            "4294967296",
            "json: cannot unmarshal number 4294967296 into Go struct field StatefulSetSpec.spec.replicas of type int32",
        ),
        (
            "spec: {template: {metadata: {labels: {a.b/c: yes}}}}",
            "spec.template.metadata.labels[a.b/c]",
            "yes",
            "json: cannot unmarshal bool into Go struct field ObjectMeta.spec.template.metadata.labels of type string",
        ),
        (
            "spec: {template: {spec: {containers: {name: a}}}}",
            "spec.template.spec.containers",
            "containers",
            "json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container",
        ),
        (
            "spec: {template: {spec: {containers: [main]}}}",
            "spec.template.spec.containers[0]",
            "main",
            "json: cannot unmarshal string into Go struct field PodSpec.spec.template.spec.containers of type v1.Container",
        ),
        (
            "spec: {updateStrategy: {rollingUpdate: {maxUnavailable: true}}}",
            "spec.updateStrategy.rollingUpdate.maxUnavailable",
            "true",
            "json: cannot unmarshal bool into Go struct field \
             RollingUpdateStatefulSetStrategy.spec.updateStrategy.rollingUpdate.maxUnavailable of type int32",
        ),
        (
            "spec: {volumeClaimTemplates: [{spec: {resources: {requests: {storage: 10GB}}}}]}",
            "spec.volumeClaimTemplates[0].spec.resources.requests.storage",
            "10GB",
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        ),
        (
            "spec: {volumeClaimTemplates: [{spec: {resources: {requests: {storage: 10Gm}}}}]}",
            "spec.volumeClaimTemplates[0].spec.resources.requests.storage",
            "10Gm",
            "unable to parse quantity's suffix",
        ),
        (
            "metadata: {creationTimestamp: 5}",
            "metadata.creationTimestamp",
            "5",
            "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string",
        ),
    ] {
        let found = ask(&set(rest), "1.37");
        let found: Vec<_> =
            found.iter().map(|(found, bytes)| (&*found.field, &**bytes, found.answer.strip_prefix(prefix))).collect();
        assert_eq!(found, [(field, pointed, Some(answer))], "{rest}");
    }
}

#[test]
fn what_the_decoder_is_lenient_about_is_not_accused() {
    for rest in [
        "metadata: {creationTimestamp: null, labels: null}\nspec: null\nstatus: {}",
        "spec: {replicas: null, volumeClaimTemplates: [null], template: {spec: {volumes: null, nodeSelector: {a: null}}}}",
        "spec: {replicas: 3.0, minReadySeconds: 0x10, revisionHistoryLimit: 1_0}",
        "spec: {updateStrategy: {rollingUpdate: {partition: 1e1, maxUnavailable: 50%}}}",
        "spec: {updateStrategy: {rollingUpdate: {maxUnavailable: 1}}}",
        "spec: {volumeClaimTemplates: [{spec: {resources: {requests: {storage: 1e9, a: 0.5, b: ' 1 ', c: -1}}}}]}",
        "spec: {template: {spec: {containers: [{image: 2021-01-01, command: [\"1\", 12:30]}]}}}",
        "spec: {template: {spec: {terminationGracePeriodSeconds: 9007199254740993}}}",
        "metadata: {managedFields: [{fieldsV1: {f:spec: [1, {}]}}]}",
        "spec: {replicas: '${REPLICAS}', volumeClaimTemplates: '{{ claims }}'}",
    ] {
        let found: Vec<_> = ask(&set(rest), "1.37").into_iter().map(|(found, _)| found.answer).collect();
        assert_eq!(found, [""; 0], "{rest}");
    }
    for other in
        ["apiVersion: apps/v1beta1\nkind: StatefulSet\nfoo: 1", "apiVersion: example.com/v1\nkind: Pod\nfoo: 1"]
    {
        assert_eq!(ask(other, "1.37"), [], "{other}");
    }
}

#[test]
fn bytes_are_base64_and_secrets_are_not_repeated() {
    let text = "apiVersion: v1\nkind: Secret\ndata: {a: YQ==, b: p@ss, c: 12345}\nstringData: {d: p@ss, e: 67890}\n";
    let found = ask(text, "1.37");
    let fields: Vec<_> = found.iter().map(|(found, _)| &*found.field).collect();
    assert_eq!(fields, ["data.b", "data.c", "stringData.e"]);
    assert!(found[0].0.answer.ends_with(": illegal base64 data at input byte 1"), "{:?}", found[0].0);
    for (violation, bytes) in &found {
        assert!(!violation.message.contains(bytes) && !violation.help.contains(bytes), "{violation:?}");
    }
}

#[test]
fn the_next_move_is_told() {
    for (rest, help) in [
        ("spec: {replcias: 1}", "did you mean \"replicas\"?"),
        ("spec: {servicename: a}", "write \"serviceName\"; the case of letters counts"),
        ("replicas: 1", "move it to spec, which has a field of that name"),
        ("spec: {template: {spec: {volumeClaimTemplates: []}}}", "move it to spec, which"),
        ("spec: {template: {labels: {}}}", "move it to spec.template.metadata, which"),
        ("spec: {containers: []}", "move it to spec.template.spec, which"),
        (
            "spec: {template: {spec: {containers: [{runAsUser: 1}]}}}",
            "move it to spec.template.spec.containers[0].securityContext, which",
        ),
        (
            "spec: {template: {spec: {containers: [{fsGroup: 1}]}}}",
            "move it to spec.template.spec.securityContext, which",
        ),
        (
            "spec: {template: {spec: {containers: [{env: [{restartPolicy: Always}]}]}}}",
            "move it to spec.template.spec.containers[0], which",
        ),
        ("spec: {template: {spec: {image: a}}}", "move it to spec.template.spec.containers[…], which"),
        ("spec: {template: {spec: {livenessProbe: {}}}}", "move it to spec.template.spec.containers[…], which"),
        ("spec: {zzzzzzzzz: 1}", "take it out, or look its name up with `kubectl explain statefulset.spec`"),
        ("spec: {replicas: \"3\"}", "take the quotes off: 3"),
        ("metadata: {annotations: {a: 8080}}", "put it in quotes: \"8080\""),
        ("spec: {template: {spec: {containers: {}}}}", "write a sequence"),
        ("spec: {template: []}", "write a mapping"),
        ("spec: {replicas: []}", "look up with `kubectl explain statefulset.spec.replicas`"),
    ] {
        let found = ask(&set(rest), "1.37");
        let got = found.first().map(|(found, _)| &*found.help).unwrap_or_default();
        assert!(got.starts_with(help), "{rest}: {got}");
    }
}

#[test]
fn a_whole_number_that_is_too_large_is_no_fraction() {
    for (replicas, what) in [
        ("99999999999999999999", "beyond 64 bits"),
        ("9999999999999999999", "beyond 64 bits"),
        ("9999999999", "beyond 32 bits"),
        ("1.5", "a fraction"),
    ] {
        let found = ask(&set(&format!("spec: {{replicas: {replicas}}}")), "1.37");
        let got = found.first().map(|(found, _)| &*found.message).unwrap_or_default();
        assert!(got.contains(what), "{replicas}: {got}");
    }
}

#[test]
fn fields_of_other_versions_say_so() {
    let pod = "apiVersion: v1\nkind: Pod\nspec: {hostnameOverride: a, workloadRef: {}}\n";
    for (minor, want) in [
        ("1.33", &["the field exists since Kubernetes 1.34", "the field exists in Kubernetes 1.35 alone"][..]),
        ("1.34", &["the field exists in Kubernetes 1.35 alone"]),
        ("1.35", &[]),
        ("1.37", &["the field exists in Kubernetes 1.35 alone"]),
    ] {
        let found = ask(pod, minor);
        let notes: Vec<_> = found.iter().map(|(found, _)| &*found.note).collect();
        assert_eq!(notes, want, "{minor}");
    }
}

#[test]
fn of_many_faults_the_first_hundred_are_told() {
    let many = (0..300).fold(String::new(), |text, number| text + &format!("  zz{number}: 1\n"));
    let aliases = "  volumes: [*v, *v]\n".to_owned();
    for rest in [format!("spec:\n{many}"), format!("spec:\n  template: &v [{}]\n{aliases}", "1, ".repeat(200))] {
        let found = ask(&set(&rest), "1.37");
        assert!(!found.is_empty() && found.len() <= MOST, "{}", found.len());
        let told = found.iter().filter(|(found, _)| found.note.contains("there may be more")).count();
        assert_eq!(told, usize::from(found.len() == MOST), "{}", found.len());
    }
}

/// How deep the types below one are, or nothing when one holds itself.
fn depth(number: u16, above: &mut Vec<u16>) -> Option<usize> {
    if above.contains(&number) {
        return None;
    }
    above.push(number);
    let parts: Vec<u16> = match Type::numbered(number).shape {
        Shape::List(of) | Shape::Map(of) => vec![of],
        Shape::Struct(fields) => fields.iter().map(|field| field.of).collect(),
        _ => Vec::new(),
    };
    let deepest = parts.into_iter().try_fold(0, |deepest, part| Some(deepest.max(depth(part, above)?)));
    above.pop();
    deepest.map(|below| below + 1)
}

#[test]
fn the_tables_are_whole_and_no_type_holds_itself() {
    for owner in tables::TYPES {
        let names: Vec<_> = owner.fields().iter().map(|field| field.name).collect();
        assert!(names.is_sorted(), "{}", owner.name);
        for version in Version::all() {
            for field in owner.fields() {
                let same = owner.named(field.name).iter().filter(|field| field.is_in(version)).count();
                assert!(same <= 1, "{} has {} {same} times in {version}", owner.name, field.name);
            }
        }
    }
    let deepest = tables::KINDS.iter().map(|kind| depth(kind.of, &mut Vec::new())).max().flatten();
    assert!(deepest.is_some_and(|deepest| deepest < 24), "{deepest:?}");
    let fields: usize = tables::TYPES.iter().map(|owner| owner.fields().len()).sum();
    assert_eq!((tables::KINDS.len(), tables::TYPES.len(), fields), (13, 388, 1041));
}
