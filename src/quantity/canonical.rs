//! Turns an amount into the text that the API server stores of it.

use super::{ONE, Quantity, digits};

/// The text that `Quantity.String` gives once `ParseQuantity` has read `text` (apimachinery `resource/quantity.go`): of
/// what is canonical already, nearly so included, the text itself. `None` where it is no amount.
pub fn canonical(text: &str) -> Option<String> {
    let parsed = Parsed::read(text)?;
    Some(parsed.kept.map_or_else(|| parsed.amount.written(parsed.format), str::to_owned))
}

/// As [`canonical`], after a fraction of a thousandth was rounded away from zero, as it is in lists of resources
/// (`SetDefaults_ResourceList`, `pkg/apis/core/v1/defaults.go`).
pub fn canonical_to_milli(text: &str) -> Option<String> {
    let parsed = Parsed::rounded(text)?;
    Some(parsed.kept.map_or_else(|| parsed.amount.written(parsed.format), str::to_owned))
}

/// `Quantity.MilliValue` after [`canonical_to_milli`]'s rounding: thousandths in 64 bits, and what the server makes of those
/// that do not fit. `None` where it is no amount.
pub fn thousandths(text: &str) -> Option<i64> {
    Some(Parsed::rounded(text)?.scaled(MILLI))
}

/// `Quantity.Value`: as [`thousandths`], but whole units.
pub fn units(text: &str) -> Option<i64> {
    Some(Parsed::rounded(text)?.scaled(0))
}

/// What Go's `%#v` prints of the amount, rounded as in [`canonical_to_milli`]; addresses are `0xADDR`. `None` where it is no
/// amount.
pub fn go_syntax(text: &str) -> Option<String> {
    let parsed = Parsed::rounded(text)?;
    let (value, scale, pointer) = match parsed.short_value() {
        Some(value) => (value, parsed.amount.scale, "nil"),
        None => (0, 0, "0xADDR"),
    };
    let kept = parsed.kept.unwrap_or_default();
    let format = match parsed.format {
        Format::Decimal => "DecimalSI",
        Format::Exponent => "DecimalExponent",
        Format::Binary => "BinarySI",
    };
    Some(format!(
        "resource.Quantity{{i:resource.int64Amount{{value:{value}, scale:{scale}}}, \
         d:resource.infDecAmount{{Dec:(*inf.Dec)({pointer})}}, s:\"{kept}\", Format:\"{format}\"}}"
    ))
}

const MILLI: i64 = -3;
const NANO: i64 = -9;

/// What the suffix of an amount asks to be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Format {
    /// Powers of a thousand by a letter.
    Decimal,
    /// Powers of ten behind an `e`.
    Exponent,
    /// Powers of 1024 by a letter and an `i`.
    Binary,
}

pub(super) struct Parsed<'t> {
    amount: Amount,
    pub(super) format: Format,
    /// The text, where it is taken for canonical without being looked at closely.
    kept: Option<&'t str>,
    /// Whether Go holds it in 64 bits (`int64Amount`), and not as a number of any size (`infDecAmount`).
    short: bool,
}

/// `digits` times ten to the `scale`.
pub(super) struct Amount {
    negative: bool,
    /// Decimal digits, the first one not 0; empty for nothing.
    digits: String,
    scale: i64,
}

