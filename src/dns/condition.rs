//! Turns what a container runs into the names that have to answer before it ends well.
//!
//! Only what is surely understood counts: loops that go on until known programs succeed, and known programs whose failure is
//! that of the container. Whatever is not understood ends the reading, and what stands behind it is left out.

use super::mention::{self, Mention};
use super::shell::{self, Token, Word};
use crate::yaml::Node;

/// How a program asks for a host.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tool {
    /// It asks DNS itself, whatever `/etc/hosts` says.
    Dns,
    /// It asks the resolver of the C library, which reads `/etc/hosts` first.
    Resolver,
    /// It asks that resolver, and then connects to a port.
    Port,
}

/// A name that has to answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Condition<'a> {
    /// The name, without a dot at its end.
    pub(super) mention: Mention<'a>,
    /// Whether a dot stands at its end.
    pub(super) is_absolute: bool,
    /// How it is asked for.
    pub(super) tool: Tool,
}

/// Programs that are a shell.
const SHELLS: [&str; 5] = ["sh", "bash", "ash", "dash", "busybox"];

/// Words that, where a command begins, make what follows something else than one command after another.
const TURNS: [&str; 27] = [
    "!", "[[", "{", "}", ".", "break", "builtin", "case", "command", "continue", "do", "done", "eval", "exec", "exit",
    "for", "function", "if", "kill", "return", "select", "source", "then", "timeout", "trap", "until", "while",
];

/// The names that a container waits for that runs `command` and `args`, in the order of asking, as far as the bytes that are
/// left to look through go.
pub(super) fn of<'a>(command: Option<Node<'a>>, args: Option<Node<'a>>, left: &mut usize) -> Vec<Condition<'a>> {
    let Some(command) = command else { return Vec::new() };
    let nodes = command.items().chain(args.into_iter().flat_map(Node::items));
    let Some(mut words) = nodes.map(|node| whole(node, left)).collect::<Option<Vec<Word<'a>>>>() else {
        return Vec::new();
    };
    if words.first().is_some_and(|first| program(first) == "busybox") {
        words.remove(0);
    }
    let Some((first, rest)) = words.split_first() else { return Vec::new() };
    if !SHELLS.contains(&program(first)) {
        return conditions(&words).unwrap_or_default();
    }
    let Some((text, flags)) = rest.split_last() else { return Vec::new() };
    let known = |flag: &Word<'_>| {
        flag.text.strip_prefix('-').is_some_and(|it| it.trim_matches(['c', 'e', 'u', 'x']).is_empty())
    };
    let is_text = flags.last().is_some_and(|flag| flag.text.ends_with('c')) && flags.iter().all(known);
    if !is_text {
        return Vec::new();
    }
    let tokens = shell::tokens(text.node);
    let stops = flags.iter().any(|flag| flag.text.contains('e'));
    Script { tokens: &tokens, stops, found: Vec::new() }.read()
}

/// An element of a list of words that no shell takes apart.
fn whole<'a>(node: Node<'a>, left: &mut usize) -> Option<Word<'a>> {
    let text = node.as_str().filter(|_| mention::fits(node, left))?;
    Some(Word { node, at: 0, text, is_plain: !text.contains("$(") })
}

/// The name of a program, without its folder.
fn program<'a>(word: &Word<'a>) -> &'a str {
    word.text.rsplit_once('/').map_or(word.text, |(_, name)| name)
}

/// A text of a shell that is being read.
struct Script<'t, 'a> {
    tokens: &'t [Token<'a>],
    /// Whether a command that fails ends it (`set -e`).
    stops: bool,
    found: Vec<Condition<'a>>,
}

