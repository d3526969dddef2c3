//! Turns flags, environment and terminal into how a report for people looks.

use std::env;
use std::io::{self, IsTerminal};
use std::str::FromStr;

/// How a report for people looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Style {
    /// Whether to colour.
    pub color: bool,
    /// Whether rule names are links (OSC 8) to their pages.
    pub hyperlinks: bool,
    /// Whether frames are drawn with Unicode; otherwise everything that is not the user's own text is ASCII.
    pub unicode: bool,
    /// The columns of the terminal, at least 40.
    pub width: usize,
    /// How much is said beside the findings.
    pub detail: Detail,
    /// Whether a table of findings by rule follows.
    pub statistics: bool,
}

/// How much is said beside the findings, which are always said.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Detail {
    /// Nothing (`-q`).
    Quiet,
    /// The counts, and why the run fails.
    Normal,
    /// Also everything that was skipped, with its reason (`-v`).
    Verbose,
}

/// When to do something that depends on the terminal.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum When {
    /// As environment and terminal say.
    #[default]
    Auto,
    /// Whatever they say.
    Always,
    /// Not at all.
    Never,
}

impl When {
    /// Every choice, in the order of the documentation.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Always, Self::Never];

    /// The word for it: `auto`, `always` or `never`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }
}

impl FromStr for When {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|when| when.name() == word).ok_or_else(|| "one of auto, always, never".to_owned())
    }
}

/// What a report is written to, as far as looks go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Terminal {
    /// Its columns; `None` for a file or a pipe.
    pub columns: Option<usize>,
}

impl Terminal {
    /// What standard output is.
    pub fn stdout() -> Self {
        let columns = || terminal_size::terminal_size_of(io::stdout()).map_or(FILE_WIDTH, |(width, _)| width.0.into());
        Self { columns: io::stdout().is_terminal().then(columns) }
    }

    /// What standard error is.
    pub fn stderr() -> Self {
        let columns = || terminal_size::terminal_size_of(io::stderr()).map_or(FILE_WIDTH, |(width, _)| width.0.into());
        Self { columns: io::stderr().is_terminal().then(columns) }
    }
}

const FILE_WIDTH: usize = 80;
const NARROWEST: usize = 40;
const WIDEST: usize = 120;

impl Style {
    /// The look of a report in a file: no colour, Unicode, 80 columns.
    pub const FILE: Self = Self {
        color: false,
        hyperlinks: false,
        unicode: true,
        width: FILE_WIDTH,
        detail: Detail::Normal,
        statistics: false,
    };

    /// The look that flags, this process's environment and `terminal` ask for.
    pub fn new(color: When, hyperlinks: When, terminal: Terminal) -> Self {
        Self::chosen(color, hyperlinks, terminal, |name| env::var(name).ok())
    }

    /// The look that flags, an environment and `terminal` ask for. A variable that is empty counts as unset.
    pub fn chosen(
        color: When,
        hyperlinks: When,
        terminal: Terminal,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let variable = |name: &str| environment(name).filter(|value| !value.is_empty());
        let columns = terminal.columns.unwrap_or(FILE_WIDTH);
        Self {
            color: colored(color, terminal, &variable),
            hyperlinks: linked(hyperlinks, terminal, &variable),
            unicode: drawn_in_unicode(&variable),
            width: columns.clamp(NARROWEST, WIDEST),
            ..Self::FILE
        }
    }
}

/// The order is that of <https://no-color.org> before <https://bixense.com/clicolors>, the flag before both.
fn colored(flag: When, terminal: Terminal, variable: &dyn Fn(&str) -> Option<String>) -> bool {
    let forced = |name: &str| variable(name).is_some_and(|value| value != "0");
    match flag {
        When::Always => true,
        When::Never => false,
        When::Auto if variable("NO_COLOR").is_some() => false,
        When::Auto if forced("CLICOLOR_FORCE") || forced("FORCE_COLOR") => true,
        When::Auto if variable("CLICOLOR").is_some_and(|value| value == "0") => false,
        When::Auto => terminal.columns.is_some() && !is_dumb(variable),
    }
}

fn is_dumb(variable: &dyn Fn(&str) -> Option<String>) -> bool {
    variable("TERM").is_some_and(|term| term == "dumb")
}

/// Terminals that are known to follow OSC 8; an unknown one would print the address amid the text.
fn linked(flag: When, terminal: Terminal, variable: &dyn Fn(&str) -> Option<String>) -> bool {
    const PROGRAMS: [&str; 7] = ["ghostty", "Hyper", "iTerm.app", "terminology", "vscode", "WezTerm", "zed"];
    const TERMS: [&str; 4] = ["alacritty", "foot", "xterm-ghostty", "xterm-kitty"];
    match flag {
        When::Always => return true,
        When::Never => return false,
        When::Auto => {}
    }
    if terminal.columns.is_none() || is_dumb(variable) || variable("CI").is_some() {
        return false;
    }
    let is_one_of = |name: &str, known: &[&str]| variable(name).is_some_and(|value| known.contains(&value.as_str()));
    // The terminals on libvte follow links since 0.50, which calls itself 5000.
    variable("VTE_VERSION").and_then(|version| version.parse::<u32>().ok()).is_some_and(|version| version >= 5000)
        || ["DOMTERM", "KONSOLE_VERSION", "WT_SESSION"].iter().any(|name| variable(name).is_some())
        || is_one_of("TERM_PROGRAM", &PROGRAMS)
        || is_one_of("TERM", &TERMS)
}

