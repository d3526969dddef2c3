//! Finds characters that Kubernetes refuses wherever they stand.

use super::failure::Failure;
use crate::source::Span;

/// Looks for the first byte of `document` that is not text, or is a control character that go-yaml refuses
/// (`yaml_parser_update_buffer` in its readerc.go).
pub(super) fn check(text: &str, document: Span, not_text: &[Span]) -> Option<Failure> {
    let bytes = not_text.partition_point(|span| span.end <= document.start);
    if let Some(&span) = not_text.get(bytes).filter(|span| span.start < document.end) {
        return Some(Failure::new(span, "these bytes are not UTF-8", "save the file as UTF-8"));
    }
    let bytes = &text.as_bytes()[document.range()];
    let at = document.start as usize + bytes.iter().enumerate().position(|(at, _)| is_refused(&bytes[at..]))?;
    let character = text[at..].chars().next()?;
    Some(Failure::new(
        Span::new(at, at + character.len_utf8()),
        format!("the control character U+{:04X} cannot stand in YAML", u32::from(character)),
        "remove it, or write it as an escape in double quotes",
    ))
}

fn is_refused(bytes: &[u8]) -> bool {
    match *bytes {
        [0..=0x08 | 0x0B | 0x0C | 0x0E..=0x1F | 0x7F, ..] => true,
        [0xC2, second, ..] => (0x80..0xA0).contains(&second) && second != 0x85,
        [0xEF, 0xBF, third, ..] => third >= 0xBE,
        _ => false,
    }
}
