//! Compares our answers with those of the crate `cel`, for random expressions over random facts.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cel::ExecutionError;
use cel::objects::Key;
use stslint::facts::{Record, Value};
use stslint::rule::{FaultKind, Program};
use stslint::source::FileId;
use stslint::yaml::{self, Node};

/// How many expressions are tried; each over [`CONTEXTS`] sets of facts.
const EXPRESSIONS: usize = 20_000;
const CONTEXTS: usize = 2;
/// How many sets of facts there are.
const FACTS: usize = 60;

stslint::record! {
    /// A thing with a name.
    pub struct Item<'a> as "item" at node {
        /// Its name.
        name "name": &'a str,
        /// How many there are, if that is known.
        count "count": Option<i64>,
        /// Whether it is good.
        good "good": bool,
        /// What it is known by.
        tags "tags": Vec<&'a str>,
    }
}

stslint::record! {
    /// The facts that expressions ask about.
    pub struct Facts<'a> as "facts" at node {
        /// A truth value.
        flag "flag": bool,
        /// An integer.
        total "total": i64,
        /// Perhaps an integer.
        perhaps "perhaps": Option<i64>,
        /// Another number.
        share "share": f64,
        /// Text.
        word "word": &'a str,
        /// Integers.
        numbers "numbers": Vec<i64>,
        /// Texts.
        words "words": Vec<&'a str>,
        /// Records.
        items "items": Vec<Item<'a>>,
        /// A record.
        item "item": Item<'a>,
        /// Perhaps a record.
        other "other": Option<Item<'a>>,
        /// A part of a manifest.
        object "object": Option<Node<'a>>,
    }
}

/// Numbers that look random and are the same in every run (Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", 2014).
struct Seed(u64);

impl Seed {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn pick<'c, T: ?Sized>(&mut self, choices: &[&'c T]) -> &'c T {
        choices[self.below(choices.len())]
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }
}

/// The types that expressions are made of.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Kind {
    Bool,
    Int,
    Float,
    Text,
    Numbers,
    Texts,
    Items,
    Item,
}

/// One expression in our words and in the judge's, which differ where the languages do.
#[derive(Clone)]
struct Pair {
    ours: String,
    theirs: String,
}

/// Puts parts into a text, for both sides: `#` stands for the next part.
fn fill(pattern: &str, parts: &[Pair]) -> Pair {
    let side = |of: fn(&Pair) -> &str| {
        let mut parts = parts.iter();
        pattern.chars().fold(String::new(), |mut text, char| {
            match char {
                '#' => text.push_str(of(parts.next().unwrap())),
                _ => text.push(char),
            }
            text
        })
    };
    Pair { ours: side(|pair| &pair.ours), theirs: side(|pair| &pair.theirs) }
}

fn same(text: impl Into<String>) -> Pair {
    let text = text.into();
    Pair { ours: text.clone(), theirs: text }
}

struct Writer<'s> {
    seed: &'s mut Seed,
    /// Variables that are bound.
    bound: Vec<(String, Kind)>,
}

