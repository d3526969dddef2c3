//! Turns the command line, the environment and the configuration file into the settings that a run obeys.

mod selection;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::cli::{CheckArgs, Output};
use crate::error::Error;
use crate::finding::Severity;
use crate::input::{Exclude, Request};
use crate::report::{Format, When};
use crate::version::Version;

pub use selection::Selection;

/// What a run obeys: every value is known to mean something. The command line comes before the environment, that before
/// the configuration file, that before the default.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What to read.
    pub input: Request,
    /// Only list what becomes of each file.
    pub show_files: bool,
    /// Which rules are asked.
    pub selection: Selection,
    /// Severities that the configuration gives to rules, by name.
    pub severities: BTreeMap<String, Severity>,
    /// Folders with the user's own rules, relative to the working directory.
    pub rules: Vec<PathBuf>,
    /// The namespace of objects that name none.
    pub namespace: String,
    /// Against which Kubernetes the manifests are held.
    pub version: Version,
    /// The reports to write; at least one, at most one of them to standard output.
    pub outputs: Vec<Output>,
    /// When to use colours.
    pub color: When,
    /// When to make the names of rules links.
    pub hyperlinks: When,
    /// Count findings by rule.
    pub statistics: bool,
    /// From which severity on a finding fails the run; `None` when none does.
    pub fail_on: Option<Severity>,
    /// Exit with 0 when no input holds an object.
    pub allow_empty: bool,
    /// Say more.
    pub verbose: bool,
    /// Say less.
    pub quiet: bool,
    /// The configuration file that was used, as it is shown.
    pub config: Option<String>,
}

/// What the settings depend on beside the command line.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The working directory, absolute.
    pub directory: PathBuf,
    /// `STSLINT_CONFIG`.
    pub config: Option<OsString>,
}

impl Environment {
    /// What surrounds this process.
    pub fn of_process() -> Result<Self, Error> {
        let directory = std::env::current_dir().map_err(|source| Error::Read { path: PathBuf::from("."), source })?;
        Ok(Self { directory, config: std::env::var_os("STSLINT_CONFIG") })
    }
}

impl Settings {
    /// The settings of this process for what the user asked for. `known_rules` holds the name and the category of every
    /// rule, the user's own included.
    pub fn load(args: &CheckArgs, known_rules: &[(&str, &str)]) -> Result<Self, Error> {
        Self::load_in(&Environment::of_process()?, args, known_rules)
    }

    /// [`Settings::load`] in a given environment.
    pub fn load_in(environment: &Environment, args: &CheckArgs, known_rules: &[(&str, &str)]) -> Result<Self, Error> {
        let _ = (environment, known_rules);
        Ok(Self {
            input: Request {
                directory: environment.directory.clone(),
                paths: args.inputs(),
                context: args.context.clone(),
                excludes: args
                    .exclude
                    .iter()
                    .map(|glob| Exclude { glob: glob.clone(), root: environment.directory.clone() })
                    .collect(),
                gitignore: !args.no_gitignore,
                stdin_filename: args.stdin_filename.clone(),
                configuration: None,
            },
            show_files: args.show_files,
            selection: Selection::of(&args.select, &args.ignore, known_rules),
            severities: BTreeMap::new(),
            rules: args.rules.clone(),
            namespace: args.namespace.clone().unwrap_or_else(|| "default".to_owned()),
            version: args.kubernetes_version.unwrap_or_default(),
            outputs: if args.output.is_empty() {
                vec![Output { format: Format::Full, file: None }]
            } else {
                args.output.clone()
            },
            color: args.color,
            hyperlinks: args.hyperlinks,
            statistics: args.statistics,
            fail_on: (!args.exit_zero).then(|| args.fail_on.unwrap_or(Severity::Warning)),
            allow_empty: args.allow_empty,
            verbose: args.verbose,
            quiet: args.quiet,
            config: None,
        })
    }

    /// The severity of a rule whose own is `severity`, after the configuration was asked.
    pub fn severity(&self, rule: &str, severity: Severity) -> Severity {
        self.severities.get(rule).copied().unwrap_or(severity)
    }
}
