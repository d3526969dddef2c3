//! Answers a checked expression for one set of facts.

use std::cell::Cell;
use std::cmp::Ordering;
use std::ops::ControlFlow;

use super::compare;
use super::expression::Operator;
use super::fault::{Fault, FaultKind};
use super::program::{Code, Quantifier, Step};
use crate::facts::{Record, Value};
use crate::source::Span;
use crate::yaml::{Kind, Node};

/// How many steps one expression may take. Kubernetes ends a call at as many units of cost: `PerCallLimit` in
/// k8s.io/apiserver/pkg/apis/cel/config.go.
pub const MOST_STEPS: u32 = 1_000_000;

/// What an expression answers, or why it does not.
pub(super) type Answer<'v> = Result<Value<'v>, Box<Fault>>;

/// Variables that are bound, the last one first.
pub(super) struct Scope<'s, 'v> {
    pub(super) value: Value<'v>,
    pub(super) outer: Option<&'s Scope<'s, 'v>>,
}

/// One expression being answered.
pub(super) struct Run<'v> {
    root: &'v dyn Record,
    steps: Cell<u32>,
}

impl<'v> Run<'v> {
    pub(super) fn new(root: &'v dyn Record) -> Self {
        Self { root, steps: Cell::new(MOST_STEPS) }
    }

    /// Takes so many steps, or ends the run.
    #[inline]
    pub(super) fn charge(&self, steps: usize, span: Span) -> Result<(), Box<Fault>> {
        let left = u32::try_from(steps).ok().and_then(|steps| self.steps.get().checked_sub(steps));
        self.steps.set(left.unwrap_or(0));
        if left.is_some() { Ok(()) } else { Err(too_dear(span)) }
    }

    /// Answers a part that asks whether something is so.
    pub(super) fn truth(&self, code: &'v Code, scope: Option<&Scope<'_, 'v>>) -> Result<bool, Box<Fault>> {
        match &code.step {
            Step::Not(inner) => self.truth(inner, scope).map(|value| !value),
            Step::Binary(Operator::And, left, right) => self.both(false, left, right, scope),
            Step::Binary(Operator::Or, left, right) => self.both(true, left, right, scope),
            Step::Binary(operator, left, right) if asks(*operator) => {
                self.charge(1, code.span)?;
                let mut left = self.value(left, scope)?;
                let mut right = match &right.step {
                    Step::Constant(constant) => constant.value(),
                    _ => self.value(right, scope)?,
                };
                left.settle();
                right.settle();
                self.relation(*operator, &left, &right, code.span)
            }
            Step::HasField(of, number) => Ok(match self.value(of, scope)? {
                Value::Record(record) => !absent(&record.get(*number)),
                _ => false,
            }),
            Step::HasKey(of, key) => {
                let value = self.value(of, scope)?;
                self.has(&value, key, code.span)
            }
            Step::Each(quantifier, list, parts) => match (quantifier, &parts[..]) {
                (Quantifier::All, [part]) => self.any(false, list, part, scope),
                (Quantifier::Exists, [part]) => self.any(true, list, part, scope),
                (Quantifier::ExistsOne, [part]) => self.exactly_one(list, part, scope),
                _ => Err(overload(code.span, "a list is no answer to a question")),
            },
            Step::Matches(text, pattern) => {
                let value = self.value(text, scope)?.settled();
                let Value::String(text) = &value else {
                    return Err(overload(code.span, format!("\"matches\" cannot be asked of {}", type_name(&value))));
                };
                // The matcher walks the text once for each state of the pattern.
                self.charge(1 + text.len(), code.span)?;
                Ok(pattern.is_match(text))
            }
            _ => match self.value(code, scope)?.settled() {
                Value::Bool(value) => Ok(value),
                other => Err(overload(code.span, format!("{} is no answer to a question", type_name(&other)))),
            },
        }
    }

