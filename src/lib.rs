//! Reads Kubernetes manifests and says what is wrong with the StatefulSets in them: modules stand in the order in which
//! data flows.

pub mod caret;
pub mod error;
pub mod placeholder;
pub mod source;
pub mod suggestion;
pub mod version;
pub mod visible;

pub mod cli;
pub mod config;
pub mod input;

pub mod yaml;

pub mod value;

pub mod kustomization;
pub mod label;
pub mod manifest;
pub mod quantity;

pub mod schema;
pub mod user_schema;

pub mod defaults;
pub mod revision;

pub mod cluster;
pub mod pod;

pub mod dns;

pub mod admission;

pub mod controller;
pub mod plan;
pub mod world;

pub mod facts;
pub mod finding;
pub mod rule;

pub mod dry_run;

pub mod report;

pub mod check;
pub mod command;
