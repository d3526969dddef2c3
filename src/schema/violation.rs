//! Turns what the decoder refuses into words: what is so, the next move, and what the API server answers.

use super::decode::BEYOND_INT64;
use super::path::Trail;
use super::{Shape, Type, home};
use crate::manifest::Object;
use crate::placeholder::has_reference;
use crate::source::Place;
use crate::suggestion;
use crate::version::Version;
use crate::yaml::{Node, Scalar};

/// What the API server would refuse to decode.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// What is wrong.
    pub fault: Fault,
    /// The key of a field that is not known; a value of the wrong type, or its key where the value is long.
    pub place: Place,
    /// Kubernetes' own path to the field, such as `spec.template.spec.containers[0].env[1].value`.
    pub field: String,
    /// What is so: lower case, no final stop.
    pub message: String,
    /// What stands under the caret.
    pub label: String,
    /// What decided it; empty for none.
    pub note: String,
    /// The next move.
    pub help: String,
    /// Kubernetes' own path to the field that was probably meant; `None` where nobody can tell.
    pub meant: Option<String>,
    /// What the API server answers if this is all that is wrong. Of several wrong types it names one alone; of fields that
    /// are not known, all, when every type is right.
    pub answer: String,
}

/// What is wrong with a part of an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// A field that the version does not know.
    UnknownField,
    /// A value that is of another type than its field.
    WrongType,
}

/// Why a value cannot be decoded.
pub(super) enum Wrong<'t> {
    Scalar(Scalar<'t>),
    Sequence,
    Mapping,
    /// No amount; the text, if it is text.
    Quantity(Option<&'t str>),
    Base64 {
        at: usize,
    },
}

/// Longer values are not repeated in messages; in bytes.
const LONGEST_SHOWN: usize = 60;

/// What `$(…)` is where it does not belong.
const EXPANDED: &str = "$(…) is a placeholder that nothing has filled in; Kubernetes expands it in command, args, env and subPathExpr alone, which are text";

/// What all words about one object need to know.
pub(super) struct Words<'o> {
    pub(super) object: &'o Object<'o>,
    pub(super) root: &'static Type,
    pub(super) version: Version,
}

