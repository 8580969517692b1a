//! What a node's SQL reads, column by column.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{name::UniqueId, publication::Publication};

/// Why nothing is known of a node that dbt did not compile.
pub const NO_SQL: &str = "no_sql";

/// What a node's SQL reads: of this project's published nodes, and of other projects' nodes (`uses` tells whose).
///
/// What it reads of private nodes is replaced by what those read. Column names are as the SQL's schema writes them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reading {
    /// For each of its columns: node → column → how it comes in. A column that is made of no other stands without.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, BTreeMap<UniqueId, BTreeMap<String, How>>>,
    /// The columns that decide which rows there are, and in what order: node → column → how. They touch every column.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rows: BTreeMap<UniqueId, BTreeMap<String, BTreeSet<How>>>,
    /// Nodes that it reads with `select *`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub stars: BTreeSet<UniqueId>,
    /// Nodes of which it is not known what is read: counted as everything.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unresolved: BTreeSet<UniqueId>,
}

/// How a column is read, the nearest to the column itself first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum How {
    /// Passed on under its own name.
    AsIs,
    /// Passed on under another name.
    Renamed,
    /// Part of an expression.
    Transformed,
    /// Part of an aggregate.
    Aggregated,
    /// In `where`, `having` or `qualify`.
    Filter,
    /// In a join's condition.
    Join,
    /// In `group by`, `distinct`, or a window's partition.
    Group,
    /// In `order by`, a window's too.
    Order,
}

impl How {
    /// Whether the value itself is read, rather than that it decides which rows there are.
    pub fn is_direct(self) -> bool {
        self <= Self::Aggregated
    }

    /// As documents write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::AsIs => "as_is",
            Self::Renamed => "renamed",
            Self::Transformed => "transformed",
            Self::Aggregated => "aggregated",
            Self::Filter => "filter",
            Self::Join => "join",
            Self::Group => "group",
            Self::Order => "order",
        }
    }
}

/// The columns of one node that are read, each with how.
pub type ColumnsRead = BTreeMap<String, BTreeSet<How>>;

impl Reading {
    /// What is read of a node: `None` where that is not known, and counts as everything.
    pub fn of(&self, unique_id: &UniqueId) -> Option<ColumnsRead> {
        if self.unresolved.contains(unique_id) {
            return None;
        }
        let mut read: ColumnsRead = self.rows.get(unique_id).cloned().unwrap_or_default();
        for inputs in self.columns.values().filter_map(|inputs| inputs.get(unique_id)) {
            for (column, how) in inputs {
                read.entry(column.clone()).or_default().insert(*how);
            }
        }
        Some(read)
    }

    /// Every node that is read.
    pub fn nodes(&self) -> BTreeSet<&UniqueId> {
        let direct = self.columns.values().flat_map(BTreeMap::keys);
        direct.chain(self.rows.keys()).chain(&self.stars).chain(&self.unresolved).collect()
    }
}

impl Publication {
    /// Whether dbt had not compiled a node's SQL when the publication was made (`no_sql`).
    pub fn lacks_sql(&self) -> bool {
        self.lineage.values().any(|node| node.unknown.as_deref() == Some(NO_SQL))
    }

    /// The publication as if nothing were known of what its SQL reads.
    #[must_use]
    pub fn without_readings(&self) -> Self {
        let mut without = self.clone();
        without.lineage.retain(|_, node| node.resource_type != "relation");
        let kept: BTreeSet<UniqueId> = without.lineage.keys().cloned().collect();
        for node in without.lineage.values_mut() {
            node.reading = None;
            node.unknown = None;
            node.depends_on.retain(|read| kept.contains(read));
        }
        let uses = std::mem::take(&mut without.uses).into_iter();
        without.uses = uses.map(|used| crate::publication::Use { columns: None, star: false, ..used }).collect();
        without
    }
}
