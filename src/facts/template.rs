//! Turns `spec.template` into what is true of every pod that is made of it.

use crate::manifest::Object;
use crate::pod::{OVERWRITTEN, PodLabels};
use crate::yaml::Node;

/// What `terminationGracePeriodSeconds` is where it is absent (`pkg/apis/core/v1/defaults.go`, `SetDefaults_PodSpec`).
const DEFAULT_GRACE: i64 = 30;

crate::record! {
    /// The template of the pods.
    pub struct Template<'a> as "template" at node {
        /// Its labels, as they are written.
        labels "labels": Option<Node<'a>>,
        /// Whether it has any label.
        labelled "labelled": bool,
        /// Its labels that the controller overwrites on every pod.
        overwritten "overwritten": Vec<Label<'a>>,
        /// Seconds from the request to stop until containers are killed: 30 if absent, and 1 if negative, as the kubelet
        /// takes it.
        grace "terminationGracePeriodSeconds": i64,
        /// The same as it is written; 30 if it is absent or no integer.
        written_grace "writtenGracePeriodSeconds": i64,
        /// Whether it is absent or an integer, so that the two above can be relied on.
        grace_readable "gracePeriodReadable": bool,
    }
}

crate::record! {
    /// A label as it is written.
    pub struct Label<'a> as "label" at node {
        /// Its key.
        key "key": String,
        /// Its value; empty if that is not text.
        value "value": &'a str,
    }
}

/// What is true of the template of `set`.
pub(super) fn of<'a>(set: &'a Object<'a>, pods: &PodLabels<'a>) -> Template<'a> {
    let template = set.get(&["spec", "template"]);
    let written = set.get(&["spec", "template", "spec", "terminationGracePeriodSeconds"]);
    let seconds = written.and_then(Node::as_i64);
    let overwritten = pods.template.iter().filter(|(key, _)| OVERWRITTEN.contains(key)).map(|(key, entry)| Label {
        node: Some(entry.value),
        key: key.to_owned(),
        value: entry.value.as_str().unwrap_or_default(),
    });
    Template {
        node: template,
        labels: set.get(&["spec", "template", "metadata", "labels"]),
        labelled: !pods.template.is_empty(),
        overwritten: overwritten.collect(),
        grace: seconds.map_or(DEFAULT_GRACE, |seconds| if seconds < 0 { 1 } else { seconds }),
        written_grace: seconds.unwrap_or(DEFAULT_GRACE),
        grace_readable: written.is_none() || seconds.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing;

    fn with(template: &str, ask: impl Fn(&Template<'_>)) {
        let text =
            format!("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec: {{template: {template}}}\n");
        testing::with(&text, |object, _| ask(&of(object, &PodLabels::of(object))));
    }

    #[test]
    fn the_grace_period_is_the_one_that_the_kubelet_takes() {
        for (template, grace, written, readable) in [
            ("{spec: {}}", 30, 30, true),
            ("{spec: {terminationGracePeriodSeconds: 0}}", 0, 0, true),
            ("{spec: {terminationGracePeriodSeconds: 120}}", 120, 120, true),
            ("{spec: {terminationGracePeriodSeconds: -5}}", 1, -5, true),
            ("{spec: {terminationGracePeriodSeconds: null}}", 30, 30, true),
            ("{spec: {terminationGracePeriodSeconds: \"120\"}}", 30, 30, false),
            ("[]", 30, 30, true),
        ] {
            with(template, |facts| {
                assert_eq!(
                    (facts.grace, facts.written_grace, facts.grace_readable),
                    (grace, written, readable),
                    "{template}"
                );
            });
        }
    }

    #[test]
    fn labels_that_the_controller_writes_itself_are_told() {
        let labels = "{app: db, controller-revision-hash: x, apps.kubernetes.io/pod-index: 1}";
        with(&format!("{{metadata: {{labels: {labels}}}}}"), |facts| {
            let overwritten: Vec<_> = facts.overwritten.iter().map(|label| (label.key.as_str(), label.value)).collect();
            assert_eq!(overwritten, [("controller-revision-hash", "x"), ("apps.kubernetes.io/pod-index", "")]);
        });
    }
}
