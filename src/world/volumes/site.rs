//! Decides whether one node can use several volumes.

use std::collections::BTreeMap;

/// The nodes that can use a volume, as far as their labels are listed one by one: for each label key, in ascending order, the
/// values of which a node has one. Without keys it is any node.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Site(BTreeMap<String, Vec<String>>);

/// Where volumes can be used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sites {
    sites: Vec<Site>,
    /// The number of the site of a volume, by the number of the volume.
    of_volume: BTreeMap<usize, usize>,
}

impl Site {
    /// The nodes that have one of the values for each key.
    pub fn new(labels: BTreeMap<String, Vec<String>>) -> Self {
        Self(labels)
    }

    /// Whether it is any node.
    pub fn is_anywhere(&self) -> bool {
        self.0.is_empty()
    }

    /// The nodes of both; `None` if there can be none.
    pub fn meet(&self, other: &Self) -> Option<Self> {
        let apart = |(key, values): (&String, &Vec<String>)| {
            self.0.get(key).is_some_and(|own| !values.iter().any(|value| own.contains(value)))
        };
        if other.0.iter().any(apart) {
            return None;
        }
        let mut met = self.clone();
        for (key, values) in &other.0 {
            met.0.entry(key.clone()).or_insert_with(|| values.clone()).retain(|value| values.contains(value));
        }
        Some(met)
    }
}

impl Sites {
    /// Where each volume can be used, by its number; those that can be used anywhere need not be among them.
    pub fn new(volumes: impl IntoIterator<Item = (usize, Site)>) -> Self {
        let mut numbers: BTreeMap<Site, usize> = BTreeMap::new();
        let mut of_volume = BTreeMap::new();
        for (volume, site) in volumes.into_iter().filter(|(_, site)| !site.is_anywhere()) {
            let next = numbers.len();
            of_volume.insert(volume, *numbers.entry(site).or_insert(next));
        }
        let mut sites: Vec<(usize, Site)> = numbers.into_iter().map(|(site, number)| (number, site)).collect();
        sites.sort_unstable_by_key(|(number, _)| *number);
        Self { sites: sites.into_iter().map(|(_, site)| site).collect(), of_volume }
    }

    /// The number of the site of a volume; none for one that can be used anywhere.
    pub(super) fn number(&self, volume: usize) -> Option<usize> {
        self.of_volume.get(&volume).copied()
    }

    pub(super) fn get(&self, number: usize) -> Option<&Site> {
        self.sites.get(number)
    }

    /// Where a volume can be used; none for anywhere.
    pub(super) fn of(&self, volume: usize) -> Option<&Site> {
        self.number(volume).and_then(|number| self.get(number))
    }

    /// The nodes that can use all of these volumes; `None` if there can be none.
    pub(super) fn common(&self, volumes: &[usize]) -> Option<Site> {
        let mut sites = volumes.iter().filter_map(|volume| self.of(*volume));
        sites.try_fold(Site::default(), |met, site| met.meet(site))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(labels: &[(&str, &[&str])]) -> Site {
        let values = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
        Site::new(labels.iter().map(|(key, list)| ((*key).to_owned(), values(list))).collect())
    }

    #[test]
    fn volumes_meet_where_a_node_can_have_the_labels_of_all() {
        let sites = Sites::new([
            (0, site(&[("host", &["a"])])),
            (1, site(&[("host", &["b"])])),
            (2, site(&[("host", &["a", "b"])])),
            (3, site(&[("zone", &["x"])])),
            (4, site(&[("host", &["b"]), ("zone", &["x", "y"])])),
            (5, site(&[("zone", &["y"])])),
            (6, site(&[])),
        ]);
        for (volumes, want) in [
            (&[][..], true),
            (&[0], true),
            (&[0, 1], false),
            (&[0, 2, 3, 6], true),
            (&[0, 1, 2], false),
            (&[1, 2, 4, 5], true),
            (&[3, 4, 5], false),
            (&[6, 9], true),
        ] {
            assert_eq!(sites.common(volumes).is_some(), want, "{volumes:?}");
        }
    }
}
