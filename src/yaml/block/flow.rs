//! Reads collections in brackets that stand on one line.

use super::{DEEPEST, LONGEST_KEY, Reader};
use crate::source::Span;
use crate::yaml::tree::{Kind, Style};

impl Reader<'_, '_> {
    /// Reads the collection that the bracket at `at` opens, with all that is in it.
    pub(super) fn flow(&mut self) -> Option<()> {
        let outside = self.tree.depth();
        loop {
            // A value begins.
            self.skip_spaces();
            match self.byte(self.at) {
                open @ (b'[' | b'{') => {
                    if self.tree.depth() >= DEEPEST {
                        return None;
                    }
                    let kind = if open == b'{' { Kind::Mapping } else { Kind::Sequence };
                    self.tree.open(kind, self.at, Style::Flow);
                    self.at += 1;
                    self.skip_spaces();
                    if self.byte(self.at) == open + 2 {
                        self.close_flow();
                    } else {
                        if kind == Kind::Mapping {
                            self.flow_key()?;
                        }
                        continue;
                    }
                }
                _ => self.flow_scalar()?,
            }
            // What was read may end any number of collections.
            loop {
                if self.tree.depth() == outside {
                    return Some(());
                }
                let (kind, ..) = self.tree.innermost()?;
                self.skip_spaces();
                match (self.byte(self.at), kind) {
                    (b',', Kind::Mapping) => {
                        self.at += 1;
                        self.flow_key()?;
                        break;
                    }
                    (b',', _) => {
                        self.at += 1;
                        break;
                    }
                    (b'}', Kind::Mapping) | (b']', Kind::Sequence) => self.close_flow(),
                    _ => return None,
                }
            }
        }
    }

    fn close_flow(&mut self) {
        self.at += 1;
        self.tree.close(Some(self.at));
    }

    fn flow_scalar(&mut self) -> Option<()> {
        if matches!(self.byte(self.at), b'"' | b'\'') {
            let quoted = self.quoted()?;
            self.add_quoted(quoted);
        } else {
            let start = self.at;
            let end = self.plain_in_flow()?;
            self.tree.scalar(Span::new(start, end), 0, Style::Plain, false);
        }
        Some(())
    }

    /// Reads a key and the `:` behind it.
    fn flow_key(&mut self) -> Option<()> {
        self.skip_spaces();
        let start = self.at;
        let quoted = matches!(self.byte(start), b'"' | b'\'');
        self.flow_scalar()?;
        // Between brackets the `:` behind a quote needs no blank.
        let colon = self.byte(self.at) == b':' && (quoted || self.byte(self.at + 1) == b' ');
        if !colon || self.at - start > LONGEST_KEY {
            return None;
        }
        self.at += 1;
        Some(())
    }
}
