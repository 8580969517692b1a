//! The results of checks on nodes, run by run, and the state of the nodes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use weft_model::name::{EnvironmentName, PackageName, UniqueId};

use crate::Page;

/// `POST /v1/projects/{package_name}/environments/{environment}/results`: the results of one run of checks.
///
/// It contains counts and no rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CheckRun {
    /// The tool that ran the checks.
    pub ran_by: RanBy,
    /// When the checks ran, as the client reports it: RFC 3339.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub ran_at: OffsetDateTime,
    /// The program and its version: `dbt 1.11.16`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// The results for each node.
    pub nodes: BTreeMap<UniqueId, NodeChecks>,
}

/// The tool that ran checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RanBy {
    /// dbt built nodes and tested them: `run_results.json`.
    DbtRun,
    /// dbt looked how old sources are: `sources.json`.
    DbtFreshness,
    /// The tool is `weft contract verify`.
    WeftVerify,
}

/// The results of one run for a node.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NodeChecks {
    /// The checks of the run. No two have the same name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<CheckResult>,
    /// The names of checks that the node has and that did not run this time: their earlier results stay valid. A check
    /// in neither list no longer exists.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub others: BTreeSet<String>,
}

/// The result of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CheckResult {
    /// The check's name, unique among the node's checks by the same program and the same in every run: a test's unique
    /// id, `build`.
    pub name: String,
    /// What is checked: `not_null`, `dbt_utils.accepted_range`, `build`, `freshness`.
    pub kind: String,
    /// The columns that are checked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// The outcome of the check.
    pub outcome: Outcome,
    /// The reason, if it is not just that the data is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How many rows failed the check, if they were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failures: Option<u64>,
    /// How many rows there were, if they were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// The measured value, if it is not a count of rows: an age, a type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// The rules of the node's data contracts that this check covers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<ContractRule>,
}

/// A rule of a data contract.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ContractRule {
    /// The contract's `id`.
    pub contract: String,
    /// The rule's name or `id`, or what it requires: `required`, `invalidValues`.
    pub rule: String,
}

/// The outcome of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The data is not as promised.
    Failed,
    /// Somebody looked, and was not answered.
    Error,
    /// The data is not as promised, and that was to warn only.
    Warned,
    /// The check did not run.
    NotChecked,
    /// The data is as promised.
    Passed,
}

/// The state of a node's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    /// A check failed, or was not answered.
    Failing,
    /// Unknown: no check failed, but one did not run, or there are none.
    Unknown,
    /// Every check was made, and none fails.
    Passing,
}

/// A recorded run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecordedRun {
    /// The project's name.
    pub package_name: PackageName,
    /// The environment in which the checks ran.
    pub environment: EnvironmentName,
    /// The number of the run: 1 for the project's first run in the environment, then 1 more for each.
    pub run: u64,
    /// Whether the run is new (201) or was already recorded (200).
    pub is_new: bool,
    /// RFC 3339, UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: OffsetDateTime,
}

/// `GET /v1/projects/{package_name}/nodes/{unique_id}/health`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NodeHealth {
    /// The project's name.
    pub package_name: PackageName,
    /// The node.
    pub unique_id: UniqueId,
    /// The environment.
    pub environment: EnvironmentName,
    /// The state that follows from the latest result of each check.
    pub state: HealthState,
    /// The latest result of each of the node's checks, failed ones first.
    pub checks: Vec<StandingCheck>,
    /// The runs that checked the node, the latest first.
    pub history: Page<NodeRun>,
}

/// The latest result of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingCheck {
    /// The tool that ran it.
    pub ran_by: RanBy,
    /// When the checks ran, as the client reported it: RFC 3339, UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub ran_at: OffsetDateTime,
    /// The number of the run.
    pub run: u64,
    /// The result.
    pub result: CheckResult,
}

/// The results of a recorded run for a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NodeRun {
    /// The number of the run: 1 for the project's first run in the environment, then 1 more for each.
    pub run: u64,
    /// The tool that ran the checks.
    pub ran_by: RanBy,
    /// When the checks ran, as the client reported it: RFC 3339, UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub ran_at: OffsetDateTime,
    /// The program and its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// The results.
    pub checks: NodeChecks,
}

impl RanBy {
    /// As documents write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::DbtRun => "dbt_run",
            Self::DbtFreshness => "dbt_freshness",
            Self::WeftVerify => "weft_verify",
        }
    }
}

impl Outcome {
    /// The state in words, for text output.
    pub fn words(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Error => "error",
            Self::Warned => "warned",
            Self::NotChecked => "not checked",
            Self::Passed => "passed",
        }
    }
}
