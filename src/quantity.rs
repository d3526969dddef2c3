//! Turns an amount as Kubernetes writes it, such as `1.5Gi`, into a number that compares exactly.

mod canonical;
mod total;

pub use canonical::{canonical, canonical_to_milli, go_syntax, thousandths, units};
pub use total::Total;

use std::borrow::Cow;
use std::str::FromStr;

use crate::value::go_float;
use crate::yaml::{Node, Scalar};

/// An amount, in billionths of its unit: of a byte for storage. Amounts above 2^127 billionths are held as that much.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Quantity {
    billionths: i128,
}

/// The text is not an amount to Kubernetes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotAQuantity;

const ONE: i128 = 1_000_000_000;
const MILLI: i128 = ONE / 1000;

/// Kubernetes caps amounts with a binary suffix here; see `maxAllowed` in apimachinery's `resource/amount.go`.
const MOST_BINARY: i128 = i64::MAX as i128 * ONE;

impl Quantity {
    /// What a scalar of a manifest means where Kubernetes wants an amount; numbers count as their text. The error says
    /// that the API server refuses it.
    pub fn of(node: Node<'_>) -> Result<Self, NotAQuantity> {
        match node.scalar() {
            Some(Scalar::Int(number)) => Ok(Self { billionths: i128::from(number) * ONE }),
            _ => Self::text_of(node).ok_or(NotAQuantity)?.parse(),
        }
    }

    /// Whether the API server takes an amount for one with a fraction once it is rounded to thousandths, as it is in lists
    /// of resources: whether its `MilliValue` is no multiple of a thousand. Whole amounts from 2^63 thousandths on overflow
    /// there and may count as fractional, `10Pi` for one. False for what is no amount.
    pub fn is_fractional_in_list(node: Node<'_>) -> bool {
        const CERTAIN: i128 = i64::MAX as i128 / 1000;
        let Ok(amount) = Self::of(node).map(Self::rounded_to_milli) else { return false };
        let is_certain = amount.is_whole() && amount.whole().abs() <= CERTAIN;
        let text = || Self::text_of(node).unwrap_or_default();
        !is_certain && thousandths(&text()).is_some_and(|thousandths| thousandths % 1000 != 0)
    }

    /// The text that Kubernetes reads as an amount; `None` where a scalar of the manifest cannot be one.
    pub fn text_of(node: Node<'_>) -> Option<Cow<'_, str>> {
        match node.scalar()? {
            // `Quantity.UnmarshalJSON` trims, `ParseQuantity` does not.
            Scalar::String(text) => Some(Cow::Borrowed(text.trim())),
            Scalar::Int(number) => Some(Cow::Owned(number.to_string())),
            Scalar::UInt(number) => Some(Cow::Owned(number.to_string())),
            Scalar::Float(number) => Some(Cow::Owned(go_float(number))),
            Scalar::Bool(_) | Scalar::Null => None,
        }
    }

    /// It with what is finer than a thousandth rounded away from zero (`Quantity.RoundUp`).
    #[must_use]
    pub fn rounded_to_milli(self) -> Self {
        let finer = self.billionths % MILLI;
        let step = if finer == 0 { 0 } else { MILLI * finer.signum() };
        Self { billionths: (self.billionths - finer).saturating_add(step) }
    }

    /// Whether it is a whole number.
    pub fn is_whole(self) -> bool {
        self.billionths % ONE == 0
    }

    /// It as a whole number, rounded up (`Quantity.Value`).
    pub fn whole(self) -> i128 {
        self.billionths.div_euclid(ONE) + i128::from(self.billionths.rem_euclid(ONE) != 0)
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.billionths == 0
    }

    /// Whether it is less than nothing.
    pub fn is_negative(self) -> bool {
        self.billionths < 0
    }

    /// Whether it is more than nothing.
    pub fn is_positive(self) -> bool {
        self.billionths > 0
    }
}

impl FromStr for Quantity {
    type Err = NotAQuantity;

