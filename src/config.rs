//! Turns the command line, the environment and the configuration file into the settings that a run obeys.

mod discovery;
mod file;
mod selection;
mod word;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::cli::{CheckArgs, InputArgs, Output};
use crate::error::Error;
use crate::finding::Severity;
use crate::input::{self, Exclude, Request};
use crate::report::{Detail, Format, When};
use crate::version::{FeatureGates, Version, Versions};

use file::ConfigFile;
use word::KnownRules;

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
    /// Against which versions of Kubernetes the manifests are held, with their feature gates.
    pub versions: Versions,
    /// What was applied before, relative to the working directory.
    pub against: Option<PathBuf>,
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
    /// How much to say beside the findings.
    pub detail: Detail,
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
        check_args(args, known_rules)?;
        let configuration = discovery::find(environment, &args.input)?;
        let (path, file) = match &configuration {
            Some(path) => read_file(environment, path, args, known_rules).map(|(path, file)| (Some(path), file))?,
            None => (None, ConfigFile::default()),
        };
        Ok(Self {
            selection: selection(args, &file, known_rules),
            versions: versions(&args.input, &file)?,
            input: request(environment, &args.input, file.exclude, configuration.as_deref())?,
            show_files: args.show_files,
            severities: file.severities,
            rules: args.rules.clone(),
            namespace: args.input.namespace.clone().or(file.namespace).unwrap_or_else(|| "default".to_owned()),
            against: args.against_path.clone(),
            outputs: outputs(&args.output, Format::Full, Format::name)?,
            color: args.color,
            hyperlinks: args.hyperlinks,
            statistics: args.statistics,
            fail_on: (!args.exit_zero).then(|| args.fail_on.or(file.fail_on).unwrap_or(Severity::Warning)),
            allow_empty: args.allow_empty,
            detail: detail(args),
            config: path,
        })
    }

    /// The version of Kubernetes, where only one makes sense.
    pub fn version(&self) -> Result<Version, Error> {
        self.versions.only().ok_or_else(|| Error::Usage {
            flag: "--kubernetes-version",
            value: self.versions.to_string(),
            because: "this command takes one version; only check takes a range".to_owned(),
        })
    }

    /// The severity of a rule whose own is `severity`, after the configuration was asked.
    pub fn severity(&self, rule: &str, severity: Severity) -> Severity {
        self.severities.get(rule).copied().unwrap_or(severity)
    }
}

fn detail(args: &CheckArgs) -> Detail {
    match (args.quiet, args.verbose) {
        (true, _) => Detail::Quiet,
        (false, true) => Detail::Verbose,
        (false, false) => Detail::Normal,
    }
}

/// Refuses values of flags that clap cannot know to be wrong.
fn check_args(args: &CheckArgs, known_rules: KnownRules<'_>) -> Result<(), Error> {
    for (flag, words) in [("--select", &args.select), ("--ignore", &args.ignore)] {
        for value in words {
            word::check(value, known_rules).map_err(|help| {
                let because = format!("there is no such rule or category; {help}");
                Error::Usage { flag, value: value.clone(), because }
            })?;
        }
    }
    if let Some(value) = &args.input.namespace {
        word::check_namespace(value).map_err(|because| Error::Usage {
            flag: "--namespace",
            value: value.clone(),
            because: because.to_owned(),
        })?;
    }
    Ok(())
}

/// Reads the configuration file at `path`; with the path as it is shown.
fn read_file(
    environment: &Environment,
    path: &Path,
    args: &CheckArgs,
    known_rules: KnownRules<'_>,
) -> Result<(String, ConfigFile), Error> {
    let source = input::read_one(&environment.directory, path)?;
    let absolute = environment.directory.join(path);
    let folder = absolute.parent().unwrap_or(&environment.directory);
    let file = file::read(&source, folder, known_rules, args.input.kubernetes_version).map_err(Error::Config)?;
    Ok((source.path, file))
}

/// A `--select` on the command line takes the place of all that the file says; an `--ignore` is added to it.
fn selection(args: &CheckArgs, file: &ConfigFile, known_rules: KnownRules<'_>) -> Selection {
    if args.select.is_empty() {
        let ignore = [file.ignore.as_slice(), &args.ignore].concat();
        Selection::of(file.select.as_deref(), &ignore, known_rules)
    } else {
        Selection::of(Some(&args.select), &args.ignore, known_rules)
    }
}

/// Each gate that the command line does not set is as the file sets it.
fn versions(args: &InputArgs, file: &ConfigFile) -> Result<Versions, Error> {
    let versions = args.kubernetes_version.or(file.versions).unwrap_or_default();
    for (gate, on) in &args.feature_gates {
        word::check_gate(*gate, versions).map_err(|because| Error::Usage {
            flag: "--feature-gates",
            value: format!("{}={on}", gate.name()),
            because,
        })?;
    }
    let gates = file.feature_gates.iter().chain(&args.feature_gates).copied();
    Ok(versions.with(gates.collect::<FeatureGates>()))
}

fn request(
    environment: &Environment,
    args: &InputArgs,
    mut excludes: Vec<Exclude>,
    configuration: Option<&Path>,
) -> Result<Request, Error> {
    for glob in &args.exclude {
        excludes.push(Exclude::new(glob, &environment.directory).map_err(|because| Error::Usage {
            flag: "--exclude",
            value: glob.clone(),
            because,
        })?);
    }
    let paths = args.inputs();
    if let Some(path) = args.stdin_filename.as_ref().filter(|_| !paths.iter().any(|path| path == Path::new("-"))) {
        return Err(Error::Usage {
            flag: "--stdin-filename",
            value: path.to_string_lossy().into_owned(),
            because: "standard input is not read; name - among the paths".to_owned(),
        });
    }
    Ok(Request {
        directory: environment.directory.clone(),
        paths,
        context: args.context.clone(),
        excludes,
        gitignore: !args.no_gitignore,
        stdin_filename: args.stdin_filename.clone(),
        configuration: configuration.map(|path| environment.directory.join(path)),
    })
}

/// The reports to write, when each has a place of its own; one in the usual format to standard output if none is asked for.
/// `name` gives the word for a format.
pub fn outputs<F: Copy>(asked: &[Output<F>], usual: F, name: fn(F) -> &'static str) -> Result<Vec<Output<F>>, Error> {
    for (row, output) in asked.iter().enumerate() {
        if asked[..row].iter().any(|other| other.file == output.file) {
            let because = match &output.file {
                None => "another report goes to standard output already; give this one a file: FORMAT=FILE".to_owned(),
                Some(_) => "another report goes to the same file".to_owned(),
            };
            let value = output.file.as_ref().map_or_else(String::new, |file| format!("={}", file.to_string_lossy()));
            return Err(Error::Usage { flag: "--output", value: format!("{}{value}", name(output.format)), because });
        }
    }
    if asked.is_empty() {
        return Ok(vec![Output { format: usual, file: None }]);
    }
    Ok(asked.to_vec())
}

#[cfg(test)]
mod tests;
