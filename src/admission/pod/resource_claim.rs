//! Turns the resource claims of a pod into what the API server refuses in them.

use super::super::check::Check;
use super::super::field::Field;
use super::super::go_value::{GoValue, Member};
use super::super::name;
use super::super::table::Table;
use super::annotation::MIRROR;

/// `validatePodResourceClaims`; before 1.34 the field is dropped. `annotations` are those of a pod, not of a template.
pub(super) fn claims(check: &mut Check, claims: &Field<'_, '_>, annotations: Option<&Field<'_, '_>>) {
    if !check.since(34) || claims.is_empty() || annotations.is_some_and(|annotations| is_static(check, annotations)) {
        return;
    }
    let mut names = Table::new();
    for claim in claims.items() {
        let claim_name = claim.child("name");
        let text = claim_name.text();
        if text.is_empty() {
            check.required(&claim_name, "");
        } else if names.insert(text, ()) {
            check.invalid_each(&claim_name, text, name::dns1123_label(text));
        } else {
            check.duplicate(&claim_name, text);
        }
        source(check, &claim);
    }
}

/// Whether the pod is a static one, which has no claims of resources. The server says so of a field without a name.
fn is_static(check: &mut Check, annotations: &Field<'_, '_>) -> bool {
    let mirror = annotations.node().and_then(|node| Some((Field::root(node), node.entry(MIRROR)?)));
    if let Some((root, mirror)) = &mirror {
        check.forbidden(&root.entry("", mirror.key, mirror.value), "static pods do not support resource claims");
    }
    mirror.is_some()
}

fn source(check: &mut Check, claim: &Field<'_, '_>) {
    let (by_name, by_template) = (claim.child("resourceClaimName"), claim.child("resourceClaimTemplateName"));
    let detail = match (by_name.exists(), by_template.exists()) {
        (true, true) => Some("at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"),
        (false, false) => Some("must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"),
        _ => None,
    };
    if let Some(detail) = detail {
        let members = vec![
            Member::new("Name", GoValue::Text(claim.child("name").text())),
            Member::new("ResourceClaimName", GoValue::text_pointer("*string", &by_name)),
            Member::new("ResourceClaimTemplateName", GoValue::text_pointer("*string", &by_template)),
        ];
        check.invalid(claim, GoValue::Struct("core.PodResourceClaim", members), detail);
    }
    for source in [by_name, by_template].iter().filter(|source| source.exists()) {
        check.invalid_each(source, source.text(), name::dns1123_subdomain(source.text()));
    }
}
