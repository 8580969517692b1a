//! Readers of nodes: those that the mesh knows of by itself, and those that are registered.

use std::collections::BTreeSet;

use semver::Version;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use weft_model::name::{EnvironmentName, PackageName, UniqueId};
use weft_publication::{ColumnsRead, Via};

use crate::consumer::{ConsumerKind, ConsumerRead, Registration};

/// One that reads a node of another project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Consumer {
    /// The project that reads, or the registered consumer.
    pub package_name: PackageName,
    /// Its version that is deployed; a registered consumer has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub version: Option<Version>,
    /// What it is, where it is registered and no dbt project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ConsumerKind>,
    /// Where that is.
    pub environment: EnvironmentName,
    /// The reading node or exposure.
    pub reader: UniqueId,
    /// The node that it reads.
    pub unique_id: UniqueId,
    /// Who answers for it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// How the reading is written, where that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
    /// The columns that it reads, of those that are asked about; absent where that is not known, and counts as all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<ColumnsRead>,
    /// The type under which its own enforced contract passes on the column that is asked about, where it does; what a
    /// registered consumer expects of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<String>,
    /// The roles as which it reads in the warehouse, where that is known.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<String>,
    /// Whether it reads by `select *`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub star: bool,
    /// The nodes that pass on to `unique_id` what changed, from the changed one on; empty where it reads that itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub through: Vec<NodeName>,
}

impl Consumer {
    /// The project and its version, or the registered consumer and what it is: `finance 1.0.0`, `board (dashboard)`.
    pub fn who(&self) -> String {
        match (&self.version, self.kind) {
            (_, Some(kind)) => format!("{} ({kind})", self.package_name),
            (Some(version), None) => format!("{} {version}", self.package_name),
            (None, None) => self.package_name.to_string(),
        }
    }
}

/// A node of a mesh.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NodeName {
    /// Its project.
    pub package_name: PackageName,
    /// Its id there.
    pub unique_id: UniqueId,
}

/// The readers of a project or a node: a page of them, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConsumerPage {
    /// By project, reader and node.
    pub items: Vec<Consumer>,
    /// How many there are in all.
    pub total: u64,
    /// Where the next page starts; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A registered consumer, as it stands in the registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RegisteredConsumer {
    /// What it is known by.
    pub name: PackageName,
    /// Where it reads.
    pub environment: EnvironmentName,
    /// Counts up by one with each change, from 1.
    pub revision: u64,
    /// What it is, and what it reads.
    #[serde(flatten)]
    pub registration: Registration,
    /// RFC 3339, UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: OffsetDateTime,
    /// What the registration whose place it has just taken read, and this one does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub no_longer_reads: Vec<ConsumerRead>,
}
