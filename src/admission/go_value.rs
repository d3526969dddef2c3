//! Holds a value as Go's types hold it, and prints it as an error of the API server does.

use super::field::Field;
use super::go::{json_quote_into, quote_into};
use crate::quantity::{Quantity, canonical_to_milli};
use crate::version::Version;
use crate::yaml::Node;

/// A value as Go's types hold it, which an error names. From 1.34 on it is printed as JSON, before that in Go's own
/// syntax (`%#v`; `Error.ErrorBody` of `k8s.io/apimachinery`, `pkg/util/validation/field/errors.go`).
#[derive(Clone, Debug)]
pub(super) enum GoValue<'v> {
    /// Text.
    Text(&'v str),
    /// A number.
    Int(i64),
    /// A truth value.
    Bool(bool),
    /// A pointer, list or map that is nil, by its type in Go, such as `*int32` or `[]string`.
    Nil(&'v str),
    /// A pointer to something, by its type in Go, such as `*int32`.
    Pointer(&'v str, Box<GoValue<'v>>),
    /// A list, by its type in Go, such as `[]string`.
    List(&'v str, Vec<GoValue<'v>>),
    /// A map, by its type in Go, such as `map[string]string`; its keys are printed in order.
    Map(&'v str, Vec<(String, GoValue<'v>)>),
    /// A struct, by its type in Go, such as `apps.StatefulSetUpdateStrategy`.
    Struct(&'v str, Vec<Member<'v>>),
    /// A `resource.Quantity`, as it is written.
    Amount(String),
    /// What is printed one way as JSON and the other way in Go's syntax.
    Both { json: String, go: String },
}

/// A member of a struct.
#[derive(Clone, Debug)]
pub(super) struct Member<'v> {
    /// Its name in Go.
    name: &'v str,
    /// Its name in JSON, which is the one in Go for most internal types.
    json: &'v str,
    /// Whether JSON leaves it out while it is empty.
    omit_empty: bool,
    value: GoValue<'v>,
}

impl<'v> Member<'v> {
    /// A member without a JSON tag, as internal types have them.
    pub(super) fn new(name: &'v str, value: GoValue<'v>) -> Self {
        Self { name, json: name, omit_empty: false, value }
    }

    /// A member with the JSON tag `json:"<tag>,omitempty"`, or without the `omitempty`.
    pub(super) fn tagged(name: &'v str, json: &'v str, omit_empty: bool, value: GoValue<'v>) -> Self {
        Self { name, json, omit_empty, value }
    }
}

impl<'v> GoValue<'v> {
    /// A pointer of that type to a number, nil where the field is absent.
    pub(super) fn int_pointer(go_type: &'v str, field: &Field<'_, '_>) -> Self {
        field.int().map_or(Self::Nil(go_type), |number| Self::Pointer(go_type, Box::new(Self::Int(number))))
    }

    /// A `*bool`, nil where the field is absent.
    pub(super) fn bool_pointer(field: &Field<'_, '_>) -> Self {
        let value = field.node().and_then(Node::as_bool);
        value.map_or(Self::Nil("*bool"), |value| Self::Pointer("*bool", Box::new(Self::Bool(value))))
    }

    /// A pointer of that type to text, nil where the field is absent.
    pub(super) fn text_pointer(go_type: &'v str, field: &Field<'_, 'v>) -> Self {
        if !field.exists() {
            return Self::Nil(go_type);
        }
        Self::Pointer(go_type, Box::new(Self::Text(field.text())))
    }

    /// A `[]string` or another list of text, nil where the field is absent.
    pub(super) fn text_list(go_type: &'v str, field: &Field<'_, 'v>) -> Self {
        if !field.exists() {
            return Self::Nil(go_type);
        }
        Self::List(go_type, field.items().map(|item| Self::Text(item.text())).collect())
    }

    /// A `map[string]string`, nil where the field is absent.
    pub(super) fn text_map(field: &Field<'_, 'v>) -> Self {
        let go_type = "map[string]string";
        if !field.exists() {
            return Self::Nil(go_type);
        }
        let text = |node: Node<'v>| Self::Text(node.as_str().unwrap_or_default());
        let entries = field.entries().into_iter().map(|(key, _, value)| (key.into_owned(), text(value)));
        Self::Map(go_type, entries.collect())
    }

    /// A `core.ResourceList`, nil where the field is absent.
    pub(super) fn amounts(field: &Field<'_, 'v>) -> Self {
        let go_type = "core.ResourceList";
        if !field.exists() {
            return Self::Nil(go_type);
        }
        let amount = |node: Node<'v>| Self::Amount(node.raw().unwrap_or_default().trim().to_owned());
        let entries = field.entries().into_iter().map(|(key, _, value)| (key.into_owned(), amount(value)));
        Self::Map(go_type, entries.collect())
    }