impl Writer<'_> {
    fn write(&mut self, kind: Kind, depth: usize) -> Pair {
        let variables: Vec<_> = self.bound.iter().filter(|(_, of)| *of == kind).map(|(name, _)| name.clone()).collect();
        if !variables.is_empty() && self.seed.one_in(3) {
            return same(variables[self.seed.below(variables.len())].clone());
        }
        if depth == 0 {
            return self.leaf(kind);
        }
        let below = depth - 1;
        if self.seed.one_in(12) {
            let parts = [self.write(Kind::Bool, below), self.write(kind, below), self.write(kind, below)];
            return fill("(# ? # : #)", &parts);
        }
        match kind {
            Kind::Bool => self.question(below),
            Kind::Int => self.int(below),
            Kind::Float => self.float(below),
            Kind::Text => self.text(below),
            Kind::Numbers | Kind::Texts | Kind::Items => self.list(kind, below),
            Kind::Item => {
                let parts = [self.write(Kind::Items, below), self.write(Kind::Int, 0)];
                if self.seed.one_in(2) { self.leaf(kind) } else { fill("#[#]", &parts) }
            }
        }
    }

    fn leaf(&mut self, kind: Kind) -> Pair {
        same(match kind {
            Kind::Bool => self.seed.pick(&["true", "false", "flag", "item.good", "object.yes"]),
            Kind::Int => self.seed.pick(&[
                "0",
                "1",
                "2",
                "3",
                "-1",
                "7",
                "9223372036854775807",
                "-9223372036854775808",
                "total",
                "perhaps",
                "item.count",
                "other.count",
                "object.three",
                "object.map.one",
            ]),
            Kind::Float => self.seed.pick(&["0.0", "1.5", "-2.25", "3.0", "1e300", "share", "object.half"]),
            Kind::Text => self.seed.pick(&[
                "''",
                "'a'",
                "'db'",
                "'b-0'",
                "'Äö'",
                "word",
                "item.name",
                "other.name",
                "object.name",
                "object['map']['two']",
            ]),
            Kind::Numbers => self.seed.pick(&["[]", "[1, 2, 3]", "[0]", "numbers"]),
            Kind::Texts => self.seed.pick(&["[]", "['a', 'db']", "['']", "words", "item.tags"]),
            Kind::Items => "items",
            Kind::Item => self.seed.pick(&["item", "other"]),
        })
    }

    fn question(&mut self, depth: usize) -> Pair {
        use Kind::{Bool, Float, Int, Item, Text, Texts};
        match self.seed.below(15) {
            0 => fill("!#", &[self.closed(Bool, depth)]),
            1 | 2 => {
                let sign = self.seed.pick(&["&&", "||"]);
                // Without parentheses, so that both must agree which operator binds more strongly.
                fill(&format!("# {sign} #"), &[self.operand(depth), self.operand(depth)])
            }
            3 | 4 => {
                let sign = self.seed.pick(&["==", "!=", "<", "<=", ">", ">="]);
                let (left, right) =
                    *self.seed.pick(&[&(Int, Int), &(Float, Float), &(Text, Text), &(Int, Float), &(Float, Int)]);
                fill(&format!("# {sign} #"), &[self.closed(left, depth), self.closed(right, depth)])
            }
            5 => {
                let kind = *self.seed.pick(&[&Bool, &Kind::Numbers, &Texts]);
                fill("# == #", &[self.closed(kind, depth), self.closed(kind, depth)])
            }
            6 => {
                let sign = self.seed.pick(&["==", "!="]);
                let kind = *self.seed.pick(&[&Int, &Item, &Text]);
                fill(&format!("# {sign} null"), &[self.closed(kind, depth)])
            }
            7 => fill("# in #", &[self.closed(Int, depth), self.closed(Kind::Numbers, depth)]),
            8 => fill("# in #", &[self.closed(Text, depth), self.closed(Texts, depth)]),
            9 | 10 => {
                let name = self.seed.pick(&["all", "exists", "exists_one"]);
                self.each(name, Bool, depth)
            }
            11 => {
                let name = self.seed.pick(&["contains", "startsWith", "endsWith"]);
                fill(&format!("#.{name}(#)"), &[self.closed(Text, depth), self.write(Text, depth)])
            }
            12 => {
                let pattern = self.seed.pick(&["'^[a-z]+$'", "'b'", r"r'^\w-\d+$'", "'(a|db)?'", "'.'"]);
                fill(&format!("#.matches({pattern})"), &[self.closed(Text, depth)])
            }
            13 => self.has(),
            _ => {
                let text = self.seed.pick(&["'true'", "'false'", "'x'"]);
                fill("bool(#)", &[if self.seed.one_in(2) { same(text) } else { self.write(Bool, depth) }])
            }
        }
    }

    /// Facts that are absent are null to us; the judge's maps hold null.
    fn has(&mut self) -> Pair {
        match self.seed.below(4) {
            0 => Pair {
                ours: "has(other.count)".to_owned(),
                theirs: "(other != null && other.count != null)".to_owned(),
            },
            1 => Pair { ours: "has(item.count)".to_owned(), theirs: "(item.count != null)".to_owned() },
            2 if self.seed.one_in(2) => Pair {
                ours: "has(object.map.one)".to_owned(),
                theirs: "(type(object.map) == map && has(object.map.one))".to_owned(),
            },
            2 => same(self.seed.pick(&["has(object.three)", "has(object.nothing)"])),
            _ => same(self.seed.pick(&["'three' in object", "'absent' in object", "'one' in object.map"])),
        }
    }

    fn each(&mut self, name: &str, question: Kind, depth: usize) -> Pair {
        let (list, item) =
            *self.seed.pick(&[&(Kind::Numbers, Kind::Int), &(Kind::Texts, Kind::Text), &(Kind::Items, Kind::Item)]);
        let list = self.closed(list, depth);
        // Inner variables hide outer ones and facts now and then.
        let variable = self.seed.pick(&["x", "y", if item == Kind::Text { "word" } else { "x" }]);
        let hidden = self.bound.clone();
        self.bound.retain(|(name, _)| name != variable);
        self.bound.push((variable.to_owned(), item));
        let asked = self.write(question, depth);
        self.bound = hidden;
        fill(&format!("#.{name}({variable}, #)"), &[list, asked])
    }

    fn int(&mut self, depth: usize) -> Pair {
        match self.seed.below(9) {
            0..=2 => {
                let sign = self.seed.pick(&["+", "-", "*", "/", "%"]);
                let parts = [self.write(Kind::Int, depth), self.write(Kind::Int, depth)];
                // Without parentheses, as above.
                fill(&format!("# {sign} #"), &parts)
            }
            3 => fill("-#", &[self.closed(Kind::Int, depth)]),
            4 => {
                let kind = *self.seed.pick(&[&Kind::Text, &Kind::Numbers, &Kind::Texts, &Kind::Items]);
                let form = self.seed.pick(&["size(#)", "#.size()"]);
                fill(form, &[self.closed(kind, depth)])
            }
            5 => fill("#[#]", &[self.closed(Kind::Numbers, depth), self.write(Kind::Int, depth)]),
            6 => fill("int(#)", &[self.write(Kind::Float, depth)]),
            7 => {
                let text = same(self.seed.pick(&["'12'", "'-3'", "'x'", "word", "'99999999999999999999'"]));
                fill("int(#)", &[text])
            }
            _ => {
                let name = self.seed.pick(&["indexOf", "lastIndexOf"]);
                fill(&format!("#.{name}(#)"), &[self.closed(Kind::Text, depth), self.write(Kind::Text, depth)])
            }
        }
    }

    fn float(&mut self, depth: usize) -> Pair {
        match self.seed.below(3) {
            0 => fill("double(#)", &[self.write(Kind::Int, depth)]),
            1 => fill("-#", &[self.closed(Kind::Float, depth)]),
            _ => {
                let sign = self.seed.pick(&["+", "-", "*", "/"]);
                fill(&format!("(# {sign} #)"), &[self.closed(Kind::Float, depth), self.closed(Kind::Float, depth)])
            }
        }
    }

    fn text(&mut self, depth: usize) -> Pair {
        match self.seed.below(8) {
            0 | 1 => fill("(# + #)", &[self.closed(Kind::Text, depth), self.closed(Kind::Text, depth)]),
            2 => {
                let kind = *self.seed.pick(&[&Kind::Int, &Kind::Bool, &Kind::Text]);
                fill("string(#)", &[self.write(kind, depth)])
            }
            3 => fill("#[#]", &[self.closed(Kind::Texts, depth), self.write(Kind::Int, 0)]),
            4 => {
                let name = self.seed.pick(&["lowerAscii", "upperAscii", "trim"]);
                fill(&format!("#.{name}()"), &[self.closed(Kind::Text, depth)])
            }
            5 => fill("#.join('+')", &[self.closed(Kind::Texts, depth)]),
            6 => fill("#.substring(#)", &[self.closed(Kind::Text, depth), self.write(Kind::Int, 0)]),
            _ => fill(
                "#.replace(#, #)",
                &[self.closed(Kind::Text, depth), self.write(Kind::Text, 0), self.write(Kind::Text, 0)],
            ),
        }
    }

    fn list(&mut self, kind: Kind, depth: usize) -> Pair {
        let item = match kind {
            Kind::Numbers => Kind::Int,
            Kind::Texts => Kind::Text,
            _ => Kind::Item,
        };
        match self.seed.below(5) {
            0 if kind != Kind::Items => fill("[#, #]", &[self.write(item, depth), self.write(item, depth)]),
            1 if kind != Kind::Items => fill("(# + #)", &[self.closed(kind, depth), self.closed(kind, depth)]),
            2 if kind != Kind::Items => self.each("map", item, depth),
            3 if kind == Kind::Texts => {
                fill("#.split(#)", &[self.closed(Kind::Text, depth), self.write(Kind::Text, 0)])
            }
            _ => {
                let list = self.closed(kind, depth);
                let hidden = self.bound.clone();
                self.bound.retain(|(name, _)| name != "z");
                self.bound.push(("z".to_owned(), item));
                let asked = self.write(Kind::Bool, depth);
                self.bound = hidden;
                fill("#.filter(z, #)", &[list, asked])
            }
        }
    }

    /// A part that can stand on either side of any operator, and before a dot.
    fn closed(&mut self, kind: Kind, depth: usize) -> Pair {
        fill("(#)", &[self.write(kind, depth)])
    }

    /// A part that can stand beside `&&` and `||` as it is.
    fn operand(&mut self, depth: usize) -> Pair {
        self.write(Kind::Bool, depth)
    }
}

