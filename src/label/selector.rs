//! Decides which labels a selector selects.

use std::borrow::Cow;
use std::fmt;

use super::{Labels, value};
use crate::yaml::{Kind, Node};

/// What a requirement asks of a label.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    /// The label is there, and its value is one of the values.
    In,
    /// The label is absent, or its value is none of the values.
    NotIn,
    /// The label is there.
    Exists,
    /// The label is absent.
    DoesNotExist,
}

impl Operator {
    /// Every one of them.
    pub const ALL: [Self; 4] = [Self::In, Self::NotIn, Self::Exists, Self::DoesNotExist];

    /// Its name in a manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::In => "In",
            Self::NotIn => "NotIn",
            Self::Exists => "Exists",
            Self::DoesNotExist => "DoesNotExist",
        }
    }
}

/// One thing that a selector asks.
#[derive(Clone, Debug)]
pub struct Requirement<'t> {
    /// The label that it is about.
    pub key: Cow<'t, str>,
    /// What it asks of it.
    pub operator: Operator,
    /// With which values; an entry of `matchLabels` is `In` with one value.
    pub values: Vec<&'t str>,
    /// Where it is written: the value in `matchLabels`, the item in `matchExpressions`.
    pub node: Node<'t>,
}

impl Requirement<'_> {
    /// Whether labels meet it (apimachinery `pkg/labels/selector.go`, `Requirement.Matches`). A label whose value cannot be
    /// one is there, but equals nothing.
    pub fn matches(&self, labels: &Labels<'_>) -> bool {
        let listed = || labels.get(&self.key).is_some_and(|value| self.values.contains(&value));
        match self.operator {
            Operator::In => listed(),
            Operator::NotIn => !listed(),
            Operator::Exists => labels.has(&self.key),
            Operator::DoesNotExist => !labels.has(&self.key),
        }
    }
}

impl fmt::Display for Requirement<'_> {
    /// As `kubectl describe` writes it: `app=db`, `tier in (a,b)`, `!old`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, values, .. } = self;
        match (self.operator, &values[..]) {
            (Operator::In, [value]) => write!(f, "{key}={value}"),
            (Operator::In, _) => write!(f, "{key} in ({})", values.join(",")),
            (Operator::NotIn, _) => write!(f, "{key} notin ({})", values.join(",")),
            (Operator::Exists, _) => f.write_str(key),
            (Operator::DoesNotExist, _) => write!(f, "!{key}"),
        }
    }
}

/// What keeps a part of a selector from being one; the API server refuses the object that holds it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Fault<'t> {
    /// Which part.
    pub node: Node<'t>,
    /// What is so.
    pub kind: FaultKind,
}

/// The kinds of [`Fault`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FaultKind {
    /// It should be a mapping or a sequence, and is something else.
    WrongType,
    /// It should be text, and is a boolean, a number or a collection.
    NotText,
    /// An expression has no key.
    NoKey,
    /// An expression has no operator, or one that is unknown; operators are case-sensitive.
    UnknownOperator,
    /// `In` and `NotIn` need values.
    NoValues,
    /// `Exists` and `DoesNotExist` take none.
    Values,
}

/// Which labels are selected.
#[derive(Clone, Debug, Default)]
pub struct Selector<'t> {
    requirements: Vec<Requirement<'t>>,
    faults: Vec<Fault<'t>>,
    /// Whether a selector that asks nothing selects everything.
    empty_selects_all: bool,
}

impl<'t> Selector<'t> {
    /// Reads a `LabelSelector`: `matchLabels` and `matchExpressions` (apimachinery `meta/v1/helpers.go`,
    /// `LabelSelectorAsSelector`). An absent one selects nothing, an empty one everything.
    pub fn of(node: Option<Node<'t>>) -> Self {
        let mut selector = Self::default();
        let Some(node) = node else { return selector };
        selector.empty_selects_all = true;
        if selector.expect(node, Kind::Mapping) {
            if let Some(labels) = node.get("matchLabels") {
                selector.read_map(labels);
            }
            if let Some(expressions) = node.get("matchExpressions")
                && selector.expect(expressions, Kind::Sequence)
            {
                for expression in expressions.items() {
                    selector.read_expression(expression);
                }
            }
        }
        selector
    }

    /// Reads the plain map that a Service has. An absent or empty one selects nothing: then nobody but the user manages
    /// the endpoints (`pkg/controller/endpointslice`, `syncService`).
    pub fn of_map(node: Option<Node<'t>>) -> Self {
        let mut selector = Self::default();
        if let Some(node) = node {
            selector.read_map(node);
        }
        selector
    }

    /// Whether it selects these labels. A selector with a fault selects nothing, because the API server refuses it.
    pub fn matches(&self, labels: &Labels<'_>) -> bool {
        self.faults.is_empty()
            && (self.empty_selects_all || !self.requirements.is_empty())
            && self.requirements.iter().all(|requirement| requirement.matches(labels))
    }

