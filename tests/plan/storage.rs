//! Holds what a plan says of claims and PersistentVolumes to what the volume binder and the scheduler do.

use super::{json, plan, set, story};

/// A set whose claims have this spec.
pub(super) fn claiming(name: &str, replicas: &str, claims: &[(&str, &str)]) -> String {
    let templates: Vec<String> =
        claims.iter().map(|(name, spec)| format!("{{metadata: {{name: {name}}}, spec: {spec}}}")).collect();
    let set = set(replicas, "OrderedReady").replace("{name: web}\nspec", &format!("{{name: {name}}}\nspec"));
    let (head, _) = set.split_once("  volumeClaimTemplates").unwrap();
    format!("{head}  volumeClaimTemplates: [{}]\n", templates.join(", "))
}

pub(super) fn claim(rest: &str) -> String {
    format!("{{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}, {rest}}}")
}

/// A PersistentVolume of a name and a class; on a node, if one is given.
pub(super) fn volume(name: &str, class: &str, node: &str) -> String {
    let only = format!(
        "nodeAffinity: {{required: {{nodeSelectorTerms: [{{matchExpressions: [{{key: kubernetes.io/hostname, operator: In, \
         values: [{node}]}}]}}]}}}}, "
    );
    format!(
        "---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {{name: {name}}}\nspec: {{capacity: {{storage: 1Gi}}, accessModes: \
         [ReadWriteOnce], hostPath: {{path: /x}}, {}storageClassName: {class}}}\n",
        if node.is_empty() { "" } else { &only }
    )
}

/// A StorageClass whose volumes are made by hand.
pub(super) fn class(name: &str, mode: &str) -> String {
    format!(
        "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{name: {name}}}\nprovisioner: \
         kubernetes.io/no-provisioner\nvolumeBindingMode: {mode}\n"
    )
}

fn made(name: &str, spec: &str, status: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: {name}}}\nspec: {spec}\nstatus: {status}\n"
    )
}

fn local() -> String {
    class("local", "Immediate")
}

fn by_hand() -> String {
    claim("storageClassName: local")
}

/// A set whose claims have volumes that are made by hand.
fn by_hand_set(name: &str, replicas: &str) -> String {
    format!("---\n{}", claiming(name, replicas, &[("data", &by_hand())]))
}

/// So many volumes for it.
fn volumes(count: usize) -> String {
    (1..=count).map(|it| volume(&format!("v{it}"), "local", "")).collect()
}

/// Holds how sets end and what is told of the last one to what is wanted: what it is about, what is in view and asked.
fn assert_ends(about: &str, objects: &str, words: &str, want: &[&str], told: &str) {
    let document = json(&plan(&[("a.yaml", objects)], &format!("a.yaml -o json {words}")));
    let sets = document["sets"].as_array().unwrap();
    let states: Vec<&str> = sets.iter().map(|set| set["outcome"]["state"].as_str().unwrap()).collect();
    assert_eq!(states, want, "{about}: {document:#}");
    let last = sets.last().unwrap().to_string().replace("\\\"", "\"");
    assert!(last.contains(told), "{about}: {told}: {last}");
}

#[test]
fn a_volume_in_view_goes_to_one_claim_alone() {
    for (about, objects, words, want, told) in [
        (
            "two sets, volumes for one",
            by_hand_set("a", "2") + &by_hand_set("b", "2") + &volumes(2) + &local(),
            "",
            &["stable", "stalled"][..],
            "PersistentVolumes \"v1\" and \"v2\" go to StatefulSet \"a\", which is taken to be applied first; applied together, they race for them",
        ),
        (
            "two sets, volumes for both",
            by_hand_set("a", "2") + &by_hand_set("b", "2") + &volumes(4) + &local(),
            "",
            &["stable", "stable"],
            "",
        ),
        (
            "both come to rest before one is scaled",
            by_hand_set("a", "1") + &by_hand_set("b", "1") + &volumes(3) + &local(),
            "--scale-to 2",
            &["stable", "stalled"],
            "pod b-1 stays Pending",
        ),
        (
            "a claim by itself",
            by_hand_set("a", "2") + &volumes(2) + &local() + &made("other", &by_hand(), "{}"),
            "",
            &["stalled"],
            "PersistentVolume \"v1\" goes to PersistentVolumeClaim \"other\", which is in view",
        ),
    ] {
        assert_ends(about, &objects, words, want, told);
    }
}

