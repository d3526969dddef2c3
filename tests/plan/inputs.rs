//! Holds what a plan is made of, and what it says of the rest.

use serde_json::Value;

use super::{json, plan, set, story, validator};

const PATCH: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\nspec: {replicas: 5}\n";

fn printed(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn partial_sets_are_told_to_be_so_in_every_form_and_are_not_refused() {
    let whole = set("2", "OrderedReady");
    let image = PATCH.replace("{replicas: 5}", "{template: {spec: {containers: [{name: web, image: 'web:2'}]}}}");
    let files = [
        ("base/set.yaml", whole.as_str()),
        ("base/kustomization.yaml", "resources: [set.yaml]"),
        ("over/patch.yaml", PATCH),
        ("over/image.yaml", &image),
        ("over/kustomization.yaml", "resources: [../base]\npatches: [{path: patch.yaml}, {path: image.yaml}]"),
        ("alone/patch.yaml", PATCH),
    ];
    let of_over = "partial: a patch of over/kustomization.yaml";
    for (words, want) in [
        (
            "base over",
            &[
                ("base/set.yaml", "partial: over/kustomization.yaml changes it (patches)"),
                ("over/image.yaml", of_over),
                ("over/patch.yaml", of_over),
            ][..],
        ),
        ("over/patch.yaml", &[("over/patch.yaml", of_over)]),
        ("over/image.yaml", &[("over/image.yaml", of_over)]),
        (
            "alone/patch.yaml",
            &[("alone/patch.yaml", "partial: it has neither a selector nor an image, as a patch has")],
        ),
    ] {
        let document = json(&plan(&files, &format!("{words} -o json")));
        assert!(validator().is_valid(&document), "{words}: {document:#}");
        assert_eq!(document["sets"].as_array().map(Vec::len), Some(0), "{words}: {document:#}");
        let told = |(path, reason): &(&str, &str)| {
            format!("{path}:1: StatefulSet \"web\": {reason}; plan what `kustomize build` prints")
        };
        let want: Vec<String> = want.iter().map(told).collect();
        let entry =
            |it: &Value| format!("{}:{}: {}", it["path"].as_str().unwrap(), it["line"], it["reason"].as_str().unwrap());
        let skipped: Vec<String> = document["skipped"].as_array().unwrap().iter().map(entry).collect();
        assert_eq!(skipped, want, "{words}");
        for format in ["text", "markdown", "html", "svg", "mermaid"] {
            let output = plan(&files, &format!("{words} --exit-code -o {format}"));
            assert_eq!(output.status.code(), Some(0), "{words} {format}");
            let (page, beside) = (printed(output.stdout), printed(output.stderr));
            let tells = |text: &str| text.matches("kustomize build").count() == want.len();
            assert_eq!(tells(&page), !matches!(format, "svg" | "mermaid"), "{words} {format}: {page}");
            assert_eq!(tells(&beside), format != "text", "{words} {format}: {beside}");
        }
        let quiet = plan(&files, &format!("{words} -q"));
        assert!(quiet.stdout.is_empty() && quiet.stderr.is_empty(), "{words}: {quiet:?}");
    }
}

#[test]
fn a_chart_is_to_be_rendered_for_a_plan() {
    let whole = set("2", "OrderedReady");
    let files = [("shop/Chart.yaml", "name: shop"), ("shop/templates/web.yaml", &whole)];
    let output = plan(&files, ".");
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let told = "not in the plan\n  shop: a Helm chart (2 files); render it: helm template shop | stslint plan -\n";
    assert_eq!(printed(output.stdout), told);
    assert_eq!(printed(output.stderr), "no StatefulSet to make a plan of\n");
}

#[test]
fn what_is_no_whole_set_was_not_applied_before() {
    let whole = set("2", "OrderedReady");
    let files = [("old/set.yaml", PATCH), ("new/set.yaml", &whole)];
    let (steps, state, notes) = story(&files, "new --against-path old");
    assert_eq!((steps.len(), &*state), (3, "stable"), "{steps:?}");
    let note = "what was applied before holds only a part of it, and it is taken for new";
    assert!(notes.iter().any(|it| it == note), "{notes:?}");
    let text = printed(plan(&files, "new --against-path old").stdout);
    assert!(text.contains("old/set.yaml:1: StatefulSet \"web\": partial"), "{text}");
}

#[test]
fn a_set_that_stands_twice_is_told_with_both_places() {
    let (one, two) = (set("3", "OrderedReady"), set("2", "OrderedReady").replace("web:1", "web:2"));
    let both = format!("{one}---\n{two}");
    let again = "as well: what is applied last stays, and each is planned as if it were alone";
    for (files, words, want) in [
        (&[("a.yaml", both.as_str())][..], "a.yaml", &["a.yaml:16", "a.yaml:1"][..]),
        (&[("k/a.yaml", &one), ("k/c.yaml", &two)], "k", &["k/c.yaml:1", "k/a.yaml:1"]),
        // Overlays, of which one is applied.
        (&[("k/a.yaml", &one), ("k/b/c.yaml", &two)], "k", &[]),
        (&[("k/dev/a.yaml", &one), ("k/prod/a.yaml", &two)], "k", &[]),
        // The namespaces differ.
        (
            &[("a.yaml", &one), ("b.yaml", &two.replace("{name: web}\nspec", "{name: web, namespace: x}\nspec"))],
            ".",
            &[],
        ),
    ] {
        let document = json(&plan(files, &format!("{words} -o json")));
        let sets = document["sets"].as_array().unwrap();
        assert_eq!(sets.len(), 2, "{document:#}");
        let notes: Vec<&str> = sets
            .iter()
            .flat_map(|set| set["notes"].as_array().unwrap())
            .filter_map(|note| note.as_str().filter(|note| note.contains("as well")))
            .collect();
        let want: Vec<String> = want.iter().map(|place| format!("it stands at {place} {again}")).collect();
        assert_eq!(notes, want, "{words}");
    }
}

#[test]
fn of_several_that_were_applied_before_the_last_or_that_of_the_same_overlay_counts() {
    let of = |image: &str| set("2", "OrderedReady").replace("web:1", image);
    let (one, two, both) = (of("web:1"), of("web:2"), format!("{}---\n{}", of("web:1"), of("web:2")));
    let files = [
        ("old/dev/web.yaml", one.as_str()),
        ("old/prod/web.yaml", &two),
        ("new/dev/web.yaml", &one),
        ("new/prod/db.yaml", &two),
        ("both.yaml", &both),
        ("one.yaml", &one),
        ("two.yaml", &two),
    ];
    for (words, changes, repeated) in [
        ("new --against-path old", [false, false].as_slice(), None),
        ("new/dev --against-path old/prod", &[true], None),
        ("two.yaml --against-path both.yaml", &[false], Some(("both.yaml:1", "both.yaml:16"))),
        ("one.yaml --against-path both.yaml", &[true], Some(("both.yaml:1", "both.yaml:16"))),
        // Nothing says which overlay is meant.
        ("one.yaml --against-path old", &[true], Some(("old/dev/web.yaml:1", "old/prod/web.yaml:1"))),
    ] {
        let document = json(&plan(&files, &format!("{words} -o json")));
        let sets = document["sets"].as_array().unwrap();
        let changed: Vec<bool> = sets.iter().map(|set| !set["steps"].as_array().unwrap().is_empty()).collect();
        assert_eq!(changed, changes, "{words}: {document:#}");
        let want = repeated.map(|(first, last)| {
            format!("what was applied before holds it at {first} as well: the one at {last} is taken to be the last")
        });
        let notes = sets.iter().flat_map(|set| set["notes"].as_array().unwrap()).filter_map(|note| note.as_str());
        let told = notes.filter(|note| note.contains("as well")).map(str::to_owned).next();
        assert_eq!(told, want, "{words}: {document:#}");
    }
}

#[test]
fn several_sets_end_in_a_tally_that_names_those_that_need_a_look() {
    let of = |name: &str| set("2", "OrderedReady").replacen("{name: web}", &format!("{{name: {name}}}"), 1);
    let deletes = of("d").replace(
        "spec:\n  replicas",
        "spec:\n  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}\n  replicas",
    );
    let refused = of("r").replace("replicas: 2", "replicas: -1");
    let whole = [of("a"), of("b"), refused, deletes].join("---\n");
    let files = [("a.yaml", whole.as_str()), ("one.yaml", &of("a"))];
    let told = "4 StatefulSets: 2 stable, 1 stalled, 1 refused, 1 deletes claims";
    let words = "a.yaml --scale-to 1 --scale-to 2 --fail b-1";
    let text = printed(plan(&files, words).stdout);
    let foot: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("4 Stateful")).collect();
    let want = [
        told,
        "  stalled         default/b  a.yaml:16",
        "  refused         default/r  a.yaml:31",
        "  deletes claims  default/d  a.yaml:46",
    ];
    assert_eq!(foot, want, "{text}");
    for (words, is_told) in [("-o markdown", true), ("-o html", true), ("-q", false)] {
        let page = printed(plan(&files, &format!("a.yaml --scale-to 1 --scale-to 2 --fail b-1 {words}")).stdout);
        assert_eq!(page.contains(told), is_told, "{words}: {page}");
    }
    assert!(!printed(plan(&files, "one.yaml").stdout).contains("StatefulSets"));
}

