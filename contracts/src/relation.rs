//! Relations: where a node stands in a warehouse. They belong to a deployment, not to a publication.

use std::{collections::BTreeMap, fmt};

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::{artifact::pointer, lineage::RelationName, name::UniqueId, publication::Publication, types::Dialect};

/// Where a node is to be read, as the manifest of one run says.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
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

impl Relation {
    /// Its name as the engine of an adapter (`adapter_type`) tells names apart. `None` where what dbt rendered is no name of
    /// a table: an external file, a function.
    pub fn name(&self, adapter_type: Option<&str>) -> Option<RelationName> {
        let dialect = Dialect::of_adapter(adapter_type);
        match &self.relation_name {
            Some(rendered) => RelationName::of_rendered(rendered, dialect),
            None => {
                Some(RelationName::of_parts(self.database.as_deref(), Some(&self.schema), &self.identifier, dialect))
            }
        }
    }
}

impl fmt::Display for Relation {
    /// As the adapter renders it, else its parts between dots.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(rendered) = &self.relation_name {
            return f.write_str(rendered);
        }
        let parts = self.database.iter().chain([&self.schema, &self.identifier]);
        f.write_str(&parts.map(String::as_str).collect::<Vec<_>>().join("."))
    }
}

/// The relation of each node of an interface, and of the other nodes and sources of a lineage as far as they have one.
pub type Relations = BTreeMap<UniqueId, Relation>;

/// A relation of a node that the publication does not tell of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("relations name `{unique_id}`, which is neither in the interface nor in the lineage of {version}")]
pub struct StrayRelation {
    /// The node.
    pub unique_id: UniqueId,
    /// The version that it is not in.
    pub version: Version,
}

impl StrayRelation {
    /// Where it stands in a request.
    pub fn pointer(&self) -> String {
        pointer(&["relations", self.unique_id.as_str()])
    }
}

/// Holds the relations to a publication: they say where its nodes stand, and of nothing else.
///
/// # Errors
/// The first node that is in neither its interface nor its lineage.
pub fn hold_to_publication(relations: &Relations, publication: &Publication) -> Result<(), StrayRelation> {
    let Publication { interface, lineage, .. } = publication;
    let is_there = |unique_id: &UniqueId| interface.contains_key(unique_id) || lineage.contains_key(unique_id);
    match relations.keys().find(|unique_id| !is_there(unique_id)) {
        Some(unique_id) => Err(StrayRelation { unique_id: unique_id.clone(), version: publication.version.clone() }),
        None => Ok(()),
    }
}
