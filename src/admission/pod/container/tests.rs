//! Holds the validation of containers to what the API server of each version answered.

use super::super::volume;
use super::{Surroundings, containers, ephemeral_containers, file_volumes, init_containers};
use crate::admission::testing::errors;

/// Each case is a minor version and the spec of a pod on one line; what the API server refused in its containers follows,
/// a line for each error, indented.
fn check(cases: &str) {
    let mut lines = cases.lines().filter(|line| !line.trim().is_empty()).peekable();
    let mut count = 0;
    while let Some(case) = lines.next() {
        let (minor, spec) = case.split_once(' ').expect("a minor version and a spec");
        let mut want = Vec::new();
        while let Some(line) = lines.next_if(|line| line.starts_with(' ')) {
            want.push(line.trim_start());
        }
        assert_eq!(refused(spec, minor.parse().expect("a number")), want, "{case}");
        count += 1;
    }
    assert!(count > 0, "no case was read");
}

/// What is refused in the containers of a spec, in the order of the server, each once.
fn refused(spec: &str, minor: u8) -> Vec<String> {
    let mut errors = errors(spec, minor, |check, spec| {
        let claims = spec.child("volumeClaimTemplates");
        let volumes = volume::volumes(check, spec, &claims, None);
        let around = Surroundings::new(check, spec, &volumes);
        let (list, init) = (spec.child("containers"), spec.child("initContainers"));
        containers(check, &list, &around);
        init_containers(check, &init, &list, &around);
        ephemeral_containers(check, &spec.child("ephemeralContainers"), &list, &init, &around);
        file_volumes(check, spec, &claims, &around);
    });
    let mut seen = std::collections::HashSet::new();
    errors.retain(|error| seen.insert(error.clone()));
    errors
}

#[test]
fn containers_have_names_images_and_policies() {
    check(
        r#"
37 {containers: []}
  containers: Required value
37 {containers: [{image: '', name: A}, {name: c, image: i}, {name: c, image: i}]}
  containers[0].name: Invalid value: "A": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')
  containers[0].image: Required value
  containers[2].name: Duplicate value: "c"
37 {containers: [{name: c, image: i, terminationMessagePolicy: <, imagePullPolicy: always}]}
  containers[0].terminationMessagePolicy: Unsupported value: "\u003c": supported values: "File", "FallbackToLogsOnError"
  containers[0].imagePullPolicy: Unsupported value: "always": supported values: "Always", "IfNotPresent", "Never"
37 {containers: [{name: c, image: i}], initContainers: [{name: c, image: i}, {name: '', image: i}]}
  initContainers[0].name: Duplicate value: "c"
  initContainers[1].name: Required value
37 {containers: [{name: c, image: i}], initContainers: [{name: i, image: i, lifecycle: {}, livenessProbe: {}, readinessProbe: {}, startupProbe: {}}]}
  initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always
  initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always
  initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always
  initContainers[0].startupProbe: Forbidden: may not be set for init containers without restartPolicy=Always
37 {containers: [{name: c, image: i}], initContainers: [{name: i, image: i, restartPolicy: Always, lifecycle: {preStop: {}}, livenessProbe: {}}]}
  initContainers[0].lifecycle.preStop: Required value: must specify a handler type
  initContainers[0].livenessProbe: Required value: must specify a handler type
37 {containers: [{name: c, image: i, lifecycle: {stopSignal: NEVER}}]}
37 {containers: [{name: c, image: i}], initContainers: [{name: i, image: i, lifecycle: {stopSignal: NEVER}}]}
"#,
    );
}

