//! Asks rules, which are data, about facts, and turns what does not hold into findings.

mod call;
mod check;
mod compare;
mod evaluate;
mod expression;
mod fault;
mod function;
mod parse;
mod program;
mod token;
mod types;

pub use evaluate::MOST_STEPS;
pub use expression::Mistake;
pub use fault::{Fault, FaultKind};
pub use parse::{DEEPEST, LONGEST};

use crate::facts::{Record, RecordType, Type, Value};
use check::Checker;
use evaluate::{Run, Scope};
use program::Code;
use types::Ty;

/// An expression that was checked against the published facts.
#[derive(Debug)]
pub struct Program {
    code: Code,
}

impl Program {
    /// Reads and checks `source`. Names are the fields of `root`, and `it` where there is one of that type.
    pub fn compile(source: &str, root: &'static RecordType, it: Option<&Type>) -> Result<Self, Mistake> {
        let it = it.map(Ty::of);
        let (code, _) = Checker::new(root, it.as_ref()).check(&parse::parse(source)?)?;
        Ok(Self { code })
    }

    /// Answers it for `root`, in at most [`MOST_STEPS`] steps. A scalar of a manifest is answered as what it means.
    pub fn evaluate<'v>(&'v self, root: &'v dyn Record, it: Option<Value<'v>>) -> Result<Value<'v>, Box<Fault>> {
        let scope = it.map(|value| Scope { value, outer: None });
        Run::new(root).value(&self.code, scope.as_ref()).map(Value::settled)
    }
}

#[cfg(test)]
mod tests;
