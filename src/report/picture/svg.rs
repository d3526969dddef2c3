//! Draws what each pod goes through: a row for each, from left to right in time.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::escape::html;
use super::{LONGEST_NAME, cut, ending, grouped, sampled, short, title};
use crate::controller::state::Seconds;
use crate::plan::{Interval, Outcome, Plan, Pod, PodState, SetPlan};
use crate::report::clock::clock;

/// How the parts of the drawing look, in a file of its own and in a page.
pub(super) const LOOK: &str = include_str!("timeline.css");

/// In units of the drawing, which are pixels where it is not scaled.
const WIDTH: i64 = 860;
const MARGIN: i64 = 20;
const ROW: i64 = 24;
const BAR: i64 = 16;
const LETTER: i64 = 7;
/// Above the legend: the title, and what happens.
const TITLE: i64 = 50;
/// Above the first row: the legend.
const HEAD: i64 = 40;
/// Below the last row: the axis.
const AXIS: i64 = 30;
/// Below the axis: how it ends.
const ENDING: i64 = 32;

/// How many pods are drawn at most.
const MOST_ROWS: usize = 30;
/// How many characters of a line are shown at most.
const LONGEST_LINE: usize = 118;
/// How many moments the axis names at most.
const MOST_TICKS: Seconds = 8;

/// Writes the drawing of every set, one below the other.
pub(in crate::report) fn write(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    let heights: Vec<i64> = plan.sets.iter().map(|set| TITLE + height(set) + ENDING).collect();
    let total: i64 = heights.iter().sum::<i64>().max(ROW);
    let name = plan.sets.iter().map(title).collect::<Vec<_>>().join(", ");
    let named = match plan.sets[..] {
        [] => "No StatefulSet to make a plan of".to_owned(),
        _ => format!("What the pods of {name} go through"),
    };
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"timeline\" viewBox=\"0 0 {WIDTH} {total}\" width=\"{WIDTH}\" \
         height=\"{total}\" role=\"img\">\n<title>{}</title>\n<style>\n{LOOK}</style>\n<rect class=\"paper\" width=\"{WIDTH}\" \
         height=\"{total}\" rx=\"8\"/>",
        html(&named)
    )?;
    let mut top = 0;
    for (set, height) in plan.sets.iter().zip(heights) {
        writeln!(out, "<g transform=\"translate(0 {top})\">\n{}</g>", words(set, height))?;
        writeln!(out, "<g transform=\"translate(0 {})\">\n{}</g>", top + TITLE, drawing(set))?;
        top += height;
    }
    writeln!(out, "</svg>")
}

/// The drawing of one set as an element of a page.
pub(super) fn element(set: &SetPlan) -> String {
    let scale = Scale::of(set);
    let height = height(set);
    format!(
        "<svg class=\"timeline\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\" data-left=\"{}\" \
         data-right=\"{}\" data-top=\"{}\" data-bottom=\"{}\" data-seconds=\"{}\">\n{}</svg>",
        html(&format!("What the pods of {} go through, {}", title(set), ending(set))),
        scale.left,
        scale.right,
        HEAD - 6,
        height - AXIS + 4,
        scale.seconds,
        drawing(set)
    )
}

/// From seconds to places from left to right.
struct Scale {
    left: i64,
    right: i64,
    /// How many seconds lie between them: the whole story, and a little more to show how it ends.
    seconds: Seconds,
}

impl Scale {
    fn of(set: &SetPlan) -> Self {
        let names = sampled(set, MOST_ROWS).into_iter().map(|pod| set.pod_name(pod.ordinal).chars().count());
        let widest = names.max().unwrap_or_default().min(LONGEST_NAME);
        let letters = i64::try_from(widest).unwrap_or_default();
        let beyond = (set.ends / 10).max(1);
        Self { left: MARGIN + letters * LETTER + 14, right: WIDTH - MARGIN, seconds: set.ends.saturating_add(beyond) }
    }

    fn x(&self, at: Seconds) -> i64 {
        let width = i128::from(self.right - self.left);
        let place = i128::from(at.clamp(0, self.seconds)) * width / i128::from(self.seconds.max(1));
        self.left + i64::try_from(place).unwrap_or_default()
    }
}

fn rows(set: &SetPlan) -> i64 {
    i64::try_from(set.pods.len().min(MOST_ROWS)).unwrap_or_default()
}

fn height(set: &SetPlan) -> i64 {
    HEAD + rows(set) * ROW + AXIS
}

fn drawing(set: &SetPlan) -> String {
    let scale = Scale::of(set);
    let bottom = HEAD + rows(set) * ROW;
    let mut drawn = legend(set);
    drawn.push_str(&axis(&scale, bottom));
    for (row, pod) in (0..).zip(sampled(set, MOST_ROWS)) {
        drawn.push_str(&line(set, pod, &scale, HEAD + row * ROW));
    }
    drawn
}

/// The title and what happens, above; how it ends, below.
fn words(set: &SetPlan, height: i64) -> String {
    let tone = match set.outcome {
        Outcome::Stable => "good",
        Outcome::Stalled(_) | Outcome::Refused => "bad",
    };
    format!(
        "<text class=\"title\" x=\"{MARGIN}\" y=\"32\">StatefulSet {}</text>\n<text class=\"dim\" x=\"{MARGIN}\" \
         y=\"52\">{}</text>\n<text class=\"{tone}\" x=\"{MARGIN}\" y=\"{}\">{}</text>\n",
        html(&cut(&title(set), LONGEST_LINE / 2)),
        html(&cut(&set.event, LONGEST_LINE)),
        height - 18,
        html(&cut(&ending(set), LONGEST_LINE))
    )
}

