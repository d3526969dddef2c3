//! Turns the description of the command line into completion scripts, the manual page and the reference.

use std::fmt::Write as _;
use std::io;

use clap_complete::Shell;
use clap_mangen::Man;

/// The completion script for a shell.
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut super::command(None), "stslint", &mut script);
    script
}

/// The manual page, in roff: the program, and each of its commands as a section.
pub fn man() -> io::Result<Vec<u8>> {
    let mut command = super::command(None);
    command.build();
    let whole = Man::new(command.clone()).manual("Kubernetes");
    let mut page = Vec::new();
    whole.render_title(&mut page)?;
    whole.render_name_section(&mut page)?;
    whole.render_synopsis_section(&mut page)?;
    whole.render_description_section(&mut page)?;
    whole.render_options_section(&mut page)?;
    for command in command.get_subcommands() {
        let mut section = Vec::new();
        let part = Man::new(command.clone());
        part.render_synopsis_section(&mut section)?;
        part.render_description_section(&mut section)?;
        part.render_options_section(&mut section)?;
        page.extend(format!(".SH \"STSLINT {}\"\n", command.get_name().to_uppercase()).bytes());
        page.extend(below(&section, ".SH", ".SS"));
    }
    let mut exit = Vec::new();
    whole.render_extra_section(&mut exit)?;
    page.extend(below(&exit, ".SH EXTRA", ".SH \"EXIT STATUS\""));
    whole.render_version_section(&mut page)?;
    Ok(page)
}

/// The page with each line that begins with `from` beginning with `to`, without the definitions that its start has.
fn below(roff: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(roff);
    let mut page = String::with_capacity(text.len());
    for line in text.lines().filter(|line| !line.starts_with(".ie ") && !line.starts_with(".el ")) {
        match line.strip_prefix(from) {
            Some(rest) => page.extend([to, rest, "\n"]),
            None => page.extend([line, "\n"]),
        }
    }
    page.into_bytes()
}

/// The reference of the command line, in Markdown: the help of the program and of each of its commands.
pub fn markdown() -> String {
    let mut page = String::from("# The command line\n");
    let mut command = super::command(None).term_width(100);
    command.build();
    let mut add = |name: &str, help: String| {
        let _ = write!(page, "\n## {name}\n\n```text\n");
        for line in help.lines() {
            page.extend([line.trim_end(), "\n"]);
        }
        page.push_str("```\n");
    };
    add("stslint", command.render_long_help().to_string());
    for command in command.get_subcommands_mut() {
        add(&format!("stslint {}", command.get_name()), command.render_long_help().to_string());
    }
    page
}

#[cfg(test)]
mod tests {
    use std::fs;

    use clap::ValueEnum;

    use super::*;

    #[test]
    fn the_reference_is_what_the_program_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/cli.md");
        if std::env::var_os("BLESS").is_some() {
            fs::write(path, markdown()).unwrap();
        }
        let committed = fs::read_to_string(path).unwrap();
        assert_eq!(committed, markdown(), "docs/cli.md is not what the program says; run the tests with BLESS=1");
    }

    #[test]
    fn every_shell_gets_a_script_that_knows_every_command() {
        for shell in Shell::value_variants() {
            let script = String::from_utf8(completions(*shell)).unwrap();
            for word in ["check", "show", "rules", "explain", "completions", "man", "kubernetes-version"] {
                assert!(script.contains(word), "{word} for {shell}");
            }
        }
    }

    #[test]
    fn the_manual_holds_every_command_and_every_flag_once() {
        let page = String::from_utf8(man().unwrap()).unwrap();
        let sections: Vec<_> = page.lines().filter_map(|line| line.strip_prefix(".SH ")).collect();
        assert_eq!(
            sections,
            [
                "NAME",
                "SYNOPSIS",
                "DESCRIPTION",
                "OPTIONS",
                "\"STSLINT CHECK\"",
                "\"STSLINT PLAN\"",
                "\"STSLINT SHOW\"",
                "\"STSLINT RULES\"",
                "\"STSLINT EXPLAIN\"",
                "\"STSLINT COMPLETIONS\"",
                "\"STSLINT MAN\"",
                "\"STSLINT VERSION\"",
                "\"EXIT STATUS\"",
                "VERSION"
            ]
        );
        let check = page.split(".SH ").find(|section| section.starts_with("\"STSLINT CHECK\"")).unwrap();
        let command = super::super::command(None);
        let flags = command.find_subcommand("check").unwrap().get_arguments().filter_map(|flag| flag.get_long());
        for flag in flags {
            let written = format!("\\-\\-{}\\fR", flag.replace('-', "\\-"));
            assert_eq!(
                check.matches(&format!(", \\fB{written}")).count() + check.matches(&format!("\n\\fB{written}")).count(),
                1,
                "{flag}"
            );
        }
    }
}