    /// Answers a part.
    pub(super) fn value(&self, code: &'v Code, scope: Option<&Scope<'_, 'v>>) -> Answer<'v> {
        self.charge(1, code.span)?;
        match &code.step {
            Step::Constant(constant) => Ok(constant.value()),
            Step::Root(number) => Ok(self.root.get(*number)),
            Step::Local(back) => Ok(local(scope, *back)),
            Step::Field(of, number, name) => {
                // Most facts stand one step below the root or an item: they take no step of their own.
                let of = match &of.step {
                    Step::Root(root) => self.root.get(*root),
                    Step::Local(back) => local(scope, *back),
                    _ => self.value(of, scope)?,
                };
                match of {
                    Value::Record(record) => Ok(record.get(*number)),
                    _ => Err(Fault::new(code.span, FaultKind::NoSuchKey, *name)),
                }
            }
            _ => self.made(code, scope),
        }
    }

    /// Answers a part that more is done for than to look a fact up. It stands apart because most parts are facts, and the
    /// room that this one needs on the stack makes them slow.
    #[inline(never)]
    fn made(&self, code: &'v Code, scope: Option<&Scope<'_, 'v>>) -> Answer<'v> {
        match &code.step {
            Step::Select(of, key) => {
                let value = self.value(of, scope)?;
                self.select(&value, key, code.span)
            }
            Step::Index(of, key) => {
                let value = self.value(of, scope)?;
                let key = self.value(key, scope)?.settled();
                self.index(&value, &key, code.span)
            }
            Step::List(items) => {
                let items: Result<Vec<_>, _> = items.iter().map(|item| self.value(item, scope)).collect();
                Ok(Value::Made(items?.into()))
            }
            Step::Negate(inner) => negate(&self.value(inner, scope)?.settled(), code.span),
            Step::Binary(operator, left, right) if !asks(*operator) && !joins(*operator) => {
                let left = self.value(left, scope)?.settled();
                let right = self.value(right, scope)?.settled();
                self.arithmetic(*operator, &left, &right, code.span)
            }
            Step::Conditional(parts) => {
                let [condition, yes, no] = &**parts;
                let side = if self.truth(condition, scope)? { yes } else { no };
                self.value(side, scope)
            }
            Step::Each(Quantifier::Filter, list, parts) => self.filter(list, parts, scope),
            Step::Each(Quantifier::Map, list, parts) => self.map(list, parts, scope),
            Step::Call(function, arguments) => self.call(*function, arguments, code.span, scope),
            _ => self.truth(code, scope).map(Value::Bool),
        }
    }

    /// `&&` for `winner` false, `||` for true: the winner wins over a fault on the other side.
    fn both(
        &self,
        winner: bool,
        left: &'v Code,
        right: &'v Code,
        scope: Option<&Scope<'_, 'v>>,
    ) -> Result<bool, Box<Fault>> {
        let first = self.truth(left, scope);
        match first {
            Ok(value) if value == winner => Ok(winner),
            Ok(_) => self.truth(right, scope),
            Err(fault) => match self.truth(right, scope) {
                Ok(value) if value == winner && fault.kind != FaultKind::TooDear => Ok(winner),
                _ => Err(fault),
            },
        }
    }

    /// `all` for `winner` false, `exists` for true: an item that wins wins over faults of others.
    fn any(
        &self,
        winner: bool,
        list: &'v Code,
        part: &'v Code,
        scope: Option<&Scope<'_, 'v>>,
    ) -> Result<bool, Box<Fault>> {
        let mut answer = Ok(!winner);
        self.each(list, scope, |value| {
            match self.truth(part, Some(&Scope { value, outer: scope })) {
                Ok(value) if value == winner => {
                    answer = Ok(winner);
                    return Ok(ControlFlow::Break(()));
                }
                Ok(_) => {}
                Err(fault) if fault.kind == FaultKind::TooDear => return Err(fault),
                Err(fault) => answer = answer.clone().and(Err(fault)),
            }
            Ok(ControlFlow::Continue(()))
        })?;
        answer
    }

    fn exactly_one(&self, list: &'v Code, part: &'v Code, scope: Option<&Scope<'_, 'v>>) -> Result<bool, Box<Fault>> {
        let mut count = 0_usize;
        self.each(list, scope, |value| {
            count += usize::from(self.truth(part, Some(&Scope { value, outer: scope }))?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(count == 1)
    }

    fn filter(&self, list: &'v Code, parts: &'v [Code], scope: Option<&Scope<'_, 'v>>) -> Answer<'v> {
        let mut kept = Vec::new();
        self.each(list, scope, |value| {
            let inner = Scope { value, outer: scope };
            if self.all(parts, &inner)? {
                kept.push(inner.value);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(Value::Made(kept.into()))
    }

    fn map(&self, list: &'v Code, parts: &'v [Code], scope: Option<&Scope<'_, 'v>>) -> Answer<'v> {
        let mut made = Vec::new();
        let Some((last, filters)) = parts.split_last() else { return Ok(Value::Made(made.into())) };
        self.each(list, scope, |value| {
            let inner = Scope { value, outer: scope };
            if self.all(filters, &inner)? {
                made.push(self.value(last, Some(&inner))?);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(Value::Made(made.into()))
    }

    fn all(&self, parts: &'v [Code], scope: &Scope<'_, 'v>) -> Result<bool, Box<Fault>> {
        for part in parts {
            if !self.truth(part, Some(scope))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Visits the items of a list, or the keys of a mapping.
    pub(super) fn each(
        &self,
        list: &'v Code,
        scope: Option<&Scope<'_, 'v>>,
        visit: impl FnMut(Value<'v>) -> Result<ControlFlow<()>, Box<Fault>>,
    ) -> Result<(), Box<Fault>> {
        let value = self.value(list, scope)?;
        self.items(value, list.span, visit)
    }

    /// Visits the items of a list, or the keys of a mapping.
    pub(super) fn items(
        &self,
        list: Value<'v>,
        span: Span,
        mut visit: impl FnMut(Value<'v>) -> Result<ControlFlow<()>, Box<Fault>>,
    ) -> Result<(), Box<Fault>> {
        match list {
            Value::List(items) => {
                for index in 0..items.len() {
                    if visit(items.at(index))?.is_break() {
                        break;
                    }
                }
            }
            Value::Made(items) => {
                for item in items.iter() {
                    if visit(item.clone())?.is_break() {
                        break;
                    }
                }
            }
            Value::Node(node) if node.is_sequence() => {
                for item in node.items() {
                    if visit(Value::Node(item))?.is_break() {
                        break;
                    }
                }
            }
            Value::Node(node) if node.is_mapping() => {
                let fields = node.fields();
                self.charge(fields.len(), span)?;
                for (key, _) in fields {
                    if visit(Value::String(key))?.is_break() {
                        break;
                    }
                }
            }
            other => return Err(overload(span, format!("{} is not a list", type_name(&other)))),
        }
        Ok(())
    }

    fn select(&self, of: &Value<'v>, key: &str, span: Span) -> Answer<'v> {
        match of {
            Value::Node(node) if node.is_mapping() => {
                self.charge_for(*node, span)?;
                let found = node.get(key).map(Value::Node);
                found.ok_or_else(|| Fault::new(span, FaultKind::NoSuchKey, key))
            }
            _ => Err(Fault::new(span, FaultKind::NoSuchKey, key)),
        }
    }

    fn has(&self, of: &Value<'v>, key: &str, span: Span) -> Result<bool, Box<Fault>> {
        match of {
            Value::Node(node) if node.is_mapping() => {
                self.charge_for(*node, span)?;
                Ok(node.get(key).is_some())
            }
            _ => Ok(false),
        }
    }

    /// A look-up walks the keys of a mapping, and all that is merged into it.
    fn charge_for(&self, mapping: Node<'v>, span: Span) -> Result<(), Box<Fault>> {
        let keys = if mapping.is_irregular() { mapping.fields().len() } else { mapping.weight() / 16 };
        self.charge(keys, span)
    }

    fn index(&self, of: &Value<'v>, key: &Value<'v>, span: Span) -> Answer<'v> {
        let missing = |index: i64| Fault::new(span, FaultKind::OutOfRange, index.to_string());
        match (of, key) {
            (Value::Node(node), Value::String(key)) if node.is_mapping() => self.select(&Value::Node(*node), key, span),
            (Value::Node(node), Value::Int(_) | Value::Bool(_) | Value::Float(_)) if node.is_mapping() => {
                Err(Fault::new(span, FaultKind::NoSuchKey, self.text_of(key, span)?))
            }
            (Value::Node(node), Value::Int(index)) if node.is_sequence() => {
                let number = usize::try_from(*index).map_err(|_| missing(*index))?;
                self.charge(number.min(node.weight()) / 16, span)?;
                node.items().nth(number).map(Value::Node).ok_or_else(|| missing(*index))
            }
            (Value::List(items), Value::Int(index)) => match usize::try_from(*index) {
                Ok(number) if number < items.len() => Ok(items.at(number)),
                _ => Err(missing(*index)),
            },
            (Value::Made(items), Value::Int(index)) => {
                let item = usize::try_from(*index).ok().and_then(|number| items.get(number));
                item.cloned().ok_or_else(|| missing(*index))
            }
            _ => Err(overload(span, format!("{} cannot be indexed by {}", type_name(of), type_name(key)))),
        }
    }

    pub(super) fn relation(
        &self,
        operator: Operator,
        left: &Value<'v>,
        right: &Value<'v>,
        span: Span,
    ) -> Result<bool, Box<Fault>> {
        match operator {
            Operator::Equal => self.equal(left, right, span),
            Operator::NotEqual => self.equal(left, right, span).map(|value| !value),
            Operator::In => self.within(left, right, span),
            _ => {
                let order = compare::order(left, right).ok_or_else(|| clash(operator, left, right, span))?;
                Ok(match operator {
                    Operator::Less => order == Ordering::Less,
                    Operator::LessOrEqual => order != Ordering::Greater,
                    Operator::Greater => order == Ordering::Greater,
                    _ => order != Ordering::Less,
                })
            }
        }
    }

    fn equal(&self, left: &Value<'v>, right: &Value<'v>, span: Span) -> Result<bool, Box<Fault>> {
        compare::equal(left, right, 0, &mut |steps| self.charge(steps, span).is_ok())
            .ok_or_else(|| Fault::new(span, FaultKind::TooDear, MOST_STEPS.to_string()))
    }

    fn within(&self, item: &Value<'v>, list: &Value<'v>, span: Span) -> Result<bool, Box<Fault>> {
        if let (Value::Node(node), Value::String(key)) = (list, item)
            && node.is_mapping()
        {
            return self.has(&Value::Node(*node), key, span);
        }
        let mut found = false;
        self.items(list.clone(), span, |value| {
            self.charge(1, span)?;
            found = self.equal(item, &value.settled(), span)?;
            Ok(if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        Ok(found)
    }

    fn arithmetic(&self, operator: Operator, left: &Value<'v>, right: &Value<'v>, span: Span) -> Answer<'v> {
        match (left, right) {
            (Value::Int(left), Value::Int(right)) => integers(operator, *left, *right, span),
            (Value::Float(left), Value::Float(right)) => match operator {
                Operator::Add => Ok(Value::Float(left + right)),
                Operator::Subtract => Ok(Value::Float(left - right)),
                Operator::Multiply => Ok(Value::Float(left * right)),
                Operator::Divide => Ok(Value::Float(left / right)),
                _ => Err(overload(span, "\"%\" cannot stand between double and double")),
            },
            (Value::String(left), Value::String(right)) if operator == Operator::Add => {
                self.charge((left.len() + right.len()) / 8, span)?;
                Ok(Value::String(format!("{left}{right}").into()))
            }
            _ if operator == Operator::Add && is_list(left) && is_list(right) => {
                let mut all = Vec::new();
                for list in [left, right] {
                    self.items(list.clone(), span, |value| {
                        self.charge(1, span)?;
                        all.push(value);
                        Ok(ControlFlow::Continue(()))
                    })?;
                }
                Ok(Value::Made(all.into()))
            }
            _ => Err(clash(operator, left, right, span)),
        }
    }
}

fn integers<'v>(operator: Operator, left: i64, right: i64, span: Span) -> Answer<'v> {
    let result = match operator {
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right),
        _ if right == 0 => return Err(Fault::new(span, FaultKind::DivisionByZero, operator.sign())),
        Operator::Divide => left.checked_div(right),
        _ => left.checked_rem(right),
    };
    result.map(Value::Int).ok_or_else(|| Fault::new(span, FaultKind::Overflow, operator.sign()))
}

#[cold]
#[expect(clippy::unnecessary_box_returns, reason = "as for any fault")]
fn too_dear(span: Span) -> Box<Fault> {
    Fault::new(span, FaultKind::TooDear, MOST_STEPS.to_string())
}

/// Whether the operator compares.
fn asks(operator: Operator) -> bool {
    operator.strength() == Operator::Equal.strength()
}

/// Whether the operator joins truth values.
fn joins(operator: Operator) -> bool {
    matches!(operator, Operator::And | Operator::Or)
}

/// Whether a fact is not there.
fn absent(value: &Value<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::Node(node) => node.is_null(),
        _ => false,
    }
}

/// Whether a value is a list.
pub(super) fn is_list(value: &Value<'_>) -> bool {
    match value {
        Value::List(_) | Value::Made(_) => true,
        Value::Node(node) => node.is_sequence(),
        _ => false,
    }
}

fn local<'v>(mut scope: Option<&Scope<'_, 'v>>, back: usize) -> Value<'v> {
    for _ in 0..back {
        scope = scope.and_then(|scope| scope.outer);
    }
    scope.map_or(Value::Null, |scope| scope.value.clone())
}

/// The name of a value's type, as `type(x)` gives it.
pub(super) fn type_name(value: &Value<'_>) -> &'static str {
    match value {
        Value::Null => "null_type",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        Value::Float(_) => "double",
        Value::String(_) => "string",
        Value::List(_) | Value::Made(_) => "list",
        Value::Record(_) => "map",
        Value::Node(node) => match node.kind() {
            Kind::Sequence => "list",
            Kind::Mapping => "map",
            Kind::Scalar => type_name(&Value::Node(*node).settled()),
        },
    }
}

fn negate<'v>(value: &Value<'v>, span: Span) -> Answer<'v> {
    match value {
        Value::Int(number) => {
            number.checked_neg().map(Value::Int).ok_or_else(|| Fault::new(span, FaultKind::Overflow, "-"))
        }
        Value::Float(number) => Ok(Value::Float(-number)),
        other => Err(overload(span, format!("{} cannot be negated", type_name(other)))),
    }
}

/// The fault of values that do not go together.
#[expect(clippy::unnecessary_box_returns, reason = "as for any fault")]
pub(super) fn overload(span: Span, words: impl Into<Box<str>>) -> Box<Fault> {
    Fault::new(span, FaultKind::NoSuchOverload, words)
}

#[expect(clippy::unnecessary_box_returns, reason = "as for any fault")]
fn clash(operator: Operator, left: &Value<'_>, right: &Value<'_>, span: Span) -> Box<Fault> {
    if [left, right].iter().any(|value| matches!(value, Value::Float(number) if number.is_nan())) {
        return overload(span, format!("{:?} cannot be asked of NaN", operator.sign()));
    }
    let (left, right) = (type_name(left), type_name(right));
    overload(span, format!("{:?} cannot stand between {left} and {right}", operator.sign()))
}
