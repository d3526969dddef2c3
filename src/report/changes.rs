//! Turns two texts into the lines that differ, each change with its neighbours.

/// How many lines around a change are shown.
const AROUND: usize = 3;

/// The lines that lead from one text to the other, as `diff -u` writes them, without its headers: a line begins with
/// a minus sign, a plus sign or a space, and `...` stands for lines that both have.
pub(super) fn changes(from: &str, to: &str) -> String {
    let lines = edits(&from.lines().collect::<Vec<_>>(), &to.lines().collect::<Vec<_>>());
    let near = |at: usize| {
        let around = at.saturating_sub(AROUND)..lines.len().min(at + AROUND + 1);
        lines[around].iter().any(|(sign, _)| *sign != ' ')
    };
    let mut text = String::new();
    let mut skipped = false;
    for (at, (sign, line)) in lines.iter().enumerate() {
        if !near(at) {
            skipped = true;
            continue;
        }
        if std::mem::take(&mut skipped) {
            text.push_str("...\n");
        }
        text.push_str(format!("{sign} {line}").trim_end());
        text.push('\n');
    }
    if skipped {
        text.push_str("...\n");
    }
    text
}

/// The fewest lines to take away and to add, in order, among those that stay.
fn edits<'t>(from: &[&'t str], to: &[&'t str]) -> Vec<(char, &'t str)> {
    // `common[i][j]` is how many lines the ends from `i` and `j` on have in common.
    let mut common = vec![vec![0_usize; to.len() + 1]; from.len() + 1];
    for (i, old) in from.iter().enumerate().rev() {
        for (j, new) in to.iter().enumerate().rev() {
            common[i][j] = if old == new { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < from.len() || j < to.len() {
        if i < from.len() && j < to.len() && from[i] == to[j] {
            lines.push((' ', from[i]));
            (i, j) = (i + 1, j + 1);
        } else if i < from.len() && (j == to.len() || common[i + 1][j] >= common[i][j + 1]) {
            lines.push(('-', from[i]));
            i += 1;
        } else {
            lines.push(('+', to[j]));
            j += 1;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_shown_with_their_neighbours() {
        let from = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n";
        for (to, want) in [
            (from.replace("e\n", "E\n"), "...\n  b\n  c\n  d\n- e\n+ E\n  f\n  g\n  h\n...\n"),
            (from.replace("a\n", ""), "- a\n  b\n  c\n  d\n...\n"),
            (format!("{from}k\n"), "...\n  h\n  i\n  j\n+ k\n"),
            (from.to_owned(), "...\n"),
            (String::new(), "- a\n- b\n- c\n- d\n- e\n- f\n- g\n- h\n- i\n- j\n"),
        ] {
            assert_eq!(changes(from, &to), want, "{to}");
        }
    }
}
