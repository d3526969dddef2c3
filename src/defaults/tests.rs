//! Pins what is stored, and what of it is marked as added.

use super::*;
use crate::manifest::recognise;
use crate::source::{FileId, Role};
use crate::yaml;

/// What is stored of the one object in `text`, and the paths of what was added.
fn store(text: &str, minor: &str) -> (String, Vec<String>) {
    let tree = yaml::parse(FileId(0), text);
    let found = recognise(&tree, Role::Target, "default", false);
    let object = found.objects.first().expect("an object");
    let value = stored(object, minor.parse().expect("a version")).expect("a kind that is known");
    let mut added = Vec::new();
    paths(&value, "", &mut added);
    (value.canonical(), added)
}

fn paths(value: &Value<'_>, path: &str, added: &mut Vec<String>) {
    for member in value.members() {
        let path = format!("{path}.{}", member.name);
        if member.added {
            added.push(path);
        } else {
            paths(&member.value, &path, added);
        }
    }
    for (number, item) in value.items().iter().enumerate() {
        paths(item, &format!("{path}[{number}]"), added);
    }
}

/// What is stored of the pod of a template, from the first brace on.
fn pod(spec: &str, minor: &str) -> String {
    let (text, _) =
        store(&format!("apiVersion: apps/v1\nkind: StatefulSet\nspec: {{template: {{spec: {spec}}}}}"), minor);
    let (_, pod) = text.split_once(r#""template":{"metadata":{"#).expect("a template");
    let (_, pod) = pod.split_once(r#""spec":"#).expect("a pod");
    let (pod, _) = pod.split_once(r#"},"updateStrategy""#).expect("a strategy");
    pod.to_owned()
}

#[test]
fn a_stateful_set_is_stored_with_its_defaults() {
    let text = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db, uid: x, generation: 7, creationTimestamp: null}\nspec:\n  \
                selector: {matchLabels: {app: db}}\n  serviceName: db\n  template:\n    metadata: {labels: {app: db}}\n    \
                spec: {containers: [{name: db, image: db, resources: {limits: {cpu: 1000m, memory: 1024Mi}}}]}\n\
                status: {replicas: 3}\n";
    let pod = concat!(
        r#"{"containers":[{"image":"db","imagePullPolicy":"Always","name":"db","resources":{"limits":{"cpu":"1","memory":"1Gi"}},"#,
        r#""terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}],"dnsPolicy":"ClusterFirst","#,
        r#""restartPolicy":"Always","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30}"#
    );
    for (minor, created, update) in [
        ("1.33", r#""creationTimestamp":null,"#, r#"{"partition":0}"#),
        ("1.37", "", r#"{"maxUnavailable":1,"partition":0}"#),
    ] {
        let want = format!(
            r#"{{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{{"name":"db","namespace":"default"}},"spec":{{"persistentVolumeClaimRetentionPolicy":{{"whenDeleted":"Retain","whenScaled":"Retain"}},"podManagementPolicy":"OrderedReady","replicas":1,"revisionHistoryLimit":10,"selector":{{"matchLabels":{{"app":"db"}}}},"serviceName":"db","template":{{"metadata":{{{created}"labels":{{"app":"db"}}}},"spec":{pod}}},"updateStrategy":{{"rollingUpdate":{update},"type":"RollingUpdate"}}}},"status":{{"availableReplicas":0,"replicas":0}}}}"#
        );
        assert_eq!(store(text, minor).0, want, "{minor}");
    }
}

#[test]
fn what_was_added_is_marked() {
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  replicas: 1\n  serviceName: db\n  \
               selector: null\n  updateStrategy: {type: RollingUpdate}\n  podManagementPolicy: OrderedReady\n  \
               revisionHistoryLimit: 0\n  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}\n  template:\n    \
               metadata: {name: x}\n    spec: {serviceAccount: a, containers: []}\n";
    let (_, added) = store(set, "1.37");
    let want = [
        ".metadata.namespace",
        ".spec.persistentVolumeClaimRetentionPolicy.whenDeleted",
        ".spec.selector",
        ".spec.template.spec.dnsPolicy",
        ".spec.template.spec.restartPolicy",
        ".spec.template.spec.schedulerName",
        ".spec.template.spec.securityContext",
        ".spec.template.spec.serviceAccountName",
        ".spec.template.spec.terminationGracePeriodSeconds",
        ".status",
    ];
    assert_eq!(added, want);
}

#[test]
fn fields_of_features_that_are_off_are_dropped() {
    for (spec, oldest_without, oldest_with, mark) in [
        ("{resources: {limits: {cpu: 1}}}", "1.33", Some("1.34"), r#""resources":{"limits""#),
        ("{resourceClaims: [{name: a}]}", "1.33", Some("1.34"), "resourceClaims"),
        ("{hostnameOverride: a}", "1.34", Some("1.35"), "hostnameOverride"),
        ("{containers: [{restartPolicy: Never}]}", "1.34", Some("1.35"), r#""restartPolicy":"Never""#),
        ("{containers: [{env: [{name: a, valueFrom: {fileKeyRef: {key: b}}}]}]}", "1.34", Some("1.35"), "fileKeyRef"),
        (
            "{containers: [{volumeMounts: [{name: i}]}], volumes: [{name: i, image: {}}]}",
            "1.34",
            Some("1.35"),
            r#""name":"i""#,
        ),
        (
            "{volumes: [{projected: {sources: [{clusterTrustBundle: {path: a}}]}}]}",
            "1.36",
            Some("1.37"),
            "clusterTrust",
        ),
        (
            "{volumes: [{projected: {sources: [{podCertificate: {keyType: a}}]}}]}",
            "1.36",
            Some("1.37"),
            "podCertificate",
        ),
        ("{containers: [{lifecycle: {stopSignal: SIGINT}}]}", "1.37", None, "lifecycle"),
        ("{volumes: [{emptyDir: {mode: 1}}]}", "1.37", None, r#""mode""#),
        ("{volumes: [{secret: {defaultUser: 1, items: [{key: a, user: 1}]}}]}", "1.37", None, "ser\":"),
        (
            "{containers: [{livenessProbe: {grpc: {port: 1, mode: a}, httpGet: {protocol: a}}}]}",
            "1.37",
            None,
            r#""mode""#,
        ),
    ] {
        assert!(!pod(spec, oldest_without).contains(mark), "{oldest_without} drops {spec}");
        if let Some(oldest_with) = oldest_with {
            assert!(pod(spec, oldest_with).contains(mark), "{oldest_with} keeps {spec}");
        }
    }
}

#[test]
fn volumes_and_containers_have_their_defaults() {
    for (spec, want) in [
        ("{volumes: [{name: a}]}", r#"[{"emptyDir":{},"name":"a"}]"#),
        ("{volumes: [{name: a, hostPath: {path: /}}]}", r#"[{"hostPath":{"path":"/","type":""},"name":"a"}]"#),
        ("{volumes: [{name: a, secret: {}}]}", r#"[{"name":"a","secret":{"defaultMode":420}}]"#),
        (
            "{volumes: [{name: a, projected: {sources: []}}]}",
            r#"[{"name":"a","projected":{"defaultMode":420,"sources":null}}]"#,
        ),
        (
            "{volumes: [{projected: {defaultMode: 0, sources: [{serviceAccountToken: {path: a}}, {downwardAPI: {items: [{path: a, fieldRef: {fieldPath: b}}]}}]}}]}",
            r#"[{"name":"","projected":{"defaultMode":0,"sources":[{"serviceAccountToken":{"expirationSeconds":3600,"path":"a"}},{"downwardAPI":{"items":[{"fieldRef":{"apiVersion":"v1","fieldPath":"b"},"path":"a"}]}}]}}]"#,
        ),
        (
            "{containers: [{image: 'a:1', ports: [{containerPort: 1}], livenessProbe: {initialDelaySeconds: 0, httpGet: {port: http}}}]}",
            r#""livenessProbe":{"failureThreshold":3,"httpGet":{"path":"/","port":"http","scheme":"HTTP"},"periodSeconds":10,"successThreshold":1,"timeoutSeconds":1},"name":"","ports":[{"containerPort":1,"protocol":"TCP"}],"resources":{},"#,
        ),
        (
            "{containers: [{env: [{name: a, valueFrom: {resourceFieldRef: {resource: b}}}, {name: c, value: ''}]}]}",
            r#"[{"name":"a","valueFrom":{"resourceFieldRef":{"divisor":"0","resource":"b"}}},{"name":"c"}]"#,
        ),
    ] {
        assert!(pod(spec, "1.37").contains(want), "{spec}: {}", pod(spec, "1.37"));
    }
}

#[test]
fn other_kinds_have_their_defaults() {
    for (text, want) in [
        (
            "apiVersion: v1\nkind: Service\nspec: {type: LoadBalancer, sessionAffinity: ClientIP, ports: [{port: 80}]}",
            r#""spec":{"allocateLoadBalancerNodePorts":true,"externalTrafficPolicy":"Cluster","internalTrafficPolicy":"Cluster","ports":[{"port":80,"protocol":"TCP","targetPort":80}],"sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":10800}},"type":"LoadBalancer"},"status":{"loadBalancer":{}}}"#,
        ),
        (
            "apiVersion: v1\nkind: Service\nspec: {clusterIP: None, ports: [{port: 80, targetPort: web}]}",
            r#""spec":{"clusterIP":"None","clusterIPs":["None"],"internalTrafficPolicy":"Cluster","ports":[{"port":80,"protocol":"TCP","targetPort":"web"}],"sessionAffinity":"None","type":"ClusterIP"}"#,
        ),
        (
            "apiVersion: v1\nkind: PersistentVolumeClaim\nspec: {dataSource: {kind: Other, name: a}, resources: {requests: {storage: 1.5Gi}}}",
            r#""spec":{"resources":{"requests":{"storage":"1536Mi"}},"volumeMode":"Filesystem"},"status":{"phase":"Pending"}}"#,
        ),
        (
            "apiVersion: v1\nkind: PersistentVolumeClaim\nspec: {dataSource: {kind: PersistentVolumeClaim, name: a}}",
            r#""spec":{"dataSource":{"apiGroup":null,"kind":"PersistentVolumeClaim","name":"a"},"dataSourceRef":{"apiGroup":null,"kind":"PersistentVolumeClaim","name":"a"},"resources":{},"#,
        ),
        (
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nspec: {minAvailable: 50%}\nstatus: {currentHealthy: 1}",
            r#""spec":{"minAvailable":"50%"},"status":{"currentHealthy":0,"desiredHealthy":0,"disruptionsAllowed":0,"expectedPods":0}}"#,
        ),
        (
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nspec: {selector: {matchExpressions: [{key: pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match, operator: Exists}]}}",
            r#""matchExpressions":[{"key":"pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match","operator":"Exists"}]"#,
        ),
        (
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nspec: {selector: {matchExpressions: [{key: a, operator: Exists}, {key: pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match, operator: Exists}]}}",
            r#""matchExpressions":[{"key":"a","operator":"Exists"}]"#,
        ),
        (
            "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: a, namespace: b}\nprovisioner: x",
            r#""metadata":{"name":"a"},"provisioner":"x","reclaimPolicy":"Delete","volumeBindingMode":"Immediate"}"#,
        ),
    ] {
        assert!(store(text, "1.37").0.contains(want), "{text}: {}", store(text, "1.37").0);
    }
}
