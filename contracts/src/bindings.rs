//! Bindings: the forms in which upstream nodes reach a dbt engine. Each is a pure function from publications to files.

pub mod fusion;
pub mod loom;
pub mod package;

use std::collections::BTreeMap;

use crate::{publication::Publication, relation::Relations};

/// Files by their path below the binding's folder, `/` between its parts.
pub type Files = BTreeMap<String, String>;

/// An upstream project as it was resolved: what it publishes and where that stands.
#[derive(Debug, Clone)]
pub struct Upstream {
    /// What was resolved.
    pub publication: Publication,
    /// The relations of its nodes in the environment.
    pub relations: Relations,
}
