//! Holds what is read fast against what `full` reads, and both against hostile input.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::source::{FileId, Span};
use crate::yaml::tree::{Builder, Tree};
use crate::yaml::{Node, block, character, full, parse, split};

/// Reads each document of `text` both ways, and counts those that were read fast.
fn compare(text: &str) -> (usize, usize) {
    let mut fast = 0;
    let chunks = split::documents(text, 0);
    for chunk in chunks.iter().filter(|chunk| chunk.failure.is_none()) {
        let mut tree = Builder::new(FileId(0), text);
        let untouched = Builder::new(FileId(0), text).finish();
        if !block::read(&mut tree, chunk) {
            assert!(tree.finish() == untouched, "what gives up leaves a trace: {text:?}");
            continue;
        }
        fast += 1;
        let ours = tree.finish();
        assert!(character::check(text, chunk.span, &[]).is_none(), "a character is let through: {text:?}");
        let mut tree = Builder::new(FileId(0), text);
        full::read(&mut tree, chunk);
        let theirs = tree.finish();
        assert!(ours == theirs, "{text:?}\nfast: {}\nfull: {}", tell(&ours), tell(&theirs));
    }
    (fast, chunks.len())
}

fn tell(tree: &Tree<'_>) -> String {
    let roots: Vec<_> = tree.documents().iter().map(|document| tree.root(document).map(outline)).collect();
    format!("{roots:?} {:?} {:?}", tree.comments(), tree.faults())
}

fn outline(node: Node<'_>) -> String {
    let inside: Vec<_> = node
        .entries()
        .flat_map(|(key, value)| [outline(key), outline(value)])
        .chain(node.items().map(outline))
        .collect();
    format!("{node:?} {:?} {:?}{inside:?}", node.style(), node.scalar())
}

/// The texts that Kubernetes' decoder was asked about.
fn cases() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/decode/cases.txt");
    let text = fs::read_to_string(path).unwrap();
    text.lines().filter(|line| line.starts_with('"')).map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Every manifest below a folder of the repository or beside it; empty if there is none.
fn manifests(folder: &str) -> Vec<String> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() { folders.push(entry.path()) } else { files.push(entry.path()) }
        }
    }
    files.sort();
    files.iter().filter_map(|file| fs::read_to_string(file).ok()).collect()
}

fn number(variable: &str, usual: u64) -> u64 {
    env::var(variable).ok().and_then(|number| number.parse().ok()).unwrap_or(usual)
}

#[test]
fn what_is_read_fast_is_what_is_read_in_full() {
    let mut texts = cases();
    assert!(texts.len() > 700);
    for folder in ["rules", "fixtures", "examples"] {
        texts.extend(manifests(folder));
    }
    let corpus = manifests("../shared/corpus/real");
    if corpus.is_empty() {
        eprintln!("skipped: the corpus of real manifests is not here");
    }
    texts.extend(corpus);
    let (mut fast, mut all) = (0, 0);
    for text in &texts {
        let (some, of) = compare(text);
        fast += some;
        all += of;
    }
    eprintln!("{fast} of {all} documents were read fast");
    assert!(fast > 100, "only {fast} of {all} documents were read fast");
}

#[test]
fn mutants_are_read_fast_as_in_full_or_not_at_all() {
    let mut seeds = cases();
    seeds.retain(|text| text.len() < 400);
    for text in manifests("fixtures").into_iter().chain(manifests("../shared/corpus/real")) {
        let lines: Vec<_> = text.split_inclusive('\n').collect();
        seeds.extend(lines.chunks(16).step_by(5).map(<[&str]>::concat));
    }
    seeds.push(MANIFEST.repeat(3));
    let mut random = Random(number("STSLINT_SEED", 1) | 1);
    let (mut fast, mut all) = (0, 0);
    for _ in 0..number("STSLINT_MUTANTS", 20_000) {
        let seed = &seeds[random.below(seeds.len())];
        let other = &seeds[random.below(seeds.len())];
        let (some, of) = compare(&mutate(seed, other, &mut random));
        fast += some;
        all += of;
    }
    eprintln!("{fast} of {all} mutants were read fast");
    assert!(fast * 20 > all, "only {fast} of {all} mutants were read fast");
}

