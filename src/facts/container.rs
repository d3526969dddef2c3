//! Turns the containers of the template into how long each takes to stop.

use crate::manifest::Object;
use crate::yaml::Node;

crate::record! {
    /// A container of the template that runs as long as the pod does.
    pub struct Container<'a> as "container" at node {
        /// Its name.
        name "name": &'a str,
        /// Its image.
        image "image": &'a str,
        /// Whether it is a sidecar: an init container that keeps running.
        sidecar "sidecar": bool,
        /// What it does before it is asked to stop.
        pre_stop "preStop": PreStop<'a>,
    }
}

crate::record! {
    /// The hook `lifecycle.preStop` of a container.
    pub struct PreStop<'a> as "preStop" at node {
        /// What it does: `sleep` for the sleep action, `exec` for a command; empty for anything else, or if there is no hook.
        action "action": &'static str,
        /// Seconds that it sleeps at least, before anything else that it does; 0 if no sleep is certain.
        seconds "seconds": i64,
    }
}

/// The containers of `set` that run as long as its pods: sidecars first, as they start.
pub(super) fn of<'a>(set: &'a Object<'a>) -> Vec<Container<'a>> {
    let list = |key| set.get(&["spec", "template", "spec", key]).into_iter().flat_map(Node::items);
    let text = |node: Node<'a>, key| node.get(key).and_then(Node::as_str).unwrap_or_default();
    let sidecars =
        list("initContainers").filter(|&node| text(node, "restartPolicy") == "Always").map(|node| (node, true));
    let containers = list("containers").map(|node| (node, false));
    let container = |(node, sidecar): (Node<'a>, bool)| Container {
        node: Some(node),
        name: text(node, "name"),
        image: text(node, "image"),
        sidecar,
        pre_stop: PreStop::of(node),
    };
    sidecars.chain(containers).map(container).collect()
}

impl<'a> PreStop<'a> {
    fn of(container: Node<'a>) -> Self {
        let hook = container.get("lifecycle").and_then(|lifecycle| lifecycle.get("preStop"));
        let part = |action, key| hook.and_then(|hook| hook.get(action)).and_then(|action| action.get(key));
        match (part("sleep", "seconds"), part("exec", "command")) {
            (Some(seconds), _) => Self { node: Some(seconds), action: "sleep", seconds: seconds.as_i64().unwrap_or(0) },
            (None, Some(command)) => {
                Self { node: Some(command), action: "exec", seconds: command_seconds(command).unwrap_or(0) }
            }
            (None, None) => Self { node: None, action: "", seconds: 0 },
        }
    }
}