/// What the looks that occur mean, side by side.
fn legend(set: &SetPlan) -> String {
    let mut legend = String::new();
    let mut x = MARGIN;
    for (class, word) in looks(set) {
        let _ = writeln!(
            legend,
            "<rect class=\"{class}\" x=\"{x}\" y=\"13\" width=\"12\" height=\"12\" rx=\"3\"/><text class=\"dim\" x=\"{}\" \
             y=\"23\">{word}</text>",
            x + 18
        );
        x += 18 + LETTER * i64::try_from(word.chars().count()).unwrap_or_default() + 20;
    }
    if set.pods.len() > MOST_ROWS {
        let right = WIDTH - MARGIN;
        let all = grouped(set.pods.len());
        let _ = writeln!(legend, "<text class=\"count\" x=\"{right}\" y=\"23\">{MOST_ROWS} of {all} pods</text>");
    }
    legend
}

/// The looks that occur, each with what it means.
fn looks(set: &SetPlan) -> Vec<(String, String)> {
    let mut known: Vec<&Interval> = Vec::new();
    let intervals = sampled(set, MOST_ROWS).into_iter().flat_map(|pod| &pod.timeline);
    for interval in intervals.filter(|interval| is_drawn(interval)) {
        if known.iter().all(|other| class(other) != class(interval)) {
            known.push(interval);
        }
    }
    known.sort_by_key(|interval| (interval.state as u8, interval.revision));
    known.into_iter().map(|interval| (class(interval), meaning(set, interval))).collect()
}

fn meaning(set: &SetPlan, interval: &Interval) -> String {
    match interval.state {
        PodState::Ready => format!("ready at {}", set.letter(interval.revision)),
        state => state.name().to_owned(),
    }
}

/// The look of an interval; revisions beyond the fourth look like an earlier one.
fn class(interval: &Interval) -> String {
    match interval.state {
        PodState::Ready => format!("ready rev{}", interval.revision % 4),
        state => state.name().to_owned(),
    }
}

fn axis(scale: &Scale, bottom: i64) -> String {
    let step = tick(scale.seconds);
    let mut axis = String::new();
    let mut at = 0;
    while at <= scale.seconds {
        let x = scale.x(at);
        let _ = writeln!(
            axis,
            "<path class=\"grid\" d=\"M{x} {}V{bottom}\"/><text class=\"tick\" x=\"{x}\" y=\"{}\">{}</text>",
            HEAD - 6,
            bottom + 18,
            tick_label(at)
        );
        at += step;
    }
    axis
}

/// The seconds between two moments that the axis names.
fn tick(seconds: Seconds) -> Seconds {
    const STEPS: [Seconds; 17] =
        [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400];
    let fits = |step: &Seconds| seconds / step <= MOST_TICKS;
    STEPS.into_iter().find(fits).unwrap_or_else(|| (seconds / MOST_TICKS / 86_400 + 1) * 86_400)
}

/// A time without the units that are nought at its end: `4h` for `4h00m00s`.
fn tick_label(at: Seconds) -> String {
    let clock = clock(at);
    let minutes = clock.strip_suffix("00s").unwrap_or(&clock);
    let hours = minutes.strip_suffix("00m").filter(|hours| hours.ends_with('h')).unwrap_or(minutes);
    hours.to_owned()
}

/// The row of one pod.
fn line(set: &SetPlan, pod: &Pod, scale: &Scale, top: i64) -> String {
    let name = set.pod_name(pod.ordinal);
    let mut line = format!("<text class=\"name\" x=\"{MARGIN}\" y=\"{}\">{}</text>\n", top + 15, html(&short(&name)));
    for interval in pod.timeline.iter().filter(|interval| is_drawn(interval)) {
        let until = interval.until.unwrap_or(scale.seconds);
        let (from, to) = (scale.x(interval.from), scale.x(until));
        let width = (to - from).max(2);
        let letter = set.letter(interval.revision);
        let words = match interval.state {
            PodState::Ready if width > 70 => format!("ready at {letter}"),
            state if width > 80 => format!("{} {letter}", state.name()),
            _ if width > 13 => letter.to_string(),
            _ => String::new(),
        };
        let ends = interval.until.map_or_else(|| "on".to_owned(), |until| format!("to {}", clock(until)));
        let _ = writeln!(
            line,
            "<g><title>{}</title><rect class=\"{}\" x=\"{from}\" y=\"{}\" width=\"{width}\" height=\"{BAR}\" rx=\"3\"/>{}</g>",
            html(&format!(
                "{name}: {}, revision {letter}, from {} {ends}",
                interval.state.name(),
                clock(interval.from)
            )),
            class(interval),
            top + 3,
            caption(&words, interval.state, from + width / 2, top + 15)
        );
    }
    line
}

/// Whether there is a pod, and for longer than no time.
fn is_drawn(interval: &Interval) -> bool {
    interval.state != PodState::Absent && interval.until != Some(interval.from)
}

fn caption(words: &str, state: PodState, x: i64, y: i64) -> String {
    if words.is_empty() {
        return String::new();
    }
    format!("<text class=\"in {}\" x=\"{x}\" y=\"{y}\">{words}</text>", state.name())
}