#[test]
fn a_claim_that_names_its_volume_gets_that_or_none() {
    let naming = |name: &str, replicas: &str| {
        format!("---\n{}", claiming(name, replicas, &[("data", &claim("storageClassName: gone, volumeName: v1"))]))
    };
    for (about, objects, words, want, told) in [
        (
            "a volume by its name, of a class that is nowhere",
            naming("a", "1") + &volume("v1", "gone", ""),
            "",
            &["stable"][..],
            "",
        ),
        (
            "a volume by its name, twice",
            naming("a", "2") + &volume("v1", "gone", ""),
            "",
            &["stalled"],
            "it names PersistentVolume \"v1\", which another claim has",
        ),
        (
            "a volume by its name, of another class",
            naming("a", "1") + &volume("v1", "local", ""),
            "",
            &["stalled"],
            "which does not fit: \"v1\" is of the class \"local\"",
        ),
        (
            "a volume by its name, not in view",
            naming("a", "1") + &volume("v2", "gone", ""),
            "",
            &["stalled"],
            "it names PersistentVolume \"v1\", which is not in view",
        ),
        (
            "a volume by its name, and none in view",
            naming("a", "1"),
            "",
            &["stable"],
            "PersistentVolume \"v1\" is not in view, and is taken to be there, free, and to fit",
        ),
        (
            "a volume by its name for two sets, and none in view",
            naming("a", "1") + &naming("b", "1"),
            "",
            &["stable", "stalled"],
            "PersistentVolume \"v1\" goes to StatefulSet \"a\"",
        ),
    ] {
        assert_ends(about, &objects, words, want, told);
    }
}

#[test]
fn a_claim_that_is_in_view_is_used_as_it_is() {
    for (about, objects, words, want, told) in [
        (
            "a claim of the set, bound to less than its template asks",
            by_hand_set("a", "1")
                + &volumes(0)
                + &local()
                + &made("data-a-0", &claim("storageClassName: old"), "{phase: Bound}"),
            "",
            &["stable"][..],
            "\"fate\":\"reused\"",
        ),
        (
            "a claim of the set, of a class that is not there",
            by_hand_set("a", "1") + &volumes(1) + &local() + &made("data-a-0", &claim("storageClassName: old"), "{}"),
            "",
            &["stalled"],
            "no StorageClass \"old\" is in view, only local",
        ),
        (
            "a claim of the set, lost",
            by_hand_set("a", "1") + &volumes(1) + &local() + &made("data-a-0", &by_hand(), "{phase: Lost}"),
            "",
            &["stalled"],
            "it has lost the volume that it had",
        ),
    ] {
        assert_ends(about, &objects, words, want, told);
    }
}

#[test]
fn the_volumes_of_a_pod_have_to_be_of_use_on_one_node() {
    let of_two = |class: &str| {
        let spec = claim(&format!("storageClassName: {class}"));
        format!("---\n{}", claiming("a", "1", &[("data", &spec), ("log", &spec)]))
    };
    for (about, objects, words, want, told) in [
        (
            "volumes on two nodes, bound at once",
            of_two("local") + &volume("v1", "local", "n1") + &volume("v2", "local", "n2") + &local(),
            "",
            &["stalled"][..],
            "no node can use a volume for each of its claims",
        ),
        (
            "volumes on two nodes, and the scheduler chooses",
            of_two("slow")
                + &["1", "2"].map(|it| volume(&format!("v{it}"), "slow", &format!("n{it}"))).concat()
                + &class("slow", "WaitForFirstConsumer"),
            "",
            &["stalled"],
            "no node can use a volume for each of its claims",
        ),
        (
            "two volumes on one of two nodes, and the scheduler chooses",
            of_two("slow")
                + &[("v1", "n1"), ("v2", "n2"), ("v3", "n2")].map(|(name, node)| volume(name, "slow", node)).concat()
                + &class("slow", "WaitForFirstConsumer"),
            "",
            &["stable"],
            "",
        ),
    ] {
        assert_ends(about, &objects, words, want, told);
    }
}

