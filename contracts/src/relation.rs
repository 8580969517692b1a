//! Relations: where a node stands in a warehouse. They belong to a deployment, not to a publication.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::name::UniqueId;

/// Where a node is to be read, as the manifest of one run says.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Relation {
    /// Absent for adapters without databases (Teradata, Spark).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// The schema (`BigQuery`: dataset).
    pub schema: String,
    /// The table's or view's own name, unquoted: dbt's `alias`.
    pub identifier: String,
    /// The full name as the adapter renders it, quotes and all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation_name: Option<String>,
}

/// The relation of each node of an interface.
pub type Relations = BTreeMap<UniqueId, Relation>;
