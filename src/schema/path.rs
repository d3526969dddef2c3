//! Turns the steps down to a value into the ways in which Kubernetes writes them.

use std::fmt::Write as _;

use super::Type;
use crate::version::Version;

/// The first minor version whose errors name embedded structs.
const EMBEDDED_NAMED: u8 = 35;

/// How the walk came to a value: one step below another.
pub(super) struct Trail<'w> {
    pub(super) up: Option<&'w Trail<'w>>,
    pub(super) step: Step<'w>,
    /// The type that the step was made in.
    pub(super) owner: &'static Type,
}

/// One step down.
#[derive(Clone, Copy)]
pub(super) enum Step<'w> {
    /// To a field of a struct, by its name, which may be unknown, and the embedded struct that it is from.
    Field(&'w str, &'static str),
    /// To the value of a key of a map.
    Key(&'w str),
    /// To an item of a list.
    Item(usize),
}

impl<'w> Trail<'w> {
    /// The steps from the root down.
    fn steps(&self) -> Vec<&Self> {
        let mut steps = Vec::new();
        let mut next = Some(self);
        while let Some(trail) = next {
            steps.push(trail);
            next = trail.up;
        }
        steps.reverse();
        steps
    }

    /// Kubernetes' own path, as `k8s.io/apimachinery/pkg/util/validation/field` writes it.
    pub(super) fn field_path(&self) -> String {
        let plain = |name: &str| name.chars().all(|char| char.is_alphanumeric() || matches!(char, '-' | '_' | '$'));
        self.written(|path, step| match step {
            Step::Item(number) => write!(path, "[{number}]"),
            Step::Field(name, _) | Step::Key(name) if !plain(name) || name.is_empty() => write!(path, "[{name}]"),
            Step::Field(name, _) | Step::Key(name) if path.is_empty() => write!(path, "{name}"),
            Step::Field(name, _) | Step::Key(name) => write!(path, ".{name}"),
        })
    }

    /// As the strict decoder writes it: dots between keys, whatever is in them (sigs.k8s.io/json
    /// `appendStrictFieldStackKey`).
    pub(super) fn strict_path(&self) -> String {
        self.written(|path, step| match step {
            Step::Item(number) => write!(path, "[{number}]"),
            Step::Field(name, _) | Step::Key(name) if path.is_empty() => write!(path, "{name}"),
            Step::Field(name, _) | Step::Key(name) => write!(path, ".{name}"),
        })
    }

    /// Its fields alone, neither items nor keys, as `kubectl explain` wants them.
    pub(super) fn fields(&self) -> String {
        self.written(|path, step| match step {
            Step::Field(name, _) if path.is_empty() => write!(path, "{name}"),
            Step::Field(name, _) => write!(path, ".{name}"),
            Step::Key(_) | Step::Item(_) => Ok(()),
        })
    }

    /// As errors of types write it: fields alone, and from 1.35 on the embedded structs that they are from
    /// (sigs.k8s.io/json `addErrorContext` and `decodeState.object`).
    pub(super) fn go_path(&self, version: Version) -> String {
        if version.minor() < EMBEDDED_NAMED {
            return self.fields();
        }
        self.written(|path, step| match step {
            Step::Field(name, within) => {
                let dots = [path.as_str(), within].map(|before| if before.is_empty() { "" } else { "." });
                write!(path, "{}{within}{}{name}", dots[0], dots[1])
            }
            Step::Key(_) | Step::Item(_) => Ok(()),
        })
    }

    /// The struct that the last step to a field was made in, which is the one that errors of types name.
    pub(super) fn go_struct(&self) -> &'static str {
        let mut trail = self;
        loop {
            match (trail.step, trail.up) {
                (Step::Field(..), _) | (_, None) => return trail.owner.short_name(),
                (_, Some(up)) => trail = up,
            }
        }
    }

    fn written(&self, add: impl Fn(&mut String, Step<'w>) -> std::fmt::Result) -> String {
        let mut path = String::new();
        for trail in self.steps() {
            // Writing to a string cannot fail.
            add(&mut path, trail.step).unwrap_or_default();
        }
        path
    }
}
