//! Turns random numbers into expressions, each in our words and in the judge's.

/// Numbers that look random and are the same in every run (Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", 2014).
pub(crate) struct Seed(pub(crate) u64);

impl Seed {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    pub(crate) fn pick<'c, T: ?Sized>(&mut self, choices: &[&'c T]) -> &'c T {
        choices[self.below(choices.len())]
    }

    pub(crate) fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }
}

/// The types that expressions are made of.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Kind {
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
pub(crate) struct Pair {
    pub(crate) ours: String,
    pub(crate) theirs: String,
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

/// Writes random expressions.
pub(crate) struct Writer<'s> {
    pub(crate) seed: &'s mut Seed,
    /// Variables that are bound.
    pub(crate) bound: Vec<(String, Kind)>,
}

impl Writer<'_> {
    pub(crate) fn write(&mut self, kind: Kind, depth: usize) -> Pair {
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
