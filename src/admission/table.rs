//! Turns names into what was said of them; the first few cost no allocation.

use std::collections::HashMap;

/// How many names are held in place. A pod rarely has more volumes, mounts or containers.
const NEAR: usize = 32;

/// Names with a value each. It is never walked in an order that depends on hashing.
pub(super) struct Table<'t, V> {
    near: [Option<(&'t str, V)>; NEAR],
    count: usize,
    /// The names beyond those that are held in place, so that a long list costs no more for each of its items.
    far: HashMap<&'t str, V>,
}

impl<'t, V: Copy> Table<'t, V> {
    pub(super) fn new() -> Self {
        Self { near: [None; NEAR], count: 0, far: HashMap::new() }
    }

    /// What was said of the name.
    pub(super) fn get(&self, name: &str) -> Option<V> {
        let near = self.near.iter().map_while(|held| *held).find(|(held, _)| *held == name);
        near.map(|(_, value)| value).or_else(|| self.far.get(name).copied())
    }

    /// Whether the name is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Adds the name unless it is there; answers whether it is new.
    pub(super) fn insert(&mut self, name: &'t str, value: V) -> bool {
        if self.has(name) {
            return false;
        }
        match self.near.get_mut(self.count) {
            Some(free) => {
                *free = Some((name, value));
                self.count += 1;
            }
            None => {
                self.far.insert(name, value);
            }
        }
        true
    }

    /// Adds the name, or says something else of it.
    pub(super) fn set(&mut self, name: &'t str, value: V) {
        if let Some(held) = self.near.iter_mut().map_while(Option::as_mut).find(|(held, _)| *held == name) {
            held.1 = value;
        } else if let Some(held) = self.far.get_mut(name) {
            *held = value;
        } else {
            self.insert(name, value);
        }
    }

    /// What was said, in no order.
    pub(super) fn values(&self) -> impl Iterator<Item = V> {
        self.near.iter().map_while(|held| *held).map(|(_, value)| value).chain(self.far.values().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_knows_its_names_however_many_there_are() {
        let names: Vec<String> = (0..100).map(|number| format!("name-{number}")).collect();
        let mut table = Table::new();
        for (number, name) in names.iter().enumerate() {
            assert!(table.insert(name, number), "{name}");
            assert!(!table.insert(name, 0), "{name} again");
        }
        for (number, name) in names.iter().enumerate() {
            assert_eq!(table.get(name), Some(number), "{name}");
            table.set(name, number + 1);
            assert_eq!(table.get(name), Some(number + 1), "{name} changed");
        }
        table.set("other", 7);
        assert_eq!((table.get("other"), table.get("none"), table.values().count()), (Some(7), None, 101));
    }
}
