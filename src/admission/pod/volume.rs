//! Turns the volumes of a pod into what the API server refuses in them, and into what mounts may name.

mod disk;
mod ephemeral;
mod file;
mod network;
mod projection;
mod signer;
pub(super) mod warning;

use super::super::check::Check;
use super::super::field::Field;
use super::super::name;
use super::super::table::Table;
use crate::placeholder::has_placeholder;
use crate::version::Version;

/// What stands behind a volume, as far as what names it asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::admission) enum Source {
    /// A claim, of its own or generated: what a block device may name.
    Claim,
    /// Anything else.
    Other,
}

/// The volumes that have no fault, by name: only they count as there for whatever names a volume.
pub(in crate::admission) struct Volumes<'t> {
    sound: Table<'t, Source>,
    /// The names of the volumes that the server takes out before it looks, mounts included.
    dropped: Table<'t, ()>,
    /// Whether another tool will fill in what the volumes are, or what one of them is called.
    open: bool,
}

impl Volumes<'_> {
    /// What stands behind the volume of that name; `None` where there is none, or none without a fault.
    pub(in crate::admission) fn get(&self, name: &str) -> Option<Source> {
        self.sound.get(name)
    }

    /// Whether the server certainly knows no volume of that name.
    pub(super) fn lacks(&self, name: &str) -> bool {
        !self.open && self.get(name).is_none()
    }

    /// Whether the server takes mounts of that name out before it looks.
    pub(super) fn drops(&self, name: &str) -> bool {
        self.dropped.has(name)
    }
}

/// `ValidateVolumes`, for a pod `spec` with the claim templates of its StatefulSet, which come first as volumes of the
/// same name and stand for those of the pod (`volumesToAddForTemplates` of `pkg/apis/apps/validation`, and `updateStorage`
/// of the controller). `pod` is the name of the pod where it is known: its claims are called by it.
pub(in crate::admission) fn volumes<'t>(
    check: &mut Check,
    spec: &Field<'_, 't>,
    claims: &Field<'_, 't>,
    pod: Option<&str>,
) -> Volumes<'t> {
    let list = spec.child("volumes");
    let open = [&list, claims].iter().any(|list| has_placeholder(list.text()));
    let mut volumes = Volumes { sound: Table::new(), dropped: Table::new(), open };
    let mut claimed = Table::new();
    let generated = pod.map(|pod| Generated::of(pod, &list));
    let generated = generated.as_ref();
    let mut index = 0;
    for claim in claims.items() {
        let metadata = claim.child("metadata");
        let name = metadata.child("name");
        if claimed.insert(name.text(), ()) {
            claim_volume(check, &claim.numbered(index, &list), &name, generated, &mut volumes);
            index += 1;
        }
    }
    for item in list.items() {
        let name = item.child("name").text();
        if is_dropped(&item, check.version) {
            volumes.dropped.insert(name, ());
        } else if !claimed.has(name) {
            volume(check, &item.numbered(index, &list), generated, &mut volumes);
            index += 1;
        }
    }
    volumes
}

/// Whether the server takes the volume out before it looks (`dropImageVolumes` of `pkg/api/pod/util.go`).
fn is_dropped(volume: &Field<'_, '_>, version: Version) -> bool {
    version.minor() < 35 && volume.child("image").exists()
}

/// The volumes as the server numbers them, without those that it takes out before.
fn numbered<'f, 't>(list: &'f Field<'f, 't>, version: Version) -> impl Iterator<Item = Field<'f, 't>> {
    let kept = list.items().filter(move |volume| !is_dropped(volume, version));
    kept.enumerate().map(|(index, volume)| volume.numbered(index, list))
}

/// The claims that are made for volumes of a pod, each called by the pod and its volume.
struct Generated<'p, 't> {
    pod: &'p str,
    volumes: Table<'t, ()>,
}

impl<'p, 't> Generated<'p, 't> {
    fn of(pod: &'p str, list: &Field<'_, 't>) -> Self {
        let mut volumes = Table::new();
        for item in list.items().filter(|item| item.child("ephemeral").exists()) {
            volumes.insert(item.child("name").text(), ());
        }
        Self { pod, volumes }
    }

    /// A volume may not name a claim that is only made for another volume of the pod.
    fn check(&self, check: &mut Check, field: &Field<'_, '_>, claim: &str) {
        let volume = claim.strip_prefix(self.pod).and_then(|rest| rest.strip_prefix('-'));
        if volume.is_some_and(|volume| self.volumes.has(volume)) {
            check.invalid(field, claim, "must not reference a PVC that gets created for an ephemeral volume");
        }
    }
}

/// A claim template as a volume: a claim that is called by it, and by the pod where that is known.
fn claim_volume<'t>(
    check: &mut Check,
    volume: &Field<'_, 't>,
    name: &Field<'_, 't>,
    generated: Option<&Generated<'_, 't>>,
    volumes: &mut Volumes<'t>,
) {
    let before = check.errors.len();
    let source = volume.child("persistentVolumeClaim");
    let claim_name = name.called("claimName", &source);
    if generated.is_none() && name.text().is_empty() {
        check.required(&claim_name, "");
    }
    named(check, &name.called("name", volume), before, Source::Claim, volumes);
    if let Some(generated) = generated {
        generated.check(check, &claim_name, &format!("{}-{}", name.text(), generated.pod));
    }
}

