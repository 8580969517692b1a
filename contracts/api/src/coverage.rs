//! What a report rests on: what was compared, by what evidence, and what was not.

use semver::Version;
use serde::{Deserialize, Serialize};

use weft_model::name::{EnvironmentName, UniqueId};
use weft_publication::Source;

/// What a report rests on. A clean answer says no more than this covers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Coverage {
    /// Whether neither side has a node that others may read: nothing was checked.
    #[serde(default)]
    pub nothing_public: bool,
    /// The nodes on both sides whose columns were compared, by the weaker evidence for them.
    #[serde(default)]
    pub compared: Compared,
    /// The nodes on both sides of which a side does not tell every column, and what they are built from may be another:
    /// only what their YAML declares was compared.
    #[serde(default)]
    pub not_compared: Vec<NotCompared>,
    /// The columns of changed nodes whose types neither side knows: their types were not compared.
    #[serde(default)]
    pub types_unknown: u64,
    /// Who reads the project's nodes; absent where no registry was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readers: Option<ReadersKnown>,
    /// What was read of the two sides, the baseline first.
    #[serde(default)]
    pub inputs: Vec<Input>,
}

/// How many nodes were compared, by the weaker evidence of the two sides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Compared {
    /// By what dbt, or a data contract, holds them to.
    pub contract: u64,
    /// By what the warehouse said.
    pub catalog: u64,
    /// By what their SQL gives.
    pub sql: u64,
    /// By what the YAML declares: a side does not tell every column, but the node is built from the same code.
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
    /// The side that does not tell its columns; the current one where neither does.
    pub side: InputSide,
    /// Why, in a word: `no_sql` where dbt has not compiled it, `parse_failed`, ...; `columns_unknown` where nothing more
    /// is known.
    pub reason: String,
}

/// How many readers of the project's public nodes are known, and how well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReadersKnown {
    /// Readings of which it is known which columns they read.
    pub by_column: u64,
    /// Readings of which it is not known: they count as reading every column.
    pub of_unknown_columns: u64,
}

/// A side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InputSide {
    /// What was.
    Baseline,
    /// What is.
    Current,
}

/// What was read of one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Input {
    /// Which side.
    pub side: InputSide,
    /// Where it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<InputOrigin>,
    /// The dbt that wrote the manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dbt_version: Option<String>,
    /// When dbt wrote the manifest, as it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated_at: Option<String>,
    /// The commit that it was made of, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Of how many nodes an earlier publication of the same code, or the other side, tells what that run of dbt did not.
    #[serde(default)]
    pub carried_over: u64,
    /// What else there is to say of it: what is stale, what was passed over. One sentence each.
    #[serde(default)]
    pub remarks: Vec<String>,
}

/// Where a side of a comparison was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum InputOrigin {
    /// What is published.
    Registry {
        /// The version.
        #[schema(value_type = String)]
        version: Version,
        /// Where it is deployed, if that is how it was named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        environment: Option<EnvironmentName>,
    },
    /// A revision of the project's repository.
    Git {
        /// As it was named.
        revision: String,
    },
    /// What dbt wrote some other time.
    File {
        /// The manifest.
        path: String,
    },
    /// What dbt wrote last.
    WorkTree,
    /// What a client sent to the registry.
    Request,
}

impl Input {
    /// What a publication says of itself.
    pub fn of(side: InputSide, source: &Source) -> Self {
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
