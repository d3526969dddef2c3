//! Lays JSON out on lines, and escapes in its texts what a terminal would obey.

use std::io::{self, Write};

use serde_json::ser::Formatter;

use crate::visible::is_hidden;

/// Indents by two spaces, and writes hidden characters as `\uXXXX`: the same text to a program, harmless to a terminal.
pub(super) struct Layout {
    /// How deep lists and objects are that stand on one line.
    flat_from: usize,
    /// In how many lists and objects the next value stands.
    depth: usize,
    /// Whether the list or object that is being closed holds something.
    has_value: bool,
}

/// As much as is written at once in front of a line; deeper lines are not indented further.
const INDENT: &str = ",\n                                ";

impl Layout {
    /// Every value on a line of its own.
    pub(super) fn indented() -> Self {
        Self::flat_from(usize::MAX)
    }

    /// Lists and objects on one line that are so deep; the outermost is one deep.
    pub(super) fn flat_from(depth: usize) -> Self {
        Self { flat_from: depth, depth: 0, has_value: false }
    }

    fn open<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.has_value = false;
        out.write_all(bracket)
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        let is_flat = self.is_flat();
        self.depth -= 1;
        if self.has_value && !is_flat {
            self.begin_line(out, true)?;
        }
        self.has_value = true;
        out.write_all(bracket)
    }

    fn is_flat(&self) -> bool {
        self.depth >= self.flat_from
    }

    fn begin_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        match first {
            true if self.is_flat() => Ok(()),
            false if self.is_flat() => out.write_all(b", "),
            _ => self.begin_line(out, first),
        }
    }

    fn begin_line<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        let end = (2 + 2 * self.depth).min(INDENT.len());
        out.write_all(INDENT.as_bytes().get(usize::from(first)..end).unwrap_or_default())
    }
}

impl Formatter for Layout {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        // Without a way out in its middle the loop looks at many bytes at once.
        let is_plain = fragment.bytes().fold(true, |is_plain, byte| is_plain & matches!(byte, b' '..=b'~'));
        let mut rest = fragment;
        while let Some((at, hidden)) = rest.char_indices().find(|&(_, it)| !is_plain && is_hidden(it)) {
            let (before, after) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            for unit in hidden.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = after.get(hidden.len_utf8()..).unwrap_or_default();
        }
        out.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.begin_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.begin_value(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde_json::ser::Serializer;
    use serde_json::{Value, json};

    use super::*;

    fn laid_out(document: &Value, layout: Layout) -> String {
        let mut out = Vec::new();
        document.serialize(&mut Serializer::with_formatter(&mut out, layout)).expect("a Vec takes everything");
        String::from_utf8(out).expect("JSON is UTF-8")
    }

    #[test]
    fn indented_it_is_as_others_write_it() {
        for document in
            [json!([]), json!({}), json!([[], {"a": []}, [1, [2]], "x\ny"]), json!({"a": {"b": [{}]}}), json!(1)]
        {
            let want = serde_json::to_string_pretty(&document).expect("a value can be written");
            assert_eq!(laid_out(&document, Layout::indented()), want);
        }
    }

    #[test]
    fn what_is_deep_enough_stands_on_one_line() {
        let document = json!({"steps": [{"name": "a", "claims": ["b", "c"]}, {}], "notes": []});
        let want =
            "{\n  \"notes\": [],\n  \"steps\": [\n    {\"claims\": [\"b\", \"c\"], \"name\": \"a\"},\n    {}\n  ]\n}";
        assert_eq!(laid_out(&document, Layout::flat_from(3)), want);
        assert_eq!(
            laid_out(&document, Layout::flat_from(1)),
            want.replace('\n', "").replace("  ", "").replace(",\"", ", \"").replace("},{", "}, {")
        );
    }
}
