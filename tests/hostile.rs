//! Holds that no text, however hostile, brings the way from bytes to what is printed of them, or to what an API server says
//! and stores, to a panic.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "admission/base.rs"]
mod base;
#[path = "hostile/line.rs"]
mod line;
#[path = "hostile/server.rs"]
mod server;

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;

use stslint::admission;
use stslint::cluster::Cluster;
use stslint::defaults;
use stslint::label::{Labels, Selector};
use stslint::manifest::{GroupKind, Object, Recognised, recognise};
use stslint::revision::revision_name;
use stslint::source::{FileId, Role, SourceFile, Sources};
use stslint::suggestion;
use stslint::value::Value;
use stslint::version::Version;
use stslint::visible::is_hidden;
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
    line::print(text.as_bytes());
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

/// The objects that the records of admission begin with, each as JSON and as YAML.
fn bases() -> &'static [String] {
    static BASES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let written = |base: serde_json::Value| {
            let json = base.to_string();
            let tree = yaml::parse(FileId(0), &json);
            let yaml = Value::of(tree.root(&tree.documents()[0]).unwrap()).pretty_yaml("default");
            [json, yaml]
        };
        base::bases().into_iter().flat_map(written).collect()
    });
    &BASES
}

/// One way to spoil bytes.
#[derive(Clone, Debug)]
enum Damage {
    /// Another byte in the place of one.
    Flip(Index, u8),
    /// Nothing from here on.
    Truncate(Index),
    /// A stretch of these bytes once more, elsewhere.
    Repeat(Index, Index, Index),
    /// A stretch less.
    Cut(Index, Index),
    /// A stretch of another base, from one place on, in between.
    Splice(Index, Index, Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<Index>;
    // What JSON and quantities are made of leads further than any byte.
    let byte = prop_oneof![any::<u8>(), prop::sample::select(&b"\"{}[]:,-0159.eKmi \n\\"[..])];
    prop_oneof![
        8 => (at(), byte).prop_map(|(place, byte)| Damage::Flip(place, byte)),
        1 => at().prop_map(Damage::Truncate),
        3 => (at(), at(), at()).prop_map(|(from, to, place)| Damage::Repeat(from, to, place)),
        3 => (at(), at()).prop_map(|(from, to)| Damage::Cut(from, to)),
        2 => (at(), at(), at()).prop_map(|(base, from, place)| Damage::Splice(base, from, place)),
    ]
}

/// The longest stretch that is cut, repeated or spliced, in bytes.
const STRETCH: usize = 60;

impl Damage {
    fn spoil(&self, bytes: &mut Vec<u8>) {
        let length = bytes.len();
        if length == 0 {
            return;
        }
        let stretch = |from: &Index, to: &Index| {
            let from = from.index(length);
            from..(from + to.index(STRETCH)).min(length)
        };
        match self {
            Self::Flip(place, byte) => bytes[place.index(length)] = *byte,
            Self::Truncate(place) => bytes.truncate(place.index(length)),
            Self::Repeat(from, to, place) => {
                let again = bytes[stretch(from, to)].to_vec();
                let place = place.index(length);
                bytes.splice(place..place, again);
            }
            Self::Cut(from, to) => drop(bytes.drain(stretch(from, to))),
            Self::Splice(base, from, place) => {
                let other = base.get(bases()).as_bytes();
                let from = from.index(other.len());
                let place = place.index(length);
                bytes.splice(place..place, other[from..(from + STRETCH).min(other.len())].iter().copied());
            }
        }
    }
}

#[test]
fn every_base_is_one_object() {
    assert!(bases().len() > 30, "{} bases", bases().len());
    for base in bases() {
        assert_eq!(server::ask(base.as_bytes()), 1, "{base}");
    }
}

proptest! {
    #[test]
    fn bytes_of_objects_may_be_flipped_cut_and_spliced(
        base in any::<Index>(),
        damage in prop::collection::vec(damage(), 1..4),
    ) {
        let mut bytes = base.get(bases()).clone().into_bytes();
        for damage in &damage {
            damage.spoil(&mut bytes);
        }
        server::ask(&bytes);
    }

    #[test]
    fn damaged_objects_are_checked_and_planned(
        base in any::<Index>(),
        damage in prop::collection::vec(damage(), 1..4),
    ) {
        let whole = base.get(bases());
        let mut bytes = whole.clone().into_bytes();
        for damage in &damage {
            damage.spoil(&mut bytes);
        }
        bytes.push(line::BREAK);
        bytes.extend(whole.bytes());
        line::print(&bytes);
    }

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
