//! Turns `spec.selector` into what it asks of the labels of the template and of the pods.

use std::rc::Rc;

use crate::facts::{Lazy, lazy};
use crate::label::{Fault, FaultKind, Selector as LabelSelector};
use crate::manifest::Object;
use crate::placeholder::has_placeholder;
use crate::pod::{PodLabels, Share};
use crate::yaml::Node;

crate::record! {
    /// The selector of the StatefulSet.
    pub struct Selector<'a> as "selector" at node {
        /// Whether there is one.
        present "present": bool,
        /// Whether it asks nothing.
        empty "empty": bool,
        /// Whether it selects the labels of the template; false also where it cannot be read.
        matches "matches": bool,
        /// What it asks, in written order, `matchLabels` first.
        requirements "requirements": Lazy<'a, Vec<Requirement<'a>>>,
        /// What it asks that the labels of the template do not meet.
        unmet "unmet": Vec<Requirement<'a>>,
        /// The first of those that the template contradicts with another value, else the first of those.
        mismatch "mismatch": Option<Requirement<'a>>,
        /// What it asks that the labels of the template meet, and those of a pod do not, because the controller overwrites them.
        lost "lost": Vec<Requirement<'a>>,
        /// The first of those.
        loss "loss": Option<Requirement<'a>>,
        /// What keeps parts of it from being a selector, so that the API server refuses it.
        faults "faults": Vec<SelectorFault<'a>>,
    }
}

crate::record! {
    /// One thing that a selector asks.
    pub struct Requirement<'a> as "requirement" at node {
        /// The label that it is about.
        key "key": String,
        /// `In`, `NotIn`, `Exists` or `DoesNotExist`; an entry of `matchLabels` is `In` with one value.
        operator "operator": &'static str,
        /// With which values.
        values "values": Vec<&'a str>,
        /// The whole of it, as `kubectl describe` writes it: `app=db`.
        text "text": String,
        /// The value of that label in the template; empty if there is none.
        actual "actual": &'a str,
        /// Whether the template has that label.
        labelled "labelled": bool,
        /// Whether one of the values, or that of the template, is still to be filled in by another tool.
        placeholder "placeholder": bool,
        /// What the template has in its place, in words: `app is "db"`, `there is no label app`.
        found "found": String,
    }
}

crate::record! {
    /// What keeps a part of a selector from being one.
    pub struct SelectorFault<'a> as "fault" at node {
        /// What is so: `operator`, `noValues`, `values`, `noKey`, `notText` or `wrongType`.
        kind "kind": &'static str,
        /// What is so, as a clause that follows "because".
        because "because": String,
        /// Whether it is in `matchExpressions`.
        in_expression "inExpression": bool,
    }
}

/// What the selector of `set` asks.
pub(super) fn of<'a>(set: &'a Object<'a>, pods: &Rc<PodLabels<'a>>) -> Selector<'a> {
    let node = set.get(&["spec", "selector"]);
    let selector = LabelSelector::of(node);
    let all = Rc::clone(pods);
    let requirement = |asked: &crate::label::Requirement<'a>| Requirement::of(asked, pods);
    let asked = || selector.requirements().iter();
    let unmet = || selector.unmet(&pods.template);
    let lost = || asked().filter(|asked| asked.matches(&pods.template) && pods.share(asked) != Share::All);
    let contradicted = unmet().find(|asked| pods.template.has(&asked.key));
    Selector {
        node,
        present: node.is_some(),
        empty: node.is_some() && selector.is_empty(),
        matches: selector.matches(&pods.template),
        requirements: lazy(move || {
            let selector = LabelSelector::of(node);
            selector.requirements().iter().map(|asked| Requirement::of(asked, &all)).collect()
        }),
        unmet: unmet().map(requirement).collect(),
        mismatch: contradicted.or_else(|| unmet().next()).map(requirement),
        lost: lost().map(requirement).collect(),
        loss: lost().next().map(requirement),
        faults: selector.faults().iter().map(|fault| SelectorFault::of(fault, node)).collect(),
    }
}

impl<'a> Requirement<'a> {
    pub(super) fn of(asked: &crate::label::Requirement<'a>, pods: &PodLabels<'a>) -> Self {
        let labelled = pods.template.has(&asked.key);
        let actual = pods.template.get(&asked.key).unwrap_or_default();
        let key = asked.key.to_string();
        let found = if labelled { format!("{key} is \"{actual}\"") } else { format!("there is no label {key}") };
        Self {
            node: Some(asked.node),
            operator: asked.operator.name(),
            values: asked.values.clone(),
            text: asked.to_string(),
            actual,
            labelled,
            placeholder: has_placeholder(actual) || asked.values.iter().any(|value| has_placeholder(value)),
            found,
            key,
        }
    }
}

