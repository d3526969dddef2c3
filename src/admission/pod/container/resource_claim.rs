//! Turns what resources say of the pod's claims into what the API server refuses in it.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::super::super::check::Check;
use super::super::super::field::Field;
use super::super::super::name;

/// `validateResourceClaimNames`; before 1.34 the list is dropped. `claims` are the pod's `resourceClaims`.
pub(super) fn names(check: &mut Check, list: &Field<'_, '_>, claims: &Field<'_, '_>) {
    if list.is_empty() || !check.since(34) {
        return;
    }
    let known: BTreeSet<&str> = claims.items().map(|claim| claim.child("name").text()).collect();
    let mut referenced = Referenced::default();
    for claim in list.items() {
        let (claim_name, request) = (claim.child("name").text(), claim.child("request"));
        if claim_name.is_empty() {
            check.required(&claim, "");
            continue;
        }
        if referenced.keys.contains(claim_name) {
            check.duplicate(&claim, claim_name);
        } else {
            check.invalid_each(&request, request.text(), request_name(&request));
            referenced.add(check, &claim, claim_name, request.text());
        }
        if !known.contains(claim_name) {
            check.not_found_because(&claim, claim_name, &unknown(&known));
        }
    }
}

fn request_name(request: &Field<'_, '_>) -> name::Messages {
    if request.text().is_empty() { name::Messages::new() } else { name::dns1123_label(request.text()) }
}

fn unknown(known: &BTreeSet<&str>) -> String {
    let mut detail = "must be one of the names in pod.spec.resourceClaims".to_owned();
    let mut separator = ": ";
    for name in known.iter().filter(|name| !name.is_empty()) {
        detail.push_str(separator);
        detail.push_str(name);
        separator = ", ";
    }
    if separator == ": " {
        detail.push_str(" which is empty");
    }
    detail
}

/// What a container has referred to: a claim, or a request of one as `claim/request`.
#[derive(Default)]
struct Referenced {
    keys: HashSet<String>,
    /// How many requests of a claim.
    requests: HashMap<String, usize>,
}

impl Referenced {
    fn add(&mut self, check: &mut Check, claim: &Field<'_, '_>, name: &str, request: &str) {
        let key = if request.is_empty() { name.to_owned() } else { format!("{name}/{request}") };
        if self.keys.contains(&key) {
            check.duplicate(claim, key.as_str());
        } else if request.is_empty() {
            // The whole of a claim overlaps with each request of it.
            for _ in 0..self.requests.get(name).copied().unwrap_or_default() {
                check.duplicate(claim, name);
            }
        }
        if let Some((claim, _)) = key.split_once('/')
            && !self.keys.contains(&key)
        {
            *self.requests.entry(claim.to_owned()).or_default() += 1;
        }
        self.keys.insert(key);
    }
}
