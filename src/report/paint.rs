//! Turns words of a report into words with colours and links, where the style has them.

use std::fmt::{self, Display};

use super::{Report, Style};
use crate::finding::{Finding, Severity};

/// What a word is, which decides its colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tone {
    Severity(Severity),
    Strong,
    Heading,
    Good,
}

impl Tone {
    /// The parameters of the escape sequence "Select Graphic Rendition" (ECMA-48, 8.3.117).
    fn parameters(self) -> &'static str {
        match self {
            Self::Severity(Severity::Error) => "1;31",
            Self::Severity(Severity::Warning) => "1;33",
            Self::Severity(Severity::Info) | Self::Heading => "1;36",
            Self::Strong => "1",
            Self::Good => "1;32",
        }
    }
}

/// A word in its colour, or bare.
pub(super) struct Painted<T> {
    text: T,
    tone: Option<Tone>,
    link: Option<String>,
}

impl<T> Painted<T> {
    /// A word without a colour.
    pub(super) fn plain(text: T) -> Self {
        Self { text, tone: None, link: None }
    }
}

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(tone) = self.tone {
            write!(f, "\x1b[{}m", tone.parameters())?;
        }
        match &self.link {
            Some(address) => write!(f, "\x1b]8;;{address}\x1b\\{}\x1b]8;;\x1b\\", self.text)?,
            None => self.text.fmt(f)?,
        }
        if self.tone.is_some() { f.write_str("\x1b[0m") } else { Ok(()) }
    }
}

/// `text` in the colour of `tone`.
pub(super) fn paint<T: Display>(text: T, tone: Tone, style: &Style) -> Painted<T> {
    Painted { text, tone: style.color.then_some(tone), link: None }
}

/// The rule's name in the finding's colour, as a link to the page about the rule.
pub(super) fn rule<'f>(report: &Report<'_>, finding: &'f Finding, style: &Style) -> Painted<&'f str> {
    let page = || report.card(&finding.rule).map(|card| card.docs.clone()).filter(|page| is_address(page));
    let link = if style.hyperlinks { page() } else { None };
    Painted { link, ..paint(&*finding.rule, Tone::Severity(finding.severity), style) }
}

/// Only what may stand in an OSC 8 link: printable ASCII.
fn is_address(page: &str) -> bool {
    !page.is_empty() && page.bytes().all(|byte| byte.is_ascii_graphic())
}
