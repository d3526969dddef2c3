//! Answers the functions that expressions call.

use std::fmt::Write;
use std::ops::ControlFlow;

use super::compare;
use super::evaluate::{Answer, Run, Scope, overload, type_name};
use super::fault::{Fault, FaultKind};
use super::function::Function;
use super::program::Code;
use crate::facts::Value;
use crate::source::Span;
use crate::yaml::Kind;

impl<'v> Run<'v> {
    /// Answers a function; the checker has seen to the number of its arguments.
    pub(super) fn call(
        &self,
        function: Function,
        arguments: &'v [Code],
        span: Span,
        scope: Option<&Scope<'_, 'v>>,
    ) -> Answer<'v> {
        let argument = |number: usize| match arguments.get(number) {
            Some(code) => self.value(code, scope).map(Value::settled),
            None => Ok(Value::Null),
        };
        let first = argument(0)?;
        match function {
            Function::Dynamic => Ok(first),
            Function::Type => Ok(Value::String(type_name(&first).into())),
            Function::Size => self.size(&first, span),
            Function::Bool => to_bool(&first, span),
            Function::Int => to_int(&first, span),
            Function::Double => to_double(&first, span),
            Function::String => self.text_of(&first, span).map(|text| Value::String(text.into())),
            Function::Sum => self.sum(first, span),
            Function::Min => self.extreme(first, false, span),
            Function::Max => self.extreme(first, true, span),
            Function::Join => {
                let separator = if arguments.len() > 1 { argument(1)? } else { Value::String("".into()) };
                self.join(first, text(&separator, span)?, span)
            }
            _ => {
                let first = text(&first, span)?;
                self.charge(first.len() / 8, span)?;
                let rest = [argument(1)?, argument(2)?, argument(3)?];
                self.of_text(function, first, &rest[..arguments.len() - 1], span)
            }
        }
    }

    /// Answers the functions of text, whose first argument is `text`.
    fn of_text(&self, function: Function, on: &str, rest: &[Value<'v>], span: Span) -> Answer<'v> {
        let word = || rest.first().map_or(Ok(""), |value| text(value, span));
        let number = |at: usize| rest.get(at).map(|value| int(value, span)).transpose();
        Ok(match function {
            Function::Contains => Value::Bool(on.contains(word()?)),
            Function::StartsWith => Value::Bool(on.starts_with(word()?)),
            Function::EndsWith => Value::Bool(on.ends_with(word()?)),
            Function::LowerAscii => Value::String(on.to_ascii_lowercase().into()),
            Function::UpperAscii => Value::String(on.to_ascii_uppercase().into()),
            Function::Trim => Value::String(on.trim().to_owned().into()),
            Function::IndexOf => Value::Int(index_of(on, word()?, number(1)?, span)?),
            Function::LastIndexOf => Value::Int(last_index_of(on, word()?, number(1)?, span)?),
            Function::Substring => Value::String(substring(on, number(0)?.unwrap_or(0), number(1)?, span)?.into()),
            Function::Split => self.split(on, word()?, number(1)?, span)?,
            Function::Replace => {
                let new = rest.get(1).map_or(Ok(""), |value| text(value, span))?;
                let limit = number(2)?.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
                let (old, size) = (word()?, on.len() / 8);
                let hits = if old.is_empty() { on.len() + 1 } else { on.matches(old).count() };
                self.charge(size + hits.min(limit).saturating_mul(new.len()) / 8, span)?;
                Value::String(on.replacen(old, new, limit).into())
            }
            _ => return Err(overload(span, "this function is not one of text")),
        })
    }

    fn size(&self, value: &Value<'v>, span: Span) -> Answer<'v> {
        let size = match value {
            Value::String(text) => {
                self.charge(text.len() / 64, span)?;
                text.chars().count()
            }
            Value::List(items) => items.len(),
            Value::Made(items) => items.len(),
            Value::Node(node) if node.kind() == Kind::Mapping => {
                self.charge(node.weight() / 16, span)?;
                node.fields().len()
            }
            Value::Node(node) if node.kind() == Kind::Sequence => {
                self.charge(node.weight() / 16, span)?;
                node.items().count()
            }
            other => return Err(overload(span, format!("{} has no size", type_name(other)))),
        };
        Ok(Value::Int(i64::try_from(size).unwrap_or(i64::MAX)))
    }

    /// A scalar as text.
    pub(super) fn text_of(&self, value: &Value<'v>, span: Span) -> Result<String, Box<Fault>> {
        Ok(match value {
            Value::String(text) => {
                self.charge(text.len() / 8, span)?;
                text.clone().into_owned()
            }
            Value::Bool(value) => value.to_string(),
            Value::Int(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            other => return Err(overload(span, format!("{} cannot be turned into text", type_name(other)))),
        })
    }

    fn join(&self, list: Value<'v>, separator: &str, span: Span) -> Answer<'v> {
        let mut joined = String::new();
        let mut first = true;
        self.items(list, span, |value| {
            if !std::mem::take(&mut first) {
                joined.push_str(separator);
            }
            let value = value.settled();
            let item = text(&value, span)?;
            self.charge(1 + (item.len() + separator.len()) / 8, span)?;
            joined.push_str(item);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(Value::String(joined.into()))
    }

    fn split(&self, on: &str, separator: &str, limit: Option<i64>, span: Span) -> Answer<'v> {
        let limit = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        if limit == 0 {
            return Ok(Value::Made([].into()));
        }
        self.charge(on.len(), span)?;
        let part = |part: &str| Value::String(part.to_owned().into());
        let parts: Vec<_> = if separator.is_empty() {
            // Between the characters, not also before the first and behind the last as `str::split` has it.
            let mut rest = on;
            let mut parts = Vec::new();
            while let Some(char) = rest.chars().next() {
                let end = if parts.len() + 1 == limit { rest.len() } else { char.len_utf8() };
                parts.push(part(&rest[..end]));
                rest = &rest[end..];
            }
            parts
        } else {
            on.splitn(limit, separator).map(part).collect()
        };
        Ok(Value::Made(parts.into()))
    }

    fn sum(&self, list: Value<'v>, span: Span) -> Answer<'v> {
        let mut total: Option<Value<'v>> = None;
        self.items(list, span, |value| {
            self.charge(1, span)?;
            total = Some(match (total.take(), value.settled()) {
                (None, value @ (Value::Int(_) | Value::Float(_))) => value,
                (Some(Value::Float(left)), Value::Float(right)) => Value::Float(left + right),
                (Some(Value::Int(left)), Value::Int(right)) => {
                    Value::Int(left.checked_add(right).ok_or_else(|| Fault::new(span, FaultKind::Overflow, "sum"))?)
                }
                (_, other) => return Err(overload(span, format!("{} cannot be summed up here", type_name(&other)))),
            });
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(total.unwrap_or(Value::Int(0)))
    }

    fn extreme(&self, list: Value<'v>, greatest: bool, span: Span) -> Answer<'v> {
        let mut best: Option<Value<'v>> = None;
        self.items(list, span, |value| {
            self.charge(1, span)?;
            let value = value.settled();
            let replace = match &best {
                None => true,
                Some(best) => {
                    let order = compare::order(&value, best);
                    let order = order.ok_or_else(|| overload(span, "values of different types have no order"))?;
                    if greatest { order.is_gt() } else { order.is_lt() }
                }
            };
            if replace {
                best = Some(value);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        best.ok_or_else(|| Fault::new(span, FaultKind::OutOfRange, "an item of an empty list"))
    }
}

fn text<'s>(value: &'s Value<'_>, span: Span) -> Result<&'s str, Box<Fault>> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(overload(span, format!("{} stands where string should stand", type_name(other)))),
    }
}

fn int(value: &Value<'_>, span: Span) -> Result<i64, Box<Fault>> {
    match value {
        Value::Int(number) => Ok(*number),
        other => Err(overload(span, format!("{} stands where int should stand", type_name(other)))),
    }
}

#[expect(clippy::unnecessary_box_returns, reason = "as for any fault")]
fn unreadable(value: &str, ty: &str, span: Span) -> Box<Fault> {
    let mut words = String::new();
    // A manifest's text may be long; a few letters of it say which one it is.
    let start: String = value.chars().take(40).collect();
    let _ = write!(words, "{start:?} cannot be turned into {ty}");
    Fault::new(span, FaultKind::Conversion, words)
}

fn to_bool<'v>(value: &Value<'v>, span: Span) -> Answer<'v> {
    match value {
        Value::Bool(value) => Ok(Value::Bool(*value)),
        Value::String(text) => match &**text {
            "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(Value::Bool(true)),
            "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(Value::Bool(false)),
            other => Err(unreadable(other, "bool", span)),
        },
        other => Err(overload(span, format!("{} cannot be turned into bool", type_name(other)))),
    }
}

fn to_int<'v>(value: &Value<'v>, span: Span) -> Answer<'v> {
    match value {
        Value::Int(number) => Ok(Value::Int(*number)),
        Value::Float(number) => {
            // Both ends are excluded, as cel-go does: they are not exact as double.
            const ABOVE: f64 = 9_223_372_036_854_775_808.0;
            if *number > -ABOVE && *number < ABOVE {
                #[expect(clippy::cast_possible_truncation, reason = "the number lies between the ends of i64")]
                return Ok(Value::Int(number.trunc() as i64));
            }
            Err(Fault::new(span, FaultKind::Overflow, "int"))
        }
        Value::String(text) => text.parse().map(Value::Int).map_err(|_| unreadable(text, "int", span)),
        other => Err(overload(span, format!("{} cannot be turned into int", type_name(other)))),
    }
}

fn to_double<'v>(value: &Value<'v>, span: Span) -> Answer<'v> {
    match value {
        Value::Float(number) => Ok(Value::Float(*number)),
        #[expect(clippy::cast_precision_loss, reason = "double(x) means the nearest double")]
        Value::Int(number) => Ok(Value::Float(*number as f64)),
        Value::String(text) => text.parse().map(Value::Float).map_err(|_| unreadable(text, "double", span)),
        other => Err(overload(span, format!("{} cannot be turned into double", type_name(other)))),
    }
}

/// The byte offset of the character with that number; the one behind the last character is its end.
fn offset(text: &str, number: i64, span: Span) -> Result<usize, Box<Fault>> {
    let missing = || Fault::new(span, FaultKind::OutOfRange, number.to_string());
    let wanted = usize::try_from(number).map_err(|_| missing())?;
    let ends = std::iter::once(text.len());
    text.char_indices().map(|(at, _)| at).chain(ends).nth(wanted).ok_or_else(missing)
}

fn characters(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

fn index_of(text: &str, word: &str, from: Option<i64>, span: Span) -> Result<i64, Box<Fault>> {
    let start = offset(text, from.unwrap_or(0), span)?;
    Ok(text[start..].find(word).map_or(-1, |at| characters(&text[..start + at])))
}

fn last_index_of(text: &str, word: &str, from: Option<i64>, span: Span) -> Result<i64, Box<Fault>> {
    // A match may begin at `from`, so it may reach beyond.
    let mut end = match from {
        Some(from) => (offset(text, from, span)? + word.len()).min(text.len()),
        None => text.len(),
    };
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Ok(text[..end].rfind(word).map_or(-1, |at| characters(&text[..at])))
}

fn substring(text: &str, start: i64, end: Option<i64>, span: Span) -> Result<String, Box<Fault>> {
    let first = offset(text, start, span)?;
    let last = end.map_or(Ok(text.len()), |end| offset(text, end, span))?;
    let part = text.get(first..last).ok_or_else(|| Fault::new(span, FaultKind::OutOfRange, start.to_string()))?;
    Ok(part.to_owned())
}
