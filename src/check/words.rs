//! Turns what the API server says about an object into the words of findings.

use std::collections::HashMap;

use super::next_move;
use super::refusal::Said;
use crate::admission::{Changed, FieldError, Reason, Warning};
use crate::finding::{Finding, Refusal, Related, Severity, Stage};
use crate::manifest::{GroupKind, Object};
use crate::source::Place;
use crate::version::Version;
use crate::yaml::Node;

/// Longer words of the server are cut in messages, not in what reports hand to other programs; in bytes.
const LONGEST_TOLD: usize = 400;

/// What all words about one object need to know.
#[derive(Clone, Copy)]
pub(super) struct Words<'o> {
    pub(super) object: &'o Object<'o>,
    /// The one whose place it takes, if any.
    pub(super) old: Option<&'o Object<'o>>,
    /// What of the controller's making is refused: `pods` or `claims`; `None` for the object itself.
    pub(super) made: Option<&'static str>,
    pub(super) version: Version,
}

impl Words<'_> {
    /// What is said of refusals: once for each field, and of a change once for each field that cannot change.
    pub(super) fn refused(self, errors: Vec<FieldError>) -> Vec<Said> {
        by_field(errors).into_iter().flat_map(|errors| self.refused_field(errors)).collect()
    }

    fn refused_field(self, mut errors: Vec<FieldError>) -> Vec<Said> {
        // Of values that are not supported, the shortest list holds in the end.
        let supported = |error: &FieldError| error.message.matches(", ").count();
        if errors.iter().all(|error| error.reason == Reason::NotSupported) {
            errors.sort_by_key(supported);
        }
        let mut errors = errors.into_iter();
        let Some(error) = errors.next() else { return Vec::new() };
        let FieldError { reason, field, message: words, place, changed } = error;
        let stage = match (self.made, self.old) {
            (Some(_), _) => Stage::Pod,
            (None, Some(_)) => Stage::Update,
            (None, None) => Stage::Create,
        };
        let api = Refusal { stage, reason: reason.name().to_owned(), field, message: words };
        if !changed.is_empty() {
            return changed.into_iter().map(|changed| self.immutable(changed, api.clone())).collect();
        }
        let (field, kind) = (&api.field, self.object.kind);
        let told = format!("{field}: {}", shortened(&api.message, LONGEST_TOLD));
        let (rule, message) = match (self.made, self.old) {
            (Some(made), _) => {
                ("pod-rejected-on-create", format!("the API server accepts the {kind} and refuses its {made}: {told}"))
            }
            (None, Some(_)) => {
                ("rejected-on-update", format!("the API server refuses the change of the {kind}: {told}"))
            }
            (None, None) => ("rejected-on-create", format!("the API server refuses the {kind}: {told}")),
        };
        let help = if reason == Reason::Required && self.is_written(field, place) {
            format!("give {field} a value: empty text, 0 and an empty list count as none")
        } else {
            next_move::of(reason, field, &api.message)
        };
        let also = errors.map(|error| format!("it also says: {}", shortened(&error.message, LONGEST_TOLD)));
        let finding = Finding {
            notes: also.chain([self.whose()]).collect(),
            help,
            field: field.clone(),
            api: Some(api),
            ..Finding::new(rule, Severity::Error, message, place)
        };
        vec![Said { rule, overrules: false, meant: None, finding }]
    }

    fn immutable(self, changed: Changed, api: Refusal) -> Said {
        let Changed { field, place, old_place } = changed;
        let (rule, kind) = ("rejected-on-update", self.object.kind);
        let told = format!("{}: {}", api.field, shortened(&api.message, LONGEST_TOLD / 4));
        let help = if self.object.is(GroupKind::STATEFUL_SET) {
            way_round(&field, self.old.is_some_and(takes_claims_along))
        } else {
            "keep it as it was; or delete the object and create it anew"
        };
        let finding = Finding {
            label: "this differs from what was applied before".to_owned(),
            related: vec![Related { place: old_place, message: "applied before".to_owned() }],
            notes: vec![told, self.whose()],
            help: help.to_owned(),
            field: field.clone(),
            api: Some(api),
            ..Finding::new(rule, Severity::Error, format!("{field} of a {kind} cannot be changed"), place)
        };
        Said { rule, overrules: false, meant: None, finding }
    }

    /// What is said of a warning.
    pub(super) fn warned(self, warning: Warning) -> Said {
        let Warning { text, place } = warning;
        let rule = "warning-on-create";
        let message = format!("the API server warns: {}", shortened(&text, LONGEST_TOLD));
        let finding = Finding { notes: vec![self.whose()], ..Finding::new(rule, Severity::Info, message, place) };
        Said { rule, overrules: false, meant: None, finding }
    }

    /// Whether a place is that of the field itself, and not of what it is missing in.
    fn is_written(self, field: &str, place: Place) -> bool {
        let name = field.rsplit('.').next().unwrap_or_default();
        let before = self.object.node.text().get(..place.span.start as usize).unwrap_or_default();
        let key = before.trim_end().strip_suffix(':').map(|key| key.trim_end_matches(['"', '\'']));
        key.is_some_and(|key| key.ends_with(name))
    }

    fn whose(self) -> String {
        format!("these are the words of Kubernetes {}", self.version)
    }
}

