//! Holds what is said about StatefulSets to what Kubernetes' own code said of the same manifests.

use super::*;
use crate::admission::testing;

const POD: &str = "containers: [{name: db, image: db}]";

/// A set with this in its spec, and this in its pods' labels.
fn set_with(spec: &str, labels: &str) -> String {
    format!(
        "{{metadata: {{name: db}}, spec: {{{spec}, template: {{metadata: {{labels: {labels}}}, spec: {{{POD}}}}}}}}}"
    )
}

/// A set with this in its spec besides what it needs.
fn set(spec: &str) -> String {
    set_with(&format!("selector: {{matchLabels: {{app: db}}}}, {spec}"), "{app: db}")
}

#[test]
fn a_set_that_fits_has_no_error() {
    for text in [
        set("replicas: 0"),
        set("podManagementPolicy: Parallel, updateStrategy: {type: OnDelete}, revisionHistoryLimit: -1"),
        set(
            "updateStrategy: {rollingUpdate: {partition: 3, maxUnavailable: 50%}}, minReadySeconds: 5, ordinals: {start: 1}",
        ),
        set("persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}, serviceName: ''"),
        set("serviceName: '${SERVICE}'"),
        set_with("selector: {matchExpressions: [{key: app, operator: In, values: [a, db]}]}", "{app: db}"),
    ] {
        for version in Version::all() {
            assert_eq!(testing::errors(&text, version.minor(), create), [""; 0], "{text} in {version}");
        }
    }
}

#[test]
fn each_fault_of_a_set_is_told_in_the_servers_words() {
    for (spec, want) in [
        (
            "podManagementPolicy: Any",
            &["spec.podManagementPolicy: Invalid value: \"Any\": must be 'OrderedReady' or 'Parallel'"][..],
        ),
        (
            "updateStrategy: {type: Any, rollingUpdate: {maxUnavailable: 50%}}",
            &[
                "spec.updateStrategy: Invalid value: {\"Type\":\"Any\",\"RollingUpdate\":{\"Partition\":0,\"MaxUnavailable\":\"50%\"}}: \
             must be 'RollingUpdate' or 'OnDelete'",
            ],
        ),
        (
            "updateStrategy: {type: OnDelete, rollingUpdate: {partition: 1}}",
            &[
                "spec.updateStrategy.rollingUpdate: Invalid value: {\"Partition\":1,\"MaxUnavailable\":null}: only allowed for \
             updateStrategy 'RollingUpdate'",
            ],
        ),
        (
            "updateStrategy: {type: Recreate}",
            &[
                "spec.updateStrategy: Invalid value: {\"Type\":\"Recreate\",\"RollingUpdate\":null}: must be 'RollingUpdate' or \
             'OnDelete'",
            ],
        ),
        (
            "updateStrategy: {rollingUpdate: {partition: -1, maxUnavailable: 0}}",
            &[
                "spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0",
                "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0",
            ],
        ),
        (
            "updateStrategy: {rollingUpdate: {maxUnavailable: 101%}}",
            &[
                "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%",
            ],
        ),
        (
            "updateStrategy: {rollingUpdate: {maxUnavailable: few}}",
            &[
                "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"few\": a valid percent string must be a numeric \
             string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
                "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"few\": cannot be 0",
            ],
        ),
        (
            "persistentVolumeClaimRetentionPolicy: {whenDeleted: Keep}",
            &[
                "spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: \"Keep\": supported values: \"Retain\", \
             \"Delete\"",
            ],
        ),
        (
            "replicas: -1, minReadySeconds: -2, ordinals: {start: -3}",
            &[
                "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
                "spec.minReadySeconds: Invalid value: -2: must be greater than or equal to 0",
                "spec.ordinals.start: Invalid value: -3: must be greater than or equal to 0",
            ],
        ),
        ("serviceName: a.b", &["spec.serviceName: Invalid value: \"a.b\": must not contain dots"]),
    ] {
        assert_eq!(testing::errors(&set(spec), 37, create), want, "{spec}");
    }
}

