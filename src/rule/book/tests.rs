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
