//! The publication: the public face of a project at one version. Immutable, content-addressed.
//!
//! - [`Publication`] with [`InterfaceNode`] and [`Column`]: what others may count on.
//! - [`Reading`] and [`Shape`]: what a node's SQL reads, and the columns of nodes that are not public.
//! - [`contract`]: the data contracts that are published with it, and which node each of their objects is.
//! - [`document`]: parsing one, with every fault and its place, and its digest.
//! - [`relation`]: where nodes are in a warehouse. That belongs to a deployment, and so is no part of a publication.
//! - [`strictness`]: how many rows a test lets pass.
//!
//! # What it never does
//!
//! It does not say where a publication comes from (`weft-dbt` derives it), and does not compare two of them
//! (`weft-check`). It knows no environment.
//!
//! # Where to begin
//!
//! Read [`Publication`] field by field, then [`document::parse`].

pub mod contract;
pub mod document;
pub mod growth;
pub mod interface;
mod only_in;
pub mod presence;
pub mod reading;
pub mod relation;
mod relations;
pub mod sensitivity;
pub mod shape;
pub mod strictness;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use weft_model::{
    name::{PackageName, UniqueId},
    requirement::Requirement,
    types::Dialect,
};

pub use crate::contract::PublishedContract;
pub use crate::growth::Growth;
pub use crate::interface::{
    Access, Column, Constraint, Contract, DeclaredColumn, Grants, InterfaceNode, ModelVersion, Origin, Quality,
    ResourceType, is_by_star,
};
pub use crate::only_in::OnlyIn;
pub use crate::reading::{ColumnsRead, How, Inputs, NO_SQL, Reading};
pub use crate::relations::hold_to_publication;
pub use crate::shape::{Shape, ShapeColumn};

/// The public face of a project at one semver version.
///
/// Its digest is over the canonical JSON of everything but `version` and `source`, so the same content published from
/// another commit is the same publication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Publication {
    /// The project.
    pub package_name: PackageName,
    /// Semver over the interface.
    #[schema(value_type = String, example = "1.4.0")]
    pub version: Version,
    /// Where it came from; no part of the content.
    pub source: Source,
    /// The groups that interface nodes belong to, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, Owner>,
    /// The nodes that others may read.
    #[serde(default)]
    pub interface: BTreeMap<UniqueId, InterfaceNode>,
    /// The nodes that are not private, and how they hang together; edges through a private node are bridged.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lineage: BTreeMap<UniqueId, LineageNode>,
    /// What this project reads of others.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub uses: BTreeSet<Use>,
    /// Dashboards, notebooks and applications that read this project's nodes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub exposures: BTreeMap<UniqueId, Exposure>,
    /// What it asks of the projects upstream.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub requires: BTreeMap<PackageName, Requirement>,
    /// The roles, users or groups as which it reads in the warehouse, where it says so (`roles:` in `weft.yml`).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<String>,
    /// Its data contracts, by their ids.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub contracts: BTreeMap<String, PublishedContract>,
}

impl Publication {
    /// The dialect in which it names columns and types.
    pub fn dialect(&self) -> Dialect {
        Dialect::of_adapter(self.source.adapter_type.as_deref())
    }

    /// A publication that says nothing yet.
    pub fn empty(package_name: PackageName, version: Version, source: Source) -> Self {
        Self {
            package_name,
            version,
            source,
            groups: BTreeMap::new(),
            interface: BTreeMap::new(),
            lineage: BTreeMap::new(),
            uses: BTreeSet::new(),
            exposures: BTreeMap::new(),
            requires: BTreeMap::new(),
            roles: BTreeSet::new(),
            contracts: BTreeMap::new(),
        }
    }
}

/// Where a publication came from: the run of dbt and the commit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Source {
    /// The dbt that wrote the manifest: `1.11.16`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dbt_version: Option<String>,
    /// The adapter of that run: `duckdb`, `postgres`, ...; the dialect that `data_type`s are in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adapter_type: Option<String>,
    /// The manifest's schema version: 7 to 12, or 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest_version: Option<u32>,
    /// When dbt wrote the manifest, as it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated_at: Option<String>,
    /// The git work tree it was published from, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub git: Option<Git>,
    /// The nodes whose SQL dbt had not compiled, or whose catalog was not there, in that run: what is said of their
    /// columns, or of what they read, an earlier publication knew of the same code.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub carried_over: BTreeSet<UniqueId>,
    /// The name of the project's folder, where git tells of no origin: then the project is known by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// Whether columns tell that their names stand in quotes, where the engine tells such names apart; an earlier weft did not
    /// keep that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tells_quotes: bool,
    /// Whether it was published although the manifest did not match the work tree.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
}

