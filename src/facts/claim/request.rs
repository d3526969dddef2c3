//! Turns what a claim asks for in bytes into whether Kubernetes takes it, and what was probably meant.

use crate::placeholder::has_placeholder;
use crate::quantity::Quantity;
use crate::yaml::Node;

crate::record! {
    /// How much storage a claim requests.
    pub struct Request<'a> as "request" at node {
        /// Whether `spec.resources.requests.storage` is there.
        given "given": bool,
        /// The amount as it is written; empty if there is none, or if it is a mapping or a sequence.
        text "text": &'a str,
        /// Whether it is an amount to Kubernetes.
        is_quantity "isQuantity": bool,
        /// Whether it is more than nothing.
        is_positive "isPositive": bool,
        /// Whether it is still to be filled in by another tool.
        placeholder "placeholder": bool,
        /// The amount that was probably meant where it is none; empty if nobody can tell.
        suggestion "suggestion": String,
    }
    hidden {
        /// The amount, where it is one.
        quantity: Option<Quantity>,
    }
}

/// The storage that a claim template, or a claim, requests.
pub(super) fn of(claim: Node<'_>) -> Request<'_> {
    let path = ["spec", "resources", "requests", "storage"];
    let node = path.iter().try_fold(claim, |node, key| node.get(key));
    let quantity = node.and_then(|node| Quantity::of(node).ok());
    let text = node.and_then(Node::raw).unwrap_or_default();
    Request {
        node,
        given: node.is_some(),
        text,
        is_quantity: quantity.is_some(),
        is_positive: quantity.is_some_and(Quantity::is_positive),
        placeholder: has_placeholder(text),
        suggestion: if quantity.is_none() { meant(text) } else { String::new() },
        quantity,
    }
}

/// `10Gi` for `10GB`, `10 gb`, `10gib` and the like.
fn meant(text: &str) -> String {
    let text = text.trim();
    let end = text.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = unit.trim().to_ascii_lowercase();
    let letter = match unit.as_str() {
        "k" | "kb" | "ki" | "kib" => "K",
        "m" | "mb" | "mi" | "mib" => "M",
        "g" | "gb" | "gi" | "gib" => "G",
        "t" | "tb" | "ti" | "tib" => "T",
        "p" | "pb" | "pi" | "pib" => "P",
        _ => return String::new(),
    };
    let meant = format!("{number}{letter}i");
    if !number.is_empty() && meant.parse::<Quantity>().is_ok() { meant } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing;

    #[test]
    fn a_request_is_what_kubernetes_makes_of_it() {
        for (spec, want) in [
            ("{}", (false, "", false, false, "")),
            ("{resources: {limits: {storage: 1Gi}}}", (false, "", false, false, "")),
            ("{resources: {requests: {storage: null}}}", (false, "", false, false, "")),
            ("{resources: {requests: {storage: 1Gi}}}", (true, "1Gi", true, true, "")),
            ("{resources: {requests: {storage: 10}}}", (true, "10", true, true, "")),
            ("{resources: {requests: {storage: ' 10Gi '}}}", (true, " 10Gi ", true, true, "")),
            ("{resources: {requests: {storage: 0}}}", (true, "0", true, false, "")),
            ("{resources: {requests: {storage: -1Gi}}}", (true, "-1Gi", true, false, "")),
            ("{resources: {requests: {storage: 10GB}}}", (true, "10GB", false, false, "10Gi")),
            ("{resources: {requests: {storage: 10gi}}}", (true, "10gi", false, false, "10Gi")),
            ("{resources: {requests: {storage: 1.5 Tb}}}", (true, "1.5 Tb", false, false, "1.5Ti")),
            ("{resources: {requests: {storage: lots}}}", (true, "lots", false, false, "")),
            ("{resources: {requests: {storage: ''}}}", (true, "", false, false, "")),
            ("{resources: {requests: {storage: true}}}", (true, "true", false, false, "")),
            ("{resources: {requests: {storage: [1Gi]}}}", (true, "", false, false, "")),
            ("{resources: [1Gi]}", (false, "", false, false, "")),
        ] {
            let text = format!("apiVersion: apps/v1\nkind: StatefulSet\nspec: {spec}\n");
            testing::with(&text, |object, _| {
                let request = of(object.node);
                let Request { given, text, is_quantity, is_positive, suggestion, .. } = &request;
                assert_eq!((*given, *text, *is_quantity, *is_positive, suggestion.as_str()), want, "{spec}");
            });
        }
    }
}
