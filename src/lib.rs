//! Reads Kubernetes manifests and says what is wrong with the StatefulSets in them.

pub mod error;
pub mod source;
pub mod version;

pub mod yaml;

pub mod facts;
pub mod finding;

pub mod report;
