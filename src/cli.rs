//! Turns the words of the command line into what the user asks for.

mod reference;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::admission::dns1123_subdomain;
use crate::controller::names::parent_and_ordinal;
use crate::finding::Severity;
use crate::report::{Format, PlanFormat, When};
use crate::version::{FeatureGate, Versions};
use crate::world::{Cascade, Failure};

pub use reference::{completions, man, markdown};

/// The whole command line.
#[derive(Parser, Debug)]
#[command(
    name = "stslint",
    version,
    about = "Says what is wrong with the StatefulSets in Kubernetes manifests, without asking a cluster",
    after_help = "Exit codes: 0 nothing to report, 1 findings, 2 the job could not be done, 3 no Kubernetes object in any input.",
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// Reads the command line, its first word being the name of the program.
    ///
    /// Called as `kubectl-stslint`, which is what kubectl does to run a plugin, it speaks of itself as `kubectl stslint`.
    /// An `Err` also stands for what `--help` and `--version` ask to be printed; it knows its own exit code.
    pub fn read(words: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let words: Vec<OsString> = words.into_iter().collect();
        let mut command = command(words.first().map(Path::new));
        let matches = command.try_get_matches_from_mut(words)?;
        Self::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
    }
}

/// The command line as clap describes it, for a program that was called as `program`.
fn command(program: Option<&Path>) -> clap::Command {
    let stem = program.and_then(Path::file_stem).and_then(|stem| stem.to_str());
    let name = if stem == Some("kubectl-stslint") { "kubectl stslint" } else { "stslint" };
    Cli::command().bin_name(name)
}

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Check manifests and report what is wrong with the StatefulSets in them
    Check(Box<CheckArgs>),
    /// Say what a cluster would do with the StatefulSets in manifests: pods, claims, names, order, where it stops
    Plan(Box<PlanArgs>),
    /// Print manifests as they are read, or as an API server stores them
    Show(Box<ShowArgs>),
    /// List the rules
    Rules(RulesArgs),
    /// Explain a rule: what happens in the cluster, and what to do
    Explain(ExplainArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
    /// Print the version
    Version,
}

/// What to read, for every command that reads manifests.
#[derive(Args, Clone, Debug, Default)]
pub struct InputArgs {
    /// Files and folders to read, or - for standard input [default: .]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Another file or folder to read, or -; the same as PATH, for hands used to kubectl; repeatable [default: none]
    #[arg(short = 'f', long = "filename", value_name = "PATH", help_heading = INPUT)]
    pub filenames: Vec<PathBuf>,

    /// Folder or file to look references up in, without reporting on it; repeatable [default: the inputs, or, when they
    /// are all files, the git repositories that they are in]
    #[arg(long, value_name = "DIR", help_heading = INPUT)]
    pub context: Vec<PathBuf>,

    /// Pattern of files and folders to pass over, as in .gitignore, also when they are named; repeatable [default: none]
    #[arg(long, value_name = "GLOB", help_heading = INPUT)]
    pub exclude: Vec<String>,

    /// Also read what git ignores [default: a folder is read without what git ignores in it]
    #[arg(long, help_heading = INPUT)]
    pub no_gitignore: bool,

    /// Path that standard input is reported as and takes the place of; `<stdin>` by default.
    #[arg(long, value_name = "PATH", help_heading = INPUT, help = STDIN_FILENAME)]
    pub stdin_filename: Option<PathBuf>,

    /// Version of Kubernetes to hold the manifests against; check also takes a range, such as 1.33..1.37 [default: the
    /// newest one known]
    #[arg(long, value_name = "X.Y", help_heading = INPUT)]
    pub kubernetes_version: Option<Versions>,

    /// What feature gates of that Kubernetes are set to; as its version has them by default.
    #[arg(long, value_name = "NAME=BOOL", value_parser = feature_gate, value_delimiter = ',', help_heading = INPUT, help = FEATURE_GATES)]
    pub feature_gates: Vec<(FeatureGate, bool)>,

    /// Namespace of objects that name none [default: default]
    #[arg(short, long, value_name = "NAMESPACE", help_heading = INPUT)]
    pub namespace: Option<String>,

    /// Configuration file [env: STSLINT_CONFIG] [default: .stslint.yaml or .stslint.yml in the working directory or
    /// above it, up to the git root]
    #[arg(long, value_name = "FILE", help_heading = INPUT, conflicts_with = "no_config")]
    pub config: Option<PathBuf>,

    /// Read no configuration file [default: off]
    #[arg(long, help_heading = INPUT)]
    pub no_config: bool,
}

