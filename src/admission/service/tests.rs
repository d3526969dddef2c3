//! Services as the API server answers to their creation.

use super::super::testing::{errors, update_errors};
use super::*;

/// Rows of a `spec`, the minor version, and what is said, path and message.
#[test]
fn a_service_is_refused_in_the_words_of_the_server() {
    for (spec, minor, want) in [
        ("{ports: [{port: 80}]}", 33, vec![]),
        ("{clusterIP: None}", 37, vec![]),
        ("{}", 37, vec!["spec.ports: Required value"]),
        (
            "{type: LoadBalancer, clusterIP: None, ports: [{port: 80}]}",
            35,
            vec![r#"spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for LoadBalancer services"#],
        ),
        ("{type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80}]}", 35, vec![]),
        (
            "{type: ExternalName, clusterIP: None, externalName: a_b}",
            34,
            vec![
                "spec.clusterIPs: Forbidden: may not be set for ExternalName services",
                "spec.externalName: Invalid value: \"a_b\": a lowercase RFC 1123 subdomain must consist of lower case \
                 alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. \
                 'example.com', regex used for validation is \
                 '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
            ],
        ),
        (
            "{ports: [{port: 80}, {port: 80, targetPort: 0, name: b}]}",
            33,
            vec![
                "spec.ports[0].name: Required value",
                "spec.ports[1]: Duplicate value: core.ServicePort{Name:\"\", Protocol:\"TCP\", \
                 AppProtocol:(*string)(nil), Port:80, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:\"\"}, \
                 NodePort:0}",
            ],
        ),
        (
            "{ports: [{port: 80}], clusterIP: 1.2.3.4, clusterIPs: [1.2.3.4, '::1']}",
            37,
            vec![
                "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' \
                 when multiple cluster IPs are specified",
            ],
        ),
        (
            "{ports: [{port: 80}], trafficDistribution: PreferSameNode}",
            33,
            vec![r#"spec.trafficDistribution: Unsupported value: "PreferSameNode": supported values: "PreferClose""#],
        ),
        ("{ports: [{port: 80}], trafficDistribution: PreferSameNode}", 34, vec![]),
        (
            "{ports: [{port: 80}], externalIPs: [127.0.0.1]}",
            37,
            vec![
                "spec.externalIPs[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, \
                 ::1/128)",
            ],
        ),
    ] {
        let said = errors(&format!("{{metadata: {{name: db}}, spec: {spec}}}"), minor, create);
        assert_eq!(said, want, "{spec} in 1.{minor}");
    }
}

#[test]
fn a_name_may_begin_with_a_digit_from_36_on() {
    let refusals = |minor| errors("{metadata: {name: 1a}, spec: {clusterIP: None}}", minor, create).len();
    assert_eq!((refusals(35), refusals(36)), (1, 0));
}

/// Two specs that follow each other, and what is said of the second.
#[test]
fn a_change_of_a_service_is_refused_in_the_words_of_the_server() {
    for (old, new, want) in [
        ("ports: [{port: 80}]", "ports: [{port: 81}], ipFamilyPolicy: PreferDualStack", &[][..]),
        (
            "ports: [{port: 80}]",
            "clusterIP: None",
            &["spec.clusterIPs[0]: Invalid value: [\"None\"]: may not change once set"],
        ),
        (
            "ports: [{port: 80}]",
            "ports: [{port: 80}], ipFamilies: [IPv6]",
            &["spec.clusterIPs[0]: Invalid value: \"allotted-ipv4\": expected an IPv6 value as indicated by \
                 `ipFamilies[0]`"],
        ),
        ("type: NodePort, ports: [{port: 80, nodePort: 30000}]", "ports: [{port: 80, nodePort: 30000}]", &[]),
        (
            "ports: [{port: 80}]",
            "ports: [{port: 80, nodePort: 30000}]",
            &["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
        ),
        (
            "type: LoadBalancer, loadBalancerClass: a/b, ports: [{port: 80}]",
            "type: LoadBalancer, ports: [{port: 80}]",
            &["spec.loadBalancerClass: Invalid value: null: may not change once set"],
        ),
        ("ports: [{port: 80}], externalIPs: [01.2.3.4]", "ports: [{port: 80}], externalIPs: [01.2.3.4]", &[]),
    ] {
        let whole = |spec| format!("{{metadata: {{name: db}}, spec: {{{spec}}}}}");
        let said = update_errors(&whole(new), &whole(old), 37, update);
        assert_eq!(said, want, "{old} => {new}");
    }
}
