//! What every finding has: its level, and the evidence that it rests on.

use std::fmt;

use serde::{Deserialize, Serialize};

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
