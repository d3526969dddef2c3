//! Says of which sets no plan can be made, and what to plan instead.

use crate::manifest::Object;
use crate::yaml::Node;

/// Why no plan is made of a set that stands in a manifest, and what to do; `None` where one is made.
pub fn unplanned(set: &Object<'_>) -> Option<String> {
    if set.is_fragment() {
        let name = set.name;
        return Some(format!(
            "StatefulSet \"{name}\": partial: it has neither a selector nor an image, as a patch has; plan what `kustomize build` prints"
        ));
    }
    let generated = set.get(&["metadata", "generateName"]).and_then(Node::as_str).filter(|prefix| !prefix.is_empty());
    generated.filter(|_| set.name.is_empty()).map(|prefix| {
        format!("StatefulSet with generateName \"{prefix}\": the API server makes up its name; give it metadata.name to plan it")
    })
}
