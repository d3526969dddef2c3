//! Says whether a text is still to be filled in by another tool.

/// Whether `text` holds what envsubst, Flux, Argo CD and others replace: `${…}`, `$(…)` or `{{…}}`.
pub fn has_placeholder(text: &str) -> bool {
    has_foreign_placeholder(text) || has_reference(text)
}

/// Whether `text` holds a placeholder that Kubernetes itself has no use for: `${…}` or `{{…}}`.
pub fn has_foreign_placeholder(text: &str) -> bool {
    ["${", "{{"].iter().any(|mark| text.contains(mark))
}

/// Whether `text` holds `$(…)`. Kubernetes expands it in `command`, `args`, `env` and `subPathExpr`, all of which are text
/// (k8s.io/kubernetes `third_party/forked/golang/expansion`); elsewhere it is a placeholder of another tool, if anything.
pub fn has_reference(text: &str) -> bool {
    text.contains("$(")
}
