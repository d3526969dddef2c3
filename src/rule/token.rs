//! Splits the source of an expression into tokens, each with its bytes.

use super::expression::{Mistake, Operator};
use crate::source::Span;

/// The smallest unit of an expression.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Token {
    Int(i64),
    /// `9223372036854775808`, which is a number only behind a minus sign.
    IntAboveMax,
    Float(f64),
    String(Box<str>),
    Name(Box<str>),
    True,
    False,
    Null,
    Operator(Operator),
    Not,
    Question,
    Colon,
    Comma,
    Dot,
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    End,
}

/// Reads the tokens of a text from its beginning.
pub(super) struct Lexer<'s> {
    text: &'s str,
    at: usize,
    /// Where the tokens end, although the text may go on: a template's expression ends at its brace.
    end: usize,
}

impl<'s> Lexer<'s> {
    /// Reads the bytes of `text` in `span`.
    pub(super) fn new(text: &'s str, span: Span) -> Self {
        let end = span.range().end.min(text.len());
        Self { text, at: span.range().start.min(end), end }
    }

    /// The next token with its bytes; after the last one, [`Token::End`] for ever.
    pub(super) fn next(&mut self) -> Result<(Token, Span), Mistake> {
        self.skip_space();
        let start = self.at;
        let Some(first) = self.peek(0) else { return Ok((Token::End, Span::at(start))) };
        let token = match first {
            b'0'..=b'9' => self.number()?,
            b'.' if self.peek(1).is_some_and(|byte| byte.is_ascii_digit()) => self.number()?,
            b'"' | b'\'' => self.string(false)?,
            b'r' | b'R' if matches!(self.peek(1), Some(b'"' | b'\'')) => {
                self.at += 1;
                self.string(true)?
            }
            b'b' | b'B' if matches!(self.peek(1), Some(b'"' | b'\'')) => {
                return Err(Mistake::new(Span::new(start, start + 1), "bytes are not supported").help("write a string"));
            }
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => self.word(),
            _ => self.sign()?,
        };
        Ok((token, Span::new(start, self.at)))
    }

