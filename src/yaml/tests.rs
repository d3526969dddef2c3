//! What is read, where it stands, and which words say what cannot be read.

use std::fmt::Write;

use super::*;
use crate::source::SourceFile;

#[test]
fn merges_happen_in_written_order_and_the_last_of_equal_keys_wins() {
    let text =
        "base: &b {x: 1, z: 2, yes: 3}\nlate:\n  x: 9\n  <<: *b\nearly:\n  <<: *b\n  x: 9\ntwice: {k: 1, k: 2}\n";
    let tree = parse(FileId(0), text);
    let root = tree.root(&tree.documents()[0]).unwrap();
    for (mapping, key, want) in
        [("late", "x", 1), ("early", "x", 9), ("early", "true", 3), ("twice", "k", 2), ("base", "true", 3)]
    {
        let value = root.get(mapping).and_then(|mapping| mapping.get(key)).and_then(Node::as_i64);
        assert_eq!(value, Some(want), "{mapping}.{key}");
    }
    assert!(matches!(tree.faults(), [Fault { kind: FaultKind::DuplicateKey { .. }, .. }]), "{:?}", tree.faults());
    assert_eq!(root.entry("early").map(|entry| entry.key.span()), Some(Span::new(52, 57)));
}

#[test]
fn aliases_that_multiply_break_the_document_in_bounded_time() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let item = format!("*a{}, ", level - 1);
        let items = item.repeat(10);
        writeln!(text, "a{level}: &a{level} [{items}]").unwrap();
    }
    let tree = parse(FileId(0), &text);
    assert!(tree.documents()[0].broken);
    assert!(tree.faults()[0].message.contains("multiply"), "{:?}", tree.faults());
}

/// Every node of the first document, outermost first, with the text that its span covers.
fn pieces<'t>(node: Node<'t>, into: &mut Vec<&'t str>) {
    into.push(&node.text()[node.span().range()]);
    for child in node.entries().flat_map(|(key, value)| [key, value]).chain(node.items()) {
        if !child.is_alias() {
            pieces(child, into);
        }
    }
}

#[test]
fn spans_cover_what_was_written() {
    for (text, want) in [
        ("a: 1 # c\n", &["a: 1", "a", "1"][..]),
        ("a:\nb:\n  - x\n  -\n", &["a:\nb:\n  - x\n  -", "a", "", "b", "- x\n  -", "x", ""]),
        (
            "a: |-  # c\n  x\n  y\n\nb: >\n  z\n",
            &["a: |-  # c\n  x\n  y\n\nb: >\n  z", "a", "|-  # c\n  x\n  y", "b", ">\n  z"],
        ),
        ("a: [ 'x' , \"y\" ]\n", &["a: [ 'x' , \"y\" ]", "a", "[ 'x' , \"y\" ]", "'x'", "\"y\""]),
        ("- - a\n  - {b: c}\n", &["- - a\n  - {b: c}", "- a\n  - {b: c}", "a", "{b: c}", "b", "c"]),
        ("a: &x !!str b\n  c\n", &["a: &x !!str b\n  c", "a", "b\n  c"]),
        ("a: &x\n", &["a: &x", "a", ""]),
        ("{\"a\": [1]}", &["{\"a\": [1]}", "\"a\"", "[1]", "1"]),
        ("? a\n: b\n", &["? a\n: b", "a", "b"]),
        ("a:\r\n- |\r\n  x\r\n", &["a:\r\n- |\r\n  x", "a", "- |\r\n  x", "|\r\n  x"]),
    ] {
        let tree = parse(FileId(0), text);
        let mut found = Vec::new();
        pieces(tree.root(&tree.documents()[0]).expect(text), &mut found);
        assert_eq!(found, want, "{text:?}");
    }
}

#[test]
fn an_absent_value_stands_behind_what_announces_it() {
    for (text, at) in
        [("a:\n", 2), ("a:  # c\nb: 1\n", 2), ("-\n", 1), ("- &x\n", 4), ("{a }", 2), ("{a: , b: 1}", 3), ("? a\n", 3)]
    {
        let tree = parse(FileId(0), text);
        let root = tree.root(&tree.documents()[0]).expect(text);
        let value = root.items().next().or(root.entries().next().map(|(_, value)| value)).unwrap();
        assert_eq!((value.span(), value.is_null()), (Span::at(at), true), "{text:?}");
    }
}

