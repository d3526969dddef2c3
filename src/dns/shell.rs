//! Turns the text of a shell into its tokens, as far as these are surely understood.

use crate::yaml::Node;

/// A word of a command.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    /// The scalar that it stands in.
    pub(super) node: Node<'a>,
    /// Where its text begins in the value of the scalar, in bytes.
    pub(super) at: usize,
    /// As it is written, without the quotes around it.
    pub(super) text: &'a str,
    /// Whether the shell takes the text as it is.
    pub(super) is_plain: bool,
}

/// A token of a shell's text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token<'a> {
    Word(Word<'a>),
    /// One that leaves the command in the foreground, with its target.
    Redirection,
    /// `;` or the end of a line.
    Separator,
    /// `&&`
    And,
    /// `|` or `||`
    Pipe,
    /// Anything else; nothing follows it.
    Unknown,
}

/// The tokens of the text of a scalar, up to the first that is not understood.
pub(super) fn tokens(node: Node<'_>) -> Vec<Token<'_>> {
    let text = node.as_str().unwrap_or_default();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let begins = |mark: &str| rest.starts_with(mark);
        let (token, len) = if begins(" ") || begins("\t") || begins("\r") {
            (None, 1)
        } else if begins("\\\n") {
            (None, 2)
        } else if begins("#") {
            (None, rest.find('\n').unwrap_or(rest.len()))
        } else if begins("&&") {
            (Some(Token::And), 2)
        } else if begins("||") {
            (Some(Token::Pipe), 2)
        } else if begins("|") {
            (Some(Token::Pipe), 1)
        } else if begins(";") || begins("\n") {
            (Some(Token::Separator), 1)
        } else if let Some(len) = redirection(rest) {
            (Some(Token::Redirection), len)
        } else if let Some(text) = word(rest).and_then(|len| rest.get(..len)).filter(|text| !text.is_empty()) {
            (Some(Token::Word(read(node, at, text))), text.len())
        } else {
            tokens.push(Token::Unknown);
            break;
        };
        tokens.extend(token);
        at += len;
    }
    tokens
}

/// A word, without its quotes.
fn read<'a>(node: Node<'a>, at: usize, text: &'a str) -> Word<'a> {
    let inner = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote).filter(|text| !text.contains(quote));
    let (quoted, strange): (_, &[char]) = match (inner('\''), inner('"')) {
        (Some(inner), _) => (Some(inner), &['\'']),
        (None, Some(inner)) => (Some(inner), &['$', '`', '\\']),
        (None, None) => (None, &['$', '`', '\\', '*', '?', '[', ']', '{', '}', '~', '\'', '"']),
    };
    let (at, text) = quoted.map_or((at, text), |inner| (at + 1, inner));
    let is_bracket = text == "[" || text == "]";
    // The kubelet puts variables in before any shell sees the text, whatever the quotes.
    Word { node, at, text, is_plain: is_bracket || !(text.contains(strange) || text.contains("$(")) }
}

/// The length of the redirection that a text begins with, and of its target.
fn redirection(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let behind = text.get(digits..)?;
    let mark = [">>", ">&", ">|", "<&", ">", "<"].into_iter().find(|mark| behind.starts_with(mark))?;
    let target = behind.get(mark.len()..)?;
    let blanks = target.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let len = word(target.get(blanks..)?).filter(|len| *len > 0)?;
    Some(digits + mark.len() + blanks + len)
}

/// The length of the word that a text begins with; `None` where it holds what is not understood.
fn word(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut quoted = false;
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            b'`' => return None,
            b'\\' => 2,
            b'$' if bytes.get(at + 1) == Some(&b'(') => substitution(text.get(at..)?)?,
            b'"' => {
                quoted = !quoted;
                1
            }
            _ if quoted => 1,
            b'\'' => text.get(at + 1..)?.find('\'')? + 2,
            b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => break,
            _ => 1,
        };
    }
    (!quoted && at <= bytes.len()).then_some(at)
}

/// The length of `$(…)` at the beginning of a text, if it holds neither quotes nor another one.
fn substitution(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("$(")?;
    let end = inner.find(['(', ')', '\'', '"', '`'])?;
    inner.get(end..)?.starts_with(')').then_some(end + 3)
}