/// Seconds, rounded down, that a command sleeps at least: `sleep N`, or a shell whose script begins with sleeps. `None` where
/// that is not certain.
fn command_seconds(command: Node<'_>) -> Option<i64> {
    let words: Option<Vec<&str>> = command.items().map(Node::as_str).collect();
    let words = words?;
    let (program, arguments) = words.split_first()?;
    let seconds = match (file_name(program), arguments) {
        ("sleep", times) => slept(times)?,
        ("sh" | "bash" | "ash" | "dash", [flags, script, ..]) if takes_script(flags) => script_seconds(script),
        _ => return None,
    };
    #[expect(clippy::cast_possible_truncation, reason = "rounded down on purpose; a longer sleep saturates")]
    Some(seconds as i64)
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a shell takes its next argument for a script and runs it.
fn takes_script(flags: &str) -> bool {
    flags
        .strip_prefix('-')
        .is_some_and(|letters| letters.contains('c') && letters.chars().all(|flag| "ceuxl".contains(flag)))
}

/// Seconds that the first commands of a script sleep. It ends at the first command that may do anything else, such as stop
/// the process for which the sleep is meant to wait, and at the first character that could change what a command means.
fn script_seconds(script: &str) -> f64 {
    let mut total = 0.0;
    let mut rest = script;
    loop {
        let end = rest.find(|character: char| !is_literal(character)).unwrap_or(rest.len());
        let (command, behind) = rest.split_at(end);
        let words: Vec<&str> = command.split_ascii_whitespace().collect();
        let follows = ["&&", ";", "\n"].into_iter().find_map(|mark| behind.strip_prefix(mark));
        // `&`, `|`, a quote and the like: what came before them is no plain command.
        if follows.is_none() && !behind.is_empty() {
            return total;
        }
        match words.split_first() {
            None | Some((&("echo" | "set" | "true" | ":" | "date"), _)) => {}
            Some((program, times)) if file_name(program) == "sleep" => match slept(times) {
                Some(seconds) => total += seconds,
                None => return total,
            },
            Some(_) => return total,
        }
        match follows {
            Some(next) => rest = next,
            None => return total,
        }
    }
}

/// Whether a character means itself to every shell, wherever it stands.
fn is_literal(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(character, ' ' | '\t' | '_' | '-' | '.' | '/' | ':' | ',' | '+' | '=' | '@')
}

/// Seconds of the arguments of `sleep`: numbers with `s`, `m`, `h` or `d` behind them, added up as GNU and busybox do.
fn slept(times: &[&str]) -> Option<f64> {
    let seconds = |time: &&str| {
        let number = time.trim_end_matches(['s', 'm', 'h', 'd']);
        let factor = match &time[number.len()..] {
            "" | "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            "d" => 86400.0,
            _ => return None,
        };
        let digits = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        number.parse::<f64>().ok().filter(|_| digits).map(|number| number * factor)
    };
    if times.is_empty() {
        return None;
    }
    times.iter().map(seconds).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing;

    #[test]
    fn a_command_sleeps_as_long_as_is_certain() {
        for (command, want) in [
            ("[sleep, '20']", 20),
            ("[/bin/sleep, 1m, '30']", 90),
            ("[sleep, '1.9']", 1),
            ("[sleep, infinity]", 0),
            ("[sleep]", 0),
            ("[sleep, 20]", 0),
            ("[sh, -c, sleep 20]", 20),
            ("[/bin/bash, -ec, 'sleep 15; nginx -s quit; sleep 10']", 15),
            ("[sh, -c, 'echo bye && sleep 5 && sleep 6']", 11),
            ("[sh, -c, \"set -e\\nsleep 5\\nsleep 2m\\n\"]", 125),
            ("[sh, -c, 'nginx -s quit; sleep 60']", 0),
            ("[sh, -c, 'sleep 60 & wait']", 0),
            ("[sh, -c, 'sleep 5; sleep 60 || true']", 5),
            ("[sh, -c, 'sleep $DELAY']", 0),
            ("[sh, -c, 'sleep 5; sleep \"60\"']", 5),
            ("[sh, -c, 'while kill -0 1; do sleep 60; done']", 0),
            ("[sh, -c, 'if true; then sleep 60; fi']", 0),
            ("[sh, -c, 'sleep 60 > /dev/null']", 0),
            ("[sh, -nc, sleep 60]", 0),
            ("[sh, sleep, '60']", 0),
            ("[sh, -c, '']", 0),
            ("[/stop.sh]", 0),
            ("[]", 0),
            ("sleep 60", 0),
        ] {
            let text = format!(
                "apiVersion: apps/v1\nkind: StatefulSet\nspec: {{template: {{spec: {{containers: [{{name: db, lifecycle: \
                 {{preStop: {{exec: {{command: {command}}}}}}}}}]}}}}}}\n"
            );
            testing::with(&text, |set, _| {
                let containers = of(set);
                let [container] = &containers[..] else { panic!("{command}: {} containers", containers.len()) };
                assert_eq!(container.pre_stop.seconds, want, "{command}");
            });
        }
    }

    #[test]
    fn only_containers_that_keep_running_are_told() {
        let text = "
apiVersion: apps/v1
kind: StatefulSet
spec:
  template:
    spec:
      initContainers:
      - {name: once, image: a}
      - {name: proxy, image: b, restartPolicy: Always, lifecycle: {preStop: {sleep: {seconds: 7}}}}
      containers:
      - {name: db, image: c}
      - nonsense
";
        testing::with(text, |set, _| {
            let told: Vec<_> =
                of(set).iter().map(|one| (one.name, one.image, one.sidecar, one.pre_stop.seconds)).collect::<Vec<_>>();
            assert_eq!(told, [("proxy", "b", true, 7), ("db", "c", false, 0), ("", "", false, 0)]);
        });
    }
}