#[test]
fn comments_are_kept_in_order_however_many_there_are() {
    let many = format!("a:\n{}  b: &x 1 # last\n", "  # c\n".repeat(200));
    for (text, count) in [
        ("# a\nb: 1 # c\n---\n# d\n", 3),
        ("a: |  # b\n  # text\n# c\n", 2),
        ("a: '# b' # c\n", 1),
        ("a: b#c\n", 0),
        (&many, 201),
    ] {
        let tree = parse(FileId(0), text);
        let comments: Vec<_> = tree.comments().iter().map(|span| &text[span.range()]).collect();
        assert_eq!(comments.len(), count, "{text:?}: {comments:?}");
        assert!(comments.iter().all(|comment| comment.starts_with('#') && !comment.ends_with('\n')), "{comments:?}");
    }
}

#[test]
fn a_broken_document_does_not_hide_its_neighbours() {
    let mut source = SourceFile::new("a.yaml", "a: 1\n---\nb: [\n---\nc: 3\n---\nd: ?\n---\ne: 5\n--- f\n---\ng: 7\n");
    source.not_text = vec![Span::new(30, 31)];
    let tree = read(FileId(0), &source);
    let broken: Vec<_> = tree.documents().iter().map(|document| document.broken).collect();
    assert_eq!(broken, [false, true, false, true, false, true, false]);
    let faults: Vec<_> = tree.faults().iter().map(|fault| (fault.document, &source.text[fault.span.range()])).collect();
    assert_eq!(faults, [(1, "["), (3, "?"), (5, "f")]);
}

#[test]
fn the_reader_of_kubernetes_is_told_from_yaml() {
    for (text, key, want) in [
        ("a: 0777\n", "a", Scalar::Int(511)),
        ("a: 3.0\n", "a", Scalar::Int(3)),
        ("a: 1_000\n", "a", Scalar::Int(1000)),
        ("a: 1e3\n", "a", Scalar::Int(1000)),
        ("a: 0.5\n", "a", Scalar::Float(0.5)),
        ("a: 18446744073709551615\n", "a", Scalar::UInt(u64::MAX)),
        ("a: 2001-01-01\n", "a", Scalar::String("2001-01-01")),
        ("a: 12:30\n", "a", Scalar::String("12:30")),
        ("on: Off\n", "true", Scalar::Bool(false)),
        ("1.10: ~\n", "1.1", Scalar::Null),
        ("a: !!int \"5\"\n", "a", Scalar::Int(5)),
        ("a: !!binary aGk=\n", "a", Scalar::String("hi")),
        ("a: ! 5\n", "a", Scalar::String("5")),
        ("{\"a\": \"\\ud83d\\ude00\"}", "a", Scalar::String("😀")),
    ] {
        let tree = parse(FileId(0), text);
        let root = tree.root(&tree.documents()[0]).expect(text);
        assert_eq!(root.entry(key).and_then(|entry| entry.value.scalar()), Some(want), "{text:?}");
    }
}

