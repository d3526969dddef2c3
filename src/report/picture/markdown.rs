//! Writes a plan as a page that reads well in a comment on a pull request and in the summary of a job.

use std::io::{self, Write};

use super::escape::{code, markdown};
use super::phrase::sentence;
use super::row::{self, Rows, ends};
use super::{ending, grouped, mermaid, title, unsaid};
use crate::plan::{Outcome, Plan, Pod, SetPlan, Step};
use crate::report::clock::clock;
use crate::report::tally::{skipped_at, tally};

/// How many rows the table of pods and the list of steps have at most.
const MOST_PODS: usize = 20;
const MOST_STEPS: usize = 40;
/// How many places are listed that no plan is made of.
const MOST_SKIPPED: usize = 40;

/// Writes a section for each set.
pub(in crate::report) fn write(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    if let Some(tally) = tally(plan) {
        writeln!(out, "**{tally}**\n")?;
    }
    for (number, set) in plan.sets.iter().enumerate() {
        if number > 0 {
            writeln!(out, "\n---\n")?;
        }
        section(set, out)?;
    }
    if plan.sets.is_empty() {
        writeln!(out, "There is no StatefulSet to plan.")?;
    }
    if !plan.skipped.is_empty() {
        writeln!(out, "\nNot in the plan:\n")?;
    }
    for skipped in plan.skipped.iter().take(MOST_SKIPPED) {
        writeln!(out, "- {}: {}", code(&skipped_at(skipped)), markdown(&skipped.reason))?;
    }
    if plan.skipped.len() > MOST_SKIPPED {
        writeln!(out, "- and {} more", grouped(plan.skipped.len() - MOST_SKIPPED))?;
    }
    let version = plan.version;
    writeln!(out, "\n<sub>What a cluster of Kubernetes {version} would do, as `stslint plan` foretells it.</sub>")
}

fn section(set: &SetPlan, out: &mut dyn Write) -> io::Result<()> {
    let mark = match set.outcome {
        Outcome::Stable => "✅",
        Outcome::Stalled(_) => "⏸️",
        Outcome::Refused => "⛔",
    };
    writeln!(out, "### StatefulSet {} {}\n", code(&title(set)), markdown(&set.event))?;
    writeln!(out, "{mark} **{}**", markdown(&ending(set)))?;
    if let Outcome::Stalled(stall) = &set.outcome {
        writeln!(out)?;
        for consequence in &stall.consequences {
            writeln!(out, "- {}", markdown(consequence))?;
        }
        if let Some(spot) = &stall.spot {
            writeln!(out, "- decided at {}", code(&format!("{}:{}", spot.path, spot.line)))?;
        }
        if !stall.remedy.is_empty() {
            writeln!(out, "- **the way out:** {}", markdown(&stall.remedy))?;
        }
    }
    for refusal in &set.refusals {
        let at = format!("{}:{}", refusal.spot.path, refusal.spot.line);
        let words = unsaid(set, refusal).map_or_else(|| "at".to_owned(), |words| markdown(&words));
        writeln!(out, "\n> {words} {}", code(&at))?;
    }
    if !set.decides.is_empty() {
        writeln!(out, "\n| what decides | |\n|---|---|")?;
        for (word, what) in &set.decides {
            writeln!(out, "| {} | {} |", markdown(word), markdown(what))?;
        }
    }
    pods(set, out)?;
    steps(set, out)?;
    if set.pods.iter().any(|pod| !pod.timeline.is_empty()) {
        let diagram = mermaid::diagram_of(set);
        writeln!(out, "\n<details><summary>Over time</summary>\n\n```mermaid\n{diagram}```\n\n</details>")?;
    }
    for note in &set.notes {
        writeln!(out, "\n> {}", markdown(note))?;
    }
    Ok(())
}

fn pods(set: &SetPlan, out: &mut dyn Write) -> io::Result<()> {
    if set.pods.is_empty() {
        return Ok(());
    }
    let Rows { first, left_out, last } = Rows::of(set, MOST_PODS);
    writeln!(out, "\n| pod | in the end | claims | DNS name |\n|---|---|---|---|")?;
    for pod in first {
        pod_row(set, pod, out)?;
    }
    if left_out > 0 {
        writeln!(out, "| … {} more | | | |", grouped(left_out))?;
    }
    for pod in last {
        pod_row(set, pod, out)?;
    }
    Ok(())
}

fn pod_row(set: &SetPlan, pod: &Pod, out: &mut dyn Write) -> io::Result<()> {
    let claims: Vec<String> =
        row::claims(set, pod).iter().map(|(name, fate)| format!("{} {fate}", code(name))).collect();
    let name = row::name(set, pod).map_or_else(|| "none".to_owned(), |name| code(&name));
    let pod_name = code(&set.pod_name(pod.ordinal));
    writeln!(out, "| {pod_name} | {} | {} | {name} |", row::state(set, pod), claims.join("<br>"))
}

fn steps(set: &SetPlan, out: &mut dyn Write) -> io::Result<()> {
    if set.steps.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n<details open><summary>{} steps</summary>\n", grouped(set.steps.len()))?;
    let (first, left_out, last) = ends(&set.steps, MOST_STEPS);
    for (number, step) in (1..).zip(first) {
        step_line(set, number, step, out)?;
    }
    if left_out > 0 {
        writeln!(out, "\n… {} more …\n", grouped(left_out))?;
    }
    for (number, step) in (first.len() + left_out + 1..).zip(last) {
        step_line(set, number, step, out)?;
    }
    writeln!(out, "\n</details>")
}

fn step_line(set: &SetPlan, number: usize, step: &Step, out: &mut dyn Write) -> io::Result<()> {
    let plain = |text: &str| markdown(text);
    writeln!(out, "{number}. {}: {}", clock(step.at), sentence(set, step, code, plain))
}
