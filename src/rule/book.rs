//! Keeps the rules of a run, and asks them one by one about each set.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::builtin::{BUILTIN, EXAMPLES};
use super::evaluate::{Run, Scope};
use super::fault::{Fault, FaultKind};
use super::file::{self, Needs, Question, Rule};
use super::place::Standing;
use crate::facts::{Record, RecordType, Value};
use crate::finding::{Finding, MOST_ALIKE, ObjectName, Related, RuleCard, Severity};
use crate::source::{FileId, Place, Span};
use crate::yaml::{self, Node, Tree};

/// The page about the rules that stslint brings along.
const DOCS: &str = "https://github.com/stslint/stslint/blob/main/docs/rules.md";

/// The rules of a run, by name.
#[derive(Debug)]
pub struct Book {
    rules: Vec<Rule>,
    /// The root record's field that holds the object before a change.
    old: Option<usize>,
}

/// What the rules of a book say about one set.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Answers {
    /// What is wrong, in the order of the rules' names.
    pub findings: Vec<Finding>,
    /// Rules that could not be asked, each with the reason: lower case, no final stop.
    pub skipped: Vec<(Arc<str>, String)>,
}

impl Book {
    /// Reads the rules that stslint brings along (`builtin`: name and text, see [`BUILTIN`]) and the user's own
    /// (`extra`: name and file), and checks them against the facts of `root`. A rule in which something is wrong is left
    /// out; the findings say what is wrong in the user's. What is wrong in a built-in one, [`mistakes`] says.
    ///
    /// [`mistakes`]: super::mistakes
    pub fn load(
        builtin: &[(&str, &str)],
        extra: &[(&str, &Tree<'_>)],
        root: &'static RecordType,
    ) -> (Self, Vec<Finding>) {
        let mut rules = Vec::with_capacity(builtin.len() + extra.len());
        let mut findings = Vec::new();
        let mut unheard = Vec::new();
        for (name, text) in builtin {
            // Nobody points into a built-in rule, so that it needs no number among the sources.
            rules.extend(file::read(name, &yaml::parse(FileId::default(), text), root, false, &mut unheard));
        }
        for (name, tree) in extra {
            let known = rules.iter().find(|rule: &&Rule| *rule.name == **name).map(|rule| rule.home);
            let rule = file::read(name, tree, root, true, &mut findings);
            match known {
                Some(home) => findings.push(taken(name, tree, home)),
                None => rules.extend(rule),
            }
        }
        rules.sort_by(|left, right| left.name.cmp(&right.name));
        (Self { rules, old: root.field("oldObject") }, findings)
    }

    /// The rules that stslint brings along, and the user's own.
    pub fn with(extra: &[(&str, &Tree<'_>)], root: &'static RecordType) -> (Self, Vec<Finding>) {
        Self::load(BUILTIN, extra, root)
    }

    /// Every rule: its name and its category, sorted by name.
    pub fn names(&self) -> Vec<(&str, &str)> {
        self.rules.iter().map(|rule| (&*rule.name, rule.category)).collect()
    }

    /// Says that the files of the user's own rules, which were numbered from 0 on, are numbered from `first` on now.
    pub fn renumber(&mut self, first: FileId) {
        self.rules.iter_mut().filter_map(|rule| rule.home.as_mut()).for_each(|home| home.file.0 += first.0);
    }

    /// Forgets the rules that `keep` does not want.
    pub fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.rules.retain(|rule| keep(&rule.name));
    }

    /// Makes a rule as bad as the user says; whether there is one of that name.
    pub fn set_severity(&mut self, name: &str, severity: Severity) -> bool {
        let rule = self.rules.iter_mut().find(|rule| *rule.name == *name);
        rule.map(|rule| rule.severity = severity).is_some()
    }

    /// How bad the findings of a rule are that the reader of text reports itself; `None` when nobody wants to hear them.
    pub fn text_rule(&self, name: &str) -> Option<Severity> {
        self.find(name).filter(|rule| rule.needs == Needs::Text).map(|rule| rule.severity)
    }

    /// Whether the rule `name` says better what `other` would say about the same field, or, where `other` is Kubernetes'
    /// own path to a field, what the API server says about that one.
    pub fn explains(&self, name: &str, other: &str) -> bool {
        self.find(name).is_some_and(|rule| rule.explains.iter().any(|explained| covers(explained, other)))
    }

    /// What is known of one rule.
    pub fn rule(&self, name: &str) -> Option<RuleCard> {
        self.find(name).map(card)
    }

    /// What is known of every rule, sorted by name.
    pub fn cards(&self) -> Vec<RuleCard> {
        self.rules.iter().map(card).collect()
    }

    fn find(&self, name: &str) -> Option<&Rule> {
        let row = self.rules.binary_search_by(|rule| (*rule.name).cmp(name)).ok()?;
        self.rules.get(row)
    }

    /// Asks every rule about one set. `object` is the name that findings carry; places are told from the root record's
    /// node, which is the object itself.
    pub fn ask(&self, facts: &dyn Record, object: &ObjectName) -> Answers {
        let mut answers = Answers::default();
        let change = self.old.is_some_and(|number| !matches!(facts.get(number), Value::Null));
        for rule in &self.rules {
            if let Some(question) = &rule.question
                && (change || rule.needs == Needs::Manifest)
            {
                let (run, answers) = (Run::new(facts), &mut answers);
                Asking { rule, question, facts, run, object, answers, told: 0 }.ask();
            }
        }
        answers
    }
}

/// One rule being asked about one set.
struct Asking<'v, 'a> {
    rule: &'v Rule,
    question: &'v Question,
    facts: &'v dyn Record,
    run: Run<'v>,
    object: &'a ObjectName,
    answers: &'a mut Answers,
    /// How many findings it has so far.
    told: usize,
}

impl<'v> Asking<'v, '_> {
    fn ask(mut self) {
        let Some(each) = &self.question.each else {
            if let Err(fault) = self.once(None) {
                self.cannot(&fault);
            }
            return;
        };
        let list = self.run.value(each, None);
        let asked = list.and_then(|list| {
            let run = Run::new(self.facts);
            run.items(list, each.span, |value| {
                self.once(Some(&Scope { value, outer: None }))?;
                Ok(ControlFlow::Continue(()))
            })
        });
        if let Err(fault) = asked {
            self.cannot(&fault);
        }
    }

    fn once(&mut self, scope: Option<&Scope<'_, 'v>>) -> Result<(), Box<Fault>> {
        let question = self.question;
        if let Some(when) = &question.when
            && !self.run.truth(when, scope)?
        {
            return Ok(());
        }
        if let Some((condition, because)) = &question.unknown
            && self.run.truth(condition, scope)?
        {
            self.skip(because.fill(&self.run, scope));
            return Ok(());
        }
        if !self.run.truth(&question.expect, scope)? {
            self.told += 1;
            match self.answers.findings.last_mut() {
                Some(last) if self.told > MOST_ALIKE => last.more += 1,
                _ => {
                    let finding = self.finding(scope);
                    self.answers.findings.extend(finding);
                }
            }
        }
        Ok(())
    }

    /// What to say when the answer is no; `None` when there is no object to say it of.
    fn finding(&self, scope: Option<&Scope<'_, 'v>>) -> Option<Finding> {
        let (question, run) = (self.question, &self.run);
        let object = self.facts.node()?;
        let at = question.at.as_ref().and_then(|pointer| pointer.follow(self.facts, run, scope));
        let decision = run.decide(&question.expect, scope, false);
        let at = at.or(decision.standing);
        let spot = at.unwrap_or_else(|| Standing::at(object)).spot(object);
        let also = question.also.iter().filter_map(|(pointer, label)| {
            let place = pointer.follow(self.facts, run, scope)?.spot(object).place;
            Some(Related { place, message: label.fill(run, scope) })
        });
        let notes = question.notes.iter().map(|note| note.fill(run, scope));
        let source = question.source.as_deref().filter(|_| decision.span != question.expect.span);
        let decided = source.and_then(|source| source.get(decision.span.range()));
        let notes = notes.chain(decided.map(|part| format!("what decided is {part}")));
        Some(Finding {
            rule: self.rule.name.clone(),
            severity: self.rule.severity,
            message: question.message.fill(run, scope),
            place: spot.place,
            label: question.label.fill(run, scope),
            related: also.collect(),
            notes: notes.filter(|note| !note.is_empty()).collect(),
            help: question.help.fill(run, scope),
            object: Some(self.object.clone()),
            field: spot.field,
            api: None,
            more: 0,
        })
    }

    fn skip(&mut self, reason: String) {
        let skipped = (self.rule.name.clone(), reason);
        if !self.answers.skipped.contains(&skipped) {
            self.answers.skipped.push(skipped);
        }
    }

    /// A question without an answer is never silence. A user's own rule fails, as a `ValidatingAdmissionPolicy` does whose
    /// `failurePolicy` is `Fail`; of a built-in one the user is not guilty, so it is reported as not asked.
    fn cannot(&mut self, fault: &Fault) {
        let Some(place) = self.rule.home else {
            return self.skip(format!("it cannot be asked of this object: {fault}"));
        };
        let ObjectName { kind, name, .. } = self.object;
        let help = match fault.kind {
            FaultKind::NoSuchKey => "ask has(…) first",
            FaultKind::TooDear => "ask about fewer things at once",
            _ => "",
        };
        let message = format!("this rule cannot be asked about {kind} {name:?}: {fault}");
        self.answers.findings.push(Finding {
            object: Some(self.object.clone()),
            ..mistake(&self.rule.name, self.rule.severity, place, message, help)
        });
    }
}

/// Whether a name, or a path whose `[*]` stands for any index or key, is `other`.
fn covers(explained: &str, other: &str) -> bool {
    let mut parts = explained.split("[*]");
    let Some(mut rest) = parts.next().and_then(|first| other.strip_prefix(first)) else { return false };
    for part in parts {
        let behind = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let Some(next) = behind.and_then(|(_, behind)| behind.strip_prefix(part)) else { return false };
        rest = next;
    }
    rest.is_empty()
}

/// A name that stands for another rule already.
fn taken(name: &str, tree: &Tree<'_>, home: Option<Place>) -> Finding {
    let message = match home {
        Some(_) => format!("two rules are called {name:?}"),
        None => format!("stslint has a rule called {name:?} already"),
    };
    let first = tree.documents().first().and_then(|document| tree.root(document)).and_then(first_key);
    let place = Place { file: tree.file(), span: first.map_or(Span::at(0), Node::span) };
    mistake(&name.into(), Severity::Error, place, message, "give the file another name")
}

fn first_key(node: Node<'_>) -> Option<Node<'_>> {
    node.entries().next().map(|(key, _)| key)
}

fn mistake(rule: &Arc<str>, severity: Severity, place: Place, message: String, help: &str) -> Finding {
    Finding { help: help.to_owned(), ..Finding::new(rule.clone(), severity, message, place) }
}

fn card(rule: &Rule) -> RuleCard {
    let name = &*rule.name;
    let example = EXAMPLES.iter().find(|(of, ..)| rule.home.is_none() && *of == name);
    let docs = match rule.home {
        None => format!("{DOCS}#{name}"),
        Some(_) => rule.references.first().cloned().unwrap_or_default(),
    };
    RuleCard {
        name: rule.name.clone(),
        summary: rule.summary.clone(),
        severity: rule.severity,
        category: rule.category.to_owned(),
        why: rule.why.clone(),
        docs,
        since: rule.since.clone(),
        help: rule.help.clone(),
        references: rule.references.clone(),
        builtin: rule.home.is_none(),
        bad: example.map_or("", |(_, bad, _)| bad),
        good: example.map_or("", |(_, _, good)| good),
    }
}

#[cfg(test)]
mod tests;
