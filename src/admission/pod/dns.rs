//! Turns the DNS settings of a pod into what the API server refuses in them.

use super::super::check::Check;
use super::super::field::Field;
use super::super::go::BadValue;
use super::super::go_value::GoValue;
use super::super::name;

/// The most name servers of a pod (`MaxDNSNameservers`).
const MOST_NAMESERVERS: usize = 3;
/// The most search paths of a pod (`MaxDNSSearchPaths`).
const MOST_SEARCHES: usize = 32;
/// The most bytes of all search paths with a space between each two (`MaxDNSSearchListChars`).
const MOST_SEARCH_BYTES: usize = 2048;

/// `validateDNSPolicy`; an absent policy is `ClusterFirst`.
pub(super) fn policy(check: &mut Check, policy: &Field<'_, '_>) {
    match policy.text() {
        "" | "ClusterFirstWithHostNet" | "ClusterFirst" | "Default" | "None" => {}
        other => check.not_supported(
            policy,
            BadValue::Typed(other),
            &["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"],
        ),
    }
}

/// `validatePodDNSConfig`.
pub(super) fn config(check: &mut Check, config: &Field<'_, '_>, policy: &str) {
    if policy == "None" && !config.exists() {
        check.required(config, "must provide `dnsConfig` when `dnsPolicy` is None");
        return;
    }
    if !config.exists() {
        return;
    }
    let nameservers = config.child("nameservers");
    if policy == "None" && nameservers.is_empty() {
        check.required(&nameservers, "must provide at least one DNS nameserver when `dnsPolicy` is None");
        return;
    }
    if nameservers.items().count() > MOST_NAMESERVERS {
        let detail = format!("must not have more than {MOST_NAMESERVERS} nameservers");
        check.invalid(&nameservers, GoValue::text_list("[]string", &nameservers), &detail);
    }
    for nameserver in nameservers.items() {
        super::ip(check, &nameserver);
    }
    searches(check, &config.child("searches"));
    for option in config.child("options").items() {
        if option.child("name").text().is_empty() {
            check.required(&option, "must not be empty");
        }
    }
}

fn searches(check: &mut Check, searches: &Field<'_, '_>) {
    let (mut count, mut bytes) = (0, 0);
    for search in searches.items() {
        bytes += search.text().len() + usize::from(count > 0);
        count += 1;
    }
    if count > MOST_SEARCHES {
        let detail = format!("must not have more than {MOST_SEARCHES} search paths");
        check.invalid(searches, GoValue::text_list("[]string", searches), &detail);
    }
    if bytes > MOST_SEARCH_BYTES {
        let detail =
            format!("must not have more than {MOST_SEARCH_BYTES} characters (including spaces) in the search list");
        check.invalid(searches, GoValue::text_list("[]string", searches), &detail);
    }
    for search in searches.items().filter(|search| search.text() != ".") {
        let domain = search.text().strip_suffix('.').unwrap_or(search.text());
        check.invalid_each(&search, domain, name::dns1123_subdomain_with_underscore(domain, check.version));
    }
}
