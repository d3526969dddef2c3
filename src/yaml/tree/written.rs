//! Finds where in the text the characters of a scalar's value are written.

use super::{Node, Style};

impl Node<'_> {
    /// Where byte `offset` of a scalar's value is written, in bytes of the text; its end for an offset past its end,
    /// and the beginning of anything but a scalar. Folded lines lead to the right line, their spaces perhaps not to the
    /// right one.
    pub fn byte_of(self, offset: usize) -> u32 {
        let span = self.span();
        let (Some(value), Some(written)) = (self.raw(), self.text().get(span.range())) else { return span.start };
        if self.is_alias() {
            return span.start;
        }
        let mut bytes = written.as_bytes().iter().enumerate();
        let skip = match self.style() {
            Style::SingleQuoted | Style::DoubleQuoted => 1,
            Style::Literal | Style::Folded if written.starts_with(['|', '>']) => written.find('\n').unwrap_or(0),
            _ => 0,
        };
        let mut at = skip;
        for (place, wanted) in value.char_indices() {
            at = seek(written, at, wanted, self.style());
            if place >= offset {
                break;
            }
            at += width(written, at, self.style());
        }
        // An offset past the value's end is behind its last character.
        let at = bytes.nth(at).map_or(span.range().len(), |(at, _)| at);
        span.start.saturating_add(u32::try_from(at).unwrap_or(u32::MAX)).min(span.end)
    }
}

/// The offset from `at` on where `wanted` is written: line breaks and indentation that mean nothing are stepped over.
fn seek(written: &str, mut at: usize, wanted: char, style: Style) -> usize {
    if style == Style::DoubleQuoted && written[at..].starts_with('\\') && !written[at..].starts_with("\\\n") {
        return at;
    }
    let found = |at: usize| written[at..].chars().next();
    if wanted == ' ' || wanted == '\n' {
        // A folded line break: what is written for it begins at the break.
        return at;
    }
    while let Some(char) = found(at).filter(|&char| char != wanted) {
        let escaped_break = style == Style::DoubleQuoted && written[at..].starts_with("\\\n");
        if !char.is_whitespace() && !escaped_break {
            break;
        }
        at += if escaped_break { 2 } else { char.len_utf8() };
    }
    at
}

/// How many bytes are written for the one character that stands at `at`.
fn width(written: &str, at: usize, style: Style) -> usize {
    let rest = &written[at..];
    let Some(char) = rest.chars().next() else { return 0 };
    if style == Style::SingleQuoted && rest.starts_with("''") {
        return 2;
    }
    if style == Style::DoubleQuoted && char == '\\' {
        let escape = rest[1..].chars().next();
        let digits = match escape {
            Some('x') => 2,
            Some('u') => 4,
            Some('U') => 8,
            _ => 0,
        };
        return (1 + escape.map_or(0, char::len_utf8) + digits).min(rest.len());
    }
    char.len_utf8()
}

#[cfg(test)]
mod tests {
    use crate::source::FileId;
    use crate::yaml::parse;

    #[test]
    fn characters_of_a_value_lead_back_to_where_they_are_written() {
        for text in [
            "k: ab && cd X ef\n",
            "k: 'it''s X'\n",
            "k: \"a\\tb\\u00e9 \\\"X\\\" y\"\n",
            "k: |\n  ab\n    cd\n  X\n",
            "k: >-\n  ab\n  cd ef\n\n  X gh\n",
            "k: ab\n  cd\n  X ef\n",
            "k: \"ab\n  cd \\\n  X\"\n",
            "k: é😀 X\n",
            "k: |\n  ab\n  X",
            "k: |\n  ab\n  cd X",
        ] {
            let tree = parse(FileId(0), text);
            let value = tree.root(&tree.documents()[0]).and_then(|root| root.get("k")).unwrap();
            let offset = value.raw().and_then(|raw| raw.find('X')).unwrap();
            assert_eq!(value.byte_of(offset) as usize, text.find('X').unwrap(), "{text}");
            assert_eq!(value.byte_of(usize::MAX), value.span().end.min(value.byte_of(usize::MAX)), "{text}");
        }
    }
}
