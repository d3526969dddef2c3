//! Pins how values are written.

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
