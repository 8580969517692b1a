//! What checks found of nodes, run by run, and how the nodes stand by it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use weft_model::name::{EnvironmentName, PackageName, UniqueId};

use crate::Page;

/// `POST /v1/projects/{package_name}/environments/{environment}/results`: what one run of checks found there.
///
/// It tells counts, and nothing of the rows themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CheckRun {
    /// What made the checks.
    pub ran_by: RanBy,
    /// When, as the producer says: RFC 3339.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub ran_at: OffsetDateTime,
    /// The program and its version: `dbt 1.11.16`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// What was found, node by node.
    pub nodes: BTreeMap<UniqueId, NodeChecks>,
}

/// What made checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RanBy {
    /// dbt built nodes and tested them: `run_results.json`.
    DbtRun,
    /// dbt looked how old sources are: `sources.json`.
    DbtFreshness,
    /// `weft contract verify`.
    WeftVerify,
}

/// What a run found of a node.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NodeChecks {
    /// The checks that were of the run; no two of one name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<CheckResult>,
    /// The names of checks that the node has, too, and that were not of this run: what was found of them before still
    /// holds. A check that is named in neither list is no more.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub others: BTreeSet<String>,
}

/// What became of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CheckResult {
    /// What tells it from the node's other checks by the same program, in every run: a test's unique id, `build`.
    pub name: String,
    /// What is checked: `not_null`, `dbt_utils.accepted_range`, `build`, `freshness`.
    pub kind: String,
    /// The columns that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// Why, where that is more than that data is as it should not be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How many rows broke it, where they were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failures: Option<u64>,
    /// How many rows there were, where they were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// What was measured, where that is no count of rows: an age, a type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// What the node's data contracts promise that is so checked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<ContractRule>,
}

/// A promise of a data contract.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ContractRule {
    /// The contract's `id`.
    pub contract: String,
    /// The rule's name or `id`, or what it asks for: `required`, `invalidValues`.
    pub rule: String,
}

/// What became of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The data is not as promised.
    Failed,
    /// Somebody looked, and was not answered.
    Error,
    /// The data is not as promised, and that was to warn only.
    Warned,
    /// Nobody looked.
    NotChecked,
    /// The data is as promised.
    Passed,
}

/// How a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    /// A check failed, or was not answered.
    Failing,
    /// It cannot be told: no check fails, and one was not made, or there is none.
    Unknown,
    /// Every check was made, and none fails.
    Passing,
}

/// A run that is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecordedRun {
    /// The project.
    pub package_name: PackageName,
    /// Where it was made.
    pub environment: EnvironmentName,
    /// Counts up by one with each run of the project in the environment, from 1.
    pub run: u64,
    /// Whether it was not recorded before (201); else nothing has changed (200).
    pub is_new: bool,
    /// RFC 3339, UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: OffsetDateTime,
}

/// `GET /v1/projects/{package_name}/nodes/{unique_id}/health`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NodeHealth {
    /// The project.
    pub package_name: PackageName,
    /// The node.
    pub unique_id: UniqueId,
    /// Where.
    pub environment: EnvironmentName,
    /// How it stands by the latest result of each of its checks.
    pub state: HealthState,
    /// The latest result of each check that the node has, the failed first.
    pub checks: Vec<StandingCheck>,
    /// The runs that looked at the node, the last recorded first.
    pub history: Page<NodeRun>,
}

/// The latest that is known of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingCheck {
    /// What made it.
    pub ran_by: RanBy,
    /// When, as the producer said: RFC 3339, UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub ran_at: OffsetDateTime,
    /// In which run.
    pub run: u64,
    /// What became of it.
    pub result: CheckResult,
}

/// What a recorded run found of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NodeRun {
    /// Counts up by one with each run of the project in the environment, from 1.
    pub run: u64,
    /// What made the checks.
    pub ran_by: RanBy,
    /// When, as the producer said: RFC 3339, UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub ran_at: OffsetDateTime,
    /// The program and its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// What it found.
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
    /// For people.
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
