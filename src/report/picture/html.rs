//! Writes a plan as one page that needs nothing beside it, on which a person moves through time.

mod moments;

use std::io::{self, Write};

use super::escape::{html, script};
use super::phrase::sentence;
use super::row::{self, Rows, ends};
use super::svg::{self, LOOK};
use super::{LONGEST_NAME, ending, grouped, title, unsaid};
use crate::dns::{Kind, Role};
use crate::plan::{Outcome, Plan, Pod, SetPlan, Step};
use crate::report::clock::clock;
use crate::report::tally::{skipped_at, tally};

/// How the page looks, and what moves on it.
const PAGE_LOOK: &str = include_str!("page.css");
const PAGE_SCRIPT: &str = include_str!("page.js");

/// How many pods and steps the page shows where nothing moves on it; the script has all of them.
const MOST_PODS: usize = 60;
const MOST_STEPS: usize = 400;

/// Writes the page.
pub(in crate::report) fn write(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    let names: Vec<String> = plan.sets.iter().map(title).collect();
    // Nothing but what stands in the page itself is run, shown or sent anywhere.
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta \
         http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src \
         'unsafe-inline'\">\n<title>stslint plan {}</title>\n<style>\n{LOOK}{PAGE_LOOK}</style>\n</head>\n<body>\n<main>",
        html(names.join(", ").trim())
    )?;
    if let Some(tally) = tally(plan) {
        writeln!(out, "<p class=\"tally\">{}</p>", html(&tally))?;
    }
    for set in &plan.sets {
        section(set, out)?;
    }
    if plan.sets.is_empty() {
        writeln!(out, "<p>There is no StatefulSet to plan.</p>")?;
    }
    skipped(plan, out)?;
    writeln!(
        out,
        "</main>\n<footer>What a cluster of Kubernetes {} would do, as <code>stslint plan</code> foretells it.</footer>",
        plan.version
    )?;
    let moments = serde_json::to_string(&moments::of(plan, MOST_PODS, MOST_STEPS))?;
    writeln!(out, "<script type=\"application/json\" id=\"plan\">{}</script>", script(&moments))?;
    writeln!(out, "<script>\n{PAGE_SCRIPT}</script>\n</body>\n</html>")
}

fn section(set: &SetPlan, out: &mut dyn Write) -> io::Result<()> {
    let tone = if set.outcome == Outcome::Stable { "good" } else { "bad" };
    writeln!(
        out,
        "<section class=\"set\">\n<h1><span class=\"kind\">StatefulSet</span> {}</h1>\n<p class=\"event\">{}</p>\n<p \
         class=\"ending {tone}\">{}</p>",
        html(&title(set)),
        html(&set.event),
        html(&ending(set))
    )?;
    outcome(set, out)?;
    player(set, out)?;
    writeln!(out, "<div class=\"board\">{}</div>\n<div class=\"columns\">\n<div>", svg::element(set))?;
    pods(set, out)?;
    services(set, out)?;
    writeln!(out, "</div>")?;
    steps(set, out)?;
    writeln!(out, "</div>")?;
    facts(set, out)?;
    writeln!(out, "</section>")
}

/// What no plan is made of.
fn skipped(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    if plan.skipped.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section class=\"skipped\">\n<h2>Not in the plan</h2>\n<ul>")?;
    for skipped in &plan.skipped {
        writeln!(out, "<li><code>{}</code>: {}</li>", html(&skipped_at(skipped)), html(&skipped.reason))?;
    }
    writeln!(out, "</ul>\n</section>")
}

/// What a person must know of a set that does not come to rest as the manifest says.
fn outcome(set: &SetPlan, out: &mut dyn Write) -> io::Result<()> {
    if let Outcome::Stalled(stall) = &set.outcome {
        writeln!(out, "<ul class=\"stall\">")?;
        for consequence in &stall.consequences {
            writeln!(out, "<li>{}</li>", html(consequence))?;
        }
        if let Some(spot) = &stall.spot {
            writeln!(out, "<li>decided at <code>{}</code></li>", html(&format!("{}:{}", spot.path, spot.line)))?;
        }
        if !stall.remedy.is_empty() {
            writeln!(out, "<li><strong>the way out:</strong> {}</li>", html(&stall.remedy))?;
        }
        writeln!(out, "</ul>")?;
    }
    for refusal in &set.refusals {
        let at = format!("{}:{}", refusal.spot.path, refusal.spot.line);
        let words = unsaid(set, refusal).map_or_else(|| "at".to_owned(), |words| html(&words));
        writeln!(out, "<blockquote>{words} <code>{}</code></blockquote>", html(&at))?;
    }
    Ok(())
}

