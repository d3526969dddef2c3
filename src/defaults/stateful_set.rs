//! Fills in what the API server adds to a `StatefulSet`, and takes out what it does not store.

use super::{claim, disabled, pod};
use crate::value::Value;
use crate::version::{FeatureGate, Version};

/// `SetObjectDefaults_StatefulSet` (`pkg/apis/apps/v1/zz_generated.defaults.go`) and `PrepareForCreate`
/// (`pkg/registry/apps/statefulset/strategy.go`).
pub(super) fn fill(set: &mut Value<'_>, version: Version) {
    set.remove("status");
    let Some(spec) = set.object_mut("spec") else { return };
    spec.add("podManagementPolicy", Value::text("OrderedReady"));
    fill_update_strategy(spec, version);
    if let Some(retention) = spec.object_mut("persistentVolumeClaimRetentionPolicy") {
        retention.add("whenDeleted", Value::text("Retain"));
        retention.add("whenScaled", Value::text("Retain"));
    }
    spec.add("replicas", Value::Int(1));
    spec.add("revisionHistoryLimit", Value::Int(10));
    for template in spec.list_mut("volumeClaimTemplates") {
        template.set("apiVersion", Value::text("v1"));
        template.set("kind", Value::text("PersistentVolumeClaim"));
        claim::fill_template(template);
    }
    if let Some(template) = spec.object_mut("template") {
        disabled::drop_annotations(template);
        if let Some(pod) = template.object_mut("spec") {
            pod::fill(pod, version);
            disabled::drop_fields(pod, version);
        }
    }
}

fn fill_update_strategy(spec: &mut Value<'_>, version: Version) {
    let Some(strategy) = spec.object_mut("updateStrategy") else { return };
    if !strategy.has("type") {
        strategy.add("type", Value::text("RollingUpdate"));
        strategy.add("rollingUpdate", Value::empty());
    }
    let rolling = strategy.text_of("type") == "RollingUpdate";
    let Some(update) = strategy.get_mut("rollingUpdate") else { return };
    let max_unavailable = version.has(FeatureGate::MaxUnavailableStatefulSet);
    if rolling && max_unavailable {
        update.add("maxUnavailable", Value::Int(1));
    }
    if !max_unavailable {
        update.remove("maxUnavailable");
    }
    // Also where the strategy is another: the internal form has no absent partition.
    update.add("partition", Value::Int(0));
}
