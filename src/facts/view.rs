//! Counts what is in view, so that rules can tell what is missing from what was never shown.

use crate::cluster::Cluster;
use crate::facts::persistent_volume::PersistentVolumes;
use crate::manifest::{GroupKind, Object};
use crate::version::Version;

crate::record! {
    /// What is in view; kustomize bases and patches are not counted.
    pub struct View<'a> as "view" at node {
        /// How many objects there are.
        objects "objects": i64,
        /// How many Services there are.
        services "services": i64,
        /// How many StorageClasses there are.
        storage_classes "storageClasses": i64,
        /// How many PersistentVolumes there are.
        persistent_volumes "persistentVolumes": i64,
    }
    hidden {
        /// The version of Kubernetes that the manifests are held against.
        version: Version,
        /// The PersistentVolumes, to be found by what claims ask for.
        volumes: PersistentVolumes<'a>,
    }
}

crate::record! {
    /// The cluster that the manifests are held against.
    pub struct Kubernetes<'a> as "kubernetes" at node {
        /// Its minor version: 37 of 1.37.
        minor "minor": i64,
    }
}

impl<'a> View<'a> {
    /// Counts everything in `cluster`.
    pub fn of(cluster: &'a Cluster<'a>, version: Version) -> Self {
        let volumes = PersistentVolumes::of(cluster);
        let whole = |object: &&Object<'_>| !object.partial;
        let count = |kind| narrow(cluster.of_kind(kind).filter(whole).count());
        Self {
            node: None,
            objects: narrow(cluster.objects().iter().filter(whole).count()),
            services: count(GroupKind::SERVICE),
            storage_classes: count(GroupKind::STORAGE_CLASS),
            persistent_volumes: narrow(volumes.len()),
            version,
            volumes,
        }
    }
}

impl Kubernetes<'_> {
    pub(super) fn of(view: &View<'_>) -> Self {
        Self { node: None, minor: i64::from(view.version.minor()) }
    }
}

fn narrow(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
