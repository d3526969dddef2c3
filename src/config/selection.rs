//! Turns `select` and `ignore` into the set of rules that are asked.

use std::collections::BTreeSet;

/// The names of the rules that are asked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Selection {
    names: BTreeSet<String>,
}

impl Selection {
    /// The rules of `known_rules` (name and category) that `select` asks for and `ignore` does not take away. A rule's
    /// name is narrower than its category, that narrower than `ALL`; the narrowest word that fits a rule decides, of two
    /// that are as narrow the one in `ignore`. An empty `select` means `ALL`.
    pub fn of(select: &[String], ignore: &[String], known_rules: &[(&str, &str)]) -> Self {
        let narrowness = |words: &[String], &(name, category): &(&str, &str)| {
            let fits = words.iter().filter_map(|word| match word.as_str() {
                word if word == name => Some(3),
                word if word == category => Some(2),
                "ALL" => Some(1),
                _ => None,
            });
            fits.max().unwrap_or(0)
        };
        let asked = |rule: &&(&str, &str)| {
            let selected = narrowness(select, rule).max(u8::from(select.is_empty()));
            selected > narrowness(ignore, rule)
        };
        Self { names: known_rules.iter().filter(asked).map(|(name, _)| (*name).to_owned()).collect() }
    }

    /// Whether the rule of that name is asked.
    pub fn contains(&self, rule: &str) -> bool {
        self.names.contains(rule)
    }

    /// The names of the rules that are asked, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }
}
