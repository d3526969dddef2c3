//! Writes a plan as a story for people.

use std::io::{self, Write};

use super::foot;
use super::line::{self, Line};
use super::run::{self, Piece};
use crate::finding::Severity;
use crate::plan::{Claim, ClaimState, Fate, Outcome, Plan, Pod, PodState, Revision, SetPlan, Spot, Stall};
use crate::report::clock::clock;
use crate::report::full::wrap;
use crate::report::paint::{Tone, paint};
use crate::report::{Detail, Style};
use crate::visible::visible;

/// How many equal pods or claims in a row are told one by one.
const MOST_EQUAL: usize = 4;

/// Writes each set's story.
pub(super) fn write(plan: &Plan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for (index, set) in plan.sets.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        Page { plan, set, style }.write(out)?;
    }
    foot::write_tally(plan, style, out)?;
    if !(plan.sets.is_empty() || plan.skipped.is_empty() || style.detail == Detail::Quiet) {
        writeln!(out)?;
    }
    foot::write_skipped(plan, style, out)
}

/// The story of one set.
struct Page<'p> {
    plan: &'p Plan,
    set: &'p SetPlan,
    style: &'p Style,
}

impl Page<'_> {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        self.write_header(out)?;
        self.write_steps(out)?;
        self.write_outcome(out)?;
        self.write_pods(out)?;
        self.write_claims(out)
    }

    fn write_header(&self, out: &mut dyn Write) -> io::Result<()> {
        let set = self.set;
        let title = format!(
            "StatefulSet {}/{} {}: what Kubernetes {} does",
            visible(&set.namespace),
            visible(&set.name),
            set.event,
            self.plan.version
        );
        writeln!(out, "{}", paint(title, Tone::Strong, self.style))?;
        writeln!(out, "  {}:{}", visible(&set.spot.path), set.spot.line)?;
        writeln!(out)?;
        let mut before = "";
        for (word, text) in &set.decides {
            let word = if *word == before { "" } else { word };
            before = if word.is_empty() { before } else { word };
            self.write_remark(word, text, out)?;
        }
        let named = |revision: &Revision| Some(format!("{} is {}", revision.letter, revision.name.as_ref()?));
        let revisions: Vec<String> = set.revisions.iter().filter_map(named).collect();
        if !revisions.is_empty() {
            self.write_remark("revisions", &revisions.join(", "), out)?;
        }
        for note in &set.notes {
            let word = if before == "note" { "" } else { "note" };
            before = "note";
            self.write_remark(word, note, out)?;
        }
        writeln!(out)
    }

    /// A word and what is so, wrapped behind it.
    fn write_remark(&self, word: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
        const WORDS: usize = 11;
        let width = self.style.width.saturating_sub(WORDS + 2);
        let gap = " ".repeat(WORDS.saturating_sub(word.len()));
        write!(out, "  {}{gap}", paint(word, Tone::Heading, self.style))?;
        self.write_wrapped(text, width, WORDS + 2, out)
    }

    /// A text whose lines after the first are indented.
    fn write_wrapped(&self, text: &str, width: usize, indent: usize, out: &mut dyn Write) -> io::Result<()> {
        for (index, line) in wrap(&self.words(text), width, width).iter().enumerate() {
            let indent = if index == 0 { 0 } else { indent };
            writeln!(out, "{:indent$}{line}", "")?;
        }
        Ok(())
    }

    /// A text with nothing that a terminal would obey, or could not draw.
    fn words(&self, text: &str) -> String {
        let shown = visible(text);
        if self.style.unicode { shown.into_owned() } else { shown.replace('…', "...") }
    }

    fn write_steps(&self, out: &mut dyn Write) -> io::Result<()> {
        let lines = line::lines(self.set);
        let digits = lines.len().to_string().len().max(3);
        let clock = lines.iter().map(|line| clock(line.at).len()).max().unwrap_or_default();
        for piece in run::pieces(&lines) {
            match piece {
                Piece::Elided(count) => {
                    writeln!(out, "  {:>digits$}  {:>clock$}  {count} more in the same way", self.words("…"), "")?;
                }
                Piece::Line(index) => {
                    let Some(line) = lines.get(index) else { continue };
                    self.write_step(index + 1, line, (digits, clock), out)?;
                }
            }
        }
        if lines.is_empty() { Ok(()) } else { writeln!(out) }
    }

    fn write_step(&self, number: usize, line: &Line, widths: (usize, usize), out: &mut dyn Write) -> io::Result<()> {
        let (digits, times) = widths;
        let indent = 2 + digits + 2 + times + 2 + 7;
        let width = self.style.width.saturating_sub(indent);
        write!(out, "  {number:>digits$}  {:>times$}  {:<7}", clock(line.at), line.word())?;
        self.write_wrapped(&line.words(self.set), width, indent, out)
    }

    fn write_outcome(&self, out: &mut dyn Write) -> io::Result<()> {
        let set = self.set;
        let bad = Tone::Severity(Severity::Error);
        match &set.outcome {
            Outcome::Stable if set.steps.is_empty() => {
                writeln!(out, "  {}", paint("stable: nothing has to be done", Tone::Good, self.style))?;
            }
            Outcome::Stable => {
                let text = format!("stable after {}", clock(set.ends));
                writeln!(out, "  {}", paint(text, Tone::Good, self.style))?;
            }
            Outcome::Refused => {
                let version = self.plan.version;
                writeln!(out, "  {}", paint(format!("refused by the API server of {version}"), bad, self.style))?;
                for refusal in &set.refusals {
                    self.write_remark("because", &refusal.to_string(), out)?;
                    self.write_spot(&refusal.spot, out)?;
                }
            }
            Outcome::Stalled(stall) => {
                let text = format!("stalled after {}", clock(set.ends));
                writeln!(out, "  {}", paint(text, bad, self.style))?;
                self.write_stall(stall, out)?;
            }
        }
        writeln!(out)
    }

    fn write_spot(&self, spot: &Spot, out: &mut dyn Write) -> io::Result<()> {
        self.write_remark("at", &format!("{}:{}:{}", spot.path, spot.line, spot.column), out)
    }

    fn write_stall(&self, stall: &Stall, out: &mut dyn Write) -> io::Result<()> {
        self.write_remark("because", &stall.reason, out)?;
        if let Some(spot) = &stall.spot {
            self.write_spot(spot, out)?;
        }
        for (index, consequence) in stall.consequences.iter().enumerate() {
            self.write_remark(if index == 0 { "so" } else { "" }, consequence, out)?;
        }
        if stall.remedy.is_empty() { Ok(()) } else { self.write_remark("way out", &stall.remedy, out) }
    }

    fn write_pods(&self, out: &mut dyn Write) -> io::Result<()> {
        let set = self.set;
        if set.pods.is_empty() {
            return Ok(());
        }
        let last = set.pods.last().map_or(0, |pod| set.pod_name(pod.ordinal).len()).max("pod".len());
        let name = last.max(set.pods.first().map_or(0, |pod| set.pod_name(pod.ordinal).len()));
        let state = set.pods.iter().map(|pod| pod.state().name().len()).max().unwrap_or_default();
        let head = format!("  {:name$}  {:state$}  {}  {}", "pod", "state", "revision", "claims");
        writeln!(out, "{}", paint(head.trim_end(), Tone::Heading, self.style))?;
        let equal = |one: &Pod, next: &Pod| self.row(one).1 == self.row(next).1;
        for group in set.pods.chunk_by(equal) {
            for (index, pod) in group.iter().enumerate() {
                if group.len() > MOST_EQUAL && index > 0 && index + 1 < group.len() {
                    if index == 1 {
                        writeln!(out, "  {}", self.words("…"))?;
                    }
                    continue;
                }
                let (pod_name, (pod_state, revision, _)) = self.row(pod);
                let revision = revision.map_or("-".to_owned(), |revision| set.letter(revision).to_string());
                let claims = self.claims_of(pod);
                let line =
                    format!("  {:name$}  {:state$}  {revision:8}  {claims}", visible(&pod_name), pod_state.name());
                writeln!(out, "{}", line.trim_end())?;
            }
        }
        Ok(())
    }

    /// The name of a pod, and what its row says beside.
    fn row(&self, pod: &Pod) -> (String, (PodState, Option<usize>, usize)) {
        let bound = self.set.claims_of(pod.ordinal).iter().filter(|claim| claim.state == ClaimState::Bound);
        let revision = pod.revision().filter(|_| pod.state() != PodState::Absent);
        (self.set.pod_name(pod.ordinal), (pod.state(), revision, bound.count()))
    }

    fn claims_of(&self, pod: &Pod) -> String {
        let told = |claim: &Claim| format!("{} {}", self.set.claim_name(*claim), claim.state.name());
        let claims: Vec<String> = self.set.claims_of(pod.ordinal).iter().map(told).collect();
        match &claims[..] {
            [] => String::new(),
            [_, _, _, ..] => format!("{} claims", claims.len()),
            few => self.words(&few.join(", ")),
        }
    }

    /// What becomes of claims that do not simply serve their pod.
    fn write_claims(&self, out: &mut dyn Write) -> io::Result<()> {
        let fates = [
            (Fate::Orphaned, false, "stays without a pod: whoever gets it next finds what is stored on it"),
            (Fate::Orphaned, true, "stays without a pod and without a volume: nothing is stored on it"),
            (Fate::Deleted, false, "is deleted"),
            (Fate::Recreated, false, "was deleted and made anew, without what was stored on it"),
            (Fate::Recreated, true, "was deleted and made anew, and has no volume"),
            (Fate::Reused, false, "was there before its pod, which finds what is stored on it"),
            (Fate::Reused, true, "was there before its pod, and has no volume"),
        ];
        let mut before = false;
        for (fate, empty, so) in fates {
            let is_so = |claim: &&Claim| claim.fate == fate && (claim.state == ClaimState::Pending) == empty;
            let claims: Vec<Claim> = self.set.claims.iter().filter(|claim| is_so(claim)).copied().collect();
            let count = claims.len();
            let name = |claim: &Claim| self.set.claim_name(*claim);
            let names = match &claims[..] {
                [] => continue,
                [first, .., last] if count > MOST_EQUAL => {
                    format!("{} … {} ({count} claims)", name(first), name(last))
                }
                few => few.iter().map(name).collect::<Vec<_>>().join(", "),
            };
            if !std::mem::replace(&mut before, true) {
                writeln!(out)?;
            }
            let each = if count == 1 { "" } else { "each " };
            self.write_remark(fate.name(), &format!("{names}: {each}{so}"), out)?;
        }
        Ok(())
    }
}