    /// An `IntOrString` (`k8s.io/apimachinery`, `pkg/util/intstr`).
    pub(super) fn int_or_string(field: &Field<'_, 'v>) -> Self {
        let (kind, number, text) = match field.int() {
            Some(number) => (0, number, ""),
            None => (i64::from(field.exists()), 0, field.text()),
        };
        let mut json = String::new();
        if kind == 1 {
            json_quote_into(&mut json, text);
        } else {
            json.push_str(&number.to_string());
        }
        let mut go = format!("intstr.IntOrString{{Type:{kind}, IntVal:{number}, StrVal:");
        quote_into(&mut go, text);
        go.push('}');
        Self::Both { json, go }
    }

    /// A `*metav1.LabelSelector`, which an error never names as nil.
    pub(super) fn label_selector(field: &Field<'_, 'v>) -> Self {
        let requirement = |item: Field<'_, 'v>| {
            Self::Struct(
                "v1.LabelSelectorRequirement",
                vec![
                    Member::tagged("Key", "key", false, Self::Text(item.child("key").text())),
                    Member::tagged("Operator", "operator", false, Self::Text(item.child("operator").text())),
                    Member::tagged("Values", "values", true, Self::text_list("[]string", &item.child("values"))),
                ],
            )
        };
        let (labels, expressions) = (field.child("matchLabels"), field.child("matchExpressions"));
        let list = "[]v1.LabelSelectorRequirement";
        let requirements = if expressions.exists() {
            Self::List(list, expressions.items().map(requirement).collect())
        } else {
            Self::Nil(list)
        };
        Self::Struct(
            "v1.LabelSelector",
            vec![
                Member::tagged("MatchLabels", "matchLabels", true, Self::text_map(&labels)),
                Member::tagged("MatchExpressions", "matchExpressions", true, requirements),
            ],
        )
    }

    /// What the server of that version prints.
    pub(super) fn print(&self, version: Version) -> String {
        let mut text = String::new();
        match self {
            _ if version.minor() >= 34 => self.json_into(&mut text),
            // What a pointer points at is named, nil in quotes.
            Self::Nil(go_type) if go_type.starts_with('*') => text.push_str("\"null\""),
            Self::Pointer(_, value) => value.go_into(&mut text),
            _ => self.go_into(&mut text),
        }
        text
    }

    /// As `encoding/json` writes it.
    fn json_into(&self, to: &mut String) {
        match self {
            Self::Text(text) => json_quote_into(to, text),
            Self::Int(number) => to.push_str(&number.to_string()),
            Self::Bool(value) => to.push_str(if *value { "true" } else { "false" }),
            Self::Nil(_) => to.push_str("null"),
            Self::Pointer(_, value) => value.json_into(to),
            Self::List(_, items) => separated(to, ('[', ",", ']'), items, |to, item| item.json_into(to)),
            Self::Map(_, entries) => separated(to, ('{', ",", '}'), sorted(entries), |to, (key, value)| {
                json_quote_into(to, key);
                to.push(':');
                value.json_into(to);
            }),
            Self::Struct(_, members) => {
                let kept = members.iter().filter(|member| !member.omit_empty || !member.value.is_empty());
                separated(to, ('{', ",", '}'), kept, |to, member| {
                    json_quote_into(to, member.json);
                    to.push(':');
                    member.value.json_into(to);
                });
            }
            Self::Amount(text) => json_quote_into(to, &canonical_to_milli(text).unwrap_or_default()),
            Self::Both { json, .. } => to.push_str(json),
        }
    }

    /// As `%#v` writes it, addresses as `0xADDR`.
    fn go_into(&self, to: &mut String) {
        match self {
            Self::Text(text) => quote_into(to, text),
            Self::Int(number) => to.push_str(&number.to_string()),
            Self::Bool(value) => to.push_str(if *value { "true" } else { "false" }),
            Self::Nil(go_type) if go_type.starts_with('*') => to.extend(["(", go_type, ")(nil)"]),
            Self::Nil(go_type) => to.extend([go_type, "(nil)"]),
            Self::Pointer(go_type, _) => to.extend(["(", go_type, ")(0xADDR)"]),
            Self::List(go_type, items) => {
                to.push_str(go_type);
                separated(to, ('{', ", ", '}'), items, |to, item| item.go_into(to));
            }
            Self::Map(go_type, entries) => {
                to.push_str(go_type);
                separated(to, ('{', ", ", '}'), sorted(entries), |to, (key, value)| {
                    quote_into(to, key);
                    to.push(':');
                    value.go_into(to);
                });
            }
            Self::Struct(go_type, members) => {
                to.push_str(go_type);
                separated(to, ('{', ", ", '}'), members, |to, member| {
                    to.push_str(member.name);
                    to.push(':');
                    member.value.go_into(to);
                });
            }
            // A struct of which no error of an old server names one.
            Self::Amount(text) => quote_into(to, text),
            Self::Both { go, .. } => to.push_str(go),
        }
    }

