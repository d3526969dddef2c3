//! Says why a name is no DNS label.

/// The most bytes that a DNS label may have.
pub(super) const LONGEST: usize = 63;

/// Why a text is no DNS-1123 label, as a clause that follows "because"; empty when it is one (apimachinery
/// `pkg/util/validation/validation.go`, `IsDNS1123Label`).
pub(super) fn fault(name: &str) -> String {
    let outside = |character: &char| !matches!(character, 'a'..='z' | '0'..='9' | '-');
    if name.is_empty() {
        "it is empty".to_owned()
    } else if let Some(character) = name.chars().find(outside) {
        match character {
            '.' => "it has a dot".to_owned(),
            'A'..='Z' => format!("\"{character}\" is a capital letter"),
            _ => format!("it has a \"{}\"", character.escape_debug()),
        }
    } else if name.starts_with('-') {
        "it starts with \"-\"".to_owned()
    } else if name.ends_with('-') {
        "it ends with \"-\"".to_owned()
    } else if name.len() > LONGEST {
        format!("it has {} characters, and {LONGEST} are the most", name.len())
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_thing_that_is_wrong_is_named() {
        let long = "a".repeat(64);
        for (name, want) in [
            ("db", ""),
            ("0-db", ""),
            (&long[..63], ""),
            (&long, "it has 64 characters, and 63 are the most"),
            ("", "it is empty"),
            ("db.prod", "it has a dot"),
            ("Db", "\"D\" is a capital letter"),
            ("my_db", "it has a \"_\""),
            ("db\n", "it has a \"\\n\""),
            ("-db", "it starts with \"-\""),
            ("db-", "it ends with \"-\""),
        ] {
            assert_eq!(fault(name), want, "{name:?}");
        }
    }
}
