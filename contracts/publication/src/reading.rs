//! What a node's SQL reads, column by column.

use std::collections::{BTreeMap, BTreeSet};

use litemap::LiteMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use weft_model::name::UniqueId;

use crate::Growth;

/// Why nothing is known of a node that dbt did not compile.
pub const NO_SQL: &str = "no_sql";

/// What a node's SQL reads: of this project's published nodes, and of other projects' nodes (see `uses`).
///
/// What it reads of private nodes is replaced by what those read. Column names are spelled as in the SQL's schema.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Reading {
    /// For each column of the node: node → column → how it is read. A column that is computed from no other has an
    /// empty map.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        serialize_with = "as_maps",
        deserialize_with = "of_maps"
    )]
    #[schema(value_type = BTreeMap<String, BTreeMap<UniqueId, BTreeMap<String, How>>>)]
    pub columns: BTreeMap<String, Inputs>,
    /// The columns that decide which rows there are and in what order: node → column → how. They affect every column of
    /// the node.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rows: BTreeMap<UniqueId, BTreeMap<String, BTreeSet<How>>>,
    /// The columns that the SQL names, but from which no value and no row results: node → column. The SQL fails without
    /// them. A node of which no column is read has an empty list.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub referenced: BTreeMap<UniqueId, BTreeSet<String>>,
    /// The nodes that it reads with `select *`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub stars: BTreeSet<UniqueId>,
    /// The nodes of which the columns that it reads are unknown. They count as all.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unresolved: BTreeSet<UniqueId>,
    /// How new columns upstream affect the node.
    #[serde(default, skip_serializing_if = "Growth::is_empty")]
    pub growth: Growth,
}

/// What a column is made of: node → column → how it comes in. Most columns are made of one, and a large project has
/// hundreds of thousands of them: a sorted list takes a third of the memory of a tree.
pub type Inputs = LiteMap<UniqueId, LiteMap<String, How>>;

/// As objects, even where they are empty.
fn as_maps<S: Serializer>(columns: &BTreeMap<String, Inputs>, serializer: S) -> Result<S::Ok, S::Error> {
    struct Of<'i>(&'i Inputs);
    struct OfNode<'i>(&'i LiteMap<String, How>);

    impl Serialize for Of<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map(self.0.iter().map(|(unique_id, columns)| (unique_id, OfNode(columns))))
        }
    }

    impl Serialize for OfNode<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map(self.0.iter())
        }
    }

    serializer.collect_map(columns.iter().map(|(name, inputs)| (name, Of(inputs))))
}

/// From objects and nothing else.
fn of_maps<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Inputs>, D::Error> {
    let read = BTreeMap::<String, BTreeMap<UniqueId, BTreeMap<String, How>>>::deserialize(deserializer)?;
    let inputs = |of: BTreeMap<UniqueId, BTreeMap<String, How>>| {
        of.into_iter().map(|(unique_id, columns)| (unique_id, columns.into_iter().collect())).collect()
    };
    Ok(read.into_iter().map(|(name, of)| (name, inputs(of))).collect())
}

/// How a column is read; the way that is closest to a plain copy first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
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
    /// Named in the SQL, without a part in its values or rows: in a CTE that nobody reads, in `exclude`.
    Referenced,
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
            Self::Referenced => "referenced",
        }
    }
}

/// The columns of one node that are read, each with how.
pub type ColumnsRead = BTreeMap<String, BTreeSet<How>>;

impl Reading {
    /// What is read of a node: `None` if unknown, and counts as everything.
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
        for column in self.referenced.get(unique_id).into_iter().flatten() {
            read.entry(column.clone()).or_insert_with(|| BTreeSet::from([How::Referenced]));
        }
        Some(read)
    }

    /// Whether a column of a node is read: surely, or perhaps.
    pub fn reads(&self, unique_id: &UniqueId, mut is_meant: impl FnMut(&str) -> bool) -> bool {
        let rows = self.rows.get(unique_id).into_iter().flat_map(BTreeMap::keys);
        let inputs = self.columns.values().filter_map(|inputs| inputs.get(unique_id)).flat_map(LiteMap::keys);
        let referenced = self.referenced.get(unique_id).into_iter().flatten();
        self.unresolved.contains(unique_id) || rows.chain(inputs).chain(referenced).any(|column| is_meant(column))
    }

    /// The same without the references that its values and rows already contain.
    #[must_use]
    pub fn without_repetition(mut self) -> Self {
        for (unique_id, columns) in &mut self.referenced {
            let rows = self.rows.get(unique_id);
            columns.retain(|column| {
                let in_rows = rows.is_some_and(|rows| rows.contains_key(column));
                let mut inputs = self.columns.values().filter_map(|inputs| inputs.get(unique_id));
                !in_rows && !inputs.any(|inputs| inputs.contains_key(column))
            });
        }
        let said: BTreeSet<UniqueId> = {
            let direct = self.columns.values().flat_map(LiteMap::keys);
            direct.chain(self.rows.keys()).chain(&self.stars).chain(&self.unresolved).cloned().collect()
        };
        self.referenced.retain(|unique_id, columns| !columns.is_empty() || !said.contains(unique_id));
        self
    }

    /// Every node that is read.
    pub fn nodes(&self) -> BTreeSet<&UniqueId> {
        let direct = self.columns.values().flat_map(LiteMap::keys);
        let rows = self.rows.keys().chain(self.referenced.keys());
        direct.chain(rows).chain(&self.stars).chain(&self.unresolved).collect()
    }
}
