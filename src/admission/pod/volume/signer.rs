//! Turns the names of signers and of the bundles that are trusted for them into what the API server says is wrong with
//! them (`pkg/apis/core/validation/names.go`).

use crate::admission::check::Check;
use crate::admission::field::Field;
use crate::admission::name::{self, LABEL_MAX_LENGTH, Messages, SUBDOMAIN_MAX_LENGTH};

/// `IsKubernetesSignerName`.
pub(super) fn is_of_kubernetes(signer: &str) -> bool {
    let host = signer.split_once('/').map_or(signer, |(host, _)| host);
    host == "kubernetes.io" || host.ends_with(".kubernetes.io")
}

/// `ValidateSignerName`: `example.com/name`.
pub(super) fn signer_name(check: &mut Check, field: &Field<'_, '_>) {
    let signer = field.text();
    if signer.is_empty() {
        check.required(field, "");
        return;
    }
    let Some((domain, path)) = signer.split_once('/').filter(|(_, path)| !path.contains('/')) else {
        check.invalid(field, signer, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
        return;
    };
    if domain.len() > SUBDOMAIN_MAX_LENGTH {
        check.too_long(field, SUBDOMAIN_MAX_LENGTH);
    }
    parts(check, field, domain, name::dns1123_label);
    if !domain.contains('.') {
        check.invalid(field, domain, "should be a domain with at least two segments separated by dots");
    }
    parts(check, field, path, name::dns1123_subdomain);
    let most = SUBDOMAIN_MAX_LENGTH + 1 + SUBDOMAIN_MAX_LENGTH + LABEL_MAX_LENGTH + 1;
    if signer.len() > most {
        check.too_long(field, most);
    }
}

/// What is wrong with the first part between dots that is wrong.
fn parts(check: &mut Check, field: &Field<'_, '_>, text: &str, grammar: fn(&str) -> Messages) {
    let wrong = text.split('.').map(|part| (part, grammar(part))).find(|(_, messages)| !messages.is_empty());
    let Some((part, messages)) = wrong else { return };
    let mut quoted = String::new();
    crate::admission::go::quote_into(&mut quoted, part);
    for message in messages {
        check.invalid(field, text, &format!("validating label {quoted}: {message}"));
    }
}

/// `ValidateClusterTrustBundleName`, with the signer that the name itself speaks of
/// (`extractSignerNameFromClusterTrustBundleName`): what stands before the last `:`.
pub(super) fn bundle_name(name: &str) -> Messages {
    let Some((signer, own)) = name.rsplit_once(':') else {
        return name::dns1123_subdomain(name);
    };
    if signer.is_empty() {
        return vec!["ClusterTrustBundle without signer name must not have \":\" in its name".into()];
    }
    let slashed = signer.replace(':', "/");
    let prefix = format!("{}:", signer.replace('/', ":"));
    if signer.contains('/') {
        return vec![format!("ClusterTrustBundle for signerName {slashed} must be named with prefix {prefix}").into()];
    }
    name::dns1123_subdomain(own)
}
