//! Turns a name, a label, a port or another short text into what the API server says is wrong with it.
//!
//! The grammars and the words are those of `k8s.io/apimachinery`, `pkg/util/validation/validation.go` and, from 1.35 on
//! for the keys and values of labels, `pkg/api/validate/content`. Every function answers one message for each thing that
//! is wrong; none, and without allocating, where nothing is.

use std::borrow::Cow;

use crate::version::Version;

/// What is wrong with a text, one message for each thing.
pub(crate) type Messages = Vec<Cow<'static, str>>;

/// What a kind asks of `metadata.name`; the second argument says that the name is the beginning of a generated one
/// (`ValidateNameFunc`).
pub(super) type NameFunction = fn(&str, bool) -> Messages;

/// The longest label of DNS, in bytes.
pub(super) const LABEL_MAX_LENGTH: usize = 63;

/// The longest subdomain of DNS, in bytes.
pub(super) const SUBDOMAIN_MAX_LENGTH: usize = 253;

const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start \
                     and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is \
                     '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and \
                         must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation \
                         is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const SUBDOMAIN_WITH_UNDERSCORE_33: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and \
     end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
     '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const SUBDOMAIN_WITH_UNDERSCORE: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and \
     end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
     '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')";
const DNS1035_LABEL: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an \
                             alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', \
                             regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const NAME_PART: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
                         alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
                         '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const QUALIFIED_NAME: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
                              alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation \
                              is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' \
                              (e.g. 'example.com/MyName')";
const LABEL_VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and \
                           must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', \
                           regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const PERCENT: &str = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex \
                       used for validation is '[0-9]+%')";
const HTTP_HEADER_NAME: &str = "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', \
                                regex used for validation is '[-A-Za-z0-9]+')";
const RELAXED_ENV_VAR_NAME: &str =
    "a valid environment variable name must consist only of printable ASCII characters other than '='";
const CONFIG_MAP_KEY: &str = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  \
                              or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

/// `IsDNS1123Label`.
pub(super) fn dns1123_label(value: &str) -> Messages {
    let mut messages = longer_than(value, LABEL_MAX_LENGTH, "characters");
    if !is_label(value) {
        let words = if is_subdomain(value) { "must not contain dots" } else { LABEL };
        messages.push(Cow::Borrowed(words));
    }
    messages
}

/// `IsDNS1123Subdomain`.
pub(crate) fn dns1123_subdomain(value: &str) -> Messages {
    subdomain_in(value, "characters")
}

fn subdomain_in(value: &str, unit: &str) -> Messages {
    let mut messages = longer_than(value, SUBDOMAIN_MAX_LENGTH, unit);
    unless(is_subdomain(value), SUBDOMAIN, &mut messages);
    messages
}

/// `IsDNS1123SubdomainWithUnderscore`; 1.33 names the grammar without underscores.
pub(super) fn dns1123_subdomain_with_underscore(value: &str, version: Version) -> Messages {
    let mut messages = longer_than(value, SUBDOMAIN_MAX_LENGTH, "characters");
    let words = if version.minor() >= 34 { SUBDOMAIN_WITH_UNDERSCORE } else { SUBDOMAIN_WITH_UNDERSCORE_33 };
    unless(value.split('.').all(is_label_with_underscore), words, &mut messages);
    messages
}

/// `IsDNS1035Label`.
pub(super) fn dns1035_label(value: &str) -> Messages {
    let mut messages = longer_than(value, LABEL_MAX_LENGTH, "characters");
    let fits = is_label(value) && value.starts_with(|first: char| first.is_ascii_lowercase());
    unless(fits, DNS1035_LABEL, &mut messages);
    messages
}

/// `IsQualifiedName`, from 1.35 on `content.IsLabelKey`: the key of a label.
pub(super) fn qualified_name(value: &str, version: Version) -> Messages {
    let unit = label_unit(version);
    let mut messages = Messages::new();
    let mut parts = value.split('/');
    let name = match (parts.next(), parts.next(), parts.next()) {
        (Some(name), None, _) => name,
        (Some(prefix), Some(name), None) => {
            if prefix.is_empty() {
                messages.push(Cow::Borrowed("prefix part must be non-empty"));
            } else {
                let prefixed =
                    subdomain_in(prefix, unit).into_iter().map(|words| format!("prefix part {words}").into());
                messages.extend(prefixed);
            }
            name
        }
        _ => {
            let what = if version.minor() >= 35 { "a valid label key" } else { "a qualified name" };
            messages.push(format!("{what} {QUALIFIED_NAME}").into());
            return messages;
        }
    };
    if name.is_empty() {
        messages.push(Cow::Borrowed("name part must be non-empty"));
    } else if name.len() > LABEL_MAX_LENGTH {
        messages.push(format!("name part must be no more than {LABEL_MAX_LENGTH} {unit}").into());
    }
    unless(is_label_part(name), NAME_PART, &mut messages);
    messages
}

/// `IsValidLabelValue`, from 1.35 on `content.IsLabelValue`.
pub(super) fn label_value(value: &str, version: Version) -> Messages {
    let mut messages = longer_than(value, LABEL_MAX_LENGTH, label_unit(version));
    unless(value.is_empty() || is_label_part(value), LABEL_VALUE, &mut messages);
    messages
}

/// `IsValidPortName`.
pub(super) fn port_name(value: &str) -> Messages {
    let mut messages = longer_than(value, 15, "characters");
    let charset = !value.is_empty() && value.bytes().all(is_label_byte);
    unless(charset, "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)", &mut messages);
    let letter = value.bytes().any(|byte| byte.is_ascii_lowercase());
    unless(letter, "must contain at least one letter (a-z)", &mut messages);
    unless(!value.contains("--"), "must not contain consecutive hyphens", &mut messages);
    let edges = !value.starts_with('-') && !value.ends_with('-');
    unless(edges, "must not begin or end with a hyphen", &mut messages);
    messages
}

