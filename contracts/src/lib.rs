//! The domain of weft, pure: no I/O, no clock, no async.
//!
//! What a manifest, a publication, a requirement, a resolution and a binding are, and what can be computed from them.
//! The registry and the command line stand on this crate; it stands on neither.

pub mod api;
mod artifact;
pub mod bindings;
pub mod can_deploy;
pub mod catalog;
pub mod check;
pub mod column_name;
pub mod consumer;
pub mod contracts;
pub mod day;
pub mod derive;
pub mod digest;
pub mod exact;
pub mod field_error;
pub mod finding;
pub mod freshness;
pub mod graph;
pub mod health;
pub mod hidden;
pub mod identifier;
pub mod lineage;
pub mod lint;
pub mod lock;
pub mod manifest;
pub mod mesh;
pub mod name;
pub mod odcs;
pub mod pointer;
pub mod policy;
pub mod problem;
pub mod project_lineage;
pub mod properties;
pub mod publication;
pub mod relation;
pub mod relation_name;
pub mod requirement;
pub mod resolve;
pub mod results;
pub mod run_results;
pub mod seed;
pub mod select;
pub mod text;
pub mod types;
pub mod unknown_keys;
pub mod verify;
pub mod version;
mod yaml;
