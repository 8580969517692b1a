//! What clap refuses, with weft's own codes where a value is at fault.

use std::error::Error as _;

use clap::error::{ContextKind, ErrorKind};
use contracts::{
    name::ParseNameError,
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

/// The problem that an error of clap's is; `None` for help and versions, which are none.
pub(crate) fn problem_of(error: &clap::Error) -> Option<Box<Problem>> {
    if !error.use_stderr() {
        return None;
    }
    let argument = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
    let value_problem = |code, source: &dyn std::fmt::Display| Some(problem(code, format!("{argument}: {source}")));
    if let (ErrorKind::ValueValidation, Some(source)) = (error.kind(), error.source()) {
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
