//! Turns the addresses of a Service, and the families that they are of, into what the API server refuses in them.

use super::super::address;
use super::super::check::Check;
use super::super::field::Field;
use super::super::go::BadValue;
use super::super::go_value::GoValue;
use super::super::name::Messages;
use super::super::table::Table;
use super::kind_of;

/// The most written addresses that are pointed at one by one.
const POINTED: usize = 64;

/// Stand for an address that the server allots: only a cluster knows it.
const ALLOTTED_V4: &str = "allotted-ipv4";
const ALLOTTED_V6: &str = "allotted-ipv6";

/// The addresses of a Service with what decides them. The cluster is taken to have both families, IPv4 by default, and
/// each address to be free.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct ClusterIps<'t> {
    /// `type`, its default applied.
    pub(super) kind: &'t str,
    /// `clusterIP`.
    singular: &'t str,
    /// `clusterIPs`.
    pub(super) all: Vec<&'t str>,
    /// `ipFamilies`.
    pub(super) families: Vec<&'t str>,
    /// `ipFamilyPolicy`.
    pub(super) policy: Option<&'t str>,
    /// Whether the Service selects pods.
    selects: bool,
}

impl<'t> ClusterIps<'t> {
    /// As they are when a Service is created (`normalizeClusterIPs` of `pkg/registry/core/service/storage`).
    pub(super) fn created(spec: &Field<'_, 't>) -> Self {
        let mut written = Self::written(spec);
        if written.all.is_empty() && !written.singular.is_empty() {
            written.all.push(written.singular);
        }
        written
    }

    /// As they are when a Service takes the place of another one (`patchAllocatedValues` and `normalizeClusterIPs`).
    pub(super) fn updated(spec: &Field<'_, 't>, old: &Self) -> Self {
        let mut written = Self::written(spec);
        if !written.is_external_name() && !old.is_external_name() {
            if written.singular.is_empty() {
                written.singular = old.singular;
            }
            if written.all.is_empty() {
                written.all.clone_from(&old.all);
            }
        }
        if !old.all.is_empty() && written.all.is_empty() && old.singular == written.singular {
            written.all.clone_from(&old.all);
        }
        if old.singular != written.singular && old.all == written.all {
            written.all.clear();
            if !written.singular.is_empty() {
                written.all.push(written.singular);
            }
        }
        written
    }

    fn written(spec: &Field<'_, 't>) -> Self {
        let policy = spec.child("ipFamilyPolicy");
        Self {
            kind: kind_of(spec),
            singular: spec.child("clusterIP").text(),
            all: spec.child("clusterIPs").items().map(|item| item.text()).collect(),
            families: spec.child("ipFamilies").items().map(|item| item.text()).collect(),
            policy: policy.exists().then(|| policy.text()),
            selects: !spec.child("selector").is_empty(),
        }
    }

    pub(super) fn is_external_name(&self) -> bool {
        self.kind == "ExternalName"
    }

    /// `isHeadlessService`.
    pub(super) fn is_headless(&self) -> bool {
        self.all == ["None"]
    }

    /// Takes out what an `ExternalName` does not have and was not changed either (`dropTypeDependentFields`).
    pub(super) fn drop_unchanged(&mut self, old: &Self) {
        if old.is_external_name() || !self.is_external_name() {
            return;
        }
        if (self.singular, &self.all) == (old.singular, &old.all) {
            (self.singular, self.all) = ("", Vec::new());
        }
        if self.families == old.families {
            self.families = Vec::new();
        }
        if self.policy == old.policy {
            self.policy = None;
        }
    }