const DECIMAL: [(&str, i64); 10] =
    [("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];
const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

impl<'t> Parsed<'t> {
    pub(super) fn read(text: &'t str) -> Option<Self> {
        let quantity: Quantity = text.parse().ok()?;
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (whole, rest) = digits(unsigned);
        let (fraction, suffix) = rest.strip_prefix('.').map_or(("", rest), digits);
        let whole = whole.trim_start_matches('0');
        let whole = if whole.is_empty() { "0" } else { whole };
        let shifted = format!("{whole}{fraction}");
        let negative = text.starts_with('-');
        if let Some(power) = BINARY.iter().position(|name| !name.is_empty() && *name == suffix) {
            // Up to here the number is certain to fit an int64, and is not looked at as closely.
            let short = fraction.is_empty() && whole.len() + 3 * power < 15;
            let kept = (short && !divides_by_eight(whole)).then_some(text);
            let billionths = quantity.billionths.unsigned_abs();
            let (number, scale) = if short { (billionths / ONE.unsigned_abs(), 0) } else { (billionths, NANO) };
            let amount = Amount { negative, digits: number.to_string().trim_start_matches('0').to_owned(), scale };
            return Some(Self { amount, format: Format::Binary, kept, short });
        }
        let (format, exponent) = match DECIMAL.iter().find(|(name, _)| *name == suffix) {
            Some(&(_, exponent)) => (Format::Decimal, exponent),
            None => (Format::Exponent, suffix.get(1..)?.parse().ok()?),
        };
        let scale = exponent - i64::try_from(fraction.len()).ok()?;
        let short = shifted.len() <= 18 && scale >= NANO;
        let canonical = scale % 3 == 0 && !shifted.ends_with("000") && !shifted.starts_with('0');
        let kept = (text == "0" || short && canonical).then_some(text);
        let mut amount = Amount { negative, digits: shifted.trim_start_matches('0').to_owned(), scale };
        if scale < NANO {
            amount.round_up(NANO);
        }
        Some(Self { amount, format, kept, short })
    }

    /// As `SetDefaults_ResourceList` leaves it.
    fn rounded(text: &'t str) -> Option<Self> {
        let mut parsed = Self::read(text)?;
        if parsed.amount.scale < MILLI {
            parsed.amount.round_up(MILLI);
            parsed.kept = None;
        }
        Some(parsed)
    }

    /// The number without its scale; `None` where Go does not hold it in 64 bits.
    fn short_value(&self) -> Option<i64> {
        if !self.short {
            return None;
        }
        let value = if self.amount.digits.is_empty() { 0 } else { self.amount.digits.parse().ok()? };
        Some(if self.amount.negative { -value } else { value })
    }

    /// `Quantity.ScaledValue`: `AsScaledInt64` of `amount.go`, `scaledValue` of `scale_int.go`.
    fn scaled(mut self, scale: i64) -> i64 {
        if self.amount.negative && !self.short && scale == 0 {
            // Below nothing, a number of any size is cut to 64 bits first.
            let thousandths = self.scaled(MILLI);
            return thousandths / 1000 + i64::from(thousandths % 1000 != 0);
        }
        if self.amount.scale < scale {
            self.amount.round_up(scale);
        }
        let up = u32::try_from(self.amount.scale - scale).unwrap_or(u32::MAX);
        match (self.short_value(), up) {
            // These ways to multiply say that it does not fit, and give the low bits all the same; others give 0.
            (Some(value), 0..=3 | 6 | 9) => value.wrapping_mul(10i64.pow(up)),
            (Some(value), _) => 10i64.checked_pow(up).and_then(|unit| value.checked_mul(unit)).unwrap_or(0),
            (None, _) => {
                let digits = self.amount.digits.bytes();
                let number = digits.fold(0i64, |sum, digit| sum.wrapping_mul(10).wrapping_add(i64::from(digit - b'0')));
                // Ten to the 64 is nothing but zeros in 64 bits.
                let number = (0..up.min(64)).fold(number, |number, _| number.wrapping_mul(10));
                if self.amount.negative { number.wrapping_neg() } else { number }
            }
        }
    }
}

/// Whether a number, as its decimal digits, has no remainder when it is divided by eight: its last three digits tell.
fn divides_by_eight(digits: &str) -> bool {
    let last = digits.get(digits.len().saturating_sub(3)..).unwrap_or(digits);
    last.parse::<u32>().is_ok_and(|last| last % 8 == 0)
}

impl Amount {
    pub(super) fn of(quantity: Quantity) -> Self {
        let digits = quantity.billionths.unsigned_abs().to_string().trim_start_matches('0').to_owned();
        Self { negative: quantity.billionths < 0, digits, scale: NANO }
    }

    /// Rounds away from zero to a multiple of ten to the `scale`, which is above the present one.
    fn round_up(&mut self, scale: i64) {
        let places = usize::try_from(scale - self.scale).unwrap_or(usize::MAX);
        self.scale = scale;
        let keep = self.digits.len().saturating_sub(places);
        let more = self.digits[keep..].bytes().any(|digit| digit != b'0');
        self.digits.truncate(keep);
        if more {
            self.digits = incremented(&self.digits);
        }
    }

    pub(super) fn written(&self, format: Format) -> String {
        if self.digits.is_empty() {
            return "0".to_owned();
        }
        let sign = if self.negative { "-" } else { "" };
        if format == Format::Binary
            && let Some((number, suffix)) = self.in_powers_of_1024()
        {
            return format!("{sign}{number}{suffix}");
        }
        let number = self.digits.trim_end_matches('0');
        let mut exponent = self.scale + i64::try_from(self.digits.len() - number.len()).unwrap_or(0);
        let zeros = exponent.rem_euclid(3);
        exponent -= zeros;
        let zeros = &"00"[..usize::try_from(zeros).unwrap_or(0)];
        let suffix = match format {
            Format::Exponent if exponent == 0 => String::new(),
            Format::Exponent => format!("e{exponent}"),
            // A power that has no letter is left out, and so lost.
            _ => DECIMAL.iter().find(|(_, power)| *power == exponent).map_or("", |(name, _)| name).to_owned(),
        };
        format!("{sign}{number}{zeros}{suffix}")
    }

    /// A whole number from 1024 on, divided by 1024 as often as it goes; `None` for any other.
    fn in_powers_of_1024(&self) -> Option<(i128, &'static str)> {
        let digits: i128 = self.digits.parse().ok()?;
        let below = 10i128.checked_pow(u32::try_from(-self.scale).ok()?)?;
        let mut number = digits / below;
        if digits % below != 0 || number < 1024 {
            return None;
        }
        let mut power = 0;
        while number % 1024 == 0 {
            number /= 1024;
            power += 1;
        }
        Some((number, BINARY.get(power)?))
    }
}

/// The digits of the next greater number.
fn incremented(digits: &str) -> String {
    let kept = digits.trim_end_matches('9');
    let zeros = "0".repeat(digits.len() - kept.len());
    let (head, last) = kept.split_at(kept.len().saturating_sub(1));
    let last = last.parse::<u8>().unwrap_or(0) + 1;
    format!("{head}{last}{zeros}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_stored_as_apimachinery_writes_them() {
        // Amount, its text, and its text in a list of resources, by `ParseQuantity`, `RoundUp(-3)` and `String` of
        // k8s.io/apimachinery v0.37.0.
        for (text, plain, rounded) in [
            ("0", "0", "0"),
            ("00", "0", "0"),
            ("0.0", "0", "0"),
            (".", "0", "0"),
            ("+", "0", "0"),
            ("1000m", "1", "1"),
            ("1024Mi", "1Gi", "1Gi"),
            ("1Gi", "1Gi", "1Gi"),
            ("05", "05", "05"),
            ("05Gi", "05Gi", "05Gi"),
            ("+5", "+5", "+5"),
            ("1.5", "1500m", "1500m"),
            ("1.500", "1.500", "1.500"),
            ("1.234", "1.234", "1.234"),
            ("1.2345", "1234500u", "1235m"),
            ("0.1Gi", "107374182400m", "107374182400m"),
            ("1.5Gi", "1536Mi", "1536Mi"),
            ("0.5Ki", "512", "512"),
            ("1000E", "1", "1"),
            ("1e3", "1e3", "1e3"),
            ("1E3", "1E3", "1E3"),
            ("1e21", "1e21", "1e21"),
            ("12e-1", "1200e-3", "1200e-3"),
            ("-5", "-5", "-5"),
            ("-1.5Gi", "-1536Mi", "-1536Mi"),
            ("-8Gi", "-8Gi", "-8Gi"),
            ("100u", "100u", "1m"),
            ("1n", "1n", "1m"),
            ("9Ei", "9223372036854775807", "9223372036854775807"),
            ("-9Ei", "-9223372036854775807", "-9223372036854775807"),
            ("8Ki", "8Ki", "8Ki"),
            ("10Ki", "10Ki", "10Ki"),
            ("2048Ki", "2Mi", "2Mi"),
            ("1024", "1024", "1024"),
            ("1e50", "100e48", "100e48"),
            ("123456789012345678901234567890", "123456789012345678901234567890", "123456789012345678901234567890"),
            ("0.0000000001", "1n", "1m"),
            ("1500m", "1500m", "1500m"),
            ("0.5", "500m", "500m"),
            ("100000", "100k", "100k"),
            ("64Mi", "64Mi", "64Mi"),
            ("1Pi", "1Pi", "1Pi"),
            ("1.Gi", "1.Gi", "1.Gi"),
            ("1000000", "1M", "1M"),
            ("1e-9", "1e-9", "1e-3"),
            ("2000e6", "2e9", "2e9"),
            ("-0.00001", "-10u", "-1m"),
            ("-1e-12", "-1e-9", "-1e-3"),
            ("1Ti", "1Ti", "1Ti"),
            ("99999999999.9999999999", "100G", "100G"),
            ("16Ti", "16Ti", "16Ti"),
            ("65536Ki", "64Mi", "64Mi"),
            ("000.5", "500m", "500m"),
            ("5.0", "5", "5"),
            ("250.0m", "250m", "250m"),
            ("12345678901234567Ki", "9223372036854775807", "9223372036854775807"),
            ("0.00000000001Gi", "10737419n", "11m"),
            ("1023Ki", "1023Ki", "1023Ki"),
            ("0.9999Ki", "1023897600u", "1023898m"),
            ("1000000000000000000", "1E", "1E"),
            ("999999999999999999", "999999999999999999", "999999999999999999"),
            ("9.9999999999999999999e3", "10e3", "10e3"),
            ("100e-5", "1e-3", "1e-3"),
        ] {
            assert_eq!(canonical(text).as_deref(), Some(plain), "{text}");
            assert_eq!(canonical_to_milli(text).as_deref(), Some(rounded), "{text} in a list of resources");
            assert_eq!(canonical(plain).as_deref(), Some(plain), "{text} once more");
        }
    }

    #[test]
    fn thousandths_that_do_not_fit_are_what_apimachinery_makes_of_them() {
        // `RoundUp(-3)`, then `MilliValue` and `Value` of k8s.io/apimachinery v0.37.0.
        for (text, milli, whole) in [
            ("1", 1000, 1),
            ("0", 0, 0),
            ("1500m", 1500, 2),
            ("1n", 1, 1),
            ("-1.5", -1500, -2),
            ("1Ei", i64::MIN, 1_152_921_504_606_846_976),
            ("9Ei", -1000, 9_223_372_036_854_775_807),
            ("99999999999999999", 7_766_279_631_452_240_920, 99_999_999_999_999_999),
            ("999999999999999999", 3_875_820_019_684_211_736, 999_999_999_999_999_999),
            ("10000000000000000k", 1_864_712_049_423_024_128, -8_446_744_073_709_551_616),
            ("9999999999999999M", 1_590_897_977_359_414_784, 1_864_712_049_422_024_128),
            ("1e19", 0, 0),
            ("1e21", 0, 0),
            ("1e22", 0, 0),
            ("-1e21", 0, 0),
            ("99999999999999999n", 100_000_000_000, 100_000_000),
            ("123456789012345678901", -7_269_072_992_350_064_888, -5_670_419_503_621_182_411),
            ("-123456789012345678901", 7_269_072_992_350_064_888, 7_269_072_992_350_065),
            ("1e64", 0, 0),
            ("12345678901234567890123e5", -6_735_474_851_349_435_648, 7_888_470_988_696_338_656),
            ("0.5Ei", 4_611_686_018_427_387_904, 576_460_752_303_423_488),
            ("18446744073709551616", 0, 0),
        ] {
            assert_eq!(thousandths(text), Some(milli), "thousandths of {text}");
            assert_eq!(units(text), Some(whole), "units of {text}");
        }
    }
}
