//! Policies and waivers: who decides the severity of a finding, and which findings are approved.

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

/// `PUT /v1/policies`: all severities in one place. Rules that it does not name have none there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyRequest {
    /// The severity of each rule, by the rule's id.
    #[schema(value_type = BTreeMap<String, Severity>)]
    pub rules: BTreeMap<KnownRule, Severity>,
}

/// The severities that are set in one place: for every project, for one project, or for a group of its nodes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Policy {
    /// The project; absent for all projects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_name: Option<PackageName>,
    /// The group of the project's nodes; absent for all nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The revision: 1 more with each change; 0 if no policy was ever set.
    pub revision: u64,
    /// By the rule's id. Of the rules that are not here nothing is said.
    #[schema(value_type = BTreeMap<String, Severity>)]
    pub rules: BTreeMap<RuleId, Severity>,
    /// RFC 3339, UTC; absent where nothing was ever said.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub changed_at: Option<OffsetDateTime>,
}

/// `GET /v1/projects/{package_name}/policy`: everything that a check of the project needs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProjectPolicy {
    /// The policy of the registry, then of the project, then of its groups by name. Where several set a rule for a
    /// node, the last one counts.
    pub policies: Vec<Policy>,
    /// The waivers that are not revoked, newest first. Expired ones are included and have no effect.
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
    /// The column of the findings. If absent, every finding of the rule on the node is approved, those on its columns
    /// included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The changes that are approved, at most 1,000. If absent, every change that the rule finds there is approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Vec<ApprovedChange>>,
    /// Who approves, according to the client.
    pub author: Author,
    /// The reason.
    pub reason: Reason,
    /// The last day of the approval.
    pub until: Day,
}

/// A change that is approved, as a finding reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovedChange {
    /// The column, if the finding is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The old value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<String>,
    /// The new value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// The change in one sentence. It distinguishes changes that have the same two values.
    pub message: String,
}

impl ApprovedChange {
    /// The change that a finding reports.
    pub fn from_finding(finding: &Finding) -> Self {
        let Finding { column, baseline, current, message, .. } = finding;
        Self { column: column.clone(), baseline: baseline.clone(), current: current.clone(), message: message.clone() }
    }
}

/// A waiver, as the registry stores it. Waivers are never deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecordedWaiver {
    /// The number of the waiver: 1 for the project's first, then 1 more for each.
    pub number: u64,
    /// The rule's id.
    #[schema(value_type = String)]
    pub rule: RuleId,
    /// The node.
    pub unique_id: UniqueId,
    /// The column, if only its findings are approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The changes that are approved, and no others. If absent, every change that the rule finds there is approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Vec<ApprovedChange>>,
    /// Who approved it.
    pub author: String,
    /// The reason.
    pub reason: String,
    /// The last day of the approval, in UTC.
    pub until: Day,
    /// RFC 3339, UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub created_at: OffsetDateTime,
    /// Present where it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Revocation>,
    /// If a change that it approves was published: when. From then on it covers that step only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent: Option<Spent>,
}

/// When a change that a waiver approves was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Spent {
    /// The first version with the change. Against an earlier version the waiver still covers the change, in every
    /// environment.
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
    /// Who revokes it, according to the client.
    pub author: Author,
}

/// Who revoked a waiver, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Revocation {
    /// Who revoked it.
    pub author: String,
    /// RFC 3339, UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub revoked_at: OffsetDateTime,
}
