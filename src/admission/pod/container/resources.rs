//! Turns requests and limits of resources into what the API server refuses in them.

use super::super::super::check::Check;
use super::super::super::field::Field;
use super::super::super::go::json_quote_into;
use super::super::super::go_value::GoValue;
use super::super::super::inheritance::Inherited;
use super::resource_claim;
use super::resource_name::{self, Level};
use crate::quantity::{self, Quantity};
use crate::yaml::Node;

/// `ValidateContainerResourceRequirements`, of a container. `claims` are the pod's `resourceClaims`; `is_defaulted` says
/// that of a pod what is limited is requested too (`SetDefaults_Pod`).
pub(super) fn of_container(check: &mut Check, resources: &Field<'_, '_>, claims: &Field<'_, '_>, is_defaulted: bool) {
    if resources.exists() {
        requirements(check, resources, Level::Container, is_defaulted);
        resource_claim::names(check, &resources.child("claims"), claims);
    }
}

/// `validatePodResourceRequirements`, of a whole pod. `claims` are its `resourceClaims`.
pub(in crate::admission) fn of_pod(check: &mut Check, resources: &Field<'_, '_>, claims: &Field<'_, '_>) {
    requirements(check, resources, Level::Pod, false);
    resource_claim::names(check, &resources.child("claims"), claims);
}

/// `validateOverhead`: what a pod takes besides its containers, which the server checks, and names, as limits.
pub(in crate::admission) fn overhead(check: &mut Check, overhead: &Field<'_, '_>) {
    let mut kinds = Kinds::default();
    limits(check, &overhead.called("limits", overhead), Level::Container, &mut kinds);
    kinds.complete(check, overhead);
}

/// `validateResourceRequirements`, all but the claims.
fn requirements(check: &mut Check, resources: &Field<'_, '_>, level: Level, is_defaulted: bool) {
    let (limited, requested) = (resources.child("limits"), resources.child("requests"));
    let mut kinds = Kinds::default();
    limits(check, &limited, level, &mut kinds);
    requested.for_each_entry(|name, key, value| {
        let request = requested.entry(name, key, value);
        amount(check, &request, name, level, &mut kinds);
        request_against_limit(check, resources, &request, name);
    });
    if is_defaulted && check.is_pod {
        limited.for_each_entry(|name, key, value| {
            if !requested.has_key(name) {
                let request = limited.entry(name, key, value).keyed(name, &requested);
                amount(check, &request, name, level, &mut kinds);
            }
        });
    }
    kinds.complete(check, resources);
}

fn limits(check: &mut Check, limits: &Field<'_, '_>, level: Level, kinds: &mut Kinds) {
    limits.for_each_entry(|name, key, value| amount(check, &limits.entry(name, key, value), name, level, kinds));
}

/// Which kinds of resources are named.
#[derive(Default)]
struct Kinds {
    cpu_or_memory: bool,
    huge_pages: bool,
}

impl Kinds {
    /// Huge pages alone are not enough.
    fn complete(&self, check: &mut Check, resources: &Field<'_, '_>) {
        if self.huge_pages && !self.cpu_or_memory {
            check.forbidden(resources, "HugePages require cpu or memory");
        }
    }
}

/// One entry of requests or limits.
fn amount(check: &mut Check, field: &Field<'_, '_>, name: &str, level: Level, kinds: &mut Kinds) {
    resource_name::resource_name(check, field, name, level);
    let quantity = rounded(field.node());
    if quantity.is_negative() {
        let written = written(field.node());
        check.invalid(field, written.as_str(), "must be greater than or equal to 0");
    }
    if resource_name::is_counted(name, check.version) && field.node().is_some_and(Quantity::is_fractional_in_list) {
        check.invalid(field, printed(field.node()), "must be an integer");
    }
    if let Some(page) = name.strip_prefix(resource_name::HUGE_PAGES) {
        kinds.huge_pages = true;
        if !is_multiple(quantity, field.node(), page) && !check.inherits(Inherited::PartOfHugePage) {
            let written = written(field.node());
            let detail = format!("{written} is not positive integer multiple of {name}");
            check.invalid(field, written.as_str(), &detail);
        }
    }
    kinds.cpu_or_memory |= matches!(name, "cpu" | "memory");
}

/// A request against the limit of the same resource. The server names the whole of requests, or of limits.
fn request_against_limit(check: &mut Check, resources: &Field<'_, '_>, request: &Field<'_, '_>, name: &str) {
    let limits = resources.child("limits");
    let can_be_overcommitted = resource_name::can_be_overcommitted(name);
    let Some(limit) = limits.node().and_then(|limits| limits.entry(name)) else {
        if !can_be_overcommitted {
            check.required(&limits, "Limit must be set for non overcommitable resources");
        }
        return;
    };
    let limit = Some(limit.value).filter(|value| !value.is_null());
    let (requested, limited) = (rounded(request.node()), rounded(limit));
    let relation = if requested != limited && !can_be_overcommitted {
        "equal to"
    } else if requested > limited {
        "less than or equal to"
    } else {
        return;
    };
    let detail = format!("must be {relation} {name} limit of {}", written(limit));
    check.invalid(&request.called("requests", resources), written(request.node()).as_str(), &detail);
}

/// The amount, with what is finer than a thousandth rounded away (`SetDefaults_ResourceList`); null is nothing.
fn rounded(node: Option<Node<'_>>) -> Quantity {
    node.and_then(|node| Quantity::of(node).ok()).unwrap_or_default().rounded_to_milli()
}

/// The text of the amount as the server writes it.
fn written(node: Option<Node<'_>>) -> String {
    let text = node.and_then(Quantity::text_of);
    let text = text.and_then(|text| quantity::canonical_to_milli(&text));
    text.unwrap_or_else(|| "0".to_owned())
}

/// `resource.Quantity` as the server prints it. A server of 1.33 looks at pods alone, which hold what is stored of the amount.
fn printed<'v>(node: Option<Node<'_>>) -> GoValue<'v> {
    let text = written(node);
    let mut json = String::new();
    json_quote_into(&mut json, &text);
    GoValue::Both { json, go: quantity::go_syntax(&text).unwrap_or_default() }
}

/// Whether a list of resources holds an amount of huge pages that is no multiple of a page.
pub(in crate::admission) fn holds_part_of_huge_page(amounts: &Field<'_, '_>) -> bool {
    let mut holds = false;
    amounts.for_each_entry(|name, _, value| {
        if let Some(page) = name.strip_prefix(resource_name::HUGE_PAGES) {
            holds |= !is_multiple(rounded(Some(value)), Some(value), page);
        }
    });
    holds
}

/// `IsHugePageResourceValueDivisible` of `pkg/apis/core/helper`: `page` is what the name of the resource says.
fn is_multiple(quantity: Quantity, node: Option<Node<'_>>, page: &str) -> bool {
    let Ok(page) = page.parse::<Quantity>() else { return false };
    let is_page = page.is_positive() && page.rounded_to_milli().is_whole();
    let units = match i64::try_from(quantity.whole()) {
        Ok(units) => units,
        Err(_) => node.and_then(Quantity::text_of).and_then(|text| quantity::units(&text)).unwrap_or_default(),
    };
    is_page && i128::from(units).checked_rem(page.whole()).is_some_and(|rest| rest == 0)
}
