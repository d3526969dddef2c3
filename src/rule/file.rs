//! Reads one rule from its file, and says with a place what is wrong in it.

use std::sync::Arc;

use super::check::{Checker, meant};
use super::expression::Mistake;
use super::parse;
use super::place::Pointer;
use super::program::Code;
use super::template::Template;
use super::types::Ty;
use crate::facts::RecordType;
use crate::finding::{CATEGORIES, Finding, Severity};
use crate::source::{Place, Span};
use crate::yaml::{Entry, Node, Tree};

/// The keys that a rule file can have.
pub const KEYS: [&str; 18] = [
    "summary",
    "severity",
    "category",
    "since",
    "explains",
    "needs",
    "each",
    "when",
    "unknown",
    "expect",
    "at",
    "label",
    "also",
    "message",
    "note",
    "help",
    "why",
    "references",
];

/// One rule.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) name: Arc<str>,
    pub(super) summary: String,
    pub(super) severity: Severity,
    pub(super) category: &'static str,
    pub(super) since: String,
    /// The rules whose findings about the same field this one says better.
    pub(super) explains: Vec<String>,
    pub(super) needs: Needs,
    /// The next move as it is written, with its holes.
    pub(super) help: String,
    pub(super) why: String,
    pub(super) references: Vec<String>,
    /// Where its `expect` is written, if it is a user's own rule.
    pub(super) home: Option<Place>,
    /// What it asks; `None` when the reader of text reports it.
    pub(super) question: Option<Question>,
}

/// What must be in view for a rule to be asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Needs {
    /// The manifest.
    Manifest,
    /// The manifest and the one that it replaces.
    Change,
    /// Nothing: the reader of text reports it by itself.
    Text,
}

/// What a rule asks, and what it says when the answer is no.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) each: Option<Code>,
    pub(super) when: Option<Code>,
    pub(super) unknown: Option<(Code, Template)>,
    pub(super) expect: Code,
    /// The text of `expect`, if it is a user's own rule: its findings say which part of it decided.
    pub(super) source: Option<Box<str>>,
    pub(super) at: Option<Pointer>,
    pub(super) label: Template,
    pub(super) also: Vec<(Pointer, Template)>,
    pub(super) message: Template,
    pub(super) notes: Vec<Template>,
    pub(super) help: Template,
}

/// Reads the rule `name` from its file. `None` when something in it is wrong; then `findings` say what.
pub(super) fn read(
    name: &str,
    tree: &Tree<'_>,
    root: &'static RecordType,
    own: bool,
    findings: &mut Vec<Finding>,
) -> Option<Rule> {
    let mut reader =
        Reader { name: name.into(), root, it: None, findings, broken: false, whole: Span::default(), tree };
    for fault in tree.faults() {
        reader.accuse(fault.span, fault.message.clone(), fault.help.clone());
    }
    let mut documents = tree.documents().iter().filter_map(|document| Some((document, tree.root(document)?)));
    let Some((_, node)) = documents.next() else {
        if !reader.broken {
            reader.accuse(Span::at(0), "the file holds no rule".to_owned(), String::new());
        }
        return None;
    };
    if let Some((second, _)) = documents.next() {
        let at = Span::at(second.span.range().start);
        reader.accuse(at, "a file holds one rule".to_owned(), "move the second one to a file of its own".to_owned());
    }
    if !node.is_mapping() {
        reader.accuse(node.span(), "a rule is a mapping".to_owned(), String::new());
        return None;
    }
    // What is missing is told at the first key.
    reader.whole = node.entries().next().map_or(Span::at(0), |(key, _)| key.span());
    let rule = reader.rule(node, own);
    if reader.broken { None } else { rule }
}

/// Whether a name is words of small letters and digits between single dashes.
pub(super) fn is_kebab(name: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.split('-').all(word)
}

struct Reader<'r, 't> {
    name: Arc<str>,
    root: &'static RecordType,
    it: Option<Ty>,
    findings: &'r mut Vec<Finding>,
    broken: bool,
    whole: Span,
    tree: &'t Tree<'t>,
}

