//! Reads any YAML document through granit-parser.

use std::collections::HashMap;

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle};

use super::tree::{Builder, FaultKind, Kind, Style, Tag};
use crate::source::Span;

/// Reads the document in `chunk`, and leaves a fault if it cannot be read.
pub(super) fn read(tree: &mut Builder<'_>, chunk: Span) {
    let mark = tree.mark();
    let text = &tree.text()[chunk.range()];
    let base = chunk.start as usize;
    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut anchors = HashMap::new();
    let mut broken = false;
    for event in Parser::new_from_str_with_options(text, options) {
        match event {
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
        Event::Scalar(value, style, ..) => {
            let style = match style {
                ScalarStyle::Plain => Style::Plain,
                ScalarStyle::SingleQuoted => Style::SingleQuoted,
                ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
                ScalarStyle::Literal => Style::Literal,
                ScalarStyle::Folded => Style::Folded,
            };
            let raw = &tree.text()[span.range()];
            if raw == value || span.is_empty() {
                tree.scalar(span, 0, style, Tag::None)
            } else {
                tree.decoded(span, value, style, Tag::None)
            }
        }
        Event::SequenceStart(style, ..) => tree.open(Kind::Sequence, span.start as usize, structure(style)),
        Event::MappingStart(style, ..) => tree.open(Kind::Mapping, span.start as usize, structure(style)),
        Event::SequenceEnd | Event::MappingEnd => return tree.close(None),
        Event::Alias(id) => match anchors.get(id) {
            Some(&target) => tree.alias(span, target),
            None => return,
        },
        _ => return,
    };
    if let Some(id) = event.anchor_id() {
        anchors.insert(id, slot);
    }
}
