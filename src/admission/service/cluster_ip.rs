//! Turns the addresses of a Service, and the families that they are of, into what the API server refuses in them.

use std::collections::HashSet;

use super::super::address;
use super::super::check::Check;
use super::super::field::Field;
use super::super::go::BadValue;
use super::super::value::Value;
use super::kind_of;

/// `spec.clusterIPs` as they are read where only `spec.clusterIP` is written (`normalizeClusterIPs`).
pub(super) struct ClusterIps<'f, 't> {
    /// `clusterIP`.
    singular: Field<'f, 't>,
    /// `clusterIPs`.
    plural: Field<'f, 't>,
}

impl<'f, 't> ClusterIps<'f, 't> {
    pub(super) fn of(spec: &'f Field<'f, 't>) -> Self {
        Self { singular: spec.child("clusterIP"), plural: spec.child("clusterIPs") }
    }

    fn fields(&self) -> impl Iterator<Item = Field<'_, 't>> {
        let alone = Some(self.singular).filter(|singular| self.plural.is_empty() && !singular.text().is_empty());
        self.plural.items().chain(alone)
    }

    fn texts(&self) -> impl Iterator<Item = &'t str> {
        self.fields().map(|field| field.text())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.texts().next().is_none()
    }

    /// `isHeadlessService`.
    pub(super) fn is_headless(&self) -> bool {
        let mut texts = self.texts();
        texts.next() == Some("None") && texts.next().is_none()
    }

    /// `spec.clusterIPs`, pointing at what is written.
    pub(super) fn field<'s>(&'s self, spec: &'s Field<'s, 't>) -> Field<'s, 't> {
        if self.plural.is_empty() && self.singular.exists() {
            self.singular.called("clusterIPs", spec)
        } else {
            self.plural
        }
    }

    /// An error about the first of them.
    pub(super) fn first_refused(&self, check: &mut Check, spec: &Field<'_, 't>, detail: &str) {
        let all = self.field(spec);
        if let Some(first) = self.fields().next() {
            check.invalid(&first.numbered(0, &all), first.text(), detail);
        }
    }

    /// The whole list, as an error prints it.
    fn printed(&self) -> Value<'t> {
        Value::List("[]string", self.texts().map(Value::Text).collect())
    }

    /// Whether the server can allot what is missing (`initIPFamilyFields`).
    pub(super) fn are_allotted(&self, check: &mut Check, spec: &Field<'_, 't>) -> bool {
        if kind_of(spec) == "ExternalName" {
            return true;
        }
        let before = check.errors.len();
        self.related(check, spec);
        if check.errors.len() == before {
            self.fit_policy(check, spec);
        }
        check.errors.len() == before
    }

    /// What `initIPFamilyFields` asks once the fields fit each other.
    fn fit_policy(&self, check: &mut Check, spec: &Field<'_, 't>) {
        let policy = spec.child("ipFamilyPolicy");
        let is_headless_without_selector = self.texts().next() == Some("None") && spec.child("selector").is_empty();
        let is_single = match policy.text() {
            "" => !is_headless_without_selector,
            text => text == "SingleStack",
        };
        if !is_single {
            return;
        }
        let value = BadValue::Typed("SingleStack");
        if self.texts().count() == 2 {
            let detail = "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified";
            check.invalid(&policy, value.clone(), detail);
        }
        if spec.child("ipFamilies").items().count() == 2 {
            let detail = "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified";
            check.invalid(&policy, value, detail);
        }
    }

    /// `ValidateServiceClusterIPsRelatedFields`.
    fn related(&self, check: &mut Check, spec: &Field<'_, 't>) {
        let all = self.field(spec);
        let singular = self.singular.text();
        match self.texts().next() {
            Some(_) if singular.is_empty() => {
                check.invalid(&all, self.printed(), "must be empty when `clusterIP` is not specified");
            }
            Some(first) if first != singular => {
                check.invalid(&all, self.printed(), "first value must match `clusterIP`");
            }
            _ => {}
        }
        let families = spec.child("ipFamilies");
        families_alone(check, &families);
        let policy = spec.child("ipFamilyPolicy");
        if policy.exists() && !matches!(policy.text(), "SingleStack" | "PreferDualStack" | "RequireDualStack") {
            let supported = ["PreferDualStack", "RequireDualStack", "SingleStack"];
            check.not_supported(&policy, BadValue::Typed(policy.text()), &supported);
        }
        if self.are_addresses(check, &all) {
            self.of_families(check, &all, &families);
        }
    }

    /// Each of them alone, and how many there are.
    fn are_addresses(&self, check: &mut Check, all: &Field<'_, 't>) -> bool {
        let mut are_addresses = true;
        let count = self.texts().count();
        for (index, item) in self.fields().enumerate() {
            let text = item.text();
            if index == 0 && text == "None" {
                if count > 1 {
                    are_addresses = false;
                    check.invalid(all, self.printed(), "'None' must be the first and only value");
                }
                continue;
            }
            let messages = address::ip(text, check.version);
            are_addresses &= messages.is_empty();
            check.invalid_each(&item.numbered(index, all), text, messages);
        }
        if count > 2 {
            check.invalid(all, self.printed(), "may only hold up to 2 values");
        }
        are_addresses
    }

    /// One of each family, and of the family that is named.
    fn of_families(&self, check: &mut Check, all: &Field<'_, 't>, families: &Field<'_, 't>) {
        let is_v6 = |text: &str| address::is_v6(text);
        if self.texts().nth(1).is_some() && (self.texts().all(is_v6) || !self.texts().any(is_v6)) {
            check.invalid(all, self.printed(), "may specify no more than one IP for each IP family");
        }
        if self.is_headless() {
            return;
        }
        for (index, (item, family)) in self.fields().zip(families.items()).enumerate() {
            let text = item.text();
            let expected = match family.text() {
                "IPv4" if is_v6(text) => "IPv4",
                "IPv6" if !is_v6(text) => "IPv6",
                _ => continue,
            };
            let detail = format!("expected an {expected} value as indicated by `ipFamilies[{index}]`");
            check.invalid(&item.numbered(index, all), text, &detail);
        }
    }
}

/// `ipFamilies` alone.
fn families_alone(check: &mut Check, families: &Field<'_, '_>) {
    if families.is_empty() {
        return;
    }
    let mut seen = HashSet::new();
    for family in families.items() {
        let value = BadValue::Typed(family.text());
        if !matches!(family.text(), "IPv4" | "IPv6") {
            check.not_supported(&family, value.clone(), &["IPv4", "IPv6"]);
        }
        if !seen.insert(family.text()) {
            check.duplicate(&family, value);
        }
    }
}