/// What moves through time; hidden until the script can move it.
fn player(set: &SetPlan, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<div class=\"player\" hidden>\n<button type=\"button\" class=\"play\">Play</button>\n<button type=\"button\" \
         class=\"back\" aria-label=\"Step before\">◂</button>\n<button type=\"button\" class=\"on\" aria-label=\"Step \
         after\">▸</button>\n<input type=\"range\" min=\"0\" max=\"{0}\" value=\"{0}\" step=\"1\" aria-label=\"Seconds from \
         the start\">\n<output></output>\n</div>",
        set.ends
    )
}

fn pods(set: &SetPlan, out: &mut dyn Write) -> io::Result<()> {
    let Rows { first, left_out, last } = Rows::of(set, MOST_PODS);
    writeln!(
        out,
        "<h2>Pods <span class=\"when\">in the end</span></h2>\n<div class=\"scroll\"><table class=\"pods\">\n<thead><tr><th \
         scope=\"col\">pod</th><th scope=\"col\">state</th><th scope=\"col\">claims</th><th scope=\"col\">DNS \
         name</th></tr></thead>\n<tbody>"
    )?;
    for pod in first {
        pod_row(set, pod, out)?;
    }
    if left_out > 0 {
        writeln!(out, "<tr><td colspan=\"4\" class=\"more\">… {} more …</td></tr>", grouped(left_out))?;
    }
    for pod in last {
        pod_row(set, pod, out)?;
    }
    writeln!(out, "</tbody>\n</table></div>")
}

fn pod_row(set: &SetPlan, pod: &Pod, out: &mut dyn Write) -> io::Result<()> {
    let claim = |(name, fate): &(String, &str)| format!("<code>{}</code> {fate}", html(name));
    let claims: Vec<String> = row::claims(set, pod).iter().map(claim).collect();
    let name = row::name(set, pod).map_or_else(|| "–".to_owned(), |name| format!("<code>{}</code>", html(&name)));
    let pod_name = set.pod_name(pod.ordinal);
    let class = if pod_name.chars().count() > LONGEST_NAME { " class=\"long\"" } else { "" };
    writeln!(
        out,
        "<tr><th scope=\"row\"{class}>{}</th><td>{}</td><td>{}</td><td>{name}</td></tr>",
        html(&pod_name),
        row::state(set, pod),
        claims.join("<br>")
    )
}

fn services(set: &SetPlan, out: &mut dyn Write) -> io::Result<()> {
    if set.names.services.is_empty() {
        return writeln!(out, "<p class=\"none\">No Service in view selects these pods.</p>");
    }
    writeln!(
        out,
        "<h2>Services</h2>\n<div class=\"scroll\"><table class=\"services\">\n<thead><tr><th scope=\"col\">name</th><th \
         scope=\"col\">leads to</th></tr></thead>\n<tbody>"
    )?;
    for service in &set.names.services {
        let leads_to = match &service.kind {
            Kind::Headless => "its ready pods".to_owned(),
            Kind::ClusterAddress(_) => "one address in front of its ready pods".to_owned(),
            Kind::ExternalName(name) => html(name),
        };
        let role = if service.role == Role::Governing { " <span class=\"role\">governing</span>" } else { "" };
        let name = html(&service.full_name);
        writeln!(out, "<tr><th scope=\"row\"><code>{name}</code>{role}</th><td>{leads_to}</td></tr>")?;
    }
    writeln!(out, "</tbody>\n</table></div>")
}

fn steps(set: &SetPlan, out: &mut dyn Write) -> io::Result<()> {
    let (first, left_out, last) = ends(&set.steps, MOST_STEPS);
    writeln!(out, "<div class=\"steps\">\n<h2>{} steps</h2>\n<ol tabindex=\"0\">", grouped(set.steps.len()))?;
    for step in first {
        step_item(set, step, "", out)?;
    }
    if left_out > 0 {
        writeln!(out, "<li class=\"more\" value=\"{}\">… {} more …</li>", first.len() + 1, grouped(left_out))?;
    }
    for (number, step) in last.iter().enumerate() {
        let value = if number == 0 { format!(" value=\"{}\"", first.len() + left_out + 1) } else { String::new() };
        step_item(set, step, &value, out)?;
    }
    writeln!(out, "</ol>\n</div>")
}

fn step_item(set: &SetPlan, step: &Step, value: &str, out: &mut dyn Write) -> io::Result<()> {
    let name = |name: &str| format!("<b>{}</b>", html(name));
    writeln!(out, "<li{value}><time>{}</time> {}</li>", clock(step.at), sentence(set, step, name, html))
}

/// What decides, and what a reader should know beside.
fn facts(set: &SetPlan, out: &mut dyn Write) -> io::Result<()> {
    if !set.decides.is_empty() {
        writeln!(out, "<h2>What decides</h2>\n<dl>")?;
        for (word, what) in &set.decides {
            writeln!(out, "<dt>{}</dt><dd>{}</dd>", html(word), html(what))?;
        }
        writeln!(out, "</dl>")?;
    }
    for note in &set.notes {
        writeln!(out, "<p class=\"note\">{}</p>", html(note))?;
    }
    Ok(())
}
