//! Turns a set's name and an ordinal into the names of its pods and claims, and a pod's name back.

use super::state::Ordinal;

/// A pod's name (`getPodName`, `stateful_set_utils.go`).
pub fn pod_name(set: &str, ordinal: Ordinal) -> String {
    format!("{set}-{ordinal}")
}

/// The name of a claim of a pod (`getPersistentVolumeClaimName`, `stateful_set_utils.go`).
pub fn claim_name(template: &str, set: &str, ordinal: Ordinal) -> String {
    format!("{template}-{set}-{ordinal}")
}

/// The set a pod's name speaks of, and its ordinal (`getParentNameAndOrdinal`, `stateful_set_utils.go`). The set
/// adopts the pod only if it bears that name; an ordinal beyond an int32 is none.
pub fn parent_and_ordinal(pod: &str) -> Option<(&str, Option<Ordinal>)> {
    let (parent, digits) = pod.rsplit_once('-')?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((parent, digits.parse::<i32>().ok().map(Ordinal::from)))
}

#[cfg(test)]
mod tests {
    use super::{claim_name, parent_and_ordinal, pod_name};

    #[test]
    fn names_there_and_back() {
        assert_eq!(claim_name("data", "web", 2), "data-web-2");
        assert_eq!(parent_and_ordinal(&pod_name("my-web", 10)), Some(("my-web", Some(10))));
        assert_eq!(parent_and_ordinal("web-007"), Some(("web", Some(7))), "leading zeros do not count");
        assert_eq!(parent_and_ordinal("web--1"), Some(("web-", Some(1))));
        assert_eq!(parent_and_ordinal("web-2147483648"), Some(("web", None)));
        assert_eq!(parent_and_ordinal("web-x"), None);
        assert_eq!(parent_and_ordinal("web"), None);
        assert_eq!(parent_and_ordinal("web-"), None);
    }
}