/// The words after `check`.
#[derive(Args, Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct CheckArgs {
    /// What to read.
    #[command(flatten)]
    pub input: InputArgs,

    /// File or folder that was applied before; now the manifests are applied, and what the API server refuses to change is
    /// reported [default: nothing was applied before]
    #[arg(long, value_name = "PATH", help_heading = INPUT)]
    pub against_path: Option<PathBuf>,

    /// List the files and what becomes of each, and check nothing [default: off]
    #[arg(long, help_heading = INPUT)]
    pub show_files: bool,

    /// Rules or categories to ask, or ALL; repeatable, commas between values; takes the place of select and ignore in
    /// the configuration [default: ALL]
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = RULES)]
    pub select: Vec<String>,

    /// Rules or categories not to ask, or ALL; repeatable, commas between values; the narrower of --select and --ignore
    /// wins [default: none]
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = RULES)]
    pub ignore: Vec<String>,

    /// Folder with rules of your own; repeatable [default: none]
    #[arg(long, value_name = "DIR", help_heading = RULES)]
    pub rules: Vec<PathBuf>,

    /// Folder with schemas of kinds that are not built in, as definitions of custom resources or JSON Schemas, to hold
    /// objects of these kinds against; repeatable [default: none]
    #[arg(long, value_name = "DIR", help_heading = RULES)]
    pub schema: Vec<PathBuf>,

    /// Format of the report, and the file to write it to; repeatable, but one report at most goes to standard output
    /// [default: full] [formats: full, concise, json, sarif, github]
    #[arg(short, long, value_name = "FORMAT[=FILE]", value_parser = output::<Format>, help_heading = OUTPUT)]
    pub output: Vec<Output>,

    /// When to use colours [default: auto]
    #[arg(long, value_name = "WHEN", value_parser = when(), default_value = "auto", hide_default_value = true, help_heading = OUTPUT)]
    pub color: When,

    /// When to make the names of rules links to their pages [default: auto]
    #[arg(long, value_name = "WHEN", value_parser = when(), default_value = "auto", hide_default_value = true, help_heading = OUTPUT)]
    pub hyperlinks: When,

    /// Count findings by rule [default: off]
    #[arg(long, help_heading = OUTPUT)]
    pub statistics: bool,

    /// Say more: which configuration was used, what was passed over [default: off]
    #[arg(short, long, action = ArgAction::SetTrue, conflicts_with = "quiet", help_heading = OUTPUT)]
    pub verbose: bool,

    /// Say less: the findings alone [default: off]
    #[arg(short, long, action = ArgAction::SetTrue, help_heading = OUTPUT)]
    pub quiet: bool,

    /// Severity from which on a finding fails the run [default: warning]
    #[arg(long, value_name = "SEVERITY", value_parser = severity(), help_heading = EXIT)]
    pub fail_on: Option<Severity>,

    /// Exit with 0 whatever is found [default: off]
    #[arg(long, conflicts_with = "fail_on", help_heading = EXIT)]
    pub exit_zero: bool,

    /// Exit with 0, not 3, when no input holds a Kubernetes object [default: off]
    #[arg(long, help_heading = EXIT)]
    pub allow_empty: bool,
}

/// Here, because to rustdoc names like these are code.
const FEATURE_GATES: &str = "Feature gates of that Kubernetes, as its API server and controller manager take them: \
                             of these, only those named below; repeatable, commas between values [default: as that version has them] [gates: \
                             MaxUnavailableStatefulSet, StatefulSetRecreateStrategy]";

/// Here, because to rustdoc the brackets are a link.
const STDIN_FILENAME: &str = "Path that standard input is reported as and takes the place of [default: <stdin>]";

const INPUT: &str = "Input";
const STORY: &str = "Story";
const RULES: &str = "Rules";
const OUTPUT: &str = "Output";
const EXIT: &str = "Exit code";

impl InputArgs {
    /// What to read: the paths named with and without `-f`, or the working directory.
    pub fn inputs(&self) -> Vec<PathBuf> {
        let named: Vec<PathBuf> = self.paths.iter().chain(&self.filenames).cloned().collect();
        if named.is_empty() { vec![PathBuf::from(".")] } else { named }
    }
}

