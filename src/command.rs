//! Turns a command into what it prints and the exit code.

mod plan;
mod show;

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::check::check;
use crate::cli::{self, CheckArgs, Cli, Command, Output, RulesFormat};
use crate::config::Settings;
use crate::error::Error;
use crate::facts::Facts;
use crate::finding::Finding;
use crate::input::{self, Fate, Inputs};
use crate::report::{self, Format, Listing, Report, Style, Terminal, When};
use crate::rule::Book;
use crate::source::Sources;
use crate::suggestion;
use crate::user_schema::UserSchemas;
use crate::visible::visible;
use crate::yaml::{self, Tree};

const CLEAN: u8 = 0;
const FOUND: u8 = 1;
const FAILED: u8 = 2;
const NOTHING: u8 = 3;

/// Does what was typed, and answers the exit code. What could not be done is told on standard error.
pub fn run(cli: &Cli) -> ExitCode {
    let done = match &cli.command {
        Command::Check(args) => run_check(args),
        Command::Plan(args) => plan::run(args),
        Command::Show(args) => show::run(args),
        Command::Rules(args) => run_rules(args.output),
        Command::Explain(args) => run_explain(&args.rule),
        Command::Completions(args) => print(&cli::completions(args.shell)),
        Command::Man => cli::man().map_err(not_printed).and_then(|page| print(&page)),
        Command::Version => print(format!("stslint {}\n", env!("CARGO_PKG_VERSION")).as_bytes()),
    };
    ExitCode::from(done.unwrap_or_else(|error| {
        tell(&error);
        FAILED
    }))
}

fn run_check(args: &CheckArgs) -> Result<u8, Error> {
    let rule_sources = Sources::new(input::read_rules(&args.rules)?);
    let schemas = UserSchemas::read(&Sources::new(input::read_schemas(&args.schema)?))?;
    let (mut book, mistakes) = read_book(&rule_sources);
    let settings = Settings::load(args, &book.names())?;
    book.retain(|rule| settings.selection.contains(rule));
    for (rule, severity) in &settings.severities {
        book.set_severity(rule, *severity);
    }
    let mut inputs = input::read(&settings.input);
    if settings.show_files {
        return show_files(&inputs);
    }
    if let Some(before) = &settings.against {
        inputs.add_before(input::read(&settings.input.before(before)));
    }
    let mistakes = adopt(&mut inputs.sources, rule_sources, &mut book, mistakes);
    let report = check(&inputs, &book, &schemas, mistakes, &settings);
    write_reports(&report, &settings)?;
    inputs.errors.iter().for_each(tell);
    Ok(exit_code(&report, &inputs, &settings))
}

/// The built-in rules and the user's own, with what is wrong with those.
fn read_book(sources: &Sources) -> (Book, Vec<Finding>) {
    let trees: Vec<Tree<'_>> = sources.iter().map(|(id, file)| yaml::read(id, file)).collect();
    let names = sources.iter().map(|(_, file)| Path::new(&file.path).file_stem().and_then(OsStr::to_str));
    let extra: Vec<_> = names.map(Option::unwrap_or_default).zip(&trees).collect();
    Book::with(&extra, &Facts::RECORD)
}

/// Puts the user's rules behind the manifests, and lets findings in them point there.
fn adopt(sources: &mut Sources, rules: Sources, book: &mut Book, mut mistakes: Vec<Finding>) -> Vec<Finding> {
    let first = sources.append(rules);
    book.renumber(first);
    for finding in &mut mistakes {
        let related = finding.related.iter_mut().map(|related| &mut related.place);
        related.chain([&mut finding.place]).for_each(|place| place.file.0 += first.0);
    }
    mistakes
}

fn exit_code(report: &Report<'_>, inputs: &Inputs, settings: &Settings) -> u8 {
    let fails = |threshold| report.findings.iter().any(|finding| finding.severity >= threshold);
    if !inputs.errors.is_empty() {
        FAILED
    } else if settings.fail_on.is_some_and(fails) {
        FOUND
    } else if report.summary.objects == 0 && report.findings.is_empty() && !settings.allow_empty {
        NOTHING
    } else {
        CLEAN
    }
}

