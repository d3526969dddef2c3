//! Turns a set into what the API server refuses of it, or of its pods.

use crate::admission::{self, FieldError};
use crate::finding::Stage;
use crate::manifest::Object;
use crate::plan::{Refusal, Spot};
use crate::schema::{self, Fault};
use crate::source::Sources;
use crate::version::Version;

/// What the server answers when the set is created, or takes the place of `old`; empty where it accepts.
pub(super) fn of_set(set: &Object<'_>, old: Option<&Object<'_>>, version: Version, sources: &Sources) -> Vec<Refusal> {
    if set.api_version != "apps/v1" {
        let message = format!("no matches for kind \"StatefulSet\" in version \"{}\"", set.api_version);
        let written = set.get(&["apiVersion"]).unwrap_or(set.node);
        let (field, spot) = ("apiVersion".to_owned(), Spot::of(written.place(), sources));
        return vec![Refusal { stage: Stage::Create, reason: "NotFound".to_owned(), field, message, spot }];
    }
    // What sops encrypted is decrypted, and so changed, before a server sees it.
    let violations = if set.node.entry("sops").is_none() { schema::validate(set, version) } else { Vec::new() };
    // A wrong type is told before, and without, fields that are not known.
    let wrong = violations.iter().find(|violation| violation.fault == Fault::WrongType);
    if let Some(violation) = wrong.or_else(|| violations.first()) {
        let (field, message) = (violation.field.clone(), violation.answer.clone());
        let spot = Spot::of(violation.place, sources);
        return vec![Refusal { stage: Stage::Create, reason: "BadRequest".to_owned(), field, message, spot }];
    }
    let (stage, answer) = match old {
        None => (Stage::Create, admission::create(set, version)),
        Some(old) => (Stage::Update, admission::update(set, old, version)),
    };
    answer.errors.into_iter().map(|error| refusal(stage, error, sources)).collect()
}

/// What to do about a set of an API version that was served once; `None` where it is another.
pub(super) fn unserved(set: &Object<'_>) -> Option<String> {
    let version = set.api_version;
    matches!(version, "apps/v1beta1" | "apps/v1beta2").then(|| {
        format!(
            "1.16 stopped serving StatefulSets as \"{version}\"; what an older cluster stored of them is served as apps/v1: write it so"
        )
    })
}

/// What the server answers when the controller creates the pods of the set; empty where it accepts.
pub(super) fn of_pods(set: &Object<'_>, version: Version, sources: &Sources) -> Vec<Refusal> {
    admission::pods(set, version).into_iter().map(|error| refusal(Stage::Pod, error, sources)).collect()
}

fn refusal(stage: Stage, error: FieldError, sources: &Sources) -> Refusal {
    let FieldError { reason, field, message, place, .. } = error;
    Refusal { stage, reason: reason.name().to_owned(), field, message, spot: Spot::of(place, sources) }
}
