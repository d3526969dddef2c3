//! Writes what is known of the rules: as a list for people, as JSON, and as the page of the reference.

use std::io::{self, Write};

use serde::Serialize;

use super::Style;
use super::explain::{holes, not_found, wrap};
use super::json::{SCHEMA_VERSION, Tool, write_document};
use super::paint::{Tone, paint};
use crate::finding::{CATEGORIES, RuleCard};
use crate::visible::visible;

/// In which form the rules are listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Listing {
    /// By category, with severity and summary.
    Text,
    /// Everything that is known of them.
    Json,
    /// The page `docs/rules.md`.
    Markdown,
}

/// Writes every rule; `cards` are sorted by name.
pub(super) fn write(cards: &[RuleCard], listing: Listing, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    match listing {
        Listing::Text => write_text(cards, style, out),
        Listing::Json => write_json(cards, out),
        Listing::Markdown => write_page(cards, out),
    }
}

fn by_category(cards: &[RuleCard]) -> impl Iterator<Item = (&'static str, Vec<&RuleCard>)> {
    CATEGORIES.into_iter().filter_map(|category| {
        let of: Vec<_> = cards.iter().filter(|card| card.category == category).collect();
        (!of.is_empty()).then_some((category, of))
    })
}

fn write_text(cards: &[RuleCard], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for (category, cards) in by_category(cards) {
        writeln!(out, "{}", paint(category, Tone::Heading, style))?;
        for card in cards {
            let severity = paint(format!("{:<7}", card.severity.name()), Tone::Severity(card.severity), style);
            writeln!(out, "  {severity}  {}", paint(visible(&card.name), Tone::Strong, style))?;
            // As wide as what stands before it in the line above.
            let indent = " ".repeat(11);
            writeln!(out, "{indent}{}", wrap(&visible(&card.summary), style.width - indent.len(), &indent))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{} rules; `stslint explain RULE` says more about one.", cards.len())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'c> {
    schema_version: u32,
    tool: Tool,
    rules: Vec<Entry<'c>>,
}

#[derive(Serialize)]
struct Entry<'c> {
    name: &'c str,
    summary: &'c str,
    severity: &'static str,
    category: &'c str,
    since: &'c str,
    why: &'c str,
    help: &'c str,
    references: &'c [String],
    docs: &'c str,
    bad: &'c str,
    good: &'c str,
}

impl<'c> Entry<'c> {
    fn new(card: &'c RuleCard) -> Self {
        Self {
            name: &card.name,
            summary: &card.summary,
            severity: card.severity.name(),
            category: &card.category,
            since: &card.since,
            why: &card.why,
            help: &card.help,
            references: &card.references,
            docs: &card.docs,
            bad: card.bad,
            good: card.good,
        }
    }
}

fn write_json(cards: &[RuleCard], out: &mut dyn Write) -> io::Result<()> {
    let rules = cards.iter().map(Entry::new).collect();
    write_document(&Document { schema_version: SCHEMA_VERSION, tool: Tool::THIS, rules }, out)
}

fn write_page(cards: &[RuleCard], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Rules\n")?;
    writeln!(out, "<!-- Written by `BLESS=1 cargo test --test house` from rules/ and fixtures/. -->\n")?;
    writeln!(
        out,
        "An *error* is refused by the API server, keeps pods from starting or names from resolving, or loses data. A \
         *warning* works until it hurts. An *info* is worth knowing, and fails a run only if asked to.\n"
    )?;
    for (category, cards) in by_category(cards) {
        writeln!(out, "## {category}\n\n| rule | severity | what is wrong |\n|---|---|---|")?;
        for RuleCard { name, severity, summary, .. } in cards {
            writeln!(out, "| [{name}](#{name}) | {severity} | {} |", cell(summary))?;
        }
        writeln!(out)?;
    }
    for card in cards {
        write_section(card, out)?;
    }
    Ok(())
}

fn write_section(card: &RuleCard, out: &mut dyn Write) -> io::Result<()> {
    let RuleCard { name, summary, severity, category, since, why, .. } = card;
    writeln!(out, "### {name}\n")?;
    writeln!(out, "*{severity}, {category}, since {since}*: {summary}.\n")?;
    writeln!(out, "{}\n", why.trim_end())?;
    for (title, language, lines) in [("Found", "yaml", card.bad), ("Not found", "diff", &not_found(card))] {
        if !lines.is_empty() {
            writeln!(out, "{title}:\n\n```{language}\n{}\n```\n", lines.trim_end())?;
        }
    }
    writeln!(out, "The next move: {}.\n", holes(&card.help))?;
    writeln!(out, "Sources:\n")?;
    for reference in &card.references {
        writeln!(out, "- <{reference}>")?;
    }
    writeln!(out)
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::super::sample::rule_card;
    use super::*;

    fn written(listing: Listing) -> String {
        let cards = [rule_card("a-rule"), rule_card("b-rule")];
        let mut out = Vec::new();
        write(&cards, listing, &Style::FILE, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_list_groups_rules_by_category() {
        let want = "\
identity
  error    a-rule
           a-rule in a line
  error    b-rule
           b-rule in a line

2 rules; `stslint explain RULE` says more about one.
";
        assert_eq!(written(Listing::Text), want);
    }

    #[test]
    fn json_holds_everything_that_is_known() {
        let document: serde_json::Value = serde_json::from_str(&written(Listing::Json)).unwrap();
        assert_eq!(document["schemaVersion"], 1);
        let rule = &document["rules"][1];
        for (key, want) in [
            ("name", "b-rule"),
            ("severity", "error"),
            ("category", "identity"),
            ("bad", "spec:\n  replicas: 1\n"),
            ("help", "name {set.name} again"),
        ] {
            assert_eq!(rule[key], want, "{key}");
        }
    }

    #[test]
    fn the_page_has_a_table_and_a_section_for_each_rule() {
        let page = written(Listing::Markdown);
        for part in [
            "| [a-rule](#a-rule) | error | a-rule in a line |",
            "### b-rule\n\n*error, identity, since 0.1.0*: b-rule in a line.\n",
            "Found:\n\n```yaml\nspec:\n  replicas: 1\n```\n",
            "The next move: name ‹set.name› again.",
            "- <https://kubernetes.io/docs/>",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
    }
}
