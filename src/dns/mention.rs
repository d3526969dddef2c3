//! Turns what the containers of a set are told into the words in it that are written like the name of a host.

use crate::cluster::Cluster;
use crate::manifest::{GroupKind, Object};
use crate::source::{Role, Span};
use crate::yaml::Node;

/// How many bytes of text are looked through for one set, so that many sets that share large texts stay cheap.
pub(super) const MOST_BYTES: usize = 256 << 10;

/// A word with dots in the text of a scalar.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mention<'a> {
    /// The scalar.
    pub(super) node: Node<'a>,
    /// The word, without a dot at its end.
    pub(super) name: &'a str,
    /// Where it begins in the value of the scalar, in bytes.
    pub(super) offset: usize,
}

impl Mention<'_> {
    /// The bytes that it is written in.
    pub(super) fn span(&self) -> Span {
        let last = self.offset + self.name.len().saturating_sub(1);
        Span::new(self.node.byte_of(self.offset) as usize, self.node.byte_of(last) as usize + 1)
    }
}

/// Every mention in values of `env`, commands, arguments, and ConfigMaps that the containers read.
pub(super) fn all<'a>(set: &'a Object<'a>, cluster: &'a Cluster<'a>) -> Vec<Mention<'a>> {
    let mut mentions = Vec::new();
    let mut left = MOST_BYTES;
    let mut scan = |node: Node<'a>| {
        if fits(node, &mut left) {
            mentions.extend(in_text(node));
        }
    };
    for container in containers(set) {
        list(container, &["env"]).filter_map(|variable| variable.get("value")).for_each(&mut scan);
        for path in [
            &["command"][..],
            &["args"],
            &["lifecycle", "postStart", "exec", "command"],
            &["lifecycle", "preStop", "exec", "command"],
            &["startupProbe", "exec", "command"],
            &["readinessProbe", "exec", "command"],
            &["livenessProbe", "exec", "command"],
        ] {
            list(container, path).for_each(&mut scan);
        }
    }
    for name in config_maps(set) {
        let found = cluster.find(GroupKind::CONFIG_MAP, set.namespace, name, set);
        let data = found.filter(|map| !map.partial && map.role == Role::Target).and_then(|map| map.get(&["data"]));
        data.into_iter().flat_map(Node::entries).map(|(_, value)| value).for_each(&mut scan);
    }
    mentions
}

/// Whether a node is a text that is no longer than the bytes that are left, which it takes.
pub(super) fn fits(node: Node<'_>, left: &mut usize) -> bool {
    let rest = node.as_str().and_then(|text| left.checked_sub(text.len()));
    *left = rest.unwrap_or(*left);
    rest.is_some()
}

/// The mentions in the text of one scalar.
pub(super) fn in_text(node: Node<'_>) -> impl Iterator<Item = Mention<'_>> {
    let text = node.as_str().filter(|text| text.len() <= MOST_BYTES).unwrap_or_default();
    words(text).map(move |(offset, name)| Mention { node, name, offset })
}

fn containers<'a>(set: &'a Object<'a>) -> impl Iterator<Item = Node<'a>> {
    ["initContainers", "containers"]
        .into_iter()
        .filter_map(|key| set.get(&["spec", "template", "spec", key]))
        .flat_map(Node::items)
}

fn list<'a>(node: Node<'a>, path: &[&str]) -> impl Iterator<Item = Node<'a>> {
    path.iter().try_fold(node, |node, key| node.get(key)).into_iter().flat_map(Node::items)
}