impl<'t, 'a> Script<'t, 'a> {
    fn read(mut self) -> Vec<Condition<'a>> {
        while self.statement().is_some() {}
        self.found
    }

    fn next(&mut self) -> Option<&'t Token<'a>> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    fn skip(&mut self, is_it: impl Fn(&Token<'_>) -> bool) {
        let count = self.tokens.iter().take_while(|token| is_it(token)).count();
        self.tokens = self.tokens.get(count..).unwrap_or_default();
    }

    /// Goes past a word, if it is next.
    fn take(&mut self, text: &str) -> bool {
        let is_next = matches!(self.tokens.first(), Some(Token::Word(word)) if word.is_plain && word.text == text);
        if is_next {
            self.next();
        }
        is_next
    }

    /// Reads a statement; `None` at the end, and where something is not understood.
    fn statement(&mut self) -> Option<()> {
        self.skip(|token| matches!(token, Token::Separator));
        self.tokens.first()?;
        if self.take("until") {
            let list = self.list()?;
            return self.rest_of_loop(&list);
        }
        if self.take("while") {
            // The words behind `!` have to fail for the loop to go on; of two commands it is not clear which did.
            let list = if self.take("!") { self.list()? } else { return None };
            return if list.len() == 1 { self.rest_of_loop(&list) } else { None };
        }
        let list = self.list()?;
        self.skip(|token| matches!(token, Token::Separator));
        let is_last = self.tokens.is_empty();
        if let [command] = &*list
            && let [set, flag, ..] = &**command
            && set.text == "set"
        {
            // Other options leave it as it is.
            if flag.text.contains('e') {
                self.stops = flag.text.starts_with('-');
            }
        } else if is_last || (self.stops && list.len() == 1) {
            self.hold(&list);
        }
        Some(())
    }

    /// Reads what follows the condition of a loop, which holds if the loop is understood.
    fn rest_of_loop(&mut self, list: &[Vec<Word<'a>>]) -> Option<()> {
        self.skip(|token| matches!(token, Token::Separator));
        self.take("do").then_some(())?;
        loop {
            self.skip(|token| !matches!(token, Token::Word(_) | Token::Unknown));
            if self.take("done") {
                break;
            }
            let begins = matches!(self.tokens.first(), Some(Token::Word(word)) if !TURNS.contains(&word.text));
            begins.then_some(())?;
            self.skip(|token| matches!(token, Token::Word(_) | Token::Redirection));
        }
        self.skip(|token| matches!(token, Token::Redirection));
        matches!(self.tokens.first(), None | Some(Token::Separator | Token::And)).then_some(())?;
        self.hold(list);
        Some(())
    }

    /// Reads commands joined by `&&`, up to the end of the statement.
    fn list(&mut self) -> Option<Vec<Vec<Word<'a>>>> {
        let mut list = vec![Vec::new()];
        loop {
            match self.tokens.first() {
                Some(Token::Word(word)) => list.last_mut()?.push(*word),
                Some(Token::Redirection) => {}
                Some(Token::And) => {
                    list.push(Vec::new());
                    self.next();
                    self.skip(|token| matches!(token, Token::Separator));
                    continue;
                }
                Some(Token::Separator) | None => break,
                Some(Token::Pipe | Token::Unknown) => return None,
            }
            self.next();
        }
        let is_turn = |command: &Vec<Word<'_>>| command.first().is_none_or(|first| TURNS.contains(&first.text));
        (!list.iter().any(is_turn)).then_some(list)
    }

    /// All of these commands have to succeed: what they ask for counts, if each is known.
    fn hold(&mut self, list: &[Vec<Word<'a>>]) {
        let all: Option<Vec<_>> = list.iter().map(|command| conditions(command)).collect();
        self.found.extend(all.into_iter().flatten().flatten());
    }
}

/// What a command asks for that fails until all of it answers; `None` for any other.
fn conditions<'a>(command: &[Word<'a>]) -> Option<Vec<Condition<'a>>> {
    let (first, arguments) = command.split_first()?;
    let tool = tool(program(first), arguments).filter(|_| first.is_plain)?;
    let is_web = matches!(program(first), "curl" | "wget");
    let last = arguments.len().saturating_sub(1);
    let is_host = |(index, word): &(usize, &Word<'_>)| !is_web || *index == last || word.text.contains("://");
    let words = arguments.iter().enumerate().filter(is_host).map(|(_, word)| word);
    Some(words.filter_map(|word| host(word, tool)).collect())
}

