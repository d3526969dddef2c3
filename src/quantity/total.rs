//! Turns amounts of one resource into their sum, and into the text that Kubernetes gives of it.

use std::cmp::Ordering;

use super::Quantity;
use super::canonical::{Amount, Format, Parsed};

/// A sum of amounts in a list of resources, where a fraction of a thousandth is rounded away from zero.
#[derive(Clone, Debug)]
pub struct Total {
    quantity: Quantity,
    format: Format,
    /// The text of the only amount.
    text: Option<String>,
}

impl Default for Total {
    /// Nothing.
    fn default() -> Self {
        Self { quantity: Quantity::default(), format: Format::Decimal, text: None }
    }
}

impl Total {
    /// One amount; `None` where the text is none.
    pub fn of(text: &str) -> Option<Self> {
        let (quantity, format) = (text.parse::<Quantity>().ok()?.rounded_to_milli(), Parsed::read(text)?.format);
        Some(Self { quantity, format, text: super::canonical_to_milli(text) })
    }

    /// Adds the other one. What is written as is decided by the first amount that is not nothing (`Quantity.Add` of
    /// apimachinery's `resource/quantity.go`).
    pub fn add(&mut self, other: &Self) {
        if self.quantity.is_zero() {
            self.format = other.format;
        }
        self.quantity.billionths = self.quantity.billionths.saturating_add(other.quantity.billionths);
        self.text = None;
    }

    /// The sum.
    pub fn quantity(&self) -> Quantity {
        self.quantity
    }

    /// The text of it (`Quantity.String`).
    pub fn written(&self) -> String {
        self.text.clone().unwrap_or_else(|| Amount::of(self.quantity).written(self.format))
    }
}

impl PartialEq for Total {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Total {}

impl PartialOrd for Total {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Total {
    fn cmp(&self, other: &Self) -> Ordering {
        self.quantity.cmp(&other.quantity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_written_as_apimachinery_writes_them() {
        for (amounts, want) in [
            (&["1"][..], "1"),
            (&["500m", "500m"], "1"),
            (&["1Gi", "1Gi"], "2Gi"),
            (&["1Gi", "1"], "1073741825"),
            (&["0", "1Gi", "1Gi"], "2Gi"),
            (&["1G", "1Gi"], "2073741824"),
            (&["1e3", "1e3"], "2e3"),
            (&["512Mi", "512Mi", "100m"], "1073741824100m"),
        ] {
            let mut totals = amounts.iter().map(|text| Total::of(text).expect(text));
            let mut sum = totals.next().expect("an amount");
            totals.for_each(|total| sum.add(&total));
            assert_eq!(sum.written(), want, "{amounts:?}");
        }
    }
}
