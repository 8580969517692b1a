//! What every finding has: its rule, its level, and the evidence that it rests on.

use std::{
    borrow::{Borrow, Cow},
    cmp::Ordering,
    fmt,
    str::FromStr,
};

use serde::{Deserialize, Serialize};

use crate::near::{meant, near, short};

/// How severe a finding is.
// Levels are in the order of their `Severity`: `Error` is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A reader can break.
    Error,
    /// A reader should know.
    Warning,
    /// Worth knowing; it breaks nobody.
    Info,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Self::Error,
            Level::Warning => Self::Warning,
            Level::Info => Self::Info,
        }
    }
}

impl Ord for Level {
    fn cmp(&self, other: &Self) -> Ordering {
        Severity::from(*self).cmp(&Severity::from(*other))
    }
}

impl PartialOrd for Level {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The severity that a rule or a policy gives to findings, from the lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The findings are not reported.
    Off,
    /// Worth knowing; it breaks nobody.
    Info,
    /// A reader should know.
    Warning,
    /// A reader can break: the check fails.
    Error,
}

impl Severity {
    /// The level of a finding; `None` for off.
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

/// The error for a text that is not a level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a level; {}", input.escape_debug(), meant(*near, "levels are error, warning, info and off"))]
pub struct UnknownLevel {
    /// What was given, at most its first 80 characters.
    pub input: String,
    /// The level that may be meant.
    pub near: Option<&'static str>,
}

impl FromStr for Severity {
    type Err = UnknownLevel;
    fn from_str(input: &str) -> Result<Self, Self::Err> {
        match input {
            "error" => Ok(Self::Error),
            "warning" => Ok(Self::Warning),
            "info" => Ok(Self::Info),
            "off" => Ok(Self::Off),
            _ => Err(UnknownLevel {
                input: short(input),
                near: near(input, ["error", "warning", "info", "off"].into_iter()),
            }),
        }
    }
}

/// The id of a rule, of the check or of the lint. An answer may name one that only a newer weft has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleId(Cow<'static, str>);

impl RuleId {
    /// The id of a rule in one of weft's own tables.
    pub const fn new(id: &'static str) -> Self {
        Self(Cow::Borrowed(id))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for RuleId {
    fn from(id: String) -> Self {
        Self(id.into())
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for RuleId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for RuleId {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for RuleId {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

/// What a finding is based on, weakest first.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_in_the_order_of_their_severity() {
        assert!(Level::Info < Level::Warning && Level::Warning < Level::Error);
        for level in [Level::Info, Level::Warning, Level::Error] {
            assert_eq!(Severity::from(level).level(), Some(level));
        }
    }

    #[test]
    fn every_level_is_read_back_and_a_misspelt_one_told_the_likest() {
        for level in [Severity::Off, Severity::Info, Severity::Warning, Severity::Error] {
            assert_eq!(level.to_string().parse::<Severity>().unwrap(), level);
        }
        let near = |input: &str| input.parse::<Severity>().unwrap_err().near;
        assert_eq!((near("warn"), near("Error"), near("fatal")), (Some("warning"), Some("error"), None));
    }
}
