//! Turns the words in which the API server refuses a field into what to do about it.

use crate::admission::Reason;
use crate::suggestion;

/// What to do about a value, by what the server says is wrong with it: of several that fit, the first.
const ABOUT_VALUES: [(&str, &str); 28] = [
    (
        "prefix part a lowercase RFC 1123",
        "write a domain before the \"/\": lower case letters, digits, \"-\" and \".\"",
    ),
    (
        "a lowercase RFC 1123 label must",
        "write lower case letters, digits and \"-\" alone, with a letter or digit at both ends",
    ),
    (
        "a lowercase RFC 1123 subdomain must",
        "write lower case letters, digits, \"-\" and \".\" alone, with a letter or digit at both ends of each part",
    ),
    (
        "a DNS-1035 label must",
        "write lower case letters, digits and \"-\" alone, with a letter at the beginning and a letter or digit at the end",
    ),
    (
        "a valid label must be an empty string",
        "write letters, digits, \"-\", \"_\" and \".\" alone, with a letter or digit at both ends, or leave it empty",
    ),
    (
        "name part must consist of",
        "write letters, digits, \"-\", \"_\" and \".\" alone, with a letter or digit at both ends; \"/\" may stand behind a domain",
    ),
    ("must contain only alpha-numeric characters (a-z, 0-9)", "write lower case letters, digits and \"-\" alone"),
    (
        "must be a standard resource",
        "write cpu, memory, ephemeral-storage, or a name behind a domain, such as example.com/gpu",
    ),
    ("name is neither a standard finalizer", "write a domain before it, such as example.com/NAME"),
    ("a valid percent string must", "write an integer without quotes, or one with \"%\" behind it"),
    ("must be a valid IP address", "write an address, such as 10.0.0.1 or 2001:db8::1"),
    ("must be a valid CIDR value", "write an address and the bits that count, such as 10.0.0.0/8"),
    ("must not contain dots", "take the dots out"),
    ("must not contain '..'", "write the path without \"..\""),
    ("must be a relative path", "take the \"/\" at the beginning off"),
    ("must be an absolute path", "begin it with \"/\""),
    ("must be greater than zero", "write more than 0"),
    ("cannot be 0", "write more than 0"),
    ("subPathExpr and subPath are mutually exclusive", "keep one of subPath and subPathExpr"),
    ("value must be empty when `operator` is 'Exists'", "take the value out, or write operator: Equal"),
    ("must be less than or equal to", "request no more than the limit, or raise the limit"),
    ("must be equal to", "request as much as the limit"),
    ("only allowed for updateStrategy 'RollingUpdate'", "take rollingUpdate out, or write type: RollingUpdate"),
    ("must be a number between 0 and 0777", "write three octal digits behind a 0, such as 0644, or 420 in decimal"),
    ("may not be specified when `value` is not empty", "keep one of value and valueFrom"),
    ("must specify one of: `configMapRef` or", "name a ConfigMap or a Secret: configMapRef or secretRef, with a name"),
    ("may not be set to 'None' for", "take clusterIP out, or write type: ClusterIP, of which a headless Service is"),
    ("minAvailable and maxUnavailable cannot be both set", "keep one of minAvailable and maxUnavailable"),
];

/// Longer lists of supported values are not repeated; in bytes.
const LONGEST_LIST: usize = 100;

/// The next move where no rule knows a better one; `field` is refused in these `words`.
pub(super) fn of(reason: Reason, field: &str, words: &str) -> String {
    match reason {
        Reason::Required => about_absent(field, words),
        Reason::NotSupported if field == "spec.updateStrategy.type" && words.contains(": \"Recreate\":") => {
            "write \"RollingUpdate\" or \"OnDelete\"; Recreate needs Kubernetes 1.37 or newer, where the feature gate \
             StatefulSetRecreateStrategy is on, which is said with --feature-gates StatefulSetRecreateStrategy=true"
                .to_owned()
        }
        Reason::NotSupported => match (meant(words), words.split_once(": supported values: ")) {
            (Some(meant), _) => format!("did you mean \"{meant}\"?"),
            (None, Some((_, only))) if !only.contains(", ") => format!("write {only}, which alone is supported"),
            (None, Some((_, few))) if few.len() <= LONGEST_LIST => format!("write one of {few}"),
            (None, _) => "write one of the supported values".to_owned(),
        },
        Reason::Forbidden => about_forbidden(field, words),
        Reason::Duplicate => about_repeated(field).to_owned(),
        Reason::NotFound if is_named(field, "volumeMounts") || is_named(field, "volumeDevices") => {
            let name = words.strip_prefix("Not found: ").unwrap_or("of that name");
            format!("add a volume or a claim template {name}, or name one that is there")
        }
        Reason::NotFound => "name something that the object has, or add it".to_owned(),
        Reason::TooLong => "make it shorter".to_owned(),
        Reason::TooMany => "take some of them out".to_owned(),
        Reason::Invalid | Reason::Internal => about_value(field, words),
    }
}

