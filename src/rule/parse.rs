//! Turns the source of an expression into a tree, by the strength of its operators.

use super::expression::{Expression, Form, Mistake, Operator};
use super::token::{Lexer, Token};
use crate::source::Span;

/// The longest expression that is read, in bytes.
pub const LONGEST: usize = 4096;

/// How many parts of an expression may stand below one another.
pub const DEEPEST: u32 = 64;

/// Words that CEL keeps for the languages that hold it; they can be fields, but not names.
const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "namespace",
    "package",
    "return",
    "var",
    "void",
    "while",
];

/// Reads the whole of `text`, which must be one expression.
pub(super) fn parse(text: &str) -> Result<Expression, Mistake> {
    parse_part(text, Span::new(0, text.len()))
}

/// Reads the bytes of `text` in `span`, which must be one expression; spans count from the beginning of `text`.
pub(super) fn parse_part(text: &str, span: Span) -> Result<Expression, Mistake> {
    if span.len() > LONGEST {
        let message = format!("an expression of {} bytes is longer than {LONGEST}", span.len());
        return Err(Mistake::new(Span::at(span.range().start), message));
    }
    let mut parser = Parser::new(Lexer::new(text, span))?;
    let expression = parser.expression(0)?;
    match parser.token {
        Token::End => Ok(expression),
        _ => Err(parser.unexpected("an operator or the end")),
    }
}

struct Parser<'s> {
    lexer: Lexer<'s>,
    token: Token,
    span: Span,
    /// Where the token before the current one ends.
    behind: Span,
}

impl<'s> Parser<'s> {
    fn new(mut lexer: Lexer<'s>) -> Result<Self, Mistake> {
        let (token, span) = lexer.next()?;
        Ok(Self { lexer, token, span, behind: Span::at(span.range().start) })
    }

    fn advance(&mut self) -> Result<Token, Mistake> {
        let (token, span) = self.lexer.next()?;
        self.behind = self.span;
        self.span = span;
        Ok(std::mem::replace(&mut self.token, token))
    }

    fn eat(&mut self, token: &Token) -> Result<bool, Mistake> {
        let there = self.token == *token;
        if there {
            self.advance()?;
        }
        Ok(there)
    }

    fn close(&mut self, token: &Token, sign: &str, open: Span) -> Result<(), Mistake> {
        if self.eat(token)? {
            return Ok(());
        }
        if self.token == Token::End {
            return Err(Mistake::new(open, format!("this is never closed by {sign:?}")));
        }
        Err(self.unexpected(&format!("{sign:?} or an operator")))
    }

    fn unexpected(&self, wanted: &str) -> Mistake {
        let message = match self.token {
            Token::End => format!("the expression ends where {wanted} should stand"),
            _ => format!("this stands where {wanted} should stand"),
        };
        Mistake::new(self.span, message)
    }

    /// `nesting` counts the calls that are open, so that no input exhausts the stack.
    fn expression(&mut self, nesting: u32) -> Result<Expression, Mistake> {
        let condition = self.operation(0, nesting)?;
        if !self.eat(&Token::Question)? {
            return Ok(condition);
        }
        let yes = self.operation(0, self.deeper(nesting)?)?;
        if !self.eat(&Token::Colon)? {
            return Err(self.unexpected("\":\""));
        }
        let no = self.expression(self.deeper(nesting)?)?;
        let depth = condition.depth.max(yes.depth).max(no.depth);
        let span = condition.span.to(no.span);
        node(span, depth, Form::Conditional(Box::new([condition, yes, no])))
    }

    fn operation(&mut self, weakest: u8, nesting: u32) -> Result<Expression, Mistake> {
        let mut left = self.unary(nesting)?;
        while let Token::Operator(operator) = self.token {
            if operator.strength() <= weakest {
                break;
            }
            self.advance()?;
            let right = self.operation(operator.strength(), self.deeper(nesting)?)?;
            let depth = left.depth.max(right.depth);
            let span = left.span.to(right.span);
            left = node(span, depth, Form::Binary(operator, Box::new(left), Box::new(right)))?;
        }
        Ok(left)
    }

    fn unary(&mut self, nesting: u32) -> Result<Expression, Mistake> {
        let start = self.span;
        if self.eat(&Token::Not)? {
            let inner = self.unary(self.deeper(nesting)?)?;
            return node(start.to(inner.span), inner.depth, Form::Not(Box::new(inner)));
        }
        if self.eat(&Token::Operator(Operator::Subtract))? {
            if self.eat(&Token::IntAboveMax)? {
                let number = node(start.to(self.behind), 0, Form::Int(i64::MIN))?;
                return self.member(number, nesting);
            }
            if let Token::Int(number) = self.token {
                self.advance()?;
                let number = node(start.to(self.behind), 0, Form::Int(-number))?;
                return self.member(number, nesting);
            }
            let inner = self.unary(self.deeper(nesting)?)?;
            return node(start.to(inner.span), inner.depth, Form::Negate(Box::new(inner)));
        }
        let primary = self.primary(nesting)?;
        self.member(primary, nesting)
    }

