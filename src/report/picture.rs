//! Turns a plan into pictures: a page, a drawing, a diagram, and text with one in it.

mod escape;
pub(super) mod html;
pub(super) mod markdown;
pub(super) mod mermaid;
mod phrase;
mod row;
#[cfg(test)]
mod sample;
pub(super) mod svg;

use crate::plan::{Outcome, Pod, Refusal, SetPlan};
use crate::report::clock::clock;
use crate::visible::visible;

/// How many characters of the name of a pod are drawn at most.
const LONGEST_NAME: usize = 26;

/// The pods that a picture of at most so many rows shows: all, or as many at equal distances, the first and the last among
/// them.
fn sampled(set: &SetPlan, most: usize) -> Vec<&Pod> {
    let all = set.pods.len();
    if all <= most || most < 2 {
        return set.pods.iter().take(most).collect();
    }
    (0..most).filter_map(|row| set.pods.get(row * (all - 1) / (most - 1))).collect()
}

/// How the story of a set ends, as a clause: `stable after 21s`.
fn ending(set: &SetPlan) -> String {
    match &set.outcome {
        Outcome::Stable => format!("stable after {}", clock(set.ends)),
        Outcome::Stalled(stall) => format!("stalled after {}: {}", clock(set.ends), visible(&stall.reason)),
        Outcome::Refused => match &set.refusals[..] {
            [only] => format!("refused: {}", visible(&only.to_string())),
            all => format!("refused for {} reasons", all.len()),
        },
    }
}

/// What the API server says where it refuses, unless the ending has said it.
fn unsaid(set: &SetPlan, refusal: &Refusal) -> Option<String> {
    let words = refusal.to_string();
    (!ending(set).contains(&*visible(&words))).then_some(words)
}

/// What a set is called in a heading: `shop/db`.
fn title(set: &SetPlan) -> String {
    format!("{}/{}", visible(&set.namespace), visible(&set.name))
}

/// A text of at most so many characters; what is cut off leaves an ellipsis.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// A name with its middle left out where it is long: its end tells pods apart.
fn short(name: &str) -> String {
    let count = name.chars().count();
    if count <= LONGEST_NAME {
        return name.to_owned();
    }
    let half = LONGEST_NAME / 2;
    name.chars().take(half - 1).chain(['…']).chain(name.chars().skip(count - half)).collect()
}

/// A number with its digits in groups of three: `10,000`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;
