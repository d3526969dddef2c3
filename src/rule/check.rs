//! Checks an expression against the published facts, and replaces its names by numbers.

use std::rc::Rc;

use regex_lite::RegexBuilder;

use super::expression::{Expression, Form, Mistake, Operator};
use super::function::{FUNCTIONS, Function, Signature, TYPES};
use super::program::{Code, Constant, Constants, Quantifier, Step};
use super::types::Ty;
use crate::facts::RecordType;
use crate::source::Span;
use crate::suggestion;

/// How large a pattern may become, in bytes: a match walks it once for each letter of the text.
const LARGEST_PATTERN: usize = 256 << 10;

/// What the names in an expression mean.
pub(super) struct Checker {
    root: &'static RecordType,
    /// Variables that are bound, the last one last.
    bound: Vec<(Box<str>, Ty)>,
}

impl Checker {
    /// Names are the fields of `root`, and `it` where the rule is asked once per element of a list.
    pub(super) fn new(root: &'static RecordType, it: Option<&Ty>) -> Self {
        Self { root, bound: it.map(|ty| ("it".into(), ty.clone())).into_iter().collect() }
    }

    /// Lowers an expression; its type comes with it.
    pub(super) fn check(&mut self, expression: &Expression) -> Result<(Code, Ty), Mistake> {
        let span = expression.span;
        let constant = |value, ty| Ok((Step::Constant(value), ty));
        let (step, ty) = match &expression.form {
            Form::Null => constant(Constant::Null, Ty::Null),
            Form::Bool(value) => constant(Constant::Bool(*value), Ty::Bool),
            Form::Int(number) => constant(Constant::Int(*number), Ty::Int),
            Form::Float(number) => constant(Constant::Float(*number), Ty::Float),
            Form::String(text) => constant(Constant::String(text.clone()), Ty::String),
            Form::List(items) => self.list(items),
            Form::Name(name) => self.name(name, span),
            Form::Select { of, field, at } => self.select(of, field, *at),
            Form::Index { of, key } => self.index(of, key),
            Form::Call { on, function, at, arguments } => self.call(on.as_deref(), function, *at, arguments, span),
            Form::Not(inner) => {
                let inner = self.expect(inner, &Ty::Bool, "\"!\"")?;
                Ok((Step::Not(Box::new(inner)), Ty::Bool))
            }
            Form::Negate(inner) => self.negate(inner),
            Form::Binary(operator, left, right) => self.binary(*operator, left, right, span),
            Form::Conditional(parts) => self.conditional(parts, span),
        }?;
        Ok((Code { span, step }, ty))
    }

    /// Lowers a part that must be of one type.
    pub(super) fn expect(&mut self, expression: &Expression, ty: &Ty, who: &str) -> Result<Code, Mistake> {
        let (code, found) = self.check(expression)?;
        if found.may_be(ty) && !matches!(found, Ty::Null) {
            return Ok(code);
        }
        Err(Mistake::new(expression.span, format!("{who} takes {ty}, and this is {found}")))
    }

    fn list(&mut self, items: &[Expression]) -> Result<(Step, Ty), Mistake> {
        let mut codes = Vec::with_capacity(items.len());
        let mut ty = Ty::Null;
        for item in items {
            let (code, found) = self.check(item)?;
            ty = ty.join(found).unwrap_or(Ty::Dynamic);
            codes.push(code);
        }
        let ty = Ty::List(Rc::new(ty));
        if codes.iter().all(|code| matches!(code.step, Step::Constant(_))) {
            let constants = codes.into_iter().filter_map(|code| match code.step {
                Step::Constant(constant) => Some(constant),
                _ => None,
            });
            return Ok((Step::Constant(Constant::List(Constants(constants.collect()))), ty));
        }
        Ok((Step::List(codes.into()), ty))
    }

    fn name(&self, name: &str, span: Span) -> Result<(Step, Ty), Mistake> {
        if let Some(back) = self.bound.iter().rev().position(|(bound, _)| **bound == *name) {
            return Ok((Step::Local(back), self.bound[self.bound.len() - 1 - back].1.clone()));
        }
        if let Some(number) = self.root.field(name) {
            return Ok((Step::Root(number), Ty::of(&self.root.fields[number].ty)));
        }
        if let Some(known) = TYPES.iter().find(|known| **known == name) {
            return Ok((Step::Constant(Constant::Type(known)), Ty::Name));
        }
        let names = self.bound.iter().map(|(bound, _)| &**bound);
        let known: Vec<&str> = names.chain(self.root.fields.iter().map(|field| field.name)).collect();
        let mistake = Mistake::new(span, format!("no fact is called {name:?}"));
        Err(mistake.help(meant(name, &known, "the facts are")))
    }

