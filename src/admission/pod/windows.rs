//! Turns what a pod says about Windows into what the API server refuses in it.

use super::super::check::Check;
use super::super::field::Field;
use super::super::go::BadValue;
use super::super::name;
use super::each_container;

/// The longest text of a credential specification of a group managed service account, in KiB.
const LONGEST_CREDENTIAL_SPEC: usize = 64;
/// From here on the domain of `runAsUserName` is too long, in bytes.
const TOO_LONG_DOMAIN: usize = 256;
/// The longest user of `runAsUserName`, in bytes.
const LONGEST_USER: usize = 104;
/// The longest label of a domain in DNS, in bytes.
const LONGEST_LABEL: usize = 63;
/// The longest domain in `NetBIOS`, in characters.
const LONGEST_NET_BIOS: usize = 15;

/// `validateWindowsSecurityContextOptions`, of a pod and of a container.
pub(in crate::admission) fn options(check: &mut Check, options: &Field<'_, '_>) {
    if !options.exists() {
        return;
    }
    let spec_name = options.child("gmsaCredentialSpecName");
    if spec_name.exists() {
        check.invalid_each(&spec_name, BadValue::Typed(spec_name.text()), name::dns1123_subdomain(spec_name.text()));
    }
    let spec = options.child("gmsaCredentialSpec");
    let text = spec.text();
    if spec.exists() && text.is_empty() {
        check.invalid(&spec, BadValue::Typed(text), "gmsaCredentialSpec cannot be an empty string");
    } else if text.len() > LONGEST_CREDENTIAL_SPEC * 1024 {
        let detail = format!("gmsaCredentialSpec size must be under {LONGEST_CREDENTIAL_SPEC} KiB");
        check.invalid(&spec, BadValue::Typed(text), &detail);
    }
    let user = options.child("runAsUserName");
    if user.exists() {
        run_as_user_name(check, &user);
    }
}

fn run_as_user_name(check: &mut Check, field: &Field<'_, '_>) {
    let text = field.text();
    let mut refuse = |detail: &str| check.invalid(field, BadValue::Typed(text), detail);
    if text.is_empty() {
        return refuse("runAsUserName cannot be an empty string");
    }
    if text.bytes().any(|byte| byte.is_ascii_control()) {
        return refuse("runAsUserName cannot contain control characters");
    }
    let (domain, user) = match text.split_once('\\') {
        Some((_, user)) if user.contains('\\') => {
            return refuse("runAsUserName cannot contain more than one backslash");
        }
        Some((domain, user)) => (Some(domain), user),
        None => (None, text),
    };
    if domain.is_some_and(|domain| domain.len() >= TOO_LONG_DOMAIN) {
        refuse(&format!("runAsUserName's Domain length must be under {TOO_LONG_DOMAIN} characters"));
    }
    if domain.is_some_and(|domain| !is_net_bios(domain) && !is_dns(domain)) {
        refuse("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
    }
    if user.is_empty() {
        refuse("runAsUserName's User cannot be empty");
    } else if user.len() > LONGEST_USER {
        refuse(&format!("runAsUserName's User length must not be longer than {LONGEST_USER} characters"));
    }
    if !user.is_empty() && user.chars().all(|character| matches!(character, '.' | ' ')) {
        refuse("runAsUserName's User cannot contain only periods or spaces");
    }
    if user.contains(|character| r#""/\:;|=,+*?<>@[]"#.contains(character)) {
        refuse(r#"runAsUserName's User cannot contain the following characters: "/\:;|=,+*?<>@[]"#);
    }
}

/// `validNetBiosRegex`.
fn is_net_bios(domain: &str) -> bool {
    !domain.is_empty()
        && !domain.starts_with('.')
        && domain.chars().count() <= LONGEST_NET_BIOS
        && !domain.contains(|character| r#"\/:*?"<>|"#.contains(character))
}

/// `validWindowsUserDomainDNSRegex`.
fn is_dns(domain: &str) -> bool {
    domain.split('.').all(|label| {
        let is_edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let bytes = label.as_bytes();
        is_edge(bytes.first())
            && is_edge(bytes.last())
            && bytes.len() <= LONGEST_LABEL
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    })
}

/// `validateWindowsHostProcessPod`.
pub(super) fn host_process(check: &mut Check, spec: &Field<'_, '_>, security_context: &Field<'_, '_>) {
    let windows_options = security_context.child("windowsOptions");
    let of_pod = windows_options.child("hostProcess").bool();
    let (mut containers, mut host_processes) = (0, 0);
    each_container(spec, |container| {
        containers += 1;
        let security_context = container.child("securityContext");
        let windows_options = security_context.child("windowsOptions");
        let host_process = windows_options.child("hostProcess");
        let own = host_process.bool();
        if let (Some(of_pod), Some(own)) = (of_pod, own)
            && of_pod != own
        {
            let detail = format!("pod hostProcess value must be identical if both are specified, was {of_pod}");
            check.invalid(&host_process, own, &detail);
        }
        host_processes += usize::from(own.or(of_pod) == Some(true));
    });
    if host_processes == 0 {
        return;
    }
    if host_processes != containers {
        let detail = "If pod contains any hostProcess containers then all containers must be HostProcess containers";
        check.invalid(spec, "", detail);
    }
    let host_network = spec.child("hostNetwork");
    if !host_network.is_true() {
        check.invalid(&host_network, false, "hostNetwork must be true if pod contains any hostProcess containers");
    }
}
