//! `manifest.json`: dbt's description of a project, read into only the fields that are needed.
//!
//! The maps of parents and children are skipped while reading. Of raw code a digest is kept, and of the project's own
//! macros, docs and snapshots the text, for the comparison with the project's files. Compiled SQL is kept for models
//! and snapshots, and for tests whose arguments do not determine what they read.

mod altered;
mod branches;
mod builders;
mod calls;
mod code;
mod columns;
mod content;
mod deferred;
mod entries;
pub mod files;
mod macros;
mod node;
mod of_files;
mod queries;
mod raw;
mod sections;
mod template;
mod unit_tests;
mod unseen;

use weft_model::field_error::FieldError;

pub(crate) use crate::manifest::node::DBTS_OWN;
pub use crate::manifest::{
    altered::Altered,
    builders::Builders,
    content::{Manifest, Metadata, ProjectNameError},
    node::{
        Given, Hooks, LoadedAt, Macro, ManifestColumn, ManifestExposure, Node, Operation, Resource, Test, UnitTest,
    },
};
use crate::{
    artifact::{self, Artifact, ArtifactError, ArtifactFault},
    manifest::{of_files::OfFiles, sections::RawManifest},
};

/// How many faults of one file are told.
const TOLD: usize = 100;

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// The file is not a manifest, has a version that is not read, or nodes that cannot be read.
    pub fn read(bytes: &[u8]) -> Result<Self, ArtifactError> {
        let bytes = artifact::plain(bytes, Artifact::Manifest)?;
        let raw: RawManifest = artifact::parse(bytes, Artifact::Manifest)?;
        let version = artifact::identify(bytes, Artifact::Manifest, &raw.metadata)?;
        assemble(raw, version)
    }
}

fn assemble(raw: RawManifest, version: u32) -> Result<Manifest, ArtifactError> {
    let owned = |text: Option<Box<str>>| text.filter(|text| !text.is_empty()).map(String::from);
    let mut manifest = Manifest {
        metadata: Metadata {
            version,
            dbt_version: owned(raw.metadata.dbt_version),
            generated_at: owned(raw.metadata.generated_at),
            adapter_type: owned(raw.metadata.adapter_type),
            project_name: owned(raw.metadata.project_name),
            project_id: owned(raw.metadata.project_id),
            invocation_id: owned(raw.metadata.invocation_id),
        },
        ..Manifest::default()
    };
    let mut faults = Vec::new();
    let mut of_files = OfFiles::default();
    match raw.nodes.0 {
        Some(nodes) => of_files.extend(nodes.into_manifest("nodes", &mut manifest, &mut faults)),
        None => faults.push(FieldError { pointer: "/nodes".to_owned(), message: "there are no nodes".to_owned() }),
    }
    let sections = [
        ("sources", raw.sources),
        ("metrics", raw.metrics),
        ("semantic_models", raw.semantic_models),
        ("saved_queries", raw.saved_queries),
        ("functions", raw.functions),
    ];
    for (section, entries) in sections {
        of_files.extend(entries.into_manifest(section, &mut manifest, &mut faults));
    }
    of_files.extend(raw.exposures.into_manifest(&mut manifest, &mut faults));
    manifest.groups = raw.groups.into_owners();
    manifest.macros = raw.macros.0;
    manifest.add_deferred();
    let of_unit_tests = raw.unit_tests.into_manifest(&mut manifest);
    for section in [raw.macros.1, raw.docs, of_unit_tests, raw.disabled] {
        of_files.extend(section);
    }
    if let Ok(project_name) = manifest.project_name() {
        manifest.package_files = of_files.by_package(manifest.metadata.dbt_version.as_deref());
        manifest.files = manifest.package_files.remove(project_name.as_str()).unwrap_or_default();
    }
    if faults.is_empty() {
        return Ok(manifest);
    }
    let total = faults.len();
    faults.truncate(TOLD);
    Err(Artifact::Manifest.refuse(ArtifactFault::Entries { faults, total }))
}

#[cfg(test)]
mod tests;
