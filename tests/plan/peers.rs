//! Holds plans to what pods wait for that ask for their peers.

use super::{json, plan, set, story};

/// A set whose init container or probe asks, in its namespace beside its Service.
fn asking(policy: &str, ask: &str, early: bool) -> String {
    let init =
        format!("initContainers: [{{name: peers, image: 'tools:1.0', command: [sh, -c, 'until {ask}; do :; done']}}]");
    let service = format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{clusterIP: None, publishNotReadyAddresses: {early}, \
         selector: {{app: web}}}}\n---\n"
    );
    service + &set("3", policy).replacen("containers:", &format!("{init}, containers:"), 1)
}

#[test]
fn pods_that_wait_for_each_other_are_told_with_a_way_out_that_works() {
    let (early, parallel) = ("set publishNotReadyAddresses: true in Service", "set podManagementPolicy: Parallel");
    // By its full name, a pod finds itself.
    let one = "getent hosts web-1.web.default.svc.cluster.local";
    let both = &format!("getent hosts web-0.web.default.svc.cluster.local && {one}");
    let [ordered, all, ordered_all, later] = [
        asking("OrderedReady", one, false),
        asking("Parallel", both, false),
        asking("OrderedReady", both, false),
        asking("Parallel", one, false),
    ];
    let never = asking("Parallel", "nslookup web-0.web.default.cluster.local", false);
    let fronted = all.replacen("clusterIP: None, ", "", 1);
    let elsewhere =
        ordered.replacen("selector: {app: web}", "selector: {app: other}", 1).replace("web-1.web", "web-0.web");
    for (text, reason, helps) in [
        (
            &ordered,
            "waits for \"web-1.web.default.svc.cluster.local\", and web-1 is created only when web-0 is ready",
            &[parallel][..],
        ),
        (&all, "which resolves only while web-1 is ready, and web-1 waits in turn", &[early]),
        (&ordered_all, "and web-1 is created only when web-0 is ready", &[early, parallel]),
        (&never, "never resolves: \"svc\" is missing", &["write \"web-0.web.default.svc\""]),
        (&fronted, "which resolves only while web-1 is ready", &["make \"web\" a headless Service with publishNot"]),
        (
            &elsewhere,
            "Service \"web\" leads to none of the pods",
            &["make \"web\" a headless Service that selects the pods"],
        ),
    ] {
        let document = json(&plan(&[("a.yaml", text)], "a.yaml -o json"));
        let outcome = &document["sets"][0]["outcome"];
        assert_eq!(outcome["state"], "stalled", "{reason}: {document:#}");
        assert!(outcome["reason"].as_str().unwrap().contains(reason), "{reason}: {outcome:#}");
        let remedy = outcome["remedy"].as_str().unwrap();
        assert!(!remedy.contains("in the way"), "{remedy}");
        for way in [early, parallel].into_iter().chain(helps.iter().copied()) {
            assert_eq!(remedy.contains(way), helps.contains(&way), "{reason}: {way}: {remedy}");
        }
        let line = outcome["place"]["line"].as_u64().unwrap();
        assert!(text.lines().nth(usize::try_from(line).unwrap() - 1).unwrap().contains(" web-"), "{outcome:#}");
    }
    for (text, words) in [
        (&asking("Parallel", both, true), "a.yaml"),
        (&asking("OrderedReady", "getent hosts web-0.web.default.svc.cluster.local", false), "a.yaml"),
        (&later, "a.yaml"),
        // What a Service elsewhere does is not known, and neither is who scales a set that does not say.
        (&asking("Parallel", "nslookup web-7.web", false).replace("  replicas: 3\n", ""), "a.yaml"),
        (&all.split_once("---\n").unwrap().1.to_owned(), "a.yaml"),
        // The others run already.
        (&ordered_all, "a.yaml --against-path b.yaml"),
    ] {
        let before = set("3", "OrderedReady");
        let document = json(&plan(&[("a.yaml", text), ("b.yaml", &before)], &format!("{words} -o json")));
        assert_eq!(document["sets"][0]["outcome"]["state"], "stable", "{words}: {text}\n{document:#}");
    }
}

#[test]
fn pods_are_ready_when_the_slowest_of_their_probes_has_begun() {
    for (probes, want) in [
        ("", "5s ready web-0"),
        (", startupProbe: {initialDelaySeconds: 30, exec: {command: [a]}}", "31s ready web-0"),
        (", readinessProbe: {initialDelaySeconds: 20, exec: {command: [a]}}", "21s ready web-0"),
        (
            ", startupProbe: {initialDelaySeconds: 30, exec: {command: [a]}}, readinessProbe: {initialDelaySeconds: 20, exec: \
             {command: [a]}}",
            "31s ready web-0",
        ),
    ] {
        let text = set("1", "OrderedReady").replace("image: 'web:1'", &format!("image: 'web:1'{probes}"));
        let (steps, ..) = story(&[("a.yaml", &text)], "a.yaml");
        assert_eq!(steps.last().map(String::as_str), Some(want), "{probes}");
    }
}
