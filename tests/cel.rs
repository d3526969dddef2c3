//! Compares our answers with those of the crate `cel`, for random expressions over random facts.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "cel/writer.rs"]
mod writer;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cel::ExecutionError;
use cel::objects::Key;
use stslint::facts::{Record, Value};
use stslint::rule::{FaultKind, Program};
use stslint::source::FileId;
use stslint::yaml::{self, Node};
use writer::{Kind, Seed, Writer};

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
