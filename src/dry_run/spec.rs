//! Turns the manifest of a set into what the controller reads of it.

use std::sync::Arc;

use crate::controller::names::{LAST_ORDINAL, pod_name};
use crate::controller::state::{
    MaxUnavailable, Ordinal, PodManagementPolicy, Retain, RollingUpdate, Seconds, Set, TemplateId, UpdateStrategy,
};
use crate::manifest::Object;
use crate::world::Tolerated;
use crate::yaml::{Node, Scalar};

/// Of how many replicas a plan is made at most.
pub const MOST_REPLICAS: i64 = 20_000;

/// How many replicas a plan looks at of those that are asked for: at most [`MOST_REPLICAS`], and one beyond the ordinals that pods
/// can have, because the controller gets no further.
pub(super) fn looked_at(start: Ordinal, replicas: i64) -> i64 {
    replicas.min(MOST_REPLICAS).min(LAST_ORDINAL + 2 - start)
}

/// The longest host name, which a pod's name is (`spec.hostname`, a DNS label).
const LONGEST_LABEL: usize = 63;

/// What the controller reads of a set, defaults filled in (`SetDefaults_StatefulSet`, `pkg/apis/apps/v1/defaults.go`).
pub(super) fn of(set: &Object<'_>, template: TemplateId) -> Set {
    let number = |path: &[&str], default: i64| set.get(path).and_then(int32).unwrap_or(default);
    let word = |path: &[&str]| set.get(path).and_then(Node::as_str).unwrap_or_default();
    let retain = |key| match word(&["spec", "persistentVolumeClaimRetentionPolicy", key]) {
        "Delete" => Retain::Delete,
        _ => Retain::Retain,
    };
    Set {
        replicas: number(&["spec", "replicas"], 1).max(0),
        start: number(&["spec", "ordinals", "start"], 0).max(0),
        policy: match word(&["spec", "podManagementPolicy"]) {
            "Parallel" => PodManagementPolicy::Parallel,
            _ => PodManagementPolicy::OrderedReady,
        },
        strategy: strategy(set),
        template,
        claim_templates: claim_templates(set),
        when_deleted: retain("whenDeleted"),
        when_scaled: retain("whenScaled"),
        min_ready_seconds: number(&["spec", "minReadySeconds"], 0).max(0),
        revision_history_limit: number(&["spec", "revisionHistoryLimit"], 10),
        ..Set::default()
    }
}

/// A number that the API's type holds.
fn int32(node: Node<'_>) -> Option<i64> {
    node.as_i64().filter(|&number| i32::try_from(number).is_ok())
}

fn strategy(set: &Object<'_>) -> UpdateStrategy {
    let strategy = |key| set.get(&["spec", "updateStrategy", key]);
    let rolling = || {
        let partition = set.get(&["spec", "updateStrategy", "rollingUpdate", "partition"]).and_then(int32);
        let max_unavailable = set.get(&["spec", "updateStrategy", "rollingUpdate", "maxUnavailable"]);
        RollingUpdate {
            partition: partition.unwrap_or_default().max(0),
            max_unavailable: max_unavailable.and_then(self::max_unavailable),
        }
    };
    match strategy("type").and_then(Node::as_str).unwrap_or_default() {
        "OnDelete" => UpdateStrategy::OnDelete,
        "Recreate" => UpdateStrategy::Recreate,
        // Who names the type and gives no block gets none.
        "RollingUpdate" if strategy("rollingUpdate").is_none() => UpdateStrategy::RollingUpdate(None),
        _ => UpdateStrategy::RollingUpdate(Some(rolling())),
    }
}

fn max_unavailable(node: Node<'_>) -> Option<MaxUnavailable> {
    match node.scalar()? {
        Scalar::String(text) => {
            let percent: i32 = text.strip_suffix('%')?.parse().ok()?;
            Some(MaxUnavailable::Percent(percent.into()))
        }
        _ => int32(node).map(MaxUnavailable::Count),
    }
}

