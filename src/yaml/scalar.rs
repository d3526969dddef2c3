//! Says what the characters of a scalar mean to Kubernetes.
//!
//! This is `resolve` of go.yaml.in/yaml/v2 v2.4.4 (resolve.go), behind the conversion to JSON of sigs.k8s.io/yaml
//! v1.6.0 (yaml.go).

use std::borrow::Cow;
use std::fmt::Write;

use crate::visible::is_hidden;

/// What a scalar means, as `sigs.k8s.io/yaml` turns it into JSON.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Scalar<'t> {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer that fits, also one that is written as a float: `3.0` is `3` in JSON.
    Int(i64),
    /// An integer above `i64::MAX`.
    UInt(u64),
    /// Any other number. Infinities and NaN cannot be said in JSON; documents that hold them are broken.
    Float(f64),
    /// Text. A date is text too.
    String(&'t str),
}

/// Integers up to here have one float each, so that a float without a fraction is that integer in JSON.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What `raw` means; a scalar that is `text` means its own characters.
pub(super) fn resolve(raw: &str, text: bool) -> Scalar<'_> {
    if text || is_word(raw) {
        return Scalar::String(raw);
    }
    match number_or_name(raw) {
        #[expect(clippy::cast_possible_truncation, reason = "it is below 2^53 and has no fraction")]
        Scalar::Float(number) if number.abs() < EXACT && number.fract() == 0.0 => Scalar::Int(number as i64),
        scalar => scalar,
    }
}

/// What `raw` becomes as the key of a JSON object; `None` for null and for integers above `i64::MAX`, which
/// sigs.k8s.io/yaml refuses as keys.
pub(super) fn key(raw: &str, text: bool) -> Option<Cow<'_, str>> {
    if text || is_word(raw) {
        return Some(Cow::Borrowed(raw));
    }
    match number_or_name(raw) {
        Scalar::Null | Scalar::UInt(_) => None,
        Scalar::Bool(value) => Some(Cow::Borrowed(if value { "true" } else { "false" })),
        Scalar::Int(number) => Some(Cow::Owned(number.to_string())),
        Scalar::Float(number) => Some(Cow::Owned(float_key(number))),
        Scalar::String(text) => Some(Cow::Borrowed(text)),
    }
}

/// What go-yaml takes a scalar for before it becomes JSON, when a tag asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Loose {
    Null,
    Bool,
    Integer,
    Float,
    Text,
}

/// What go-yaml takes `raw` for.
pub(super) fn loose(raw: &str) -> Loose {
    match number_or_name(raw) {
        Scalar::Null => Loose::Null,
        Scalar::Bool(_) => Loose::Bool,
        Scalar::Int(_) | Scalar::UInt(_) => Loose::Integer,
        Scalar::Float(_) => Loose::Float,
        Scalar::String(_) => Loose::Text,
    }
}

/// Whether text can be written without quotes, as a key or a value of block YAML, and is read back as that text. It says
/// so only of what is certain.
pub fn is_plain(text: &str) -> bool {
    let (Some(first), Some(last)) = (text.chars().next(), text.chars().next_back()) else { return false };
    // A dash begins an item only before a space.
    let begins = first.is_alphanumeric()
        || matches!(first, '/' | '.' | '_' | '(' | ')' | '$' | '+' | '^' | ';' | '<' | '=' | '~')
        || first == '-' && !text.starts_with("- ") && !text.starts_with("---") && text != "-";
    begins
        && !matches!(last, ' ' | ':')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.starts_with("...")
        && !text.chars().any(is_hidden)
        && text != "<<"
        && resolve(text, false) == Scalar::String(text)
        && !is_text_here_alone(text)
}

/// Whether YAML 1.1 makes something else than text of it, although Kubernetes does not: `=`, a date (`2001-01-31`, with a time
/// or without), or a number in base 60 (`12:30:45`). Kubernetes' own writer puts the latter two in quotes (go-yaml v2
/// `encode.go`, `stringv`).
fn is_text_here_alone(text: &str) -> bool {
    let is_number =
        |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_date = || {
        let day = text.split(['T', 't', ' ']).next().unwrap_or_default();
        let mut parts = day.split('-');
        let year = parts.next().is_some_and(|year| year.len() == 4 && is_number(year, 4));
        year && [(); 2].iter().all(|()| parts.next().is_some_and(|part| is_number(part, 2))) && parts.next().is_none()
    };
    let is_base_60 = || {
        let (whole, _) = text.split_once('.').unwrap_or((text, ""));
        let mut parts = whole.trim_start_matches(['+', '-']).split(':');
        let first = parts.next().is_some_and(|first| is_number(&first.replace('_', ""), usize::MAX));
        let mut rest = parts.peekable();
        first && rest.peek().is_some() && rest.all(|part| is_number(part, 2) && (part.len() < 2 || part < "60"))
    };
    text == "=" || is_date() || is_base_60()
}

/// Whether `raw` is surely text; numbers that are none are not recognised.
#[inline]
pub(super) fn is_word(raw: &str) -> bool {
    raw.as_bytes().first().is_some_and(|&first| match HINTS[first as usize] {
        Hint::Word => true,
        Hint::Name => name(raw).is_none(),
        Hint::Dot | Hint::Number => false,
    })
}

/// What a scalar that begins with some byte may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hint {
    Word,
    Name,
    Dot,
    Number,
}

/// go-yaml's `resolveTable`.
static HINTS: [Hint; 256] = {
    let mut hints = [Hint::Word; 256];
    let names = b"yYnNtTfFoO~";
    let mut at = 0;
    while at < names.len() {
        hints[names[at] as usize] = Hint::Name;
        at += 1;
    }
    let numbers = b"+-0123456789";
    at = 0;
    while at < numbers.len() {
        hints[numbers[at] as usize] = Hint::Number;
        at += 1;
    }
    hints[b'.' as usize] = Hint::Dot;
    hints
};

