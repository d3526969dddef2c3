//! Groups numbers that are handed out one after another by key, without a list of their own for each key.

use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::RandomState;

/// Where a chain ends; never a number, because a run has fewer objects than bytes and those fit.
const END: u32 = u32::MAX;

/// The numbers 0, 1, 2, … by key, each chained to the next one of the same key.
#[derive(Debug)]
pub(super) struct Chains<K> {
    ends: HashMap<K, Ends, RandomState>,
    next: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Ends {
    first: u32,
    last: u32,
}

impl<K: Hash + Eq> Chains<K> {
    pub(super) fn with_capacity(numbers: usize) -> Self {
        Self { ends: HashMap::default(), next: Vec::with_capacity(numbers) }
    }

    /// Gives the next number to `key`, and answers the first one that it got.
    pub(super) fn push(&mut self, key: K) -> usize {
        let number = u32::try_from(self.next.len()).unwrap_or(END);
        self.next.push(END);
        let ends = self.ends.entry(key).or_insert(Ends { first: number, last: number });
        if ends.last != number {
            self.next[ends.last as usize] = number;
            ends.last = number;
        }
        ends.first as usize
    }

    /// The first number of `key`.
    pub(super) fn first(&self, key: &K) -> Option<usize> {
        self.ends.get(key).map(|ends| ends.first as usize)
    }

    /// The first number of every key that has several, in no order.
    pub(super) fn several(&self) -> impl Iterator<Item = usize> {
        self.ends.values().filter(|ends| ends.first != ends.last).map(|ends| ends.first as usize)
    }

    /// `first` and the numbers behind it that have the same key, rising; none when there is no first one.
    pub(super) fn from(&self, first: Option<usize>) -> impl Iterator<Item = usize> {
        std::iter::successors(first, |&number| {
            let next = *self.next.get(number)?;
            (next != END).then_some(next as usize)
        })
    }
}