#[test]
fn the_selector_must_select_the_template() {
    let mismatch = "`selector` does not match template `labels`";
    for (selector, labels, minor, want) in [
        (
            "replicas: 1",
            "{app: db}",
            37,
            vec![
                "spec.selector: Required value".to_owned(),
                format!("spec.template.metadata.labels: Invalid value: {{\"app\":\"db\"}}: {mismatch}"),
            ],
        ),
        (
            "selector: {}",
            "{app: db}",
            37,
            vec!["spec.selector: Invalid value: {}: empty selector is invalid for statefulset".to_owned()],
        ),
        (
            "selector: {matchLabels: {app: db}}",
            "~",
            37,
            vec![format!("spec.template.metadata.labels: Invalid value: null: {mismatch}")],
        ),
        (
            "selector: {matchLabels: {app: db}}",
            "~",
            33,
            vec![format!("spec.template.metadata.labels: Invalid value: map[string]string(nil): {mismatch}")],
        ),
        (
            "selector: {matchExpressions: [{key: app, operator: Gt}]}",
            "{app: db}",
            33,
            vec![
                "spec.selector.matchExpressions[0].operator: Invalid value: \"Gt\": not a valid selector operator"
                    .to_owned(),
                "spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), \
             MatchExpressions:[]v1.LabelSelectorRequirement{v1.LabelSelectorRequirement{Key:\"app\", Operator:\"Gt\", \
             Values:[]string(nil)}}}"
                    .to_owned(),
            ],
        ),
    ] {
        let text = set_with(selector, labels);
        assert_eq!(testing::errors(&text, minor, create), want, "{selector} and {labels} in 1.{minor}");
    }
}

#[test]
fn up_to_1_36_max_unavailable_is_not_looked_at() {
    let text = set("updateStrategy: {rollingUpdate: {maxUnavailable: 0}}");
    for (minor, count) in [(33, 0), (36, 0), (37, 1)] {
        assert_eq!(testing::errors(&text, minor, create).len(), count, "1.{minor}");
    }
}

#[test]
fn what_can_never_change_is_refused_with_both_places() {
    let claims = |size: &str| {
        format!(
            "volumeClaimTemplates: [{{metadata: {{name: data}}, spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: {size}}}}}}}}}]"
        )
    };
    let (small, large, same) = (set(&claims("1Gi")), set(&claims("2Gi")), set(&claims("1024Mi")));
    for (new, old, minor, want) in [
        (&same, &small, 33, ""),
        (&same, &small, 37, ""),
        (&large, &small, 36, "spec Forbidden 2Gi 1Gi"),
        (&large, &small, 37, "spec.volumeClaimTemplates Invalid 2Gi 1Gi"),
        (&set("serviceName: a"), &set("serviceName: b"), 37, "spec.serviceName Invalid a b"),
        (&set("serviceName: '${A}'"), &set("serviceName: b"), 37, ""),
        (&set("replicas: 1"), &set("serviceName: b"), 36, "spec Forbidden spec b"),
        (&set("podManagementPolicy: OrderedReady"), &set("replicas: 3"), 37, ""),
        (
            &set("podManagementPolicy: Parallel"),
            &set("replicas: 3"),
            37,
            "spec.podManagementPolicy Invalid Parallel spec",
        ),
    ] {
        testing::pair(new, old, |new_root, old_root| {
            let version = Version::all().find(|version| version.minor() == minor).expect("a known version");
            let mut check = Check::new(version);
            update(&mut check, new_root, old_root);
            let line = |error: &crate::admission::FieldError| {
                let changed = &error.changed[0];
                let (place, old_place) = (changed.place.span.range(), changed.old_place.span.range());
                assert_eq!(error.place, changed.place);
                format!("{} {:?} {} {}", error.field, error.reason, &new[place], &old[old_place])
            };
            let found: Vec<String> = check.errors.iter().map(line).collect();
            assert_eq!(found.join(", "), want, "{new} against {old} in 1.{minor}");
        });
    }
    let printed = testing::update_errors(&large, &small, 37, update);
    assert_eq!(
        printed,
        [
            "spec.volumeClaimTemplates: Invalid value: [{\"name\":\"data\",\"Spec\":{\"AccessModes\":[\"ReadWriteOnce\"],\
          \"Selector\":null,\"Resources\":{\"Limits\":null,\"Requests\":{\"storage\":\"2Gi\"}},\"VolumeName\":\"\",\
          \"StorageClassName\":null,\"VolumeMode\":\"Filesystem\",\"DataSource\":null,\"DataSourceRef\":null,\
          \"VolumeAttributesClassName\":null},\"Status\":{\"Phase\":\"Pending\",\"AccessModes\":null,\"Capacity\":null,\
          \"Conditions\":null,\"AllocatedResources\":null,\"AllocatedResourceStatuses\":null,\
          \"CurrentVolumeAttributesClassName\":null,\"ModifyVolumeStatus\":null,\"HealthStatus\":null}}]: field is immutable"
        ]
    );
}

