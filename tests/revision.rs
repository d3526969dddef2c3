//! Holds the names of revisions against those that Kubernetes' own controllers gave, as `conformance/admission` recorded
//! them: a StatefulSet on each line, and the name in each version, oldest first, empty where the set is refused.

use std::io::Read;

use flate2::read::GzDecoder;
use rayon::prelude::*;
use stslint::manifest::recognise;
use stslint::revision::revision_name;
use stslint::source::{FileId, Role};
use stslint::version::Version;
use stslint::yaml;

const GOLDEN: &[u8] = include_bytes!("../conformance/golden/revisions.tsv.gz");

#[test]
fn revisions_of_mutated_templates_have_the_names_that_controllers_give_them() {
    let mut lines = String::new();
    GzDecoder::new(GOLDEN).read_to_string(&mut lines).unwrap();
    let lines: Vec<&str> = lines.lines().collect();
    let compared: Vec<(Version, bool, &str)> = lines
        .par_iter()
        .flat_map_iter(|line| {
            let (set, names) = line.split_once('\t').unwrap();
            let tree = yaml::parse(FileId(0), set);
            let found = recognise(&tree, Role::Target, "default", false);
            let named = Version::all().zip(names.split('\t')).filter(|(_, name)| !name.is_empty());
            let same = |(version, name): (Version, &str)| {
                let ours = revision_name(&found.objects[0], version, 0);
                (version, ours.as_deref() == Some(name), set)
            };
            named.map(same).collect::<Vec<_>>()
        })
        .collect();
    let wrong: Vec<_> = compared.iter().filter(|(_, same, _)| !same).collect();
    let first: Vec<_> = wrong.iter().take(5).map(|(version, _, set)| format!("{version}: {set}")).collect();
    assert!(wrong.is_empty(), "{} of {} differ, the first are\n{}", wrong.len(), compared.len(), first.join("\n"));
    for version in Version::all() {
        let count = compared.iter().filter(|(of, ..)| *of == version).count();
        assert!(count >= 2_000, "{version} names {count}");
    }
}
