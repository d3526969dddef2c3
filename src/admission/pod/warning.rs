//! Turns a pod template into what the API server says about it although it accepts it (`pkg/api/pod/warnings.go`).

use super::volume;
use crate::admission::check::Warning;
use crate::admission::field::Field;
use crate::version::Version;

/// `GetWarningsForPodTemplate`.
pub(in crate::admission) fn warnings(warnings: &mut Vec<Warning>, template: &Field<'_, '_>, version: Version) {
    let spec = template.child("spec");
    volume::warning::warnings(warnings, &spec, version);
}
