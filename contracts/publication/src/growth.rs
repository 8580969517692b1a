//! What new columns of the nodes that a node reads, or the same ones in another order, do to its SQL.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use weft_model::name::UniqueId;

/// How new or reordered columns upstream affect a node.
///
/// A node is listed here if the SQL reads it with `select *`, or names columns without a qualifier beside it. Reads of
/// nodes in the same project are replaced by what those read of other projects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Growth {
    /// Nodes whose columns the SQL takes by number and position, as a `union` of stars and `in (select *)` do. With a
    /// new column the SQL fails; in another order the columns are mixed up.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub counted: BTreeSet<UniqueId>,
    /// With a new column of these dbt does not build the node: it selects every column, and its enforced contract or
    /// `on_schema_change: fail` allows no further one.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub fixed: BTreeSet<UniqueId>,
    /// Columns that the SQL takes by position. In other positions they are mixed up.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub placed: BTreeMap<UniqueId, BTreeSet<String>>,
    /// Columns that the SQL finds only on their side of a position, by column the number of columns before it: a list behind
    /// an alias names the first columns and no others. On their side they may move.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub bounded: BTreeMap<UniqueId, BTreeMap<String, BTreeSet<u32>>>,
    /// Names with which a new column would make the SQL fail, because the name would be ambiguous.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ambiguous: BTreeMap<UniqueId, BTreeSet<String>>,
    /// Names with which a new column would be read instead of what the name means now.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub captured: BTreeMap<UniqueId, BTreeSet<String>>,
}

impl Growth {
    /// Whether nothing depends on new columns, or on places.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what is known of a further node.
    pub fn add(&mut self, other: &Self) {
        self.counted.extend(other.counted.iter().cloned());
        self.fixed.extend(other.fixed.iter().cloned());
        for (unique_id, columns) in &other.bounded {
            let bounded = self.bounded.entry(unique_id.clone()).or_default();
            for (column, places) in columns {
                bounded.entry(column.clone()).or_default().extend(places);
            }
        }
        let [placed, ambiguous, captured] = [&mut self.placed, &mut self.ambiguous, &mut self.captured];
        for (names, more) in [(placed, &other.placed), (ambiguous, &other.ambiguous), (captured, &other.captured)] {
            for (unique_id, more) in more {
                names.entry(unique_id.clone()).or_default().extend(more.iter().cloned());
            }
        }
    }
}
