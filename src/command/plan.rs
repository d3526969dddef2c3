//! Turns what was typed behind `plan` into a plan, and writes it.

mod skipped;

use std::io::{self, Write};
use std::path::PathBuf;

use super::{CLEAN, FAILED, FOUND, NOTHING, create, not_printed, tell};
use crate::check::{read_trees, recognise};
use crate::cli::{CheckArgs, Output, PlanArgs};
use crate::cluster::Cluster;
use crate::config::{self, Settings};
use crate::controller::names::parent_and_ordinal;
use crate::dry_run::{self, Change, Question, View};
use crate::error::Error;
use crate::input::{self, Inputs};
use crate::kustomization::Kustomizations;
use crate::manifest::Object;
use crate::plan::{Plan, Skipped};
use crate::report::{self, Detail, PlanFormat, Style, Terminal};
use crate::source::{Role, Sources};
use crate::version::Version;
use crate::visible::visible;
use crate::world::Failure;
use crate::yaml::Tree;
use skipped::Read;

/// Reads manifests, asks what becomes of the StatefulSets in them, and writes the answer.
pub(super) fn run(args: &PlanArgs) -> Result<u8, Error> {
    let check = CheckArgs { input: args.input.clone(), color: args.color, ..CheckArgs::default() };
    let settings = Settings::load(&check, &[])?;
    fails_in_one_way(&args.fail)?;
    let outputs = config::outputs(&args.output, PlanFormat::Text, PlanFormat::name)?;
    let inputs = input::read(&settings.input);
    let earlier = |path: &PathBuf| input::read(&settings.input.before(path));
    let before: Vec<Inputs> = args.against_path.iter().map(earlier).collect();
    // Without what was there before, the story would be another one.
    let unread: Vec<&Error> = before.iter().flat_map(|inputs| &inputs.errors).collect();
    if !unread.is_empty() {
        unread.into_iter().for_each(tell);
        return Ok(FAILED);
    }
    let question = question(args, settings.version()?);
    let plan = answer(&inputs, &before, &settings, &question);
    write(&plan, &outputs, args, &settings, &inputs.sources)?;
    inputs.errors.iter().for_each(tell);
    Ok(if !inputs.errors.is_empty() || !plan.broken.is_empty() && plan.objects == 0 {
        FAILED
    } else if args.exit_code && (plan.plan.fails() || !plan.broken.is_empty()) {
        FOUND
    } else if plan.objects == 0 && !args.allow_empty {
        NOTHING
    } else {
        CLEAN
    })
}

/// Whether no pod is to fail in two ways.
fn fails_in_one_way(failures: &[(String, Failure)]) -> Result<(), Error> {
    for (index, (pod, failure)) in failures.iter().enumerate() {
        let earlier = failures.iter().take(index).find(|(other, way)| other == pod && way != failure);
        if let Some((_, way)) = earlier {
            let value = format!("{pod}:{}", failure.name());
            let because = format!("the pod is to fail as {} already; give one way for each pod", way.name());
            return Err(Error::Usage { flag: "--fail", value, because });
        }
    }
    Ok(())
}

