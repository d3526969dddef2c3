//! Turns the access modes of a claim into those that Kubernetes knows, and what was probably meant by the others.

use crate::placeholder::has_placeholder;
use crate::suggestion;
use crate::yaml::{Kind, Node};

/// The modes that there are, with what `kubectl get` calls them (k8s.io/api `core/v1/types.go`).
const MODES: [(&str, &str); 4] =
    [("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP")];

crate::record! {
    /// An access mode that Kubernetes does not know, and that is not still to be filled in by another tool.
    pub struct UnknownMode<'a> as "unknownMode" at node {
        /// The mode as it is written; empty if every mode is known.
        text "text": &'a str,
        /// The mode that was probably meant; empty if nobody can tell.
        suggestion "suggestion": &'a str,
    }
}

/// The modes that are text, in written order. Anything else is for the schema to refuse.
pub(super) fn all(modes: Option<Node<'_>>) -> Vec<&str> {
    modes.into_iter().flat_map(Node::items).filter_map(Node::as_str).collect()
}

/// Whether modes are asked for; what is no list is for the schema to refuse.
pub(super) fn given(modes: Option<Node<'_>>) -> bool {
    modes.is_some_and(|modes| modes.kind() != Kind::Sequence || modes.items().next().is_some())
}

/// The first mode that Kubernetes does not know.
pub(super) fn unknown(modes: Option<Node<'_>>) -> UnknownMode<'_> {
    let written = modes.into_iter().flat_map(Node::items).filter_map(|node| Some((node, node.as_str()?)));
    let mut unknown = written.filter(|(_, text)| MODES.iter().all(|(mode, _)| mode != text) && !has_placeholder(text));
    let Some((node, text)) = unknown.next() else { return UnknownMode { node: None, text: "", suggestion: "" } };
    let short = MODES.iter().find(|(_, short)| short.eq_ignore_ascii_case(text)).map(|&(mode, _)| mode);
    let suggestion = short.or_else(|| suggestion::nearest(text, MODES.map(|(mode, _)| mode)));
    UnknownMode { node: Some(node), text, suggestion: suggestion.unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing;

    #[test]
    fn the_first_unknown_mode_is_told() {
        for (modes, given_want, all_want, unknown_want) in [
            ("null", false, &[][..], ("", "")),
            ("[]", false, &[], ("", "")),
            ("[ReadWriteOnce, ReadOnlyMany]", true, &["ReadWriteOnce", "ReadOnlyMany"], ("", "")),
            ("[ReadWriteOncePod]", true, &["ReadWriteOncePod"], ("", "")),
            ("[ReadWriteMany, RWO]", true, &["ReadWriteMany", "RWO"], ("RWO", "ReadWriteOnce")),
            ("[readWriteOnce]", true, &["readWriteOnce"], ("readWriteOnce", "ReadWriteOnce")),
            ("[ReadWriteOnly]", true, &["ReadWriteOnly"], ("ReadWriteOnly", "ReadWriteOnce")),
            ("[shared]", true, &["shared"], ("shared", "")),
            ("ReadWriteOnce", true, &[], ("", "")),
            ("['${MODE}']", true, &["${MODE}"], ("", "")),
            ("[1]", true, &[], ("", "")),
        ] {
            testing::with(&format!("apiVersion: apps/v1\nkind: StatefulSet\nspec: {{modes: {modes}}}\n"), |set, _| {
                let modes = set.get(&["spec", "modes"]);
                assert_eq!((given(modes), all(modes)), (given_want, all_want.to_vec()), "{modes:?}");
                let unknown = unknown(modes);
                assert_eq!((unknown.text, unknown.suggestion), unknown_want, "{modes:?}");
            });
        }
    }
}