#[test]
fn a_version_that_is_served_no_more_is_refused_and_was_never_applied() {
    let now = set("2", "OrderedReady");
    let beta = now.replace("apps/v1", "apps/v1beta1");
    let files = [("now.yaml", now.as_str()), ("beta.yaml", &beta)];
    let served = "1.16 stopped serving StatefulSets as \"apps/v1beta1\"";
    let no_matches = "apiVersion: no matches for kind \"StatefulSet\" in version \"apps/v1beta1\"";
    let (_, state, notes) = story(&files, "beta.yaml");
    assert_eq!(state, "refused");
    assert!(notes.iter().any(|note| note.starts_with(served)), "{notes:?}");
    assert!(printed(plan(&files, "beta.yaml -o markdown").stdout).contains("no matches for kind"));
    let (steps, state, notes) = story(&files, "now.yaml --against-path beta.yaml");
    assert_eq!((steps.len(), &*state), (3, "stable"));
    for want in
        [&format!("what beta.yaml says was never applied, because the API server refuses it: {no_matches}"), served]
    {
        assert!(notes.iter().any(|note| note.starts_with(want)), "{want}: {notes:?}");
    }
}

#[test]
fn names_and_places_come_from_where_the_tools_write_them() {
    let whole = set("2", "OrderedReady");
    let generated = whole.replacen("{name: web}", "{generateName: web-}", 1);
    let live = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: StatefulSet\n  metadata: {name: web, \
                namespace: shop, uid: 1b, resourceVersion: '7', generation: 3, creationTimestamp: '2026-01-01T00:00:00Z', \
                managedFields: [{manager: kubectl, operation: Update, apiVersion: apps/v1, fieldsType: FieldsV1}]}\n  spec: \
                {replicas: 1, serviceName: web, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: \
                web}}, spec: {containers: [{name: web, image: 'web:1'}]}}}\n  status: {replicas: 1, currentRevision: web-1, \
                updateRevision: web-1}\n";
    let helm = format!("---\n# Source: shop/templates/web.yaml\n{whole}");
    let scaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {scaleTargetRef: \
                  {apiVersion: apps/v1, kind: StatefulSet, name: web}, minReplicas: 3, maxReplicas: 9}\n---\napiVersion: \
                  policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {minAvailable: 2, selector: \
                  {matchLabels: {app: web}}}\n";
    let files = [
        ("set.yaml", whole.as_str()),
        ("generated.yaml", &generated),
        ("live.yaml", live),
        ("helm.yaml", &helm),
        ("scaler.yaml", scaler),
    ];
    let document = json(&plan(&files, "generated.yaml -o json"));
    let reason = document["skipped"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("generateName \"web-\": the API server makes up its name"), "{reason}");
    let document = json(&plan(&files, "live.yaml set.yaml -n shop -o json"));
    let namespaces: Vec<_> = document["sets"].as_array().unwrap().iter().map(|set| &set["namespace"]).collect();
    assert_eq!(namespaces, ["shop", "shop"]);
    let (steps, state, _) = story(&files, "live.yaml");
    assert_eq!(
        (steps.as_slice(), &*state),
        (&["0s create web-0 at A".to_owned(), "5s ready web-0".to_owned()][..], "stable")
    );
    let (_, _, notes) = story(&files, "helm.yaml");
    assert!(notes.contains(&"rendered from shop/templates/web.yaml".to_owned()), "{notes:?}");
    for (words, told) in [("", true), ("--scale-to 4", true), ("--delete", false)] {
        let (_, _, notes) = story(&files, &format!("set.yaml --context scaler.yaml {words}"));
        let scaled = notes.iter().any(|it| it.starts_with("HorizontalPodAutoscaler \"web\" (scaler.yaml:1) changes"));
        assert_eq!(scaled, told, "{words}: {notes:?}");
        assert!(!notes.iter().any(|note| note.contains("PodDisruptionBudget")), "{notes:?}");
    }
}

#[test]
fn a_fresh_plan_says_that_containers_may_wait_for_names_of_peers() {
    let container =
        "web, env: [{name: PEERS, value: 'web-0.web,web-1.web'}], readinessProbe: {exec: {command: [joined]}}";
    let told = set("2", "Parallel").replace("{name: web, image", &format!("{{name: {container}, image"));
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: None, selector: {app: web}PUBLISHED}\n";
    for (published, words, want) in
        [("", "", true), ("", "--scale-to 3", false), (", publishNotReadyAddresses: true", "", false)]
    {
        let service = service.replace("PUBLISHED", published);
        let output = plan(&[("web.yaml", &told), ("service.yaml", &service)], &format!("--output json {words} ."));
        let plan = json(&output);
        let notes: Vec<&str> = plan["sets"][0]["notes"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let note = "container \"web\" is told the names of 2 pods of its own set (web.yaml:11), which resolve only while those pods \
                    are ready; here its readiness probe is taken to succeed without them";
        assert_eq!(notes.contains(&note), want, "{published} {words}: {notes:?}");
    }
}
