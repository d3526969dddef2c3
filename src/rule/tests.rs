//! Pins what expressions answer, and how each mistake and each fault in them is told.

use super::*;
use crate::source::FileId;
use crate::yaml::{self, Node};

crate::record! {
    /// A port of a container.
    pub(super) struct Port<'a> as "port" at node {
        /// Its name.
        name "name": &'a str,
        /// Its number.
        number "number": i64,
    }
}

crate::record! {
    /// All facts of the tests.
    pub(super) struct Root<'a> as "facts" at node {
        /// The object itself.
        object "object": Option<Node<'a>>,
        /// Whether it is found.
        found "found": bool,
        /// How many.
        count "count": i64,
        /// Nothing at all.
        nothing "nothing": Option<i64>,
        /// A share.
        share "share": Option<f64>,
        /// Its name.
        name "name": &'a str,
        /// All names.
        names "names": Vec<&'a str>,
        /// All ports.
        ports "ports": Vec<Port<'a>>,
        /// The first port.
        port "port": Option<Port<'a>>,
        /// No port.
        gone "gone": Option<Port<'a>>,
    }
}

const MANIFEST: &str = "
kind: StatefulSet
metadata: {name: db, labels: {app: db, 'app.kubernetes.io/name': x}}
spec:
  replicas: 3
  share: 1.5
  paused: true
  nothing: null
  list: [1, two, 3.5, {a: 1}, [4]]
  same: [1, two, 3.5, {a: 1}, [4]]
  huge: 18446744073709551615
";

/// Shows what an expression answers, or the fault.
fn answer(source: &str) -> String {
    let tree = yaml::parse(FileId(0), MANIFEST);
    let node = tree.documents().first().and_then(|document| tree.root(document));
    let port = |name, number| Port { node: None, name, number };
    let root = Root {
        node,
        object: node,
        found: true,
        count: 3,
        nothing: None,
        share: Some(0.5),
        name: "db",
        names: vec!["a", "b", "c"],
        ports: vec![port("http", 80), port("https", 443)],
        port: Some(port("http", 80)),
        gone: None,
    };
    match Program::compile(source, &Root::RECORD, None) {
        Ok(program) => match program.evaluate(&root, None) {
            Ok(value) => show(&value),
            Err(fault) => format!("{:?}: {fault}", fault.kind),
        },
        Err(mistake) => format!("{:?}: {} ({})", mistake.span, mistake.message, mistake.help),
    }
}