#[test]
fn ports_are_numbered_named_once_and_taken_once() {
    check(
        r#"
37 {containers: [{name: c, image: i, ports: [{containerPort: 80, hostPort: 65536, name: -a--, protocol: tcp}, {hostPort: 1}]}]}
  containers[0].ports[0].name: Invalid value: "-a--": must not contain consecutive hyphens
  containers[0].ports[0].name: Invalid value: "-a--": must not begin or end with a hyphen
  containers[0].ports[0].hostPort: Invalid value: 65536: must be between 1 and 65535, inclusive
  containers[0].ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"
  containers[0].ports[1].containerPort: Required value
37 {containers: [{name: c, image: i, ports: [{containerPort: 1, name: a}, {containerPort: 2, name: a}]}]}
  containers[0].ports[1].name: Duplicate value: "a"
37 {containers: [{name: c, image: i, ports: [{containerPort: 1, hostPort: 80}]}, {name: d, image: i, ports: [{containerPort: 1, hostPort: 80, protocol: TCP}, {containerPort: 2, hostPort: 80, hostIP: 127.0.0.1}]}]}
  containers[1].ports[0].hostPort: Duplicate value: "TCP//80"
37 {containers: [{name: c, image: i}], initContainers: [{name: d, image: i}, {name: e, image: i, ports: [{containerPort: 1, hostPort: 80}, {containerPort: 2, hostPort: 80}]}]}
  initContainers[0].ports[1].hostPort: Duplicate value: "TCP//80"
"#,
    );
}

#[test]
fn variables_have_names_and_one_source() {
    check(
        r#"
37 {containers: [{name: c, image: i, env: [{name: ''}, {name: a=b}, {name: 1 2}]}]}
  containers[0].env[0].name: Required value
  containers[0].env[1].name: Invalid value: "a=b": a valid environment variable name must consist only of printable ASCII characters other than '='
34 {containers: [{name: c, image: i, env: [{name: a, valueFrom: {}}]}]}
  containers[0].env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`
35 {containers: [{name: c, image: i, env: [{name: a, valueFrom: {}}]}]}
  containers[0].env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`
34 {containers: [{name: c, image: i, env: [{name: a, valueFrom: {fileKeyRef: {key: a}}}]}]}
  containers[0].env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`
35 {volumes: [{name: v, emptyDir: {}}, {name: w, secret: {secretName: s}}], containers: [{name: c, image: i, env: [{name: a, valueFrom: {fileKeyRef: {key: =, volumeName: v, path: ../a}}}, {name: b, valueFrom: {fileKeyRef: {key: a, volumeName: w, path: a}}}, {name: c, valueFrom: {fileKeyRef: {}}}]}]}
  containers[0].env[0].valueFrom.fileKeyRef.key: Invalid value: "=": a valid environment variable name must consist only of printable ASCII characters other than '='
  containers[0].env[0].valueFrom.fileKeyRef.path: Invalid value: "../a": must not contain '..'
  containers[0].env[2].valueFrom.fileKeyRef.key: Required value
  containers[0].env[2].valueFrom.fileKeyRef.volumeName: Required value
  containers[0].env[2].valueFrom.fileKeyRef.path: Required value
  containers[0].env[1].valueFrom.fileKeyRef.volumeName: Invalid value: "w": referenced volume must be of type emptyDir
  containers[0].env[2].valueFrom.fileKeyRef.volumeName: Not found: ""
37 {containers: [{name: c, image: i, env: [{name: a, value: b, valueFrom: {configMapKeyRef: {name: '', key: a/b}}}]}]}
  containers[0].env[0].valueFrom.configMapKeyRef.name: Invalid value: "": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
  containers[0].env[0].valueFrom.configMapKeyRef.key: Invalid value: "a/b": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')
  containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty
37 {containers: [{name: c, image: i, env: [{name: a, valueFrom: {configMapKeyRef: {name: a, key: ..}, secretKeyRef: {name: a}}}]}]}
  containers[0].env[0].valueFrom.configMapKeyRef.key: Invalid value: "..": must not be '..'
  containers[0].env[0].valueFrom.secretKeyRef.key: Required value
  containers[0].env[0].valueFrom: Invalid value: "": may not have more than one field specified at a time
37 {containers: [{name: c, image: i, env: [{name: a, valueFrom: {fieldRef: {fieldPath: status.phase}}}, {name: b, valueFrom: {resourceFieldRef: {resource: limits.gpu}}}]}]}
  containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"
  containers[0].env[1].valueFrom.resourceFieldRef.resource: Unsupported value: "limits.gpu": supported values: "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"
37 {containers: [{name: c, image: i, envFrom: [{}, {prefix: a=, secretRef: {}}, {configMapRef: {name: a-}, secretRef: {name: A}}]}]}
  containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`
  containers[0].envFrom[1].prefix: Invalid value: "a=": a valid environment variable name must consist only of printable ASCII characters other than '='
  containers[0].envFrom[1].secretRef.name: Required value
  containers[0].envFrom[2].secretRef.name: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
  containers[0].envFrom: Invalid value: "": may not have more than one field specified at a time
"#,
    );
}