/// What both sides answer with, to compare.
#[derive(Clone, PartialEq, Debug)]
enum Answer {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Answer>),
    Map(BTreeMap<String, Answer>),
    Fault(&'static str),
}

fn ours(program: &Program, facts: &dyn Record) -> Answer {
    match program.evaluate(facts, None) {
        Ok(value) => plain(&value),
        Err(fault) => Answer::Fault(match fault.kind {
            FaultKind::NoSuchKey => "absent",
            FaultKind::OutOfRange => "range",
            FaultKind::NoSuchOverload => "types",
            FaultKind::Overflow => "overflow",
            FaultKind::DivisionByZero => "zero",
            FaultKind::Conversion => "conversion",
            FaultKind::TooDear => "cost",
        }),
    }
}

fn plain(value: &Value<'_>) -> Answer {
    match value.clone().settled() {
        Value::Null => Answer::Null,
        Value::Bool(value) => Answer::Bool(value),
        Value::Int(number) => Answer::Int(number),
        Value::Float(number) => Answer::Float(number),
        Value::String(text) => Answer::Text(text.into_owned()),
        Value::List(list) => Answer::List((0..list.len()).map(|index| plain(&list.at(index))).collect()),
        Value::Made(items) => Answer::List(items.iter().map(plain).collect()),
        Value::Record(record) => {
            let fields = record.record_type().fields.iter().enumerate();
            Answer::Map(fields.map(|(number, field)| (field.name.to_owned(), plain(&record.get(number)))).collect())
        }
        Value::Node(node) if node.is_sequence() => {
            Answer::List(node.items().map(|item| plain(&Value::Node(item))).collect())
        }
        Value::Node(node) => {
            // Kubernetes drops keys that hold null.
            let fields = node.fields().into_iter().filter(|(_, entry)| !entry.value.is_null());
            Answer::Map(fields.map(|(key, entry)| (key.into_owned(), plain(&Value::Node(entry.value)))).collect())
        }
    }
}