/// The names of the claim templates; a name that stands twice makes one claim.
fn claim_templates(set: &Object<'_>) -> Arc<[Arc<str>]> {
    let templates = set.get(&["spec", "volumeClaimTemplates"]).into_iter().flat_map(Node::items);
    let name = |template: Node<'_>| template.get("metadata")?.get("name")?.as_str().map(Arc::from);
    templates.map(|template| name(template).unwrap_or_else(|| Arc::from(""))).collect()
}

/// How long the pods of a set take to be ready once their containers run: four seconds, or what the slowest startup or
/// readiness probe waits before it asks for the first time. Both count from when the container runs; the readiness probe asks
/// only once the startup probe has succeeded (`doProbe`, `pkg/kubelet/prober/worker.go`).
pub(super) fn ready_after(set: &Object<'_>) -> Seconds {
    let containers = set.get(&["spec", "template", "spec", "containers"]).into_iter().flat_map(Node::items);
    let delay = |probe: Node<'_>| probe.get("initialDelaySeconds")?.as_i64();
    let probes =
        containers.flat_map(|it| ["startupProbe", "readinessProbe"].into_iter().filter_map(move |key| it.get(key)));
    probes.filter_map(delay).max().unwrap_or_default().clamp(4, i64::from(i32::MAX))
}

/// The taint of a node that nothing is heard of any more.
const UNREACHABLE: &str = "node.kubernetes.io/unreachable";

/// How long the pods of a set stay on a lost node: as the first of their tolerations says that is for its taint, which has no
/// value (k8s.io/kubernetes `pkg/controller/tainteviction/taint_eviction.go`, `getMinTolerationTime`). A toleration of that
/// taint keeps the usual one from being added also where its value does not fit
/// (`plugin/pkg/admission/defaulttolerationseconds/admission.go`, `Admit`).
pub(super) fn tolerated(set: &Object<'_>) -> Tolerated {
    let text = |node: Node<'_>, key| node.get(key).and_then(Node::as_str).unwrap_or_default().to_owned();
    let is_about = |toleration: &Node<'_>| {
        ["", UNREACHABLE].contains(&&*text(*toleration, "key"))
            && ["", "NoExecute"].contains(&&*text(*toleration, "effect"))
    };
    let fits = |toleration: &Node<'_>| match &*text(*toleration, "operator") {
        "Exists" => true,
        "" | "Equal" => text(*toleration, "value").is_empty(),
        _ => false,
    };
    let tolerations = set.get(&["spec", "template", "spec", "tolerations"]).into_iter().flat_map(Node::items);
    let mut about = tolerations.filter(is_about).peekable();
    if about.peek().is_none() {
        return Tolerated::default();
    }
    let Some(toleration) = about.find(fits) else { return Tolerated::For(0) };
    match toleration.get("tolerationSeconds").and_then(Node::as_i64) {
        Some(seconds) => Tolerated::For(seconds.clamp(0, i64::from(i32::MAX))),
        None => Tolerated::Forever,
    }
}

/// The first ordinal whose pod the API server refuses, if it refuses any: the one whose name is longer than a host name may
/// be (`ValidateDNS1123Label` for `spec.hostname`, `pkg/apis/core/validation/validation.go`), or the first of all.
/// `refused` says that the first or the last pod of the set as it is written is; the name of the revision is in a label of
/// all of them. Those whose ordinals are beyond an int32 all have one name, which is taken.
pub(super) fn first_refused(set: &Set, name: &str, revision: Option<&str>, refused: bool) -> Option<Ordinal> {
    let too_long = |ordinal: &Ordinal| pod_name(name, *ordinal).len() > LONGEST_LABEL;
    // Names grow where a digit is added.
    let longer = (1..10).map(|digits| 10_i64.pow(digits)).filter(|ordinal| *ordinal > set.start);
    let by_length = std::iter::once(set.start).chain(longer).find(too_long);
    let all = refused && revision.is_some_and(|revision| revision.len() > LONGEST_LABEL);
    if all || refused && by_length.is_none_or(|ordinal| ordinal > set.end()) {
        return Some(set.start);
    }
    let beyond = Some(LAST_ORDINAL + 1).filter(|ordinal| ordinal - set.start < MOST_REPLICAS);
    [by_length, beyond].into_iter().flatten().min()
}
