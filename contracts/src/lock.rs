//! `weft.lock`: what was resolved, written down so that it can be had again, byte for byte.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    api::{ResolveResponse, ResolvedPackage},
    name::{EnvironmentName, PackageName},
    requirement::Requirement,
};

/// The version of the file's format.
pub const FORMAT: u32 = 1;

/// The content of `weft.lock`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// [`FORMAT`].
    pub version: u32,
    /// Where deployments were looked for.
    pub environment: EnvironmentName,
    /// What the project asked when it was locked.
    pub requires: BTreeMap<PackageName, Requirement>,
    /// What was chosen, by name.
    pub packages: Vec<ResolvedPackage>,
}

/// A text that is no lock.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Not what `weft resolve` writes.
    #[error("it is not what `weft resolve` writes: {0}")]
    Invalid(#[from] serde_json::Error),
    /// Written by a newer weft.
    #[error("it is of format {found}; this weft reads format {FORMAT}")]
    Newer {
        /// The format it names.
        found: u64,
    },
}

impl Lock {
    /// The lock of a resolution.
    pub fn new(requires: BTreeMap<PackageName, Requirement>, resolved: ResolveResponse) -> Self {
        Self { version: FORMAT, environment: resolved.environment, requires, packages: resolved.packages }
    }

    /// Reads the file's text.
    pub fn parse(text: &str) -> Result<Self, LockError> {
        let value: serde_json::Value = serde_json::from_str(text)?;
        match value.get("version").and_then(serde_json::Value::as_u64) {
            Some(found) if found > u64::from(FORMAT) => Err(LockError::Newer { found }),
            _ => Ok(serde_json::from_value(value)?),
        }
    }

    /// The file's text: indented JSON, sorted, ending with a newline.
    pub fn to_text(&self) -> Result<String, LockError> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }
}
