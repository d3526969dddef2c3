//! Turns a volume that gathers files of several sources into what the API server refuses in it.

use super::file::{self, Users};
use super::{required, signer};
use crate::admission::check::Check;
use crate::admission::field::Field;
use crate::admission::go_value::{GoValue, Member};
use crate::admission::inheritance::Inherited;
use crate::admission::metadata::{ANNOTATIONS_MAX_SIZE, to_lower};
use crate::admission::name;
use crate::admission::pod::path;
use crate::admission::selector::{self, Values};
use crate::admission::table::Table;

const CONFLICT: &str = "conflicting duplicate paths";

/// The kinds of keys that a certificate of a pod may have, in the server's order.
const KEY_TYPES: &[&str] = &["RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519"];

/// The sources of which the first that is there has its owners dropped.
const DROPPING: &[&str] =
    &["secret", "downwardAPI", "configMap", "serviceAccountToken", "clusterTrustBundle", "podCertificate"];

/// The longest life of a certificate of a pod, in seconds: from any signer, and from one of Kubernetes.
const LONGEST_LIFE: i64 = 91 * 24 * 60 * 60;
const LONGEST_LIFE_OF_KUBERNETES: i64 = 24 * 60 * 60;

/// `validateProjectedVolumeSource`.
pub(super) fn projected(check: &mut Check, volume: &Field<'_, '_>) {
    file::mode(check, &volume.child("defaultMode"));
    let mut taken = Table::new();
    for source in volume.child("sources").items() {
        projection(check, volume, &source, &mut taken);
    }
}

/// One source of `validateProjectionSources`. Up to 1.36 two kinds of them are taken out before the server looks
/// (`dropDisabledClusterTrustBundleProjection`, `dropDisabledPodCertificateProjection` of `pkg/api/pod/util.go`).
fn projection<'t>(check: &mut Check, volume: &Field<'_, 't>, source: &Field<'_, 't>, taken: &mut Table<'t, ()>) {
    let mut kinds = 0;
    let dropped = DROPPING.iter().find(|kind| source.child(kind).exists());
    let users = |kind: &str| if dropped.is_some_and(|dropped| *dropped == kind) { Users::Dropped } else { Users::Kept };
    for kind in ["secret", "configMap"] {
        let files = source.child(kind);
        if files.exists() {
            kinds += 1;
            keys(check, volume, &files, users(kind), taken);
        }
    }
    let fields = source.child("downwardAPI");
    if fields.exists() {
        kinds += 1;
        for item in fields.child("items").items() {
            let file = item.written_as(&fields);
            file::downward_api_file(check, &file, users("downwardAPI"));
            not_taken(check, volume, &file.child("path"), None, taken);
        }
    }
    let token = source.child("serviceAccountToken");
    if token.exists() {
        kinds += 1;
        service_account_token(check, volume, &token);
        file::user(check, &token.child("user"), users("serviceAccountToken"));
    }
    if check.since(37) {
        let bundle = source.child("clusterTrustBundle");
        if bundle.exists() {
            kinds += 1;
            cluster_trust_bundle(check, &bundle, users("clusterTrustBundle"));
            let path = bundle.child("path");
            if !taken.insert(path.text(), ()) {
                check.invalid(&path.written_as(volume), path.text(), CONFLICT);
            }
        }
        let certificate = source.child("podCertificate");
        if certificate.exists() {
            kinds += 1;
            pod_certificate(check, volume, &certificate, users("podCertificate"), taken);
        }
    }
    if kinds > 1 {
        check.forbidden(source, "may not specify more than 1 volume type per source");
    }
}

/// Keys of a Secret or a ConfigMap.
fn keys<'t>(check: &mut Check, volume: &Field<'_, 't>, files: &Field<'_, 't>, users: Users, taken: &mut Table<'t, ()>) {
    required(check, files, &["name"]);
    let name = files.child("name").text();
    for item in files.child("items").items() {
        file::key_to_path(check, &item, users);
        not_taken(check, volume, &item.child("path"), Some(name), taken);
    }
}

/// No other file of the volume may have the path. The server names the volume, and the path or what it is told to.
fn not_taken<'t>(
    check: &mut Check,
    volume: &Field<'_, 't>,
    path: &Field<'_, 't>,
    named: Option<&str>,
    taken: &mut Table<'t, ()>,
) {
    let text = path.text();
    if !text.is_empty() && !taken.insert(text, ()) {
        check.invalid(&path.written_as(volume), named.unwrap_or(text), CONFLICT);
    }
}

fn service_account_token(check: &mut Check, volume: &Field<'_, '_>, token: &Field<'_, '_>) {
    let life = token.child("expirationSeconds");
    // An hour by default.
    if let Some(seconds) = life.int() {
        if seconds < 10 * 60 {
            check.invalid(&life, seconds, "may not specify a duration less than 10 minutes");
        }
        if seconds > 1 << 32 {
            check.invalid(&life, seconds, "may not specify a duration larger than 2^32 seconds");
        }
    }
    let token = token.written_as(volume);
    let path = token.child("path");
    if path.text().is_empty() {
        check.required(&path, "");
    } else if !check.inherits(Inherited::TokenPath) {
        path::local_non_reserved(check, &path, path.text());
    }
}