    /// The requirements that these labels do not meet, in written order.
    pub fn unmet<'s>(&'s self, labels: &'s Labels<'_>) -> impl Iterator<Item = &'s Requirement<'t>> {
        self.requirements.iter().filter(|requirement| !requirement.matches(labels))
    }

    /// What it asks, in written order: `matchLabels` first.
    pub fn requirements(&self) -> &[Requirement<'t>] {
        &self.requirements
    }

    /// What keeps parts of it from being a selector, in written order.
    pub fn faults(&self) -> &[Fault<'t>] {
        &self.faults
    }

    /// Whether it asks nothing, and nothing of it is wrong.
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty() && self.faults.is_empty()
    }

    fn read_map(&mut self, node: Node<'t>) {
        if !self.expect(node, Kind::Mapping) {
            return;
        }
        for (key, entry) in node.fields() {
            let node = entry.value;
            match value(node) {
                Some(text) => {
                    self.requirements.push(Requirement { key, operator: Operator::In, values: vec![text], node });
                }
                None => self.fault(node, FaultKind::NotText),
            }
        }
    }

    fn read_expression(&mut self, node: Node<'t>) {
        if !self.expect(node, Kind::Mapping) {
            return;
        }
        let faults = self.faults.len();
        let key = node.get("key");
        let key_text = key.and_then(Node::as_str).filter(|key| !key.is_empty());
        match key {
            Some(key) if key.as_str().is_none() => self.fault(key, FaultKind::NotText),
            _ if key_text.is_none() => self.fault(key.unwrap_or(node), FaultKind::NoKey),
            _ => {}
        }
        let written = node.get("operator");
        let operator =
            Operator::ALL.into_iter().find(|operator| written.and_then(Node::as_str) == Some(operator.name()));
        if operator.is_none() {
            self.fault(written.unwrap_or(node), FaultKind::UnknownOperator);
        }
        let values = self.read_values(node);
        match operator {
            Some(Operator::In | Operator::NotIn) if values.is_empty() && faults == self.faults.len() => {
                self.fault(node, FaultKind::NoValues);
            }
            Some(Operator::Exists | Operator::DoesNotExist) if !values.is_empty() => {
                self.fault(node.get("values").unwrap_or(node), FaultKind::Values);
            }
            _ => {}
        }
        if let (Some(key), Some(operator)) = (key_text, operator)
            && faults == self.faults.len()
        {
            self.requirements.push(Requirement { key: Cow::Borrowed(key), operator, values, node });
        }
    }

    fn read_values(&mut self, expression: Node<'t>) -> Vec<&'t str> {
        let Some(node) = expression.get("values") else { return Vec::new() };
        if !self.expect(node, Kind::Sequence) {
            return Vec::new();
        }
        let mut values = Vec::new();
        for item in node.items() {
            match value(item) {
                Some(text) => values.push(text),
                None => self.fault(item, FaultKind::NotText),
            }
        }
        values
    }

    fn expect(&mut self, node: Node<'t>, kind: Kind) -> bool {
        let right = node.kind() == kind;
        if !right {
            self.fault(node, FaultKind::WrongType);
        }
        right
    }

    fn fault(&mut self, node: Node<'t>, kind: FaultKind) {
        self.faults.push(Fault { node, kind });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::yaml;

    fn with<T>(text: &str, ask: impl FnOnce(Option<Node<'_>>) -> T) -> T {
        let tree = yaml::parse(FileId(0), text);
        ask(tree.documents().first().and_then(|document| tree.root(document)))
    }

    #[test]
    fn a_label_selector_selects_what_kubernetes_selects() {
        let labels = "{app: db, tier: data, empty: '', nothing: null}";
        for (selector, want) in [
            ("{}", true),
            ("{matchLabels: {}, matchExpressions: []}", true),
            ("{matchLabels: {app: db}}", true),
            ("{matchLabels: {app: db, tier: web}}", false),
            ("{matchLabels: {app: DB}}", false),
            ("{matchLabels: {empty: ''}}", true),
            ("{matchLabels: {empty: null}}", true),
            ("{matchLabels: {nothing: ''}}", true),
            ("{matchLabels: {absent: ''}}", false),
            ("{matchExpressions: [{key: app, operator: In, values: [web, db]}]}", true),
            ("{matchExpressions: [{key: app, operator: In, values: [web]}]}", false),
            ("{matchExpressions: [{key: absent, operator: In, values: ['']}]}", false),
            ("{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}", true),
            ("{matchExpressions: [{key: app, operator: NotIn, values: [web, db]}]}", false),
            ("{matchExpressions: [{key: absent, operator: NotIn, values: [db]}]}", true),
            ("{matchExpressions: [{key: empty, operator: Exists}]}", true),
            ("{matchExpressions: [{key: absent, operator: Exists, values: []}]}", false),
            ("{matchExpressions: [{key: absent, operator: DoesNotExist}]}", true),
            ("{matchExpressions: [{key: empty, operator: DoesNotExist}]}", false),
            ("{matchLabels: {app: db}, matchExpressions: [{key: tier, operator: In, values: [web]}]}", false),
            ("{matchLabels: {app: web}, matchExpressions: [{key: tier, operator: In, values: [data]}]}", false),
            ("{matchLabels: {app: db}, matchExpressions: [{key: tier, operator: Exists}]}", true),
        ] {
            let found = with(labels, |labels| {
                with(selector, |node| {
                    let selector = Selector::of(node);
                    assert_eq!(selector.faults(), [], "{node:?}");
                    let unmet = selector.unmet(&Labels::of(labels)).count();
                    assert_eq!(unmet == 0, want, "{node:?} leaves {unmet} unmet");
                    selector.matches(&Labels::of(labels))
                })
            });
            assert_eq!(found, want, "{selector}");
        }
    }

    #[test]
    fn what_is_no_selector_is_told_and_selects_nothing() {
        use FaultKind::{NoKey, NoValues, NotText, UnknownOperator, Values, WrongType};
        for (selector, want) in [
            ("text", &[WrongType][..]),
            ("[a]", &[WrongType]),
            ("{matchLabels: [app]}", &[WrongType]),
            ("{matchExpressions: {key: app}}", &[WrongType]),
            ("{matchExpressions: [app]}", &[WrongType]),
            ("{matchLabels: {app: yes, tier: 1, at: 1.5, of: [db], in: {a: b}}}", &[NotText; 5]),
            ("{matchExpressions: [{operator: Exists}]}", &[NoKey]),
            ("{matchExpressions: [{key: '', operator: Exists}]}", &[NoKey]),
            ("{matchExpressions: [{key: 5, operator: Exists}]}", &[NotText]),
            ("{matchExpressions: [{key: app}]}", &[UnknownOperator]),
            ("{matchExpressions: [{key: app, operator: in, values: [db]}]}", &[UnknownOperator]),
            ("{matchExpressions: [{key: app, operator: Gt, values: ['5']}]}", &[UnknownOperator]),
            ("{matchExpressions: [{key: app, operator: In}]}", &[NoValues]),
            ("{matchExpressions: [{key: app, operator: NotIn, values: []}]}", &[NoValues]),
            ("{matchExpressions: [{key: app, operator: In, values: db}]}", &[WrongType]),
            ("{matchExpressions: [{key: app, operator: In, values: [true]}]}", &[NotText]),
            ("{matchExpressions: [{key: app, operator: Exists, values: [db]}]}", &[Values]),
            ("{matchExpressions: [{}]}", &[NoKey, UnknownOperator]),
        ] {
            with(selector, |node| {
                let read = Selector::of(node);
                let kinds: Vec<FaultKind> = read.faults().iter().map(|fault| fault.kind).collect();
                assert_eq!(kinds, want, "{selector}");
                assert!(!read.matches(&Labels::default()), "{selector}");
                assert!(!read.is_empty(), "{selector}");
            });
        }
    }

    #[test]
    fn absent_and_empty_selectors_differ_only_where_they_do_in_kubernetes() {
        with("{app: db}", |node| {
            let labels = Labels::of(node);
            assert!(!Selector::of(None).matches(&labels));
            assert!(!Selector::of_map(None).matches(&labels));
            with("{}", |empty| {
                assert!(Selector::of(empty).matches(&labels));
                assert!(!Selector::of_map(empty).matches(&labels));
            });
            assert!(Selector::of_map(node).matches(&labels));
        });
    }

    #[test]
    fn a_label_that_is_no_text_is_there_but_equals_nothing() {
        with("{app: true, tier: 1}", |node| {
            let labels = Labels::of(node);
            assert_eq!(labels.not_text().count(), 2);
            for (selector, want) in [
                ("{matchLabels: {app: 'true'}}", false),
                ("{matchExpressions: [{key: tier, operator: In, values: ['1']}]}", false),
                ("{matchExpressions: [{key: tier, operator: NotIn, values: ['1']}]}", true),
                ("{matchExpressions: [{key: tier, operator: Exists}]}", true),
                ("{matchExpressions: [{key: tier, operator: DoesNotExist}]}", false),
            ] {
                assert_eq!(with(selector, |node| Selector::of(node).matches(&labels)), want, "{selector}");
            }
        });
    }

    #[test]
    fn requirements_print_as_kubectl_writes_them() {
        let selector = "{matchLabels: {app: db}, matchExpressions: [{key: a, operator: In, values: [x, z]}, {key: b, operator: \
                        NotIn, values: [x]}, {key: c, operator: Exists}, {key: d, operator: DoesNotExist}]}";
        let printed = with(selector, |node| {
            Selector::of(node).requirements().iter().map(ToString::to_string).collect::<Vec<_>>()
        });
        assert_eq!(printed, ["app=db", "a in (x,z)", "b notin (x)", "c", "!d"]);
    }
}