/// What go-yaml makes of `raw`, before JSON: a float stays one.
fn number_or_name(raw: &str) -> Scalar<'_> {
    let Some(&first) = raw.as_bytes().first() else { return Scalar::Null };
    let meaning = match HINTS[first as usize] {
        Hint::Word => None,
        Hint::Name => name(raw),
        Hint::Dot => special(raw).or_else(|| dotted(raw)),
        Hint::Number => small(raw).or_else(|| special(raw)).or_else(|| number(raw)),
    };
    meaning.unwrap_or(Scalar::String(raw))
}

fn name(raw: &str) -> Option<Scalar<'static>> {
    /// As long as `false`.
    const LONGEST: usize = 5;
    if raw.len() > LONGEST {
        return None;
    }
    Some(match raw {
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "true" | "True" | "TRUE" | "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Scalar::Bool(true),
        "false" | "False" | "FALSE" | "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Scalar::Bool(false),
        _ => return None,
    })
}

fn special(raw: &str) -> Option<Scalar<'static>> {
    Some(Scalar::Float(match raw {
        ".nan" | ".NaN" | ".NAN" => f64::NAN,
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => f64::INFINITY,
        "-.inf" | "-.Inf" | "-.INF" => f64::NEG_INFINITY,
        _ => return None,
    }))
}

/// Nearly every number of a manifest: a few decimal digits.
fn small(raw: &str) -> Option<Scalar<'static>> {
    let digits = raw.as_bytes();
    if digits.len() > 18 || digits.len() > 1 && digits[0] == b'0' {
        return None;
    }
    digits
        .iter()
        .try_fold(0i64, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0')))
        .map(Scalar::Int)
}

/// A number that begins with a dot, as Go's `strconv.ParseFloat` reads it: an underscore may stand between digits.
fn dotted(raw: &str) -> Option<Scalar<'static>> {
    let bytes = raw.as_bytes();
    let between_digits =
        |at: usize| bytes[at - 1].is_ascii_digit() && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
    if !(1..bytes.len()).all(|at| bytes[at] != b'_' || between_digits(at)) {
        return None;
    }
    float(&without_underscores(raw))
}

fn number(raw: &str) -> Option<Scalar<'static>> {
    let plain = &*without_underscores(raw);
    integer(plain).or_else(|| float(plain)).or_else(|| {
        // What is left of an older reading of binary numbers: the sign may stand behind the prefix.
        let (negative, digits) = match plain.strip_prefix("0b")? {
            digits if digits.starts_with('-') => (true, &digits[1..]),
            digits => (false, digits.strip_prefix('+').unwrap_or(digits)),
        };
        signed(negative, magnitude(digits, 2)?)
    })
}

fn without_underscores(raw: &str) -> Cow<'_, str> {
    if raw.contains('_') { Cow::Owned(raw.replace('_', "")) } else { Cow::Borrowed(raw) }
}

/// An integer as Go's `strconv.ParseInt` and `ParseUint` read it when they may choose the base.
fn integer(plain: &str) -> Option<Scalar<'static>> {
    let (sign, digits) = match plain.as_bytes().first()? {
        b'-' => (Some(true), &plain[1..]),
        b'+' => (Some(false), &plain[1..]),
        _ => (None, plain),
    };
    let number = match digits.as_bytes() {
        [b'0'] => 0,
        [b'0', base, _, ..] if base.eq_ignore_ascii_case(&b'x') => magnitude(&digits[2..], 16)?,
        [b'0', base, _, ..] if base.eq_ignore_ascii_case(&b'o') => magnitude(&digits[2..], 8)?,
        [b'0', base, _, ..] if base.eq_ignore_ascii_case(&b'b') => magnitude(&digits[2..], 2)?,
        [b'0', ..] => magnitude(&digits[1..], 8)?,
        _ => magnitude(digits, 10)?,
    };
    match sign {
        None if i64::try_from(number).is_err() => Some(Scalar::UInt(number)),
        sign => signed(sign.unwrap_or(false), number),
    }
}

fn signed(negative: bool, number: u64) -> Option<Scalar<'static>> {
    let number = if negative { 0i64.checked_sub_unsigned(number) } else { i64::try_from(number).ok() };
    number.map(Scalar::Int)
}

fn magnitude(digits: &str, base: u32) -> Option<u64> {
    // Rust reads a sign here, Go does not.
    let first = digits.as_bytes().first()?;
    first.is_ascii_alphanumeric().then(|| u64::from_str_radix(digits, base).ok()).flatten()
}

/// A decimal float; one that is too large is no number at all.
fn float(plain: &str) -> Option<Scalar<'static>> {
    let last = plain.as_bytes().last()?;
    // Rust reads words such as `infinity` here, Go's pattern does not.
    let decimal = (last.is_ascii_digit() || *last == b'.')
        && plain.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    let number = if decimal { plain.parse::<f64>().ok()? } else { return None };
    number.is_finite().then_some(Scalar::Float(number))
}

/// A float as sigs.k8s.io/yaml writes it for a key: Go's `strconv.FormatFloat(number, 'g', -1, 32)`.
fn float_key(number: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "keys are rounded to 32 bits by sigs.k8s.io/yaml")]
    let number = number as f32;
    if number.is_nan() {
        return ".nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf".to_owned() } else { "-.inf".to_owned() };
    }
    let scientific = format!("{number:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return format!("{number}");
    }
    let mut key = digits.to_owned();
    // Writing to a string cannot fail.
    let _ = write!(key, "e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs());
    key
}
