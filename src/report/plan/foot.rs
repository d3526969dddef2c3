//! Writes what stands under the stories of a plan: how many sets end in which way, and what no plan is made of.

use std::io::{self, Write};

use crate::finding::Severity;
use crate::plan::Plan;
use crate::report::paint::{Tone, paint};
use crate::report::tally::{skipped_at, tally, trouble};
use crate::report::{Detail, Style};
use crate::visible::visible;

/// How many sets and skipped places are listed one by one.
const MOST_LISTED: usize = 20;

/// Writes how the sets end, where there are several, and those that do not simply come to rest.
pub(super) fn write_tally(plan: &Plan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let Some(tally) = tally(plan).filter(|_| style.detail > Detail::Quiet) else { return Ok(()) };
    let troubled: Vec<_> = plan.sets.iter().filter_map(|set| Some((trouble(set)?, set))).collect();
    let tone = if troubled.is_empty() { Tone::Good } else { Tone::Strong };
    writeln!(out, "\n{}", paint(tally, tone, style))?;
    for (word, set) in troubled.iter().take(MOST_LISTED) {
        let word = paint(format!("{word:14}"), Tone::Severity(Severity::Error), style);
        let (namespace, name) = (visible(&set.namespace), visible(&set.name));
        writeln!(out, "  {word}  {namespace}/{name}  {}:{}", visible(&set.spot.path), set.spot.line)?;
    }
    write_more(troubled.len(), out)
}

/// Writes what no plan is made of.
pub fn write_skipped(plan: &Plan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if plan.skipped.is_empty() || style.detail == Detail::Quiet {
        return Ok(());
    }
    writeln!(out, "{}", paint("not in the plan", Tone::Heading, style))?;
    for skipped in plan.skipped.iter().take(MOST_LISTED) {
        writeln!(out, "  {}: {}", visible(&skipped_at(skipped)), visible(&skipped.reason))?;
    }
    write_more(plan.skipped.len(), out)
}

fn write_more(count: usize, out: &mut dyn Write) -> io::Result<()> {
    let more = count.saturating_sub(MOST_LISTED);
    if more > 0 { writeln!(out, "  and {more} more") } else { Ok(()) }
}
