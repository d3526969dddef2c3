//! Turns the kernel parameters of a pod into what the API server refuses in them.

use std::borrow::Cow;

use super::super::check::Check;
use super::super::field::Field;
use super::super::inheritance::Inherited;
use super::super::table::Table;

/// The longest name, in bytes (`SysctlMaxLength`).
const LONGEST_NAME: usize = 253;

/// The kernel's own space that a parameter belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Namespace {
    Net,
    Ipc,
}

/// `validateSysctls`.
pub(super) fn sysctls(check: &mut Check, sysctls: &Field<'_, '_>, spec: &Field<'_, '_>) {
    if sysctls.is_empty() {
        return;
    }
    let mut names = Table::new();
    for sysctl in sysctls.items() {
        let name = sysctl.child("name");
        let text = name.text();
        let is_first = names.insert(text, ());
        if text.is_empty() {
            check.required(&name, "");
        } else if !is_name(text) {
            let detail = "must have at most 253 characters and match regex \
                          ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
            check.invalid(&name, text, detail);
        } else if !is_first {
            check.duplicate(&name, text);
        }
        if let Some(detail) = fault_of_host(text, spec).filter(|_| !check.inherits(Inherited::HostSysctl)) {
            check.invalid(&name, text, detail);
        }
    }
}

/// `ValidateHostSysctl`: what is wrong with a parameter of a space that the pod shares with its node.
pub(super) fn fault_of_host(name: &str, spec: &Field<'_, '_>) -> Option<&'static str> {
    match namespace(name)? {
        Namespace::Net if spec.child("hostNetwork").is_true() => {
            Some("may not be specified when 'hostNetwork' is true")
        }
        Namespace::Ipc if spec.child("hostIPC").is_true() => Some("may not be specified when 'hostIPC' is true"),
        Namespace::Net | Namespace::Ipc => None,
    }
}

/// `IsValidSysctlName`.
fn is_name(text: &str) -> bool {
    text.len() <= LONGEST_NAME
        && text.split(['.', '/']).all(|segment| {
            let is_edge =
                |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
            let bytes = segment.as_bytes();
            is_edge(bytes.first())
                && is_edge(bytes.last())
                && bytes.iter().all(|byte| is_edge(Some(byte)) || matches!(byte, b'-' | b'_'))
        })
}

/// `GetNamespace` of `k8s.io/component-helpers`, `node/util/sysctl`.
fn namespace(text: &str) -> Option<Namespace> {
    let normal = normal(text);
    let name = normal.split('*').next().unwrap_or_default();
    match name {
        "kernel.sem"
        | "kernel.shmall"
        | "kernel.shmmax"
        | "kernel.shmmni"
        | "kernel.shm_rmid_forced"
        | "kernel.shm"
        | "kernel.msgmax"
        | "kernel.msgmnb"
        | "kernel.msgmni"
        | "kernel.msg" => Some(Namespace::Ipc),
        _ if name.starts_with("net.") => Some(Namespace::Net),
        _ if name.starts_with("fs.mqueue.") => Some(Namespace::Ipc),
        _ => None,
    }
}

/// `NormalizeName`: where slashes part the name, they and the dots change places.
fn normal(text: &str) -> Cow<'_, str> {
    match text.find(['.', '/']) {
        Some(at) if text.as_bytes().get(at) == Some(&b'/') => Cow::Owned(
            text.chars()
                .map(|character| match character {
                    '.' => '/',
                    '/' => '.',
                    other => other,
                })
                .collect(),
        ),
        _ => Cow::Borrowed(text),
    }
}
