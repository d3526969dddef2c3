//! Says in words what the scanner meets where it cannot be.

use super::scanner::{LONGEST_KEY, Scanner};
use crate::source::Span;
use crate::yaml::failure::{Failure, quoted};

impl Scanner<'_> {
    /// No token begins with the character at `at`.
    #[cold]
    pub(super) fn no_token(&self) -> Failure {
        let span = Span::new(self.at, self.at + 1);
        if self.byte(self.at) == b'\t' {
            let message = if self.bytes[self.line_start..self.at].iter().all(|byte| matches!(byte, b' ' | b'\t')) {
                "a tab is used for indentation"
            } else {
                "a tab stands where only spaces can"
            };
            return Failure::new(span, message, "use spaces");
        }
        if let Some(placeholder) = placeholder(self.line_from(self.at)) {
            let span = Span::new(self.at, self.at + placeholder.len());
            let message = format!("a placeholder, {}, stands where a value is due", quoted(placeholder));
            return Failure::new(span, message, "fill it in before it is applied, and check what comes out of that");
        }
        let character = &self.text[span.range()];
        Failure::new(span, format!("a value cannot begin with \"{character}\""), "quote the value")
    }

    /// A line stands, from `at` on, where only a key can, and no `:` follows.
    #[cold]
    pub(super) fn not_a_key(&self, at: usize) -> Failure {
        let line = self.line_from(at);
        let span = Span::new(at, at + line.len());
        if line.len() > LONGEST_KEY {
            let message = format!("a key is longer than {LONGEST_KEY} characters");
            return Failure::new(span, message, "shorten it, or put \"? \" before it");
        }
        let glued = line
            .split_once(':')
            .filter(|(name, value)| !value.is_empty() && !value.starts_with("//") && !name.contains([' ', '"', '\'']));
        if let Some((name, value)) = glued {
            return Failure::new(
                Span::new(at, at + name.len() + 1),
                format!("no space stands behind the \":\" of {}", quoted(&line[..=name.len()])),
                format!("write {}", quoted(&format!("{name}: {value}"))),
            );
        }
        Failure::new(
            span,
            format!("{} stands where a key is due, and no \":\" follows", quoted(line)),
            "add the \":\", or indent the line if it belongs to the value above",
        )
    }

    /// A `:` stands at `at` where no mapping can begin.
    #[cold]
    pub(super) fn no_value(&self) -> Failure {
        if self.last_scalar >= self.line_start {
            return Failure::new(
                Span::new(self.at, self.at + 1),
                "a second \": \" on this line would begin a mapping inside a value",
                "quote the value if it is text, or put the mapping on lines of its own",
            );
        }
        // What stands before the `:` was read as one more line of the scalar before.
        let start = self.line_start + indentation(&self.text[self.line_start..self.at]);
        let key = &self.text[start..self.at];
        let before = self.text[..self.last_scalar].rfind('\n').map_or(0, |at| at + 1);
        let introduction = &self.text[before..self.last_scalar];
        if introduction.trim_start().is_empty() {
            return self.not_a_key(self.last_scalar);
        }
        if introduction.contains(": ") && start - self.line_start > indentation(introduction) {
            return Failure::new(
                Span::new(start, self.at),
                format!("{} is indented deeper than the key above, which has a value already", quoted(key)),
                "give both keys the same indentation",
            );
        }
        Failure::new(
            Span::new(start, self.at),
            format!("the indentation of {} fits no line above", quoted(key)),
            "indent it as the key that it stands beside",
        )
    }

    /// The line from a place on, without a comment.
    fn line_from(&self, at: usize) -> &str {
        let line = self.rest(at).split(['\n', '\r']).next().unwrap_or("");
        line.split(" #").next().unwrap_or("").trim_end()
    }
}

/// What autoconf, Ant and others replace, at the beginning of a line's rest: `@NAME@`, `%NAME%`, `%%NAME%%`.
fn placeholder(line: &str) -> Option<&str> {
    let mark = ["@", "%%", "%"].into_iter().find(|mark| line.starts_with(mark))?;
    let name = line.strip_prefix(mark)?.split(mark).next()?;
    let known = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    let end = name.len() + 2 * mark.len();
    line.get(..end).filter(|whole| known && whole.ends_with(mark))
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}
