//! Readers of nodes: those that the mesh knows of by itself, and those that are registered.

use std::collections::BTreeSet;

use semver::Version;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use weft_model::name::{EnvironmentName, PackageName, UniqueId};
use weft_publication::{ColumnsRead, Via};

use crate::consumer::{ConsumerKind, ConsumerRead, Registration};

/// A node or a consumer that reads a node of another project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Consumer {
    /// The name of the project that reads, or of the registered consumer.
    pub package_name: PackageName,
    /// The deployed version of the reading project. A registered consumer has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub version: Option<Version>,
    /// The kind of the registered consumer; absent for a dbt project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ConsumerKind>,
    /// The environment of the reader.
    pub environment: EnvironmentName,
    /// The node or exposure that reads.
    pub reader: UniqueId,
    /// The node that it reads.
    pub unique_id: UniqueId,
    /// The owner, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// How the code refers to the node, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
    /// The columns that it reads, among those in question. If absent, they are unknown and count as all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<ColumnsRead>,
    /// The type that the reader expects of the column in question: from its own enforced contract if it passes the
    /// column on, or from its registration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<String>,
    /// The roles that it uses in the warehouse, if known.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<String>,
    /// Whether it reads with `select *`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub star: bool,
    /// The nodes that pass the change on to `unique_id`, from the changed one on. Empty if it reads the changed node
    /// itself.
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

/// A node of a mesh, by project and id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NodeName {
    /// The node's project.
    pub package_name: PackageName,
    /// The node's `unique_id`.
    pub unique_id: UniqueId,
}

/// A page of the readers of a project or node, and the total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConsumerPage {
    /// The readers, by project, reader and node.
    pub items: Vec<Consumer>,
    /// How many there are in all.
    pub total: u64,
    /// What to pass as `after` for the next page; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A registered consumer, as the registry stores it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RegisteredConsumer {
    /// The consumer's name.
    pub name: PackageName,
    /// The environment in which it reads.
    pub environment: EnvironmentName,
    /// The revision: 1 for the first registration, then 1 more for each change.
    pub revision: u64,
    /// What the consumer is, and what it reads.
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
