//! Turns a step that differs into the smallest one that still does, by asking the real controller again and again.

use crate::difference;
use crate::record::Record;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use stslint::controller::profile::Profile;

/// The real controller, waiting for questions.
pub(crate) struct Judge {
    child: Child,
    ask: ChildStdin,
    answer: BufReader<ChildStdout>,
}

impl Judge {
    pub(crate) fn start(program: &Path, name: &str) -> Option<Self> {
        let mut command = Command::new(program);
        command.args(["reconcile", "-judge", "-gate", if name.ends_with("off") { "off" } else { "on" }]);
        if name.ends_with("recreate") {
            command.arg("-recreate");
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let (ask, answer) = (child.stdin.take()?, BufReader::new(child.stdout.take()?));
        Some(Self { child, ask, answer })
    }

    /// The record with the real controller's answers.
    fn judged(&mut self, record: &Record) -> Option<Record> {
        writeln!(self.ask, "{}", record.question()).ok()?;
        let mut line = String::new();
        self.answer.read_line(&mut line).ok()?;
        Record::parse(&line)
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Leaves out whatever the difference does not need, and explains what remains.
pub(crate) fn smallest(mut judge: Judge, profile: Profile, mut record: Record) -> String {
    let Some(again) = judge.judged(&record).filter(|again| difference(profile, again).is_some()) else {
        return format!("the judge changed its mind about {}", record.question());
    };
    record = again;
    while let Some(less) = smaller(&record).into_iter().find_map(|candidate| {
        let judged = judge.judged(&candidate)?;
        (size(&judged) < size(&record) && difference(profile, &judged).is_some()).then_some(judged)
    }) {
        record = less;
    }
    let actual = difference(profile, &record).unwrap_or_default();
    record.explain(profile, &actual)
}

/// Shorter is smaller; among the short, `2O` is smaller than `3O`.
fn size(record: &Record) -> (usize, String) {
    (record.question().len(), record.question())
}

/// The record without one of its words: a pod, a claim, a revision, a refusal, an option, the status, a replica.
fn smaller(record: &Record) -> Vec<Record> {
    let mut candidates = Vec::new();
    for key in ['f', 'p', 'c', 'r', 's'] {
        let words: Vec<_> = record.part(key).split_whitespace().collect();
        let kept = if key == 's' { 3 } else { 0 };
        for left_out in kept..words.len() {
            let rest: Vec<_> =
                words.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, word)| *word).collect();
            candidates.push(record.with(key, &rest.join(" ")));
        }
    }
    candidates.push(record.with('t', ""));
    let (replicas, rest) = record.part('s').split_at(record.part('s').find(['O', 'P']).unwrap_or(0));
    if let Some(fewer) = replicas.parse::<u32>().ok().and_then(|replicas| replicas.checked_sub(1)) {
        candidates.push(record.with('s', &format!("{fewer}{rest}")));
    }
    candidates
}
