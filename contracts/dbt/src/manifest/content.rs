//! What is kept of a manifest, and which project it is of.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use md5::{Digest as _, Md5};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use weft_model::{
    name::{PackageName, ParseNameError, UniqueId},
    text::shown,
};
use weft_publication::ResourceType;

use crate::{
    artifact,
    manifest::{
        files::ManifestFiles,
        node::{Macro, ManifestExposure, Node, Operation, Resource, Test, UnitTest},
    },
};

/// A dbt manifest, v7 to v12 or v20.
#[derive(Debug, Clone, Default)]
pub struct Manifest {
    /// What the file says of itself.
    pub metadata: Metadata,
    /// Models, seeds and snapshots; those of installed packages and injected ones too.
    pub nodes: BTreeMap<UniqueId, Node>,
    /// Everything else in the graph: sources, metrics, semantic models, saved queries, analyses, ...
    pub resources: BTreeMap<UniqueId, Resource>,
    /// Data tests, by unique id; a test's id may be longer than a [`UniqueId`].
    pub tests: BTreeMap<Box<str>, Test>,
    /// The unit tests, by unique id.
    pub unit_tests: BTreeMap<UniqueId, UnitTest>,
    /// The exposures, by unique id: readers outside dbt.
    pub exposures: BTreeMap<UniqueId, ManifestExposure>,
    /// The owner of each group, by package and name.
    pub groups: BTreeMap<(Box<str>, Box<str>), Map<String, Value>>,
    /// Macros, by unique id; dbt's own too.
    pub macros: BTreeMap<Box<str>, Macro>,
    /// The project's own files; empty where the manifest does not say which project it is of.
    pub files: ManifestFiles,
    /// The files of installed packages, by the package's name; dbt's own are among them.
    pub package_files: BTreeMap<Box<str>, ManifestFiles>,
    /// What [`Manifest::altered`] found: every publication that is derived from the manifest asks for it twice.
    pub(super) altered: OnceLock<BTreeSet<UniqueId>>,
}

/// What a manifest says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The schema version: 7 to 12, or 20.
    pub version: u32,
    /// The dbt that wrote it.
    pub dbt_version: Option<String>,
    /// When, as it says.
    pub generated_at: Option<String>,
    /// The adapter of that run.
    pub adapter_type: Option<String>,
    /// The project's name, from v10.
    pub project_name: Option<String>,
    /// The MD5 of the project's name, in hexadecimal digits.
    pub project_id: Option<String>,
    /// The run of dbt that wrote it, as it and what else that run wrote say.
    pub invocation_id: Option<String>,
}

impl Manifest {
    /// The operations, with what they run.
    pub fn operations(&self) -> impl Iterator<Item = (&UniqueId, &Resource, &Operation)> {
        self.resources.iter().filter_map(|(unique_id, it)| Some((unique_id, it, it.operation.as_deref()?)))
    }

    /// When it was made, as far as it says.
    pub fn made_at(&self) -> Option<OffsetDateTime> {
        artifact::moment(self.metadata.generated_at.as_deref()?)
    }

    /// Whether there is a model or snapshot in SQL that dbt did not compile, as `dbt parse` leaves them.
    pub fn lacks_sql(&self) -> bool {
        let built = self.nodes.values().filter(|node| node.resource_type != ResourceType::Seed && node.has_path);
        built.filter(|node| node.language.is_none()).any(|node| node.compiled_code.is_none())
    }

    /// The project that the manifest is of: as it says (v10 and later), else the package whose name has the project's
    /// id as MD5, else the only package there is.
    ///
    /// # Errors
    /// No name follows, or one that is outside the grammar.
    pub fn project_name(&self) -> Result<PackageName, ProjectNameError> {
        let packages: BTreeSet<&str> = self
            .nodes
            .values()
            .map(|node| &*node.package_name)
            .chain(self.resources.values().map(|resource| &*resource.package_name))
            .chain(self.tests.values().map(|test| &*test.package_name))
            .filter(|name| !name.is_empty())
            .collect();
        let said = self.metadata.project_name.as_deref();
        let of_id = || {
            let id = self.metadata.project_id.as_deref()?;
            packages.iter().copied().find(|name| md5_hex(name).eq_ignore_ascii_case(id))
        };
        let only = || if packages.len() == 1 { packages.first().copied() } else { None };
        let name = said.or_else(of_id).or_else(only);
        let name = name.ok_or_else(|| ProjectNameError::Missing(packages.iter().map(|&name| name.into()).collect()))?;
        Ok(name.parse()?)
    }
}

/// Why a manifest does not say which project it is of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProjectNameError {
    /// It does not name it, as before v10, and has nodes of these packages.
    #[error("the manifest does not name its project, and has {}", nodes_of(.0))]
    Missing(Vec<Box<str>>),
    /// The name is outside the grammar.
    #[error(transparent)]
    Invalid(#[from] ParseNameError),
}

fn nodes_of(packages: &[Box<str>]) -> String {
    if packages.is_empty() {
        return "no nodes that would".to_owned();
    }
    let some: Vec<_> = packages.iter().take(5).map(|name| format!("`{}`", shown(name))).collect();
    let more = if packages.len() > some.len() { ", ..." } else { "" };
    format!("nodes of {}{more}", some.join(", "))
}

fn md5_hex(text: &str) -> String {
    use std::fmt::Write as _;
    Md5::digest(text.as_bytes()).iter().fold(String::with_capacity(32), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
