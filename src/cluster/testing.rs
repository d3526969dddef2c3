//! Turns the text of a test into the one StatefulSet in it and everything that it can see.

use crate::cluster::Cluster;
use crate::manifest::{Object, recognise};
use crate::source::{Role, SourceFile, Sources};
use crate::yaml;

/// Asks about the StatefulSet in `text`; namespaces that are not given are "default".
pub(crate) fn with(text: &str, ask: impl FnOnce(&Object<'_>, &Cluster<'_>)) {
    with_files(&[("k8s/set.yaml", text)], ask);
}

/// Asks about the first StatefulSet in files of these paths and texts.
pub(crate) fn with_files(files: &[(&str, &str)], ask: impl FnOnce(&Object<'_>, &Cluster<'_>)) {
    let sources = Sources::new(files.iter().map(|&(path, text)| SourceFile::new(path, text)).collect());
    let trees: Vec<_> = sources.iter().map(|(id, file)| yaml::parse(id, &file.text)).collect();
    let objects = trees.iter().flat_map(|tree| recognise(tree, Role::Target, "default", false).objects).collect();
    let cluster = Cluster::new(objects, &sources);
    let set = cluster.stateful_sets().next().expect("a StatefulSet");
    ask(set, &cluster);
}
