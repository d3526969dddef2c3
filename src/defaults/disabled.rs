//! Takes out of the pod of a template what the API server drops because a feature is off.

use super::container::{LISTS, PROBES};
use super::feature::Feature;
use crate::value::Value;
use crate::version::Version;

/// Annotations that had meant fields before there were any (`DropInitContainerAnnotations`, `pkg/api/pod/util.go`; up to
/// 1.36 `dropInitContainerAnnotations`, `pkg/apis/core/v1/conversion.go`).
const ANNOTATIONS: [&str; 4] = [
    "pod.beta.kubernetes.io/init-containers",
    "pod.alpha.kubernetes.io/init-containers",
    "pod.beta.kubernetes.io/init-container-statuses",
    "pod.alpha.kubernetes.io/init-container-statuses",
];

/// Takes out of a template's metadata annotations that mean nothing any more.
pub(super) fn drop_annotations(template: &mut Value<'_>) {
    if let Some(annotations) = template.at_mut(&["metadata", "annotations"]) {
        for name in ANNOTATIONS {
            annotations.remove(name);
        }
    }
}

/// `dropDisabledFields` (`pkg/api/pod/util.go`) for a pod that did not exist before.
pub(super) fn drop_fields(pod: &mut Value<'_>, version: Version) {
    for (feature, field) in [
        (Feature::DynamicResourceAllocation, "resourceClaims"),
        (Feature::EvictionRequestApi, "evictionResponders"),
        (Feature::GenericWorkload, "schedulingGroup"),
        (Feature::GenericWorkload, "workloadRef"),
        (Feature::HostnameOverride, "hostnameOverride"),
        (Feature::PodLevelResources, "resources"),
    ] {
        if !feature.is_on(version) {
            pod.remove(field);
        }
    }
    if !Feature::ImageVolume.is_on(version) {
        drop_image_volumes(pod);
    }
    pod.list_mut("volumes").iter_mut().for_each(|volume| drop_of_volume(volume, version));
    for list in LISTS {
        for container in pod.list_mut(list) {
            drop_of_container(container, list, version);
        }
    }
}

/// Image volumes and their mounts (`dropImageVolumes`).
fn drop_image_volumes(pod: &mut Value<'_>) {
    let Some(Value::List(volumes)) = pod.get_mut("volumes") else { return };
    let (images, others) = std::mem::take(volumes).into_iter().partition(|volume| volume.has("image"));
    *volumes = others;
    let images: Vec<Value<'_>> = images;
    if images.is_empty() {
        return;
    }
    for list in LISTS {
        for container in pod.list_mut(list) {
            if let Some(Value::List(mounts)) = container.get_mut("volumeMounts") {
                mounts.retain(|mount| images.iter().all(|image| image.text_of("name") != mount.text_of("name")));
            }
        }
    }
}

fn drop_of_volume(volume: &mut Value<'_>, version: Version) {
    if !Feature::EmptyDirVolumeMode.is_on(version)
        && let Some(directory) = volume.get_mut("emptyDir")
    {
        directory.remove("mode");
    }
    if let Some(projected) = volume.get_mut("projected") {
        for source in projected.list_mut("sources") {
            if !Feature::ClusterTrustBundleProjection.is_on(version) {
                source.remove("clusterTrustBundle");
            }
            if !Feature::PodCertificateRequest.is_on(version) {
                source.remove("podCertificate");
            }
        }
    }
    if !Feature::AtomicWriteVolumeUserFields.is_on(version) {
        drop_users(volume);
    }
}

/// Owners of files (`dropDisabledAtomicWriteVolumeUserFields`): of the first source of a volume, or of a projection, alone.
fn drop_users(volume: &mut Value<'_>) {
    const SOURCES: [&str; 4] = ["secret", "configMap", "downwardAPI", "projected"];
    const PROJECTIONS: [&str; 6] =
        ["secret", "downwardAPI", "configMap", "serviceAccountToken", "clusterTrustBundle", "podCertificate"];
    let Some(source) = SOURCES.iter().find(|name| volume.has(name)).and_then(|name| volume.get_mut(name)) else {
        return;
    };
    source.remove("defaultUser");
    source.list_mut("items").iter_mut().for_each(drop_user);
    for projection in source.list_mut("sources") {
        if let Some(source) =
            PROJECTIONS.iter().find(|name| projection.has(name)).and_then(|name| projection.get_mut(name))
        {
            drop_user(source);
            source.list_mut("items").iter_mut().for_each(drop_user);
        }
    }
}

fn drop_user(file: &mut Value<'_>) {
    file.remove("user");
}

fn drop_of_container(container: &mut Value<'_>, list: &str, version: Version) {
    if !Feature::DynamicResourceAllocation.is_on(version)
        && let Some(resources) = container.get_mut("resources")
    {
        resources.remove("claims");
    }
    if !Feature::ContainerRestartRules.is_on(version) {
        drop_restart_rules(container, list, version);
    }
    if !Feature::VolumeBindMountOptions.is_on(version) {
        for mount in container.list_mut("volumeMounts") {
            mount.remove("bindMountOptions");
        }
    }
    if !Feature::EnvFiles.is_on(version) {
        for variable in container.list_mut("env") {
            if let Some(source) = variable.get_mut("valueFrom") {
                source.remove("fileKeyRef");
            }
        }
    }
    for probe in PROBES {
        let Some(probe) = container.get_mut(probe) else { continue };
        if let Some(action) = probe.get_mut("grpc")
            && !Feature::GrpcContainerProbeTls.is_on(version)
        {
            action.remove("mode");
        }
        drop_protocol(probe, version);
    }
    drop_of_lifecycle(container, version);
}

/// `dropContainerRestartRules`; 1.33 has neither the feature nor this.
fn drop_restart_rules(container: &mut Value<'_>, list: &str, version: Version) {
    if version.minor() == Version::OLDEST.minor() {
        return;
    }
    container.remove("restartPolicyRules");
    if list != "initContainers" || container.text_of("restartPolicy") != "Always" {
        container.remove("restartPolicy");
    }
}

/// `dropContainerStopSignals` and `dropHTTPProbeProtocol`.
fn drop_of_lifecycle(container: &mut Value<'_>, version: Version) {
    let Some(lifecycle) = container.get_mut("lifecycle") else { return };
    if !Feature::ContainerStopSignals.is_on(version)
        && lifecycle.remove("stopSignal").is_some()
        && lifecycle.members().is_empty()
    {
        container.remove("lifecycle");
        return;
    }
    for handler in ["postStart", "preStop"] {
        if let Some(handler) = lifecycle.get_mut(handler) {
            drop_protocol(handler, version);
        }
    }
}

fn drop_protocol(handler: &mut Value<'_>, version: Version) {
    if let Some(action) = handler.get_mut("httpGet")
        && !Feature::H2cContainerProbe.is_on(version)
    {
        action.remove("protocol");
    }
}