impl<'t> Reader<'_, 't> {
    fn rule(&mut self, node: Node<'t>, own: bool) -> Option<Rule> {
        self.known_keys(node, &KEYS, "a rule");
        if !is_kebab(&self.name) {
            let message = format!("{:?} is no name for a rule", &*self.name);
            let help = "name the file with small letters, digits and single dashes, such as my-rule.yaml";
            self.accuse(self.whole, message, help.to_owned());
        }
        let summary = self.needed(node, "summary");
        let severity = self.word(node, "severity", &["error", "warning", "info"]);
        let category = self.word(node, "category", &CATEGORIES);
        let since = self.needed(node, "since");
        let needs = if node.get("needs").is_some() {
            self.word(node, "needs", &["manifest", "change", "text"]).unwrap_or("manifest")
        } else {
            "manifest"
        };
        let help = self.needed(node, "help");
        let why = self.needed(node, "why");
        let references = self.references(node);
        let explains = self.explains(node);
        let question = if needs == "text" { self.silent(node) } else { self.question(node, own) };
        Some(Rule {
            name: self.name.clone(),
            summary: summary?.to_owned(),
            severity: severity?.parse().ok()?,
            category: category?,
            since: since?.to_owned(),
            explains,
            needs: match needs {
                "text" => Needs::Text,
                "change" => Needs::Change,
                _ => Needs::Manifest,
            },
            help: help?.to_owned(),
            why: why?.to_owned(),
            references,
            home: node.get("expect").filter(|_| own).map(Node::place),
            question,
        })
    }

    /// A rule that the reader of text reports itself asks nothing.
    fn silent(&mut self, node: Node<'t>) -> Option<Question> {
        for key in ["each", "when", "unknown", "expect", "at", "label", "also", "message", "note"] {
            if let Some(Entry { key: at, .. }) = node.entry(key) {
                let message = format!("a rule that needs only text has no {key:?}");
                self.accuse(at.span(), message, String::new());
            }
        }
        None
    }

    fn question(&mut self, node: Node<'t>, own: bool) -> Option<Question> {
        let each = self.each(node);
        let when = self.condition(node, "when");
        let unknown = node.get("unknown").and_then(|node| {
            self.known_keys(node, &["if", "because"], "\"unknown\"");
            let because = self.needed_node(node, "because").and_then(|node| self.template(node));
            let condition = self.needed_node(node, "if").and_then(|node| self.code(node, &Ty::Bool));
            condition.zip(because)
        });
        let expect = self.needed_node(node, "expect").and_then(|node| self.code(node, &Ty::Bool));
        let at = node.get("at").and_then(|node| self.pointer(node));
        let label = node.get("label").and_then(|node| self.template(node)).unwrap_or_default();
        let also = self.also(node);
        let message = self.needed_node(node, "message").and_then(|node| self.template(node));
        let notes = match node.get("note") {
            Some(list) if list.is_sequence() => list.items().filter_map(|note| self.template(note)).collect(),
            single => single.and_then(|note| self.template(note)).into_iter().collect(),
        };
        let help = node.get("help").and_then(|node| self.template(node));
        Some(Question {
            each,
            when,
            unknown,
            expect: expect?,
            source: node.get("expect").and_then(Node::raw).filter(|_| own).map(Into::into),
            at,
            label,
            also,
            message: message?,
            notes,
            help: help?,
        })
    }

    fn each(&mut self, node: Node<'t>) -> Option<Code> {
        let list = node.get("each")?;
        let source = self.text(list, "each")?;
        let checked = parse::parse(source).and_then(|expression| {
            let (code, ty) = Checker::new(self.root, None).check(&expression)?;
            match ty {
                Ty::List(item) => Ok((code, Ty::clone(&item))),
                Ty::Dynamic => Ok((code, Ty::Dynamic)),
                _ => Err(Mistake::new(expression.span, format!("\"each\" takes a list, and this is {ty}"))),
            }
        });
        match checked {
            Ok((code, item)) => {
                self.it = Some(item);
                Some(code)
            }
            Err(mistake) => {
                // Whatever `it` may be, the rest can still be read.
                self.it = Some(Ty::Dynamic);
                self.blame(list, mistake)
            }
        }
    }

    fn also(&mut self, node: Node<'t>) -> Vec<(Pointer, Template)> {
        let Some(list) = node.get("also") else { return Vec::new() };
        if !list.is_sequence() {
            self.accuse(list.span(), "\"also\" is a list".to_owned(), "write - before its first key".to_owned());
        }
        let mut places = Vec::new();
        for entry in list.items() {
            self.known_keys(entry, &["at", "label"], "an entry of \"also\"");
            let at = self.needed_node(entry, "at").and_then(|node| self.pointer(node));
            let label = self.needed_node(entry, "label").and_then(|node| self.template(node));
            places.extend(at.zip(label));
        }
        places
    }

    fn references(&mut self, node: Node<'t>) -> Vec<String> {
        let Some(list) = self.needed_node(node, "references") else { return Vec::new() };
        let mut references = Vec::new();
        for item in list.items() {
            match item.raw().filter(|raw| raw.starts_with("https://")) {
                Some(raw) => references.push(raw.to_owned()),
                None => self.accuse(item.span(), "a reference begins with https://".to_owned(), String::new()),
            }
        }
        if list.items().next().is_none() {
            self.accuse(list.span(), "\"references\" is a list of at least one address".to_owned(), String::new());
        }
        references
    }

    fn explains(&mut self, node: Node<'t>) -> Vec<String> {
        let Some(list) = node.get("explains") else { return Vec::new() };
        if !list.is_sequence() {
            self.accuse(list.span(), "\"explains\" is a list of rules".to_owned(), String::new());
        }
        list.items().filter_map(|rule| self.text(rule, "a rule's name")).map(str::to_owned).collect()
    }

    fn condition(&mut self, node: Node<'t>, key: &str) -> Option<Code> {
        node.get(key).and_then(|node| self.code(node, &Ty::Bool))
    }

    fn code(&mut self, node: Node<'t>, ty: &Ty) -> Option<Code> {
        let source = self.text(node, "an expression")?;
        let checked = parse::parse(source)
            .and_then(|expression| Checker::new(self.root, self.it.as_ref()).expect(&expression, ty, "a question"));
        checked.map_or_else(|mistake| self.blame(node, mistake), Some)
    }

    fn pointer(&mut self, node: Node<'t>) -> Option<Pointer> {
        let source = self.text(node, "a place")?;
        let checked =
            parse::parse(source).and_then(|expression| Pointer::check(&expression, self.root, self.it.as_ref()));
        checked.map_or_else(|mistake| self.blame(node, mistake), Some)
    }

    fn template(&mut self, node: Node<'t>) -> Option<Template> {
        let text = self.text(node, "a message")?;
        let checked = Template::compile(text.trim_end(), self.root, self.it.as_ref());
        checked.map_or_else(|mistake| self.blame(node, mistake), Some)
    }

    /// The characters of a scalar, whatever they mean: `expect: true` is an expression too.
    fn text(&mut self, node: Node<'t>, what: &str) -> Option<&'t str> {
        let text = node.raw();
        if text.is_none() {
            self.accuse(node.span(), format!("{what} is text, and this is a collection"), String::new());
        }
        text
    }

    fn needed(&mut self, node: Node<'t>, key: &str) -> Option<&'t str> {
        let value = self.needed_node(node, key)?;
        self.text(value, &format!("{key:?}")).map(str::trim_end)
    }

    fn needed_node(&mut self, node: Node<'t>, key: &str) -> Option<Node<'t>> {
        let value = node.get(key).filter(|value| value.raw().is_none_or(|raw| !raw.trim().is_empty()));
        if value.is_none() {
            let at = match node.entry(key) {
                Some(entry) => entry.key.span(),
                None => node.entries().next().map_or(self.whole, |(first, _)| first.span()),
            };
            self.accuse(at, format!("{key:?} is missing"), String::new());
        }
        value
    }

    fn word(&mut self, node: Node<'t>, key: &str, words: &[&'static str]) -> Option<&'static str> {
        let value = self.needed_node(node, key)?;
        let given = self.text(value, &format!("{key:?}"))?;
        let known = words.iter().find(|word| **word == given).copied();
        if known.is_none() {
            let help = meant(given, words, "write one of");
            self.accuse(value.span(), format!("{key:?} is never {given:?}"), help);
        }
        known
    }

    fn known_keys(&mut self, node: Node<'t>, known: &[&str], whose: &str) {
        if !node.is_mapping() {
            self.accuse(node.span(), format!("{whose} is a mapping"), format!("its keys are {}", known.join(", ")));
        }
        for (key, _) in node.entries() {
            let name = key.key().unwrap_or_default();
            if !known.contains(&&*name) {
                self.accuse(key.span(), format!("{whose} has no key {name:?}"), meant(&name, known, "its keys are"));
            }
        }
    }

    /// Accuses the part of an expression that is written in `node`.
    fn blame<T>(&mut self, node: Node<'_>, mistake: Mistake) -> Option<T> {
        let start = node.byte_of(mistake.span.range().start);
        let end = node.byte_of(mistake.span.range().end).max(start);
        self.accuse(Span { start, end }, mistake.message, mistake.help);
        None
    }

    fn accuse(&mut self, span: Span, message: String, help: String) {
        self.broken = true;
        let place = Place { file: self.tree.file(), span };
        self.findings.push(Finding { help, ..Finding::new(self.name.clone(), Severity::Error, message, place) });
    }
}
