//! Turns the ephemeral containers of a pod into what the API server refuses in them.

use super::super::super::check::Check;
use super::super::super::field::Field;
use super::super::super::table::Table;
use super::{Surroundings, common, lifecycle};

const REASON: &str = "cannot be set for an Ephemeral Container";

/// `validateEphemeralContainers`. Names of other containers are taken, and what may be targeted.
pub(in crate::admission) fn ephemeral_containers<'t>(
    check: &mut Check,
    list: &Field<'_, 't>,
    containers: &Field<'_, 't>,
    init_containers: &Field<'_, 't>,
    around: &Surroundings<'_, 't>,
) {
    if list.is_empty() {
        return;
    }
    let (mut others, mut names) = (Table::new(), Table::new());
    for container in containers.items().chain(init_containers.items()) {
        others.insert(container.child("name").text(), ());
        names.insert(container.child("name").text(), ());
    }
    for container in list.items() {
        common(check, &container, around, false);
        image(check, &container);
        let name = container.child("name");
        if !names.insert(name.text(), ()) {
            check.duplicate(&name, name.text());
        }
        let target = container.child("targetContainerName");
        if !target.text().is_empty() && !others.has(target.text()) {
            check.not_found(&target, target.text());
        }
        not_ephemeral(check, &container);
        for mount in container.child("volumeMounts").items() {
            for path in ["subPath", "subPathExpr"] {
                let path = mount.child(path);
                if !path.text().is_empty() {
                    check.forbidden(&path, REASON);
                }
            }
        }
    }
}

/// `validateContainerOnlyForPod`: what a template may have and a pod may not.
pub(in crate::admission) fn image(check: &mut Check, container: &Field<'_, '_>) {
    let image = container.child("image");
    // Go's `strings.TrimSpace` trims what Unicode calls white space, as Rust does.
    if image.text().trim() != image.text() {
        check.invalid(&image, image.text(), "must not have leading or trailing whitespace");
    }
}

/// `validateFieldAllowList`: an empty list or map is something that was set, but for one that the controller read from the
/// template and wrote into a pod, which leaves it out.
fn not_ephemeral(check: &mut Check, container: &Field<'_, '_>) {
    let is_pod = check.is_pod;
    let is_set = |field: &Field<'_, '_>| if is_pod { !field.is_empty() } else { field.exists() };
    let forbidden = |check: &mut Check, name: &str| {
        let field = container.child(name);
        if field.exists() {
            check.forbidden(&field, REASON);
        }
    };
    let forbidden_list = |check: &mut Check, name: &str| {
        let field = container.child(name);
        if is_set(&field) {
            check.forbidden(&field, REASON);
        }
    };
    forbidden_list(check, "ports");
    let resources = container.child("resources");
    // Claims are dropped before 1.34.
    let members = if check.since(34) { &["limits", "requests", "claims"][..] } else { &["limits", "requests"] };
    if members.iter().any(|member| is_set(&resources.child(member))) {
        check.forbidden(&resources, REASON);
    }
    forbidden_list(check, "resizePolicy");
    // 1.34 drops it (`dropContainerRestartRules` of `pkg/api/pod/util.go`).
    if check.since(35) || !check.since(34) {
        forbidden(check, "restartPolicy");
    }
    if check.since(35) {
        forbidden_list(check, "restartPolicyRules");
    }
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        forbidden(check, probe);
    }
    let hooks = container.child("lifecycle");
    if lifecycle::is_kept(&hooks) {
        check.forbidden(&hooks, REASON);
    }
}