/// `IsValidPortNum`.
pub(super) fn port_number(number: i64) -> Messages {
    in_range(number, 1, 65535)
}

/// `IsValidUserID` and `IsValidGroupID`.
pub(super) fn user_or_group_id(number: i64) -> Messages {
    in_range(number, 0, i64::from(i32::MAX))
}

/// `IsInRange`, both ends included.
pub(super) fn in_range(number: i64, least: i64, most: i64) -> Messages {
    if (least..=most).contains(&number) {
        return Messages::new();
    }
    vec![format!("must be between {least} and {most}, inclusive").into()]
}

/// `IsConfigMapKey`: a key of a ConfigMap or a Secret.
pub(super) fn config_map_key(value: &str) -> Messages {
    let mut messages = longer_than(value, SUBDOMAIN_MAX_LENGTH, "characters");
    let fits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    unless(fits, CONFIG_MAP_KEY, &mut messages);
    messages.extend(change_of_folder(value));
    messages
}

/// `IsRelaxedEnvVarName`.
pub(super) fn relaxed_env_var_name(value: &str) -> Messages {
    let mut messages = Messages::new();
    unless(!value.is_empty(), "environment variable name must be non-empty", &mut messages);
    let fits = value.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'=');
    unless(fits, RELAXED_ENV_VAR_NAME, &mut messages);
    messages
}

/// `IsHTTPHeaderName`.
pub(super) fn http_header_name(value: &str) -> Messages {
    let mut messages = Messages::new();
    let fits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    unless(fits, HTTP_HEADER_NAME, &mut messages);
    messages
}

/// `IsValidPercent`.
pub(super) fn percent(value: &str) -> Messages {
    let mut messages = Messages::new();
    let digits = value.strip_suffix('%').unwrap_or_default();
    unless(!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()), PERCENT, &mut messages);
    messages
}

/// `IsValidPathSegmentName` and, for the beginning of a name, `IsValidPathSegmentPrefix`: what can stand in the path of a
/// request.
pub(super) fn name_is_path_segment(name: &str, prefix: bool) -> Messages {
    match name {
        "." if !prefix => vec![Cow::Borrowed("may not be '.'")],
        ".." if !prefix => vec![Cow::Borrowed("may not be '..'")],
        _ => {
            let mut messages = Messages::new();
            unless(!name.contains('/'), "may not contain '/'", &mut messages);
            unless(!name.contains('%'), "may not contain '%'", &mut messages);
            messages
        }
    }
}

/// `NameIsDNSLabel`.
pub(super) fn name_is_dns_label(name: &str, prefix: bool) -> Messages {
    dns1123_label(&without_trailing_dash(name, prefix))
}

/// `NameIsDNSSubdomain`.
pub(super) fn name_is_dns_subdomain(name: &str, prefix: bool) -> Messages {
    dns1123_subdomain(&without_trailing_dash(name, prefix))
}

/// `NameIsDNS1035Label`.
pub(super) fn name_is_dns1035_label(name: &str, prefix: bool) -> Messages {
    dns1035_label(&without_trailing_dash(name, prefix))
}

/// `maskTrailingDash`: what is generated puts its own end behind the dash. The two last bytes give way to one letter.
fn without_trailing_dash(name: &str, prefix: bool) -> Cow<'_, str> {
    if !prefix || name.len() < 2 || !name.ends_with('-') {
        return Cow::Borrowed(name);
    }
    let kept = name.as_bytes().get(..name.len() - 2).unwrap_or_default();
    Cow::Owned(format!("{}a", String::from_utf8_lossy(kept)))
}

/// What the lengths of the parts of a label are counted in, in the server's words.
fn label_unit(version: Version) -> &'static str {
    if version.minor() >= 35 { "bytes" } else { "characters" }
}

/// `MaxLenError`, where it holds; lengths are in bytes, whatever the words say.
fn longer_than(value: &str, most: usize, unit: &str) -> Messages {
    if value.len() <= most {
        return Messages::new();
    }
    vec![format!("must be no more than {most} {unit}").into()]
}

/// `hasChDirPrefix`.
fn change_of_folder(value: &str) -> Option<Cow<'static, str>> {
    let words = match value {
        "." => "must not be '.'",
        ".." => "must not be '..'",
        _ if value.starts_with("..") => "must not start with '..'",
        _ => return None,
    };
    Some(Cow::Borrowed(words))
}

fn unless(fits: bool, words: &'static str, messages: &mut Messages) {
    if !fits {
        messages.push(Cow::Borrowed(words));
    }
}

fn is_label_byte(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
}

/// `dns1123LabelRegexp`.
pub(super) fn is_label(value: &str) -> bool {
    !value.is_empty() && !value.starts_with('-') && !value.ends_with('-') && value.bytes().all(is_label_byte)
}

fn is_subdomain(value: &str) -> bool {
    value.split('.').all(is_label)
}

fn is_label_with_underscore(value: &str) -> bool {
    let value = value.strip_prefix('_').unwrap_or(value);
    let is_edge = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
    value.starts_with(is_edge)
        && value.ends_with(is_edge)
        && value.bytes().all(|byte| is_label_byte(byte) || byte == b'_')
}

/// `qualifiedNameRegexp`.
fn is_label_part(value: &str) -> bool {
    let is_edge = |character: char| character.is_ascii_alphanumeric();
    value.starts_with(is_edge)
        && value.ends_with(is_edge)
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

#[cfg(test)]
mod tests;
