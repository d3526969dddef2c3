//! Holds the grammars of names and their words to the API server's.

use super::*;

fn version(minor: u8) -> Version {
    Version::all().find(|version| version.minor() == minor).expect("a known minor")
}

#[test]
fn a_text_that_fits_has_no_message() {
    let (oldest, long) = (Version::OLDEST, "a".repeat(63));
    for (what, messages) in [
        ("label", dns1123_label("my-name")),
        ("long label", dns1123_label(&long)),
        ("subdomain", dns1123_subdomain("1.example.com")),
        ("subdomain with underscore", dns1123_subdomain_with_underscore("_a.b_c", oldest)),
        ("1035 label", dns1035_label("a-1")),
        ("qualified name", qualified_name("example.com/My.Name_1", oldest)),
        ("label value", label_value("", oldest)),
        ("port name", port_name("http-8080")),
        ("port number", port_number(65535)),
        ("user id", user_or_group_id(0)),
        ("config map key", config_map_key("..data".trim_start_matches('.'))),
        ("relaxed environment variable", relaxed_env_var_name("1 a~")),
        ("header", http_header_name("X-Name-1")),
        ("percent", percent("25%")),
        ("path segment", name_is_path_segment("a.b", false)),
        ("generated name", name_is_dns_label("db-", true)),
        ("generated subdomain", name_is_dns_subdomain("db.a--", true)),
        ("generated 1035 label", name_is_dns1035_label("db-", true)),
    ] {
        assert_eq!(messages, Messages::new(), "{what}");
    }
}

#[test]
fn what_is_wrong_is_told_in_the_servers_words() {
    let (old, new) = (version(34), version(35));
    let (a64, a254) = ("a".repeat(64), "a".repeat(254));
    for (what, messages, want) in [
        ("long label", dns1123_label(&a64), &["must be no more than 63 characters"][..]),
        ("label with dots", dns1123_label("a.b"), &["must not contain dots"]),
        ("upper case label", dns1123_label("A"), &[LABEL]),
        ("empty label", dns1123_label(""), &[LABEL]),
        ("long subdomain", dns1123_subdomain(&a254), &["must be no more than 253 characters"]),
        ("subdomain with an empty label", dns1123_subdomain("a..b"), &[SUBDOMAIN]),
        ("underscore at the end", dns1123_subdomain_with_underscore("a_", old), &[SUBDOMAIN_WITH_UNDERSCORE]),
        ("the same in 1.33", dns1123_subdomain_with_underscore("a_", version(33)), &[SUBDOMAIN_WITH_UNDERSCORE_33]),
        ("1035 label of digits", dns1035_label("1a"), &[DNS1035_LABEL]),
        ("empty key", qualified_name("", old), &["name part must be non-empty", NAME_PART]),
        (
            "empty parts",
            qualified_name("/", old),
            &["prefix part must be non-empty", "name part must be non-empty", NAME_PART],
        ),
        ("long key", qualified_name(&a64, old), &["name part must be no more than 63 characters"]),
        ("long key since 1.35", qualified_name(&a64, new), &["name part must be no more than 63 bytes"]),
        (
            "long prefix since 1.35",
            qualified_name(&format!("{a254}/a"), new),
            &["prefix part must be no more than 253 bytes"],
        ),
        ("long value", label_value(&a64, old), &["must be no more than 63 characters"]),
        ("long value since 1.35", label_value(&a64, new), &["must be no more than 63 bytes"]),
        ("value with a space", label_value("a b", old), &[LABEL_VALUE]),
        (
            "port name",
            port_name("-A--0123456789-0"),
            &[
                "must be no more than 15 characters",
                "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
                "must contain at least one letter (a-z)",
                "must not contain consecutive hyphens",
                "must not begin or end with a hyphen",
            ],
        ),
        ("port number", port_number(0), &["must be between 1 and 65535, inclusive"]),
        ("user id", user_or_group_id(-1), &["must be between 0 and 2147483647, inclusive"]),
        ("parent folder as key", config_map_key(".."), &["must not be '..'"]),
        ("key behind dots", config_map_key("..data"), &["must not start with '..'"]),
        ("key with a space", config_map_key("a b"), &[CONFIG_MAP_KEY]),
        ("empty variable", relaxed_env_var_name(""), &["environment variable name must be non-empty"]),
        ("variable with an equals sign", relaxed_env_var_name("a=b"), &[RELAXED_ENV_VAR_NAME]),
        ("variable with a tab", relaxed_env_var_name("a\tb"), &[RELAXED_ENV_VAR_NAME]),
        ("header with an underscore", http_header_name("a_b"), &[HTTP_HEADER_NAME]),
        ("percent without digits", percent("%"), &[PERCENT]),
        ("percent with a point", percent("2.5%"), &[PERCENT]),
        ("path", name_is_path_segment("a/%", true), &["may not contain '/'", "may not contain '%'"]),
        ("generated name of dashes", name_is_dns_label("--", true), &[]),
        ("name with a trailing dash", name_is_dns_label("db-", false), &[LABEL]),
    ] {
        assert_eq!(messages, want, "{what}");
    }
    let three_parts = |words: &str| format!("{words} {QUALIFIED_NAME}");
    assert_eq!(qualified_name("a/b/c", old), [three_parts("a qualified name")]);
    assert_eq!(qualified_name("a/b/c", new), [three_parts("a valid label key")]);
    let prefixed = qualified_name("A/b", old);
    assert_eq!(prefixed, [format!("prefix part {SUBDOMAIN}")]);
}
