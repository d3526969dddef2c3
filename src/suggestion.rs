//! Finds the word that was probably meant.

/// The candidate nearest to `word` by edits: letters inserted, removed, changed, or two neighbours swapped. `None` when
/// the nearest one needs more edits than a third of the longer word, at least one (rustc
/// `compiler/rustc_span/src/edit_distance.rs`). Of equals the first one wins; words that differ only in case come first.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let is_ascii = word.is_ascii() && candidate.is_ascii();
        let is_same = if is_ascii {
            candidate.eq_ignore_ascii_case(word)
        } else {
            candidate.to_lowercase() == word.to_lowercase()
        };
        if is_same {
            return Some(candidate);
        }
        let longer = word.chars().count().max(candidate.chars().count());
        let most = best.map_or((longer / 3).max(1), |(edits, _)| edits.saturating_sub(1));
        if is_ascii && least_edits(word, candidate) > most {
            continue;
        }
        if let Some(edits) = edits_within(word, candidate, most) {
            best = Some((edits, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// How many edits turn one word of ASCII into the other at least: each brings, or takes away, one letter at most. It is far
/// quicker than [`edits_within`], and few words get past it.
fn least_edits(from: &str, to: &str) -> usize {
    let mut surplus = [0_isize; 128];
    from.bytes().for_each(|letter| surplus[usize::from(letter & 127)] += 1);
    to.bytes().for_each(|letter| surplus[usize::from(letter & 127)] -= 1);
    let more: usize = surplus.iter().filter(|&&count| count > 0).map(|count| count.unsigned_abs()).sum();
    let fewer: usize = surplus.iter().filter(|&&count| count < 0).map(|count| count.unsigned_abs()).sum();
    more.max(fewer)
}

/// How many edits turn one word into the other, when no more than `most` do; see [`nearest`] for what an edit is.
pub fn edits_within(from: &str, to: &str, most: usize) -> Option<usize> {
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    if from.len().abs_diff(to.len()) > most {
        return None;
    }
    // Rows of the table of distances between beginnings of the words; a swap looks two rows back.
    let mut before = vec![0; to.len() + 1];
    let mut above: Vec<usize> = (0..=to.len()).collect();
    let mut row = vec![0; to.len() + 1];
    for i in 1..=from.len() {
        row[0] = i;
        for j in 1..=to.len() {
            let change = above[j - 1] + usize::from(from[i - 1] != to[j - 1]);
            row[j] = change.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && from[i - 1] != to[j - 1] && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        std::mem::swap(&mut before, &mut above);
        std::mem::swap(&mut above, &mut row);
    }
    Some(above[to.len()]).filter(|&edits| edits <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_suggested_when_it_is_near_enough() {
        for (word, candidates, want) in [
            ("seplicas", &["replicas", "selector"][..], Some("replicas")),
            ("replcias", &["replicas"], Some("replicas")),
            ("relicas", &["replicas"], Some("replicas")),
            ("replicass", &["replicas"], Some("replicas")),
            ("servicename", &["serviceAccount", "serviceName"], Some("serviceName")),
            ("db-reed", &["db", "db-read", "web"], Some("db-read")),
            ("db", &["cd", "do"], Some("do")),
            ("db", &["web", "api", "db-read"], None),
            ("a", &["b"], Some("b")),
            ("ab", &["cd"], None),
            ("größe", &["grosse", "grösse"], Some("grösse")),
            ("groesse", &["grösse"], Some("grösse")),
            ("", &["a", ""], Some("")),
            ("kitten", &["sitting", "mitten", "kittens"], Some("mitten")),
            ("anything", &[], None),
        ] {
            assert_eq!(nearest(word, candidates.iter().copied()), want, "{word} among {candidates:?}");
        }
    }

    #[test]
    fn edits_are_counted_as_damerau_and_levenshtein_count_them() {
        for (from, to, edits) in [
            ("", "", 0),
            ("abc", "abc", 0),
            ("", "abc", 3),
            ("abc", "acb", 1),
            ("ca", "abc", 3),
            ("kitten", "sitting", 3),
            ("abcd", "badc", 2),
        ] {
            assert_eq!(edits_within(from, to, 9), Some(edits), "{from} to {to}");
            assert_eq!(edits_within(to, from, 9), Some(edits), "{to} to {from}");
            assert!(least_edits(from, to) <= edits, "{from} to {to}");
            assert_eq!(edits.checked_sub(1).and_then(|most| edits_within(from, to, most)), None, "{from} to {to}");
        }
    }
}