impl Words<'_> {
    pub(super) fn unknown_field(&self, key: Node<'_>, name: &str, trail: &Trail<'_>) -> Violation {
        let (kind, version) = (self.object.kind, self.version);
        let field = trail.field_path();
        let elsewhere = trail.owner.named(name);
        let message = if elsewhere.is_empty() {
            format!("the API server knows no field {field:?} in a {kind}")
        } else {
            format!("the API server of Kubernetes {version} knows no field {field:?} in a {kind}")
        };
        let (help, meant) = self.help_on_unknown(name, trail, !elsewhere.is_empty());
        Violation {
            fault: Fault::UnknownField,
            place: key.place(),
            message,
            label: format!("no field of {}", trail.owner.short_name()),
            note: if elsewhere.is_empty() { String::new() } else { which_versions(trail.owner, name) },
            help,
            meant,
            answer: self.answer(&format!("strict decoding error: unknown field {:?}", trail.strict_path())),
            field,
        }
    }

    /// The next move, and the path to the field that was probably meant.
    fn help_on_unknown(&self, name: &str, trail: &Trail<'_>, elsewhere: bool) -> (String, Option<String>) {
        if elsewhere {
            let help = "take it out, or say with --kubernetes-version which version the cluster runs";
            return (help.to_owned(), None);
        }
        let version = self.version;
        let here = || trail.up.map(Trail::field_path).unwrap_or_default();
        let known = || trail.owner.fields().iter().filter(|field| field.is_in(version)).map(|field| field.name);
        let same = known().find(|known| known.eq_ignore_ascii_case(name));
        if let Some(meant) = same {
            return (format!("write {meant:?}; the case of letters counts"), Some(below(&here(), meant)));
        }
        if let Some(requests) = home::of_amount(name, trail, version) {
            return (format!("move it to {requests}"), Some(below(&requests, name)));
        }
        if let Some(home) = home::of(name, trail, version) {
            let meant = below(&home, name);
            let home = if home.is_empty() { "the top of the object".to_owned() } else { home };
            let help =
                format!("move it to {home}, which has a field of that name; most often only the indentation is wrong");
            return (help, Some(meant));
        }
        if let Some(meant) = suggestion::nearest(name, known()) {
            return (format!("did you mean {meant:?}?"), Some(below(&here(), meant)));
        }
        let place = trail.up.map(Trail::fields).unwrap_or_default();
        (format!("take it out, or look its name up with `{}`", self.explain(&place)), None)
    }

    pub(super) fn wrong_type(
        &self,
        node: Node<'_>,
        key: Option<Node<'_>>,
        of: &'static Type,
        wrong: &Wrong<'_>,
        trail: &Trail<'_>,
    ) -> Violation {
        let field = trail.field_path();
        let (what, answer) = match wrong {
            &Wrong::Base64 { at } => ("it is no base64".to_owned(), format!("illegal base64 data at input byte {at}")),
            &Wrong::Quantity(text) => (format!("{} is no quantity", self.shown(node)), quantity_error(text).to_owned()),
            wrong => {
                let (shown, wanted) = (self.shown(node), wanted(&of.shape));
                let what = format!("{shown} is {}, not {wanted}", written(wrong, &of.shape));
                let go = format!(
                    "json: cannot unmarshal {} into Go struct field {}.{} of type {}",
                    json(wrong, &of.shape),
                    trail.go_struct(),
                    trail.go_path(self.version),
                    go_type(of),
                );
                (what, go)
            }
        };
        Violation {
            fault: Fault::WrongType,
            place: node.pointed(key),
            message: format!("the API server cannot read {field} because {what}"),
            label: format!("{} goes here", wanted(&of.shape)),
            note: if is_reference(node) { EXPANDED.to_owned() } else { String::new() },
            help: self.help_on_type(node, &of.shape, wrong, trail),
            meant: None,
            answer: self.answer(&answer),
            field,
        }
    }

    fn help_on_type(&self, node: Node<'_>, shape: &Shape, wrong: &Wrong<'_>, trail: &Trail<'_>) -> String {
        let raw = node.raw().unwrap_or_default();
        let plain = |raw: &str| match shape {
            Shape::Int32 | Shape::Int64 => raw.parse::<i64>().is_ok(),
            Shape::Bool => matches!(raw, "true" | "false"),
            _ => false,
        };
        match (shape, wrong) {
            _ if is_reference(node) => "fill it in before it is applied, and check what comes out of that".to_owned(),
            (Shape::String | Shape::Time, Wrong::Scalar(_)) if self.is_secret() => "put it in quotes".to_owned(),
            (Shape::String | Shape::Time, Wrong::Scalar(_)) => format!("put it in quotes: \"{raw}\""),
            (Shape::Int32 | Shape::Int64 | Shape::Bool, Wrong::Scalar(Scalar::String(text))) if plain(text) => {
                format!("take the quotes off: {text}")
            }
            (Shape::Quantity, Wrong::Quantity(Some(_))) => {
                "write a number and a unit: m, k, M, G, T, P and E, or Ki, Mi, Gi, Ti, Pi and Ei".to_owned()
            }
            (Shape::Bytes, Wrong::Base64 { .. }) if trail.fields() == "data" => {
                "encode it, or move it to stringData, which takes text as it is".to_owned()
            }
            (Shape::Bytes, Wrong::Base64 { .. }) => "encode it with base64".to_owned(),
            (Shape::List(_), _) => "write a sequence, whose items begin with \"- \"".to_owned(),
            (Shape::Struct(_) | Shape::Map(_), Wrong::Sequence) => {
                "write a mapping: keys and values, without \"- \"".to_owned()
            }
            _ => format!("look up with `{}` what belongs here", self.explain(&trail.fields())),
        }
    }

    /// A short value as it is written, unless it may be a secret.
    fn shown(&self, node: Node<'_>) -> String {
        match node.raw() {
            Some(raw) if raw.len() <= LONGEST_SHOWN && !self.is_secret() => format!("{raw:?}"),
            _ => "it".to_owned(),
        }
    }

    fn is_secret(&self) -> bool {
        self.root.short_name() == "Secret"
    }

    fn explain(&self, path: &str) -> String {
        let dot = if path.is_empty() { "" } else { "." };
        format!("kubectl explain {}{dot}{path}", self.object.kind.to_lowercase())
    }

    /// The whole answer (apiserver `pkg/endpoints/handlers/rest.go`, `transformDecodeError`).
    fn answer(&self, error: &str) -> String {
        let (kind, version) = (self.object.kind, self.object.api_version);
        let version = version.rsplit_once('/').map_or(version, |(_, version)| version);
        format!("{kind} in version {version:?} cannot be handled as a {}: {error}", self.root.short_name())
    }
}

/// The path to a field of the struct at `path`, which is empty for the object itself.
fn below(path: &str, name: &str) -> String {
    let dot = if path.is_empty() { "" } else { "." };
    format!("{path}{dot}{name}")
}

/// Whether a value is text that is left to be filled in, in the way that Kubernetes fills in texts.
fn is_reference(node: Node<'_>) -> bool {
    node.as_str().is_some_and(has_reference)
}