/// What the server says of one field is one fault, however often it says so; in the order in which the fields come up. A
/// change is told by what of it cannot change.
fn by_field(errors: Vec<FieldError>) -> Vec<Vec<FieldError>> {
    let mut fields: Vec<Vec<FieldError>> = Vec::new();
    let mut rows: HashMap<(Place, String), usize> = HashMap::new();
    for error in errors {
        let next = fields.len();
        let row = if error.changed.is_empty() {
            *rows.entry((error.place, error.field.clone())).or_insert(next)
        } else {
            next
        };
        match fields.get_mut(row) {
            Some(same) => same.push(error),
            None => fields.push(vec![error]),
        }
    }
    fields
}

/// Whether the claims of a StatefulSet are deleted with it, unless it is deleted with `--cascade=orphan`.
fn takes_claims_along(set: &Object<'_>) -> bool {
    let policy = set.get(&["spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted"]);
    policy.and_then(Node::as_str) == Some("Delete")
}

/// What to do where a field of a StatefulSet has to change that cannot; `claims_go` with the one that is there.
fn way_round(field: &str, claims_go: bool) -> &'static str {
    if field.starts_with("spec.selector") && claims_go {
        "keep it as it was; the pods that run would not be adopted under another selector, and the claims are deleted with the \
         StatefulSet: first apply whenDeleted: Retain to the one that is there, wait until its claims have no ownerReferences, and \
         only then delete it with its pods and create it anew"
    } else if field.starts_with("spec.selector") {
        "keep it as it was; the pods that run would not be adopted under another selector, so delete the StatefulSet with them \
         and create it anew: its claims stay"
    } else if field.starts_with("spec.podManagementPolicy") {
        "keep it as it was; or delete the StatefulSet with --cascade=orphan, so that its pods and claims stay, and create it \
         anew, which adopts them"
    } else if field.starts_with("spec.volumeClaimTemplates") && field.contains(".resources.requests") {
        "keep it as it was; a claim that is there grows when its own request is raised, where its storage class has \
         allowVolumeExpansion: true, and never shrinks; for claims to come, delete the StatefulSet with --cascade=orphan, so that its pods and claims \
         stay, and create it anew, which adopts them"
    } else {
        "keep it as it was; or delete the StatefulSet with --cascade=orphan, so that its pods and claims stay, create it anew, \
         which adopts them, and delete its pods one by one, because those that run do not change; claims that are there keep \
         what they have"
    }
}

/// The server's words at a length that a person reads, in bytes.
fn shortened(words: &str, longest: usize) -> String {
    if words.len() <= longest {
        return words.to_owned();
    }
    // The end says what is wanted, the middle repeats what is written.
    let half = longest / 2;
    let boundary = |at: &usize| words.is_char_boundary(*at);
    let head = (0..=half).rev().find(boundary).unwrap_or_default();
    let tail = (words.len() - half..words.len()).find(boundary).unwrap_or_default();
    format!("{} … {}", &words[..head], &words[tail..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_cut_in_their_middle() {
        assert_eq!(shortened("ä", LONGEST_TOLD), "ä");
        let long = format!("Invalid value: {}: must be short", "ä".repeat(LONGEST_TOLD));
        let told = shortened(&long, LONGEST_TOLD);
        assert!(told.len() < LONGEST_TOLD + 10 && told.starts_with("Invalid value: ää"), "{told}");
        assert!(told.ends_with("ää: must be short") && told.contains(" … "), "{told}");
    }
}
