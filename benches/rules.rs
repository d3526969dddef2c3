//! Measures how long 120 rules take: to be read, and to be asked about one healthy set; beside the crate `cel`.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;

use cel::objects::Key;
use divan::Bencher;
use stslint::cluster::Cluster;
use stslint::facts::{Facts, Record, Value, View};
use stslint::finding::ObjectName;
use stslint::manifest;
use stslint::rule::{BUILTIN, Book};
use stslint::source::{FileId, Role, SourceFile, Sources};
use stslint::version::Version;
use stslint::yaml::{self, Tree};

const RULES: usize = 120;
const SET: &str = include_str!("../tests/data/full-set.yaml");

/// Questions of two to six parts that a healthy set answers with yes: `each`, `when`, `unknown`, `expect`.
const QUESTIONS: [[&str; 4]; 12] = [
    ["", "service.found && service.type != \"ExternalName\"", "view.services == 0", "service.headless"],
    ["", "selector.present", "", "!selector.empty && selector.faults.size() == 0 && selector.unmet.size() == 0"],
    ["", "", "", "template.writtenGracePeriodSeconds == null || template.writtenGracePeriodSeconds > 0"],
    ["containers", "", "", "it.name != \"\" && !it.image.endsWith(\":latest\") && it.image.contains(\":\")"],
    ["claims", "it.className.text != \"\"", "view.storageClasses == 0", "it.storageClass.found && it.mounted"],
    ["claims", "", "", "it.accessModes.all(mode, mode in [\"ReadWriteOnce\", \"ReadWriteOncePod\", \"ReadOnlyMany\"])"],
    ["", "set.replicas > 1", "", "services.exists(s, s.name == set.serviceName && s.selectsPods)"],
    ["", "set.name != \"\"", "", "set.nameLength <= 52 && set.nameFault == \"\" && pods.longestName <= 63"],
    ["mounts", "it.found", "", "it.container != \"\" && !(it.container == \"\" && set.replicas > 1)"],
    ["", "has(object.spec.updateStrategy)", "", "object.spec.updateStrategy.type in [\"RollingUpdate\", \"OnDelete\"]"],
    ["", "", "set.fragment", "!has(object.spec.replicas) || object.spec.replicas >= 1 && object.spec.replicas < 100"],
    [
        "",
        "claims.size() > 0",
        "",
        "!claims.exists(c, c.storageClass.deletesVolumes) && retention.whenScaled != \"Delete\"",
    ],
];

/// The text of 120 rules as long as those in `rules/`.
fn texts() -> Vec<(String, String)> {
    let quoted = |text: &str| text.replace('\'', "''");
    let line =
        |key: &str, text: &str| if text.is_empty() { String::new() } else { format!("{key}: '{}'\n", quoted(text)) };
    let why =
        "  What happens in the cluster, told in a paragraph of a few lines as the rules of the project have it.\n"
            .repeat(6);
    (0..RULES)
        .map(|number| {
            let [each, when, unknown, expect] = QUESTIONS[number % QUESTIONS.len()];
            let unknown = if unknown.is_empty() {
                String::new()
            } else {
                format!("unknown:\n  if: '{}'\n  because: nothing is in view\n", quoted(unknown))
            };
            let text = format!(
                "summary: what is wrong\nseverity: warning\ncategory: identity\nsince: 0.1.0\n{}{}{unknown}{}at: spec.serviceName\n\
                 label: '{{pods.text}} get no names'\nmessage: 'the set \"{{set.name}}\" of {{set.replicas}} pods is not as it should be'\n\
                 note: what decided it\nhelp: the next move, which names \"{{service.name}}\"\nwhy: |\n{why}references:\n\
                 - https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/\n",
                line("each", each),
                line("when", when),
                line("expect", expect),
            );
            (format!("rule-{number}"), text)
        })
        .collect()
}

fn pairs(texts: &[(String, String)]) -> Vec<(&str, &str)> {
    texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
}

/// Does something with the facts of the set.
fn with_facts<T>(work: impl FnOnce(&dyn Record, &ObjectName) -> T) -> T {
    let sources = Sources::new(vec![SourceFile::new("set.yaml", SET)]);
    let tree: Tree<'_> = yaml::parse(FileId(0), SET);
    let objects = manifest::recognise(&tree, Role::Target, "default", false).objects;
    let cluster = Cluster::new(objects, &sources);
    let view = View::of(&cluster, Version::NEWEST);
    let set = cluster.stateful_sets().next().expect("the file holds a set");
    let facts = Facts::of(set, &cluster, &view);
    work(&facts, &set.object_name())
}