#[test]
fn faults_point_where_the_user_must_look() {
    for (text, line, column, place, words) in [
        ("a:\n\tb: 1\n", 2, 1, "\t", "a tab is used for indentation"),
        ("a: b\n\tc\n", 2, 1, "\t", "a tab is used for indentation"),
        ("- \ta\n", 1, 3, "\t", "only spaces"),
        ("a: |\n\tb\n", 2, 1, "\t", "indent a block of text"),
        ("a: b: c\n", 1, 5, ":", "inside a value"),
        ("a: \"b\nc: d\n", 1, 4, "\"", "never closed"),
        ("a: [1, 2\nb: 3\n", 1, 4, "[", "never closed"),
        ("a: {b: 1\nc: 2\n", 1, 4, "{", "never closed"),
        ("a: [b:\n", 1, 4, "[", "never closed"),
        ("a: [\u{feff}b:\n  ", 1, 4, "[", "never closed"),
        ("a: [\"b\" \"c\"]\n", 1, 9, "\"c\"", "a comma or \"]\" is due"),
        ("a: [b]]\n", 1, 7, "]", "no \"[\" stands before"),
        ("a: ,\n", 1, 4, ",", "no value stands before this comma"),
        ("a:1\nb: 2\n", 1, 1, "a:", "no space stands behind"),
        ("a: 1\nb:2\n", 2, 1, "b:", "no space stands behind"),
        ("a: 1\nb\nc: 2\n", 2, 1, "b", "no \":\" follows"),
        ("a\nb: 1\n", 1, 1, "a", "no \":\" follows"),
        ("spec:\n  a: 3\n   b: x\n", 3, 4, "b", "indented deeper than the key above"),
        ("a:\n    b: 1\n  c: 2\n", 3, 3, "c: 2", "fits no line above"),
        ("- a\n  - b\n c: 1", 3, 2, "c", "fits no line above"),
        ("- a\nb: 1\n", 2, 1, "b: 1", "an item of the sequence is due"),
        ("a: 1\n- b\n", 2, 1, "-", "a key is due"),
        ("a: - b\n", 1, 4, "-", "cannot begin on this line"),
        ("a: [- b]\n", 1, 5, "-", "between brackets"),
        ("a: ? b\n", 1, 4, "?", "cannot begin with \"?\""),
        ("a: 'it's'\n", 1, 8, "s'", "ends the value"),
        ("a: \"b\" c\n", 1, 8, "c", "behind a value that has ended"),
        ("a: |x\n  b\n", 1, 5, "x", "on the line of \"|\""),
        ("a: *x\n", 1, 4, "*x", "no anchor \"&x\""),
        ("a: *.example.com\n", 1, 4, "*.example.com", "read as an alias"),
        ("a: &x [*x]\n", 1, 8, "*x", "holds itself"),
        ("a: @x\n", 1, 4, "@", "cannot begin with \"@\""),
        ("a: @X@\n", 1, 4, "@X@", "a placeholder"),
        ("a: @X_Y@-z # b\n", 1, 4, "@X_Y@", "a placeholder"),
        ("a: %%X%%\n", 1, 4, "%%X%%", "a placeholder"),
        ("a: %x y%\n", 1, 4, "%", "cannot begin with \"%\""),
        ("a: !x! 1\n", 1, 4, "!x!", "read as a tag"),
        ("a: !!int x\n", 1, 4, "!!int x", "cannot be read as !!int"),
        ("a: \"\\d\"\n", 1, 5, "\\d", "no escape"),
        ("a: \"\\ud83d\"\n", 1, 5, "\\ud83d", "no character of its own"),
        ("a: é\u{1}\n", 1, 5, "\u{1}", "U+0001"),
        ("a: {{ .Values.x }}\n", 1, 4, "{{ .Values.x }}", "Go template"),
        ("a: {{ .Values.x }}-y\n", 1, 4, "{{ .Values.x }}", "Go template"),
        ("a: 1\n{{- if .Values.x }}\nb: 2\n", 2, 1, "{{- if .Values.x }}", "Go template"),
        ("a: .inf\n", 1, 4, ".inf", "JSON cannot hold"),
        ("~: 1\n", 1, 1, "~", "a key is null"),
        ("[a]: 1\n", 1, 1, "[a]", "cannot be a key"),
        ("<<: 1\n", 1, 5, "1", "only mappings can be merged"),
        ("%YAML 1.2\n---\na: 1\n", 1, 1, "%YAML 1.2", "no directives"),
        ("a: 1\n--- b\n", 2, 5, "b", "on the line of the \"---\""),
        ("a: 1\n...\nb: 2\n", 3, 1, "b: 2", "ignores the rest in silence"),
        ("  a: 1\nb: 2\n", 2, 1, "b: 2", "ignores the rest in silence"),
        ("{\"a\": 1}{\"b\": 2}\nc: 3\n", 2, 1, "c: 3", "reads JSON here"),
        ("a: 1\na: 2\n", 2, 1, "a", "stands twice"),
        ("yes: 1\ny: 2\n", 2, 1, "y", "one and the same"),
    ] {
        let source = SourceFile::new("a.yaml", text);
        let tree = read(FileId(0), &source);
        let [fault] = tree.faults() else { panic!("{text:?}: {:?}", tree.faults()) };
        let position = source.position(fault.span.start);
        let found = (position.line, position.column, &text[fault.span.range()]);
        assert_eq!(found, (line, column, place), "{text:?}: {}", fault.message);
        assert!(fault.message.contains(words), "{text:?}: {}", fault.message);
        assert!(!fault.help.is_empty(), "{text:?}");
    }
}

#[test]
fn nesting_ends_before_the_stack_does() {
    for (opening, closing) in [("[", "]"), ("{a: ", "}"), ("- ", "")] {
        for (depth, broken) in [(DEEPEST, false), (DEEPEST + 1, true)] {
            let text = format!("{}{}", opening.repeat(depth), closing.repeat(depth));
            let tree = parse(FileId(0), &text);
            assert_eq!(tree.documents()[0].broken, broken, "{opening:?} {depth}");
            assert_eq!(tree.faults().iter().any(|fault| fault.message.contains("512 levels")), broken, "{opening:?}");
        }
    }
}