fn about_absent(field: &str, words: &str) -> String {
    if words.contains("must specify a handler type") {
        let handlers =
            if field.contains(".lifecycle.") { "exec, httpGet or sleep" } else { "exec, grpc, httpGet or tcpSocket" };
        return format!("say what is done: {handlers}");
    }
    if words.contains("must be specified when `operator` is 'In' or 'NotIn'") {
        return "add a value, or write operator: Exists, which asks for none".to_owned();
    }
    if field.starts_with("spec.ports[") && is_named(field, "ports") {
        return "give the port a name: each of several needs one".to_owned();
    }
    match field.strip_suffix(".resources[storage]") {
        // The server leaves out where in the resources it is missed.
        Some(spec) => format!("add {spec}.resources.requests.storage"),
        None => format!("add {field}"),
    }
}

fn about_forbidden(field: &str, words: &str) -> String {
    if words.contains("more than 1 volume type") {
        "keep one of its sources; give the other a volume of its own".to_owned()
    } else if words.contains("more than 1 handler type") {
        "keep one of its handlers".to_owned()
    } else if words.contains("may not be used when `type` is 'ClusterIP'") {
        "take it out, or write type: NodePort or type: LoadBalancer".to_owned()
    } else {
        format!("take {field} out")
    }
}

fn about_repeated(field: &str) -> &'static str {
    if is_named(field, "containers") || is_named(field, "initContainers") {
        "give the container a name of its own; containers and init containers share their names"
    } else if is_named(field, "volumes") {
        "give the volume a name of its own"
    } else if is_named(field, "ports") {
        "give the port a name of its own"
    } else if field.ends_with(".hostPort") {
        "give it another hostPort; the containers of a pod share those of its node"
    } else if field.starts_with("spec.ports[") && field.ends_with(']') {
        "give it another port or another protocol, or take it out"
    } else {
        "take one of them out, or give it a value of its own"
    }
}

fn about_value(field: &str, words: &str) -> String {
    let behind = |mark: &str| words.split_once(mark).map(|(_, rest)| rest);
    if let Some((least, most)) =
        behind("must be between ").and_then(|rest| rest.strip_suffix(", inclusive")?.split_once(" and "))
    {
        return format!("write a number from {least} to {most}");
    }
    if let Some(least) = behind("must be greater than or equal to ") {
        return format!("write {least} or more");
    }
    if let Some(most) = behind("must be no more than ") {
        return format!("make it shorter: {most} at most");
    }
    if let Some((one, other)) = behind(": must be '").and_then(|rest| rest.strip_suffix('\'')?.split_once("' or '")) {
        return format!("write {one} or {other}");
    }
    if words.ends_with("not a valid selector operator") {
        return operators(field).to_owned();
    }
    if words.ends_with("must contain at least one letter (a-z)") {
        let is_name = is_named(field, "ports");
        return if is_name {
            "put a letter into it"
        } else {
            "take the quotes off the number, or write the name of a port"
        }
        .to_owned();
    }
    if words.ends_with("must be unique") {
        let path = if field.ends_with("Path") { "path" } else { "value" };
        return format!("give it a {path} that no other one has");
    }
    if words.ends_with(": must be 1") {
        return "write 1, or take it out".to_owned();
    }
    let known = ABOUT_VALUES.iter().find(|(mark, _)| words.contains(mark));
    known.map_or("write it as the API server wants it", |(_, advice)| advice).to_owned()
}

/// The operators that requirements have where `field` stands.
fn operators(field: &str) -> &'static str {
    if field.contains(".matchFields[") {
        "write In or NotIn"
    } else if field.contains(".nodeAffinity.") {
        "write In, NotIn, Exists, DoesNotExist, Gt or Lt"
    } else {
        "write In, NotIn, Exists or DoesNotExist"
    }
}

/// Whether `field` is the name of an item of such a list.
fn is_named(field: &str, list: &str) -> bool {
    let item = field.strip_suffix("].name").and_then(|rest| rest.rsplit_once('['));
    item.is_some_and(|(before, _)| before.rsplit('.').next() == Some(list))
}