fn judged(answer: &Answer) -> cel::Value {
    match answer {
        Answer::Bool(value) => cel::Value::Bool(*value),
        Answer::Int(number) => cel::Value::Int(*number),
        Answer::Float(number) => cel::Value::Float(*number),
        Answer::Text(text) => text.as_str().into(),
        Answer::List(items) => items.iter().map(judged).collect::<Vec<_>>().into(),
        Answer::Map(fields) => {
            let entry = |(key, value): (&String, &Answer)| (Key::from(key.as_str()), judged(value));
            fields.iter().map(entry).collect::<HashMap<_, _>>().into()
        }
        Answer::Null | Answer::Fault(_) => cel::Value::Null,
    }
}

fn context(environment: &Arc<cel::Env>, facts: &dyn Record) -> cel::Context<'static, 'static> {
    let mut context = cel::Context::with_env(environment.clone());
    for (number, field) in facts.record_type().fields.iter().enumerate() {
        context.add_variable_from_value(field.name, judged(&plain(&facts.get(number))));
    }
    context
}

fn theirs(result: Result<cel::Value, ExecutionError>) -> Answer {
    match result {
        Ok(value) => from_judge(&value),
        Err(error) => Answer::Fault(match error {
            ExecutionError::NoSuchKey(_) => "absent",
            ExecutionError::IndexOutOfBounds(_) => "range",
            ExecutionError::Overflow(..) => "overflow",
            ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => "zero",
            ExecutionError::FunctionError { function, .. } if function == "substring" => "range",
            ExecutionError::FunctionError { .. } => "conversion",
            _ => "types",
        }),
    }
}