#[test]
fn handlers_do_one_thing() {
    check(
        r#"
37 {containers: [{name: c, image: i, livenessProbe: {exec: {}, httpGet: {port: 0}, tcpSocket: {port: 1}, grpc: {port: 1}}}]}
  containers[0].livenessProbe.exec.command: Required value
  containers[0].livenessProbe.httpGet: Forbidden: may not specify more than 1 handler type
  containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type
  containers[0].livenessProbe.grpc: Forbidden: may not specify more than 1 handler type
37 {containers: [{name: c, image: i, livenessProbe: {httpGet: {scheme: ftp, httpHeaders: [{name: a b, value: ''}]}}, startupProbe: {tcpSocket: {port: '80'}}, readinessProbe: {grpc: {port: 65536}}}]}
  containers[0].livenessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive
  containers[0].livenessProbe.httpGet.scheme: Unsupported value: "ftp": supported values: "HTTP", "HTTPS"
  containers[0].livenessProbe.httpGet.httpHeaders: Invalid value: "a b": a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')
  containers[0].readinessProbe.grpc.port: Invalid value: 65536: must be between 1 and 65535, inclusive
  containers[0].startupProbe.tcpSocket.port: Invalid value: "80": must contain at least one letter (a-z)
37 {containers: [{name: c, image: i, lifecycle: {postStart: {}, preStop: {sleep: {seconds: 31}}}}]}
  containers[0].lifecycle.postStart: Required value: must specify a handler type
  containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)
37 {terminationGracePeriodSeconds: 5, containers: [{name: c, image: i, lifecycle: {postStart: {sleep: {seconds: -1}}, preStop: {sleep: {seconds: 5}, exec: {}}}}]}
  containers[0].lifecycle.postStart.sleep: Invalid value: -1: must be non-negative and less than terminationGracePeriodSeconds (5)
  containers[0].lifecycle.preStop.exec.command: Required value
  containers[0].lifecycle.preStop.sleep: Forbidden: may not specify more than 1 handler type
"#,
    );
}

#[test]
fn probes_count_and_wait_as_their_kind_allows() {
    check(
        r"
37 {containers: [{name: c, image: i, livenessProbe: {exec: {command: [a]}, successThreshold: 2, terminationGracePeriodSeconds: 0}, startupProbe: {exec: {command: [a]}, successThreshold: -1}}]}
  containers[0].livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0
  containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1
  containers[0].startupProbe.successThreshold: Invalid value: -1: must be greater than or equal to 0
  containers[0].startupProbe.successThreshold: Invalid value: -1: must be 1
37 {containers: [{name: c, image: i, readinessProbe: {exec: {command: [a]}, successThreshold: 2, periodSeconds: -1, timeoutSeconds: -1, failureThreshold: -1, initialDelaySeconds: -1, terminationGracePeriodSeconds: 3}}]}
  containers[0].readinessProbe.initialDelaySeconds: Invalid value: -1: must be greater than or equal to 0
  containers[0].readinessProbe.timeoutSeconds: Invalid value: -1: must be greater than or equal to 0
  containers[0].readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0
  containers[0].readinessProbe.failureThreshold: Invalid value: -1: must be greater than or equal to 0
  containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 3: must not be set for readinessProbes
37 {containers: [{name: c, image: i, livenessProbe: {exec: {command: [a]}, successThreshold: 0}}]}
",
    );
}