    /// Reads what `ParseQuantity` of apimachinery's `resource/quantity.go` reads, the oddities included: `.`, `+` and
    /// `-` alone are 0, `1.Gi` is `1Gi`, and a fraction of a billionth rounds away from 0.
    fn from_str(text: &str) -> Result<Self, NotAQuantity> {
        if text.is_empty() {
            return Err(NotAQuantity);
        }
        let (negative, unsigned) = match text.as_bytes()[0] {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, rest) = digits(unsigned);
        let (fraction, suffix) = rest.strip_prefix('.').map_or(("", rest), digits);
        let (unit, exponent, most) = match suffix {
            "n" => (1, 0, i128::MAX),
            "u" => (1_000, 0, i128::MAX),
            "m" => (1_000_000, 0, i128::MAX),
            "" => (ONE, 0, i128::MAX),
            "k" => (ONE, 3, i128::MAX),
            "M" => (ONE, 6, i128::MAX),
            "G" => (ONE, 9, i128::MAX),
            "T" => (ONE, 12, i128::MAX),
            "P" => (ONE, 15, i128::MAX),
            "E" => (ONE, 18, i128::MAX),
            "Ki" => (ONE << 10, 0, MOST_BINARY),
            "Mi" => (ONE << 20, 0, MOST_BINARY),
            "Gi" => (ONE << 30, 0, MOST_BINARY),
            "Ti" => (ONE << 40, 0, MOST_BINARY),
            "Pi" => (ONE << 50, 0, MOST_BINARY),
            "Ei" => (ONE << 60, 0, MOST_BINARY),
            _ => {
                let exponent = suffix.strip_prefix(['e', 'E']).ok_or(NotAQuantity)?;
                (ONE, exponent.parse::<i32>().map_err(|_| NotAQuantity)?, i128::MAX)
            }
        };
        // Without a digit, apimachinery's short way reads 0, and its long way, which these take, reads nothing.
        if whole.is_empty() && fraction.is_empty() && (matches!(suffix, "Pi" | "Ei") || exponent < -9) {
            return Err(NotAQuantity);
        }
        let amount = scale(whole, fraction, exponent, unit).min(most);
        Ok(Self { billionths: if negative { -amount } else { amount } })
    }
}

/// The decimal digits that a text begins with, and what follows them.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

/// `whole.fraction` times ten to the `exponent` times `unit`, rounded up; held at the greatest number there is.
fn scale(whole: &str, fraction: &str, exponent: i32, unit: i128) -> i128 {
    let point = whole.len() as i128 + i128::from(exponent);
    let digit_at = |index: usize| {
        let byte = whole.as_bytes().get(index).or_else(|| fraction.as_bytes().get(index - whole.len()));
        byte.map_or(0, |byte| i128::from(byte - b'0'))
    };
    let length = whole.len() + fraction.len();
    let whole_digits = usize::try_from(point).unwrap_or(0).min(length);
    let mut amount =
        (0..whole_digits).fold(0, |sum: i128, index| sum.saturating_mul(10).saturating_add(digit_at(index)));
    let mut zeros_behind = point - length as i128;
    while zeros_behind > 0 && amount > 0 && amount < i128::MAX {
        amount = amount.saturating_mul(10);
        zeros_behind -= 1;
    }
    // From the last digit up, `sum` is the whole part of what the digits so far come to, and `more` says whether there
    // is a part behind the point.
    let (mut sum, mut more) = (0, false);
    let mut shift = |digit: i128| {
        let next = digit * unit + sum;
        more |= next % 10 != 0;
        sum = next / 10;
        sum > 0
    };
    for index in (whole_digits..length).rev() {
        shift(digit_at(index));
    }
    let mut zeros_before = -point;
    while zeros_before > 0 && shift(0) {
        zeros_before -= 1;
    }
    amount.saturating_mul(unit).saturating_add(sum).saturating_add(i128::from(more))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_what_apimachinery_makes_of_them() {
        // Billionths, as `ParseQuantity` and `AsDec` of k8s.io/apimachinery v0.37.0 give them.
        let rows: &[(&str, i128)] = &[
            ("0", 0),
            ("00", 0),
            (".", 0),
            ("+", 0),
            ("-", 0),
            ("Gi", 0),
            ("1", ONE),
            ("+1", ONE),
            ("-1", -ONE),
            ("1.", ONE),
            (".5", 500_000_000),
            ("1n", 1),
            ("1u", 1_000),
            ("100m", 100_000_000),
            ("1k", 1_000 * ONE),
            ("1.5M", 1_500_000 * ONE),
            ("1G", 1_000_000_000 * ONE),
            ("1E", 1_000_000_000_000_000_000 * ONE),
            ("1Ki", 1024 * ONE),
            ("1.Ki", 1024 * ONE),
            ("1.5Gi", 1_610_612_736 * ONE),
            ("0.1Gi", 107_374_182_400_000_000),
            ("10Gi", 10_737_418_240 * ONE),
            ("9Ei", MOST_BINARY),
            ("-9Ei", -MOST_BINARY),
            ("1e3", 1_000 * ONE),
            ("1E+3", 1_000 * ONE),
            ("12.5e1", 125 * ONE),
            ("1e-3", 1_000_000),
            ("1e-9", 1),
            ("1e-10", 1),
            ("1e-20000", 1),
            ("-1e-12", -1),
            ("0e-12", 0),
            ("123.4e-11", 2),
            ("1.0000000000000000000000000000000001", ONE + 1),
            ("0.00000000000000000000000000000000001Ki", 1),
        ];
        for &(text, billionths) in rows {
            assert_eq!(text.parse(), Ok(Quantity { billionths }), "{text}");
        }
    }

    #[test]
    fn what_kubernetes_refuses_is_not_an_amount() {
        for text in [
            "",
            "Ei",
            "e-10",
            "10GB",
            "10gb",
            "10g",
            "10K",
            "10 Gi",
            " 1",
            "1e",
            "1e3i",
            "1Gi5",
            "1.2.3",
            "ten",
            "0x10",
            "1é",
            "--1",
            "1e99999999999999999999",
        ] {
            assert_eq!(text.parse::<Quantity>(), Err(NotAQuantity), "{text:?}");
        }
    }

    #[test]
    fn exponents_of_any_size_cost_nothing() {
        // apimachinery itself does not come back from the last one.
        for (text, billionths) in [("1e2147483647", i128::MAX), ("0e2147483647", 0), ("1e-2147483648", 1)] {
            assert_eq!(text.parse(), Ok(Quantity { billionths }), "{text}");
        }
    }

    #[test]
    fn fractions_are_told_as_apimachinery_tells_them() {
        // By `RoundUp(-3)` and `MilliValue() % 1000` of k8s.io/apimachinery v0.37.0.
        for (text, fractional) in [
            ("1", false),
            ("1Gi", false),
            ("1.5", true),
            ("-1.5", true),
            ("1500m", true),
            ("2000m", false),
            ("0.0001", true),
            ("0.5Gi", false),
            ("10Pi", true),
            ("9Ei", false),
            ("100P", false),
            ("1e20", false),
            ("12345678901234567", true),
            ("ten", false),
        ] {
            let manifest = format!("amount: '{text}'");
            let tree = crate::yaml::parse(crate::source::FileId(0), &manifest);
            let root = tree.root(&tree.documents()[0]).expect("a mapping");
            assert_eq!(root.get("amount").map(Quantity::is_fractional_in_list), Some(fractional), "{text}");
        }
    }

    #[test]
    fn amounts_compare_across_suffixes() {
        for (less, more) in [("1G", "1Gi"), ("1023Mi", "1Gi"), ("0.9999Ti", "1Ti"), ("-1", "0"), ("5e9", "5Gi")] {
            assert!(less.parse::<Quantity>().unwrap() < more.parse::<Quantity>().unwrap(), "{less} {more}");
        }
        assert_eq!("1024Mi".parse::<Quantity>(), "1Gi".parse());
        assert_eq!("1000m".parse::<Quantity>(), "1".parse());
    }
}
