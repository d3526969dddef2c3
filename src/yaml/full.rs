//! Reads any YAML document through granit-parser.

use std::collections::HashMap;

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle, Tag};

use super::DEEPEST;
use super::tree::{Builder, FaultKind, Kind, Style};
use crate::source::Span;

/// Reads the document in `chunk`, and leaves a fault if it cannot be read.
pub(super) fn read(tree: &mut Builder<'_>, chunk: Span) {
    let mark = tree.mark();
    let text = &tree.text()[chunk.range()];
    let base = chunk.start as usize;
    let mut options = Options::default();
    options.max_buffered_comment_events = usize::MAX;
    options.flow_nesting_limit = DEEPEST;
    options.block_nesting_limit = DEEPEST;
    let mut anchors = HashMap::new();
    let mut broken = false;
    for event in Parser::new_from_str_with_options(text, options) {
        match event {
            Ok((Event::DocumentEnd, _)) => break,
            Ok((event, span)) => {
                let range = span.byte_range().unwrap_or_default();
                add(tree, &mut anchors, &event, Span::new(base + range.start, base + range.end));
            }
            Err(error) => {
                let at = base + error.marker().byte_offset().unwrap_or(0);
                tree.fault(FaultKind::Syntax, Span::at(at), error.info(), "");
                broken = true;
                break;
            }
        }
    }
    tree.document(mark, chunk, broken);
}

fn add(tree: &mut Builder<'_>, anchors: &mut HashMap<usize, u32>, event: &Event<'_>, span: Span) {
    let structure = |style: &StructureStyle| match style {
        StructureStyle::Flow => Style::Flow,
        StructureStyle::Block => Style::Block,
    };
    let slot = match event {
        Event::Scalar(value, style, _, tag) => {
            let style = match style {
                ScalarStyle::Plain => Style::Plain,
                ScalarStyle::SingleQuoted => Style::SingleQuoted,
                ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
                ScalarStyle::Literal => Style::Literal,
                ScalarStyle::Folded => Style::Folded,
            };
            let text = tag.as_deref().map_or(style != Style::Plain, is_text);
            let raw = &tree.text()[span.range()];
            let quotes = u32::from(matches!(style, Style::SingleQuoted | Style::DoubleQuoted));
            let inner = raw.get(quotes as usize..raw.len().saturating_sub(quotes as usize));
            if span.is_empty() || inner == Some(value) {
                tree.scalar(span, quotes, style, text)
            } else {
                tree.decoded(span, &**value, style, text)
            }
        }
        Event::SequenceStart(style, ..) => tree.open(Kind::Sequence, span.start as usize, structure(style)),
        Event::MappingStart(style, ..) => tree.open(Kind::Mapping, span.start as usize, structure(style)),
        Event::SequenceEnd | Event::MappingEnd => return tree.close((!span.is_empty()).then_some(span.end as usize)),
        Event::Alias(id) => {
            if let Some(&target) = anchors.get(id) {
                tree.alias(span, target);
            }
            return;
        }
        Event::Comment(..) => return tree.comment(span),
        _ => return,
    };
    if let Some(id) = event.anchor_id() {
        anchors.insert(id, slot);
    }
}

fn is_text(tag: &Tag) -> bool {
    !matches!(tag.core_suffix(), Some("int" | "float" | "bool" | "null"))
}