    fn bytes(&self) -> &'s [u8] {
        &self.text.as_bytes()[..self.end]
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes().get(self.at + ahead).copied()
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.peek(0) {
            if byte == b'/' && self.peek(1) == Some(b'/') {
                while self.peek(0).is_some_and(|byte| byte != b'\n') {
                    self.at += 1;
                }
            } else if matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0C) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    fn run(&mut self, belongs: impl Fn(u8) -> bool) -> &'s str {
        let start = self.at;
        while self.peek(0).is_some_and(&belongs) {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn word(&mut self) -> Token {
        match self.run(|byte| byte == b'_' || byte.is_ascii_alphanumeric()) {
            "true" => Token::True,
            "false" => Token::False,
            "null" => Token::Null,
            "in" => Token::Operator(Operator::In),
            word => Token::Name(word.into()),
        }
    }

    fn number(&mut self) -> Result<Token, Mistake> {
        let start = self.at;
        let digits = |byte: u8| byte.is_ascii_digit();
        if self.peek(0) == Some(b'0') && matches!(self.peek(1), Some(b'x' | b'X')) {
            self.at += 2;
            let digits = self.run(|byte| byte.is_ascii_hexdigit());
            let token = i64::from_str_radix(digits, 16).map(Token::Int);
            return token.map_err(|_| self.bad_number(start)).and_then(|token| self.end_of_number(start, token));
        }
        self.run(digits);
        let mut float = false;
        if self.peek(0) == Some(b'.') && self.peek(1).is_some_and(digits) {
            float = true;
            self.at += 1;
            self.run(digits);
        }
        if matches!(self.peek(0), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.peek(1), Some(b'+' | b'-')));
            if self.peek(1 + sign).is_some_and(digits) {
                float = true;
                self.at += 1 + sign;
                self.run(digits);
            }
        }
        let text = &self.text[start..self.at];
        let token = if float {
            text.parse().map(Token::Float).map_err(|_| self.bad_number(start))?
        } else if text.trim_start_matches('0') == "9223372036854775808" {
            Token::IntAboveMax
        } else {
            text.parse().map(Token::Int).map_err(|_| self.bad_number(start))?
        };
        self.end_of_number(start, token)
    }

    fn bad_number(&self, start: usize) -> Mistake {
        Mistake::new(Span::new(start, self.at), "this number does not fit into 64 bits")
    }

    fn end_of_number(&mut self, start: usize, token: Token) -> Result<Token, Mistake> {
        let tail = self.at;
        let word = self.run(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
        if word.is_empty() {
            return Ok(token);
        }
        let mistake = if matches!(word, "u" | "U") {
            Mistake::new(Span::new(start, self.at), "unsigned integers are not supported").help("leave the u out")
        } else {
            Mistake::new(Span::new(tail, self.at), format!("a number cannot go on with {word:?}"))
        };
        Err(mistake)
    }

    fn string(&mut self, raw: bool) -> Result<Token, Mistake> {
        let start = self.at;
        let quote = self.peek(0).unwrap_or(b'"');
        let triple = self.peek(1) == Some(quote) && self.peek(2) == Some(quote);
        let marks = if triple { 3 } else { 1 };
        self.at += marks;
        let mut value = String::new();
        loop {
            let rest = self.text.get(self.at..self.end).unwrap_or_default();
            let closes = (0..marks).all(|ahead| self.peek(ahead) == Some(quote));
            if closes {
                self.at += marks;
                return Ok(Token::String(value.into()));
            }
            match rest.chars().next() {
                Some('\n' | '\r') if !triple => break,
                None => break,
                Some('\\') if !raw => value.push(self.escape()?),
                Some(char) => {
                    value.push(char);
                    self.at += char.len_utf8();
                }
            }
        }
        Err(Mistake::new(Span::new(start, self.at), "this string is never closed"))
    }

    /// Reads an escape from its backslash on.
    fn escape(&mut self) -> Result<char, Mistake> {
        let start = self.at;
        self.at += 2;
        let (digits, radix) = match self.peek_back() {
            b'a' => return Ok('\u{7}'),
            b'b' => return Ok('\u{8}'),
            b'f' => return Ok('\u{C}'),
            b'n' => return Ok('\n'),
            b'r' => return Ok('\r'),
            b't' => return Ok('\t'),
            b'v' => return Ok('\u{B}'),
            byte @ (b'\\' | b'?' | b'"' | b'\'' | b'`') => return Ok(char::from(byte)),
            b'x' | b'X' => (2, 16),
            b'u' => (4, 16),
            b'U' => (8, 16),
            b'0'..=b'3' => {
                self.at -= 1;
                (3, 8)
            }
            _ => (0, 0),
        };
        let code = self.bytes().get(self.at..self.at + digits).and_then(|bytes| std::str::from_utf8(bytes).ok());
        let code = code.filter(|_| digits > 0).and_then(|code| u32::from_str_radix(code, radix).ok());
        self.at = (self.at + digits).min(self.end);
        code.and_then(char::from_u32).ok_or_else(|| {
            // The byte behind the backslash may begin a longer character.
            let mut end = self.at.min(self.end);
            while !self.text.is_char_boundary(end) {
                end += 1;
            }
            Mistake::new(Span::new(start, end), "CEL knows no such escape").help(r#"write \\ for a backslash, or r"…""#)
        })
    }

    fn peek_back(&self) -> u8 {
        self.bytes().get(self.at - 1).copied().unwrap_or(0)
    }

    fn sign(&mut self) -> Result<Token, Mistake> {
        let two = (self.peek(0).unwrap_or(0), self.peek(1).unwrap_or(0));
        let (token, width) = match two {
            (b'|', b'|') => (Token::Operator(Operator::Or), 2),
            (b'&', b'&') => (Token::Operator(Operator::And), 2),
            (b'=', b'=') => (Token::Operator(Operator::Equal), 2),
            (b'!', b'=') => (Token::Operator(Operator::NotEqual), 2),
            (b'<', b'=') => (Token::Operator(Operator::LessOrEqual), 2),
            (b'>', b'=') => (Token::Operator(Operator::GreaterOrEqual), 2),
            (b'<', _) => (Token::Operator(Operator::Less), 1),
            (b'>', _) => (Token::Operator(Operator::Greater), 1),
            (b'+', _) => (Token::Operator(Operator::Add), 1),
            (b'-', _) => (Token::Operator(Operator::Subtract), 1),
            (b'*', _) => (Token::Operator(Operator::Multiply), 1),
            (b'/', _) => (Token::Operator(Operator::Divide), 1),
            (b'%', _) => (Token::Operator(Operator::Remainder), 1),
            (b'!', _) => (Token::Not, 1),
            (b'?', _) => (Token::Question, 1),
            (b':', _) => (Token::Colon, 1),
            (b',', _) => (Token::Comma, 1),
            (b'.', _) => (Token::Dot, 1),
            (b'(', _) => (Token::Open, 1),
            (b')', _) => (Token::Close, 1),
            (b'[', _) => (Token::OpenBracket, 1),
            (b']', _) => (Token::CloseBracket, 1),
            _ => return Err(self.stranger()),
        };
        self.at += width;
        Ok(token)
    }

    fn stranger(&self) -> Mistake {
        let char = self.text.get(self.at..self.end).and_then(|rest| rest.chars().next()).unwrap_or('?');
        let span = Span::new(self.at, self.at + char.len_utf8());
        let help = match char {
            '=' => "compare with ==",
            '&' => "write &&",
            '|' => "write ||",
            '{' | '}' => "maps cannot be written here",
            _ => "",
        };
        Mistake::new(span, format!("{:?} means nothing in CEL", char.to_string())).help(help)
    }
}
