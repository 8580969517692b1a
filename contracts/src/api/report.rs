//! The report of a check: what of the changes between two publications a reader can feel.

use std::fmt;

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::{
    api::{Consumer, Coverage},
    name::UniqueId,
    version::RequiredUpdate,
};

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
    pub rule: String,
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

/// How grave a finding is, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A reader can break.
    Error,
    /// A reader should know.
    Warning,
    /// For the record.
    Info,
}

/// How grave a rule or a policy has findings, the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// They are not told.
    Off,
    /// For the record.
    Info,
    /// A reader should know.
    Warning,
    /// A reader can break: the check fails.
    Error,
}

impl Severity {
    /// The level of a finding; `None` where it is not told.
    pub fn level(self) -> Option<Level> {
        match self {
            Self::Off => None,
            Self::Info => Some(Level::Info),
            Self::Warning => Some(Level::Warning),
            Self::Error => Some(Level::Error),
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Off => "off",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// What a finding rests on, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The project's YAML, and nothing that holds it to that.
    Declared,
    /// What the nodes' SQL gives.
    Sql,
    /// What the warehouse said.
    Catalog,
    /// What a contract promises: one that dbt enforces, or a data contract.
    Contract,
    /// What the project consists of: its nodes, with their access, versions, groups, places and settings.
    Project,
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
    pub until: String,
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