impl<'a> SelectorFault<'a> {
    fn of(fault: &Fault<'a>, selector: Option<Node<'a>>) -> Self {
        let expressions = selector.and_then(|selector| selector.get("matchExpressions"));
        let around = |item: &Node<'a>| item.span().to(fault.node.span()) == item.span();
        let expression = expressions.into_iter().flat_map(Node::items).find(around);
        let operator = expression.and_then(|item| item.get("operator")).and_then(Node::as_str).unwrap_or_default();
        let written = fault.node.raw().unwrap_or_default();
        let (kind, because) = match fault.kind {
            FaultKind::WrongType => ("wrongType", "this is no mapping or list, where one is due".to_owned()),
            FaultKind::NotText => ("notText", format!("{written} is not text; it needs quotes")),
            FaultKind::NoKey => ("noKey", "the expression names no label".to_owned()),
            FaultKind::UnknownOperator if operator.is_empty() => {
                ("operator", "the expression has no operator".to_owned())
            }
            FaultKind::UnknownOperator => {
                ("operator", format!("\"{operator}\" is none of In, NotIn, Exists and DoesNotExist"))
            }
            FaultKind::NoValues => ("noValues", format!("{operator} needs at least one value")),
            FaultKind::Values => ("values", format!("{operator} takes no values")),
        };
        Self { node: Some(fault.node), kind, because, in_expression: expression.is_some() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing;

    fn with(selector: &str, ask: impl Fn(&Selector<'_>)) {
        let text = format!(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec:\n  replicas: 2\n  selector: {selector}\n  \
             template:\n    metadata:\n      labels: {{app: db, tier: a, apps.kubernetes.io/pod-index: \"0\"}}\n"
        );
        testing::with(&text, |object, _| ask(&of(object, &Rc::new(PodLabels::of(object)))));
    }

    #[test]
    fn requirements_that_the_template_does_not_meet_say_what_it_has_instead() {
        for (selector, want) in [
            ("{matchLabels: {app: db}}", &[][..]),
            ("{matchLabels: {app: db, tier: b}}", &["tier=b: tier is \"a\""]),
            ("{matchLabels: {zone: x}}", &["zone=x: there is no label zone"]),
            (
                "{matchExpressions: [{key: app, operator: NotIn, values: [db, x]}]}",
                &["app notin (db,x): app is \"db\""],
            ),
            (
                "{matchLabels: {zone: x}, matchExpressions: [{key: tier, operator: DoesNotExist}]}",
                &["zone=x: there is no label zone", "!tier: tier is \"a\""],
            ),
        ] {
            with(selector, |facts| {
                let unmet: Vec<_> = facts.unmet.iter().map(|one| format!("{}: {}", one.text, one.found)).collect();
                assert_eq!(unmet, want, "{selector}");
                assert_eq!(facts.matches, want.is_empty(), "{selector}");
            });
        }
    }

    #[test]
    fn requirements_that_pods_lose_are_those_on_labels_that_the_controller_overwrites() {
        for (selector, want) in [
            ("{matchLabels: {app: db}}", &[][..]),
            ("{matchLabels: {app: db, apps.kubernetes.io/pod-index: \"0\"}}", &["apps.kubernetes.io/pod-index=0"]),
            ("{matchLabels: {apps.kubernetes.io/pod-index: \"1\"}}", &[]),
            ("{matchExpressions: [{key: apps.kubernetes.io/pod-index, operator: Exists}]}", &[]),
            (
                "{matchExpressions: [{key: controller-revision-hash, operator: DoesNotExist}]}",
                &["!controller-revision-hash"],
            ),
        ] {
            with(selector, |facts| {
                let lost: Vec<_> = facts.lost.iter().map(|one| one.text.as_str()).collect();
                assert_eq!(lost, want, "{selector}");
            });
        }
    }

    #[test]
    fn what_is_no_selector_is_told_by_kind() {
        for (selector, present, empty, want) in [
            ("", false, false, &[][..]),
            ("{}", true, true, &[]),
            ("{matchLabels: {}, matchExpressions: []}", true, true, &[]),
            ("[app]", true, false, &[("wrongType", "this is no mapping or list, where one is due", false)]),
            ("{matchLabels: {app: true}}", true, false, &[("notText", "true is not text; it needs quotes", false)]),
            (
                "{matchExpressions: [{key: app, operator: in, values: [x]}]}",
                true,
                false,
                &[("operator", "\"in\" is none of In, NotIn, Exists and DoesNotExist", true)],
            ),
            ("{matchExpressions: [{key: app}]}", true, false, &[("operator", "the expression has no operator", true)]),
            (
                "{matchExpressions: [{key: app, operator: In}]}",
                true,
                false,
                &[("noValues", "In needs at least one value", true)],
            ),
            (
                "{matchExpressions: [{key: app, operator: Exists, values: [x]}]}",
                true,
                false,
                &[("values", "Exists takes no values", true)],
            ),
            (
                "{matchExpressions: [{operator: Exists}]}",
                true,
                false,
                &[("noKey", "the expression names no label", true)],
            ),
        ] {
            with(selector, |facts| {
                let faults: Vec<_> = facts
                    .faults
                    .iter()
                    .map(|fault| (fault.kind, fault.because.as_str(), fault.in_expression))
                    .collect();
                assert_eq!((facts.present, facts.empty, faults), (present, empty, want.to_vec()), "{selector}");
            });
        }
    }
}
