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
    /// What it rests on.
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

/// One change that a rule has something to say of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Finding {
    /// The rule's id; `weft explain RULE` tells more.
    #[schema(value_type = String)]
    pub rule: RuleId,
    /// The node.
    pub unique_id: UniqueId,
    /// The column, where it is about one; as the baseline writes it where it is in both.
    pub column: Option<String>,
    /// How grave.
    pub level: Level,
    /// What the finding rests on.
    pub evidence: Evidence,
    /// What was, in few words.
    pub baseline: Option<String>,
    /// What is, in few words.
    pub current: Option<String>,
    /// The change in a sentence.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
    /// Where in the project's files it is.
    pub location: Option<Location>,
    /// Who reads it.
    pub consumers: Vec<Consumer>,
    /// The approval of this finding, if there is one.
    pub waiver: Option<Waiver>,
}

/// A place in the project's files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Location {
    /// Below the project's root, `/` between the parts.
    pub file: String,
    /// From 1, where it is known.
    pub line: Option<u32>,
}

/// A recorded approval of one finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Waiver {
    /// Who approved.
    pub author: String,
    /// Why.
    pub reason: String,
    /// The last day that it holds: `2027-01-31`.
    pub until: Day,
}

/// What a check of a new version came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct VersionCheck {
    /// The version that it was compared with.
    #[schema(value_type = String)]
    pub baseline: Version,
    /// The update that the changes since then ask for.
    pub required_update: RequiredUpdate,
    /// The least version that is large enough for it.
    #[schema(value_type = String)]
    pub enough: Version,
    /// First those about the version, then the gravest; the first 100 of all.
    pub findings: Vec<Finding>,
    /// How many there are in all.
    pub findings_total: u64,
    /// What the check rests on.
    #[serde(default)]
    pub coverage: Coverage,
}