    fn select(&mut self, of: &Expression, field: &str, at: Span) -> Result<(Step, Ty), Mistake> {
        let (code, ty) = self.check(of)?;
        match ty {
            Ty::Record(record) => {
                let number = published(record, field, at)?;
                let field = &record.fields[number];
                Ok((Step::Field(Box::new(code), number, field.name), Ty::of(&field.ty)))
            }
            Ty::Dynamic => Ok((Step::Select(Box::new(code), field.into()), Ty::Dynamic)),
            ty => Err(without_fields(&ty, field, at)),
        }
    }

    fn index(&mut self, of: &Expression, key: &Expression) -> Result<(Step, Ty), Mistake> {
        let (code, ty) = self.check(of)?;
        let (index, key_ty) = self.check(key)?;
        let fits = |wanted: &Ty| key_ty.may_be(wanted) && !matches!(key_ty, Ty::Null);
        let item = match &ty {
            // Of an empty list nothing is known.
            Ty::List(item) if fits(&Ty::Int) && matches!(**item, Ty::Null) => Ty::Dynamic,
            Ty::List(item) if fits(&Ty::Int) => Ty::clone(item),
            Ty::List(_) => {
                return Err(Mistake::new(key.span, format!("a list is indexed by int, and this is {key_ty}")));
            }
            Ty::Dynamic => {
                if let Step::Constant(Constant::String(name)) = index.step {
                    return Ok((Step::Select(Box::new(code), name), Ty::Dynamic));
                }
                if !fits(&Ty::Int) && !fits(&Ty::String) {
                    let message = format!("a part of a manifest is indexed by string or int, and this is {key_ty}");
                    return Err(Mistake::new(key.span, message));
                }
                Ty::Dynamic
            }
            _ => {
                let help = if matches!(ty, Ty::Record(_)) { "facts are asked with a dot" } else { "" };
                return Err(Mistake::new(of.span, format!("this is {ty}, which cannot be indexed")).help(help));
            }
        };
        Ok((Step::Index(Box::new(code), Box::new(index)), item))
    }

    fn negate(&mut self, inner: &Expression) -> Result<(Step, Ty), Mistake> {
        let (code, ty) = self.check(inner)?;
        if !matches!(ty, Ty::Int | Ty::Float | Ty::Dynamic) {
            return Err(Mistake::new(inner.span, format!("\"-\" takes int or double, and this is {ty}")));
        }
        Ok((Step::Negate(Box::new(code)), ty))
    }

    fn conditional(&mut self, parts: &[Expression; 3], span: Span) -> Result<(Step, Ty), Mistake> {
        let condition = self.expect(&parts[0], &Ty::Bool, "\"?\"")?;
        let (yes, yes_ty) = self.check(&parts[1])?;
        let (no, no_ty) = self.check(&parts[2])?;
        let words = format!("one side of \":\" is {yes_ty}, the other {no_ty}");
        let ty = yes_ty.join(no_ty).ok_or_else(|| Mistake::new(span, words))?;
        Ok((Step::Conditional(Box::new([condition, yes, no])), ty))
    }

    fn binary(
        &mut self,
        operator: Operator,
        left: &Expression,
        right: &Expression,
        span: Span,
    ) -> Result<(Step, Ty), Mistake> {
        let sign = format!("{:?}", operator.sign());
        if matches!(operator, Operator::And | Operator::Or) {
            let left = self.expect(left, &Ty::Bool, &sign)?;
            let right = self.expect(right, &Ty::Bool, &sign)?;
            return Ok((Step::Binary(operator, Box::new(left), Box::new(right)), Ty::Bool));
        }
        let (left, left_ty) = self.check(left)?;
        let (right, right_ty) = self.check(right)?;
        let ty = match operator {
            Operator::Equal | Operator::NotEqual => left_ty.compares_with(&right_ty).then_some(Ty::Bool),
            Operator::In => match &right_ty {
                Ty::List(item) => left_ty.compares_with(item).then_some(Ty::Bool),
                Ty::Dynamic => (!matches!(left_ty, Ty::Record(_) | Ty::List(_) | Ty::Name)).then_some(Ty::Bool),
                _ => None,
            },
            Operator::Add => sum(&left_ty, &right_ty),
            Operator::Subtract | Operator::Multiply | Operator::Divide => product(&left_ty, &right_ty),
            Operator::Remainder => product(&left_ty, &right_ty).filter(|ty| !matches!(ty, Ty::Float)),
            _ => left_ty.orders_with(&right_ty).then_some(Ty::Bool),
        };
        let Some(ty) = ty else {
            let message = format!("{sign} cannot stand between {left_ty} and {right_ty}");
            return Err(Mistake::new(span, message).help(remedy(operator, &left_ty, &right_ty)));
        };
        Ok((Step::Binary(operator, Box::new(left), Box::new(right)), ty))
    }

