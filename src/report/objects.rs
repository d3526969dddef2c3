//! Writes objects as kubectl writes those that it gets.

use std::io::{self, Write};

use crate::value::{Member, Value};
use crate::visible::visible;

/// In which form objects are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ObjectFormat {
    /// Documents with lines `---` between them; what was added is marked `# default`.
    Yaml,
    /// One object, or a `List` of several.
    Json,
}

/// An object to be written.
#[derive(Clone, Debug)]
pub struct Shown<'s> {
    /// The object.
    pub value: Value<'s>,
    /// What must be known of it; empty for nothing. It stands above the object in YAML alone.
    pub remark: String,
}

/// Writes objects; nothing for none.
pub fn write_objects(mut shown: Vec<Shown<'_>>, format: ObjectFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        ObjectFormat::Yaml => {
            for (number, Shown { value, remark }) in shown.iter().enumerate() {
                if number > 0 {
                    out.write_all(b"---\n")?;
                }
                if !remark.is_empty() {
                    writeln!(out, "# {}", visible(remark))?;
                }
                out.write_all(value.pretty_yaml("default").as_bytes())?;
            }
        }
        ObjectFormat::Json if shown.is_empty() => {}
        ObjectFormat::Json => {
            let one = if shown.len() == 1 { shown.pop() } else { None };
            let value = one.map_or_else(|| list(shown), |shown| shown.value);
            out.write_all(value.pretty_json().as_bytes())?;
        }
    }
    out.flush()
}

fn list(shown: Vec<Shown<'_>>) -> Value<'_> {
    let items = Value::List(shown.into_iter().map(|shown| shown.value).collect());
    let members = [("apiVersion", Value::text("v1")), ("items", items), ("kind", Value::text("List"))];
    Value::Map(members.map(|(name, value)| Member { name: name.into(), value, added: true }).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(names: &[&'static str], format: ObjectFormat) -> String {
        let shown = |&name| {
            let members = vec![Member { name: "name".into(), value: Value::text(name), added: true }];
            let remark = if name == "b" { "odd\u{1b}".to_owned() } else { String::new() };
            Shown { value: Value::Map(members), remark }
        };
        let mut out = Vec::new();
        write_objects(names.iter().map(shown).collect(), format, &mut out).expect("a vector can be written to");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn several_objects_are_documents_or_a_list() {
        let several = "{\n    \"apiVersion\": \"v1\",\n    \"items\": [\n        {\n            \"name\": \"a\"\n        },\n        \
                       {\n            \"name\": \"b\"\n        }\n    ],\n    \"kind\": \"List\"\n}\n";
        for (names, format, want) in [
            (&[][..], ObjectFormat::Yaml, ""),
            (&[], ObjectFormat::Json, ""),
            (&["a"], ObjectFormat::Yaml, "name: a # default\n"),
            (&["a"], ObjectFormat::Json, "{\n    \"name\": \"a\"\n}\n"),
            (&["a", "b"], ObjectFormat::Yaml, "name: a # default\n---\n# odd\\u{1b}\nname: b # default\n"),
            (&["a", "b"], ObjectFormat::Json, several),
        ] {
            assert_eq!(written(names, format), want, "{names:?} as {format:?}");
        }
    }
}