/// Whether two answers to `expression` are the same, but for known differences.
#[expect(clippy::float_cmp, reason = "both sides compute the same")]
fn agree(expression: &str, ours: &Answer, theirs: &Answer) -> bool {
    match (ours, theirs) {
        // A field of what has no fields is an absent key in cel-go too (interpreter/attributes.go, refQualify).
        (Answer::Fault("absent"), Answer::Fault("types")) => true,
        // What is too large for int(x) is an overflow in cel-go too (common/types/double.go, ConvertToType).
        (Answer::Fault("overflow"), Answer::Fault("conversion")) => expression.contains("int("),
        // Of several faults one is told. Here it is the left one, and that of what stands before the dot, as in cel-go
        // (interpreter/interpretable.go, evalAnd and evalVarArgs); the crate tells the right one, and that of the
        // arguments.
        (Answer::Fault(_), Answer::Fault(_)) if ours != theirs => {
            let several = [
                "&&",
                "||",
                "all(",
                "exists(",
                "startsWith(",
                "endsWith(",
                "contains(",
                "ndexOf(",
                "replace(",
                "split(",
                "substring(",
            ];
            several.iter().any(|part| expression.contains(part))
        }
        // NaN equals nothing, itself included.
        (Answer::Float(ours), Answer::Float(theirs)) => ours == theirs || ours.is_nan() && theirs.is_nan(),
        _ => ours == theirs,
    }
}

fn from_judge(value: &cel::Value) -> Answer {
    match value {
        cel::Value::Bool(value) => Answer::Bool(*value),
        cel::Value::Int(number) => Answer::Int(*number),
        cel::Value::Float(number) => Answer::Float(*number),
        cel::Value::String(text) => Answer::Text(text.to_string()),
        cel::Value::List(items) => Answer::List(items.iter().map(from_judge).collect()),
        cel::Value::Map(map) => {
            let name = |key: &Key| match key {
                Key::String(text) => text.to_string(),
                other => format!("{other:?}"),
            };
            Answer::Map(map.map.iter().map(|(key, value)| (name(key), from_judge(value))).collect())
        }
        cel::Value::Null => Answer::Null,
        other => panic!("the judge answers {other:?}"),
    }
}

fn item<'a>(seed: &mut Seed, words: &[&'a str]) -> Item<'a> {
    let count = i64::try_from(seed.below(4)).unwrap();
    Item {
        node: None,
        name: seed.pick(words),
        count: (!seed.one_in(3)).then_some(count),
        good: seed.one_in(2),
        tags: (0..seed.below(3)).map(|_| seed.pick(words)).collect(),
    }
}

