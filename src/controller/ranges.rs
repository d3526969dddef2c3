//! Turns many ordinals into few ranges, so that ten thousand settled pods cost as much as one.

use super::state::Ordinal;
use std::collections::BTreeMap;

/// A set of ordinals, kept as disjoint ranges (first to last) that never touch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ranges(BTreeMap<Ordinal, Ordinal>);

impl Ranges {
    pub(super) fn insert(&mut self, at: Ordinal) {
        let mut range = (at, at);
        if let Some((&first, &last)) = self.0.range(..=at).next_back() {
            if last >= at {
                return;
            }
            if last + 1 == at {
                range.0 = first;
            }
        }
        if let Some(last) = self.0.remove(&(at + 1)) {
            range.1 = last;
        }
        self.0.insert(range.0, range.1);
    }

    pub(super) fn remove(&mut self, at: Ordinal) {
        let Some((&first, &last)) = self.0.range(..=at).next_back() else { return };
        if last < at {
            return;
        }
        self.0.remove(&first);
        if first < at {
            self.0.insert(first, at - 1);
        }
        if at < last {
            self.0.insert(at + 1, last);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first ordinal from `from` upwards that is not in the set.
    pub(super) fn gap_from(&self, from: Ordinal) -> Ordinal {
        match self.0.range(..=from).next_back() {
            Some((_, &last)) if last >= from => last + 1,
            _ => from,
        }
    }

    /// The first ordinal from `from` downwards that is not in the set.
    pub(super) fn gap_below(&self, from: Ordinal) -> Ordinal {
        match self.0.range(..=from).next_back() {
            Some((&first, &last)) if last >= from => first - 1,
            _ => from,
        }
    }

    /// The first ordinal from `from` downwards that is in the set.
    pub(super) fn member_below(&self, from: Ordinal) -> Option<Ordinal> {
        self.0.range(..=from).next_back().map(|(_, &last)| last.min(from))
    }
}

#[cfg(test)]
mod tests {
    use super::Ranges;

    #[test]
    fn ranges_join_and_split() {
        let mut ranges = Ranges::default();
        for at in [1, 3, 2, 7, 2] {
            ranges.insert(at);
        }
        assert_eq!(ranges.0.iter().collect::<Vec<_>>(), [(&1, &3), (&7, &7)]);
        assert_eq!((ranges.gap_from(1), ranges.gap_from(5), ranges.gap_below(3)), (4, 5, 0));
        assert_eq!((ranges.member_below(6), ranges.member_below(0)), (Some(3), None));
        ranges.remove(2);
        ranges.remove(5);
        assert_eq!(ranges.0.keys().copied().collect::<Vec<_>>(), [1, 3, 7]);
        for at in [1, 3, 7] {
            ranges.remove(at);
        }
        assert!(ranges.is_empty());
    }
}
