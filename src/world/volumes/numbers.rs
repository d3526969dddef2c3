//! Holds a set of small numbers, one bit for each.

/// A set of small numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Numbers {
    words: Vec<u64>,
}

impl Numbers {
    /// Adds a number.
    pub fn insert(&mut self, number: usize) {
        let (word, bit) = (number / 64, number % 64);
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        if let Some(word) = self.words.get_mut(word) {
            *word |= 1 << bit;
        }
    }

    /// Takes a number away.
    pub fn remove(&mut self, number: usize) {
        if let Some(word) = self.words.get_mut(number / 64) {
            *word &= !(1 << (number % 64));
        }
    }

    /// Adds all of `others`.
    pub fn extend(&mut self, others: &Self) {
        if self.words.len() < others.words.len() {
            self.words.resize(others.words.len(), 0);
        }
        for (word, other) in self.words.iter_mut().zip(&others.words) {
            *word |= other;
        }
    }

    /// All of them, in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        let bits = |(index, &word): (usize, &u64)| {
            let after = |rest: &u64| Some(rest & (rest - 1)).filter(|rest| *rest != 0);
            let rests = std::iter::successors(Some(word).filter(|word| *word != 0), after);
            rests.map(move |rest| index * 64 + rest.trailing_zeros() as usize)
        };
        self.words.iter().enumerate().flat_map(bits)
    }

    /// Whether a number is in it.
    pub fn contains(&self, number: usize) -> bool {
        self.words.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_it_that_were_added() {
        let mut numbers = Numbers::default();
        assert!(!numbers.contains(0) && !numbers.contains(1_000));
        for number in [0, 63, 64, 200] {
            numbers.insert(number);
        }
        let mut others = Numbers::default();
        others.insert(5);
        others.extend(&numbers);
        assert_eq!(others.iter().collect::<Vec<_>>(), [0, 5, 63, 64, 200]);
        assert!(others.contains(200) && !others.contains(201) && !numbers.contains(5));
    }
}