/// One item of `ValidateVolumes`.
fn volume<'t>(
    check: &mut Check,
    volume: &Field<'_, 't>,
    generated: Option<&Generated<'_, 't>>,
    volumes: &mut Volumes<'t>,
) {
    let before = check.errors.len();
    let name = volume.child("name");
    let source = source(check, volume, name.text(), generated.map(|generated| generated.pod));
    named(check, &name, before, source, volumes);
    if let Some(generated) = generated {
        let claim = volume.child("persistentVolumeClaim");
        let claim_name = claim.child("claimName");
        generated.check(check, &claim_name, claim_name.text());
    }
}

/// Checks the name of a volume, and takes the volume for sound if there were no errors since `before`.
fn named<'t>(check: &mut Check, name: &Field<'_, 't>, before: usize, source: Source, volumes: &mut Volumes<'t>) {
    let text = name.text();
    volumes.open |= has_placeholder(text);
    if text.is_empty() {
        check.required(name, "");
    } else {
        check.invalid_each(name, text, name::dns1123_label(text));
    }
    if volumes.sound.has(text) {
        check.duplicate(name, text);
    }
    if check.errors.len() == before {
        volumes.sound.insert(text, source);
    }
}

/// A source that a volume may have.
struct Kind {
    /// The field of the volume.
    field: &'static str,
    /// What the server calls that field in the errors of the source; it is not always the same.
    called: &'static str,
    /// What it calls the field where there is another source before it.
    refused: &'static str,
    rule: Rule,
}

/// What the server asks of a source.
#[derive(Clone, Copy)]
enum Rule {
    /// That the source alone decides.
    Alone(fn(&mut Check, &Field<'_, '_>)),
    /// That the volume, its first argument, or the name of the pod, its last, has a part in.
    InPod(fn(&mut Check, &Field<'_, '_>, &Field<'_, '_>, Option<&str>)),
}

const fn kind(field: &'static str, rule: fn(&mut Check, &Field<'_, '_>)) -> Kind {
    Kind { field, called: field, refused: field, rule: Rule::Alone(rule) }
}

const fn kind_in_pod(field: &'static str, rule: fn(&mut Check, &Field<'_, '_>, &Field<'_, '_>, Option<&str>)) -> Kind {
    Kind { field, called: field, refused: field, rule: Rule::InPod(rule) }
}

/// The sources, in the server's order, but for the generated claim.
const KINDS: &[Kind] = &[
    kind("emptyDir", disk::empty_dir),
    kind("hostPath", disk::host_path),
    kind("gitRepo", network::git_repo),
    Kind { called: "persistentDisk", ..kind("gcePersistentDisk", disk::gce_persistent_disk) },
    kind("awsElasticBlockStore", disk::aws_elastic_block_store),
    kind("secret", file::secret),
    kind("nfs", network::nfs),
    kind("iscsi", network::iscsi),
    kind("glusterfs", network::glusterfs),
    kind("flocker", network::flocker),
    kind("persistentVolumeClaim", disk::persistent_volume_claim),
    kind("rbd", network::rbd),
    kind("cinder", disk::cinder),
    Kind { refused: "cephFS", ..kind("cephfs", network::cephfs) },
    kind("quobyte", network::quobyte),
    Kind { refused: "downwarAPI", ..kind_in_pod("downwardAPI", file::downward_api) },
    kind("fc", network::fc),
    kind("flexVolume", disk::flex_volume),
    kind("configMap", file::config_map),
    kind("azureFile", disk::azure_file),
    kind("vsphereVolume", disk::vsphere_volume),
    kind("photonPersistentDisk", disk::photon_persistent_disk),
    kind("portworxVolume", disk::portworx_volume),
    kind("azureDisk", disk::azure_disk),
    kind("storageos", disk::storageos),
    kind("projected", projection::projected),
    kind("scaleIO", disk::scale_io),
    kind("csi", disk::csi),
    kind_in_pod("ephemeral", ephemeral::ephemeral),
    kind_in_pod("image", disk::image),
];

/// `validateVolumeSource`. A volume without a source is an empty directory by default.
fn source(check: &mut Check, volume: &Field<'_, '_>, name: &str, pod: Option<&str>) -> Source {
    let mut found = false;
    let mut source = Source::Other;
    for kind in KINDS {
        let field = volume.child(kind.field);
        if !field.exists() {
            continue;
        }
        if found {
            check.forbidden(&field.called(kind.refused, volume), "may not specify more than 1 volume type");
        } else {
            let field = field.called(kind.called, volume);
            match kind.rule {
                Rule::Alone(rule) => rule(check, &field),
                Rule::InPod(rule) => rule(check, volume, &field, pod),
            }
            if matches!(kind.field, "ephemeral" | "persistentVolumeClaim") {
                source = Source::Claim;
            }
        }
        found = true;
        if kind.field == "iscsi" {
            network::iscsi_initiator(check, volume, &field, name);
        }
    }
    source
}

/// A field that may not be empty; for most sources that is all the server asks.
fn required(check: &mut Check, source: &Field<'_, '_>, fields: &[&str]) {
    for field in fields {
        let field = source.child(field);
        if field.text().is_empty() {
            check.required(&field, "");
        }
    }
}

#[cfg(test)]
mod tests;