fn show(value: &Value<'_>) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::String(text) => format!("{text:?}"),
        Value::List(list) => {
            let items: Vec<_> = (0..list.len()).map(|index| show(&list.at(index).settled())).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Made(items) => {
            let items: Vec<_> = items.iter().map(|item| show(&item.clone().settled())).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Record(record) => record.record_type().name.to_owned(),
        Value::Node(node) => format!("{node:?}"),
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn expressions_answer_as_in_cel() {
    for (source, want) in [
        ("1 + 2 * 3 - 4 / 2 % 3", "5"),
        ("7 / -2", "-3"),
        ("-7 % 3", "-1"),
        ("9223372036854775807 + 1", "Overflow: \"+\" leaves 64 bits"),
        ("-9223372036854775808 / -1", "Overflow: \"/\" leaves 64 bits"),
        ("1 / 0", "DivisionByZero: \"/\" by zero"),
        ("1.5 + 2.0", "3.5"),
        ("'a' + name", "\"adb\""),
        ("names + ['d']", r#"["a", "b", "c", "d"]"#),
        ("1 < 2.5 && 2.0 == 2", "true"),
        ("9007199254740993 == 9007199254740992.0", "true"),
        ("0.0 / 0.0 == 0.0 / 0.0", "false"),
        ("0.0 / 0.0 < 1.0", "NoSuchOverload: \"<\" cannot be asked of NaN"),
        ("object.spec.huge > 9223372036854775807", "true"),
        ("false && 1 / 0 == 0", "false"),
        ("1 / 0 == 0 && false", "false"),
        ("1 / 0 == 0 || true", "true"),
        ("1 / 0 == 0 || false", "DivisionByZero: \"/\" by zero"),
        ("1 / 0 == 0 && true", "DivisionByZero: \"/\" by zero"),
        ("found ? 'yes' : 'no'", "\"yes\""),
        ("nothing == null", "true"),
        ("nothing > 1", "NoSuchOverload: \">\" cannot stand between null_type and int"),
        ("share == 0.5", "true"),
        ("port.name == 'http' && ports[1].number == 443", "true"),
        ("object.spec.list[9223372036854775807]", "OutOfRange: 9223372036854775807 is out of range"),
        ("ports[2].number", "OutOfRange: 2 is out of range"),
        ("gone == null && port != null", "true"),
        ("gone.name == 'x'", "NoSuchKey: there is no \"name\""),
        ("has(gone.name)", "false"),
        ("has(port.name)", "true"),
        ("has(object.spec.replicas) && !has(object.spec.nothing) && !has(object.spec.a)", "true"),
        ("object.spec.a", "NoSuchKey: there is no \"a\""),
        ("object.spec.nothing", "NoSuchKey: there is no \"nothing\""),
        ("object.spec.replicas == 3 && object.spec.paused && object.spec.share > 1.0", "true"),
        ("object.metadata.labels['app.kubernetes.io/name']", "\"x\""),
        ("'app' in object.metadata.labels && !('b' in object.metadata.labels)", "true"),
        ("object.spec.list == object.spec.same", "true"),
        ("object.spec.list[1] + 's'", "\"twos\""),
        ("'two' in object.spec.list && 1 in object.spec.list", "true"),
        ("object.metadata.labels.all(k, k.startsWith('app'))", "true"),
        ("object.spec.list.filter(x, type(x) == int)", "[1]"),
        ("type(object.spec) == map && type(1.0) == double", "true"),
        ("names.all(n, n != 'd') && names.exists(n, n == 'c') && names.exists_one(n, n == 'a')", "true"),
        ("names.all(n, 1 / 0 == 1 || n == 'b')", "DivisionByZero: \"/\" by zero"),
        ("[1, 0].exists(n, 1 / n == 1)", "true"),
        ("[0, 1].exists(n, 1 / n == 1)", "true"),
        ("[0, 1].exists_one(n, 1 / n == 1)", "DivisionByZero: \"/\" by zero"),
        ("ports.map(p, p.name)", r#"["http", "https"]"#),
        ("ports.map(p, p.number > 80, p.name).join(', ')", "\"https\""),
        ("ports.exists(p, names.exists(n, p.name == n + 'ttp'))", "false"),
        ("ports.map(p, ports.filter(q, q.number <= p.number).size())", "[1, 2]"),
        ("size('äö') == 2 && names.size() == 3 && size(object.metadata.labels) == 2", "true"),
        ("'äöü'.indexOf('ü') == 2 && 'abab'.lastIndexOf('ab') == 2 && 'abab'.lastIndexOf('ab', 1) == 0", "true"),
        ("'tacocat'.substring(4) + 'tacocat'.substring(0, 4)", "\"cattaco\""),
        ("'a,b,c'.split(',', 2)", r#"["a", "b,c"]"#),
        ("'hello'.split('')", r#"["h", "e", "l", "l", "o"]"#),
        ("'hello hello'.replace('he', 'we', 1)", "\"wello hello\""),
        ("' Ab '.trim().lowerAscii() + 'é'.upperAscii()", "\"abé\""),
        ("'db-0'.matches('^[a-z]+-[0-9]+$') && 'xdb'.matches('db')", "true"),
        ("int('12') + int(1.9) + int(-1.9)", "12"),
        ("int('x')", "Conversion: \"x\" cannot be turned into int"),
        ("string(1) + string(1.5) + string(true)", "\"11.5true\""),
        ("double(3) / double('2')", "1.5"),
        ("bool('true')", "true"),
        ("[3, 1, 2].max() + [3, 1, 2].min() + [3, 1, 2].sum() + [].sum()", "10"),
        ("dyn(1) == 'a'", "false"),
        (
            "count == 3 && it_is == 1",
            "14..19: no fact is called \"it_is\" (the facts are object, found, count, nothing, share, name, names, ports, port, gone)",
        ),
        ("cuont == 3", "0..5: no fact is called \"cuont\" (did you mean \"count\"?)"),
        ("port.nmae", "5..9: port has no \"nmae\" (did you mean \"name\"?)"),
        (
            "ports.name",
            "6..10: this is list of port, which has no \"name\" (ask one of its items, such as .exists(x, x.name == …))",
        ),
        (
            "name == 3",
            "0..9: \"==\" cannot stand between string and int (turn it into text with string(x), or the text into a number with int(x))",
        ),
        (
            "count + 1.0",
            "0..11: \"+\" cannot stand between int and double (turn one into the other with double(x) or int(x))",
        ),
        ("!count", "1..6: \"!\" takes bool, and this is int ()"),
        ("name.startswith('a')", "5..15: no value has a function called \"startswith\" (did you mean \"startsWith\"?)"),
        ("startsWith(name, 'a')", "0..10: no function is called \"startsWith\" (write x.startsWith(…))"),
        ("name.contains(1)", "14..15: \"contains\" takes string, and this is int ()"),
        ("name.contains()", "0..15: \"contains\" needs 1 more argument ()"),
        ("name.trim('a')", "10..13: \"trim\" takes no argument here ()"),
        ("'a'.matches('[')", "12..15: this pattern cannot be read: "),
        ("'a'.matches(name)", "12..16: the pattern of \"matches\" should be a literal"),
        ("name.matches('(a{500}){500}')", "13..28: this pattern cannot be read: "),
        ("names.all(n)", "0..12: \"all\" takes a variable and what is asked of it"),
        ("has(port)", "4..8: \"has\" takes a field"),
        ("found ? 1 : 'a'", "0..15: one side of \":\" is int, the other string"),
        ("port == port", "0..12: \"==\" cannot stand between port and port"),
    ] {
        let found = answer(source);
        if want.contains(".. ")
            || source.contains("matches('[')")
            || want.starts_with(|c: char| c.is_ascii_digit()) && want.contains(": ")
        {
            assert!(found.starts_with(want), "{source}\n found {found}\n want  {want}");
        } else {
            assert_eq!(found, want, "{source}");
        }
    }
}

#[test]
fn no_expression_takes_longer_than_its_steps() {
    let list = format!("[{}]", (0..200).map(|number| number.to_string()).collect::<Vec<_>>().join(", "));
    for source in [
        format!("{list}.all(a, {list}.all(b, {list}.all(c, {list}.all(d, a + b + c + d >= 0))))"),
        format!("{list}.map(a, {list}.map(b, {list}.map(c, {list}.map(d, a))))"),
        // Comparing collections takes steps too.
        format!("{list}.all(a, {list}.all(b, {list} == {list}))"),
        // A fault of cost is not one that `||` can absorb.
        format!("{list}.all(a, {list}.all(b, {list}.all(c, {list}.all(d, a >= 0)))) || true"),
    ] {
        let found = answer(&source);
        assert!(found.starts_with("TooDear"), "{found}: …{}", &source[source.len() - 60..]);
    }
}