/// The names of the ConfigMaps that containers mount or read their environment from, each once.
fn config_maps<'a>(set: &'a Object<'a>) -> Vec<&'a str> {
    let mut names = Vec::new();
    let mut add = |source: Node<'a>, kind: &str| {
        let name = source.get(kind).and_then(|source| source.get("name")).and_then(Node::as_str);
        names.extend(name.filter(|name| !names.contains(name)));
    };
    let volumes = set.get(&["spec", "template", "spec", "volumes"]);
    for volume in volumes.into_iter().flat_map(Node::items) {
        add(volume, "configMap");
        list(volume, &["projected", "sources"]).for_each(|source| add(source, "configMap"));
    }
    for container in containers(set) {
        list(container, &["envFrom"]).for_each(|source| add(source, "configMapRef"));
        for variable in list(container, &["env"]).filter_map(|variable| variable.get("valueFrom")) {
            add(variable, "configMapKeyRef");
        }
    }
    names
}

/// The words with dots in a text, each with the byte that it begins at. A word that something is still put in front of,
/// behind or into is none, and neither is one in a comment or in a path.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').flat_map(move |line| {
        let before = start;
        start += line.len();
        words_of_line(line).map(move |(at, word)| (before + at, word))
    })
}

fn words_of_line(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let line = without_comment(line);
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let dot = from + line.get(from..)?.find('.')?;
            let part_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
            let bytes = line.as_bytes();
            let begin = dot - bytes[..dot].iter().rev().take_while(|byte| part_of_word(byte)).count();
            let end = dot + bytes[dot..].iter().take_while(|byte| part_of_word(byte)).count();
            from = end;
            let word = line.get(begin..end)?.trim_end_matches('.');
            if begins_alone(&line[..begin]) && ends_alone(&line[end..]) && word.contains('.') && !word.starts_with('.')
            {
                return Some((begin, word));
            }
        }
    })
}

/// Whether nothing before a word belongs to it: neither a placeholder, nor a folder.
fn begins_alone(before: &str) -> bool {
    let path = before.ends_with('/') && !before.ends_with("//");
    !path
        && !before.ends_with(char::is_alphanumeric)
        && !before.ends_with(['$', '}', ')', '%', '*', '>', '\\', '{', '<', '~'])
}

/// Whether nothing behind a word belongs to it.
fn ends_alone(behind: &str) -> bool {
    !behind.starts_with(['$', '{', '(', '%', '*', '<', '\\', '@', '['])
}

/// A line up to what is a comment in shells, YAML, TOML, properties and the like.
fn without_comment(line: &str) -> &str {
    let trimmed = line.trim_start();
    if ["#", "//", ";", "-- "].iter().any(|mark| trimmed.starts_with(mark)) {
        return "";
    }
    [" #", "\t#"].iter().filter_map(|mark| line.find(mark)).min().map_or(line, |at| &line[..at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_with_dots_stand_alone() {
        for (text, want) in [
            ("db-0.db", &["db-0.db"][..]),
            ("http://db-0.db:80/x, db-1.db.:1", &["db-0.db", "db-1.db"]),
            ("peers=db-0.db;db-1.db", &["db-0.db", "db-1.db"]),
            ("a=$(X)-0.db b=${Y}.db c=db-$i.db d={{z}}.db", &[]),
            ("db-0.db.$(NS).svc db-0.db.${NS} db-0.{{x}}", &[]),
            ("/etc/db-0.conf ./run.sh ~/x.y", &[]),
            ("# db-0.db\nx # db-1.db\n  // db-2.db\ndb-3.db#x", &["db-3.db"]),
            ("user:secret@db-0.db", &["db-0.db"]),
            ("--host=db-0.db", &["db-0.db"]),
            ("-- db-0.db", &[]),
            ("_peer._tcp.db x_db-0.db", &["_peer._tcp.db", "x_db-0.db"]),
            ("no dots", &[]),
            ("...", &[]),
            ("é.db-0.db .db-0.db édb-0.db", &[]),
        ] {
            let found: Vec<&str> = words(text).map(|(_, word)| word).filter(|word| word.contains("db")).collect();
            assert_eq!(found, want, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_word_stands_where_it_says(text in "[a-z0-9._$#/ é\n-]{0,80}") {
            for (at, word) in words(&text) {
                prop_assert_eq!(&text[at..at + word.len()], word);
            }
        }
    }
}