#[test]
fn the_template_of_a_set_that_was_faulty_before_is_not_looked_at() {
    let sound = set("replicas: 1");
    let faulty = sound.replace("containers:", "dnsPolicy: Any, containers:");
    let other = faulty.replace("Any", "Other");
    for (new, old, minor, count) in
        [(&faulty, &sound, 33, 0), (&faulty, &sound, 34, 1), (&other, &faulty, 34, 0), (&sound, &faulty, 37, 0)]
    {
        let errors = testing::update_errors(new, old, minor, update);
        assert_eq!(errors.len(), count, "1.{minor}: {errors:?}");
    }
}

#[test]
fn a_negative_history_limit_is_warned_about() {
    testing::pair("{spec: {revisionHistoryLimit: -1}}", "", |set, _| {
        let mut found = Vec::new();
        warnings(&mut found, set, Request::Create, Version::NEWEST);
        let words =
            "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended";
        assert_eq!(found.iter().map(|warning| &*warning.text).collect::<Vec<_>>(), [words]);
    });
}

#[test]
fn a_template_may_keep_the_faults_that_the_one_before_has() {
    let image = "spec: {containers: [";
    let with = |spec: &str| set("replicas: 1").replace(image, &format!("spec: {{{spec}, containers: ["));
    let term = "labelSelector: {matchExpressions: [{key: a, operator: In, values: [b c]}]}, topologyKey: a";
    let affinity =
        format!("affinity: {{podAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{{{term}}}]}}}}");
    let nodes = "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: \
                 [{matchExpressions: [{key: a, operator: In, values: [b c]}]}]}}}";
    let spread = "topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule, labelSelector: \
                  {matchExpressions: [{key: a, operator: Bad}]}}]";
    let token = "volumes: [{name: a, projected: {sources: [{serviceAccountToken: {path: ../a}}]}}]";
    let sysctl = "hostNetwork: true, securityContext: {sysctls: [{name: net.core.somaxconn, value: '1'}]}";
    for (spec, minor) in [
        (&*affinity, 37),
        (nodes, 37),
        (spread, 37),
        (token, 37),
        (sysctl, 37),
        ("securityContext: {seLinuxChangePolicy: MountOption}", 36),
        ("tolerations: [{key: a, operator: Lt, value: '5'}]", 35),
        ("overhead: {hugepages-2Mi: 3Mi, cpu: 1}", 37),
        ("hostUsers: false, hostNetwork: true", 35),
        (
            "initContainers: [{name: i, image: i, securityContext: {allowPrivilegeEscalation: false, capabilities: {add: \
             [CAP_SYS_ADMIN]}}}]",
            37,
        ),
        ("volumes: [{name: a, image: {pullPolicy: Always}}]", 37),
        (
            "initContainers: [{name: i, image: i, resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]}]",
            36,
        ),
    ] {
        let (sound, faulty) = (set("replicas: 1"), with(spec));
        // Another fault is told all the same, because one that is let pass does not count as one.
        let worse = faulty.replace("image: db", "image: db, imagePullPolicy: Any");
        for (new, old, count) in [(&faulty, &sound, 1), (&faulty, &faulty, 0), (&worse, &faulty, 1)] {
            let errors = testing::update_errors(new, old, minor, update);
            assert_eq!(errors.len(), count, "{spec} in 1.{minor}: {errors:?}");
        }
    }
    let compared =
        with("tolerations: [{key: a, operator: Lt, value: '05'}, {key: a, operator: Gt, value: 99999999999999999999}]");
    let before = with("tolerations: [{key: a, operator: Lt, value: '5'}]");
    assert_eq!(
        testing::update_errors(
            &compared.replace("999}", "999'}").replace("value: 9", "value: '9"),
            &before,
            37,
            update
        ),
        [
            "spec.template.spec.tolerations[0].value: Invalid value: \"05\": must be a valid decimal integer in canonical form",
            "spec.template.spec.tolerations[1].value: Invalid value: \"99999999999999999999\": strconv.ParseInt: parsing \
         \"99999999999999999999\": value out of range",
        ]
    );
}
