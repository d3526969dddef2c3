//! Says whether a text is still to be filled in by another tool.

/// Whether `text` holds what envsubst, Flux, Argo CD and others replace: `${…}`, `$(…)` or `{{…}}`.
pub fn has_placeholder(text: &str) -> bool {
    ["${", "$(", "{{"].iter().any(|mark| text.contains(mark))
}
