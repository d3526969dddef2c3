//! Turns a volume that gets a claim of its own into what the API server refuses in it.

use crate::admission::check::Check;
use crate::admission::claim;
use crate::admission::field::Field;
use crate::admission::name;

/// `validateEphemeralVolumeSource`, and what `validateVolumeSource` asks of the name of the claim, which is made of those
/// of the pod and of the volume.
pub(super) fn ephemeral(check: &mut Check, volume: &Field<'_, '_>, source: &Field<'_, '_>, pod: Option<&str>) {
    let template = source.child("volumeClaimTemplate");
    if template.exists() {
        claim::volume_claim_template(check, &template);
    } else {
        check.required(&template, "");
    }
    let name = volume.child("name");
    let text = name.text();
    let Some(pod) = pod.filter(|_| !text.is_empty()) else { return };
    let claim_name = format!("{pod}-{text}");
    for message in name::dns1123_subdomain(&claim_name) {
        check.invalid(&name, text, &format!("PVC name \"{claim_name}\": {message}"));
    }
}
