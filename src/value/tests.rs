//! Pins how values are written.

use proptest::prelude::*;

use super::*;
use crate::source::FileId;
use crate::yaml;

#[test]
fn numbers_are_written_as_go_writes_them() {
    // As `json.Marshal` of Go 1.26 answers.
    for (number, want) in [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.5, "1.5"),
        (1e-6, "0.000001"),
        (1.5e-7, "1.5e-7"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (-1.25e30, "-1.25e+30"),
        (9_223_372_036_854_775_807.0, "9223372036854776000"),
    ] {
        assert_eq!(go_float(number), want);
    }
}

#[test]
fn canonical_text_is_that_of_go() {
    let tree = yaml::parse(
        FileId(0),
        "z: \"<a> & \\\"\\\\ \\u2028\\u0001\\t\\n\\r\\x08\\x0c\\u007f é\"\nb: [1, 2.5, null, true, {}, []]\na: 9007199254740993\n",
    );
    let root = tree.documents().first().and_then(|document| tree.root(document)).unwrap();
    let value = Value::of(root);
    assert_eq!(
        value.canonical(),
        concat!(
            r#"{"a":9007199254740993,"b":[1,2.5,null,true,{},[]],"#,
            r#""z":"\u003ca\u003e \u0026 \"\\ \u2028\u0001\t\n\r\b\f"#,
            "\u{7f} é\"}"
        )
    );
    assert!(value.canonical_through_float64().starts_with(r#"{"a":9007199254740992,"#));
}

#[test]
fn yaml_is_laid_out_as_kubectl_does_and_says_what_was_added() {
    let text = "list:\n- a: 1\n  b: |\n    two\n\n    lines\n- - x\n  - - z\n- []\n- {}\nmap: {on: off, 'on': 'off', ? 'a: b' : '#'}\n\
                text: \"\\u001b[1m\"\nkeep: \"a\\n\\n\"\nstrip: \"a\\nb\"\nargs: [-c, --flag, '- x', '', 'null', '1', \"it's: so\"]\n";
    let tree = yaml::parse(FileId(0), text);
    let root = tree.documents().first().and_then(|document| tree.root(document)).unwrap();
    let mut value = Value::of(root);
    value.add("zone", Value::Map(vec![Member { name: "a".into(), value: Value::Int(1), added: true }]));
    value.get_mut("map").unwrap().add("port", Value::Int(0));
    let want = r#"args:
- -c
- --flag
- '- x'
- ""
- "null"
- "1"
- 'it''s: so'
keep: |+
  a

list:
- a: 1
  b: |
    two

    lines
- - x
  - - z
- []
- {}
map:
  'a: b': '#'
  "on": "off"
  "true": false
  port: 0 # default
strip: |-
  a
  b
text: "\U0000001b[1m"
zone: # default
  a: 1
"#;
    assert_eq!(value.pretty_yaml("default"), want);
    assert!(value.pretty_json().contains("\"text\": \"\\u001b[1m\","));
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(texts in prop::collection::vec(any_text(), 1..6), key in any_text()) {
        let items = texts.iter().map(|text| Value::Text(text.into())).collect();
        let member = |name: &str, value| Member { name: name.to_owned().into(), value, added: true };
        let lists = Value::List(vec![Value::List(items), Value::Map(vec![member(&key, Value::Text(key.as_str().into()))])]);
        let value = Value::Map(vec![member("key", Value::Map(vec![member(&key, lists)]))]);
        for text in [value.pretty_yaml("default"), value.pretty_json(), value.canonical()] {
            let tree = yaml::parse(FileId(0), &text);
            let root = tree.documents().first().and_then(|document| tree.root(document));
            let read = root.map(|root| Value::of(root).canonical());
            prop_assert_eq!(read, Some(value.canonical()), "{}", text);
        }
    }
}

fn any_text() -> impl Strategy<Value = String> {
    let shapes = "[-a0:#'\"\\\\ \n\t.,|>&*!%@`?{}\\[\\]~<=+_\u{1b}\u{e9}\u{85}\u{2028}\u{feff}]{0,8}";
    prop_oneof![
        Just(shapes).prop_flat_map(|shape| prop::string::string_regex(shape).unwrap()),
        prop::sample::select(vec![
            "null",
            "on",
            "0x1F",
            "1_000",
            "1e3",
            ".5",
            "---",
            "- a",
            "a: b",
            "12:30:45",
            "2020-01-01",
            "~"
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ]
}

#[test]
fn what_other_readers_take_for_something_else_is_in_quotes() {
    for (text, want) in [
        ("2001-01-01", "\"2001-01-01\""),
        ("2001-1-1 1:2:3", "'2001-1-1 1:2:3'"),
        ("2001-12-14t21:59:43.10-05:00", "'2001-12-14t21:59:43.10-05:00'"),
        ("12:30:45", "'12:30:45'"),
        ("-1:30.5", "'-1:30.5'"),
        ("=", "\"=\""),
        ("2001-01", "2001-01"),
        ("2001-01-01-1", "2001-01-01-1"),
        ("20010-1-1", "20010-1-1"),
        ("10.0.0.1:8080", "10.0.0.1:8080"),
        ("127:8080", "127:8080"),
        ("1:75", "1:75"),
        ("a=b", "a=b"),
    ] {
        assert_eq!(Value::Text(text.into()).pretty_yaml(""), format!("{want}\n"));
    }
}
