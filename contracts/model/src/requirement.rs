//! Requirements: what a project asks of another, in Cargo's notation (`^1.2`, `>=2, <4`, `*`).

use std::{fmt, str::FromStr};

use semver::{Version, VersionReq};
use serde::{Deserialize, Serialize};

use crate::near::short;

/// A semver requirement on an upstream project.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "^1.2")]
pub struct Requirement(VersionReq);

/// The error for a text that is not a requirement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a version requirement: {reason}", input.escape_debug())]
pub struct ParseRequirementError {
    /// What was given, at most its first 80 characters.
    pub input: String,
    /// What the parser says of it.
    pub reason: String,
}

impl Requirement {
    /// Any version that is not a pre-release: `*`.
    pub fn any() -> Self {
        Self(VersionReq::STAR)
    }

    /// Whether a version meets it. A pre-release does only where the requirement names one of the same version (semver's rule).
    pub fn matches(&self, version: &Version) -> bool {
        self.0.matches(version)
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Requirement {
    type Err = ParseRequirementError;
    fn from_str(input: &str) -> Result<Self, Self::Err> {
        let refuse = |reason: String| ParseRequirementError { input: short(input), reason };
        VersionReq::parse(input.trim()).map(Self).map_err(|error| refuse(error.to_string()))
    }
}

impl TryFrom<String> for Requirement {
    type Error = ParseRequirementError;
    fn try_from(input: String) -> Result<Self, Self::Error> {
        input.parse()
    }
}

impl From<Requirement> for String {
    fn from(requirement: Requirement) -> Self {
        requirement.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requirement_matches_as_cargo_does() {
        let matches = |requirement: &str, version: &str| {
            requirement.parse::<Requirement>().unwrap().matches(&version.parse().unwrap())
        };
        assert!(matches("^1.2", "1.9.0"));
        assert!(!matches("^1.2", "2.0.0"));
        assert!(matches(">=2, <4", "3.1.4"));
        assert!(matches("*", "0.0.1"));
        assert!(!matches("*", "1.0.0-rc.1"));
        assert!(matches("^1.0.0-rc.1", "1.0.0-rc.2"));
    }

    #[test]
    fn what_is_no_requirement_is_refused_with_the_reason() {
        for bad in ["", "latest", "^", ">=2 <4", "1.2.3.4"] {
            assert!(bad.parse::<Requirement>().is_err(), "{bad}");
        }
    }
}
