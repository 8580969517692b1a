//! What is known of the SQL of a project's own nodes.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::name::UniqueId;
use weft_publication::{Growth, Reading, relation::Relation};

use crate::seed::SqlColumn;

/// What the SQL of a project's own nodes reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readings {
    /// Of each node, by the manifest's own ids.
    pub nodes: BTreeMap<UniqueId, NodeReading>,
    /// The tables that it reads and that the manifest does not know, under ids of their own.
    pub relations: BTreeMap<UniqueId, Relation>,
    /// The readings of tests, unit tests and freshness checks, by their ids.
    pub checks: BTreeMap<UniqueId, Reading>,
}

/// What is known of one node's SQL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NodeReading {
    /// What it reads; absent where nothing is known.
    pub reading: Option<Reading>,
    /// Why some or all of that is unknown.
    pub unknown: Option<&'static str>,
    /// The columns that it gives, in order; absent where not all of them are known.
    pub columns: Option<Vec<SqlColumn>>,
    /// What new columns of what it reads do to it.
    pub growth: NodeGrowth,
}

/// What new columns do to a node, and whose become its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NodeGrowth {
    /// What new columns upstream do.
    pub growth: Growth,
    /// The nodes of which a new column becomes one of this node.
    pub passed_on: BTreeSet<UniqueId>,
}
