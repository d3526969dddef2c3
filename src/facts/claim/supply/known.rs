//! Remembers which volumes there are for claims, so that those that ask alike are looked up once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Misfitting;
use crate::quantity::Quantity;

/// What claims ask of volumes, but for names and labels.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Ask {
    pub(super) class: String,
    pub(super) waits: bool,
    pub(super) request: Option<Quantity>,
    pub(super) mode: String,
    pub(super) attributes_class: String,
    pub(super) access_modes: Vec<String>,
}

/// Which volumes there are for claims that ask alike.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// How many there are, those that do not fit included.
    pub(super) of_class: i64,
    /// Why others do not fit, one clause each; the first ones.
    pub(super) misfits: Vec<String>,
    /// The one that comes nearest of those that do not fit.
    pub(super) nearest: Option<Misfitting>,
    /// Those that fit any of the claims, the one that is bound first in front.
    pub(super) free: Arc<[usize]>,
    /// The ordinals whose claims have a volume reserved for them, and its number.
    pub(super) reserved: Vec<(i64, usize)>,
}

/// What has been found for each that was asked.
#[derive(Debug, Default)]
pub(in crate::facts) struct Known(Mutex<HashMap<Ask, Arc<Found>>>);

impl Known {
    /// What there is for claims that ask so: as it was found before, or as it is looked up now. Several threads may look it up
    /// at the same time, and find the same.
    pub(super) fn get(&self, ask: Ask, look_up: impl FnOnce() -> Found) -> Arc<Found> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known().get(&ask).cloned();
        before.unwrap_or_else(|| Arc::clone(known().entry(ask).or_insert(Arc::new(look_up()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_that_ask_alike_are_looked_up_once() {
        let ask = |class: &str, waits| Ask {
            class: class.to_owned(),
            waits,
            request: None,
            mode: "Filesystem".to_owned(),
            attributes_class: String::new(),
            access_modes: Vec::new(),
        };
        let known = Known::default();
        for (class, waits, looked_up, want) in
            [("a", false, 1, 1), ("a", false, 2, 1), ("a", true, 3, 3), ("b", false, 4, 4), ("a", true, 5, 3)]
        {
            let found = known.get(ask(class, waits), || Found { of_class: looked_up, ..Found::default() });
            assert_eq!(found.of_class, want, "class {class}, waits {waits}, looked up as {looked_up}");
        }
    }
}