fn facts<'a>(seed: &mut Seed, object: Option<Node<'a>>) -> Facts<'a> {
    let words = ["", "a", "b-0", "db", "Äö", "12", " x "];
    let numbers = [0, 1, 2, 3, -5, i64::MAX, i64::MIN];
    let number = |seed: &mut Seed| numbers[seed.below(numbers.len())];
    Facts {
        node: None,
        flag: seed.one_in(2),
        total: number(seed),
        perhaps: seed.one_in(2).then(|| number(seed)),
        share: *seed.pick(&[&0.0, &0.5, &3.0, &-1e18, &1e19]),
        word: seed.pick(&words),
        numbers: (0..seed.below(4)).map(|_| number(seed)).collect(),
        words: (0..seed.below(4)).map(|_| seed.pick(&words)).collect(),
        items: (0..seed.below(4)).map(|_| item(seed, &words)).collect(),
        item: item(seed, &words),
        other: seed.one_in(2).then(|| item(seed, &words)),
        object,
    }
}

const OBJECTS: [&str; 3] = [
    "{yes: true, three: 3, half: 0.5, name: db, map: {one: 1, two: zwei}, nothing: null}",
    "{yes: 'true', three: '3', half: 1, name: 12, map: {one: 1.5, two: [a]}}",
    "{three: 3, map: zero}",
];

/// Tries a share of the expressions; answers the first few that the judge answers otherwise.
fn compare(first: u64, expressions: usize) -> (usize, Vec<String>) {
    let mut seed = Seed(first);
    let mut environment = cel::Env::stdlib();
    environment.add_extension(cel::extensions::strings).unwrap();
    let environment = Arc::new(environment);
    let trees = OBJECTS.map(|text| yaml::parse(FileId(0), text));
    let known: Vec<_> = (0..FACTS)
        .map(|number| &trees[number % trees.len()])
        .map(|tree| {
            let facts = facts(&mut seed, tree.root(&tree.documents()[0]));
            let context = context(&environment, &facts);
            (facts, context)
        })
        .collect();
    let mut differences = Vec::new();
    let mut answered = 0;
    for _ in 0..expressions {
        let kind =
            *seed.pick(&[&Kind::Bool, &Kind::Bool, &Kind::Bool, &Kind::Int, &Kind::Float, &Kind::Text, &Kind::Texts]);
        let depth = 1 + seed.below(4);
        let pair = Writer { seed: &mut seed, bound: Vec::new() }.write(kind, depth);
        let program = match Program::compile(&pair.ours, &Facts::RECORD, None) {
            Ok(program) => program,
            Err(mistake) => {
                differences.push(format!("{}\n  is refused: {mistake:?}", pair.ours));
                continue;
            }
        };
        let judge = environment.compile(&pair.theirs).unwrap_or_else(|error| panic!("{}\n{error}", pair.theirs));
        for _ in 0..CONTEXTS {
            let (facts, context) = &known[seed.below(known.len())];
            let (ours, theirs) = (ours(&program, facts), theirs(judge.execute(context)));
            answered += usize::from(!matches!(ours, Answer::Fault(_)));
            if !agree(&pair.ours, &ours, &theirs) {
                differences.push(format!(
                    "{}\n  ours   {ours:?}\n  theirs {theirs:?}\n  {:?}",
                    pair.ours,
                    plain(&Value::Record(facts))
                ));
            }
        }
    }
    (answered, differences)
}

#[test]
fn the_judge_answers_the_same() {
    let threads = std::thread::available_parallelism().map_or(2, |count| count.get().min(8));
    let shares: Vec<_> = (0..threads as u64)
        .map(|number| {
            // Nested macros take more of the stack than a thread has by default where nothing is optimized.
            let thread = std::thread::Builder::new().stack_size(64 << 20);
            thread.spawn(move || compare(number, EXPRESSIONS.div_ceil(threads))).unwrap()
        })
        .collect();
    let results: Vec<_> = shares.into_iter().map(|share| share.join().unwrap()).collect();
    let differences: Vec<_> = results.iter().flat_map(|(_, differences)| differences).collect();
    let answered: usize = results.iter().map(|(answered, _)| answered).sum();
    let shown: Vec<&str> = differences.iter().take(12).map(|text| text.as_str()).collect();
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), shown.join("\n"));
    // Were nearly everything a fault, the comparison would say little.
    assert!(answered > EXPRESSIONS * CONTEXTS / 4, "only {answered} answers are no faults");
}