#[test]
fn what_is_stored_goes_with_a_claim_or_stays_as_the_reclaim_policy_says() {
    let with = |policy: &str| {
        volume("v1", "local", "").replace("hostPath", &format!("persistentVolumeReclaimPolicy: {policy}, hostPath"))
    };
    let of = |source: &str, policy: &str| with(policy).replace("hostPath: {path: /x}", source);
    let made_by =
        |policy: &str| class("local", "Immediate").replace("no-provisioner", &format!("x\nreclaimPolicy: {policy}"));
    let by_hand = class("local", "Immediate");
    for (objects, want) in [
        (volume("v1", "local", "") + &by_hand, "stays, Released, with what is stored there; no claim gets it before"),
        (
            with("Delete") + &by_hand,
            "stays, Failed, with what is stored there, because nothing carries reclaim policy Delete out",
        ),
        (of("nfs: {server: x, path: /}", "Delete") + &by_hand, "stays, Failed, with what is stored there"),
        (
            of("local: {path: /x}", "Recycle") + &by_hand,
            "stays, Failed, with what is stored there, because nothing carries",
        ),
        (of("hostPath: {path: /tmp/x}", "Delete") + &by_hand, "goes with it, and so does what is stored there"),
        (
            of("csi: {driver: x, volumeHandle: y}", "Delete") + &by_hand,
            "goes with it, and so does what is stored there",
        ),
        (
            with("Recycle") + &by_hand,
            "stays, what is stored there is deleted, and it is free again (reclaim policy Recycle)",
        ),
        (made_by("Delete"), "goes with it, and so does what is stored there (reclaim policy Delete)"),
        (made_by("Retain"), "stays, Released, with what is stored there; no claim gets it before"),
        (String::new(), "goes with it, and so does what is stored there, unless the reclaim policy is Retain"),
    ] {
        let set = claiming("a", "1", &[("data", &claim("storageClassName: local"))]).replacen(
            "spec:\n",
            "spec:\n  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Delete}\n",
            1,
        );
        let text = set + &objects;
        for words in ["--delete", "--scale-to 0"] {
            let (.., notes) = story(&[("a.yaml", &text)], &format!("a.yaml {words}"));
            let want = format!("the volume of the deleted claim \"data-a-0\" {want}");
            assert!(notes.iter().any(|note| note.starts_with(&want)), "{words} {objects}: {notes:#?}");
        }
    }
}

#[test]
fn a_claim_that_is_deleted_and_made_anew_says_so_and_gets_what_is_free_again() {
    let with = |policy: &str| {
        let volume = |name| volume(name, "local", "");
        let volumes = volume("v1") + &volume("v2");
        volumes.replace("hostPath", &format!("persistentVolumeReclaimPolicy: {policy}, hostPath"))
    };
    let made = class("local", "WaitForFirstConsumer").replace("no-provisioner", "x");
    let released = "of 2 PersistentVolumes in view that fit, \"v2\" is not free after its claim was deleted";
    for (objects, want, told) in [
        (with("Recycle") + &local(), "stable", "\"fate\":\"recreated\""),
        (made, "stable", "\"fate\":\"recreated\""),
        (with("Retain") + &local(), "stalled", released),
        (
            with("Retain") + &local(),
            "stalled",
            "remove spec.claimRef from \"v2\", which still holds what the deleted claim",
        ),
        (with("Delete") + &local(), "stalled", released),
    ] {
        let set = by_hand_set("a", "2").replacen(
            "spec:\n",
            "spec:\n  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}\n",
            1,
        );
        let words = "--scale-to 1 --scale-to 2";
        assert_ends(&objects, &(set.clone() + &objects), words, &[want], told);
        let text = plan(&[("a.yaml", &(set + &objects))], &format!("a.yaml {words} --exit-code"));
        assert_eq!(text.status.code(), Some(1), "{objects}");
        let text = String::from_utf8(text.stdout).unwrap();
        assert!(text.contains("recreated  data-a-1: was deleted and made anew"), "{text}");
    }
}

#[test]
fn the_volume_that_comes_nearest_is_named_with_why_it_does_not_fit() {
    let one = volume("v1", "local", "");
    for (about, volumes, told) in [
        (
            "mode",
            one.replace("hostPath", "volumeMode: Block, hostPath"),
            "in view fits: \"v1\" has the volumeMode Block",
        ),
        ("access", one.replace("ReadWriteOnce", "ReadWriteMany"), "in view fits: \"v1\" does not offer ReadWriteOnce"),
        ("room", one.replace("storage: 1Gi", "storage: 1G"), "in view fits: \"v1\" holds 1G"),
        ("phase", one.clone() + "status: {phase: Released}\n", "in view fits: \"v1\" is Released"),
        (
            "attributes",
            one.replace("hostPath", "volumeAttributesClassName: gold, hostPath"),
            "has another volumeAttributesClassName",
        ),
        (
            "gone",
            one.replace("{name: v1", "{name: v1, deletionTimestamp: '2026-01-01T00:00:00Z'"),
            "\"v1\" is being deleted",
        ),
        (
            "the later one is nearer",
            one.replace("storage: 1Gi", "storage: 1G")
                + &volume("v2", "local", "").replace("ReadWriteOnce", "ReadWriteMany"),
            "in view fits: the nearest, \"v2\", does not offer ReadWriteOnce",
        ),
    ] {
        assert_ends(about, &(by_hand_set("a", "1") + &volumes + &local()), "", &["stalled"], told);
    }
}