/// Which versions have a field that this one does not.
fn which_versions(owner: &Type, name: &str) -> String {
    let has = |version: &Version| owner.field(name, *version).is_some();
    let (first, last) = (Version::all().find(has), Version::all().rev().find(has));
    match (first, last) {
        (Some(first), Some(last)) if last == Version::NEWEST => format!("the field exists since Kubernetes {first}"),
        (Some(first), Some(last)) if first == Version::OLDEST => format!("the field exists up to Kubernetes {last}"),
        (Some(first), Some(last)) if first == last => format!("the field exists in Kubernetes {first} alone"),
        (Some(first), Some(last)) => format!("the field exists from Kubernetes {first} to {last}"),
        _ => String::new(),
    }
}

/// What a value is, to a person.
fn written(wrong: &Wrong<'_>, shape: &Shape) -> &'static str {
    match (wrong, shape) {
        (Wrong::Sequence, _) => "a sequence",
        (Wrong::Mapping, _) => "a mapping",
        (Wrong::Scalar(Scalar::String(_)), _) => "text",
        (Wrong::Scalar(Scalar::Bool(_)), _) => "a boolean",
        (Wrong::Scalar(Scalar::Int(_)), Shape::Byte) => "no byte",
        (Wrong::Scalar(Scalar::Int(_)), Shape::Int32 | Shape::IntOrString) => "beyond 32 bits",
        (Wrong::Scalar(Scalar::UInt(_)), Shape::Int32 | Shape::Int64 | Shape::IntOrString) => "beyond 64 bits",
        (Wrong::Scalar(Scalar::Float(number)), Shape::Int32 | Shape::Int64 | Shape::IntOrString)
            if number.fract() == 0.0 && number.abs() >= BEYOND_INT64 =>
        {
            "beyond 64 bits"
        }
        (Wrong::Scalar(Scalar::Float(_)), Shape::Int32 | Shape::Int64 | Shape::IntOrString) => "a fraction",
        _ => "a number",
    }
}

/// What would be right, to a person.
fn wanted(shape: &Shape) -> &'static str {
    match shape {
        Shape::String => "text",
        Shape::Bool => "true or false",
        Shape::Int32 | Shape::Int64 => "an integer",
        Shape::Bytes => "text in base64",
        Shape::Byte => "a number from 0 to 255",
        Shape::Quantity => "a quantity",
        Shape::IntOrString => "an integer or text",
        Shape::Time => "a time as text",
        Shape::Any => "anything",
        Shape::List(_) => "a sequence",
        Shape::Map(_) | Shape::Struct(_) => "a mapping",
    }
}

/// What a value is, to Go's decoder.
fn json(wrong: &Wrong<'_>, shape: &Shape) -> String {
    let integer = matches!(shape, Shape::Int32 | Shape::Int64 | Shape::Byte | Shape::IntOrString);
    match wrong {
        Wrong::Sequence => "array".to_owned(),
        Wrong::Mapping => "object".to_owned(),
        Wrong::Scalar(Scalar::String(_)) => "string".to_owned(),
        Wrong::Scalar(Scalar::Bool(_)) => "bool".to_owned(),
        Wrong::Scalar(Scalar::Int(number)) if integer => format!("number {number}"),
        #[expect(clippy::cast_precision_loss, reason = "what is no int64 travels as a float")]
        Wrong::Scalar(Scalar::UInt(number)) if integer => format!("number {}", go_float(*number as f64)),
        Wrong::Scalar(Scalar::Float(number)) if integer => format!("number {}", go_float(*number)),
        _ => "number".to_owned(),
    }
}

/// A float as Go's `encoding/json` writes it (`floatEncoder.encode`).
fn go_float(number: f64) -> String {
    if number == 0.0 || (1e-6..1e21).contains(&number.abs()) {
        return format!("{number}");
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}

/// What types that decode themselves are to Go's errors.
fn go_type(of: &Type) -> &'static str {
    match of.shape {
        Shape::IntOrString => "int32",
        Shape::Time => "string",
        _ => of.name,
    }
}

/// What apimachinery's `resource.ParseQuantity` answers to a text that is no amount, or to what is no text.
fn quantity_error(text: Option<&str>) -> &'static str {
    const SHAPE: &str = "quantities must match the regular expression \
                         '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    let text = text.unwrap_or("{").trim();
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text).trim_start_matches(|char: char| char.is_ascii_digit());
    let rest = rest.strip_prefix('.').map_or(rest, |rest| rest.trim_start_matches(|char: char| char.is_ascii_digit()));
    let rest = rest.trim_start_matches(|char| "eEinumkKMGTP".contains(char));
    let rest = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    if text.is_empty() || rest.contains(|char: char| !char.is_ascii_digit()) {
        SHAPE
    } else {
        "unable to parse quantity's suffix"
    }
}