/// The words after `plan`.
#[derive(Args, Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct PlanArgs {
    /// What to read.
    #[command(flatten)]
    pub input: InputArgs,

    /// File or folder that was applied before; repeatable, the oldest first. Now the manifests are applied, and the plan
    /// says what changes; with --scale-to or --delete, they too have come to rest before it begins [default: nothing was
    /// applied before]
    #[arg(long, value_name = "PATH", help_heading = STORY)]
    pub against_path: Vec<PathBuf>,

    /// How many replicas to take the sets to ask for, but not those of --against-path [default: what the manifests say]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(i32).range(0..), help_heading = STORY)]
    pub replicas: Option<i32>,

    /// How many replicas the sets are scaled to once they run; repeatable, one after another; not with --delete [default:
    /// they are not scaled]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(i32).range(0..), conflicts_with = "delete", help_heading = STORY)]
    pub scale_to: Vec<i32>,

    /// Delete the sets once they run; not with --scale-to [default: off]
    #[arg(long, help_heading = STORY)]
    pub delete: bool,

    /// How the pods of a deleted set go; only with --delete [default: background]
    #[arg(long, value_name = "HOW", value_parser = cascade(), requires = "delete", conflicts_with_all = ["scale_to", "ready_after"], help_heading = STORY)]
    pub cascade: Option<Cascade>,

    /// Pod that fails, and how; repeatable. never-ready, crash and unschedulable befall it when it is created, evict and
    /// node-lost when it becomes ready, or at once if it is ready at the start and stays [default: no pod fails; never-ready where only a pod is named] [ways: never-ready, crash,
    /// evict, node-lost, unschedulable]
    #[arg(long, value_name = "POD[:WAY]", value_parser = failure, help_heading = STORY)]
    pub fail: Vec<(String, Failure)>,

    /// How long a pod takes to be ready once its containers run, such as 90s or 2m; not with --delete, after which none
    /// becomes ready [default: 4s, or the longest initial delay of its startup and readiness
    /// probes]
    #[arg(long, value_name = "TIME", value_parser = seconds, conflicts_with = "delete", help_heading = STORY)]
    pub ready_after: Option<i64>,

    /// Domain that the names of the cluster end in [default: cluster.local]
    #[arg(long, value_name = "DOMAIN", value_parser = domain, help_heading = STORY)]
    pub cluster_domain: Option<String>,

    /// Format of the plan, and the file to write it to; repeatable, but one at most goes to standard output
    /// [default: text] [formats: text, json, markdown, mermaid, svg, html]
    #[arg(short, long, value_name = "FORMAT[=FILE]", value_parser = output::<PlanFormat>, help_heading = OUTPUT)]
    pub output: Vec<Output<PlanFormat>>,

    /// When to use colours [default: auto]
    #[arg(long, value_name = "WHEN", value_parser = when(), default_value = "auto", hide_default_value = true, help_heading = OUTPUT)]
    pub color: When,

    /// Say less: the plan alone [default: off]
    #[arg(short, long, help_heading = OUTPUT)]
    pub quiet: bool,

    /// Exit with 1 when a set stalls, is refused, or has claims deleted, or when a document cannot be read [default: off]
    #[arg(long, help_heading = EXIT)]
    pub exit_code: bool,

    /// Exit with 0, not 3, when no input holds a Kubernetes object [default: off]
    #[arg(long, help_heading = EXIT)]
    pub allow_empty: bool,
}

/// The words after `show`.
#[derive(Args, Clone, Debug)]
pub struct ShowArgs {
    /// What to read.
    #[command(flatten)]
    pub input: InputArgs,

    /// Print what the API server stores: with its defaults, in its own form, without what it drops. Known for
    /// StatefulSet, Service, PersistentVolumeClaim, PodDisruptionBudget and StorageClass; what was added bears the comment
    /// "# default" in YAML, and no mark in JSON [default: off]
    #[arg(long, help_heading = OUTPUT)]
    pub defaulted: bool,

    /// Format of the objects [default: yaml]
    #[arg(short, long, value_name = "FORMAT", hide_default_value = true, default_value = "yaml", help_heading = OUTPUT)]
    pub output: ShowFormat,
}

/// The words after `rules`.
#[derive(Args, Clone, Debug)]
pub struct RulesArgs {
    /// Format of the list [default: text]
    #[arg(short, long, value_name = "FORMAT", hide_default_value = true, default_value = "text", help_heading = OUTPUT)]
    pub output: RulesFormat,
}

/// The words after `explain`.
#[derive(Args, Clone, Debug)]
pub struct ExplainArgs {
    /// Name of the rule, as reports and `stslint rules` give it
    #[arg(value_name = "RULE")]
    pub rule: String,
}

