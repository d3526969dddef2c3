//! Follows which kustomization uses which, and answers what reaches the cluster of what each one lists.

use std::collections::HashMap;

use super::folder::Folder;

/// What becomes of the objects that a kustomization lists.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Fate<'t> {
    /// They stay as they are, but for the namespace that the kustomization at the second path puts them into.
    Kept { namespace: Option<(&'t str, &'t str)> },
    /// They go into several namespaces.
    Scattered,
    /// The kustomization at that path changes them, by that field.
    Changed { by: &'t str, how: &'static str },
}

/// The fates of what each of `folders` lists, in their order.
pub(super) fn fates<'t>(folders: &[Folder<'t>]) -> Vec<Fate<'t>> {
    let by_folder: HashMap<&str, usize> = folders.iter().enumerate().map(|(row, it)| (it.place, row)).collect();
    let rows = |paths: &[String]| -> Vec<usize> {
        paths.iter().filter_map(|path| by_folder.get(path.as_str()).copied()).collect()
    };
    let below: Vec<Vec<usize>> =
        folders.iter().map(|it| [rows(&it.resources), rows(&it.components)].concat()).collect();
    let mut users_left = vec![0_usize; folders.len()];
    for &row in below.iter().flatten() {
        users_left[row] += 1;
    }
    // What the users of each one make of its objects; whoever has no users left to hear is next.
    let mut inherited: Vec<Option<Fate<'t>>> = vec![None; folders.len()];
    let mut fates: Vec<Option<Fate<'t>>> = vec![None; folders.len()];
    let mut ready: Vec<usize> = (0..folders.len()).filter(|&row| users_left[row] == 0).collect();
    while let Some(row) = ready.pop() {
        let fate = fate(&folders[row], inherited[row].take());
        for &lower in &below[row] {
            inherited[lower] = Some(match inherited[lower].take() {
                Some(other) => join(other, &fate),
                None => fate.clone(),
            });
            users_left[lower] -= 1;
            if users_left[lower] == 0 {
                ready.push(lower);
            }
        }
        fates[row] = Some(fate);
    }
    // Those that use one another in a circle, which kustomize refuses.
    let circle = |it: &Folder<'t>| Fate::Changed { by: it.path, how: "uses itself" };
    folders.iter().zip(fates).map(|(it, fate)| fate.unwrap_or_else(|| circle(it))).collect()
}

/// What a kustomization makes of its objects, whose users make `inherited` of them.
fn fate<'t>(folder: &Folder<'t>, inherited: Option<Fate<'t>>) -> Fate<'t> {
    let own = folder.namespace.map(|namespace| (namespace, folder.path));
    match (folder.change, inherited) {
        (Some(how), _) => Fate::Changed { by: folder.path, how },
        (None, _) if folder.component => Fate::Changed { by: folder.path, how: "a component" },
        (None, Some(Fate::Kept { namespace: None }) | None) => Fate::Kept { namespace: own },
        (None, Some(inherited)) => inherited,
    }
}

/// What two users make of the same objects; which of them comes first makes no difference.
fn join<'t>(one: Fate<'t>, other: &Fate<'t>) -> Fate<'t> {
    use Fate::{Changed, Kept, Scattered};
    match (one, other) {
        (Changed { by: one, how: first }, Changed { by: other, how: second }) => {
            let (by, how) = (one, first).min((*other, *second));
            Changed { by, how }
        }
        (Changed { by, how }, _) | (_, &Changed { by, how }) => Changed { by, how },
        (Kept { namespace: Some(one) }, Kept { namespace: Some(other) }) if one.0 == other.0 => {
            Kept { namespace: Some(one.min(*other)) }
        }
        (Kept { namespace: None }, Kept { namespace: None }) => Kept { namespace: None },
        (Scattered | Kept { .. }, _) => Scattered,
    }
}
