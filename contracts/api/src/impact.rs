//! The readers that changes of a project's nodes reach.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use weft_model::name::{EnvironmentName, UniqueId};

use crate::Consumer;

/// `POST /v1/projects/{package_name}/impact`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImpactRequest {
    /// The environment in which the readers are deployed.
    #[serde(default)]
    pub environment: EnvironmentName,
    /// For each environment, the one to use for projects that are not deployed there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fallback: BTreeMap<EnvironmentName, EnvironmentName>,
    /// The changes, at most 5,000.
    pub touched: Vec<TouchedNode>,
}

/// A change of a node or of one of its columns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TouchedNode {
    /// The node.
    pub unique_id: UniqueId,
    /// The column; absent if the node changes as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Which readers the change concerns.
    #[serde(default)]
    pub readers: Readers,
    /// Where the column was and is, if it moves. Without it, readers that need the column on one side of a position count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<ColumnMove>,
}

/// The positions of a column before and after a change, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnMove {
    /// The number of columns before it, in the baseline.
    pub from: u32,
    /// The number of columns before it, now.
    pub to: u32,
}

/// Which readers of a node a change concerns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Readers {
    /// All readers.
    #[default]
    All,
    /// Those that read it with `select *`.
    Star,
    /// Those that name it without its version.
    Unpinned,
    /// Those whose SQL counts columns: it does not run with a new one.
    Counting,
    /// Those that pass every column on under an enforced contract, which lacks a new one.
    Fixed,
    /// Those whose SQL would find two columns of a new one's name.
    Ambiguous,
    /// Readers whose SQL would read a new column instead of what its name means now.
    Capturing,
    /// Those whose SQL takes the column by its place.
    Placing,
    /// Readers that name the node by `ref()`, and not only its relation.
    ByName,
    /// Those that name the relation, and not the node.
    ByPlace,
    /// No readers.
    None,
}

/// The readers that the changes reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ImpactResponse {
    /// The environment in which the readers are deployed.
    pub environment: EnvironmentName,
    /// For each change, in the order of the request, the readers that it reaches; the first 1,000.
    pub consumers: Vec<Vec<Consumer>>,
    /// For each change, how many readers it reaches in all.
    #[serde(default)]
    pub totals: Vec<u64>,
}