    /// Allots what is missing (`initIPFamilyFields`); whether the server can.
    pub(super) fn allot(&mut self, check: &mut Check, spec: &Field<'_, '_>, old: Option<&Self>) -> bool {
        if self.is_external_name() || old.is_some_and(|old| self.still_prefers_both(old)) {
            return true;
        }
        let usual = if self.singular == "None" && !self.selects { "RequireDualStack" } else { "SingleStack" };
        let policy = self.policy.or(old.and_then(|old| old.policy)).unwrap_or(usual);
        self.policy = Some(policy);
        let before = check.errors.len();
        self.related(check, spec, old);
        if check.errors.len() == before {
            self.fit_policy(check, spec, policy, old);
        }
        if check.errors.len() > before {
            return false;
        }
        self.complete(policy);
        true
    }

    /// An update that leaves these fields alone keeps the addresses (`isMatchingPreferDualStackClusterIPFields`).
    fn still_prefers_both(&self, old: &Self) -> bool {
        self.policy == Some("PreferDualStack") && {
            let without_selector = Self { selects: old.selects, ..self.clone() };
            without_selector == *old
        }
    }

    /// What `initIPFamilyFields` asks once the fields fit each other.
    fn fit_policy(&mut self, check: &mut Check, spec: &Field<'_, '_>, policy: &str, old: Option<&Self>) {
        let field = spec.child("ipFamilyPolicy");
        let mut refuse = |detail: &str| check.invalid(&field, BadValue::Typed(policy), detail);
        if policy == "SingleStack" {
            if old.is_some_and(|old| old.all == self.all) {
                self.all.truncate(1);
            }
            if old.is_some_and(|old| old.families == self.families) {
                self.families.truncate(1);
            }
            if self.all.len() == 2 {
                refuse("must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified");
            }
            if self.families.len() == 2 {
                refuse("must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified");
            }
        } else if let Some(old) = old {
            if !self.all.is_empty() && self.all.len() < old.all.len() {
                refuse("must be 'SingleStack' to release the secondary cluster IP");
            }
            if !self.families.is_empty() && self.families.len() < old.families.len() {
                refuse("must be 'SingleStack' to release the secondary IP family");
            }
        }
    }

    fn complete(&mut self, policy: &str) {
        let is_headless = self.all.first() == Some(&"None");
        if !is_headless {
            for text in self.all.iter().skip(self.families.len()) {
                self.families.push(family_of(text));
            }
        }
        if self.families.is_empty() {
            self.families.push("IPv4");
        }
        if let ([family], true) = (&self.families[..], policy != "SingleStack") {
            let other = if *family == "IPv4" { "IPv6" } else { "IPv4" };
            self.families.push(other);
        }
        if !is_headless {
            let allotted = |family: &&str| if *family == "IPv4" { ALLOTTED_V4 } else { ALLOTTED_V6 };
            self.all.extend(self.families.iter().skip(self.all.len()).map(allotted));
            self.singular = self.all.first().copied().unwrap_or_default();
        }
    }

    /// `ValidateServiceClusterIPsRelatedFields`.
    fn related(&self, check: &mut Check, spec: &Field<'_, '_>, old: Option<&Self>) {
        match self.all.first() {
            None if !self.singular.is_empty() => pointed(spec, None, |field| check.required(field, "")),
            Some(_) if self.singular.is_empty() => {
                self.refuse(check, spec, None, "must be empty when `clusterIP` is not specified");
            }
            Some(first) if *first != self.singular => {
                self.refuse(check, spec, None, "first value must match `clusterIP`");
            }
            _ => {}
        }
        families_alone(check, &spec.child("ipFamilies"));
        let policy = spec.child("ipFamilyPolicy");
        if policy.exists() && !matches!(policy.text(), "SingleStack" | "PreferDualStack" | "RequireDualStack") {
            let supported = ["PreferDualStack", "RequireDualStack", "SingleStack"];
            check.not_supported(&policy, BadValue::Typed(policy.text()), &supported);
        }
        if self.are_addresses(check, spec, old) {
            self.of_families(check, spec);
        }
    }

