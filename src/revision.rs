//! Turns a `StatefulSet` as it is written into the `ControllerRevision` that the controller records of its template.

use std::borrow::Cow;

use crate::defaults;
use crate::manifest::{GroupKind, Object};
use crate::value::{Member, Value};
use crate::version::Version;

/// In bytes: how much of the set's name the name of a revision begins with at most (`ControllerRevisionName`).
const LONGEST_PREFIX: usize = 223;

/// The name of the revision that the controller of that version creates for `set` when it first sees it, which is also the
/// value of the label `controller-revision-hash` on its pods. `collisions` is `status.collisionCount`, zero unless a
/// revision with other data had the name already. `None` for an object that is no `StatefulSet`.
pub fn revision_name(set: &Object<'_>, version: Version, collisions: i32) -> Option<String> {
    Some(name(set.name, &revision_data(set, version)?, collisions))
}

/// The data of that revision (`getPatch`, `pkg/controller/statefulset/stateful_set_utils.go`): the template as the API
/// server stores it, in a patch that replaces the template. The controller hashes these bytes. `None` for an object that
/// is no `StatefulSet`.
pub fn revision_data(set: &Object<'_>, version: Version) -> Option<String> {
    if !set.is(GroupKind::STATEFUL_SET) {
        return None;
    }
    let mut stored = defaults::stored(set, version)?;
    let mut template = stored.get_mut("spec")?.remove("template")?;
    template.set("$patch", Value::text("replace"));
    // On its way it becomes a Go map of `any`.
    Some(object("spec", object("template", template)).canonical_through_float64())
}

fn object<'t>(name: &'static str, value: Value<'t>) -> Value<'t> {
    Value::Map(vec![Member { name: Cow::Borrowed(name), value, added: false }])
}

/// `ControllerRevisionName` and `HashControllerRevision` (`pkg/controller/history/controller_history.go`).
fn name(set: &str, data: &str, collisions: i32) -> String {
    let prefix = set.get(..LONGEST_PREFIX).unwrap_or(set);
    let hash = fnv(data.bytes().chain(collisions.to_string().bytes()));
    format!("{prefix}-{}", safe(&hash.to_string()))
}

/// The hash FNV-1 of 32 bits (Go's `fnv.New32`).
fn fnv(bytes: impl Iterator<Item = u8>) -> u32 {
    const BASIS: u32 = 2_166_136_261;
    const PRIME: u32 = 16_777_619;
    bytes.fold(BASIS, |hash, byte| hash.wrapping_mul(PRIME) ^ u32::from(byte))
}

/// Decimal digits in letters and digits that spell no words (`SafeEncodeString`, apimachinery `pkg/util/rand/rand.go`).
fn safe(digits: &str) -> String {
    const ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
    digits.bytes().map(|digit| char::from(ALPHABET[usize::from(digit) % ALPHABET.len()])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::recognise;
    use crate::source::{FileId, Role};
    use crate::yaml;

    #[test]
    fn names_are_those_of_the_controller() {
        let text = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  selector: {matchLabels: {app: db}}\n  \
                    template:\n    metadata: {labels: {app: db}}\n    spec: {containers: [{name: db, image: 'a<b'}]}\n";
        let tree = yaml::parse(FileId(0), text);
        let found = recognise(&tree, Role::Target, "default", false);
        for (minor, want) in [("1.33", "db-57f54ccd6c"), ("1.37", "db-56d6b67d85")] {
            let version = minor.parse().expect("a version");
            assert_eq!(revision_name(&found.objects[0], version, 0).as_deref(), Some(want), "{minor}");
        }
    }

    #[test]
    fn long_names_are_cut_and_collisions_change_the_hash() {
        // As the functions `HashControllerRevision` and `ControllerRevisionName` of k8s.io/kubernetes v1.37.0 answer.
        for (set, data, collisions, want) in [
            ("db", "", 0, "db-d8bfb7bc"),
            ("db", "{}", 0, "db-cccc864bc"),
            ("db", "{}", 1, "db-cccc864bb"),
            ("db", "{}", 2_147_483_647, "db-7b58c79989"),
        ] {
            assert_eq!(name(set, data, collisions), want);
        }
        assert_eq!(name(&"a".repeat(250), "{}", 0), format!("{}-cccc864bc", "a".repeat(223)));
    }
}
