//! Fills in what the API server adds to the pod of a template; a pod of its own gets more.

use super::{container, round_resources, volume};
use crate::value::Value;
use crate::version::Version;

/// What `SetObjectDefaults_StatefulSet` (`pkg/apis/apps/v1/zz_generated.defaults.go`) does to the spec of its template.
pub(super) fn fill(pod: &mut Value<'_>, version: Version) {
    fill_service_account(pod);
    pod.add("dnsPolicy", Value::text("ClusterFirst"));
    pod.add("restartPolicy", Value::text("Always"));
    pod.add("securityContext", Value::empty());
    pod.add("terminationGracePeriodSeconds", Value::Int(30));
    pod.add("schedulerName", Value::text("default-scheduler"));
    pod.list_mut("volumes").iter_mut().for_each(|volume| volume::fill(volume, version));
    for list in container::LISTS {
        pod.list_mut(list).iter_mut().for_each(container::fill);
    }
    round_resources(pod, &["overhead"]);
    round_resources(pod, &["resources", "limits"]);
    round_resources(pod, &["resources", "requests"]);
}

/// One of two names for the same thing (`SetDefaults_PodSpec`; up to 1.36 `Convert_v1_PodSpec_To_core_PodSpec` and back).
fn fill_service_account(pod: &mut Value<'_>) {
    if let Some(name) = pod.get("serviceAccount").cloned() {
        pod.add("serviceAccountName", name);
    }
    if let Some(name) = pod.get("serviceAccountName").cloned() {
        pod.set("serviceAccount", name);
    }
}
