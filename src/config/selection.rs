//! Turns `select` and `ignore` into the set of rules that are asked.

use std::collections::BTreeSet;

use super::word::{ALL, KnownRules};

/// The names of the rules that are asked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Selection {
    names: BTreeSet<String>,
}

impl Selection {
    /// The rules of `known_rules` (name and category) that `select` asks for and `ignore` does not take away. A rule's
    /// name is narrower than its category, that narrower than `ALL`; the narrowest word that fits a rule decides, of two
    /// that are as narrow the one in `ignore`. Without a `select`, all are selected.
    pub(super) fn of(select: Option<&[String]>, ignore: &[String], known_rules: KnownRules<'_>) -> Self {
        let narrowness = |words: &[String], &(name, category): &(&str, &str)| {
            let fits = words.iter().filter_map(|word| match word.as_str() {
                word if word == name => Some(3),
                word if word == category => Some(2),
                ALL => Some(1),
                _ => None,
            });
            fits.max().unwrap_or(0)
        };
        let asked = |rule: &&(&str, &str)| {
            let selected = select.map_or(1, |words| narrowness(words, rule));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_word_decides_and_of_equals_ignore() {
        let rules = [("a1", "a"), ("a2", "a"), ("b1", "b")];
        for (select, ignore, want) in [
            (None, "", "a1 a2 b1"),
            (Some("ALL"), "", "a1 a2 b1"),
            (Some(""), "", ""),
            (Some("a"), "", "a1 a2"),
            (Some("a b1"), "a2", "a1 b1"),
            (Some("a1"), "a", "a1"),
            (Some("a1"), "a1", ""),
            (Some("a"), "a", ""),
            (Some("a"), "ALL", "a1 a2"),
            (Some("ALL"), "ALL", ""),
            (None, "ALL", ""),
            (None, "a", "b1"),
        ] {
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            let selection = Selection::of(select.map(words).as_deref(), &words(ignore), &rules);
            let names: Vec<_> = selection.names().collect();
            assert_eq!(names, words(want), "select {select:?} ignore {ignore:?}");
        }
    }
}
