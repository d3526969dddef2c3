//! Turns the text of `.stslint.yaml` into what it asks for, or into everything that is wrong with it.

use std::collections::BTreeMap;
use std::path::Path;

use super::word::{self, KnownRules};
use crate::caret;
use crate::finding::Severity;
use crate::input::Exclude;
use crate::source::{FileId, SourceFile, Span};
use crate::suggestion::nearest;
use crate::version::{FeatureGate, Version, Versions};
use crate::yaml::{self, Entry, Kind, Node};

/// The keys of the file, as `docs/schema/config.json` has them.
pub(super) const KEYS: [&str; 8] =
    ["exclude", "fail-on", "feature-gates", "ignore", "kubernetes-version", "namespace", "select", "severity"];

/// What a configuration file asks for; what it does not mention is `None` or empty.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct ConfigFile {
    pub select: Option<Vec<String>>,
    pub ignore: Vec<String>,
    pub severities: BTreeMap<String, Severity>,
    /// Relative to the folder of the file.
    pub exclude: Vec<Exclude>,
    pub namespace: Option<String>,
    pub versions: Option<Versions>,
    /// In the order in which they are set.
    pub feature_gates: Vec<(FeatureGate, bool)>,
    pub fail_on: Option<Severity>,
}

/// Reads the configuration `file`, which stands in `folder`; `versions` are those that the command line asks for instead of
/// the file's. The error is everything that is wrong with it, each with its line and a caret.
pub(super) fn read(
    file: &SourceFile,
    folder: &Path,
    known_rules: KnownRules<'_>,
    versions: Option<Versions>,
) -> Result<ConfigFile, String> {
    let tree = yaml::parse(FileId(0), &file.text);
    let mut reader = Reader { file, folder, known_rules, versions, faults: Vec::new(), found: ConfigFile::default() };
    for fault in tree.faults() {
        reader.fault(fault.span, &fault.message, &fault.help);
    }
    for span in &file.not_text {
        reader.fault(*span, "this is not UTF-8", "save the file as UTF-8");
    }
    if reader.faults.is_empty() {
        let mut roots = tree.documents().iter().filter_map(|document| tree.root(document));
        if let Some(root) = roots.next() {
            reader.document(root);
        }
        if let Some(second) = roots.next() {
            reader.fault(first_line(second), "this is a second document", "a configuration is one document");
        }
    }
    if reader.faults.is_empty() { Ok(reader.found) } else { Err(reader.faults.join("\n")) }
}

struct Reader<'c> {
    file: &'c SourceFile,
    folder: &'c Path,
    known_rules: KnownRules<'c>,
    versions: Option<Versions>,
    faults: Vec<String>,
    found: ConfigFile,
}

