//! Turns what the API server refuses into the words of a finding.

use crate::admission::Reason;
use crate::suggestion;

/// Longer words of the server are cut in messages, not in what reports hand to other programs; in bytes.
const LONGEST_TOLD: usize = 400;

/// The next move where no rule knows a better one.
pub(super) fn next_move(reason: Reason, field: &str, words: &str) -> String {
    match reason {
        Reason::Required => format!("add {field}"),
        Reason::NotSupported => match meant(words) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => "write one of the supported values".to_owned(),
        },
        Reason::Forbidden => format!("take {field} out"),
        Reason::Duplicate => "take one of them out, or give it a value of its own".to_owned(),
        Reason::NotFound => "name something that the object has, or add it".to_owned(),
        Reason::TooLong => "make it shorter".to_owned(),
        Reason::TooMany => "take some of them out".to_owned(),
        Reason::Invalid | Reason::Internal => "write it as the API server wants it".to_owned(),
    }
}

/// The supported value that is nearest to the one that is not supported.
fn meant(words: &str) -> Option<&str> {
    let (value, supported) = words.split_once(": supported values: ")?;
    let value = value.split_once(": ")?.1.trim_matches('"');
    suggestion::nearest(value, supported.split(", ").map(|value| value.trim_matches('"')))
}

/// The server's words at a length that a person reads.
pub(super) fn shortened(words: &str) -> String {
    if words.len() <= LONGEST_TOLD {
        return words.to_owned();
    }
    // The end says what is wanted, the middle repeats what is written.
    let half = LONGEST_TOLD / 2;
    let boundary = |at: &usize| words.is_char_boundary(*at);
    let head = (0..=half).rev().find(boundary).unwrap_or_default();
    let tail = (words.len() - half..words.len()).find(boundary).unwrap_or_default();
    format!("{} … {}", &words[..head], &words[tail..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_a_next_move() {
        let unsupported = "Unsupported value: \"retain\": supported values: \"Retain\", \"Delete\"";
        for (reason, words, want) in [
            (Reason::Required, "Required value", "add spec.a"),
            (Reason::NotSupported, unsupported, "did you mean \"Retain\"?"),
            (Reason::NotSupported, "Unsupported value: \"x\"", "write one of the supported values"),
            (Reason::Forbidden, "Forbidden: may not be set", "take spec.a out"),
        ] {
            assert_eq!(next_move(reason, "spec.a", words), want, "{words}");
        }
    }

    #[test]
    fn long_words_are_cut_in_their_middle() {
        assert_eq!(shortened("ä"), "ä");
        let long = format!("Invalid value: {}: must be short", "ä".repeat(LONGEST_TOLD));
        let told = shortened(&long);
        assert!(told.len() < LONGEST_TOLD + 10 && told.starts_with("Invalid value: ää"), "{told}");
        assert!(told.ends_with("ää: must be short") && told.contains(" … "), "{told}");
    }
}
