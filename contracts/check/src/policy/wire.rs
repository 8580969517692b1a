//! Policies and waivers: who has a say in how grave a finding is, and which are approved.

use std::collections::BTreeMap;

use semver::Version;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use weft_api::{Finding, RuleId, Severity};
use weft_model::{
    day::Day,
    name::{Author, PackageName, Reason, UniqueId},
};

use crate::policy::KnownRule;

/// `PUT /v1/policies`: the whole of what is said in one place; of the rules that it does not name nothing is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyRequest {
    /// How grave rules are, by id.
    #[schema(value_type = BTreeMap<String, Severity>)]
    pub rules: BTreeMap<KnownRule, Severity>,
}

/// What is said in one place of how grave rules are: for every project, for one, or for a group of its nodes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Policy {
    /// The project; absent where every one is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_name: Option<PackageName>,
    /// The group of the project's nodes; absent where all are meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Counts up by one with each change; 0 where nothing was ever said.
    pub revision: u64,
    /// By the rule's id. Of the rules that are not here nothing is said.
    #[schema(value_type = BTreeMap<String, Severity>)]
    pub rules: BTreeMap<RuleId, Severity>,
    /// RFC 3339, UTC; absent where nothing was ever said.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub changed_at: Option<OffsetDateTime>,
}

/// `GET /v1/projects/{package_name}/policy`: all that a check of the project needs to know.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProjectPolicy {
    /// The registry's, the project's, then those of its groups by name: of those that speak of a rule and a node, the
    /// last counts.
    pub policies: Vec<Policy>,
    /// Those that are not revoked, the newest first; expired ones too, which have no effect.
    pub waivers: Vec<RecordedWaiver>,
}

/// `POST /v1/projects/{package_name}/waivers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiverRequest {
    /// The rule whose findings are approved.
    pub rule: KnownRule,
    /// The node that they are about; `project.<package_name>` for those about the project as a whole.
    pub unique_id: UniqueId,
    /// The column that they are about. Absent: whatever the rule finds on the node, its columns included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The changes that were seen and are approved; at most 1,000. Absent: whatever the rule finds there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Vec<ApprovedChange>>,
    /// Who approves, as the client says.
    pub author: Author,
    /// Why.
    pub reason: Reason,
    /// The last day that it holds.
    pub until: Day,
}

/// A change that is approved, as a finding told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovedChange {
    /// The column, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<String>,
    /// What is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// The change in a sentence: it tells what the two values leave out.
    pub message: String,
}

impl ApprovedChange {
    /// The change that a finding tells of.
    pub fn of(finding: &Finding) -> Self {
        let Finding { column, baseline, current, message, .. } = finding;
        Self { column: column.clone(), baseline: baseline.clone(), current: current.clone(), message: message.clone() }
    }
}

/// A waiver, as it stands in the registry. None is ever deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecordedWaiver {
    /// Counts up by one with each waiver of the project, from 1.
    pub number: u64,
    /// The rule's id.
    #[schema(value_type = String)]
    pub rule: RuleId,
    /// The node.
    pub unique_id: UniqueId,
    /// The column, where only that is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The changes that were seen and are approved, and no other. Absent: whatever the rule finds there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Vec<ApprovedChange>>,
    /// Who approved.
    pub author: String,
    /// Why.
    pub reason: String,
    /// The last day that it holds, in UTC.
    pub until: Day,
    /// RFC 3339, UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub created_at: OffsetDateTime,
    /// Present where it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Revocation>,
    /// Present where a change that it approves was published: it covers that step alone from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent: Option<Spent>,
}

/// That a change that a waiver approves was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Spent {
    /// The first version with the change. Against a lower one the waiver goes on to cover it, wherever that is deployed.
    #[schema(value_type = String)]
    pub version: Version,
    /// RFC 3339, UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub spent_at: OffsetDateTime,
}

/// `POST /v1/projects/{package_name}/waivers/{number}/revoke`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeRequest {
    /// Who takes it back, as the client says.
    pub author: Author,
}

/// That a waiver was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Revocation {
    /// Who took it back.
    pub author: String,
    /// RFC 3339, UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub revoked_at: OffsetDateTime,
}