#[test]
fn requests_fit_limits() {
    check(
        r#"
37 {containers: [{name: c, image: i, resources: {limits: {cpu: -1, memory: -1Gi}}}]}
  containers[0].resources.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0
  containers[0].resources.limits[memory]: Invalid value: "-1Gi": must be greater than or equal to 0
37 {containers: [{name: c, image: i, resources: {limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 1001m, memory: 1025Mi}}}]}
  containers[0].resources.requests: Invalid value: "1001m": must be less than or equal to cpu limit of 1
  containers[0].resources.requests: Invalid value: "1025Mi": must be less than or equal to memory limit of 1Gi
37 {containers: [{name: c, image: i, resources: {limits: {cpu: 1000.4u}, requests: {cpu: 1.1m}}}]}
37 {containers: [{name: c, image: i, resources: {limits: {a.b/c: 2}, requests: {a.b/c: 1, d.e/f: 1}}}]}
  containers[0].resources.requests: Invalid value: "1": must be equal to a.b/c limit of 2
  containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources
37 {containers: [{name: c, image: i, resources: {limits: {a.b/c: 1500m}}}]}
  containers[0].resources.limits[a.b/c]: Invalid value: "1500m": must be an integer
37 {containers: [{name: c, image: i, resources: {limits: {hugepages-2Mi: 4Mi}}}]}
  containers[0].resources: Forbidden: HugePages require cpu or memory
37 {containers: [{name: c, image: i, resources: {limits: {hugepages-2Mi: 3Mi, hugepages-x: 1, cpu: ~}}}]}
  containers[0].resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi
  containers[0].resources.limits[hugepages-x]: Invalid value: "1": 1 is not positive integer multiple of hugepages-x
37 {containers: [{name: c, image: i, resources: {requests: {hugepages-2Mi: 2Mi, cpu: 1}}}]}
  containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources
"#,
    );
}

#[test]
fn resources_are_known_or_have_a_prefix() {
    check(
        r#"
37 {containers: [{name: c, image: i, resources: {limits: {gpu: 1, storage: 1, requests.a/b: 1, kubernetes.io/a: 1, ephemeral-storage: 1}}}]}
  containers[0].resources.limits[gpu]: Invalid value: "gpu": must be a standard resource type or fully qualified
  containers[0].resources.limits[gpu]: Invalid value: "gpu": must be a standard resource for containers
  containers[0].resources.limits[storage]: Invalid value: "storage": must be a standard resource for containers
  containers[0].resources.limits[requests.a/b]: Invalid value: "requests.a/b": doesn't follow extended resource name standard
34 {containers: [{name: c, image: i, resources: {limits: {a/b/c: 1}}}]}
  containers[0].resources.limits[a/b/c]: Invalid value: "a/b/c": a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')
  containers[0].resources.limits[a/b/c]: Invalid value: "a/b/c": doesn't follow extended resource name standard
37 {containers: [{name: c, image: i, resources: {limits: {a/b/c: 1, 'a<': 1}}}]}
  containers[0].resources.limits[a/b/c]: Invalid value: "a/b/c": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')
  containers[0].resources.limits[a/b/c]: Invalid value: "a/b/c": doesn't follow extended resource name standard
  containers[0].resources.limits[a<]: Invalid value: "a\u003c": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')
  containers[0].resources.limits[a<]: Invalid value: "a\u003c": must be a standard resource for containers
"#,
    );
}

#[test]
fn resource_claims_are_the_pods_and_named_once() {
    check(
        r#"
37 {containers: [{name: c, image: i, resources: {claims: [{name: ''}, {name: a}, {name: a}]}}]}
  containers[0].resources.claims[0]: Required value
  containers[0].resources.claims[1]: Not found: "a": must be one of the names in pod.spec.resourceClaims which is empty
  containers[0].resources.claims[2]: Duplicate value: "a"
  containers[0].resources.claims[2]: Not found: "a": must be one of the names in pod.spec.resourceClaims which is empty
37 {resourceClaims: [{name: b, resourceClaimName: r}, {name: a, resourceClaimName: r}], containers: [{name: c, image: i, resources: {claims: [{name: a, request: x}, {name: a, request: x}, {name: a, request: A_}, {name: a}, {name: a, request: z}, {name: c}]}}]}
  containers[0].resources.claims[1]: Duplicate value: "a/x"
  containers[0].resources.claims[2].request: Invalid value: "A_": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')
  containers[0].resources.claims[3]: Duplicate value: "a"
  containers[0].resources.claims[4]: Duplicate value: "a"
  containers[0].resources.claims[5]: Not found: "c": must be one of the names in pod.spec.resourceClaims: a, b
"#,
    );
}

#[test]
fn resize_policies_name_a_resource_once() {
    check(
        r#"
37 {containers: [{name: c, image: i, resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}, {resourceName: cpu, restartPolicy: Always}, {resourceName: gpu}, {}]}]}
  containers[0].resizePolicy[1]: Duplicate value: "cpu"
  containers[0].resizePolicy: Unsupported value: "Always": supported values: "NotRequired", "RestartContainer"
  containers[0].resizePolicy: Unsupported value: "gpu": supported values: "cpu", "memory"
  containers[0].resizePolicy: Required value
