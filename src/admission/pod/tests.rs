//! Pod templates, and pods, as the API server answers to them: the answers are those of Kubernetes' own code.

use super::super::stateful_set;
use super::super::testing::{errors, update_errors};
use super::*;

/// What is said of a template with one container and this in its spec.
fn said(spec: &str, minor: u8) -> Vec<String> {
    let text = format!("{{spec: {{containers: [{{name: a, image: b}}], {spec}}}}}");
    errors(&text, minor, |check, field| template(check, field, &field.child("volumeClaimTemplates"), true))
}

#[test]
fn a_template_is_refused_in_the_words_of_the_server() {
    each_is_said(&[
        (
            "dnsPolicy: Foo",
            37,
            &["spec.dnsPolicy: Unsupported value: \"Foo\": supported values: \"ClusterFirstWithHostNet\", \
                 \"ClusterFirst\", \"Default\", \"None\""],
        ),
        ("dnsPolicy: Foo", 33, &[]),
        ("dnsPolicy: None", 34, &["spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"]),
        (
            "hostNetwork: true, containers: [{name: a, image: b, ports: [{containerPort: 80, hostPort: 81}]}]",
            35,
            &["spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when \
                 `hostNetwork` is true"],
        ),
        (
            "shareProcessNamespace: true, hostPID: true",
            36,
            &["spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID \
                 cannot both be enabled"],
        ),
        (
            "shareProcessNamespace: true, hostPID: true",
            37,
            &[
                "spec.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled",
            ],
        ),
        ("hostUsers: false, hostPID: true", 34, &["spec.HostPID: Forbidden: when `hostUsers` is false"]),
        ("hostnameOverride: A", 34, &[]),
        (
            "hostnameOverride: a, hostNetwork: true",
            35,
            &["spec.hostnameOverride: Forbidden: may not be specified when hostNetwork is true"],
        ),
    ]);
}

#[test]
fn a_security_context_is_refused_in_the_words_of_the_server() {
    each_is_said(&[
        (
            "securityContext: {seLinuxChangePolicy: MountOption, sysctls: [{name: net/a, value: x}]}, hostNetwork: true",
            36,
            &[
                "spec.securityContext.sysctls[0].name: Invalid value: \"net/a\": may not be specified when \
                 'hostNetwork' is true",
                "spec.securityContext.seLinuxChangePolicy: Unsupported value: \"MountOption\": supported values: \
                 \"Recursive\"",
            ],
        ),
        ("securityContext: {seLinuxChangePolicy: MountOption}", 37, &[]),
        (
            "securityContext: {seccompProfile: {type: RuntimeDefault, localhostProfile: a}}",
            34,
            &["spec.securityContext.seccompProfile.localhostProfile: Invalid value: \
                 {\"Type\":\"RuntimeDefault\",\"LocalhostProfile\":\"a\"}: can only be set when seccomp type is Localhost"],
        ),
        (
            "os: {name: linux}, securityContext: {windowsOptions: {runAsUserName: a}}",
            37,
            &["spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod"],
        ),
        (
            "securityContext: {windowsOptions: {hostProcess: true}}",
            37,
            &["spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess \
                 containers"],
        ),
    ]);
}

#[test]
fn what_a_pod_asks_of_nodes_is_refused_in_the_words_of_the_server() {
    each_is_said(&[
        (
            "tolerations: [{key: a, operator: Lt, value: '1'}]",
            34,
            &["spec.tolerations[0].operator: Unsupported value: \"Lt\": supported values: \"Equal\", \"Exists\""],
        ),
        (
            "topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: ScheduleAnyway, minDomains: 2}]",
            37,
            &["spec.topologySpreadConstraints[0].minDomains: Invalid value: 2: can only use minDomains if \
                 whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway"],
        ),
        (
            "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}}",
            37,
            &["spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required \
                 value: must have at least one node selector term"],
        ),
        (
            "resources: {requests: {cpu: 100m}}, initContainers: [{name: i, image: b, restartPolicy: Always, \
             resources: {requests: {cpu: 200m}}}, {name: j, image: b, resources: {requests: {cpu: '1'}}}]",
            34,
            &["spec.resources.requests[cpu]: Invalid value: \"100m\": must be greater than or equal to aggregate \
                 container requests of 1200m"],
        ),
        (
            "ephemeralContainers: [{name: e, image: b}]",
            37,
            &["spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in pod template"],
        ),
    ]);
}

/// Rows of a `spec`, the minor version, and what is said.
fn each_is_said(rows: &[(&str, u8, &[&str])]) {
    for (spec, minor, want) in rows {
        assert_eq!(said(spec, *minor), *want, "{spec} in 1.{minor}");
    }
}

#[test]
fn annotations_and_fields_of_profiles_say_the_same() {
    let said = |annotation: &str, profile: &str| {
        let text = format!(
            "{{metadata: {{annotations: {{{annotation}}}}}, spec: {{containers: [{{name: a, image: b, \
             securityContext: {{{profile}}}}}]}}}}"
        );
        errors(&text, 37, |check, field| template(check, field, &field.child("volumeClaimTemplates"), true))
    };
    for (annotation, profile, want) in [
        (
            "container.apparmor.security.beta.kubernetes.io/a: runtime/default",
            "appArmorProfile: {type: RuntimeDefault}",
            vec![],
        ),
        (
            "container.apparmor.security.beta.kubernetes.io/a: unconfined",
            "appArmorProfile: {type: RuntimeDefault}",
            vec![
                "spec.containers[0].securityContext.appArmorProfile.type: Forbidden: apparmor type in annotation and \
                 field must match",
            ],
        ),
        (
            "container.apparmor.security.beta.kubernetes.io/z: bad",
            "",
            vec![
                "annotations[container.apparmor.security.beta.kubernetes.io/z]: Invalid value: \"z\": container not found",
                "annotations[container.apparmor.security.beta.kubernetes.io/z]: Invalid value: \"bad\": invalid AppArmor \
                 profile name: \"bad\"",
            ],
        ),
        (
            "container.seccomp.security.alpha.kubernetes.io/a: localhost/b",
            "seccompProfile: {type: Localhost, localhostProfile: a}",
            vec![
                "spec.containers[0].securityContext.seccompProfile.localhostProfile: Forbidden: seccomp profile in \
                 annotation and field must match",
            ],
        ),
        (
            "controller.kubernetes.io/pod-deletion-cost: '01'",
            "",
            vec![
                "annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: \"01\": must be a 32bit integer",
            ],
        ),
    ] {
        assert_eq!(said(annotation, profile), want, "{annotation} {profile}");
    }
}

#[test]
fn a_template_that_has_a_policy_for_labels_of_se_linux_may_have_another() {
    let set = |policy: &str| {
        format!(
            "{{metadata: {{name: db}}, spec: {{selector: {{matchLabels: {{a: b}}}}, template: {{metadata: {{labels: {{a: \
             b}}}}, spec: {{containers: [{{name: a, image: b}}], securityContext: {{{policy}}}}}}}}}}}"
        )
    };
    let new = set("seLinuxChangePolicy: MountOption");
    for (old, minor, refusals) in
        [("", 36, 1), ("seLinuxChangePolicy: Recursive", 36, 0), ("", 37, 0), ("seLinuxChangePolicy: Recursive", 33, 0)]
    {
        let said = update_errors(&new, &set(old), minor, stateful_set::update);
        assert_eq!(said.len(), refusals, "{old:?} in 1.{minor}: {said:?}");
    }
}
