//! Turns a plan into text for people and for programs, one file per format.

mod foot;
mod json;
mod line;
mod run;
mod text;

use std::io::{self, Write};
use std::str::FromStr;

pub use self::foot::write_skipped;
use super::picture::{html, markdown, mermaid, svg};
use super::{Style, unless_closed};
use crate::plan::Plan;

/// In which form a plan is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Format {
    /// The story of each set: for people.
    #[default]
    Text,
    /// The contract in `docs/schema/plan.json`.
    Json,
    /// Text with tables and a diagram, as GitHub shows it in comments and job summaries.
    Markdown,
    /// A Gantt diagram in the language of Mermaid.
    Mermaid,
    /// A drawing of what each pod goes through.
    Svg,
    /// One page that needs nothing beside it, on which a person moves through time.
    Html,
}

impl Format {
    /// Every format, in the order of the documentation.
    pub const ALL: [Self; 6] = [Self::Text, Self::Json, Self::Markdown, Self::Mermaid, Self::Svg, Self::Html];

    /// The word for it, such as `json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Mermaid => "mermaid",
            Self::Svg => "svg",
            Self::Html => "html",
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let known = || format!("one of {}", Self::ALL.map(Self::name).join(", "));
        Self::ALL.into_iter().find(|format| format.name() == word).ok_or_else(known)
    }
}

/// Writes the plan to `out`, buffered; a reader who went away (`| head -1`) is no error.
pub fn write(plan: &Plan, format: Format, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    unless_closed(out, |out| match format {
        Format::Text => text::write(plan, style, out),
        Format::Json => json::write(plan, out),
        Format::Markdown => markdown::write(plan, out),
        Format::Mermaid => mermaid::write(plan, out),
        Format::Svg => svg::write(plan, out),
        Format::Html => html::write(plan, out),
    })
}