/// Numbers that look random and are always the same.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap() % end.max(1)
    }

    /// A place between two characters of `text`.
    fn place(&mut self, text: &str) -> usize {
        text.floor_char_boundary(self.below(text.len() + 1))
    }
}

const MANIFEST: &str = "# note\napiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: db # named\n  labels: {app: db, tier: \"x\"}\n\
    spec:\n  replicas: 3\n  template:\n    spec:\n      containers:\n      - name: db\n        args: [\"-c\", 'it''s', a b]\n        \
    command:\n        - sh\n        - |\n          echo \"a: b\"\n\n            exit 1\n\n        env: []\n      - name: two\n  \
    # last\n  empty:\n---\n- - a\n  - b: \"\\n\"\n    c: |-\n     x\n-\n- d\n";

const PIECES: [&str; 46] = [
    "a", "b: ", "- ", ": ", ":", "\n", "\r\n", "  ", " ", "\t", "#", " # c", "[", "]", "{", "}", ",", "\"", "'", "|\n",
    "|-\n", "|+\n", ">\n", "? ", "&x ", "*x", "!!str ", "%", "...", "...\n", "\\n", "1", "0x1F", "~", "yes", ".inf",
    "é", "\u{85}", "\u{2028}", "\u{feff}", "<<: ", "-", "\r", "''", "\n\n", "\n    ",
];

/// `seed` with one to three things done to it: text put in, taken out, put in the place of other text; lines moved,
/// indented, taken out.
fn mutate(seed: &str, other: &str, random: &mut Random) -> String {
    let mut text = seed.to_owned();
    for _ in 0..=random.below(3) {
        let at = random.place(&text);
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        let line = random.below(lines.len());
        match random.below(9) {
            0..=2 => text.insert_str(at, PIECES[random.below(PIECES.len())]),
            3 => {
                let end = text.ceil_char_boundary((at + 1 + random.below(6)).min(text.len()));
                let piece = PIECES[random.below(2 * PIECES.len()).min(PIECES.len() - 1)];
                text.replace_range(at..end, if end.is_multiple_of(2) { piece } else { "" });
            }
            4 => {
                let from = random.place(other);
                let to = other.ceil_char_boundary((from + random.below(40)).min(other.len()));
                text.insert_str(at, &other[from..to]);
            }
            5 if !lines.is_empty() => {
                let second = random.below(lines.len());
                lines.swap(line, second);
                text = lines.concat();
            }
            6 if !lines.is_empty() => {
                lines[line].insert_str(0, &"    "[..=random.below(3)]);
                text = lines.concat();
            }
            7 if !lines.is_empty() => {
                lines[line] = lines[line].strip_prefix(' ').unwrap_or("").to_owned();
                text = lines.concat();
            }
            _ => text.truncate(at),
        }
    }
    text
}

