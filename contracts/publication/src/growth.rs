//! What new columns of the nodes that a node reads, or the same ones in another order, do to its SQL.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use weft_model::name::UniqueId;

/// Where a node's SQL depends on which columns the nodes upstream do *not* have, and on their places.
///
/// A node is here that is read by `select *`, or beside which columns are named without a qualifier. What the SQL reads of
/// nodes of its own project is replaced by what those read of others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Growth {
    /// The SQL counts the columns of these, and takes them by their places, as a `union` of stars and `in (select *)` do:
    /// with a new column it does not run, in another order they are mixed up.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub counted: BTreeSet<UniqueId>,
    /// With a new column of these dbt does not build the node: it selects every column, and its enforced contract or
    /// `on_schema_change: fail` allows no further one.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub fixed: BTreeSet<UniqueId>,
    /// The SQL takes these columns by their places: in other places they are mixed up.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub placed: BTreeMap<UniqueId, BTreeSet<String>>,
    /// With a new column of one of these names the SQL does not run: the name would mean two columns.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ambiguous: BTreeMap<UniqueId, BTreeSet<String>>,
    /// A new column of one of these names would be read in the place of what the name means now.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub captured: BTreeMap<UniqueId, BTreeSet<String>>,
}

impl Growth {
    /// Whether nothing depends on new columns, or on places.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds another node's.
    pub fn add(&mut self, other: &Self) {
        self.counted.extend(other.counted.iter().cloned());
        self.fixed.extend(other.fixed.iter().cloned());
        let [placed, ambiguous, captured] = [&mut self.placed, &mut self.ambiguous, &mut self.captured];
        for (names, more) in [(placed, &other.placed), (ambiguous, &other.ambiguous), (captured, &other.captured)] {
            for (unique_id, more) in more {
                names.entry(unique_id.clone()).or_default().extend(more.iter().cloned());
            }
        }
    }
}