    /// Reads what follows a primary: `.field`, `.function(…)`, `[key]`.
    fn member(&mut self, mut left: Expression, nesting: u32) -> Result<Expression, Mistake> {
        loop {
            let open = self.span;
            if self.eat(&Token::Dot)? {
                let at = self.span;
                let Token::Name(field) = self.advance()? else {
                    self.span = at;
                    return Err(Mistake::new(at, "a name should stand behind the dot"));
                };
                let parenthesis = self.span;
                if self.eat(&Token::Open)? {
                    let arguments = self.list(&Token::Close, ")", parenthesis, nesting)?;
                    left = call(left.span.to(self.behind), Some(left), field, at, arguments)?;
                } else {
                    let (span, depth) = (left.span.to(at), left.depth);
                    left = node(span, depth, Form::Select { of: Box::new(left), field, at })?;
                }
            } else if self.eat(&Token::OpenBracket)? {
                let key = self.expression(self.deeper(nesting)?)?;
                self.close(&Token::CloseBracket, "]", open)?;
                let (span, depth) = (left.span.to(self.behind), left.depth.max(key.depth));
                left = node(span, depth, Form::Index { of: Box::new(left), key: Box::new(key) })?;
            } else {
                return Ok(left);
            }
        }
    }

    fn primary(&mut self, nesting: u32) -> Result<Expression, Mistake> {
        let span = self.span;
        let form = match &self.token {
            Token::Int(number) => Form::Int(*number),
            Token::IntAboveMax => return Err(Mistake::new(span, "this number does not fit into 64 bits")),
            Token::Float(number) => Form::Float(*number),
            Token::True => Form::Bool(true),
            Token::False => Form::Bool(false),
            Token::Null => Form::Null,
            Token::String(_) | Token::Name(_) | Token::Open | Token::OpenBracket => return self.group(nesting),
            _ => return Err(self.unexpected("a value")),
        };
        self.advance()?;
        node(span, 0, form)
    }

    /// Reads a primary that is text or holds others.
    fn group(&mut self, nesting: u32) -> Result<Expression, Mistake> {
        let span = self.span;
        match self.advance()? {
            Token::String(text) => node(span, 0, Form::String(text)),
            Token::OpenBracket => {
                let items = self.list(&Token::CloseBracket, "]", span, nesting)?;
                let depth = deepest(&items);
                node(span.to(self.behind), depth, Form::List(items))
            }
            Token::Name(name) if RESERVED.contains(&&*name) => {
                Err(Mistake::new(span, format!("{:?} is a reserved word of CEL", &*name)))
            }
            Token::Name(name) => {
                let parenthesis = self.span;
                if !self.eat(&Token::Open)? {
                    return node(span, 0, Form::Name(name));
                }
                let arguments = self.list(&Token::Close, ")", parenthesis, nesting)?;
                call(span.to(self.behind), None, name, span, arguments)
            }
            _ => {
                let inner = self.expression(self.deeper(nesting)?)?;
                self.close(&Token::Close, ")", span)?;
                Ok(inner)
            }
        }
    }

    /// Reads expressions between commas up to the sign that closes them.
    fn list(&mut self, end: &Token, sign: &str, open: Span, nesting: u32) -> Result<Vec<Expression>, Mistake> {
        let mut items = Vec::new();
        while self.token != *end {
            items.push(self.expression(self.deeper(nesting)?)?);
            if !self.eat(&Token::Comma)? {
                break;
            }
        }
        self.close(end, sign, open)?;
        Ok(items)
    }

    fn deeper(&self, nesting: u32) -> Result<u32, Mistake> {
        if nesting >= DEEPEST { Err(too_deep(self.span)) } else { Ok(nesting + 1) }
    }
}

fn call(
    span: Span,
    on: Option<Expression>,
    function: Box<str>,
    at: Span,
    arguments: Vec<Expression>,
) -> Result<Expression, Mistake> {
    let depth = deepest(&arguments).max(on.as_ref().map_or(0, |on| on.depth));
    node(span, depth, Form::Call { on: on.map(Box::new), function, at, arguments })
}

fn deepest(items: &[Expression]) -> u32 {
    items.iter().map(|item| item.depth).max().unwrap_or(0)
}

/// A part above others that are `below` deep.
fn node(span: Span, below: u32, form: Form) -> Result<Expression, Mistake> {
    if below >= DEEPEST {
        return Err(too_deep(span));
    }
    Ok(Expression { span, depth: below + 1, form })
}