/// Writes every report that was asked for, and to standard error what a person must hear beside them.
fn write_reports(report: &Report<'_>, settings: &Settings) -> Result<(), Error> {
    let detail = settings.detail;
    let look = |terminal| {
        let style = Style::new(settings.color, settings.hyperlinks, terminal);
        Style { detail, statistics: settings.statistics, ..style }
    };
    for Output { format, file } in &settings.outputs {
        if let Some(name) = file {
            let style = Style { detail, statistics: settings.statistics, ..Style::FILE };
            let not_written = |source| Error::Write { path: name.clone(), source };
            let mut file = create(name, &settings.input.directory, report.sources)?;
            report::write(report, *format, &style, &mut file).map_err(not_written)?;
        } else {
            report::write(report, *format, &look(Terminal::stdout()), &mut io::stdout().lock()).map_err(not_printed)?;
        }
    }
    let told = settings.outputs.iter().any(|output| output.file.is_none() && output.format == Format::Full);
    report::write_notice(report, told, &look(Terminal::stderr()), &mut io::stderr().lock()).map_err(not_printed)
}

/// Opens the file of a report, which is none of those that were read.
fn create(name: &Path, directory: &Path, read: &Sources) -> Result<File, Error> {
    let path = directory.join(name);
    let is_read = |target: &Path| {
        let same_name = read.iter().filter(|(_, source)| Path::new(&source.path).file_name() == target.file_name());
        let mut paths = same_name.map(|(_, source)| directory.join(&source.path));
        paths.any(|path| path.canonicalize().is_ok_and(|path| path == target))
    };
    if path.canonicalize().is_ok_and(|target| is_read(&target)) {
        let because = "it is one of the files that are read, and would be lost".to_owned();
        return Err(Error::Usage { flag: "--output", value: name.to_string_lossy().into_owned(), because });
    }
    File::create(path).map_err(|source| Error::Write { path: name.to_owned(), source })
}

fn run_rules(format: RulesFormat) -> Result<u8, Error> {
    let (book, _) = Book::with(&[], &Facts::RECORD);
    let listing = match format {
        RulesFormat::Text => Listing::Text,
        RulesFormat::Json => Listing::Json,
        RulesFormat::Markdown => Listing::Markdown,
    };
    report::write_rules(&book.cards(), listing, &terminal_style(), &mut io::stdout().lock()).map_err(not_printed)?;
    Ok(CLEAN)
}

fn run_explain(name: &str) -> Result<u8, Error> {
    let (book, _) = Book::with(&[], &Facts::RECORD);
    let Some(card) = book.rule(name) else {
        let names = book.names();
        let near = suggestion::nearest(name, names.iter().map(|(name, _)| *name));
        let because = near.map_or_else(
            || "there is no rule of that name; `stslint rules` lists them".to_owned(),
            |near| format!("there is no rule of that name; did you mean \"{near}\"?"),
        );
        return Err(Error::Usage { flag: "explain", value: name.to_owned(), because });
    };
    report::write_explanation(&card, &terminal_style(), &mut io::stdout().lock()).map_err(not_printed)?;
    Ok(CLEAN)
}

fn terminal_style() -> Style {
    Style::new(When::Auto, When::Auto, Terminal::stdout())
}

/// Lists what becomes of each file.
fn show_files(inputs: &Inputs) -> Result<u8, Error> {
    let mut list = String::new();
    for file in &inputs.files {
        let fate = match &file.fate {
            Fate::Read => file.role.name().to_owned(),
            Fate::Configuration => "configuration".to_owned(),
            Fate::PassedOver(reason) => format!("passed over: {}", visible(reason)),
        };
        list.extend([&*visible(&file.path), ": ", &fate, "\n"]);
    }
    print(list.as_bytes())?;
    inputs.errors.iter().for_each(tell);
    Ok(if inputs.errors.is_empty() { CLEAN } else { FAILED })
}

/// Writes to standard output; a reader who went away is no error.
fn print(bytes: &[u8]) -> Result<u8, Error> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(not_printed(error)),
        _ => Ok(CLEAN),
    }
}

fn not_printed(source: io::Error) -> Error {
    Error::Write { path: "standard output".into(), source }
}

/// Tells on standard error what could not be done; where even that cannot be written, the exit code says it.
fn tell(error: &Error) {
    let _ = writeln!(io::stderr().lock(), "error: {error}");
}