#[test]
fn hostile_texts_are_read_or_refused_in_bounded_time() {
    let repeat = |text: &str, count: usize| text.repeat(count);
    let numbered = |count: usize, line: fn(usize) -> String| (0..count).map(line).collect::<String>();
    for (name, text, broken) in [
        ("brackets", repeat("[", 200_000), true),
        ("braces", repeat("{a: ", 50_000), true),
        ("items on one line", repeat("- ", 100_000), true),
        ("keys on one line", repeat("? ", 50_000), true),
        ("nested items", numbered(600, |level| format!("{}-\n", " ".repeat(level))), true),
        ("nested keys", numbered(600, |level| format!("{}a:\n", " ".repeat(level))), true),
        ("nested brackets", format!("a: {}{}", repeat("[", 510), repeat("]", 510)), false),
        ("keys", numbered(60_000, |key| format!("k{key}: {key}\n")), false),
        ("keys in braces", format!("a: {{{}}}", numbered(60_000, |key| format!("k{key}: {key}, "))), false),
        ("documents", repeat("a: 1\n---\n", 60_000), false),
        ("documents in full", repeat("a: >\n b\n---\n", 60_000), false),
        ("anchors", numbered(40_000, |anchor| format!("k{anchor}: &a{anchor} 1\n")), false),
        ("aliases", format!("a: &a 1\n{}", numbered(60_000, |key| format!("k{key}: *a\n"))), false),
        ("blank lines", format!("a: |\n  x\n{}b: 1\n", repeat("\n", 1_000_000)), false),
        ("one long scalar", format!("a: {}", repeat("x", 4_000_000)), false),
        ("one long quoted scalar", format!("a: \"{}\"", repeat("\\n", 2_000_000)), false),
        ("one long line of words", format!("a:\n  b{}", repeat(" c", 1_000_000)), false),
        ("an unclosed quote", format!("a: \"{}", repeat("x\n", 500_000)), true),
        ("comments", format!("a:\n{}  b: 1\n", repeat("  # c\n", 100_000)), false),
        ("equal keys", repeat("a: 1\n", 60_000), false),
        ("infinite keys", numbered(20_000, |_| "- {.inf: 1}\n".to_owned()), false),
        ("wide characters", format!("[{}]", repeat("é, ", 100_000)), false),
        ("chained anchors", chain(2_000, "[*a{}]"), true),
        ("chained merges", chain(400, "{<<: *a{}, b: 1}"), true),
        ("short chain of merges", chain(40, "{<<: *a{}, b: 1}"), false),
        ("template lines", repeat("{{- if .Values.a }}\n", 20_000), true),
    ] {
        let tree = parse(FileId(0), &text);
        assert_eq!(tree.documents()[0].broken, broken, "{name}: {:?}", tree.faults().first());
        assert_eq!(tree.documents()[0].broken, !tree.faults().is_empty() && broken, "{name}");
        for document in tree.documents() {
            if let Some(root) = tree.root(document) {
                root.fields();
                assert!(root.get("absent").is_none(), "{name}");
            }
        }
    }
}

/// Anchors each of which holds the one before.
fn chain(length: usize, holds: &str) -> String {
    let mut text = String::from("k0: &a0 {x: 1}\n");
    for link in 1..length {
        let value = holds.replace("{}", &(link - 1).to_string());
        writeln!(text, "k{link}: &a{link} {value}").unwrap();
    }
    text
}

proptest::proptest! {
    #[test]
    fn no_text_panics_and_every_span_is_in_it(text in "(?s).{0,200}") {
        look(&text);
    }

    #[test]
    fn no_yaml_panics_and_every_span_is_in_it(pieces in proptest::collection::vec(0..PIECES.len(), 0..40)) {
        look(&pieces.iter().map(|&piece| PIECES[piece]).collect::<String>());
    }
}

fn look(text: &str) {
    let tree = parse(FileId(0), text);
    let inside = |span: Span| text.get(span.range()).is_some();
    assert!(tree.comments().iter().all(|&span| inside(span) && text[span.range()].starts_with('#')), "{text:?}");
    assert!(tree.faults().iter().all(|fault| inside(fault.span)), "{text:?} {:?}", tree.faults());
    for document in tree.documents() {
        assert!(inside(document.span), "{text:?}");
        if let Some(root) = tree.root(document) {
            look_below(root, document.span);
        }
    }
}

fn look_below(node: Node<'_>, parent: Span) {
    let span = node.span();
    assert!(node.text().get(span.range()).is_some(), "{:?} {node:?}", node.text());
    assert_eq!(parent.to(span), parent, "{:?} {node:?}", node.text());
    if node.is_alias() {
        return;
    }
    let mut before = span.start;
    for child in node.entries().flat_map(|(key, value)| [key, value]).chain(node.items()) {
        assert!(child.span().start >= before, "{:?} {child:?}", node.text());
        before = child.span().end;
        look_below(child, span);
    }
}
