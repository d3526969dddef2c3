//! Turns text that comes from manifests and paths into text that a terminal shows and never obeys.

use std::borrow::Cow;
use std::path::Path;

/// Whether a terminal would act on this character, or show it as nothing or out of its order.
///
/// Control characters move the cursor and start escape sequences; the bidirectional ones reorder what stands around them
/// (Unicode TR36, "Bidirectional Text Spoofing"); the others here hide text from the reader.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` with every hidden character written as Rust would escape it: `\n`, `\u{1b}`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        push_visible(&mut shown, character);
    }
    Cow::Owned(shown)
}

/// A path as it is shown to a person: with `/`, and with hidden characters escaped.
pub fn visible_path(path: &Path) -> String {
    visible(&slashed(path)).into_owned()
}

/// A path with `/` between its parts. What is not Unicode in it is replaced.
pub fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// Adds one character to `shown`, escaped if it is hidden.
pub fn push_visible(shown: &mut String, character: char) {
    if is_hidden(character) {
        shown.extend(character.escape_default());
    } else {
        shown.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_shown_escaped() {
        for (text, want) in [
            ("plain é 漢 👩‍💻", "plain é 漢 👩‍💻"),
            ("a\u{1b}[31mb", "a\\u{1b}[31mb"),
            ("one\ntwo\r\tthree\0", "one\\ntwo\\r\\tthree\\u{0}"),
            ("\u{7f}\u{9b}31m", "\\u{7f}\\u{9b}31m"),
            ("abc\u{202e}txt\u{2066}", "abc\\u{202e}txt\\u{2066}"),
            ("zero\u{200b}width\u{feff}", "zero\\u{200b}width\\u{feff}"),
        ] {
            assert_eq!(visible(text), want);
        }
    }
}
