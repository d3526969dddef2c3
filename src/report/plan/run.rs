//! Finds runs of lines that tell the same of one pod after another, so that their middle can be left out.

use super::line::Line;

/// How many lines are repeated at most: a pod is deleted, gone, created, ready.
const LONGEST_PERIOD: usize = 4;

/// How often they have to be repeated for the middle to be left out.
const FEWEST: usize = 6;

/// A piece of a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// The line at this position.
    Line(usize),
    /// So many repetitions are left out.
    Elided(usize),
}

/// The pieces of a story: of each run the first two repetitions, and the last.
pub(super) fn pieces(lines: &[Line]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let rest = lines.get(at..).unwrap_or_default();
        let longest = (1..=LONGEST_PERIOD).map(|period| (period, repeats(rest, period)));
        let repeated = longest.filter(|(_, count)| *count >= FEWEST);
        // Of several ways to see the same run, the one with the shortest period.
        let best = repeated.max_by_key(|(period, count)| (period * count, LONGEST_PERIOD - period));
        let Some((period, count)) = best else {
            pieces.push(Piece::Line(at));
            at += 1;
            continue;
        };
        pieces.extend((at..at + 2 * period).map(Piece::Line));
        pieces.push(Piece::Elided(count - 3));
        at += period * count;
        pieces.extend((at - period..at).map(Piece::Line));
    }
    pieces
}

/// How often the first lines, so many as the period is long, stand one after another.
fn repeats(lines: &[Line], period: usize) -> usize {
    let Some(stride) = lines.get(period).zip(lines.first()).map(|(next, first)| next.first() - first.first()) else {
        return 1;
    };
    let same = |(line, next): &(&Line, &Line)| {
        line.likeness() == next.likeness()
            && next.first() - line.first() == stride
            && next.last - next.first() == line.last - line.first()
    };
    let next = lines.get(period..).unwrap_or_default();
    1 + lines.iter().zip(next).take_while(same).count() / period
}