    fn call(
        &mut self,
        on: Option<&Expression>,
        name: &str,
        at: Span,
        arguments: &[Expression],
        span: Span,
    ) -> Result<(Step, Ty), Mistake> {
        match (on, Quantifier::named(name), arguments) {
            (None, _, [argument]) if name == "has" => return self.has(argument),
            (Some(on), Some(quantifier), [variable, parts @ ..])
                if parts.len() == 1 || parts.len() == 2 && quantifier == Quantifier::Map =>
            {
                return self.each(quantifier, on, variable, parts);
            }
            (Some(_), Some(_), _) => {
                let message = format!("{name:?} takes a variable and what is asked of it");
                return Err(Mistake::new(span, message).help(format!("such as containers.{name}(c, c.name == \"db\")")));
            }
            _ => {}
        }
        let signature = signature(name, on.is_some(), at)?;
        let mut codes = Vec::with_capacity(arguments.len() + 1);
        let mut first = Ty::Null;
        for (number, argument) in on.into_iter().chain(arguments).enumerate() {
            let (code, ty) = self.check(argument)?;
            let Some(takes) = signature.takes.get(number) else {
                return Err(Mistake::new(argument.span, format!("{name:?} takes no argument here")));
            };
            if !takes.fits(&ty) {
                let message = format!("{name:?} takes {}, and this is {ty}", takes.words());
                return Err(Mistake::new(argument.span, message));
            }
            if number == 0 {
                first = ty;
            }
            codes.push(code);
        }
        if codes.len() < signature.least {
            let missing = signature.least - codes.len();
            return Err(Mistake::new(span, format!("{name:?} needs {missing} more argument{}", plural(missing))));
        }
        let ty = signature.gives(&first);
        if signature.function == Function::Matches {
            return matches(codes).map(|step| (step, ty));
        }
        Ok((Step::Call(signature.function, codes.into()), ty))
    }

    fn has(&mut self, argument: &Expression) -> Result<(Step, Ty), Mistake> {
        let (code, _) = self.check(argument)?;
        let step = match code.step {
            Step::Field(of, number, _) => Step::HasField(of, number),
            Step::Select(of, key) => Step::HasKey(of, key),
            _ => {
                let mistake = Mistake::new(argument.span, "\"has\" takes a field, such as has(service.name)");
                return Err(mistake.help("compare with null to see whether a fact is absent"));
            }
        };
        Ok((step, Ty::Bool))
    }

    fn each(
        &mut self,
        quantifier: Quantifier,
        on: &Expression,
        variable: &Expression,
        parts: &[Expression],
    ) -> Result<(Step, Ty), Mistake> {
        let (list, ty) = self.check(on)?;
        let item = match &ty {
            Ty::List(item) if matches!(**item, Ty::Null) => Ty::Dynamic,
            Ty::List(item) => Ty::clone(item),
            Ty::Dynamic => Ty::Dynamic,
            _ => return Err(Mistake::new(on.span, format!("this is {ty}, and not a list"))),
        };
        let Form::Name(name) = &variable.form else {
            return Err(Mistake::new(variable.span, "the variable should be a plain name"));
        };
        self.bound.push((name.clone(), item.clone()));
        let lowered = self.parts(quantifier, parts);
        self.bound.pop();
        let (codes, last) = lowered?;
        let ty = match quantifier {
            Quantifier::All | Quantifier::Exists | Quantifier::ExistsOne => Ty::Bool,
            Quantifier::Filter => Ty::List(Rc::new(item)),
            Quantifier::Map => Ty::List(Rc::new(last)),
        };
        Ok((Step::Each(quantifier, Box::new(list), codes.into()), ty))
    }

    fn parts(&mut self, quantifier: Quantifier, parts: &[Expression]) -> Result<(Vec<Code>, Ty), Mistake> {
        let mut codes = Vec::with_capacity(parts.len());
        let mut last = Ty::Bool;
        for (number, part) in parts.iter().enumerate() {
            if quantifier == Quantifier::Map && number + 1 == parts.len() {
                let (code, ty) = self.check(part)?;
                codes.push(code);
                last = ty;
            } else {
                codes.push(self.expect(part, &Ty::Bool, "this question")?);
            }
        }
        Ok((codes, last))
    }
}

