//! Says where a text stops being base64 to Go.

/// The byte at which Go's `encoding/base64` refuses `text`, zero-based; `None` when it reads it. Line breaks may stand
/// anywhere, and what is left of the last byte may be anything (`Encoding.decodeQuantum` of `StdEncoding`).
pub(super) fn refused_at(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_break = |byte: u8| matches!(byte, b'\n' | b'\r');
    let mut at = 0;
    // How many characters of a group of four were read.
    let mut read = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/') {
            read = (read + 1) % 4;
        } else if byte == b'=' && read >= 2 {
            let behind_breaks = |from: usize| (from..bytes.len()).find(|&at| !is_break(bytes[at]));
            if read == 2 {
                match behind_breaks(at) {
                    None => return Some(bytes.len()),
                    Some(next) if bytes[next] != b'=' => return Some(next - 1),
                    Some(next) => at = next + 1,
                }
            }
            return behind_breaks(at);
        } else if !is_break(byte) {
            return Some(at - 1);
        }
    }
    (read > 0).then(|| bytes.len() - read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_refused_where_go_refuses_them() {
        // As `base64.StdEncoding.DecodeString` of Go 1.26 answers.
        for (text, want) in [
            ("", None),
            ("YQ==", None),
            ("YWI=", None),
            ("YWJj", None),
            ("YR==", None),
            ("YQ=\n=\n", None),
            ("Y\nWJj\r\n", None),
            ("YQ", Some(0)),
            ("YWJjYQ", Some(4)),
            ("Y", Some(0)),
            ("YQ=", Some(3)),
            ("YQ=x", Some(2)),
            ("YQ==YQ==", Some(4)),
            ("=", Some(0)),
            ("Y===", Some(1)),
            ("p@ssword", Some(1)),
            ("<secret>", Some(0)),
            ("YWJj YWJj", Some(4)),
            ("YWJ-", Some(3)),
            ("ä", Some(0)),
        ] {
            assert_eq!(refused_at(text), want, "{text:?}");
        }
    }
}