impl Reader<'_> {
    fn fault(&mut self, span: Span, message: &str, help: &str) {
        self.faults.push(caret::point(self.file, span, message, help));
    }

    fn document(&mut self, root: Node<'_>) {
        if root.is_null() {
            return;
        }
        if !root.is_mapping() {
            let help = "write keys with values, such as \"fail-on: error\"";
            return self.fault(first_line(root), &format!("a configuration is a mapping, not {}", what(root)), help);
        }
        let mut gates = None;
        for (key, Entry { key: place, value }) in root.fields() {
            match &*key {
                // A key without a value says nothing.
                known if KEYS.contains(&known) && value.is_null() => {}
                "select" => self.found.select = Some(self.rules("select", value)),
                "ignore" => self.found.ignore = self.rules("ignore", value),
                "severity" => self.severities(value),
                "exclude" => self.exclude(value),
                "namespace" => self.found.namespace = self.namespace(value),
                "kubernetes-version" => self.found.versions = self.versions(value),
                "fail-on" => self.found.fail_on = self.severity("fail-on", value),
                "feature-gates" => gates = Some(value),
                unknown => {
                    let help = match nearest(unknown, KEYS) {
                        Some(key) => format!("did you mean {key:?}?"),
                        None => format!("keys are {}", KEYS.join(", ")),
                    };
                    self.fault(place.span(), &format!("unknown key {unknown:?}"), &help);
                }
            }
        }
        // Which of them there are is known when the version is.
        if let Some(gates) = gates {
            self.feature_gates(gates);
        }
    }

    fn rules(&mut self, key: &str, value: Node<'_>) -> Vec<String> {
        let words = self.texts(key, "[storage]", value);
        words
            .into_iter()
            .filter_map(|(word, place)| match word::check(word, self.known_rules) {
                Ok(()) => Some(word.to_owned()),
                Err(help) => {
                    self.fault(place.span(), &format!("there is no rule or category {word:?}"), &help);
                    None
                }
            })
            .collect()
    }

    fn severities(&mut self, value: Node<'_>) {
        if !value.is_mapping() {
            let help = "write it as a mapping from rules to error, warning or info";
            return self.fault(first_line(value), &format!("severity is a mapping, not {}", what(value)), help);
        }
        for (rule, Entry { key: place, value }) in value.fields() {
            if let Err(help) = word::check_rule(&rule, self.known_rules) {
                self.fault(place.span(), &format!("there is no rule {rule:?}"), &help);
            } else if let Some(severity) = self.severity(&format!("the severity of {rule:?}"), value) {
                self.found.severities.insert(rule.into_owned(), severity);
            }
        }
    }

    fn severity(&mut self, what_for: &str, value: Node<'_>) -> Option<Severity> {
        let raw = value.raw().unwrap_or_else(|| what(value));
        let severity = raw.parse().ok();
        if severity.is_none() {
            let help = match nearest(raw, ["error", "warning", "info"]) {
                Some(severity) => format!("did you mean {severity:?}?"),
                None => "write error, warning or info".to_owned(),
            };
            self.fault(first_line(value), &format!("{what_for} cannot be {raw:?}"), &help);
        }
        severity
    }

    fn exclude(&mut self, value: Node<'_>) {
        for (glob, place) in self.texts("exclude", "[testdata/]", value) {
            match Exclude::new(glob, self.folder) {
                Ok(exclude) => self.found.exclude.push(exclude),
                Err(because) => {
                    let help = "write it as in .gitignore, such as testdata/ or *.gen.yaml";
                    self.fault(place.span(), &format!("{glob:?} is no pattern: {because}"), help);
                }
            }
        }
    }

    fn namespace(&mut self, value: Node<'_>) -> Option<String> {
        let name = self.text("namespace", value)?;
        if let Err(because) = word::check_namespace(name) {
            self.fault(value.span(), &format!("namespace cannot be {name:?}"), because);
            return None;
        }
        Some(name.to_owned())
    }

    fn versions(&mut self, value: Node<'_>) -> Option<Versions> {
        // As it is written: as a number, 1.40 would be 1.4.
        let Some(text) = value.raw() else {
            let help = format!("write it like {}", Version::NEWEST);
            self.fault(first_line(value), &format!("kubernetes-version is text, not {}", what(value)), &help);
            return None;
        };
        match text.parse() {
            Ok(versions) => Some(versions),
            Err(known) => {
                self.fault(value.span(), &format!("kubernetes-version cannot be {text:?}"), &known);
                None
            }
        }
    }

    fn feature_gates(&mut self, value: Node<'_>) {
        if !value.is_mapping() {
            let help = format!("write it as a mapping: {}: true", FeatureGate::MaxUnavailableStatefulSet.name());
            return self.fault(first_line(value), &format!("feature-gates is a mapping, not {}", what(value)), &help);
        }
        let versions = self.versions.or(self.found.versions).unwrap_or_default();
        for (name, Entry { key: place, value }) in value.fields() {
            let known = word::gate(&name).and_then(|gate| word::check_gate(gate, versions).map(|()| gate));
            match (known, value.as_bool()) {
                (Ok(gate), Some(on)) => self.found.feature_gates.push((gate, on)),
                (Ok(_), None) => {
                    let help = "write true or false";
                    self.fault(
                        first_line(value),
                        &format!("feature gate {name:?} is a truth value, not {}", what(value)),
                        help,
                    );
                }
                (Err(help), _) => self.fault(place.span(), &format!("feature gate {name:?} cannot be set"), &help),
            }
        }
    }

    fn text<'t>(&mut self, what_for: &str, value: Node<'t>) -> Option<&'t str> {
        let text = value.as_str();
        if text.is_none() {
            let help = if value.raw().is_some() { "put it in quotes" } else { "write one word" };
            self.fault(first_line(value), &format!("{what_for} is text, not {}", what(value)), help);
        }
        text
    }

    fn texts<'t>(&mut self, key: &str, example: &str, value: Node<'t>) -> Vec<(&'t str, Node<'t>)> {
        if !value.is_sequence() {
            let help = format!("write it as a list: {key}: {example}");
            self.fault(first_line(value), &format!("{key} is a list, not {}", what(value)), &help);
            return Vec::new();
        }
        let items: Vec<_> = value.items().collect();
        let entry = format!("an entry of {key}");
        items.into_iter().filter_map(|item| Some((self.text(&entry, item)?, item))).collect()
    }
}

/// What stands there, in words.
fn what(node: Node<'_>) -> &'static str {
    match node.kind() {
        Kind::Mapping => "a mapping",
        Kind::Sequence => "a list",
        Kind::Scalar if node.as_str().is_some() => "text",
        Kind::Scalar if node.as_bool().is_some() => "a truth value",
        Kind::Scalar if node.is_null() => "nothing",
        Kind::Scalar => "a number",
    }
}

/// The place of a node; of a collection that spans lines, where it begins.
fn first_line(node: Node<'_>) -> Span {
    let span = node.span();
    let text = node.text().get(span.range()).unwrap_or_default();
    let length = text.find(['\n', '\r']).unwrap_or(text.len());
    Span::new(span.start as usize, span.start as usize + length)
}
