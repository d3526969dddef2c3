//! Pins what a book of rules finds and skips, and how each mistake in a rule file is told.

use super::*;
use crate::source::SourceFile;
use crate::yaml::Node;

crate::record! {
    /// A container.
    pub(super) struct Container<'a> as "container" at node {
        /// Its name.
        name "name": &'a str,
        /// Its ports.
        ports "ports": Vec<i64>,
    }
}

crate::record! {
    /// The Service.
    pub(super) struct Service<'a> as "service" at node {
        /// Whether it is in view.
        found "found": bool,
        /// Its name.
        name "name": Option<&'a str>,
        /// Whether it has no address.
        headless "headless": bool,
    }
}

crate::record! {
    /// All facts of the tests.
    pub(super) struct Facts<'a> as "facts" at node {
        /// The object itself.
        object "object": Option<Node<'a>>,
        /// The Service.
        service "service": Service<'a>,
        /// The containers.
        containers "containers": Vec<Container<'a>>,
        /// How many Services are in view.
        services "services": i64,
    }
}

const SET: &str = "\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
  labels: {app.kubernetes.io/name: db}
spec:
  serviceName: db
  template:
    spec:
      containers:
        - name: db
          image: postgres
          ports:
            - containerPort: 5432
        - image: busybox
          name: sidecar
          ports: []
";

const SERVICE: &str = "\
apiVersion: v1
kind: List
items:
  - kind: Service
    apiVersion: v1
    metadata: {name: db}
    spec:
      type: ClusterIP
      clusterIP: 10.0.0.1
";

fn rule(body: &str) -> String {
    format!(
        "summary: s\nseverity: warning\ncategory: identity\nsince: 0.1.0\nmessage: it is so\nhelp: do so\nwhy: because\n\
         references: [https://kubernetes.io/]\n{body}"
    )
}

/// Asks one rule about the set above; `headless` and `services` are what the Service is.
fn ask(body: &str, own: bool) -> (Vec<Finding>, Vec<String>) {
    let set = yaml::parse(FileId(0), SET);
    let list = yaml::parse(FileId(1), SERVICE);
    let text = rule(body);
    let file = yaml::parse(FileId(2), &text);
    let root = |tree| Tree::root(tree, &tree.documents()[0]).unwrap();
    let node = root(&set);
    let service = root(&list).get("items").and_then(|items| items.items().next());
    let list = node.get("spec").and_then(|spec| spec.get("template")?.get("spec")?.get("containers")).unwrap();
    let facts = Facts {
        node: Some(node),
        object: Some(node),
        service: Service { node: service, found: true, name: Some("db"), headless: false },
        containers: list
            .items()
            .map(|node| Container {
                node: Some(node),
                name: node.get("name").and_then(Node::as_str).unwrap_or_default(),
                ports: node.get("ports").map(|ports| ports.items().map(|_| 1).collect()).unwrap_or_default(),
            })
            .collect(),
        services: 0,
    };
    let (book, mistakes) = if own {
        Book::load(&[], &[("r", &file)], &Facts::RECORD)
    } else {
        Book::load(&[("r", &text)], &[], &Facts::RECORD)
    };
    let shown = |finding: &Finding| format!("{:?} {} ({})", finding.place.span, finding.message, finding.help);
    assert_eq!(mistakes.iter().map(shown).collect::<Vec<_>>(), Vec::<String>::new(), "{body}");
    assert_eq!(book.names().len(), 1, "{body}: {:?}", super::super::mistakes("r", &file, &Facts::RECORD));
    let name = ObjectName {
        api_version: "apps/v1".to_owned(),
        kind: "StatefulSet".to_owned(),
        namespace: "default".to_owned(),
        name: "db".to_owned(),
    };
    let answers = book.ask(&facts, &name);
    (answers.findings, answers.skipped.into_iter().map(|(_, reason)| reason).collect())
}

/// Where a finding points: the line and the text there.
fn pointed(place: Place) -> String {
    let text = [SET, SERVICE][place.file.0 as usize];
    let line = SourceFile::new("x", text).position(place.span.start).line;
    format!("{}:{line}:{}", place.file.0, &text[place.span.range()])
}

