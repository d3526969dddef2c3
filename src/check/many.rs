//! Turns findings that are alike beyond what anybody reads into the first of them and a count.

use std::collections::HashMap;
use std::sync::Arc;

use crate::finding::{Finding, MOST_ALIKE, ObjectName};
use crate::source::FileId;

/// What makes findings alike: the file, the rule, and the object.
type Key = (FileId, Arc<str>, Option<ObjectName>);

/// Keeps the first [`MOST_ALIKE`] findings of a rule about one object, or in one file where they are about none; the last of
/// them counts the rest.
pub(super) fn fold(findings: Vec<Finding>) -> Vec<Finding> {
    if findings.len() <= MOST_ALIKE {
        return findings;
    }
    let mut kept: Vec<Finding> = Vec::new();
    // How many are kept, and the number of the last of them.
    let mut alike: HashMap<Key, (usize, usize)> = HashMap::new();
    for finding in findings {
        let key = (finding.place.file, Arc::clone(&finding.rule), finding.object.clone());
        let (count, last) = alike.entry(key).or_default();
        if let Some(last) = kept.get_mut(*last).filter(|_| *count >= MOST_ALIKE) {
            last.more += 1 + finding.more;
        } else {
            (*count, *last) = (*count + 1, kept.len());
            kept.push(finding);
        }
    }
    kept
}

/// Says of each finding that counts others how many they are.
pub(super) fn tell(findings: &mut [Finding]) {
    for finding in findings.iter_mut().filter(|finding| finding.more > 0) {
        let (count, noun) = (finding.more, if finding.more == 1 { "finding" } else { "findings" });
        let place = if finding.object.is_some() { "about this object" } else { "in this file" };
        finding.notes.push(format!("{count} more {noun} of this rule {place} are counted and not listed"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::source::{Place, Span};

    #[test]
    fn what_is_found_too_often_is_counted() {
        let of = |file, rule: &'static str, at| {
            Finding::new(rule, Severity::Error, "a", Place { file: FileId(file), span: Span::at(at) })
        };
        let findings = (0..250).flat_map(|at| [of(0, "often", at), of(1, "often", at)]).chain([of(0, "once", 7)]);
        let mut kept = fold(findings.collect());
        tell(&mut kept);
        let counts: Vec<_> = kept.iter().filter(|finding| finding.more > 0).map(|it| (it.place, it.more)).collect();
        let last = |file| Place { file: FileId(file), span: Span::at(MOST_ALIKE - 1) };
        assert_eq!((kept.len(), counts), (2 * MOST_ALIKE + 1, vec![(last(0), 150), (last(1), 150)]));
        let told: Vec<_> = kept.iter().flat_map(|finding| &finding.notes).collect();
        assert_eq!(told, ["150 more findings of this rule in this file are counted and not listed"; 2]);
    }
}
