//! Says in words what a token does at a place where it cannot be.

use super::token::TokenKind;
use super::{Reader, quoted};
use crate::source::Span;
use crate::yaml::failure::Failure;
use crate::yaml::tree::{Kind, Style};

impl Reader<'_, '_> {
    /// The next token is none that can stand there.
    #[cold]
    pub(super) fn unexpected(&mut self) -> Failure {
        let in_flow = self.tree.innermost().is_some_and(|(_, style, _)| style == Style::Flow);
        let token = match self.scanner.peek() {
            Ok(token) => token,
            Err(failure) => return failure,
        };
        if in_flow && matches!(token.kind, TokenKind::StreamEnd | TokenKind::DocumentEnd) {
            return self.unclosed();
        }
        let (start, end) = (token.start, token.end);
        let (message, help) = match token.kind {
            TokenKind::FlowSequenceEnd => ("no \"[\" stands before this \"]\"", "remove it, or quote the value"),
            TokenKind::FlowMappingEnd => ("no \"{\" stands before this \"}\"", "remove it, or quote the value"),
            TokenKind::FlowEntry => ("no value stands before this comma", "remove it, or quote the value"),
            TokenKind::BlockEntry if in_flow => {
                ("\"-\" begins no item between brackets", "remove the \"-\": a comma begins an item")
            }
            TokenKind::BlockEntry => (
                "an item stands where a key is due",
                "indent it as the items above, or deeper than the key that it belongs to",
            ),
            TokenKind::Directive => (
                "Kubernetes reads no directives: it ends a document at \"---\", and this one would stand before",
                "remove the line",
            ),
            _ => return self.misplaced(start),
        };
        Failure::new(Span::new(start, end), message, help)
    }

    /// A value or a key begins at `start`, where none can.
    fn misplaced(&self, start: usize) -> Failure {
        let text = self.tree.text();
        let before = &text[..self.announced];
        let same_line = !text[self.announced.min(start)..start].contains('\n');
        let rest = self.scanner.rest(start).split('\n').next().unwrap_or("").trim_end();
        let (message, help) = if same_line && before.ends_with('\'') && rest.contains('\'') {
            (
                format!("the quote before {} ends the value", quoted(rest)),
                "write a quote inside single quotes twice: ''",
            )
        } else if same_line && before.ends_with(['"', '\'', ']', '}']) {
            (
                format!("{} stands behind a value that has ended", quoted(rest)),
                "quote the whole value, or remove what stands behind it",
            )
        } else {
            match self.tree.innermost() {
                Some((Kind::Sequence, Style::Block, _)) => (
                    format!("{} stands where an item of the sequence is due", quoted(rest)),
                    "begin the line with \"- \", or mend its indentation",
                ),
                Some((Kind::Mapping, Style::Block, _)) => (
                    format!("the indentation of {} fits no line above", quoted(rest)),
                    "indent it as the key that it stands beside",
                ),
                _ => (format!("{} cannot stand here", quoted(rest)), "quote the value if it is text"),
            }
        };
        Failure::new(Span::new(start, start + rest.len()), message, help)
    }

    /// Neither a comma nor the bracket that closes follows in a flow collection.
    #[cold]
    pub(super) fn unclosed(&mut self) -> Failure {
        let Some((kind, open)) = self.tree.bracket() else { return self.unexpected() };
        let (bracket, close) = if kind == Kind::Mapping { ('{', '}') } else { ('[', ']') };
        let token = match self.scanner.peek() {
            Ok(token) => token,
            Err(failure) => return failure,
        };
        let start = token.start;
        let at_end = matches!(token.kind, TokenKind::StreamEnd | TokenKind::DocumentEnd | TokenKind::BlockEnd);
        let text = self.tree.text();
        if at_end || text[open..start].contains('\n') {
            return Failure::new(
                Span::new(open, open + 1),
                format!("this \"{bracket}\" is never closed"),
                format!("close it with \"{close}\""),
            );
        }
        let behind = self.scanner.rest(start);
        let rest = behind.split(['\n', ',', ']', '}']).next().unwrap_or("").trim_end();
        let next = if rest.is_empty() { behind.get(..1).unwrap_or("") } else { rest };
        Failure::new(
            Span::new(start, start + next.len()),
            format!("a comma or \"{close}\" is due before {}", quoted(next)),
            "add it, or quote the value if it is text",
        )
    }
}
