//! Turns the description of the command line into completion scripts, the manual page and the reference.

use std::fmt::Write as _;
use std::io;

use clap_complete::Shell;

/// The completion script for a shell.
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut super::command(None), "stslint", &mut script);
    script
}

/// The manual page, in roff: the program, then each of its commands.
pub fn man() -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let mut command = super::command(None);
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    Ok(page)
}

/// The reference of the command line, in Markdown: the help of the program and of each of its commands.
pub fn markdown() -> String {
    let mut page = String::from("# The command line\n");
    let mut command = super::command(None).term_width(100);
    command.build();
    let _ = write!(page, "\n```text\n{}```\n", command.render_long_help());
    for command in command.get_subcommands_mut() {
        let name = command.get_name().to_owned();
        let _ = write!(page, "\n## stslint {name}\n\n```text\n{}```\n", command.render_long_help());
    }
    page
}
