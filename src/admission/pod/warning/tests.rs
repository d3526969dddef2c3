//! Holds what is said of pod templates that are accepted to what the API server of each version said.

use super::warnings;
use crate::admission::testing;

/// Each case is a minor version and a pod template on one line; what the API server said follows, a line for each warning,
/// indented.
fn check(cases: &str) {
    let mut lines = cases.lines().filter(|line| !line.trim().is_empty()).peekable();
    let mut count = 0;
    while let Some(case) = lines.next() {
        let (minor, manifest) = case.split_once(' ').expect("a minor version and a template");
        let mut want = Vec::new();
        while let Some(line) = lines.next_if(|line| line.starts_with(' ')) {
            want.push(line.trim_start());
        }
        let version = format!("1.{minor}").parse().expect("a known version");
        testing::pair(manifest, "", |root, _| {
            let mut found = Vec::new();
            warnings(&mut found, root, version);
            assert_eq!(found.iter().map(|warning| &*warning.text).collect::<Vec<_>>(), want, "{case}");
        });
        count += 1;
    }
    assert!(count > 0, "no case was read");
}

#[test]
fn labels_of_nodes_that_are_called_otherwise_are_named() {
    check(
        r#"
37 {spec: {nodeSelector: {beta.kubernetes.io/os: linux}, containers: [{name: c, image: i}]}}
  spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead
37 {spec: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: beta.kubernetes.io/arch, operator: Exists}]}]}, preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions: [{key: node-role.kubernetes.io/master, operator: In, values: [a b]}]}}]}}, containers: [{name: c, image: i}]}}
  spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key: beta.kubernetes.io/arch is deprecated since v1.14; use "kubernetes.io/arch" instead
  spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].key: node-role.kubernetes.io/master is use "node-role.kubernetes.io/control-plane" instead
  spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].values[0]: a b is invalid, a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')
37 {spec: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: failure-domain.beta.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule}], containers: [{name: c, image: i}]}}
  spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead
  spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod
"#,
    );
}

#[test]
fn selectors_that_match_nothing_are_named() {
    check(
        r"
37 {spec: {affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: a}]}, podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: a}}]}}, containers: [{name: c, image: i}]}}
  spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: a null labelSelector results in matching no pod
  spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector: a null labelSelector results in matching no pod
",
    );
}

#[test]
fn annotations_that_mean_nothing_any_more_are_named() {
    check(
        r#"
37 {metadata: {annotations: {scheduler.alpha.kubernetes.io/critical-pod: '', seccomp.security.alpha.kubernetes.io/pod: unconfined, container.seccomp.security.alpha.kubernetes.io/c: unconfined}}, spec: {containers: [{name: c, image: i}]}}
  metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the "priorityClassName" field instead
  metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the "seccompProfile" field instead
  metadata.annotations[container.seccomp.security.alpha.kubernetes.io/c]: non-functional in v1.27+; use the "seccompProfile" field instead
33 {metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/c: unconfined}}, spec: {securityContext: {appArmorProfile: {type: RuntimeDefault}}, containers: [{name: c, image: i}]}}
33 {metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/c: unconfined}}, spec: {containers: [{name: c, image: i}]}}
  metadata.annotations[container.apparmor.security.beta.kubernetes.io/c]: deprecated since v1.30; use the "appArmorProfile" field instead
34 {metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/c: unconfined}}, spec: {securityContext: {appArmorProfile: {type: Unconfined}}, containers: [{name: c, image: i}]}}
"#,
    );
}

#[test]
fn what_stands_twice_is_named() {
    check(
        r#"
37 {spec: {hostAliases: [{ip: 127.0.0.1}, {ip: 127.0.0.1}], imagePullSecrets: [{name: a}, {name: a}, {}], containers: [{name: c, image: i}]}}
  spec.hostAliases[1].ip: duplicate ip "127.0.0.1"
  spec.imagePullSecrets[1].name: duplicate name "a"
  spec.imagePullSecrets[2].name: invalid empty name ""
37 {spec: {containers: [{name: c, image: i, env: [{name: A, value: a}, {name: A, value: b}, {name: A, value: $(A)}, {name: A, value: $(A)c}]}]}}
  spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply
  spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply
37 {spec: {containers: [{name: c, image: i, ports: [{containerPort: 1, name: a}, {containerPort: 1, hostIP: 127.0.0.1}, {containerPort: 1, hostPort: 2, hostIP: 127.0.0.1}, {containerPort: 1, protocol: UDP}]}], initContainers: [{name: d, image: i, ports: [{containerPort: 1, hostPort: 2, name: a}]}]}}
  spec.containers[0].ports[0]: overlapping port definition with spec.initContainers[0].ports[0]
  spec.containers[0].ports[1]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:1 Protocol:TCP HostIP:127.0.0.1}
  spec.containers[0].ports[1]: overlapping port definition with spec.initContainers[0].ports[0]
  spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]
  spec.containers[0].ports[2]: dangerously ambiguous port definition with spec.initContainers[0].ports[0]
  spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[0]
  spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[1]
  spec.containers[0].ports[0]: duplicate port name "a" with spec.initContainers[0].ports[0], services and probes that select ports by name will use spec.initContainers[0].ports[0]
"#,
    );
}

#[test]
fn amounts_and_seconds_that_are_cut_are_named() {
    check(
        r#"
37 {spec: {terminationGracePeriodSeconds: -1, overhead: {memory: 0.5, cpu: 0.5}, containers: [{name: c, image: i, resources: {limits: {memory: 1500m, ephemeral-storage: 1Gi}, requests: {memory: 1m, ephemeral-storage: 0.1}}}]}}
  spec.overhead[memory]: fractional byte value "500m" is invalid, must be an integer
  spec.containers[0].resources.limits[memory]: fractional byte value "1500m" is invalid, must be an integer
  spec.containers[0].resources.requests[memory]: fractional byte value "1m" is invalid, must be an integer
  spec.containers[0].resources.requests[ephemeral-storage]: fractional byte value "100m" is invalid, must be an integer
  spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1
"#,
    );
}

#[test]
fn addresses_that_others_read_otherwise_are_named() {
    check(
        r#"
35 {spec: {hostAliases: [{ip: 010.0.0.1}, {ip: '::ffff:1.2.3.4'}, {ip: '2001:DB8:0:0::1'}], dnsPolicy: None, dnsConfig: {nameservers: ['::0']}, containers: [{name: c, image: i}]}}
  spec.dnsConfig.nameservers[0]: IPv6 address "::0" should be in RFC 5952 canonical format ("::")
  spec.hostAliases[0].ip: non-standard IP address "010.0.0.1" will be considered invalid in a future Kubernetes release: use "10.0.0.1"
  spec.hostAliases[1].ip: non-standard IP address "::ffff:1.2.3.4" will be considered invalid in a future Kubernetes release: use "1.2.3.4"
  spec.hostAliases[2].ip: IPv6 address "2001:DB8:0:0::1" should be in RFC 5952 canonical format ("2001:db8::1")
36 {spec: {hostAliases: [{ip: '2001:db8:0:0:1::'}, {ip: '::1'}], containers: [{name: c, image: i}]}}
"#,
    );
}