35 {restartPolicy: Never, containers: [{name: c, image: i, resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]}]}
  containers[0].resizePolicy: Invalid value: "RestartContainer": must be 'NotRequired' when `restartPolicy` is 'Never'
36 {restartPolicy: Never, containers: [{name: c, image: i, resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]}]}
  containers[0].resizePolicy: Invalid value: "RestartContainer": must be 'NotRequired' when pod `restartPolicy` is 'Never'
35 {containers: [{name: c, image: i}], initContainers: [{name: i, image: i, resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]}]}
36 {containers: [{name: c, image: i}], initContainers: [{name: i, image: i, resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]}]}
  initContainers[0].resizePolicy[0].restartPolicy: Invalid value: "RestartContainer": must not be set to 'RestartContainer' for non-sidecar initContainers
36 {containers: [{name: c, image: i}], initContainers: [{name: i, image: i, restartPolicy: Always, resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]}]}
"#,
    );
}

#[test]
fn restart_policies_are_known_and_rules_have_exit_codes() {
    check(
        r#"
34 {containers: [{name: c, image: i, restartPolicy: Sometimes, restartPolicyRules: [{}]}]}
35 {containers: [{name: c, image: i, restartPolicy: Sometimes, restartPolicyRules: [{}]}]}
  containers[0].restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"
  containers[0].restartPolicyRules[0].action: Unsupported value: "": supported values: "Restart"
  containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified
36 {containers: [{name: c, image: i, restartPolicyRules: [{action: RestartAllContainers, exitCodes: {operator: Is}}]}]}
  containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used
  containers[0].restartPolicyRules[0].exitCodes.operator: Unsupported value: "Is": supported values: "In", "NotIn"
34 {containers: [{name: c, image: i}], initContainers: [{name: i, image: i, restartPolicy: Never}]}
35 {containers: [{name: c, image: i}], initContainers: [{name: i, image: i, restartPolicy: Often}]}
  initContainers[0].restartPolicy: Unsupported value: "Often": supported values: "Always", "Never", "OnFailure"
35 {containers: [{name: c, image: i}], initContainers: [{name: i, image: i, restartPolicyRules: [{}]}]}
  initContainers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used
35 {containers: [{name: c, image: i}], initContainers: [{name: i, image: i, restartPolicy: Always, restartPolicyRules: [{}]}]}
  initContainers[0].restartPolicyRules: Forbidden: restartPolicyRules are not allowed for init containers with restart policy Always
36 {containers: [{name: c, image: i}], initContainers: [{name: i, image: i, restartPolicy: Always, restartPolicyRules: [{}]}]}
  initContainers[0].restartPolicyRules[0].action: Unsupported value: "": supported values: "Restart", "RestartAllContainers"
  initContainers[0].restartPolicyRules[0].exitCodes: Required value: must be specified
"#,
    );
}

#[test]
fn a_rule_for_restarts_has_255_exit_codes_at_most() {
    for (count, want) in [(255, None), (256, Some("Too many: 256: must have at most 255 items"))] {
        let codes: Vec<String> = (0..count).map(|code| code.to_string()).collect();
        let spec = format!(
            "{{containers: [{{name: c, image: i, restartPolicy: Never, restartPolicyRules: [{{action: Restart, \
             exitCodes: {{operator: In, values: [{}]}}}}]}}]}}",
            codes.join(", ")
        );
        let at = "containers[0].restartPolicyRules[0].exitCodes.values";
        let want: Vec<String> = want.map(|want| format!("{at}: {want}")).into_iter().collect();
        assert_eq!(refused(&spec, 37), want, "{count} codes");
    }
}