#[divan::bench]
fn load_120_rules(bencher: Bencher<'_, '_>) {
    let texts = texts();
    let pairs = pairs(&texts);
    bencher.bench(|| Book::load(black_box(&pairs), &[], &Facts::RECORD));
}

#[divan::bench]
fn read_the_yaml_of_120_rules(bencher: Bencher<'_, '_>) {
    let texts = texts();
    bencher.bench(|| texts.iter().map(|(_, text)| yaml::parse(FileId(0), black_box(text)).len()).sum::<usize>());
}

#[divan::bench]
fn load_the_built_in_rules(bencher: Bencher<'_, '_>) {
    bencher.bench(|| Book::load(black_box(BUILTIN), &[], &Facts::RECORD));
}

#[divan::bench]
fn ask_120_rules(bencher: Bencher<'_, '_>) {
    let texts = texts();
    let (book, _) = Book::load(&pairs(&texts), &[], &Facts::RECORD);
    assert_eq!(book.names().len(), RULES);
    with_facts(|facts, name| {
        let answers = book.ask(facts, name);
        assert!(answers.findings.is_empty() && answers.skipped.is_empty(), "{answers:?}");
        bencher.bench_local(|| book.ask(black_box(facts), name));
    });
}

#[divan::bench]
fn ask_the_built_in_rules(bencher: Bencher<'_, '_>) {
    let (book, _) = Book::with(&[], &Facts::RECORD);
    with_facts(|facts, name| bencher.bench_local(|| book.ask(black_box(facts), name)));
}

/// What the crate makes of a value.
fn judged(value: &Value<'_>) -> cel::Value {
    match value.clone().settled() {
        Value::Null => cel::Value::Null,
        Value::Bool(value) => value.into(),
        Value::Int(number) => number.into(),
        Value::Float(number) => number.into(),
        Value::String(text) => text.into_owned().into(),
        Value::List(list) => (0..list.len()).map(|index| judged(&list.at(index))).collect::<Vec<_>>().into(),
        Value::Made(items) => items.iter().map(judged).collect::<Vec<_>>().into(),
        Value::Record(record) => {
            let fields = record.record_type().fields.iter().enumerate();
            let entry =
                |(number, field): (usize, &stslint::facts::Field)| (Key::from(field.name), judged(&record.get(number)));
            fields.map(entry).collect::<HashMap<_, _>>().into()
        }
        Value::Node(node) if node.is_sequence() => {
            node.items().map(|item| judged(&Value::Node(item))).collect::<Vec<_>>().into()
        }
        Value::Node(node) => {
            let fields = node.fields().into_iter();
            let entry = |(key, entry): (std::borrow::Cow<'_, str>, yaml::Entry<'_>)| {
                (Key::from(&*key), judged(&Value::Node(entry.value)))
            };
            fields.map(entry).collect::<HashMap<_, _>>().into()
        }
    }
}

fn context(facts: &dyn Record) -> cel::Context<'static, 'static> {
    let mut context = cel::Context::with_env(Arc::new(cel::Env::stdlib()));
    for (number, field) in facts.record_type().fields.iter().enumerate() {
        context.add_variable_from_value(field.name, judged(&facts.get(number)));
    }
    context
}

/// The questions in the order in which a rule asks them, `each` written as a macro.
fn judge_programs() -> Vec<cel::Program> {
    let mut programs = Vec::new();
    for number in 0..RULES {
        let [each, parts @ ..] = QUESTIONS[number % QUESTIONS.len()];
        for part in parts.iter().filter(|part| !part.is_empty()) {
            let source = if each.is_empty() { (*part).to_owned() } else { format!("{each}.all(it, {part})") };
            programs.push(cel::Program::compile(&source).expect("the crate reads it too"));
        }
    }
    programs
}

#[divan::bench]
fn cel_compile_120_rules(bencher: Bencher<'_, '_>) {
    bencher.bench_local(judge_programs);
}

#[divan::bench]
fn cel_context(bencher: Bencher<'_, '_>) {
    with_facts(|facts, _| bencher.bench_local(|| context(black_box(facts))));
}

#[divan::bench]
fn cel_ask_120_rules(bencher: Bencher<'_, '_>) {
    let programs = judge_programs();
    with_facts(|facts, _| {
        let context = context(facts);
        bencher.bench_local(|| programs.iter().filter(|program| program.execute(&context).is_ok()).count());
    });
}

fn main() {
    divan::main();
}
