//! Holds that no text, however hostile, brings the way from bytes to a cluster, or to what is stored, to a panic.

use proptest::prelude::*;

use stslint::admission;
use stslint::cluster::Cluster;
use stslint::defaults;
use stslint::dry_run::{self, Change, Question, View};
use stslint::label::{Labels, Selector};
use stslint::manifest::{GroupKind, Object, Recognised, recognise};
use stslint::report::{self, PlanFormat, Style};
use stslint::revision::revision_name;
use stslint::source::{FileId, Role, SourceFile, Sources};
use stslint::suggestion;
use stslint::value::Value;
use stslint::version::Version;
use stslint::visible::is_hidden;
use stslint::world::Cascade;
use stslint::yaml;

/// Words that manifests are made of, so that chance meets lists, labels, merges and broken ends.
const WORDS: [&str; 52] = [
    "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\n",
    "---\napiVersion: v1\nkind: List\nitems:\n",
    "- {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}}\n",
    "apiVersion: v1\n",
    "apiVersion: apps/v1\n",
    "apiVersion:\n",
    "apiVersion: 1\n",
    "kind: List\n",
    "kind: StatefulSet\n",
    "kind: StatefulSetList\n",
    "kind: Service\n",
    "metadata: {name: \"d\\eb\"}\n",
    "kind: [a]\n",
    "items:\n",
    "items: [",
    "items: []\n",
    "- ",
    "  ",
    "    ",
    "\n",
    "---\n",
    "...\n",
    "# Source: a/templates/b.yaml\n",
    "# Source:\n",
    "metadata:\n",
    "  name: db\n",
    "  namespace: shop\n",
    "  namespace: 5\n",
    "  labels: {app: db, on: 1}\n",
    "  annotations: {config.kubernetes.io/origin: \"path: x\\n\"}\n",
    "spec: {selector: {matchLabels: {app: db}}}\n",
    "spec:\n  replicas: x\n  template:\n    spec:\n",
    "      volumes: [{name: a}, null, {hostPath: {}, secret: {defaultMode: 9e99}}]\n",
    "      containers:\n",
    "      - {image: \"a@b\", ports: [{}], env: [null, {valueFrom: {fieldRef: {}}}], livenessProbe: {httpGet: {}}}\n",
    "      - resources: {limits: {cpu: 1e99, memory: .Ki, x: -0.0000000001, y: [1]}}\n",
    "  updateStrategy: {rollingUpdate: 3}\n",
    "  volumeClaimTemplates: [{spec: {resources: {requests: {storage: 99999999999999999999Ei}}}}, 1]\n",
    "  creationTimestamp: 2024-01-01T00:00:00+99:99\n",
    "a: &a\n",
    "<<: *a\n",
    "*a",
    "{",
    "}",
    "]",
    ", ",
    "\"",
    "'",
    "|\n",
    "? ",
    "\u{feff}",
    "\t",
];

fn read(text: &str) {
    let mut sources = Sources::new(vec![SourceFile::new("a/b.yaml", text)]);
    sources.add(SourceFile::new("b.yaml", text));
    let trees: Vec<_> = sources.iter().map(|(id, file)| yaml::parse(id, &file.text)).collect();
    let mut objects = Vec::new();
    for tree in &trees {
        let Recognised { objects: found, passed, documents, empty, broken } =
            recognise(tree, Role::Target, "default", tree.file() == FileId(1));
        assert_eq!(documents + empty, tree.documents().len());
        assert!(broken <= documents && documents - broken <= found.len() + passed.len());
        assert!(
            passed
                .iter()
                .all(|passed| text.get(passed.span.range()).is_some() && !passed.reason.to_string().is_empty())
        );
        objects.extend(found);
    }
    for object in &objects {
        for version in [Version::OLDEST, Version::NEWEST] {
            let shown = defaults::stored(object, version).unwrap_or_else(|| Value::of(object.node));
            let name = revision_name(object, version, 0);
            assert!(shown.canonical().starts_with('{') && name.is_none_or(|name| name.starts_with(object.name)));
            assert!(!shown.pretty_yaml("default").chars().any(|shown| shown != '\n' && is_hidden(shown)));
        }
    }
    for object in &objects {
        admit(object, objects.first().unwrap_or(object), text);
    }
    let cluster = Cluster::new(objects, &sources);
    for set in cluster.stateful_sets() {
        let found = cluster.find(GroupKind::STATEFUL_SET, set.namespace, set.name, set);
        assert_eq!(
            found.map(|found| found.file),
            (!set.name.is_empty()).then_some(set.file),
            "who has a name finds itself"
        );
        let labels = set.label_map();
        let selector = Selector::of(set.get(&["spec", "selector"]));
        assert_eq!(
            selector.matches(&labels),
            selector.faults().is_empty()
                && selector.unmet(&labels).next().is_none()
                && set.get(&["spec", "selector"]).is_some()
        );
        assert!(!Selector::of_map(None).matches(&Labels::default()));
    }
    plan(View { cluster: &cluster, sources: &sources });
}

/// Asks what the API server says about an object, alone and in the place of another, and that it is said about bytes that
/// are there.
fn admit(object: &Object<'_>, old: &Object<'_>, text: &str) {
    for version in Version::all() {
        let answers = [admission::create(object, version), admission::update(object, old, version)];
        assert!(answers.iter().all(|answer| answer.errors.is_empty() || answer.warnings.is_empty()));
        let made = [admission::claims(object, version), admission::pods(object, version)];
        let errors = answers.iter().flat_map(|answer| &answer.errors).chain(made.iter().flatten());
        for error in errors {
            let places =
                error.changed.iter().flat_map(|changed| [changed.place, changed.old_place]).chain([error.place]);
            assert!(places.into_iter().all(|place| text.get(place.span.range()).is_some()), "{error:?}");
        }
    }
}

/// Asks what becomes of every set, and reads the answer.
fn plan(view: View<'_>) {
    let changes = [Change::Apply, Change::Scale(vec![2]), Change::Delete(Cascade::Background)];
    for (change, before) in changes.into_iter().zip([&[view][..], &[], &[]]) {
        let plan = dry_run::plan(view, before, &Question { change, ..Question::default() });
        assert_eq!(plan.sets.len(), view.cluster.stateful_sets().count());
        let mut text = Vec::new();
        assert!(report::write_plan(&plan, PlanFormat::Text, &Style::FILE, &mut text).is_ok(), "a Vec takes everything");
        let shown = String::from_utf8_lossy(&text);
        assert!(!shown.chars().any(|shown| shown != '\n' && is_hidden(shown)), "{shown}");
    }
}

proptest! {
    #[test]
    fn words_of_manifests_in_any_order_are_read(words in prop::collection::vec(prop::sample::select(&WORDS[..]), 0..60)) {
        read(&words.concat());
    }

    #[test]
    fn bytes_in_any_order_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_words_can_be_compared(word in ".{0,20}", others in prop::collection::vec(".{0,20}", 0..5)) {
        let found = suggestion::nearest(&word, others.iter().map(String::as_str));
        prop_assert!(found.is_none_or(|found| others.iter().any(|other| other == found)));
        prop_assert_eq!(suggestion::nearest(&word, [word.as_str()]), Some(word.as_str()));
    }
}
