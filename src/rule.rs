//! Asks rules, which are data, about facts, and turns what does not hold into findings.

mod book;
mod builtin;
mod call;
mod check;
mod compare;
mod decide;
mod evaluate;
mod expression;
mod fault;
mod file;
mod function;
mod parse;
mod place;
mod program;
mod template;
mod token;
mod types;

pub use book::{Answers, Book};
pub use builtin::{BUILTIN, EXAMPLES};
pub use evaluate::MOST_STEPS;
pub use expression::Mistake;
pub use fault::{Fault, FaultKind};
pub use file::{KEYS, Needs};
pub use parse::{DEEPEST, LONGEST};
pub use place::field_path;

use crate::facts::{Record, RecordType, Type, Value};
use crate::finding::Finding;
use crate::yaml::Tree;
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

/// The names of the functions that expressions can call, sorted; one that can be called in two ways stands there twice.
pub fn functions() -> impl Iterator<Item = &'static str> {
    function::FUNCTIONS.iter().map(|signature| signature.name)
}

/// What is wrong in the file of one rule; nothing when it can be asked.
pub fn mistakes(name: &str, tree: &Tree<'_>, root: &'static RecordType) -> Vec<Finding> {
    let mut findings = Vec::new();
    file::read(name, tree, root, false, &mut findings);
    findings
}

#[cfg(test)]
mod tests;