    /// Each of them alone, and how many there are.
    fn are_addresses(&self, check: &mut Check, spec: &Field<'_, '_>, old: Option<&Self>) -> bool {
        let mut are_addresses = true;
        for (index, text) in self.all.iter().enumerate() {
            if index == 0 && *text == "None" {
                if self.all.len() > 1 {
                    are_addresses = false;
                    self.refuse(check, spec, None, "'None' must be the first and only value");
                }
                continue;
            }
            let was_there = old.is_some_and(|old| old.all.contains(text));
            let messages = if was_there { Messages::new() } else { address::ip(text, check.version) };
            are_addresses &= messages.is_empty();
            for message in messages {
                pointed(spec, Some(index), |field| check.invalid(field, *text, &message));
            }
        }
        if self.all.len() > 2 {
            self.refuse(check, spec, None, "may only hold up to 2 values");
        }
        are_addresses
    }

    /// One of each family, and of the family that is named.
    fn of_families(&self, check: &mut Check, spec: &Field<'_, '_>) {
        // Possible only where what was there already is let pass.
        let odd = self.all.iter().enumerate().find(|(_, text)| !is_address(text));
        if let Some((index, text)) = odd
            && self.all.len() > 1
        {
            let detail = format!("failed to check for dual stack with error:invalid IP[{index}]: {text}");
            pointed(spec, None, |field| check.internal(field, &detail));
        }
        let families = self.all.iter().map(|text| family_of(text));
        let of_both = ["IPv4", "IPv6"].iter().all(|family| families.clone().any(|one| one == *family));
        if self.all.len() > 1 && (odd.is_some() || !of_both) {
            self.refuse(check, spec, None, "may specify no more than one IP for each IP family");
        }
        if self.is_headless() {
            return;
        }
        for (index, (family, expected)) in families.zip(&self.families).enumerate() {
            if matches!(*expected, "IPv4" | "IPv6") && family != *expected {
                let detail = format!("expected an {expected} value as indicated by `ipFamilies[{index}]`");
                let text = self.all.get(index).copied().unwrap_or_default();
                pointed(spec, Some(index), |field| check.invalid(field, text, &detail));
            }
        }
    }

    /// An error about all of them, or about that one, that names them all.
    pub(super) fn refuse(&self, check: &mut Check, spec: &Field<'_, '_>, index: Option<usize>, detail: &str) {
        let all = match &self.all[..] {
            [] => GoValue::Nil("[]string"),
            all => GoValue::List("[]string", all.iter().map(|text| GoValue::Text(text)).collect()),
        };
        pointed(spec, index, |field| check.invalid(field, all, detail));
    }
}

/// Shows `spec.clusterIPs`, or the one of that number, pointing at what is written.
pub(super) fn pointed(spec: &Field<'_, '_>, index: Option<usize>, see: impl FnOnce(&Field<'_, '_>)) {
    let (singular, plural) = (spec.child("clusterIP"), spec.child("clusterIPs"));
    let all = if plural.is_empty() && singular.exists() { singular.called("clusterIPs", spec) } else { plural };
    match index {
        None => see(&all),
        Some(index) => {
            let item = plural.items().take(POINTED).nth(index).unwrap_or(all);
            see(&item.numbered(index, &all));
        }
    }
}

fn is_address(text: &str) -> bool {
    matches!(text, ALLOTTED_V4 | ALLOTTED_V6) || address::is_sloppy_ip(text)
}

fn family_of(text: &str) -> &'static str {
    if text == ALLOTTED_V6 || address::is_v6(text) { "IPv6" } else { "IPv4" }
}

/// `ipFamilies` alone.
fn families_alone(check: &mut Check, families: &Field<'_, '_>) {
    if families.is_empty() {
        return;
    }
    let mut seen = Table::new();
    for family in families.items() {
        let value = BadValue::Typed(family.text());
        if !matches!(family.text(), "IPv4" | "IPv6") {
            check.not_supported(&family, value.clone(), &["IPv4", "IPv6"]);
        }
        if !seen.insert(family.text(), ()) {
            check.duplicate(&family, value);
        }
    }
}
