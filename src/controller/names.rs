//! Turns a set's name and an ordinal into the names of its pods and claims, and a pod's name back.

use super::state::Ordinal;

/// The highest ordinal that the controller finds in the name of a pod, an int32.
pub const LAST_ORDINAL: Ordinal = (1 << 31) - 1;

/// A pod's name (`getPodName`, `stateful_set_utils.go`). The controller reads the ordinal back from the first name that it makes, and
/// names the pod again after what it finds (`updateIdentity`): -1 beyond an int32.
pub fn pod_name(set: &str, ordinal: Ordinal) -> String {
    [set, "-", &read_back(ordinal).to_string()].concat()
}

/// The name of a claim of a pod (`getPersistentVolumeClaimName`, `stateful_set_utils.go`), which goes by the ordinal in the name of the pod.
pub fn claim_name(template: &str, set: &str, ordinal: Ordinal) -> String {
    [template, "-", set, "-", &read_back(ordinal).to_string()].concat()
}

/// The ordinal that the controller finds in a name that it makes (`getOrdinal`, `stateful_set_utils.go`).
fn read_back(ordinal: Ordinal) -> Ordinal {
    if ordinal > LAST_ORDINAL { -1 } else { ordinal }
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
        assert_eq!(pod_name("web", 2_147_483_647), "web-2147483647");
        assert_eq!(pod_name("web", 2_147_483_648), "web--1");
        assert_eq!(claim_name("data", "web", 2_147_483_648), "data-web--1");
        assert_eq!(parent_and_ordinal(&pod_name("my-web", 10)), Some(("my-web", Some(10))));
        assert_eq!(parent_and_ordinal("web-007"), Some(("web", Some(7))), "leading zeros do not count");
        assert_eq!(parent_and_ordinal("web--1"), Some(("web-", Some(1))));
        assert_eq!(parent_and_ordinal("web-2147483648"), Some(("web", None)));
        assert_eq!(parent_and_ordinal("web-x"), None);
        assert_eq!(parent_and_ordinal("web"), None);
        assert_eq!(parent_and_ordinal("web-"), None);
    }
}
