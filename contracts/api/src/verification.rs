//! The results of verifying a contract against live data.

use serde::{Deserialize, Serialize};

/// A contract, verified against the data of one server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Verification {
    /// The contract's `id`.
    pub contract: String,
    /// The contract's `version`.
    pub version: String,
    /// The contract's name for the server; absent if the place comes from dbt's profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// The server's kind: `PostgreSQL`.
    pub engine: String,
    /// The contract's objects, in its order.
    pub objects: Vec<VerifiedObject>,
}

/// An object of a contract, verified against a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct VerifiedObject {
    /// As the contract names it.
    pub object: String,
    /// The table, as the engine writes its name; absent if it does not exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// How many rows it has, where they were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// What was checked, and what could not be.
    pub checks: Vec<VerifiedCheck>,
}

/// One promise, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct VerifiedCheck {
    /// What is checked.
    pub check: CheckKind,
    /// The properties that it is about, as the contract names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<String>,
    /// The name of the rule, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What is promised, in few words.
    pub expectation: String,
    /// The outcome.
    pub outcome: CheckOutcome,
    /// The severity that the rule gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// What was found: a count, a type, an age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// How many rows, where rows were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// That count as a share of all rows, 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<f64>,
    /// The keys of some of the rows that broke it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<SampleKey>,
    /// Why it was not checked, or could not be; of a check that was made, what did not count in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The key of a row, column by column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
pub struct SampleKey(pub Vec<KeyPart>);

/// A column of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct KeyPart {
    /// The column; the engine's own address of the row where the contract has no primary key.
    pub column: String,
    /// Its value, at most 200 characters; absent for null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// The outcome of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcome {
    /// The data is as promised.
    Passed,
    /// The promise is broken.
    Failed,
    /// The check did not run.
    NotChecked,
    /// Somebody looked, and was not answered.
    Error,
}

/// What a check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// The table is there.
    TableExists,
    /// The column is there.
    ColumnExists,
    /// The column is of its type.
    Type,
    /// No value is null.
    Required,
    /// No value is there twice.
    Unique,
    /// The key has no null, and none is there twice.
    PrimaryKey,
    /// Every value is one of a list.
    Enum,
    /// Every text matches a pattern.
    Pattern,
    /// Texts are no shorter.
    MinLength,
    /// Texts are no longer.
    MaxLength,
    /// Values are no less.
    Minimum,
    /// Values are no more.
    Maximum,
    /// Numbers are multiples of a step.
    MultipleOf,
    /// Another limit of the logical type.
    Limit,
    /// What is referred to is there.
    Relationship,
    /// The number of rows.
    RowCount,
    /// The number of nulls.
    NullValues,
    /// The number of values that mean "missing".
    MissingValues,
    /// The number of values that may not be.
    InvalidValues,
    /// The number of values that were there before.
    DuplicateValues,
    /// What a query answers.
    Sql,
    /// A rule in people's or another engine's words.
    Custom,
    /// How old the newest row is.
    Freshness,
    /// How old the oldest row is.
    Retention,
    /// A service level other than those above.
    ServiceLevel,
}

impl VerifiedObject {
    /// How many of its checks came to this.
    pub fn count(&self, outcome: CheckOutcome) -> usize {
        self.checks.iter().filter(|check| check.outcome == outcome).count()
    }
}

impl Verification {
    /// How many checks of all objects came to this.
    pub fn count(&self, outcome: CheckOutcome) -> usize {
        self.objects.iter().map(|object| object.count(outcome)).sum()
    }
}