fn cluster_trust_bundle(check: &mut Check, bundle: &Field<'_, '_>, users: Users) {
    let (name, signer) = (bundle.child("name"), bundle.child("signerName"));
    let selector = bundle.child("labelSelector");
    match (name.exists(), signer.exists()) {
        (true, true) => {
            check.invalid(bundle, printed(bundle, users), "only one of name and signerName may be used");
        }
        (true, false) => {
            let text = name.text();
            if text.is_empty() {
                check.required(&name, "must be a valid object name");
            }
            for message in signer::bundle_name(text) {
                check.invalid(&name, text, &format!("not a valid clustertrustbundlename: {message}"));
            }
            if selector.exists() {
                let printed = GoValue::label_selector(&selector);
                check.invalid(&selector, printed, "labelSelector must be unset if name is specified");
            }
        }
        (false, true) => {
            if signer.text().is_empty() {
                check.required(&signer, "must be a valid signer name");
            }
            signer::signer_name(check, &signer);
            selector::label_selector(check, &selector, Values::OfLabels);
        }
        (false, false) => check.required(bundle, "either name or signerName must be specified"),
    }
    required(check, bundle, &["path"]);
    file::user(check, &bundle.child("user"), users);
    let path = bundle.child("path");
    path::local_non_reserved(check, &path, path.text());
}

/// The bundle as the server holds it.
fn printed<'t>(bundle: &Field<'_, 't>, users: Users) -> GoValue<'t> {
    let user = match users {
        Users::Dropped => GoValue::Nil("*int64"),
        Users::Kept => GoValue::int_pointer("*int64", &bundle.child("user")),
    };
    let selector = bundle.child("labelSelector");
    let selector =
        if selector.exists() { GoValue::label_selector(&selector) } else { GoValue::Nil("*v1.LabelSelector") };
    GoValue::Struct(
        "core.ClusterTrustBundleProjection",
        vec![
            Member::new("Name", GoValue::text_pointer("*string", &bundle.child("name"))),
            Member::new("SignerName", GoValue::text_pointer("*string", &bundle.child("signerName"))),
            Member::new("LabelSelector", selector),
            Member::new("Optional", GoValue::bool_pointer(&bundle.child("optional"))),
            Member::new("Path", GoValue::Text(bundle.child("path").text())),
            Member::new("User", user),
        ],
    )
}

fn pod_certificate<'t>(
    check: &mut Check,
    volume: &Field<'_, 't>,
    certificate: &Field<'_, 't>,
    users: Users,
    taken: &mut Table<'t, ()>,
) {
    let signer = certificate.child("signerName");
    signer::signer_name(check, &signer);
    user_annotations(check, &certificate.child("userAnnotations"));
    file::user(check, &certificate.child("user"), users);
    let kind = certificate.child("keyType");
    if !KEY_TYPES.contains(&kind.text()) {
        check.not_supported(&kind, kind.text(), KEY_TYPES);
    }
    let life = certificate.child("maxExpirationSeconds");
    if let Some(seconds) = life.int() {
        if seconds < 3600 {
            check.invalid(&life, seconds, "if provided, maxExpirationSeconds must be >= 3600");
        }
        let kubernetes = signer::is_of_kubernetes(signer.text());
        let most = if kubernetes { LONGEST_LIFE_OF_KUBERNETES } else { LONGEST_LIFE };
        if seconds > most {
            check.invalid(&life, seconds, &format!("if provided, maxExpirationSeconds must be <= {most}"));
        }
    }
    let mut paths = 0;
    for name in ["credentialBundlePath", "keyPath", "certificateChainPath"] {
        let path = certificate.child(name);
        if !path.text().is_empty() {
            paths += 1;
            path::local_non_reserved(check, &path, path.text());
            not_taken(check, volume, &path, None, taken);
        }
    }
    if paths == 0 {
        check.required(certificate, "specify at least one of credentialBundlePath, keyPath, and certificateChainPath");
    }
}

/// `ValidateUserAnnotations`: what a signer is told, under keys that have a domain (`IsDomainPrefixedKey`).
fn user_annotations(check: &mut Check, annotations: &Field<'_, '_>) {
    let mut size = 0;
    annotations.for_each_entry(|key_text, key, value| {
        size += key_text.len() + value.as_str().unwrap_or_default().len();
        let (field, text) = (annotations.pointing_at(key), to_lower(key_text));
        let messages = name::qualified_name(&text, check.version);
        if text.is_empty() {
            check.required(&field, "");
        } else if messages.is_empty() && !text.contains('/') {
            check.invalid(&field, text.as_ref(), "must be a domain-prefixed key (such as \"acme.io/foo\")");
        } else {
            check.invalid_each(&field, text.as_ref(), messages);
        }
    });
    if size > ANNOTATIONS_MAX_SIZE {
        check.too_long(annotations, ANNOTATIONS_MAX_SIZE);
    }
}
