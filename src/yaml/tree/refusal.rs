//! Finds what YAML allows and Kubernetes refuses in a document that was read, and keys that stand twice.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::builder::{Builder, Mark};
use super::{FaultKind, Slot, Tree, What, expansion};
use crate::source::Span;
use crate::yaml::failure::{Failure, quoted};
use crate::yaml::scalar::{self, Scalar};

/// Up to this many keys are compared with each other; more are looked up.
const FEW: usize = 16;

/// What infinities and NaN begin with; few other scalars do.
const UNBOUNDED: [char; 3] = ['.', '+', '-'];

/// What the look at the keys of a document leaves behind.
#[derive(Default)]
struct Keys {
    /// Keys that stand twice: the first one and the later one.
    repeated: Vec<(Span, Span)>,
    /// Slots of keys that are numbers which only a key may be.
    unbounded: HashSet<usize>,
}

impl Builder<'_> {
    /// Looks at the nodes since `mark`: marks mappings that are irregular, leaves a fault at each key that stands
    /// twice, and says whether Kubernetes takes the document; if not, a fault says why.
    pub(super) fn admit(&mut self, mark: Mark) -> bool {
        let mut seen = Keys::default();
        if let Err(failure) = self.look(mark, &mut seen) {
            self.fault(FaultKind::Syntax, failure.span, failure.message, failure.help);
            return false;
        }
        seen.repeated.sort_by_key(|&(_, later)| later);
        for (first, later) in seen.repeated {
            let message = repeated(&self.tree.text[first.range()], &self.tree.text[later.range()]);
            let help = "Kubernetes takes the last one; remove the other";
            self.fault(FaultKind::DuplicateKey { first }, later, message, help);
        }
        true
    }

    fn look(&mut self, mark: Mark, seen: &mut Keys) -> Result<(), Failure> {
        if self.aliases > mark.aliases {
            expansion::check(&self.tree, mark.slots)?;
        }
        for at in mark.slots..self.tree.slots.len() {
            match self.tree.slots[at].what {
                What::Mapping => self.tree.slots[at].irregular = keys(&self.tree, at, seen)?,
                What::Scalar if !seen.unbounded.contains(&at) => finite(&self.tree, &self.tree.slots[at])?,
                _ => {}
            }
        }
        Ok(())
    }
}

fn repeated(first: &str, later: &str) -> String {
    if first == later {
        return format!("the key {} stands twice in this mapping", quoted(later));
    }
    format!("the keys {} and {} are one and the same to Kubernetes", quoted(first), quoted(later))
}

/// JSON has no words for infinities and NaN: `json.Marshal` fails behind sigs.k8s.io/yaml.
fn finite(tree: &Tree<'_>, it: &Slot) -> Result<(), Failure> {
    if it.text {
        return Ok(());
    }
    let raw = tree.raw(it);
    if !raw.starts_with(UNBOUNDED) {
        return Ok(());
    }
    match scalar::resolve(raw, false) {
        Scalar::Float(number) if !number.is_finite() => Err(Failure::new(
            it.span,
            format!("\"{raw}\" is a number that JSON cannot hold"),
            "quote it if it is meant as text",
        )),
        _ => Ok(()),
    }
}

/// Looks at the keys of the mapping at `at`, notes those that stand twice, and says whether it is irregular.
fn keys(tree: &Tree<'_>, at: usize, seen: &mut Keys) -> Result<bool, Failure> {
    let end = tree.slots[at].next as usize;
    let mut irregular = false;
    let mut few: [(&str, Span); FEW] = [("", Span::default()); FEW];
    let mut many: HashMap<Cow<'_, str>, Span> = HashMap::new();
    let mut count = 0;
    let mut key = at + 1;
    while key < end {
        let slot = key;
        let it = &tree.slots[slot];
        let value = it.next as usize;
        key = tree.slots[value].next as usize;
        let raw = tree.raw(it);
        if it.what == What::Scalar && !it.text && raw == "<<" {
            merged(tree, value)?;
            irregular = true;
            continue;
        }
        if raw.starts_with(UNBOUNDED) {
            seen.unbounded.insert(slot);
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
            seen.repeated.push((first, it.span));
            irregular = true;
        }
    }
    Ok(irregular)
}

/// The text that a key has in JSON.
fn name<'t>(tree: &'t Tree<'_>, it: &Slot) -> Result<Cow<'t, str>, Failure> {
    let meant = if it.what == What::Alias { &tree.slots[it.data as usize] } else { it };
    let refusal = |message: &str, help: &str| Failure::new(it.span, message, help);
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
fn merged(tree: &Tree<'_>, value: usize) -> Result<(), Failure> {
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
    Err(Failure::new(
        it.span,
        "only mappings can be merged, and this is none",
        "name an anchor of a mapping behind <<, or quote the key \"<<\"",
    ))
}
