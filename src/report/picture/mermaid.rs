//! Writes what each pod goes through as a Gantt diagram in the language of Mermaid.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::slice;

use super::escape::mermaid;
use super::{cut, grouped, sampled, short, title};
use crate::controller::state::Seconds;
use crate::plan::{Interval, Outcome, Plan, PodState, SetPlan};
use crate::report::tally::tally;

/// How many pods are drawn at most: Mermaid draws each as tall as any other.
const MOST_SECTIONS: usize = 16;
/// How many characters of the title are shown at most.
const LONGEST_TITLE: usize = 90;

/// Writes one diagram for all sets: a file of Mermaid holds one.
pub(in crate::report) fn write(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    let title = tally(plan).or_else(|| plan.sets.first().map(heading));
    out.write_all(diagram(&plan.sets, title).as_bytes())
}

/// The diagram of one set.
pub(super) fn diagram_of(set: &SetPlan) -> String {
    diagram(slice::from_ref(set), Some(heading(set)))
}

fn diagram(sets: &[SetPlan], title: Option<String>) -> String {
    let longest = sets.iter().map(|set| set.ends).max().unwrap_or_default();
    // A compact diagram has the states of a pod in one row.
    let mut text = "---\ndisplayMode: compact\n---\ngantt\n".to_owned();
    // A title of nothing is an error.
    if let Some(title) = title {
        let _ = writeln!(text, "    title {}", mermaid(&cut(&title, LONGEST_TITLE)));
    }
    // Milliseconds: of seconds (`X`) Mermaid 11 takes the start of a task for milliseconds, and its end for seconds.
    text.push_str("    dateFormat x\n");
    let _ = writeln!(text, "    axisFormat {}", if longest < 3_600 { "%M:%S" } else { "%H:%M" });
    for set in sets {
        let shown = sampled(set, MOST_SECTIONS);
        if shown.len() < set.pods.len() {
            let _ = writeln!(text, "    %% {} of {} pods", shown.len(), grouped(set.pods.len()));
        }
        let horizon = longest.saturating_add((longest / 10).max(1));
        for pod in shown.into_iter().filter(|pod| !pod.timeline.is_empty()) {
            let _ = writeln!(text, "    section {}", mermaid(&short(&set.pod_name(pod.ordinal))));
            for interval in pod.timeline.iter().filter(|interval| interval.state != PodState::Absent) {
                text.push_str(&task(set, interval, horizon));
            }
        }
    }
    text
}

/// What happens to a set, and how it ends if that is not well: the ending is never cut.
fn heading(set: &SetPlan) -> String {
    let ending = match set.outcome {
        Outcome::Stable => String::new(),
        Outcome::Stalled(_) | Outcome::Refused => format!(" and is {}", set.outcome.name()),
    };
    let event = format!("StatefulSet {} {}", title(set), set.event);
    cut(&event, LONGEST_TITLE - ending.len()) + &ending
}

/// One state of a pod; none where it takes so little of the time that Mermaid would draw it over its neighbours.
fn task(set: &SetPlan, interval: &Interval, horizon: Seconds) -> String {
    let until = interval.until.unwrap_or(horizon);
    if (until - interval.from).saturating_mul(100) < horizon {
        return String::new();
    }
    let tag = match interval.state {
        PodState::Ready => "done, ",
        PodState::Running => "active, ",
        PodState::Finished => "crit, ",
        PodState::Absent | PodState::Unscheduled | PodState::Pending | PodState::Terminating => "",
    };
    let letter = set.letter(interval.revision);
    // Words that do not fit are drawn beside their bar, over the next one.
    let narrow = (until - interval.from).saturating_mul(8) < horizon;
    let name = if narrow { letter.to_string() } else { format!("{} {letter}", interval.state.name()) };
    format!("    {name} :{tag}{}, {}\n", milliseconds(interval.from), milliseconds(until))
}

fn milliseconds(seconds: Seconds) -> Seconds {
    seconds.saturating_mul(1_000)
}