    /// Whether the two are the same to the server (`apiequality.Semantic.DeepEqual`): nil and empty lists and maps are, and
    /// amounts of the same size.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(_, items), Self::List(_, others)) => {
                items.len() == others.len() && items.iter().zip(others).all(|(item, other)| item.is_same(other))
            }
            (Self::Map(_, entries), Self::Map(_, others)) => {
                let is_same = |((key, value), (other_key, other)): (&(String, Self), &(String, Self))| {
                    key == other_key && value.is_same(other)
                };
                entries.len() == others.len() && sorted(entries).into_iter().zip(sorted(others)).all(is_same)
            }
            (Self::Struct(_, members), Self::Struct(_, others)) => {
                members.iter().zip(others).all(|(member, other)| member.value.is_same(&other.value))
            }
            (Self::Pointer(_, value), Self::Pointer(_, other)) => value.is_same(other),
            (Self::Amount(text), Self::Amount(other)) => {
                let amount = |text: &str| canonical_to_milli(text).and_then(|text| text.parse::<Quantity>().ok());
                text == other || amount(text).is_some_and(|size| amount(other) == Some(size))
            }
            (Self::Nil(_), Self::List(..) | Self::Map(..)) => other.is_empty(),
            (Self::List(..) | Self::Map(..), Self::Nil(_)) => self.is_empty(),
            (Self::Nil(_), Self::Nil(_)) => true,
            (Self::Text(text), Self::Text(other)) => text == other,
            (Self::Int(number), Self::Int(other)) => number == other,
            (Self::Bool(value), Self::Bool(other)) => value == other,
            (Self::Both { json, .. }, Self::Both { json: other, .. }) => json == other,
            _ => false,
        }
    }

    /// Whether `omitempty` leaves it out.
    fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Int(number) => *number == 0,
            Self::Bool(value) => !value,
            Self::Nil(_) => true,
            Self::Pointer(..) | Self::Struct(..) | Self::Amount(_) | Self::Both { .. } => false,
            Self::List(_, items) => items.is_empty(),
            Self::Map(_, entries) => entries.is_empty(),
        }
    }
}

fn sorted<'e, 'v>(entries: &'e [(String, GoValue<'v>)]) -> Vec<&'e (String, GoValue<'v>)> {
    let mut entries: Vec<_> = entries.iter().collect();
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    entries
}

fn separated<T>(
    to: &mut String,
    (open, between, close): (char, &str, char),
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    to.push(open);
    for (number, item) in items.into_iter().enumerate() {
        if number > 0 {
            to.push_str(between);
        }
        write(to, item);
    }
    to.push(close);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_printed_as_json_since_1_34_and_in_gos_syntax_before() {
        let number = |value: i64| GoValue::Pointer("*int32", Box::new(GoValue::Int(value)));
        let members = vec![
            Member::new("One", number(1)),
            Member::tagged("Map", "map", true, GoValue::Map("map[string]string", Vec::new())),
        ];
        let entries = vec![("b".to_owned(), GoValue::Text("1")), ("a".to_owned(), GoValue::Text(""))];
        for (value, go, json) in [
            (
                GoValue::Struct("apps.Two", members),
                "apps.Two{One:(*int32)(0xADDR), Map:map[string]string{}}",
                r#"{"One":1}"#,
            ),
            (number(-1), "-1", "-1"),
            (GoValue::Nil("*int32"), r#""null""#, "null"),
            (GoValue::Nil("[]string"), "[]string(nil)", "null"),
            (
                GoValue::List("[]string", vec![GoValue::Text("<a>"), GoValue::Text("b")]),
                r#"[]string{"<a>", "b"}"#,
                r#"["\u003ca\u003e","b"]"#,
            ),
            (
                GoValue::Map("map[string]string", entries),
                r#"map[string]string{"a":"", "b":"1"}"#,
                r#"{"a":"","b":"1"}"#,
            ),
        ] {
            assert_eq!(value.print(Version::OLDEST), go, "{value:?}");
            assert_eq!(value.print(Version::NEWEST), json, "{value:?}");
        }
    }
}
