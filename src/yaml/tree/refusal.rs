//! Finds what YAML allows and Kubernetes refuses in a document that was read, and keys that stand twice.

use std::borrow::Cow;
use std::collections::HashMap;

use super::builder::{Builder, Mark};
use super::{FaultKind, Slot, Tree, What, expansion};
use crate::source::Span;
use crate::yaml::scalar::{self, Scalar};

/// Why a document is refused: where, in which words, and the next move.
pub(super) struct Refusal {
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) help: &'static str,
}

/// Up to this many keys are compared with each other; more are looked up.
const FEW: usize = 16;

impl Builder<'_> {
    /// Looks at the nodes since `mark`: marks mappings that are irregular, leaves a fault at each key that stands
    /// twice, and says whether Kubernetes takes the document; if not, a fault says why.
    pub(super) fn admit(&mut self, mark: Mark) -> bool {
        let mut repeated = Vec::new();
        let mut verdict = Ok(());
        if self.aliases > mark.aliases {
            verdict = expansion::check(&self.tree, mark.slots);
        }
        for at in mark.slots..self.tree.slots.len() {
            let it = self.tree.slots[at];
            let seen = match it.what {
                What::Scalar => finite(&self.tree, &it),
                What::Mapping => keys(&self.tree, at, &mut repeated).map(|irregular| {
                    self.tree.slots[at].irregular = irregular;
                }),
                What::Sequence | What::Alias => Ok(()),
            };
            verdict = verdict.and(seen);
        }
        match verdict {
            Err(refusal) => {
                self.fault(FaultKind::Syntax, refusal.span, refusal.message, refusal.help);
                false
            }
            Ok(()) => {
                repeated.sort_by_key(|&(_, later)| later);
                for (first, later) in repeated {
                    let key = &self.tree.text[later.range()];
                    let message = format!("the key {} stands twice in this mapping", quoted(key));
                    let help = "Kubernetes takes the last one; remove the other";
                    self.fault(FaultKind::DuplicateKey { first }, later, message, help);
                }
                true
            }
        }
    }
}

/// A key as messages show it.
fn quoted(key: &str) -> String {
    if key.starts_with(['"', '\'']) { key.to_owned() } else { format!("\"{key}\"") }
}

/// JSON has no words for infinities and NaN: `json.Marshal` fails behind sigs.k8s.io/yaml.
fn finite(tree: &Tree<'_>, it: &Slot) -> Result<(), Refusal> {
    if it.text {
        return Ok(());
    }
    let raw = tree.raw(it);
    // All such words begin with a dot or a sign, and few scalars do.
    if !raw.starts_with(['.', '+', '-']) {
        return Ok(());
    }
    match scalar::resolve(raw, false) {
        Scalar::Float(number) if !number.is_finite() => Err(Refusal {
            span: it.span,
            message: format!("\"{raw}\" is a number that JSON cannot hold"),
            help: "quote it if it is meant as text",
        }),
        _ => Ok(()),
    }
}

/// Looks at the keys of the mapping at `at`, notes those that stand twice, and says whether it is irregular.
fn keys(tree: &Tree<'_>, at: usize, repeated: &mut Vec<(Span, Span)>) -> Result<bool, Refusal> {
    let end = tree.slots[at].next as usize;
    let mut irregular = false;
    let mut few: [(&str, Span); FEW] = [("", Span::default()); FEW];
    let mut many: HashMap<Cow<'_, str>, Span> = HashMap::new();
    let mut count = 0;
    let mut key = at + 1;
    while key < end {
        let it = &tree.slots[key];
        let value = it.next as usize;
        key = tree.slots[value].next as usize;
        let raw = tree.raw(it);
        if it.what == What::Scalar && !it.text && raw == "<<" {
            merged(tree, value)?;
            irregular = true;
            continue;
        }
        let name = match it.what {
            What::Scalar if it.text || scalar::is_word(raw) => Cow::Borrowed(raw),
            _ => name(tree, it)?,
        };
        irregular |= name != raw;
        let before = match &name {
            Cow::Borrowed(name) if count < FEW && many.is_empty() => {
                let before = few[..count].iter().find(|(known, _)| known == name).map(|&(_, span)| span);
                few[count] = (name, it.span);
                before
            }
            _ => {
                if many.is_empty() {
                    many.extend(few[..count].iter().map(|&(name, span)| (Cow::Borrowed(name), span)));
                }
                let before = many.get(&name).copied();
                many.insert(name, it.span);
                before
            }
        };
        count += 1;
        if let Some(first) = before {
            repeated.push((first, it.span));
            irregular = true;
        }
    }
    Ok(irregular)
}

/// The text that a key has in JSON.
fn name<'t>(tree: &'t Tree<'_>, it: &Slot) -> Result<Cow<'t, str>, Refusal> {
    let meant = if it.what == What::Alias { &tree.slots[it.data as usize] } else { it };
    let refusal = |message: &str, help| Refusal { span: it.span, message: message.to_owned(), help };
    if meant.what != What::Scalar {
        let brace = tree.text[meant.span.range()].starts_with("{{");
        return Err(if brace {
            refusal(
                "this looks like a Go template, which Kubernetes cannot read",
                "render it first: helm template … | stslint check -",
            )
        } else {
            refusal("a sequence or a mapping cannot be a key in Kubernetes", "use text as the key")
        });
    }
    let raw = tree.raw(meant);
    scalar::key(raw, meant.text).ok_or_else(|| match scalar::resolve(raw, false) {
        Scalar::Null => refusal("a key is null, which Kubernetes cannot read", "name the key, or quote it"),
        _ => refusal("a number this large cannot be a key in Kubernetes", "quote it"),
    })
}

/// What stands behind `<<` must be a mapping, or a sequence of mappings, with or without aliases
/// (`decoder.merge` in go-yaml's decode.go).
fn merged(tree: &Tree<'_>, value: usize) -> Result<(), Refusal> {
    let it = &tree.slots[value];
    let is_mapping = |it: &Slot| match it.what {
        What::Mapping => true,
        What::Alias => tree.slots[it.data as usize].what == What::Mapping,
        _ => false,
    };
    let fits = match it.what {
        What::Sequence => {
            let mut item = value + 1;
            let mut fits = true;
            while item < it.next as usize {
                fits &= is_mapping(&tree.slots[item]);
                item = tree.slots[item].next as usize;
            }
            fits
        }
        _ => is_mapping(it),
    };
    if fits {
        return Ok(());
    }
    Err(Refusal {
        span: it.span,
        message: "only mappings can be merged, and this is none".to_owned(),
        help: "name an anchor of a mapping behind <<, or quote the key \"<<\"",
    })
}