#[test]
fn a_finding_points_at_what_decided_or_where_the_rule_says() {
    for (body, places) in [
        ("expect: object.spec.serviceName != 'db'", &["0:7:db spec.serviceName"][..]),
        ("expect: service.headless", &["1:4:Service "]),
        ("expect: service.headless\nat: spec.serviceName", &["0:7:db spec.serviceName"]),
        ("expect: service.headless\nat: service.spec.clusterIP", &["1:9:10.0.0.1 spec.clusterIP"]),
        ("expect: service.headless\nat: service.spec.ports[0].name", &["1:7:spec spec.ports[0].name"]),
        ("expect: has(object.spec.replicas)", &["0:6:spec spec.replicas"]),
        ("expect: has(object.status)", &["0:2:StatefulSet status"]),
        ("expect: 1 > 2", &["0:2:StatefulSet "]),
        ("expect: object.spec.template.spec.containers.size() > 2", &["0:10:containers spec.template.spec.containers"]),
        ("expect: services > 0 && object.metadata.name == 'x'", &["0:2:StatefulSet "]),
        ("expect: services == 0 && object.metadata.name == 'x'", &["0:4:db metadata.name"]),
        ("expect: object.metadata.name == 'x' || object.spec.serviceName == 'x'", &["0:7:db spec.serviceName"]),
        ("expect: '!(object.metadata.name == ''db'' && services == 0)'", &["0:4:db metadata.name"]),
        ("expect: object.metadata.name.startsWith('x')", &["0:4:db metadata.name"]),
        (
            "expect: object.metadata.labels['app.kubernetes.io/name'] == ''",
            &["0:5:db metadata.labels[app.kubernetes.io/name]"],
        ),
        ("expect: containers.all(c, c.name == 'db')", &["0:16:sidecar spec.template.spec.containers[1].name"]),
        ("expect: containers.all(c, c.ports.size() > 0)", &["0:17:ports spec.template.spec.containers[1].ports"]),
        ("expect: containers.all(c, c.ports.all(p, p > 1))", &["0:13:ports spec.template.spec.containers[0].ports"]),
        (
            "expect: '!containers.exists(c, c.name == ''sidecar'')'",
            &["0:16:sidecar spec.template.spec.containers[1].name"],
        ),
        ("expect: containers.exists_one(c, c.name != '')", &["0:16:sidecar spec.template.spec.containers[1].name"]),
        (
            "each: containers\nexpect: it.name == ''",
            &["0:11:db spec.template.spec.containers[0].name", "0:16:sidecar spec.template.spec.containers[1].name"],
        ),
        (
            "each: containers\nwhen: it.name == 'db'\nexpect: 'false'\nat: it.ports[0].containerPort",
            &["0:14:5432 spec.template.spec.containers[0].ports[0].containerPort"],
        ),
        ("each: containers\nexpect: it.name == 'db'\nat: it", &["0:15:image spec.template.spec.containers[1]"]),
        ("expect: 'false'\nat: containers[services + 1].ports", &["0:17:ports spec.template.spec.containers[1].ports"]),
        ("expect: 'false'\nat: spec.template.spec.containers", &["0:10:containers spec.template.spec.containers"]),
        ("expect: 'false'\nat: metadata.labels[\"a.b/c\"]", &["0:5:labels metadata.labels[a.b/c]"]),
    ] {
        let (findings, skipped) = ask(body, false);
        let found: Vec<_> = findings.iter().map(|it| format!("{} {}", pointed(it.place), it.field)).collect();
        assert_eq!(found, places, "{body}");
        assert_eq!(skipped, Vec::<String>::new(), "{body}");
    }
}

