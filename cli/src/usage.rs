//! What clap refuses, with weft's own codes where a value is at fault.

use std::{collections::BTreeSet, error::Error as _, fmt};

use clap::error::{ContextKind, ErrorKind};
use contracts::{
    name::{PackageName, ParseNameError},
    problem::{Problem, ProblemCode},
    requirement::ParseRequirementError,
};
use semver::Version;

use crate::{
    failure::{problem, problem_with_hint},
    output::escape::escape,
    state::ParseStateError,
};

/// A text that is no version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a version: {reason}", escape(input))]
pub(crate) struct ParseVersionError {
    input: String,
    reason: String,
}

/// Reads a version.
pub(crate) fn version(input: &str) -> Result<Version, ParseVersionError> {
    Version::parse(input)
        .map_err(|error| ParseVersionError { input: input.chars().take(80).collect(), reason: error.to_string() })
}

/// A project, and the version of it that is meant where one is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) package_name: PackageName,
    pub(crate) version: Option<Version>,
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.version {
            Some(version) => write!(f, "{}@{version}", self.package_name),
            None => self.package_name.fmt(f),
        }
    }
}

/// A text that is no project with its version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ParseCandidateError {
    #[error(transparent)]
    Name(#[from] ParseNameError),
    #[error(transparent)]
    Version(#[from] ParseVersionError),
}

/// Reads `inventory` or `inventory@1.4.0`.
pub(crate) fn candidate(input: &str) -> Result<Candidate, ParseCandidateError> {
    let (name, version) = match input.split_once('@') {
        Some((name, version)) => (name, Some(self::version(version)?)),
        None => (input, None),
    };
    Ok(Candidate { package_name: name.parse()?, version })
}

/// Refuses a project that is named twice.
pub(crate) fn hold_to_one_each<'n>(names: impl Iterator<Item = &'n PackageName>) -> Result<(), Box<Problem>> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            let detail = format!("`{name}` is named twice");
            return Err(problem_with_hint(ProblemCode::Usage, detail, "name each project once, with one version"));
        }
    }
    Ok(())
}

/// The problem that an error of clap's is; `None` for help and versions, which are none.
pub(crate) fn problem_of(error: &clap::Error) -> Option<Box<Problem>> {
    if !error.use_stderr() {
        return None;
    }
    let argument = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
    let value_problem = |code, source: &dyn std::fmt::Display| Some(problem(code, format!("{argument}: {source}")));
    if let (ErrorKind::ValueValidation, Some(source)) = (error.kind(), error.source()) {
        match source.downcast_ref::<ParseCandidateError>() {
            Some(ParseCandidateError::Name(source)) => return value_problem(ProblemCode::InvalidName, source),
            Some(ParseCandidateError::Version(source)) => return value_problem(ProblemCode::InvalidVersion, source),
            None => {}
        }
        let state = source.downcast_ref::<ParseStateError>();
        if let Some(source) = source.downcast_ref::<ParseNameError>().or(state.and_then(ParseStateError::name)) {
            return value_problem(ProblemCode::InvalidName, source);
        }
        if let Some(source) = source.downcast_ref::<ParseVersionError>().or(state.and_then(ParseStateError::version)) {
            return value_problem(ProblemCode::InvalidVersion, source);
        }
        if let Some(source) = source.downcast_ref::<ParseRequirementError>() {
            return value_problem(ProblemCode::InvalidRequirement, source);
        }
    }
    let rendered = error.render().to_string();
    let sentence = rendered.lines().next().unwrap_or_default().trim_start_matches("error: ");
    Some(problem_with_hint(ProblemCode::Usage, escape(sentence), "`weft COMMAND --help` shows what the command takes"))
}

/// Whether a command line that could not be understood asks for JSON all the same.
pub(crate) fn wants_json(arguments: impl Iterator<Item = std::ffi::OsString>) -> bool {
    let arguments: Vec<_> = arguments.collect();
    arguments.iter().any(|argument| argument == "--format=json")
        || arguments.windows(2).any(|pair| pair[0] == "--format" && pair[1] == "json")
}