fn too_deep(span: Span) -> Mistake {
    Mistake::new(Span::at(span.range().start), format!("the expression is nested more than {DEEPEST} deep"))
        .help("split the rule in two, or ask for a fact that says it")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree with every pair of parentheses written out.
    fn shape(expression: &Expression) -> String {
        let list = |items: &[Expression]| items.iter().map(shape).collect::<Vec<_>>().join(", ");
        match &expression.form {
            Form::Null => "null".to_owned(),
            Form::Bool(value) => value.to_string(),
            Form::Int(number) => number.to_string(),
            Form::Float(number) => format!("{number:?}"),
            Form::String(text) => format!("{text:?}"),
            Form::List(items) => format!("[{}]", list(items)),
            Form::Name(name) => name.to_string(),
            Form::Select { of, field, .. } => format!("{}.{field}", shape(of)),
            Form::Index { of, key } => format!("{}[{}]", shape(of), shape(key)),
            Form::Call { on, function, arguments, .. } => {
                let on = on.as_ref().map(|on| shape(on) + ".").unwrap_or_default();
                format!("{on}{function}({})", list(arguments))
            }
            Form::Not(inner) => format!("(!{})", shape(inner)),
            Form::Negate(inner) => format!("(-{})", shape(inner)),
            Form::Binary(operator, left, right) => format!("({} {} {})", shape(left), operator.sign(), shape(right)),
            Form::Conditional(parts) => format!("({} ? {} : {})", shape(&parts[0]), shape(&parts[1]), shape(&parts[2])),
        }
    }

    #[test]
    fn operators_bind_as_in_cel() {
        for (text, want) in [
            ("a || b && c == d + e * !f", "(a || (b && (c == (d + (e * (!f))))))"),
            ("a - b - c", "((a - b) - c)"),
            ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
            ("a.b[0].c(d, e.f) in ['x', \"y\",]", "(a.b[0].c(d, e.f) in [\"x\", \"y\"])"),
            ("-1 - -x", "(-1 - (-x))"),
            ("-9223372036854775808 < 0x1F", "(-9223372036854775808 < 31)"),
            ("1.5e3 + .5 + 2e-1", "((1500.0 + 0.5) + 0.2)"),
            ("(a || b) && c // why", "((a || b) && c)"),
            ("a.namespace.for(1)", "a.namespace.for(1)"),
            (r#"'a\n\u00e9\x41\101\'' + r"\d" + """q"q""""#, r#"(("a\néAA'" + "\\d") + "q\"q")"#),
            ("[1, 2].all(x, x > 0)", "[1, 2].all(x, (x > 0))"),
        ] {
            assert_eq!(parse(text).map(|tree| shape(&tree)).as_deref(), Ok(want), "{text}");
        }
    }

    #[test]
    fn mistakes_point_at_their_bytes() {
        for (text, at, words) in [
            ("", 0..0, "the expression ends where a value"),
            ("a +", 3..3, "the expression ends where a value"),
            ("a b", 2..3, "an operator or the end"),
            ("(a", 0..1, "never closed by \")\""),
            ("a = b", 2..3, "means nothing in CEL"),
            ("a & b", 2..3, "means nothing in CEL"),
            ("'abc", 0..4, "never closed"),
            ("a.1", 1..3, "an operator or the end"),
            ("a.'x'", 2..5, "a name should stand behind the dot"),
            ("1u", 0..2, "unsigned"),
            ("12abc", 2..5, "cannot go on"),
            ("9223372036854775808", 0..19, "64 bits"),
            ("99999999999999999999", 0..20, "64 bits"),
            (r"'\d'", 1..3, "no such escape"),
            (r"'\é'", 1..4, "no such escape"),
            ("b'x'", 0..1, "bytes"),
            ("a ? b", 5..5, "\":\""),
            ("let", 0..3, "reserved"),
            ("a ü", 2..4, "means nothing"),
            ("{'a': 1}", 0..1, "means nothing"),
        ] {
            let mistake = parse(text).expect_err(text);
            assert_eq!(mistake.span.range(), at, "{text}: {mistake:?}");
            assert!(mistake.message.contains(words), "{text}: {mistake:?}");
        }
    }

    #[test]
    fn nesting_ends_with_a_mistake_and_not_with_the_stack() {
        for text in [
            "(".repeat(4000),
            "!".repeat(4000) + "a",
            "-".repeat(4000) + "a",
            "[".repeat(4000),
            format!("a{}", ".a".repeat(2000)),
            format!("a{}", "+a".repeat(2000)),
            format!("a{}", "?a:a".repeat(1000)),
            format!("a{}", "[a".repeat(2000)),
            format!("{}a", "a&&a||a<".repeat(400)),
        ] {
            let mistake = parse(&text).expect_err(&text);
            assert!(mistake.message.contains("nested more than 64"), "{}: {mistake:?}", &text[..20]);
        }
        assert!(parse(&"a".repeat(LONGEST + 1)).is_err_and(|mistake| mistake.message.contains("longer than 4096")));
        assert!(parse(&format!("{}a{}", "(".repeat(60), ")".repeat(60))).is_ok());
    }
}