fn question(args: &PlanArgs, version: Version) -> Question {
    let change = if args.delete {
        Change::Delete(args.cascade.unwrap_or_default())
    } else if args.scale_to.is_empty() {
        Change::Apply
    } else {
        Change::Scale(args.scale_to.iter().map(|count| i64::from(*count)).collect())
    };
    let usual = Question::default();
    Question {
        version,
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
    /// The documents that could not be read.
    broken: Vec<Skipped>,
}

fn answer(inputs: &Inputs, before: &[Inputs], settings: &Settings, question: &Question) -> Answer {
    let all: Vec<&Inputs> = before.iter().chain([inputs]).collect();
    let trees: Vec<Vec<Tree<'_>>> = all.iter().map(|inputs| read_trees(&inputs.sources)).collect();
    let kustomize = |(inputs, trees): (&&Inputs, &Vec<Tree<'_>>)| Kustomizations::new(&inputs.sources, trees);
    let kustomized: Vec<Kustomizations> = all.iter().zip(&trees).map(kustomize).collect();
    let (mut clusters, mut objects, mut skipped, mut broken) = (Vec::new(), 0, Vec::new(), Vec::new());
    for ((inputs, trees), kustomizations) in all.iter().zip(&trees).zip(&kustomized) {
        let recognised = recognise(&inputs.sources, trees, kustomizations, settings);
        let read = Read { inputs, trees, kustomizations, recognised: &recognised };
        skipped.extend(read.skipped());
        broken.extend(read.broken());
        let found: Vec<Object<'_>> = recognised.into_iter().flat_map(|recognised| recognised.objects).collect();
        objects = found.iter().filter(|object| object.role == Role::Target).count();
        clusters.push(Cluster::new(found, &inputs.sources));
    }
    let views: Vec<View<'_>> =
        clusters.iter().zip(&all).map(|(cluster, inputs)| View { cluster, sources: &inputs.sources }).collect();
    let mut plan = match views.split_last() {
        Some((now, before)) => dry_run::plan(*now, before, question),
        None => {
            Plan { version: question.version, cluster_domain: String::new(), sets: Vec::new(), skipped: Vec::new() }
        }
    };
    plan.skipped.extend(skipped);
    plan.skipped.extend(broken.iter().cloned());
    plan.skipped.sort();
    plan.skipped.dedup();
    Answer { plan, objects, broken }
}

/// Whether a pod is one of a set of the plan, which says itself when it did not fail.
fn is_planned(pod: &str, plan: &Plan) -> bool {
    parent_and_ordinal(pod).is_some_and(|(parent, _)| plan.sets.iter().any(|set| set.name == parent))
}

/// Writes the plan in every format that was asked for, and to standard error what a person must hear beside it.
fn write(
    answer: &Answer,
    outputs: &[Output<PlanFormat>],
    args: &PlanArgs,
    settings: &Settings,
    read: &Sources,
) -> Result<(), Error> {
    let detail = if args.quiet { Detail::Quiet } else { Detail::Normal };
    let look = |terminal| Style { detail, ..Style::new(args.color, args.color, terminal) };
    for Output { format, file } in outputs {
        if let Some(name) = file {
            let not_written = |source| Error::Write { path: name.clone(), source };
            let mut file = create(name, &settings.input.directory, read)?;
            report::write_plan(&answer.plan, *format, &Style { detail, ..Style::FILE }, &mut file)
                .map_err(not_written)?;
        } else {
            let style = look(Terminal::stdout());
            report::write_plan(&answer.plan, *format, &style, &mut io::stdout().lock()).map_err(not_printed)?;
        }
    }
    if args.quiet {
        // The exit code may say that there are any.
        let told = |it: &Skipped| format!("{}:{}: {}\n", visible(&it.path), it.line.unwrap_or(1), visible(&it.reason));
        let broken: String = answer.broken.iter().map(told).collect();
        return io::stderr().write_all(broken.as_bytes()).map_err(not_printed);
    }
    let mut notices: Vec<String> = Vec::new();
    for (pod, _) in args.fail.iter().filter(|(pod, _)| !is_planned(pod, &answer.plan)) {
        notices.push(format!("warning: no StatefulSet of the plan has the pod {}, which is to fail\n", visible(pod)));
    }
    if answer.plan.sets.is_empty() && answer.broken.is_empty() {
        notices.push("no StatefulSet to make a plan of\n".to_owned());
    }
    let mut stderr = io::stderr().lock();
    stderr.write_all(notices.concat().as_bytes()).map_err(not_printed)?;
    let is_told = outputs.iter().any(|output| output.file.is_none() && output.format == PlanFormat::Text);
    if is_told {
        Ok(())
    } else {
        report::write_skipped(&answer.plan, &look(Terminal::stderr()), &mut stderr).map_err(not_printed)
    }
}
