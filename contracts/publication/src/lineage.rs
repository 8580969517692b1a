//! A node of the lineage.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use weft_model::name::UniqueId;

use crate::{Column, Origin, Reading, Shape, ShapeColumn};

/// A node of the lineage: its kind, and what it reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LineageNode {
    /// dbt's `resource_type`: model, seed, snapshot, source, metric, ...
    pub resource_type: String,
    /// The nodes of this project that it reads. Private ones are replaced by what those read.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub depends_on: BTreeSet<UniqueId>,
    /// What its SQL reads, column by column; absent if unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
    /// Why some or all of that is unknown: `no_sql`, `parse_failed`, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// The fingerprint of its code, of the project's macros that the code calls, and of what it reads. If two
    /// publications have the same fingerprint, the node's SQL gives the same columns. Absent if the code is unknown,
    /// and in publications of an earlier weft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// A short digest of its source text, for a node that is not in the interface and has neither a fingerprint nor a
    /// shape. It shows whether the node changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The columns of a node with a relation that is not in the interface, if they are certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<Shape>,
    /// For a source: the tests and unit tests that read it, and under its own id the freshness check; each with the
    /// columns that it names, or null if they are unknown. A test of a private node of the project is replaced by the
    /// nodes that its readings are attributed to.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, Option<BTreeSet<String>>>)]
    pub checks: Checks,
}

/// Tests, unit tests and freshness checks, each with the columns that it names of a node; `None` if they are unknown,
/// and count as all.
pub type Checks = BTreeMap<UniqueId, Option<BTreeSet<String>>>;

impl LineageNode {
    /// A node of which nothing but its kind is known.
    pub fn new(resource_type: impl Into<String>) -> Self {
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

    /// Whether dbt builds it in this project, so that it may have a relation.
    pub fn is_built(&self) -> bool {
        matches!(&*self.resource_type, "model" | "seed" | "snapshot")
    }

    /// The columns of a node that is not in the interface, in their order; `None` if they are unknown, or if its shape
    /// does not fit its reading.
    pub fn shape_columns(&self) -> Option<Vec<Column>> {
        let shape = self.shape.as_ref()?;
        let columns = shape.columns(&self.published_columns())?.into_iter();
        Some(columns.map(|it| Column::bare(it.name, it.quoted, it.data_type, shape.origin)).collect())
    }

    fn published_columns(&self) -> Vec<&String> {
        self.reading.iter().flat_map(|reading| reading.columns.keys()).collect()
    }

    /// Gives it the columns of a node that is not in the interface.
    pub fn take_shape(&mut self, origin: Origin, columns: Vec<ShapeColumn>) {
        self.shape = Some(Shape::new(origin, columns, self.published_columns().into_iter()));
    }
}
