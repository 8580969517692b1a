//! What a report is based on: what was compared, by which evidence, and what was not.

use semver::Version;
use serde::{Deserialize, Serialize};

use weft_model::name::{EnvironmentName, UniqueId};
use weft_publication::Source;

/// What a report is based on. A report without findings covers only this.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Coverage {
    /// Whether neither side has a public node. Then nothing was checked.
    #[serde(default)]
    pub nothing_public: bool,
    /// The nodes on both sides whose columns were compared, by the weaker evidence of the two sides.
    #[serde(default)]
    pub compared: Compared,
    /// The nodes on both sides whose columns were not compared, because one side does not know them all and the code
    /// may have changed. Only what their YAML declares was compared.
    #[serde(default)]
    pub not_compared: Vec<NotCompared>,
    /// The number of columns of changed nodes whose types neither side knows. Their types were not compared.
    #[serde(default)]
    pub types_unknown: u64,
    /// How well the readers of the project's nodes are known. Absent if no registry was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readers: Option<ReadersKnown>,
    /// What was read for the two sides, the baseline first.
    #[serde(default)]
    pub inputs: Vec<Input>,
}

/// How many nodes were compared, by the weaker evidence of the two sides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Compared {
    /// Nodes known by an enforced dbt contract or a data contract.
    pub contract: u64,
    /// Nodes known by the catalog of the warehouse.
    pub catalog: u64,
    /// Nodes known by the columns of their SQL.
    pub sql: u64,
    /// Nodes known by their YAML: one side does not know every column, but the code is the same.
    pub declared: u64,
}

impl Compared {
    /// How many in all.
    pub fn total(&self) -> u64 {
        self.contract + self.catalog + self.sql + self.declared
    }
}

/// A node whose columns were not compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NotCompared {
    /// The node.
    pub unique_id: UniqueId,
    /// The side that does not know its columns; the current side if neither does.
    pub side: InputSide,
    /// The reason: `no_sql` if dbt has not compiled it, `parse_failed`, ...; `columns_unknown` if nothing more is
    /// known.
    pub reason: String,
}

/// How many readers of the project's public nodes are known, and how well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReadersKnown {
    /// Readings with known columns.
    pub by_column: u64,
    /// Readings with unknown columns. They count as reading every column.
    pub of_unknown_columns: u64,
}

/// A side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InputSide {
    /// The previous state.
    Baseline,
    /// The new state.
    Current,
}

/// The input of one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Input {
    /// The side of the comparison.
    pub side: InputSide,
    /// Where the input comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<InputOrigin>,
    /// The version of dbt that wrote the manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dbt_version: Option<String>,
    /// When dbt wrote the manifest, according to the manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated_at: Option<String>,
    /// The commit that the manifest was made from, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The number of nodes for which an earlier publication of the same code, or the other side, knew more than this
    /// run of dbt.
    #[serde(default)]
    pub carried_over: u64,
    /// Remarks about the input, one sentence each: what is stale, what was skipped.
    #[serde(default)]
    pub remarks: Vec<String>,
}

/// Where the input of one side comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum InputOrigin {
    /// A published version.
    Registry {
        /// The version.
        #[schema(value_type = String)]
        version: Version,
        /// The environment in which it is deployed, if it was chosen by environment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        environment: Option<EnvironmentName>,
    },
    /// A revision of the project's git repository.
    Git {
        /// The revision, as it was given.
        revision: String,
    },
    /// A manifest that dbt wrote earlier.
    File {
        /// The path of the manifest.
        path: String,
    },
    /// The manifest in the project's target folder.
    WorkTree,
    /// A request to the registry.
    Request,
}

impl Input {
    /// What a publication says of itself.
    pub fn new(side: InputSide, source: &Source) -> Self {
        Self {
            side,
            origin: None,
            dbt_version: source.dbt_version.clone(),
            generated_at: source.generated_at.clone(),
            commit: source.git.as_ref().and_then(|git| git.commit.clone()),
            carried_over: source.carried_over.len() as u64,
            remarks: Vec::new(),
        }
    }
}

impl Coverage {
    /// What was read of a side.
    pub fn input_mut(&mut self, side: InputSide) -> Option<&mut Input> {
        self.inputs.iter_mut().find(|input| input.side == side)
    }
}