/// How a program asks, if it fails until what it asks for answers. `dig` is none: it succeeds also when DNS knows no such name.
fn tool(program: &str, arguments: &[Word<'_>]) -> Option<Tool> {
    let has = |texts: &[&str]| arguments.iter().any(|word| texts.contains(&word.text));
    let flag = |letter: char| {
        arguments
            .iter()
            .any(|word| word.text.starts_with('-') && !word.text.starts_with("--") && word.text.contains(letter))
    };
    let is_first = |text: &str| arguments.first().is_some_and(|word| word.text == text);
    match program {
        "nslookup" | "host" => Some(Tool::Dns),
        "getent" if is_first("hosts") || is_first("ahosts") => Some(Tool::Resolver),
        // Without a count it never ends.
        "ping" if flag('c') || flag('w') => Some(Tool::Resolver),
        "nc" | "ncat" | "netcat" if flag('z') && !flag('u') && !flag('l') => Some(Tool::Port),
        "curl" | "wget" if !has(&["--resolve", "--connect-to", "--proxy", "-x", "-e"]) => Some(Tool::Port),
        "mysqladmin" | "mariadb-admin" | "redis-cli" if has(&["ping", "PING"]) => Some(Tool::Port),
        "pg_isready" => Some(Tool::Port),
        // With a command behind `--` it goes on when its time is over.
        "wait-for-it" | "wait-for-it.sh" | "wait-for" | "wait-for.sh" if !has(&["--"]) => Some(Tool::Port),
        _ => None,
    }
}

/// The name of the only host that an argument names.
fn host<'a>(word: &Word<'a>, tool: Tool) -> Option<Condition<'a>> {
    let text = word.text;
    let behind = |text: &'a str, mark: &str| text.find(mark).map(|at| at + mark.len());
    let mut start = 0;
    if text.starts_with("--") {
        start = behind(text, "=")?;
    } else if text.starts_with('-') {
        start = "-h".len().min(text.len());
        text.starts_with("-h").then_some(())?;
    }
    start += text.get(start..).and_then(|text| behind(text, "://")).unwrap_or_default();
    let host = text.get(start..)?.split(['/', '?']).next()?;
    let user = host.rfind('@').map_or(0, |at| at + 1);
    let host = host.get(user..)?.split(':').next()?;
    let name = host.strip_suffix('.').unwrap_or(host);
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let is_host = word.is_plain && !text.contains(',') && name.contains('.') && name.bytes().all(is_name);
    let mention = Mention { node: word.node, name, offset: word.at + start + user };
    is_host.then_some(Condition { mention, is_absolute: host.len() > name.len(), tool })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::testing;
    use crate::dns::mention::MOST_BYTES;

    const SET: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  template:\n    spec:\n      \
                       initContainers:\n      - name: wait\n        command:\n";

    /// What a container waits for whose command is this list, a line for each element.
    fn waits(command: &str) -> Vec<(String, Tool)> {
        let mut found = Vec::new();
        testing::with(&format!("{SET}{command}\n"), |set, _| {
            let containers = set.get(&["spec", "template", "spec", "initContainers"]).expect("the container");
            let command = containers.items().next().and_then(|container| container.get("command"));
            found =
                of(command, None, &mut { MOST_BYTES }).iter().map(|it| (it.mention.name.to_owned(), it.tool)).collect();
        });
        found
    }

    /// What a text waits for that a shell runs.
    fn waits_in(text: &str) -> Vec<String> {
        let text = text.replace('\n', "\n          ");
        let command = format!("        - sh\n        - -c\n        - |\n          {text}");
        waits(&command).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn texts_that_surely_wait_are_understood() {
        for (text, want) in [
            ("until nslookup db-1.db; do sleep 1; done", &["db-1.db"][..]),
            ("until nslookup db-1.db\ndo\n  echo \"$(date) waiting\"\n  sleep 1\ndone", &["db-1.db"]),
            ("until nslookup db-1.db >/dev/null 2>&1; do echo done; done", &["db-1.db"]),
            ("until nslookup db-0.db && nslookup \"db-1.db\"; do :; done", &["db-0.db", "db-1.db"]),
            ("set -e\nport=1\nwhile ! nc -z db-0.db $port; do sleep 1; done\nexec x || exit", &["db-0.db"]),
            ("until nslookup db-0.db; do :; done; until nslookup db-1.db; do :; done", &["db-0.db", "db-1.db"]),
            ("until nslookup db-0.db; do :; done && echo up", &["db-0.db"]),
            ("nslookup db-1.db", &["db-1.db"]),
            ("set -e; nslookup db-1.db; echo ok", &["db-1.db"]),
            ("set -e; set -x; nslookup db-1.db; echo ok", &["db-1.db"]),
            ("set -e; set +e; nslookup db-1.db; echo ok", &[]),
            ("nslookup db-1.db; echo ok", &[]),
            ("set -e; nslookup db-1.db && echo ok; echo ok", &[]),
            ("until curl -sf http://u:p@db-1.db:80/x; do :; done", &["db-1.db"]),
            ("until pg_isready --host=db-1.db -U \"$U\"; do :; done", &["db-1.db"]),
            ("until mysqladmin ping -hdb-1.db; do :; done", &["db-1.db"]),
        ] {
            assert_eq!(waits_in(text), want, "{text}");
        }
    }

    #[test]
    fn what_is_not_surely_understood_is_left_out() {
        for text in [
            "cat > /cfg/patroni.yml <<EOF\nloop_wait: 10\nhosts: db-0.db:2379,db-1.db:2379\nEOF",
            "kafka-topics.sh --bootstrap-server db-0.db:9092,db-1.db:9092 --list",
            "until (for h in db-0.db db-1.db; do nslookup $h && exit 0; done; exit 1); do sleep 1; done",
            "wait_ms=10; sed -i \"s/SEEDS/db-0.db,db-1.db/\" /cfg/c.conf",
            "[ -f /data/initialised ] && exit 0\nuntil nslookup db-1.db; do sleep 1; done",
            "until nslookup db-1.db; do sleep 1; done & exit 0",
            "test -f /tmp/ready && exit 0; curl -sf http://db-1.db/ && touch /tmp/ready; exit 0",
            "n=0; until nslookup db-1.db; do n=$((n+1)); test $n -ge 10 && break; sleep 1; done",
            "until nslookup db-1.db; do [ $n = 9 ] && break; sleep 1; done",
            "until nslookup db-1.db; do sleep 1 || exit 0; done",
            "while read h; do ping -c1 db-1.db; done < /etc/list",
            "echo do not wait for db-1.db",
            "until ! nslookup db-1.db; do sleep 1; done",
            "while nslookup db-1.db; do sleep 1; done",
            "while ! nslookup db-0.db && nslookup db-1.db; do sleep 1; done",
            "until nslookup db-1.db &>/dev/null; do sleep 1; done",
            "until nslookup db-1.db | grep Address; do sleep 1; done",
            "until nslookup db-1.db || true; do sleep 1; done",
            "until timeout 5 nslookup db-1.db; do sleep 1; done",
            "until dig +short db-1.db; do sleep 1; done",
            "until nslookup db-1.db; true; do sleep 1; done",
            "until nslookup db-$i.db; do sleep 1; done",
            "until nslookup $(db-1.db); do sleep 1; done",
            "until curl -sf http://db-0.db,db-1.db/; do sleep 1; done",
            "until curl -H db-1.db http://localhost/; do sleep 1; done",
            "trap x EXIT; until nslookup db-1.db; do sleep 1; done",
            "[ $HOSTNAME = db-0 ] || until nslookup db-1.db; do sleep 1; done",
            "mongosh --eval \"rs.status()\" --host db-2.db; exit 0",
            "pg_isready -h db-2.db; true",
            "curl -sf http://localhost:80/ # peers db-1.db",
            "until nslookup db-1.db; do sleep 1",
            "'",
            "",
        ] {
            let names: Vec<String> = waits_in(text).into_iter().filter(|name| name.ends_with("db")).collect();
            assert!(names.is_empty(), "{text}: {names:?}");
        }
    }

    #[test]
    fn programs_without_a_shell_are_understood() {
        for (command, want) in [
            ("[nslookup, db-1.db]", &[("db-1.db", Tool::Dns)][..]),
            ("[/bin/busybox, nslookup, db-1.db]", &[("db-1.db", Tool::Dns)]),
            ("[getent, hosts, db-1.db]", &[("db-1.db", Tool::Resolver)]),
            ("[nc, -z, db-1.db, '80']", &[("db-1.db", Tool::Port)]),
            ("[wait-for-it, 'db-1.db:80']", &[("db-1.db", Tool::Port)]),
            ("[wait-for-it, 'db-1.db:80', --, echo]", &[]),
            ("[mongosh, 'mongodb://db-0.db,db-1.db/']", &[]),
            ("[sh, -ec, nslookup db-1.db; echo up]", &[("db-1.db", Tool::Dns)]),
            ("[sh, /wait.sh, db-1.db]", &[]),
            ("[]", &[]),
        ] {
            let want: Vec<_> = want.iter().map(|(name, tool)| ((*name).to_owned(), *tool)).collect();
            assert_eq!(waits(&format!("          {command}")), want, "{command}");
        }
    }
}
