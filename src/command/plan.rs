//! Turns what was typed behind `plan` into a plan, and writes it.

use std::fs::File;
use std::io::{self, Write};

use super::{CLEAN, FAILED, FOUND, NOTHING, not_printed, tell};
use crate::check::{read_trees, recognise};
use crate::cli::{CheckArgs, Output, PlanArgs};
use crate::cluster::Cluster;
use crate::config::{self, Settings};
use crate::dry_run::{self, Change, Question, View};
use crate::error::Error;
use crate::input::{self, Inputs, Request};
use crate::kustomization::Kustomizations;
use crate::plan::Plan;
use crate::report::{self, PlanFormat, Style, Terminal};
use crate::visible::visible;

/// Reads manifests, asks what becomes of the StatefulSets in them, and writes the answer.
pub(super) fn run(args: &PlanArgs) -> Result<u8, Error> {
    let check = CheckArgs { input: args.input.clone(), color: args.color, ..CheckArgs::default() };
    let settings = Settings::load(&check, &[])?;
    let outputs = config::outputs(&args.output, PlanFormat::Text, PlanFormat::name)?;
    let inputs = input::read(&settings.input);
    let before = args.against_path.as_ref().map(|path| {
        let request = Request { paths: vec![path.clone()], stdin_filename: None, ..settings.input.clone() };
        input::read(&request)
    });
    let question = question(args, &settings);
    let plan = answer(&inputs, before.as_ref(), &settings, &question);
    write(&plan, &outputs, args, &settings)?;
    let errors: Vec<&Error> = inputs.errors.iter().chain(before.iter().flat_map(|before| &before.errors)).collect();
    for error in &errors {
        tell(error);
    }
    Ok(if !errors.is_empty() {
        FAILED
    } else if args.exit_code && plan.plan.fails() {
        FOUND
    } else if plan.objects == 0 && !args.allow_empty {
        NOTHING
    } else {
        CLEAN
    })
}

fn question(args: &PlanArgs, settings: &Settings) -> Question {
    let change = match args.scale_to {
        Some(replicas) => Change::Scale(replicas.into()),
        None if args.delete => Change::Delete(args.cascade.unwrap_or_default()),
        None => Change::Apply,
    };
    let usual = Question::default();
    Question {
        version: settings.version,
        cluster_domain: args.cluster_domain.clone().unwrap_or(usual.cluster_domain),
        replicas: args.replicas.map(i64::from),
        change,
        failures: args.fail.clone(),
        ready_after: args.ready_after,
    }
}

/// A plan, and what else a person must hear.
struct Answer {
    plan: Plan,
    /// How many objects of Kubernetes the targets hold.
    objects: usize,
    /// Documents that could not be read: path, line, and why.
    broken: Vec<(String, u32, String)>,
}

fn answer(inputs: &Inputs, before: Option<&Inputs>, settings: &Settings, question: &Question) -> Answer {
    let trees = read_trees(&inputs.sources);
    let kustomizations = Kustomizations::new(&inputs.sources, &trees);
    let recognised = recognise(&inputs.sources, &trees, &kustomizations, settings);
    let objects = recognised.iter().map(|found| found.objects.len()).sum();
    let mut broken = Vec::new();
    for tree in &trees {
        let source = inputs.sources.get(tree.file());
        for fault in tree.faults() {
            broken.push((source.path.clone(), source.position(fault.span.start).line, fault.message.clone()));
        }
    }
    let found = recognised.into_iter().flat_map(|found| found.objects).collect();
    let cluster = Cluster::new(found, &inputs.sources);
    let view = View { cluster: &cluster, sources: &inputs.sources };
    let plan = match before {
        None => dry_run::plan(view, None, question),
        Some(before) => {
            let trees = read_trees(&before.sources);
            let kustomizations = Kustomizations::new(&before.sources, &trees);
            let recognised = recognise(&before.sources, &trees, &kustomizations, settings);
            let found = recognised.into_iter().flat_map(|found| found.objects).collect();
            let cluster = Cluster::new(found, &before.sources);
            dry_run::plan(view, Some(View { cluster: &cluster, sources: &before.sources }), question)
        }
    };
    Answer { plan, objects, broken }
}

/// Writes the plan in every format that was asked for, and to standard error what a person must hear beside it.
fn write(answer: &Answer, outputs: &[Output<PlanFormat>], args: &PlanArgs, settings: &Settings) -> Result<(), Error> {
    let look = |terminal| Style::new(args.color, args.color, terminal);
    for Output { format, file } in outputs {
        if let Some(name) = file {
            let not_written = |source| Error::Write { path: name.clone(), source };
            let mut file = File::create(settings.input.directory.join(name)).map_err(not_written)?;
            report::write_plan(&answer.plan, *format, &Style::FILE, &mut file).map_err(not_written)?;
        } else {
            let style = look(Terminal::stdout());
            report::write_plan(&answer.plan, *format, &style, &mut io::stdout().lock()).map_err(not_printed)?;
        }
    }
    if args.quiet {
        return Ok(());
    }
    let mut notices: Vec<String> = Vec::new();
    for (path, line, message) in &answer.broken {
        let (path, message) = (visible(path), visible(message));
        notices.push(format!("warning: {path}:{line}: {message}; what stands there is not in the plan\n"));
    }
    if answer.plan.sets.is_empty() {
        notices.push("no StatefulSet to make a plan of\n".to_owned());
    }
    io::stderr().lock().write_all(notices.concat().as_bytes()).map_err(not_printed)
}
