//! Turns the volumes of a pod into what the API server says about them although it accepts them
//! (`pkg/api/pod/warnings.go`).

use super::numbered;
use crate::admission::check::Warning;
use crate::admission::claim;
use crate::admission::field::Field;
use crate::admission::go::quote_into;
use crate::source::Place;
use crate::version::Version;

/// The sources that do not work any more, in the server's order and spelling.
const DEPRECATED: &[(&str, &str, &str)] = &[
    ("photonPersistentDisk", "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
    ("gitRepo", "gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
    ("scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
    ("flocker", "flocker", "deprecated in v1.22, non-functional in v1.25+"),
    ("storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+"),
    ("quobyte", "quobyte", "deprecated in v1.22, non-functional in v1.25+"),
    ("glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
    ("cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+"),
    ("rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+"),
];

/// What `warningsForPodSpecAndMeta` says about volumes.
pub(in crate::admission::pod) fn warnings(warnings: &mut Vec<Warning>, spec: &Field<'_, '_>, version: Version) {
    let list = spec.child("volumes");
    for volume in numbered(&list, version) {
        for (name, called, words) in DEPRECATED {
            let source = volume.child(name);
            if source.exists() {
                warnings.push(Warning::about(&source.called(called, &volume), words));
            }
        }
        let ephemeral = volume.child("ephemeral");
        let template = ephemeral.child("volumeClaimTemplate");
        claim::warning::spec(warnings, &template.child("spec"));
    }
    for volume in numbered(&list, version) {
        overlaps(warnings, &volume, version);
    }
}

/// The most files of a volume that are compared with each other, and the most warnings about them: the server itself cuts
/// off what it says after 4096 characters.
const COMPARED: usize = 1024;

/// What writes files into a volume.
#[derive(Clone, Copy)]
struct Writer<'t> {
    kind: &'static str,
    /// The object that they are from, where it has a name.
    name: Option<&'t str>,
}

impl<'t> Writer<'t> {
    fn new(kind: &'static str, named: &'static str, source: &Field<'_, 't>) -> Self {
        Self { kind, name: (!named.is_empty()).then(|| source.child(named).text()) }
    }

    /// Such as `Secret "name"`.
    fn print_into(&self, to: &mut String) {
        to.push_str(self.kind);
        if let Some(name) = self.name {
            to.push(' ');
            quote_into(to, name);
        }
    }
}

/// A path in a volume.
#[derive(Clone, Copy)]
struct Written<'t> {
    path: &'t str,
    /// What writes it, where several things do.
    writer: Option<Writer<'t>>,
    place: Place,
}

impl<'t> Written<'t> {
    fn new(path: &Field<'_, 't>, writer: Option<Writer<'t>>) -> Self {
        Self { path: path.text().trim_end_matches('/'), writer, place: path.place() }
    }

    /// As the server prints it.
    fn print_into(&self, to: &mut String) {
        quote_into(to, self.path);
        if let Some(writer) = self.writer {
            to.push_str(" (");
            writer.print_into(to);
            to.push(')');
        }
    }

    /// Whether one of the two lies below the other, or both are the same.
    fn overlaps(&self, other: &Self) -> bool {
        let below = |path: &str, above: &str| {
            path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        !self.path.is_empty()
            && !other.path.is_empty()
            && (below(self.path, other.path) || below(other.path, self.path))
    }
}

/// The files of one volume so far.
struct Files<'w, 't> {
    warnings: &'w mut Vec<Warning>,
    /// The name of the volume.
    volume: &'t str,
    /// What it is.
    writer: Writer<'t>,
    taken: Vec<Written<'t>>,
}

impl<'t> Files<'_, 't> {
    /// Notes a file, and warns of those before it that it overlaps.
    fn add(&mut self, written: Written<'t>) {
        if self.taken.len() >= COMPARED {
            return;
        }
        for other in self.taken.iter().filter(|other| written.overlaps(other)) {
            if self.warnings.len() >= COMPARED {
                return;
            }
            let mut text = "volume ".to_owned();
            quote_into(&mut text, self.volume);
            text.push_str(" (");
            self.writer.print_into(&mut text);
            text.push_str("): overlapping paths: ");
            written.print_into(&mut text);
            text.push_str(" with ");
            other.print_into(&mut text);
            self.warnings.push(Warning { text, place: written.place });
        }
        self.taken.push(written);
    }
}

/// What holds keys of an object or fields of the pod as files, and what a projection of it is named by.
const KEYS: &[(&str, &str, &str)] =
    &[("configMap", "ConfigMap", "name"), ("secret", "Secret", "name"), ("downwardAPI", "DownwardAPI", "")];

/// `warningsForOverlappingVirtualPaths`, of one volume.
fn overlaps(warnings: &mut Vec<Warning>, volume: &Field<'_, '_>, version: Version) {
    let name = volume.child("name").text();
    for &(field, kind, named) in KEYS {
        let named = if field == "secret" { "secretName" } else { named };
        let source = volume.child(field);
        let items = source.child("items");
        if items.items().nth(1).is_some() {
            let writer = Writer::new(kind, named, &source);
            let mut files = Files { warnings, volume: name, writer, taken: Vec::new() };
            for item in items.items() {
                files.add(Written::new(&item.child("path"), None));
            }
        }
    }
    let projected = volume.child("projected");
    if projected.exists() {
        let writer = Writer { kind: "Projected", name: None };
        projections(Files { warnings, volume: name, writer, taken: Vec::new() }, &projected, version);
    }
}

/// The sources of a projected volume. The server of 1.33 looks at the files of a source again where one behind it is of
/// no kind that it looks at.
fn projections<'t>(mut files: Files<'_, 't>, projected: &Field<'_, 't>, version: Version) {
    let sources = projected.child("sources");
    let mut last = None;
    for source in sources.items() {
        if !has_kind(&source, version) {
            let mut text = "volume ".to_owned();
            quote_into(&mut text, files.volume);
            text.push_str(" (Projected) has no sources provided");
            files.warnings.push(Warning { text, place: source.place() });
        } else if projection(&mut files, &source, version) {
            last = Some(source);
        } else if let Some(last) = last.filter(|_| version.minor() < 34) {
            projection(&mut files, &last, version);
        }
    }
}

/// Whether a source is left once what is not known by default was taken out.
fn has_kind(source: &Field<'_, '_>, version: Version) -> bool {
    let late = ["clusterTrustBundle", "podCertificate"];
    let kinds = ["secret", "configMap", "downwardAPI", "serviceAccountToken"];
    kinds.iter().any(|kind| source.child(kind).exists())
        || version.minor() >= 37 && late.iter().any(|kind| source.child(kind).exists())
}

/// Adds the files of a source; whether it is of a kind that the server looks at.
fn projection<'t>(files: &mut Files<'_, 't>, source: &Field<'_, 't>, version: Version) -> bool {
    for &(field, kind, named) in KEYS {
        let keys = source.child(field);
        let items = keys.child("items");
        if items.exists() {
            let writer = Some(Writer::new(kind, named, &keys));
            for item in items.items() {
                files.add(Written::new(&item.child("path"), writer));
            }
            return true;
        }
    }
    let token = source.child("serviceAccountToken");
    if token.exists() {
        let writer = Writer { kind: "ServiceAccountToken", name: None };
        files.add(Written::new(&token.child("path"), Some(writer)));
        return true;
    }
    version.minor() >= 37 && late_projection(files, source)
}

/// As [`projection`], of the kinds that are known by default from 1.37 on.
fn late_projection<'t>(files: &mut Files<'_, 't>, source: &Field<'_, 't>) -> bool {
    let (bundle, certificate) = (source.child("clusterTrustBundle"), source.child("podCertificate"));
    if bundle.exists() {
        let named = if bundle.child("name").exists() { "name" } else { "signerName" };
        let writer = Writer::new("ClusterTrustBundle", named, &bundle);
        files.add(Written::new(&bundle.child("path"), Some(writer)));
        return true;
    }
    for (name, kind) in [
        ("certificateChainPath", "PodCertificate chain"),
        ("keyPath", "PodCertificate key"),
        ("credentialBundlePath", "PodCertificate credential bundle"),
    ] {
        let path = certificate.child(name);
        if !path.text().is_empty() {
            files.add(Written::new(&path, Some(Writer { kind, name: None })));
        }
    }
    certificate.exists()
}

#[cfg(test)]
mod tests;