/// The number of a record's field.
pub(super) fn published(record: &'static RecordType, field: &str, at: Span) -> Result<usize, Mistake> {
    record.field(field).ok_or_else(|| {
        let known: Vec<&str> = record.fields.iter().map(|field| field.name).collect();
        let help = meant(field, &known, "it has");
        Mistake::new(at, format!("{} has no {field:?}", record.name)).help(help)
    })
}

/// The known word that was meant, or all of them.
pub(super) fn meant(given: &str, known: &[&str], all: &str) -> String {
    match suggestion::nearest(given, known.iter().copied()) {
        Some(word) => format!("did you mean {word:?}?"),
        None => format!("{all} {}", known.join(", ")),
    }
}

fn without_fields(ty: &Ty, field: &str, at: Span) -> Mistake {
    let help = match ty {
        Ty::List(_) => format!("ask one of its items, such as .exists(x, x.{field} == …)"),
        _ => String::new(),
    };
    Mistake::new(at, format!("this is {ty}, which has no {field:?}")).help(help)
}

fn signature(name: &str, method: bool, at: Span) -> Result<&'static Signature, Mistake> {
    if let Some(signature) = FUNCTIONS.iter().find(|signature| signature.name == name && signature.method == method) {
        return Ok(signature);
    }
    let twisted = FUNCTIONS.iter().any(|signature| signature.name == name);
    let help = match (twisted, method) {
        (true, true) => format!("write {name}(x)"),
        (true, false) => format!("write x.{name}(…)"),
        _ => {
            let macros = ["all", "exists", "exists_one", "filter", "map", "has"];
            let known: Vec<&str> = FUNCTIONS.iter().map(|signature| signature.name).chain(macros).collect();
            meant(name, &known, "the functions are")
        }
    };
    let form = if method { "no value has a function" } else { "no function is" };
    Err(Mistake::new(at, format!("{form} called {name:?}")).help(help))
}

fn matches(codes: Vec<Code>) -> Result<Step, Mistake> {
    let mut codes = codes.into_iter();
    let (Some(text), Some(pattern)) = (codes.next(), codes.next()) else {
        return Err(Mistake::new(Span::at(0), "\"matches\" needs a pattern"));
    };
    let Step::Constant(Constant::String(source)) = &pattern.step else {
        let mistake = Mistake::new(pattern.span, "the pattern of \"matches\" should be a literal");
        return Err(mistake.help("it is read when the rule is loaded, so that no manifest can make it fail"));
    };
    match RegexBuilder::new(source).size_limit(LARGEST_PATTERN).build() {
        Ok(pattern) => Ok(Step::Matches(Box::new(text), pattern)),
        Err(error) => Err(Mistake::new(pattern.span, format!("this pattern cannot be read: {error}"))),
    }
}

fn sum(left: &Ty, right: &Ty) -> Option<Ty> {
    match (left, right) {
        (Ty::String | Ty::Dynamic, Ty::String) | (Ty::String, Ty::Dynamic) => Some(Ty::String),
        (Ty::List(_), Ty::List(_)) => left.clone().join(right.clone()).or(Some(Ty::List(Rc::new(Ty::Dynamic)))),
        (Ty::List(_), Ty::Dynamic) | (Ty::Dynamic, Ty::List(_)) => Some(Ty::List(Rc::new(Ty::Dynamic))),
        _ => product(left, right),
    }
}

fn product(left: &Ty, right: &Ty) -> Option<Ty> {
    match (left, right) {
        (Ty::Int, Ty::Int | Ty::Dynamic) | (Ty::Dynamic, Ty::Int) => Some(Ty::Int),
        (Ty::Float, Ty::Float | Ty::Dynamic) | (Ty::Dynamic, Ty::Float) => Some(Ty::Float),
        (Ty::Dynamic, Ty::Dynamic) => Some(Ty::Dynamic),
        _ => None,
    }
}

/// What to write instead of an operation between types that do not go together.
fn remedy(operator: Operator, left: &Ty, right: &Ty) -> &'static str {
    match (left, right) {
        (Ty::Int, Ty::Float) | (Ty::Float, Ty::Int) => "turn one into the other with double(x) or int(x)",
        (Ty::String, Ty::Int | Ty::Float | Ty::Bool) | (Ty::Int | Ty::Float | Ty::Bool, Ty::String) => {
            "turn it into text with string(x), or the text into a number with int(x)"
        }
        (Ty::Record(_), Ty::Record(_)) => "compare one of their fields",
        (_, Ty::String) if operator == Operator::In => "ask text with contains",
        _ => "",
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