/// The state of the git work tree that a publication was made in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Git {
    /// The URL of the remote `origin`, without credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<String>,
    /// The full id of the repository's first commit, where it has no remote: then the repository is known by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_commit: Option<String>,
    /// The branch, absent when the head is detached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The commit's full id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The dbt project's folder below the work tree's root, `/` between its parts; empty at the root.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub folder: String,
    /// Whether files were changed and not committed.
    #[serde(default)]
    pub dirty: bool,
}

/// Who answers for a group or an exposure. dbt allows further keys beside these two.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Owner {
    /// A person or team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// One address or several, as dbt has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub email: Option<Value>,
    /// Whatever else the project says of its owner (slack, github, ...).
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub other: Map<String, Value>,
}

impl Owner {
    /// Its addresses, none of them empty.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        let several = match &self.email {
            Some(Value::Array(several)) => several.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        several.iter().filter_map(Value::as_str).filter(|address| !address.trim().is_empty())
    }
}

/// A node of the lineage: its kind and what it reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LineageNode {
    /// dbt's `resource_type`: model, seed, snapshot, source, metric, ...
    pub resource_type: String,
    /// The nodes of this project that it reads, private ones replaced by what those read.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub depends_on: BTreeSet<UniqueId>,
    /// What its SQL reads, column by column; absent where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
    /// Why that is not known, or not wholly, in a word: `no_sql`, `parse_failed`, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// The fingerprint of what it is built from: its code, the project's macros that it calls, and what it reads. Where
    /// it is the same in two publications, so is what the node's SQL gives. Absent where the code is not known, and from
    /// publications of an earlier weft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// A short digest of its own text, of a node that is not in the interface and has neither a fingerprint nor a shape: by
    /// it is seen that it has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The columns of a node that is not in the interface and stands in a relation, where they are known for sure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<Shape>,
    /// Who reads a source beside the nodes: tests and unit tests, and under its own id what finds how fresh it is; each with
    /// the columns that it names, null where they are not known. For a test of one of the project's nodes that others are
    /// not told of stand the nodes that its readings are told of.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, Option<BTreeSet<String>>>)]
    pub checks: Checks,
}

/// Tests and the like, each with the columns that it names of a node; `None` where they are not known, and counts as all.
pub type Checks = BTreeMap<UniqueId, Option<BTreeSet<String>>>;

impl LineageNode {
    /// A node of which nothing but its kind is known.
    pub fn of_kind(resource_type: impl Into<String>) -> Self {
        Self {
            resource_type: resource_type.into(),
            depends_on: BTreeSet::new(),
            reading: None,
            unknown: None,
            fingerprint: None,
            text: None,
            shape: None,
            checks: Checks::new(),
        }
    }

    /// Whether it is built here, and so may stand in a relation.
    pub fn is_built(&self) -> bool {
        matches!(&*self.resource_type, "model" | "seed" | "snapshot")
    }
}

/// One reading of another project's node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Use {
    /// A node, test or exposure of this project. A private node's readings are told of the nearest members below it that
    /// are not private (exposures too); only where there are none does it stand under its own id, as the upstream's owner
    /// has to know whom a change breaks. For a test of one of this project's nodes stands that node, by the same rule;
    /// any other test stands under its own id.
    pub reader: UniqueId,
    /// The project that is read.
    pub upstream: PackageName,
    /// The node that is read.
    pub unique_id: UniqueId,
    /// How the reading is written.
    pub via: Via,
    /// The columns that are read, each with how; absent where that is not known, and counts as all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<ColumnsRead>,
    /// Whether `select *` is among it: a new column is read too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub star: bool,
    /// Whether the `ref()` names a versioned model without its version, and so moves with `latest_version`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unpinned: bool,
    /// The fingerprint of the code that reads: of each node of which this reading is told. Absent where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}

/// How a reading of an upstream node is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// By `ref()` over an injected node.
    Ref,
    /// By `source()` over the relation that the node stands in. What stands where belongs to deployments, so no
    /// publication tells of it: it is seen where publications stand beside each other.
    Source,
    /// By the name of the relation, past `ref()` and `source()`. It is seen where a `source()` is.
    Relation,
    /// By a test, which runs after the nodes that it compares: nothing is built from what it reads.
    Test,
}

impl Via {
    /// Whether the reader names the relation, and not the node.
    pub fn is_by_place(self) -> bool {
        matches!(self, Self::Source | Self::Relation)
    }

    /// Whether the reader can only be built after what it reads: such readings make the order of runs.
    pub fn is_built_from(self) -> bool {
        match self {
            Self::Ref | Self::Source | Self::Relation => true,
            Self::Test => false,
        }
    }
}

/// A dbt exposure: a reader outside dbt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Exposure {
    /// dbt's name.
    pub name: String,
    /// dashboard, notebook, analysis, ml, application.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Who answers for it.
    #[serde(default)]
    pub owner: Owner,
    /// Where it is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The nodes that it reads, of this project or another.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub depends_on: BTreeSet<UniqueId>,
}
