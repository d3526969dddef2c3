//! Turns the bytes of a file into text, and remembers which of them were none.

use crate::source::{Encoding, Span};

/// The text of a file.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Decoded {
    /// As UTF-8, without a byte order mark.
    pub text: String,
    /// Where the file held bytes that are not text; each such byte, or unit of UTF-16, stands in `text` as `?`.
    pub not_text: Vec<Span>,
    /// How it was written.
    pub encoding: Encoding,
}

/// Reads `bytes` as go-yaml does: UTF-8, unless a byte order mark says UTF-16
/// (`yaml_parser_determine_encoding` in readerc.go).
pub(super) fn decode(mut bytes: Vec<u8>) -> Decoded {
    match bytes[..] {
        [0xEF, 0xBB, 0xBF, ..] => {
            bytes.drain(..3);
            utf8(bytes, Encoding::Utf8Bom)
        }
        [0xFF, 0xFE, ..] => utf16(&bytes[2..], Encoding::Utf16Le, u16::from_le_bytes),
        [0xFE, 0xFF, ..] => utf16(&bytes[2..], Encoding::Utf16Be, u16::from_be_bytes),
        _ => utf8(bytes, Encoding::Utf8),
    }
}

fn utf8(bytes: Vec<u8>, encoding: Encoding) -> Decoded {
    let error = match String::from_utf8(bytes) {
        Ok(text) => return Decoded { text, not_text: Vec::new(), encoding },
        Err(error) => error,
    };
    let bytes = error.into_bytes();
    let mut text = String::with_capacity(bytes.len());
    let mut not_text = Vec::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        replace(&mut text, &mut not_text, chunk.invalid().len());
    }
    Decoded { text, not_text, encoding }
}

fn utf16(bytes: &[u8], encoding: Encoding, unit: fn([u8; 2]) -> u16) -> Decoded {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut not_text = Vec::new();
    for scalar in char::decode_utf16(pairs.iter().map(|&pair| unit(pair))) {
        match scalar {
            Ok(scalar) => text.push(scalar),
            Err(_) => replace(&mut text, &mut not_text, 1),
        }
    }
    replace(&mut text, &mut not_text, rest.len());
    Decoded { text, not_text, encoding }
}

/// Puts `count` question marks at the end of `text`, and joins their place with one that ends there.
fn replace(text: &mut String, not_text: &mut Vec<Span>, count: usize) {
    if count == 0 {
        return;
    }
    let here = Span::new(text.len(), text.len() + count);
    text.extend(std::iter::repeat_n('?', count));
    match not_text.last_mut() {
        Some(last) if last.end == here.start => last.end = here.end,
        _ => not_text.push(here),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Ranges = &'static [(usize, usize)];

    #[test]
    fn bytes_are_read_as_their_mark_says_and_what_is_no_text_is_remembered() {
        let be = |text: &str| -> Vec<u8> {
            [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()
        };
        let le = |text: &str| -> Vec<u8> {
            [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
        };
        let cases: [(_, _, _, Ranges, _); 14] = [
            ("empty", b"".to_vec(), "", &[], Encoding::Utf8),
            ("CRLF", b"a: 1\r\n".to_vec(), "a: 1\r\n", &[], Encoding::Utf8),
            ("beyond ASCII", "é😀".into(), "é😀", &[], Encoding::Utf8),
            ("mark", b"\xEF\xBB\xBFa".to_vec(), "a", &[], Encoding::Utf8Bom),
            ("mark alone", b"\xEF\xBB\xBF".to_vec(), "", &[], Encoding::Utf8Bom),
            ("Latin-1", b"caf\xE9: \xFC\n".to_vec(), "caf?: ?\n", &[(3, 4), (6, 7)], Encoding::Utf8),
            ("neighbours", b"a\xFF\xFFb".to_vec(), "a??b", &[(1, 3)], Encoding::Utf8),
            ("cut short", b"a\xF0\x9F\x98".to_vec(), "a???", &[(1, 4)], Encoding::Utf8),
            ("surrogate in UTF-8", b"\xED\xA0\x80".to_vec(), "???", &[(0, 3)], Encoding::Utf8),
            ("UTF-16 LE", le("a: é😀\n"), "a: é😀\n", &[], Encoding::Utf16Le),
            ("UTF-16 BE", be("a: é😀\n"), "a: é😀\n", &[], Encoding::Utf16Be),
            ("half a pair", b"\xFE\xFF\xD8\x3D\0a".to_vec(), "?a", &[(0, 1)], Encoding::Utf16Be),
            ("half a unit", b"\xFF\xFEa\0b".to_vec(), "a?", &[(1, 2)], Encoding::Utf16Le),
            ("UTF-16 mark alone", b"\xFF\xFE".to_vec(), "", &[], Encoding::Utf16Le),
        ];
        for (case, bytes, text, not_text, encoding) in cases {
            let not_text = not_text.iter().map(|&(start, end)| Span::new(start, end)).collect();
            assert_eq!(decode(bytes), Decoded { text: text.to_owned(), not_text, encoding }, "{case}");
        }
    }
}