/// The first of these that is set names the locale (POSIX, "Internationalization Variables"); without any it is `C`.
/// On Windows the standard library writes UTF-16 to the console whatever the code page.
fn drawn_in_unicode(variable: &dyn Fn(&str) -> Option<String>) -> bool {
    if is_dumb(variable) {
        return false;
    }
    match ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| variable(name)) {
        Some(locale) => {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        }
        None => cfg!(windows),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Flag, what is written to, environment, and what must come out.
    type Row = (When, Terminal, &'static [(&'static str, &'static str)], bool);

    const TERMINAL: Terminal = Terminal { columns: Some(80) };
    const PIPE: Terminal = Terminal { columns: None };

    fn style(color: When, hyperlinks: When, terminal: Terminal, environment: &[(&str, &str)]) -> Style {
        Style::chosen(color, hyperlinks, terminal, |name| {
            environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn colour_follows_flag_then_environment_then_terminal() {
        const ALL: [(&str, &str); 4] =
            [("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1"), ("FORCE_COLOR", "1"), ("CLICOLOR", "0")];
        let rows: [Row; 20] = [
            (When::Always, PIPE, &[("NO_COLOR", "1"), ("TERM", "dumb")], true),
            (When::Never, TERMINAL, &[("FORCE_COLOR", "1")], false),
            (When::Auto, TERMINAL, &ALL, false),
            (When::Auto, TERMINAL, &[("NO_COLOR", "0")], false),
            (When::Auto, PIPE, ALL.split_at(1).1, true),
            (When::Auto, PIPE, ALL.split_at(2).1, true),
            (When::Auto, TERMINAL, ALL.split_at(3).1, false),
            (When::Auto, PIPE, &[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")], true),
            (When::Auto, PIPE, &[("CLICOLOR_FORCE", "0")], false),
            (When::Auto, PIPE, &[("FORCE_COLOR", "0")], false),
            (When::Auto, TERMINAL, &[("FORCE_COLOR", "0")], true),
            (When::Auto, TERMINAL, &[("CLICOLOR", "1")], true),
            (When::Auto, PIPE, &[("CLICOLOR", "1")], false),
            (When::Auto, TERMINAL, &[("NO_COLOR", "")], true),
            (When::Auto, PIPE, &[("FORCE_COLOR", ""), ("CLICOLOR_FORCE", "")], false),
            (When::Auto, TERMINAL, &[("CLICOLOR", "")], true),
            (When::Auto, TERMINAL, &[("TERM", "dumb")], false),
            (When::Auto, TERMINAL, &[("TERM", "xterm-256color")], true),
            (When::Auto, TERMINAL, &[], true),
            (When::Auto, PIPE, &[], false),
        ];
        for (flag, terminal, environment, want) in rows {
            let got = style(flag, When::Auto, terminal, environment).color;
            assert_eq!(got, want, "{flag:?} {terminal:?} {environment:?}");
        }
    }

    #[test]
    fn rule_names_are_links_where_the_terminal_follows_them() {
        let rows: [Row; 11] = [
            (When::Always, PIPE, &[("TERM", "dumb")], true),
            (When::Never, TERMINAL, &[("TERM_PROGRAM", "vscode")], false),
            (When::Auto, TERMINAL, &[("TERM_PROGRAM", "vscode")], true),
            (When::Auto, PIPE, &[("TERM_PROGRAM", "vscode")], false),
            (When::Auto, TERMINAL, &[("TERM_PROGRAM", "vscode"), ("CI", "true")], false),
            (When::Auto, TERMINAL, &[("TERM", "xterm-kitty")], true),
            (When::Auto, TERMINAL, &[("TERM", "xterm")], false),
            (When::Auto, TERMINAL, &[("VTE_VERSION", "5202")], true),
            (When::Auto, TERMINAL, &[("VTE_VERSION", "4999")], false),
            (When::Auto, TERMINAL, &[("WT_SESSION", "x"), ("TERM", "dumb")], false),
            (When::Auto, TERMINAL, &[], false),
        ];
        for (flag, terminal, environment, want) in rows {
            let got = style(When::Auto, flag, terminal, environment).hyperlinks;
            assert_eq!(got, want, "{flag:?} {terminal:?} {environment:?}");
        }
    }

    #[test]
    fn frames_are_ascii_on_dumb_terminals_and_outside_utf8_locales() {
        let rows: [(&[(&str, &str)], bool); 8] = [
            (&[("LANG", "en_US.UTF-8")], true),
            (&[("LANG", "C.utf8")], true),
            (&[("LANG", "C")], false),
            (&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")], false),
            (&[("LC_CTYPE", "de_DE.UTF-8"), ("LANG", "C")], true),
            (&[("LC_ALL", ""), ("LANG", "en_US.UTF-8")], true),
            (&[("LANG", "en_US.UTF-8"), ("TERM", "dumb")], false),
            (&[], cfg!(windows)),
        ];
        for (environment, want) in rows {
            assert_eq!(style(When::Auto, When::Auto, TERMINAL, environment).unicode, want, "{environment:?}");
        }
    }

    #[test]
    fn the_width_is_the_terminals_within_reason_and_80_elsewhere() {
        for (columns, want) in [(None, 80), (Some(100), 100), (Some(7), NARROWEST), (Some(999), WIDEST)] {
            assert_eq!(style(When::Auto, When::Auto, Terminal { columns }, &[]).width, want, "{columns:?}");
        }
    }
}