/// The supported value that is nearest to the one that is not supported.
fn meant(words: &str) -> Option<&str> {
    let (value, supported) = words.split_once(": supported values: ")?;
    let value = value.split_once(": ")?.1.trim_matches('"');
    suggestion::nearest(value, supported.split(", ").map(|value| value.trim_matches('"')))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABEL: &str =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start …";

    #[test]
    fn every_refusal_has_a_next_move() {
        let unsupported = "Unsupported value: \"retain\": supported values: \"Retain\", \"Delete\"";
        for (reason, words, want) in [
            (Reason::Required, "Required value", "add spec.a"),
            (Reason::NotSupported, unsupported, "did you mean \"Retain\"?"),
            (Reason::NotSupported, "Unsupported value: \"x\"", "write one of the supported values"),
            (
                Reason::NotSupported,
                "Unsupported value: \"x\": supported values: \"Retain\", \"Delete\"",
                "write one of \"Retain\", \"Delete\"",
            ),
            (
                Reason::NotSupported,
                "Unsupported value: \"never\": supported values: \"Always\"",
                "write \"Always\", which alone is supported",
            ),
            (
                Reason::NotSupported,
                "Unsupported value: \"Recreate\": supported values: \"OnDelete\", \"RollingUpdate\"",
                "write one of \"OnDelete\", \"RollingUpdate\"",
            ),
            (Reason::Forbidden, "Forbidden: may not be set", "take spec.a out"),
            (Reason::Invalid, "Invalid value: \"x\": odd", "write it as the API server wants it"),
        ] {
            assert_eq!(of(reason, "spec.a", words), want, "{words}");
        }
        let recreate = "Unsupported value: \"Recreate\": supported values: \"OnDelete\", \"RollingUpdate\"";
        let told = of(Reason::NotSupported, "spec.updateStrategy.type", recreate);
        assert!(told.contains("StatefulSetRecreateStrategy=true"), "{told}");
    }

    #[test]
    fn what_to_do_about_a_value_is_what_is_wrong_with_it() {
        for (field, words, want) in [
            ("metadata.name", LABEL, "write lower case letters"),
            ("spec.hostname", "must be no more than 63 characters", "make it shorter: 63 characters at most"),
            ("spec.ports[0].port", "must be between 1 and 65535, inclusive", "write a number from 1 to 65535"),
            ("spec.replicas", "must be greater than or equal to 0", "write 0 or more"),
            ("a.livenessProbe.successThreshold", "must be 1", "write 1, or take it out"),
            ("s.rollingUpdate", "only allowed for updateStrategy 'RollingUpdate'", "take rollingUpdate out"),
            (
                "v.configMap.defaultMode",
                "must be a number between 0 and 0777 (octal), both inclusive",
                "write three octal",
            ),
            ("c.env[0].valueFrom", "may not be specified when `value` is not empty", "keep one of value and valueFrom"),
            ("c.envFrom", "must specify one of: `configMapRef` or `secretRef`", "name a ConfigMap or a Secret"),
            ("spec.clusterIPs[0]", "may not be set to 'None' for NodePort services", "take clusterIP out"),
            ("spec.podManagementPolicy", "must be 'OrderedReady' or 'Parallel'", "write OrderedReady or Parallel"),
            ("spec.ports[0].targetPort", "must contain at least one letter (a-z)", "take the quotes off"),
            ("c.containers[0].ports[0].name", "must contain at least one letter (a-z)", "put a letter into it"),
            ("c.volumeMounts[1].mountPath", "must be unique", "give it a path that no other one has"),
            (
                "a.nodeAffinity.x[0].operator",
                "not a valid selector operator",
                "write In, NotIn, Exists, DoesNotExist, Gt",
            ),
            ("spec.selector.x[0].operator", "not a valid selector operator", "write In, NotIn, Exists or DoesNotExist"),
        ] {
            let told = of(Reason::Invalid, field, &format!("Invalid value: \"x\": {words}"));
            assert!(told.starts_with(want), "{field}: {words}: {told}");
        }
    }

    #[test]
    fn what_to_do_about_a_field_is_what_it_is() {
        let volume_types = "Forbidden: may not specify more than 1 volume type";
        let no_node_port = "Forbidden: may not be used when `type` is 'ClusterIP'";
        let no_handler = "Required value: must specify a handler type";
        for (reason, field, words, want) in [
            (Reason::Duplicate, "a.initContainers[1].name", "", "give the container a name of its own"),
            (Reason::Duplicate, "a.volumes[1].name", "", "give the volume a name of its own"),
            (Reason::Duplicate, "spec.ports[1]", "", "give it another port or another protocol"),
            (Reason::Required, "spec.ports[1].name", "Required value", "give the port a name"),
            (Reason::Required, "spec.resources[storage]", "", "add spec.resources.requests.storage"),
            (Reason::Required, "a.containers[0].livenessProbe", no_handler, "say what is done: exec, grpc, httpGet"),
            (
                Reason::Required,
                "a.containers[0].lifecycle.preStop",
                no_handler,
                "say what is done: exec, httpGet or sleep",
            ),
            (
                Reason::NotFound,
                "c.volumeMounts[0].name",
                "Not found: \"data\"",
                "add a volume or a claim template \"data\"",
            ),
            (Reason::Forbidden, "a.volumes[0].emptyDir", volume_types, "keep one of its sources"),
            (Reason::Forbidden, "spec.ports[0].nodePort", no_node_port, "take it out, or write type: NodePort"),
        ] {
            let told = of(reason, field, words);
            assert!(told.starts_with(want), "{field}: {words}: {told}");
        }
    }
}
