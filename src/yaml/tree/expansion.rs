//! Says whether the aliases of a document multiply beyond what Kubernetes reads.

use super::{Slot, Tree, What};
use crate::source::Span;
use crate::yaml::DEEPEST;
use crate::yaml::failure::Failure;

/// Looks at the document whose root is the slot `root`, the last one of the tree.
pub(super) fn check(tree: &Tree<'_>, root: usize) -> Result<(), Failure> {
    if let Some(span) = too_deep(tree, root) {
        return Err(Failure::new(
            span,
            format!("this alias nests values more than {DEEPEST} levels deep"),
            "write the values out, or flatten them",
        ));
    }
    match excess(tree, root) {
        Some(span) => Err(Failure::new(
            span,
            "the aliases of this document multiply beyond what Kubernetes reads",
            "write the values out, or use fewer aliases of values that hold aliases",
        )),
        None => Ok(()),
    }
}

/// The first alias behind which collections nest too deep, once every alias is written out.
fn too_deep(tree: &Tree<'_>, root: usize) -> Option<Span> {
    // How many levels each slot holds; an alias points backwards, at a slot that is known by then.
    let mut levels = vec![0u32; tree.slots.len() - root];
    let mut open: Vec<usize> = Vec::new();
    for at in root..tree.slots.len() {
        let it = &tree.slots[at];
        while let Some(ended) = open.pop_if(|last| tree.slots[*last].next as usize <= at) {
            if let Some(&parent) = open.last() {
                levels[parent - root] = levels[parent - root].max(levels[ended - root] + 1);
            }
        }
        match it.what {
            What::Mapping | What::Sequence => {
                levels[at - root] = 1;
                open.push(at);
            }
            What::Alias => {
                let behind = levels[it.data as usize - root];
                if behind as usize + open.len() > DEEPEST {
                    return Some(it.span);
                }
                if let Some(&parent) = open.last() {
                    levels[parent - root] = levels[parent - root].max(behind + 1);
                }
            }
            What::Scalar => {}
        }
    }
    None
}

/// Nodes that are still to be decoded: from one slot up to, not including, another.
struct Walk {
    at: usize,
    end: usize,
    /// The alias that they stand behind.
    alias: Option<Span>,
    /// The next one is a key.
    key: Option<bool>,
}

/// The outermost alias at which go-yaml gives up: `decoder.unmarshal` and `allowedAliasRatio` in its decode.go.
///
/// It counts as go-yaml does, so it takes at most some 400,000 steps more than the document has nodes.
fn excess(tree: &Tree<'_>, root: usize) -> Option<Span> {
    let mut decoded = 1u32;
    let mut aliased = 0u32;
    let mut walks = vec![Walk { at: root, end: tree.slots.len(), alias: None, key: None }];
    let mut behind = 0usize;
    while let Some(walk) = walks.last_mut() {
        if walk.at >= walk.end {
            behind -= usize::from(walk.alias.is_some());
            walks.pop();
            continue;
        }
        let at = walk.at;
        let it = &tree.slots[at];
        walk.at = it.next as usize;
        let key = walk.key;
        walk.key = key.map(|key| !key);
        if key == Some(true) && is_merge(tree, it) {
            // go-yaml decodes neither `<<` nor the sequence behind it.
            let value = &tree.slots[walk.at];
            if value.what == What::Sequence {
                let items = Walk { at: walk.at + 1, end: value.next as usize, alias: None, key: None };
                walk.at = value.next as usize;
                walk.key = Some(true);
                walks.push(items);
            }
            continue;
        }
        decoded += 1;
        aliased += u32::from(behind > 0);
        if aliased > 100 && decoded > 1000 && f64::from(aliased) / f64::from(decoded) > allowed(decoded) {
            return walks.iter().find_map(|walk| walk.alias);
        }
        let inside = |key| Walk { at: at + 1, end: it.next as usize, alias: None, key };
        match it.what {
            What::Scalar => {}
            What::Sequence => walks.push(inside(None)),
            What::Mapping => walks.push(inside(Some(true))),
            What::Alias => {
                behind += 1;
                let target = it.data as usize;
                let end = tree.slots[target].next as usize;
                walks.push(Walk { at: target, end, alias: Some(it.span), key: None });
            }
        }
    }
    None
}

fn is_merge(tree: &Tree<'_>, it: &Slot) -> bool {
    it.what == What::Scalar && !it.text && tree.raw(it) == "<<"
}

/// Which part of all nodes may come from aliases.
fn allowed(decoded: u32) -> f64 {
    const LOW: f64 = 400_000.0;
    const HIGH: f64 = 4_000_000.0;
    let decoded = f64::from(decoded);
    if decoded <= LOW {
        0.99
    } else if decoded >= HIGH {
        0.10
    } else {
        0.99 - 0.89 * ((decoded - LOW) / (HIGH - LOW))
    }
}
