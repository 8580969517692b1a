//! From a manifest to a publication.

use std::collections::BTreeMap;

use semver::Version;

use crate::{
    catalog::Catalog,
    manifest::Manifest,
    name::{PackageName, UniqueId},
    problem::Problem,
    publication::{Git, Publication, select::Selection},
    relation::Relations,
    requirement::Requirement,
};

/// What a publication takes from elsewhere than dbt's files.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Publishes under this name instead of the manifest's (`--as`).
    pub package_name: Option<PackageName>,
    /// The version to give it.
    pub version: Version,
    /// What is published.
    pub selection: Selection,
    /// What the project asks of others.
    pub requires: BTreeMap<PackageName, Requirement>,
    /// The work tree.
    pub git: Option<Git>,
}

/// A publication, where its nodes stand, and what the publisher should know of it.
#[derive(Debug, Clone)]
pub struct Derived {
    /// To be sent.
    pub publication: Publication,
    /// To be sent with it.
    pub relations: Relations,
    /// What was passed over, in the order of the nodes.
    pub notes: Vec<Note>,
}

/// Something that was passed over, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The node it is about.
    pub unique_id: Option<UniqueId>,
    /// In a sentence.
    pub message: String,
}

/// Derives the publication of a project from what dbt wrote.
///
/// # Errors
/// A problem of code `project_name_missing`, `invalid_name` or `selection_invalid`.
pub fn derive(manifest: &Manifest, catalog: Option<&Catalog>, settings: &Settings) -> Result<Derived, Box<Problem>> {
    let _ = (manifest, catalog, settings);
    Err(Box::new(Problem::new(crate::problem::ProblemCode::ManifestInvalid, "not built yet")))
}
