//! Reads the command line, runs what it asks for, and turns the outcome into an exit code.

use std::process::ExitCode;

use stslint::cli::Cli;

fn main() -> ExitCode {
    match Cli::read(std::env::args_os()) {
        Ok(cli) => stslint::command::run(&cli),
        Err(error) => {
            // What `--help` asks for has its own stream and code; if it cannot be printed, nobody is there to hear it.
            let _ = error.print();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
        }
    }
}
