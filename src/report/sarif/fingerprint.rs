//! Turns a finding into a name for it that stays the same while lines move.

use std::collections::HashMap;

use crate::finding::Finding;

/// Gives out fingerprints, each once: findings that are alike are told apart by a number, in their order.
#[derive(Default)]
pub(super) struct Fingerprints {
    given: HashMap<u128, usize>,
}

impl Fingerprints {
    /// The fingerprint of the next finding: rule, object and field; the path stands in for an object that is not known.
    pub(super) fn next(&mut self, finding: &Finding, path: &str) -> String {
        let hash = match &finding.object {
            Some(object) => {
                hash([&*finding.rule, &object.kind, &object.namespace, &object.name, &finding.field].into_iter())
            }
            None => hash([&*finding.rule, path, &finding.field].into_iter()),
        };
        let ordinal = self.given.entry(hash).and_modify(|ordinal| *ordinal += 1).or_insert(1);
        format!("{hash:032x}:{ordinal}")
    }
}

/// FNV-1a with 128 bits over the parts, each closed by a byte that UTF-8 never holds. Written out because it must stay
/// the same in every release.
fn hash<'p>(parts: impl Iterator<Item = &'p str>) -> u128 {
    const OFFSET_BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    parts
        .flat_map(|part| part.bytes().chain([0xff]))
        .fold(OFFSET_BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_same_in_every_release_and_keeps_its_parts_apart() {
        assert_eq!(hash(["a"].into_iter()), 0x0880_9545_50ab_1be9_5aa0_7330_55b7_51b9);
        assert_ne!(hash(["ab", "c"].into_iter()), hash(["a", "bc"].into_iter()));
    }
}
