//! The domain of weft, pure: no I/O, no clock, no async.
//!
//! What a manifest, a publication, a requirement, a resolution and a binding are, and what can be computed from them.
//! The registry and the command line stand on this crate; it stands on neither.

mod artifact;
pub mod can_deploy;
pub mod catalog;
pub mod check;
pub mod contracts;
pub mod derive;
pub mod freshness;
pub mod lock;
pub mod manifest;
pub mod mesh;
pub mod policy;
pub mod project_lineage;
pub mod properties;
pub mod resolve;
pub mod results;
pub mod run_results;
pub mod seed;
pub mod select;
pub mod verify;
