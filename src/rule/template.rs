//! Fills expressions into messages: `{service.name}` becomes its value, `{{` and `}}` become braces.

use std::fmt::Write;
use std::ops::ControlFlow;

use super::check::Checker;
use super::evaluate::{Run, Scope};
use super::expression::Mistake;
use super::parse;
use super::program::Code;
use super::types::Ty;
use crate::facts::{RecordType, Value};
use crate::source::Span;
use crate::yaml::Node;

/// How deep lists in lists are written out.
const DEEPEST: u32 = 8;

/// A message with expressions in it, each checked against the published facts.
#[derive(Debug, Default)]
pub(super) struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Text(Box<str>),
    Hole(Code),
}

impl Template {
    /// Reads and checks a message.
    pub(super) fn compile(text: &str, root: &'static RecordType, it: Option<&Ty>) -> Result<Self, Mistake> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut at = 0;
        while let Some(offset) = text.get(at..).and_then(|rest| rest.find(['{', '}'])) {
            let brace = at + offset;
            plain.push_str(&text[at..brace]);
            let doubled = &text[brace..=brace] == text.get(brace + 1..brace + 2).unwrap_or_default();
            if doubled {
                plain.push_str(&text[brace..=brace]);
                at = brace + 2;
                continue;
            }
            let span = Span::new(brace, brace + 1);
            let end = (text.as_bytes()[brace] == b'{').then(|| end_of_hole(text, brace + 1)).flatten();
            let Some(end) = end else {
                let message = format!("this {:?} stands alone", &text[brace..=brace]);
                return Err(Mistake::new(span, message).help("write {{ and }} for braces"));
            };
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain).into()));
            }
            pieces.push(Piece::Hole(hole(text, Span::new(brace + 1, end), root, it)?));
            at = end + 1;
        }
        plain.push_str(text.get(at..).unwrap_or_default());
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain.into()));
        }
        Ok(Self { pieces })
    }

    /// The message for one set of facts. Lists are joined with commas, what is absent is left out, and a hole that has
    /// no answer is filled with a question mark.
    pub(super) fn fill<'v>(&'v self, run: &Run<'v>, scope: Option<&Scope<'_, 'v>>) -> String {
        let mut message = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => message.push_str(text),
                Piece::Hole(code) => {
                    let start = message.len();
                    let value = run.value(code, scope);
                    if value.and_then(|value| write(&mut message, run, value, code.span, 0)).is_err() {
                        message.truncate(start);
                        message.push('?');
                    }
                }
            }
        }
        message
    }
}

/// Where the expression that begins at `start` ends: at a brace that stands in no string.
fn end_of_hole(text: &str, start: usize) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (offset, byte) in text.bytes().enumerate().skip(start) {
        match (quote, byte) {
            _ if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(open), _) if byte == open => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'}') => return Some(offset),
            (None, b'{') => return None,
            _ => {}
        }
    }
    None
}

fn hole(text: &str, span: Span, root: &'static RecordType, it: Option<&Ty>) -> Result<Code, Mistake> {
    let expression = parse::parse_part(text, span)?;
    let (code, ty) = Checker::new(root, it).check(&expression)?;
    match written(&ty) {
        Some(record) => {
            let help = format!("name one of its fields: {}", names(record));
            Err(Mistake::new(expression.span, format!("{ty} cannot be written as text")).help(help))
        }
        None => Ok(code),
    }
}

/// The record that keeps values of that type from being written as text.
fn written(ty: &Ty) -> Option<&'static RecordType> {
    match ty {
        Ty::Record(record) => Some(record),
        Ty::List(item) => written(item),
        _ => None,
    }
}

fn names(record: &RecordType) -> String {
    record.fields.iter().map(|field| field.name).collect::<Vec<_>>().join(", ")
}

fn write<'v>(
    message: &mut String,
    run: &Run<'v>,
    value: Value<'v>,
    span: Span,
    depth: u32,
) -> Result<(), Box<super::Fault>> {
    match value.settled() {
        Value::Null => {}
        Value::String(text) => message.push_str(&text),
        Value::Bool(value) => message.push_str(if value { "true" } else { "false" }),
        // Writing to a string cannot fail.
        Value::Int(number) => write!(message, "{number}").unwrap_or_default(),
        Value::Float(number) => write!(message, "{number}").unwrap_or_default(),
        Value::Node(node) if node.is_mapping() => message.push_str(&keys(node)),
        Value::Record(record) => message.push_str(record.record_type().name),
        _ if depth >= DEEPEST => message.push('…'),
        list => {
            let mut first = true;
            run.items(list, span, |item| {
                run.charge(1, span)?;
                if !std::mem::take(&mut first) {
                    message.push_str(", ");
                }
                write(message, run, item, span, depth + 1)?;
                Ok(ControlFlow::Continue(()))
            })?;
        }
    }
    Ok(())
}

/// A mapping by its keys, as its values may be long.
fn keys(node: Node<'_>) -> String {
    let keys: Vec<_> = node.fields().into_iter().map(|(key, _)| key).collect();
    format!("{{{}}}", keys.join(", "))
}