/// The words after `completions`.
#[derive(Args, Clone, Debug)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// A format of the list of rules.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum RulesFormat {
    /// A table for a terminal.
    #[default]
    Text,
    /// For programs.
    Json,
    /// A table for a page.
    Markdown,
}

/// A format of objects.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ShowFormat {
    /// Documents, with lines "---" between them.
    #[default]
    Yaml,
    /// One object, or a list of several.
    Json,
}

/// One report to write.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Output<F = Format> {
    /// In which format.
    pub format: F,
    /// Into which file, relative to the working directory; `None` for standard output.
    pub file: Option<PathBuf>,
}

/// Reads `FORMAT` or `FORMAT=FILE`; the error says what is known.
fn output<F: FromStr<Err = String>>(word: &str) -> Result<Output<F>, String> {
    let (format, file) = match word.split_once('=') {
        Some((_, "")) => return Err("there is no file name behind the equals sign".to_owned()),
        Some((format, file)) => (format, Some(PathBuf::from(file))),
        None => (word, None),
    };
    let format = format.parse().map_err(|known| format!("it begins with {known}"))?;
    Ok(Output { format, file })
}

fn cascade() -> impl TypedValueParser<Value = Cascade> {
    PossibleValuesParser::new(Cascade::ALL.map(Cascade::name))
        .try_map(|word| Cascade::ALL.into_iter().find(|cascade| cascade.name() == word).ok_or("not a way to delete"))
}

/// Reads `POD` or `POD:WAY`; the error says what is known.
fn failure(word: &str) -> Result<(String, Failure), String> {
    let (pod, way) = word.split_once(':').unwrap_or((word, Failure::NeverReady.name()));
    let known = || format!("{way:?} is none of {}", Failure::ALL.map(Failure::name).join(", "));
    let failure = Failure::ALL.into_iter().find(|failure| failure.name() == way).ok_or_else(known)?;
    match parent_and_ordinal(pod) {
        Some((_, Some(_))) => Ok((pod.to_owned(), failure)),
        _ => Err(format!("{pod:?} is not the name of a pod: those end in a dash and an ordinal")),
    }
}

/// Reads `NAME=true` or `NAME=false`, the truth values as Kubernetes reads them (`strconv.ParseBool` of Go); the error says
/// what is known.
fn feature_gate(word: &str) -> Result<(FeatureGate, bool), String> {
    let (name, on) = word.split_once('=').unwrap_or((word, ""));
    let (name, on) = (name.trim(), on.trim());
    let gate = FeatureGate::named(name).ok_or_else(|| {
        let names = FeatureGate::ALL.map(FeatureGate::name);
        format!("{name:?} is none of the feature gates of StatefulSets: {}", names.join(", "))
    })?;
    match on {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok((gate, true)),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok((gate, false)),
        _ => Err(format!("a feature gate is set to true or false: {name}=true")),
    }
}

/// Reads the domain of a cluster: a subdomain of DNS, as the names below it have to be.
fn domain(word: &str) -> Result<String, String> {
    if dns1123_subdomain(word).is_empty() {
        return Ok(word.to_owned());
    }
    Err("it is not a domain like cluster.local: lower case letters, digits and dashes, with dots between them"
        .to_owned())
}

/// Reads a length of time as Kubernetes' own tools do, in whole seconds: `90s`, `2m`, `1h30m`; a bare number is seconds.
fn seconds(word: &str) -> Result<i64, String> {
    let because = || "it is not a length of time like 90s, 2m or 1h30m".to_owned();
    let (mut total, mut digits) = (0_i64, String::new());
    for character in word.chars() {
        let unit = match character {
            '0'..='9' => {
                digits.push(character);
                continue;
            }
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => return Err(because()),
        };
        let count: i64 = digits.parse::<i32>().map_err(|_| because())?.into();
        (total, digits) = (total + count * unit, String::new());
    }
    if !digits.is_empty() {
        total += i64::from(digits.parse::<i32>().map_err(|_| because())?);
    }
    if word.is_empty() || total > i64::from(i32::MAX) { Err(because()) } else { Ok(total) }
}

fn when() -> impl TypedValueParser<Value = When> {
    PossibleValuesParser::new(When::ALL.map(When::name)).try_map(|word| word.parse::<When>())
}

fn severity() -> impl TypedValueParser<Value = Severity> {
    let names = [Severity::Error, Severity::Warning, Severity::Info].map(Severity::name);
    PossibleValuesParser::new(names).try_map(|word| word.parse().map_err(|()| "not a severity"))
}

#[cfg(test)]
mod tests;
