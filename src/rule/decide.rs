//! Finds the part of an expression that decided, and where in a manifest it looked.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::evaluate::{Run, Scope};
use super::expression::Operator;
use super::place::{Key, Standing};
use super::program::{Code, Quantifier, Step};
use crate::facts::Value;
use crate::source::Span;

/// The part of an expression that decided.
#[derive(Clone, Debug)]
pub(super) struct Decision<'v> {
    /// Its bytes in the source of the expression.
    pub(super) span: Span,
    /// Where in a manifest it looked, if anywhere.
    pub(super) standing: Option<Standing<'v>>,
}

impl<'v> Run<'v> {
    /// Why `code` answered `answer`: of `a && b` that is false the side that is, of `a || b` that is false the last
    /// side, of `all` the first item that fails and what fails in it, of a comparison the side that stands somewhere.
    pub(super) fn decide(&self, code: &'v Code, scope: Option<&Scope<'_, 'v>>, answer: bool) -> Decision<'v> {
        match &code.step {
            Step::Not(inner) => self.decide(inner, scope, !answer),
            Step::Binary(operator @ (Operator::And | Operator::Or), left, right) => {
                // One side alone decides a false `&&` and a true `||`; else both do, and the last one is told.
                let alone = answer == (*operator == Operator::Or);
                let left_decides = alone && self.truth(left, scope).is_ok_and(|value| value == answer);
                let told = self.decide(if left_decides { left } else { right }, scope, answer);
                if told.standing.is_none() && !alone {
                    let other = self.decide(left, scope, answer);
                    return if other.standing.is_some() { other } else { told };
                }
                told
            }
            Step::Conditional(parts) => {
                let [condition, yes, no] = &**parts;
                let side = if self.truth(condition, scope).unwrap_or(false) { yes } else { no };
                self.decide(side, scope, answer)
            }
            Step::Each(quantifier, list, parts) => {
                let told = match (quantifier, &parts[..]) {
                    (Quantifier::All, [part]) if !answer => self.item(list, part, scope, false, 1),
                    (Quantifier::Exists, [part]) if answer => self.item(list, part, scope, true, 1),
                    (Quantifier::ExistsOne, [part]) if answer => self.item(list, part, scope, true, 1),
                    (Quantifier::ExistsOne, [part]) => self.item(list, part, scope, true, 2),
                    _ => None,
                };
                told.unwrap_or_else(|| Decision { span: code.span, standing: self.standing(list, scope) })
            }
            _ => Decision { span: code.span, standing: self.standing(code, scope) },
        }
    }

    /// The item of a list for which `part` answers `answer` for the n-th time, and why it does.
    fn item(
        &self,
        list: &'v Code,
        part: &'v Code,
        scope: Option<&Scope<'_, 'v>>,
        answer: bool,
        nth: u32,
    ) -> Option<Decision<'v>> {
        let mut told = None;
        let mut count = 0;
        self.each(list, scope, |value| {
            let inner = Scope { value, outer: scope };
            if self.truth(part, Some(&inner)).is_ok_and(|value| value == answer) {
                count += 1;
                if count == nth {
                    let mut decision = self.decide(part, Some(&inner), answer);
                    // Nothing in the question stands anywhere, but the item may.
                    decision.standing = decision.standing.or_else(|| inner.value.node().map(Standing::at));
                    decision.standing = decision.standing.or_else(|| self.standing(list, scope));
                    told = Some(decision);
                    return Ok(ControlFlow::Break(()));
                }
            }
            Ok(ControlFlow::Continue(()))
        })
        .ok()?;
        told
    }

    /// Where in a manifest the value of a part stands, or would stand.
    pub(super) fn standing(&self, code: &'v Code, scope: Option<&Scope<'_, 'v>>) -> Option<Standing<'v>> {
        match &code.step {
            Step::Select(of, key) | Step::HasKey(of, key) => {
                Some(self.standing(of, scope)?.below(Key::Name(Cow::Borrowed(key))))
            }
            Step::Index(of, key) => {
                if let Some(node) = self.value(code, scope).ok().and_then(|value| value.node()) {
                    return Some(Standing::at(node));
                }
                let key = match self.value(key, scope).ok()?.settled() {
                    Value::Int(number) => Key::Number(usize::try_from(number).ok()?),
                    Value::String(key) => Key::Name(key),
                    _ => return None,
                };
                Some(self.standing(of, scope)?.below(key))
            }
            Step::Field(of, _, name) => {
                if let Some(node) = self.value(code, scope).ok().and_then(|value| value.node()) {
                    return Some(Standing::at(node));
                }
                self.of_record(of, name, scope)
            }
            Step::HasField(of, _) => self.standing(of, scope),
            Step::Root(_) | Step::Local(_) => self.value(code, scope).ok()?.node().map(Standing::at),
            Step::Constant(_) => None,
            Step::Not(inner) | Step::Negate(inner) | Step::Matches(inner, _) | Step::Each(_, inner, _) => {
                self.standing(inner, scope)
            }
            Step::Binary(_, left, right) => self.standing(left, scope).or_else(|| self.standing(right, scope)),
            Step::List(parts) | Step::Call(_, parts) => parts.iter().find_map(|part| self.standing(part, scope)),
            Step::Conditional(parts) => parts.iter().find_map(|part| self.standing(part, scope)),
        }
    }

    /// The place of a fact that is no part of a manifest itself: the key of the same name in what the record speaks
    /// of, or the whole of it.
    fn of_record(&self, of: &'v Code, name: &'static str, scope: Option<&Scope<'_, 'v>>) -> Option<Standing<'v>> {
        let Some(node) = self.value(of, scope).ok().and_then(|value| value.node()) else {
            return self.standing(of, scope);
        };
        let standing = Standing::at(node);
        Some(if node.get(name).is_some() { standing.below(Key::Name(Cow::Borrowed(name))) } else { standing })
    }

    /// The item of a list whose number `code` answers.
    pub(super) fn index_of_list(
        &self,
        list: &Value<'v>,
        code: &'v Code,
        scope: Option<&Scope<'_, 'v>>,
    ) -> Option<Value<'v>> {
        let Value::Int(number) = self.value(code, scope).ok()?.settled() else { return None };
        let number = usize::try_from(number).ok()?;
        match list {
            Value::List(items) => (number < items.len()).then(|| items.at(number)),
            Value::Made(items) => items.get(number).cloned(),
            _ => None,
        }
    }
}
