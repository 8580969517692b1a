//! Projects and versions, as the command line names them.

use std::{collections::BTreeSet, fmt};

use semver::Version;
use weft_api::problem::{Problem, ProblemCode};
use weft_model::{
    name::{PackageName, ParseNameError},
    near::short,
};

use crate::{escape::escape, failure::problem_with_hint};

/// The error for a text that is not a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a version: {reason}", escape(input))]
pub(crate) struct ParseVersionError {
    input: String,
    reason: String,
}

/// Parses a version.
pub(crate) fn version(input: &str) -> Result<Version, ParseVersionError> {
    Version::parse(input).map_err(|error| ParseVersionError { input: short(input), reason: error.to_string() })
}

/// A project, and the version of it that is meant where one is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProjectVersion {
    pub(crate) package_name: PackageName,
    pub(crate) version: Option<Version>,
}

impl fmt::Display for ProjectVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.version {
            Some(version) => write!(f, "{}@{version}", self.package_name),
            None => self.package_name.fmt(f),
        }
    }
}

/// The error for a text that is not a project with its version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ParseCandidateError {
    #[error(transparent)]
    Name(#[from] ParseNameError),
    #[error(transparent)]
    Version(#[from] ParseVersionError),
}

/// Reads `inventory` or `inventory@1.4.0`.
pub(crate) fn candidate(input: &str) -> Result<ProjectVersion, ParseCandidateError> {
    let (name, version) = match input.split_once('@') {
        Some((name, version)) => (name, Some(self::version(version)?)),
        None => (input, None),
    };
    Ok(ProjectVersion { package_name: name.parse()?, version })
}

/// Refuses a project that is named twice.
pub(crate) fn refuse_duplicates<'n>(names: impl Iterator<Item = &'n PackageName>) -> Result<(), Box<Problem>> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            let detail = format!("`{name}` is named twice");
            return Err(problem_with_hint(ProblemCode::Usage, detail, "name each project once, with one version"));
        }
    }
    Ok(())
}
