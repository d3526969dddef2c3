//! Finds what YAML allows and Kubernetes refuses in a document that was read, and keys that stand twice.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::builder::{Builder, Mark};
use super::{FaultKind, Slot, Tree, What, expansion};
use crate::source::Span;
use crate::yaml::failure::{Failure, quoted};
use crate::yaml::scalar::{self, Scalar};

/// Up to this many keys are compared by number; more are looked up.
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
                What::Scalar | What::Sequence | What::Alias => {}
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
    // Nearly every scalar is told by its first byte.
    let usual = it.data == 0 && !matches!(tree.text.as_bytes().get(it.span.start as usize), Some(b'.' | b'+' | b'-'));
    if it.text || usual {
        return Ok(());
    }
    let raw = tree.raw(it);
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
    let mut prints = [0u64; FEW];
    let mut count = 0;
    let mut key = at + 1;
    while key < end {
        let it = &tree.slots[key];
        let raw = tree.raw(it);
        let print = fingerprint(raw.as_bytes());
        let usual = it.what == What::Scalar && raw != "<<" && (it.text || scalar::is_word(raw));
        if !usual || count == FEW || prints[..count].contains(&print) {
            return any_keys(tree, at, seen);
        }
        prints[count] = print;
        count += 1;
        key = tree.slots[it.next as usize].next as usize;
    }
    Ok(false)
}

/// A number that is the same for the same bytes, and nearly always another for others.
fn fingerprint(bytes: &[u8]) -> u64 {
    let length = bytes.len() as u64;
    let tail = match (bytes.first_chunk(), bytes.last_chunk(), bytes.last_chunk()) {
        (_, _, Some(last)) => u64::from_le_bytes(*last),
        (Some(first), Some(last), _) => {
            u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
        }
        _ => bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)),
    };
    tail ^ length.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// As `keys`, for any number of keys of any kind.
fn any_keys(tree: &Tree<'_>, at: usize, seen: &mut Keys) -> Result<bool, Failure> {
    let end = tree.slots[at].next as usize;
    let mut irregular = false;
    let mut firsts: HashMap<Cow<'_, str>, Span> = HashMap::new();
    let mut next = at + 1;
    while next < end {
        let key = next;
        let it = &tree.slots[key];
        let value = it.next as usize;
        next = tree.slots[value].next as usize;
        let raw = tree.raw(it);
        if it.what == What::Scalar && !it.text && raw == "<<" {
            merged(tree, value)?;
            irregular = true;
            continue;
        }
        if raw.starts_with(UNBOUNDED) {
            seen.unbounded.insert(key);
        }
        let name = name(tree, it)?;
        irregular |= name != raw;
        match firsts.entry(name) {
            Entry::Vacant(entry) => {
                entry.insert(it.span);
            }
            Entry::Occupied(first) => {
                seen.repeated.push((*first.get(), it.span));
                irregular = true;
            }
        }
    }
    Ok(irregular)
}

/// The text that a key has in JSON.
fn name<'t>(tree: &'t Tree<'_>, it: &Slot) -> Result<Cow<'t, str>, Failure> {
    let meant = if it.what == What::Alias { &tree.slots[it.data as usize] } else { it };
    let refusal = |message: &str, help: &str| Failure::new(it.span, message, help);
    if meant.what != What::Scalar {
        // Without text around it, `{{ … }}` is a mapping in a mapping.
        let braces = Span { start: it.span.start.saturating_sub(1), end: it.span.end + 1 };
        return Err(match tree.text.get(braces.range()) {
            Some(text) if text.starts_with("{{") && text.ends_with("}}") => Failure::template(braces),
            _ => refusal("a sequence or a mapping cannot be a key in Kubernetes", "use text as the key"),
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
