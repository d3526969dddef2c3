//! Finds the place where a field belongs that stands where nothing of its name is known.

use super::path::{Step, Trail};
use super::{Shape, Type};
use crate::version::Version;

/// How many structs inside one another are looked through below a struct.
const DEEPEST: usize = 3;

/// The path of the value that has a field called `name`: the nearest one around the place where it stands, else one below
/// that, else one below those around it. `None` where there is none, or where two are as near. Empty for the object itself.
pub(super) fn of(name: &str, trail: &Trail<'_>, version: Version) -> Option<String> {
    // Every object has these; they say nothing.
    if matches!(name, "apiVersion" | "kind" | "name") {
        return None;
    }
    around(name, trail, version).or_else(|| in_container(name, trail, version)).or_else(|| {
        let mut here = Some(trail);
        let mut deepest = DEEPEST;
        while let Some(trail) = here {
            if let Some(below) = below(name, trail.owner, version, deepest) {
                let path = trail.up.map(Trail::field_path).unwrap_or_default();
                return Some(if path.is_empty() { below } else { format!("{path}.{below}") });
            }
            here = trail.up;
            deepest = 1;
        }
        None
    })
}

/// The path of the `requests` that an amount of that name belongs in, where it stands beside them, as in `resources: {storage: 1Gi}`.
pub(super) fn of_amount(name: &str, trail: &Trail<'_>, version: Version) -> Option<String> {
    let is_amount =
        matches!(name, "cpu" | "memory" | "storage" | "ephemeral-storage") || name.starts_with("hugepages-");
    let requests = trail.owner.field("requests", version).filter(|_| is_amount)?;
    matches!(Type::numbered(requests.of).shape, Shape::Map(_))
        .then(|| format!("{}.requests", trail.up.map(Trail::field_path).unwrap_or_default()))
}

/// The nearest struct around the one that the last step was made in.
fn around(name: &str, trail: &Trail<'_>, version: Version) -> Option<String> {
    let mut here = trail.up;
    while let Some(trail) = here {
        if matches!(trail.step, Step::Field(..)) && trail.owner.field(name, version).is_some() {
            return Some(trail.up.map(Trail::field_path).unwrap_or_default());
        }
        here = trail.up;
    }
    None
}

/// The containers of the pod that the field stands in the spec of, if they have it.
fn in_container(name: &str, trail: &Trail<'_>, version: Version) -> Option<String> {
    let containers = trail.owner.field("containers", version)?;
    let Shape::List(container) = Type::numbered(containers.of).shape else { return None };
    Type::numbered(container).field(name, version)?;
    let pod = trail.up.map(Trail::field_path).unwrap_or_default();
    Some(if pod.is_empty() { "containers[…]".to_owned() } else { format!("{pod}.containers[…]") })
}

/// The path from `owner` down to the one struct that has the field, of those that are the fewest steps away.
fn below(name: &str, owner: &'static Type, version: Version, deepest: usize) -> Option<String> {
    let mut level = vec![(String::new(), owner)];
    for _ in 0..deepest {
        let mut next = Vec::new();
        for (path, owner) in &level {
            // What the server writes itself is no place for what a person wrote.
            let fields = owner.fields().iter().filter(|field| field.is_in(version) && field.name != "status");
            for field in fields {
                let of = Type::numbered(field.of);
                if matches!(of.shape, Shape::Struct(_)) {
                    let dot = if path.is_empty() { "" } else { "." };
                    next.push((format!("{path}{dot}{}", field.name), of));
                }
            }
        }
        let mut found = next.iter().filter(|(_, of)| of.field(name, version).is_some());
        if let Some((path, _)) = found.next() {
            return found.next().is_none().then(|| path.clone());
        }
        level = next;
    }
    None
}