#[test]
fn security_contexts_do_not_contradict_themselves() {
    check(
        r#"
37 {containers: [{name: c, image: i, securityContext: {runAsUser: -1, runAsGroup: 2147483648, procMount: Unmasked}}]}
  containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive
  containers[0].securityContext.runAsGroup: Invalid value: 2147483648: must be between 0 and 2147483647, inclusive
  containers[0].securityContext.procMount: Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`
37 {hostUsers: false, containers: [{name: c, image: i, securityContext: {procMount: Unmasked}}]}
37 {containers: [{name: c, image: i, securityContext: {procMount: Masked}}]}
  containers[0].securityContext.procMount: Unsupported value: "Masked": supported values: "Default", "Unmasked"
37 {containers: [{name: c, image: i, securityContext: {seccompProfile: {}, appArmorProfile: {}, windowsOptions: {runAsUserName: ''}}}]}
  containers[0].securityContext.seccompProfile.type: Required value: type is required when seccompProfile is set
  containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: "": runAsUserName cannot be an empty string
  containers[0].securityContext.appArmorProfile.type: Required value: type is required when appArmorProfile is set
37 {containers: [{name: c, image: i, securityContext: {allowPrivilegeEscalation: false, privileged: true, runAsUser: 1, capabilities: {add: [CAP_SYS_ADMIN]}, seLinuxOptions: {level: s0}, seccompProfile: {type: RuntimeDefault}, windowsOptions: {hostProcess: false}}}]}
  containers[0].securityContext: Invalid value: {"Capabilities":{"Add":["CAP_SYS_ADMIN"],"Drop":null},"Privileged":true,"SELinuxOptions":{"User":"","Role":"","Type":"","Level":"s0"},"WindowsOptions":{"GMSACredentialSpecName":null,"GMSACredentialSpec":null,"RunAsUserName":null,"HostProcess":false},"RunAsUser":1,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":{"Type":"RuntimeDefault","LocalhostProfile":null},"AppArmorProfile":null}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true
  containers[0].securityContext: Invalid value: {"Capabilities":{"Add":["CAP_SYS_ADMIN"],"Drop":null},"Privileged":true,"SELinuxOptions":{"User":"","Role":"","Type":"","Level":"s0"},"WindowsOptions":{"GMSACredentialSpecName":null,"GMSACredentialSpec":null,"RunAsUserName":null,"HostProcess":false},"RunAsUser":1,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":{"Type":"RuntimeDefault","LocalhostProfile":null},"AppArmorProfile":null}: cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN
"#,
    );
}

#[test]
fn ephemeral_containers_stand_alone() {
    check(
        r#"
37 {containers: [{name: c, image: i}], ephemeralContainers: [{name: e, image: i, ports: [], resources: {limits: {}}, resizePolicy: [], restartPolicy: Never, restartPolicyRules: [], livenessProbe: {}, lifecycle: {}}]}
  ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container
  ephemeralContainers[0].resources: Forbidden: cannot be set for an Ephemeral Container
  ephemeralContainers[0].resizePolicy: Forbidden: cannot be set for an Ephemeral Container
  ephemeralContainers[0].restartPolicy: Forbidden: cannot be set for an Ephemeral Container
  ephemeralContainers[0].restartPolicyRules: Forbidden: cannot be set for an Ephemeral Container
  ephemeralContainers[0].livenessProbe: Forbidden: cannot be set for an Ephemeral Container
  ephemeralContainers[0].lifecycle: Forbidden: cannot be set for an Ephemeral Container
34 {containers: [{name: c, image: i}], ephemeralContainers: [{name: e, image: i, restartPolicy: Never, lifecycle: {stopSignal: NEVER}}]}
37 {volumes: [{name: v, emptyDir: {}}], containers: [{name: c, image: i}], ephemeralContainers: [{name: e, image: i, volumeMounts: [{name: v, mountPath: /a, subPath: b, subPathExpr: c}], targetContainerName: e}]}
  ephemeralContainers[0].volumeMounts[0].subPathExpr: Invalid value: "c": subPathExpr and subPath are mutually exclusive
  ephemeralContainers[0].targetContainerName: Not found: "e"
  ephemeralContainers[0].volumeMounts[0].subPath: Forbidden: cannot be set for an Ephemeral Container
  ephemeralContainers[0].volumeMounts[0].subPathExpr: Forbidden: cannot be set for an Ephemeral Container
37 {containers: [{name: c, image: i}], ephemeralContainers: [{name: c, image: ' i', targetContainerName: c}]}
  ephemeralContainers[0].image: Invalid value: " i": must not have leading or trailing whitespace
  ephemeralContainers[0].name: Duplicate value: "c"
"#,
    );
}
