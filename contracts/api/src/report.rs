//! The report of a check: what of the changes between two publications a reader can feel.

use semver::Version;
use serde::{Deserialize, Serialize};
use weft_model::{
    day::Day,
    finding::{Evidence, Level, RuleId},
    name::UniqueId,
    version::RequiredUpdate,
};

use crate::{Consumer, Coverage};

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Report {
    /// The largest update that a finding asks for; at least a patch where the content differs at all.
    pub required_update: RequiredUpdate,
    /// The gravest first, then by node, column and rule.
    pub findings: Vec<Finding>,
    /// What the report is based on.
    #[serde(default)]
    pub coverage: Coverage,
}

impl Report {
    /// Whether nothing is public on either side, and nothing is found of nodes that others read without that.
    pub fn checked_nothing(&self) -> bool {
        self.coverage.nothing_public && self.findings.is_empty()
    }

    /// Whether a finding is at error level and not waived.
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.level == Level::Error && finding.waiver.is_none())
    }
}

/// A change that a rule reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Finding {
    /// The rule's id; `weft explain RULE` says more.
    #[schema(value_type = String)]
    pub rule: RuleId,
    /// The node.
    pub unique_id: UniqueId,
    /// The column, if the finding is about one; as the baseline writes it if both sides have it.
    pub column: Option<String>,
    /// The severity.
    pub level: Level,
    /// What the finding is based on.
    pub evidence: Evidence,
    /// The old value.
    pub baseline: Option<String>,
    /// The new value.
    pub current: Option<String>,
    /// What changed, in one sentence.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
    /// The place in the project's files.
    pub location: Option<Location>,
    /// The readers that the change reaches.
    pub consumers: Vec<Consumer>,
    /// The approval of this finding, if there is one.
    pub waiver: Option<Waiver>,
}

/// A place in the project's files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Location {
    /// The path below the project's root, with `/` between its parts.
    pub file: String,
    /// The line, from 1, if known.
    pub line: Option<u32>,
}

/// A recorded approval of one finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Waiver {
    /// Who approved it.
    pub author: String,
    /// The reason.
    pub reason: String,
    /// The last day that it holds: `2027-01-31`.
    pub until: Day,
}

/// The registry's check of a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct VersionCheck {
    /// The version that it was compared with.
    #[schema(value_type = String)]
    pub baseline: Version,
    /// The update that the changes since the baseline require.
    pub required_update: RequiredUpdate,
    /// The lowest version that is large enough.
    #[schema(value_type = String)]
    pub enough: Version,
    /// The findings: those about the version first, then the most severe; the first 100.
    pub findings: Vec<Finding>,
    /// How many there are in all.
    pub findings_total: u64,
    /// What the check is based on.
    #[serde(default)]
    pub coverage: Coverage,
}
