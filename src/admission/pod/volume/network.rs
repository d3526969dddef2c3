//! Turns volumes on storage behind a network into what the API server refuses in them.

use super::required;
use crate::admission::check::Check;
use crate::admission::field::Field;
use crate::admission::go_value::GoValue;
use crate::admission::name;
use crate::admission::pod::path;

/// `validateGitRepoVolumeSource`.
pub(super) fn git_repo(check: &mut Check, source: &Field<'_, '_>) {
    required(check, source, &["repository"]);
    let directory = source.child("directory");
    path::local_descending(check, &directory, directory.text());
}

/// `validateNFSVolumeSource`.
pub(super) fn nfs(check: &mut Check, source: &Field<'_, '_>) {
    required(check, source, &["server", "path"]);
    let path = source.child("path");
    if !path.text().starts_with('/') {
        check.invalid(&path, path.text(), "must be an absolute path");
    }
}

/// `validateGlusterfsVolumeSource`.
pub(super) fn glusterfs(check: &mut Check, source: &Field<'_, '_>) {
    required(check, source, &["endpoints", "path"]);
}

/// `validateFlockerVolumeSource`.
pub(super) fn flocker(check: &mut Check, source: &Field<'_, '_>) {
    let (name, uuid) = (source.child("datasetName"), source.child("datasetUUID"));
    match (name.text(), uuid.text()) {
        ("", "") => check.required(source, "one of datasetName and datasetUUID is required"),
        ("", _) | (_, "") => {}
        _ => check.invalid(source, "resource", "datasetName and datasetUUID can not be specified simultaneously"),
    }
    if name.text().contains('/') {
        check.invalid(&name, name.text(), "must not contain '/'");
    }
}

/// `validateRBDVolumeSource`.
pub(super) fn rbd(check: &mut Check, source: &Field<'_, '_>) {
    monitors(check, source);
    required(check, source, &["image"]);
}

/// `validateCephFSVolumeSource`.
pub(super) fn cephfs(check: &mut Check, source: &Field<'_, '_>) {
    monitors(check, source);
}

fn monitors(check: &mut Check, source: &Field<'_, '_>) {
    let monitors = source.child("monitors");
    if monitors.is_empty() {
        check.required(&monitors, "");
    }
}

/// `validateQuobyteVolumeSource`.
pub(super) fn quobyte(check: &mut Check, source: &Field<'_, '_>) {
    let words = "must be a host:port pair or multiple pairs separated by commas";
    let (registry, tenant) = (source.child("registry"), source.child("tenant"));
    if registry.text().is_empty() {
        check.required(&registry, words);
    } else if tenant.text().len() >= 65 {
        check.required(&tenant, "must be a UUID and may not exceed a length of 64 characters");
    } else if !registry.text().split(',').all(is_host_and_port) {
        check.invalid(&registry, registry.text(), words);
    }
    required(check, source, &["volume"]);
}

/// Whether Go's `net.SplitHostPort` finds a host and a port in the text, either of which may be empty.
fn is_host_and_port(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else { return false };
    let host = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((inside, "")) => inside,
            _ => return false,
        },
        None if host.contains(':') => return false,
        None => host,
    };
    !host.contains(['[', ']']) && !port.contains(['[', ']'])
}

/// `validateFCVolumeSource`.
pub(super) fn fc(check: &mut Check, source: &Field<'_, '_>) {
    let (names, ids) = (source.child("targetWWNs"), source.child("wwids"));
    if names.is_empty() && ids.is_empty() {
        check.required(&names, "must specify either targetWWNs or wwids, but not both");
    }
    if names.is_empty() {
        return;
    }
    if !ids.is_empty() {
        let list = GoValue::text_list("[]string", &names);
        check.invalid(&names, list, "targetWWNs and wwids can not be specified simultaneously");
    }
    let unit = source.child("lun");
    match unit.int() {
        None => check.required(&unit, "lun is required if targetWWNs is specified"),
        Some(number) => logical_unit(check, &unit, number),
    }
}

fn logical_unit(check: &mut Check, unit: &Field<'_, '_>, number: i64) {
    check.invalid_each(unit, number, name::in_range(number, 0, 255));
}

/// `validateISCSIVolumeSource`.
pub(super) fn iscsi(check: &mut Check, source: &Field<'_, '_>) {
    required(check, source, &["targetPortal", "iqn"]);
    let target = source.child("iqn");
    if !target.text().is_empty() {
        iscsi_name(check, &target);
    }
    let unit = source.child("lun");
    logical_unit(check, &unit, unit.int().unwrap_or(0));
    let authenticates = source.child("chapAuthDiscovery").is_true() || source.child("chapAuthSession").is_true();
    let secret = source.child("secretRef");
    if authenticates && !secret.exists() {
        check.required(&secret, "");
    }
    let initiator = source.child("initiatorName");
    if initiator.exists() {
        iscsi_name(check, &initiator.called("initiatorname", source));
    }
}

/// What `validateVolumeSource` asks of an iSCSI volume besides.
pub(super) fn iscsi_initiator(check: &mut Check, volume: &Field<'_, '_>, source: &Field<'_, '_>, name: &str) {
    let portal = source.child("targetPortal").text();
    if source.child("initiatorName").exists() && name.len() + 1 + portal.len() > 64 {
        let words = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName \
                     is specified.";
        check.invalid(&volume.child("name"), name, words);
    }
}

/// The name of an iSCSI node.
fn iscsi_name(check: &mut Check, field: &Field<'_, '_>) {
    let text = field.text();
    let fits = match text.get(..3) {
        Some("iqn") => is_qualified_iscsi_name(text),
        Some("eui") => is_iscsi_number(text, 16),
        Some("naa") => is_iscsi_number(text, 32),
        _ => {
            check.invalid(field, text, "must be valid format starting with iqn, eui, or naa");
            return;
        }
    };
    if !fits {
        check.invalid(field, text, "must be valid format");
    }
}

/// Whether `iqn\.\d{4}-\d{2}\.([[:alnum:]-.]+)(:[^,;*&$|\s]+)$` matches, which is not tied to the beginning of the text.
fn is_qualified_iscsi_name(text: &str) -> bool {
    text.match_indices("iqn.").any(|(at, prefix)| {
        let rest = text.get(at + prefix.len()..).unwrap_or_default();
        let date = rest.as_bytes().get(..8).is_some_and(|date| {
            date.iter().enumerate().all(|(at, byte)| match at {
                4 => *byte == b'-',
                7 => *byte == b'.',
                _ => byte.is_ascii_digit(),
            })
        });
        let Some((authority, own)) = rest.get(8..).filter(|_| date).and_then(|rest| rest.split_once(':')) else {
            return false;
        };
        let allowed = |character: char| {
            !matches!(character, ',' | ';' | '*' | '&' | '$' | '|' | '\t' | '\n' | '\u{c}' | '\r' | ' ')
        };
        !authority.is_empty()
            && authority.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
            && !own.is_empty()
            && own.chars().all(allowed)
    })
}

/// Whether `^eui.[[:alnum:]]{16}$` or its like matches; the point there stands for any character but a line break.
fn is_iscsi_number(text: &str, digits: usize) -> bool {
    let mut rest = text.chars().skip(3);
    rest.next().is_some_and(|point| point != '\n')
        && rest.clone().count() == digits
        && rest.all(|digit| digit.is_ascii_alphanumeric())
}
