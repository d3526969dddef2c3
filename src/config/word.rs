//! Tells whether a word that a user writes names something that exists, and if not, what was probably meant.

use crate::suggestion::nearest;
use crate::version::{FeatureGate, Versions};

/// The name and the category of every rule.
pub(super) type KnownRules<'k> = &'k [(&'k str, &'k str)];

/// The word that means every rule.
pub(super) const ALL: &str = "ALL";

/// Whether `word` names a rule, a category or all of them; the error says what to write instead.
pub(super) fn check(word: &str, known_rules: KnownRules<'_>) -> Result<(), String> {
    let categories = known_rules.iter().map(|(_, category)| *category);
    let words: Vec<&str> = known_rules.iter().map(|(name, _)| *name).chain(categories).chain([ALL]).collect();
    among(word, &words)
}

/// Whether `word` names one rule; the error says what to write instead.
pub(super) fn check_rule(word: &str, known_rules: KnownRules<'_>) -> Result<(), String> {
    let names: Vec<&str> = known_rules.iter().map(|(name, _)| *name).collect();
    among(word, &names)
}

fn among(word: &str, words: &[&str]) -> Result<(), String> {
    if words.contains(&word) {
        return Ok(());
    }
    Err(match nearest(word, words.iter().copied()) {
        Some(meant) => format!("did you mean {meant:?}?"),
        None => "`stslint rules` lists the rules and their categories".to_owned(),
    })
}

/// Whether a namespace can have that name: a DNS label (`ValidateNamespaceName` in
/// apimachinery/pkg/api/validation/generic.go); the error says what one is.
pub(super) fn check_namespace(name: &str) -> Result<(), &'static str> {
    let inner = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let label = name.bytes().all(|letter| inner(letter) || letter == b'-');
    if label && name.len() <= 63 && !name.is_empty() && !name.starts_with('-') && !name.ends_with('-') {
        return Ok(());
    }
    Err("a namespace has 1 to 63 lower case letters, digits and inner dashes")
}

/// The feature gate of that name; the error says which there are.
pub(super) fn gate(name: &str) -> Result<FeatureGate, String> {
    let names = FeatureGate::ALL.map(FeatureGate::name);
    FeatureGate::named(name).ok_or_else(|| match nearest(name, names) {
        Some(meant) => format!("did you mean {meant:?}?"),
        None => format!("feature gates of StatefulSets are {}", names.join(", ")),
    })
}

/// Whether one of the versions at least has a gate; the error says which it does have.
pub(super) fn check_gate(gate: FeatureGate, versions: Versions) -> Result<(), String> {
    if versions.all().any(|version| version.knows(gate)) {
        return Ok(());
    }
    let known = FeatureGate::ALL.into_iter().filter(|gate| versions.newest().knows(*gate));
    let known: Vec<&str> = known.map(FeatureGate::name).collect();
    Err(format!("Kubernetes {versions} does not have this feature gate; of StatefulSets it has {}", known.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: KnownRules<'_> = &[("governing-service-missing", "identity"), ("claim-unused", "storage")];

    #[test]
    fn words_are_known_or_answered_with_the_nearest_one() {
        for (word, want) in [
            ("ALL", Ok(())),
            ("storage", Ok(())),
            ("claim-unused", Ok(())),
            ("all", Err("did you mean \"ALL\"?")),
            ("clam-unused", Err("did you mean \"claim-unused\"?")),
            ("storrage", Err("did you mean \"storage\"?")),
            ("", Err("`stslint rules` lists the rules and their categories")),
        ] {
            assert_eq!(check(word, RULES), want.map_err(str::to_owned), "{word}");
        }
        assert!(check_rule("storage", RULES).is_err());
    }

    #[test]
    fn a_namespace_is_a_dns_label() {
        for (name, good) in [
            ("default", true),
            ("a", true),
            ("9-a", true),
            (&*"a".repeat(63), true),
            (&*"a".repeat(64), false),
            ("", false),
            ("-a", false),
            ("a-", false),
            ("A", false),
            ("a.b", false),
            ("é", false),
        ] {
            assert_eq!(check_namespace(name).is_ok(), good, "{name}");
        }
    }
}
