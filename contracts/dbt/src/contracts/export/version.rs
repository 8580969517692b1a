//! The versions of the standard that are written.

use std::{fmt, str::FromStr};

/// A version of the standard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApiVersion {
    /// 3.0: no relationships, no timestamps and times, rules in their engine's words.
    V3_0,
    /// Version 3.1.
    #[default]
    V3_1,
    /// Version 3.2, with enumerations and maps.
    V3_2,
}

/// The error for a text that is not a supported version of the standard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a version of the standard that weft writes; use `v3.0.2`, `v3.1.0` or `v3.2.0`", given.escape_debug())]
pub struct ParseApiVersionError {
    /// The text that was given.
    pub given: String,
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V3_0 => "v3.0.2",
            Self::V3_1 => "v3.1.0",
            Self::V3_2 => "v3.2.0",
        })
    }
}

impl FromStr for ApiVersion {
    type Err = ParseApiVersionError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.strip_prefix('v').unwrap_or(text) {
            "3.0.2" | "3.0" => Ok(Self::V3_0),
            "3.1.0" | "3.1" => Ok(Self::V3_1),
            "3.2.0" | "3.2" => Ok(Self::V3_2),
            _ => Err(ParseApiVersionError { given: text.to_owned() }),
        }
    }
}
