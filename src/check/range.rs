//! Turns what each version of Kubernetes makes wrong into findings that say of which versions they are true.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::source::Place;
use crate::version::Version;

/// What makes two findings the same in different versions; the number tells apart those that are alike in one.
type Key = (Place, String, String, usize);

/// Each finding once, in the words of the newest version that it is true of, with that behind them where it is not true of all.
/// The versions come oldest first.
pub(super) fn merge(found: Vec<(Version, Vec<Finding>)>) -> Vec<Finding> {
    let all: Vec<Version> = found.iter().map(|(version, _)| *version).collect();
    let mut merged: BTreeMap<Key, (Finding, Vec<Version>)> = BTreeMap::new();
    for (version, findings) in found {
        let mut alike: BTreeMap<(Place, String, String), usize> = BTreeMap::new();
        for finding in findings {
            let (place, rule, field) = (finding.place, finding.rule.to_string(), finding.field.clone());
            let number = alike.entry((place, rule.clone(), field.clone())).or_default();
            let entry = merged.entry((place, rule, field, *number)).or_insert_with(|| (finding.clone(), Vec::new()));
            entry.0 = finding;
            entry.1.push(version);
            *number += 1;
        }
    }
    let mut merged: Vec<(Finding, Vec<Version>)> = merged.into_values().collect();
    fold_pods(&mut merged);
    let told = |(mut finding, versions): (Finding, Vec<Version>)| {
        finding.message.extend(extent(&versions, &all).map(|extent| format!(" ({extent})")));
        finding
    };
    merged.into_iter().map(told).collect()
}

/// What older API servers refuse of the pods alone, and newer ones of the set itself, is one fault.
fn fold_pods(merged: &mut Vec<(Finding, Vec<Version>)>) {
    let (pods, mut rest): (Vec<_>, Vec<_>) =
        merged.drain(..).partition(|(finding, _)| *finding.rule == *"pod-rejected-on-create");
    for (pod, versions) in pods {
        let newer = |(finding, of): &&mut (Finding, Vec<Version>)| {
            *finding.rule == *"rejected-on-create" && finding.place == pod.place && versions.last() < of.first()
        };
        if let (Some((finding, of)), Some(last)) = (rest.iter_mut().find(newer), versions.last()) {
            finding.notes.push(format!("up to Kubernetes {last} the API server accepts the set and refuses its pods"));
            of.splice(0..0, versions);
        } else {
            rest.push((pod, versions));
        }
    }
    *merged = rest;
}

/// Of which of `all` versions something is true; `None` where it is true of all of them.
fn extent(versions: &[Version], all: &[Version]) -> Option<String> {
    let (first, last) = (versions.first()?, versions.last()?);
    let count = all.iter().filter(|version| (first..=last).contains(version)).count();
    if versions.len() == all.len() {
        None
    } else if count > versions.len() {
        let names: Vec<String> = versions.iter().map(ToString::to_string).collect();
        Some(format!("in Kubernetes {}, not between", names.join(", ")))
    } else if all.last() == Some(last) {
        Some(format!("from Kubernetes {first} on"))
    } else if all.first() == Some(first) {
        Some(format!("up to Kubernetes {last}"))
    } else {
        Some(format!("from Kubernetes {first} to {last}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::source::{FileId, Span};

    #[test]
    fn a_finding_says_of_which_versions_it_is_true() {
        let all: Vec<Version> = Version::all().collect();
        for (true_of, want) in [
            (&all[..], None),
            (&all[1..], Some("from Kubernetes 1.34 on")),
            (&all[..2], Some("up to Kubernetes 1.34")),
            (&all[1..3], Some("from Kubernetes 1.34 to 1.35")),
            (&[all[0], all[4]][..], Some("in Kubernetes 1.33, 1.37, not between")),
        ] {
            assert_eq!(extent(true_of, &all).as_deref(), want, "{true_of:?}");
        }
    }

    #[test]
    fn what_moved_from_the_pods_to_the_set_is_one_finding() {
        let place = Place { file: FileId(0), span: Span::at(0) };
        let of = |version: Version| {
            let rule = if version == Version::OLDEST { "pod-rejected-on-create" } else { "rejected-on-create" };
            (version, vec![Finding::new(rule, Severity::Error, "a", place)])
        };
        let merged = merge(Version::all().map(of).collect());
        let told: Vec<_> = merged.iter().map(|finding| (&*finding.rule, &*finding.message, &finding.notes)).collect();
        let note = "up to Kubernetes 1.33 the API server accepts the set and refuses its pods".to_owned();
        assert_eq!(told, [("rejected-on-create", "a", &vec![note])]);
    }

    #[test]
    fn two_faults_at_one_place_stay_two() {
        let place = Place { file: FileId(0), span: Span::at(0) };
        let words = |words: &str| Finding::new("rule", Severity::Error, words, place);
        let found = Version::all().map(|version| (version, vec![words("a"), words("b")])).collect();
        let merged = merge(found);
        assert_eq!(merged.iter().map(|finding| &*finding.message).collect::<Vec<_>>(), ["a", "b"]);
        assert!(merged.iter().all(|finding| finding.notes.is_empty()));
    }
}