/// What a user hears of a rule file: the text that is pointed at, and what is said.
fn heard(name: &str, text: &str) -> Vec<String> {
    let tree = yaml::parse(FileId(0), text);
    let (book, findings) = Book::load(&[("builtin", &rule("expect: 'true'"))], &[(name, &tree)], &Facts::RECORD);
    assert_eq!(book.rule(name).is_some() && name != "builtin", findings.is_empty(), "{text}: {findings:?}");
    let shown = |it: &Finding| {
        let help = if it.help.is_empty() { String::new() } else { format!(" | {}", it.help) };
        format!("{}: {}{help}", &text[it.place.span.range()], it.message)
    };
    findings.iter().map(shown).collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn mistakes_in_a_rule_file_are_pointed_at() {
    let good = rule("expect: service.headless");
    let mut wrong = Vec::new();
    for (from, to, want) in [
        (
            "severity: warning",
            "sevrity: warning",
            "sevrity: a rule has no key \"sevrity\" | did you mean \"severity\"?",
        ),
        (
            "severity: warning",
            "severity: warn",
            "warn: \"severity\" is never \"warn\" | write one of error, warning, info",
        ),
        (
            "category: identity",
            "category: naming",
            "naming: \"category\" is never \"naming\" | write one of identity, network, storage, rollout, lifecycle, availability, api",
        ),
        ("help: do so\n", "", "summary: \"help\" is missing"),
        ("help: do so", "help:", "help: \"help\" is missing"),
        ("why: because", "why: [a]", "[a]: \"why\" is text, and this is a collection"),
        ("[https://kubernetes.io/]", "[]", "[]: \"references\" is a list of at least one address"),
        ("[https://kubernetes.io/]", "[k8s]", "k8s: a reference begins with https://"),
        ("service.headless", "service.headles", "headles: service has no \"headles\" | did you mean \"headless\"?"),
        (
            "service.headless",
            "'service.found && srvice.found'",
            "srvice: no fact is called \"srvice\" | did you mean \"service\"?",
        ),
        (
            "service.headless",
            "\"service.found\\t&& services == ''\"",
            "services == '': \"==\" cannot stand between int and string | turn it into text with string(x), or the text into a number with int(x)",
        ),
        ("service.headless", "|\n  service.found\n  && services", "services: \"&&\" takes bool, and this is int"),
        ("service.headless", "services", "services: a question takes bool, and this is int"),
        ("service.headless", "service.headless &", "&: \"&\" means nothing in CEL | write &&"),
        (
            "message: it is so",
            "message: 'it is {service.nme} so'",
            "nme: service has no \"nme\" | did you mean \"name\"?",
        ),
        (
            "message: it is so",
            "message: 'it is {service} so'",
            "service: service cannot be written as text | name one of its fields: found, name, headless",
        ),
        ("message: it is so", "message: it is } so", "}: this \"}\" stands alone | write {{ and }} for braces"),
        (
            "message: it is so",
            "message: 'it is {service.name so'",
            "{: this \"{\" stands alone | write {{ and }} for braces",
        ),
        (
            "help: do so",
            "help: do so\nat: spce.x",
            "spce: neither a fact nor a field of a StatefulSet is called \"spce\" | did you mean \"spec\"?",
        ),
        ("help: do so", "help: do so\nat: services", "services: the fact \"services\" stands nowhere in a manifest"),
        (
            "help: do so",
            "help: do so\nat: containers",
            "containers: a list of facts stands nowhere in a manifest | name an item, such as [0]",
        ),
        ("help: do so", "help: do so\nat: containers.name", "name: a list has no fields | name an item, such as [0]"),
        (
            "help: do so",
            "help: do so\nat: 1 + 2",
            "1 + 2: a place is written as names with dots and indexes | such as spec.template.spec.containers[0].name",
        ),
        ("help: do so", "help: do so\neach: service", "service: \"each\" takes a list, and this is service"),
        ("help: do so", "help: do so\nunknown: {if: service.found}", "if: \"because\" is missing"),
        (
            "help: do so",
            "help: do so\nunknown: {if: 'true', because: x, els: y}",
            "els: \"unknown\" has no key \"els\" | its keys are if, because",
        ),
        (
            "help: do so",
            "help: do so\nalso: {at: spec}",
            "{at: spec}: \"also\" is a list | write - before its first key",
        ),
        ("help: do so", "help: do so\nneeds: text", "expect: a rule that needs only text has no \"expect\""),
        (
            "help: do so",
            "help: do so\nhelp: again",
            "help: the key \"help\" stands twice in this mapping | Kubernetes takes the last one; remove the other",
        ),
        ("help: do so", "help: do so\n---\na: 1", ": a file holds one rule | move the second one to a file of its own"),
    ] {
        let text = good.replace(from, to);
        assert_ne!(text, good, "{from}");
        let heard = heard("mine", &text);
        if heard.first().map(String::as_str) != Some(want) {
            wrong.push(format!("{to}\n  heard {heard:?}\n  want  {want:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(heard("mine", &good), Vec::<String>::new());
    for (name, text, want) in [
        ("builtin", &*good, "summary: stslint has a rule called \"builtin\" already | give the file another name"),
        (
            "My_Rule",
            &good,
            "summary: \"My_Rule\" is no name for a rule | name the file with small letters, digits and single dashes, such as my-rule.yaml",
        ),
        ("mine", "", ": the file holds no rule"),
        ("mine", "- a", "- a: a rule is a mapping"),
    ] {
        assert_eq!(heard(name, text), [want], "{name}");
    }
}

#[test]
fn what_cannot_be_asked_is_never_silence() {
    let absent = "expect: object.spec.absent == 1";
    let (findings, skipped) = ask(absent, false);
    assert_eq!(
        (findings.len(), &skipped[..]),
        (0, &["it cannot be asked of this object: there is no \"absent\"".to_owned()][..])
    );
    let (findings, skipped) = ask(absent, true);
    let said: Vec<_> = findings.iter().map(|it| (&*it.message, it.place.file, it.severity)).collect();
    let message = "this rule cannot be asked about StatefulSet \"db\": there is no \"absent\"";
    assert_eq!((said, skipped.len()), (vec![(message, FileId(2), Severity::Warning)], 0));

    let unknown = "each: containers\nunknown: {if: services == 0, because: 'no Service {service.name} is in view'}\nexpect: 'false'";
    assert_eq!(ask(unknown, false), (Vec::new(), vec!["no Service db is in view".to_owned()]));
    assert_eq!(ask("when: services > 0\nexpect: 'false'", false), (Vec::new(), Vec::new()));
    assert_eq!(ask("needs: change\nexpect: 'false'", false), (Vec::new(), Vec::new()));
}

#[test]
fn messages_are_filled_with_facts() {
    let body = "each: containers\nwhen: it.name == 'db'\nexpect: 'false'\n\
        label: '{{{it.name}}} has {it.ports.size()} of {containers.map(c, c.name)}'\n\
        note: ['{service.found ? \"\" : \"x\"}', '{object.spec.absent}', '{object.spec.template.spec.containers[0].ports} {object.metadata}']\n\
        also:\n- {at: service, label: 'the Service {service.name}'}\n- {at: spec.absent, label: nothing}";
    let (findings, _) = ask(body, true);
    let finding = &findings[0];
    assert_eq!(finding.label, "{db} has 1 of db, sidecar");
    assert_eq!(finding.notes, ["?", "{containerPort} {name, labels}"]);
    let related: Vec<_> = finding.related.iter().map(|it| format!("{} {}", pointed(it.place), it.message)).collect();
    assert_eq!(related, ["1:4:Service the Service db", "0:6:spec nothing"]);
    assert_eq!(finding.object.as_ref().map(|object| &*object.name), Some("db"));

    let (findings, _) = ask("expect: service.found && object.spec.serviceName != 'db'", true);
    assert_eq!(findings[0].notes, ["what decided is object.spec.serviceName != 'db'"]);
}

#[test]
fn a_book_forgets_what_nobody_wants_to_hear() {
    let texts = [
        rule("expect: 'false'"),
        rule("expect: 'true'"),
        rule("explains: [a]\nneeds: text").replace("message: it is so\n", ""),
    ];
    let names = ["b", "a", "t"];
    let builtin: Vec<_> = names.iter().zip(&texts).map(|(name, text)| (*name, text.as_str())).collect();
    let (mut book, _) = Book::load(&builtin, &[], &Facts::RECORD);
    assert_eq!(book.names(), [("a", "identity"), ("b", "identity"), ("t", "identity")]);
    assert!(book.set_severity("t", Severity::Info) && !book.set_severity("x", Severity::Info));
    assert_eq!((book.text_rule("t"), book.text_rule("a")), (Some(Severity::Info), None));
    assert!(book.explains("t", "a") && !book.explains("t", "b") && !book.explains("a", "t"));
    assert_eq!(book.rule("b").map(|card| card.docs), Some(format!("{DOCS}#b")));
    book.retain(|name| name == "b");
    assert_eq!((book.text_rule("t"), book.cards().len()), (None, 1));
}

#[test]
fn a_rule_explains_other_rules_and_fields() {
    for (explained, other, want) in [
        ("wrong-type", "wrong-type", true),
        ("wrong-type", "wrong-types", false),
        ("spec.volumes[*].name", "spec.volumes[12].name", true),
        ("spec.volumes[*].name", "spec.volumes[12].names", false),
        ("spec.volumes[*].name", "spec.volumes.name", false),
        ("spec.a[*].b[*]", "spec.a[0].b[1]", true),
        ("spec.a[*].b[*]", "spec.a[0].b", false),
        ("spec.labels[*]", "spec.labels[app]", true),
    ] {
        assert_eq!(covers(explained, other), want, "{explained} {other}");
    }
}
