//! Reads the command line. What clap refuses has weft's own codes where a value is at fault.

use std::error::Error as _;

use clap::{
    ArgMatches, CommandFactory as _, FromArgMatches as _,
    error::{ContextKind, ErrorKind},
    parser::ValueSource,
};
use weft_api::problem::{Problem, ProblemCode};
use weft_model::{name::ParseNameError, requirement::ParseRequirementError};

use crate::{
    command::Cli,
    escape::escape,
    failure::{problem, problem_with_hint},
    named::{ParseCandidateError, ParseVersionError},
    states::ParseStateError,
};

/// The flags that a variable of the environment may set. Only the variable may be empty: a flag without a value is most often
/// a variable of a script that was not set, and would mean another place than its author meant.
const NEVER_EMPTY: [&str; 2] = ["environment", "registry"];

/// Reads the command line.
///
/// # Errors
/// What clap refuses, and a flag of [`NEVER_EMPTY`] with an empty value.
pub(crate) fn parse() -> Result<Cli, clap::Error> {
    let mut command = Cli::command();
    let matches = command.try_get_matches_from_mut(std::env::args_os())?;
    if let Some(flag) = empty(&matches) {
        let message = format!("`--{flag}` is empty: set a value, or leave it out");
        return Err(command.error(ErrorKind::InvalidValue, message));
    }
    Cli::from_arg_matches(&matches)
}

/// A flag that was written with an empty value.
fn empty(matches: &ArgMatches) -> Option<&'static str> {
    let is_empty = |flag: &&&str| {
        let is_known = matches.try_contains_id(flag).is_ok();
        is_known
            && matches.value_source(flag) == Some(ValueSource::CommandLine)
            && matches.get_raw(flag).is_some_and(|mut values| values.any(std::ffi::OsStr::is_empty))
    };
    let below = || matches.subcommand().and_then(|(_, matches)| empty(matches));
    NEVER_EMPTY.iter().find(is_empty).copied().or_else(below)
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
    Some(problem_with_hint(
        ProblemCode::Usage,
        escape(sentence),
        "`weft COMMAND --help` shows the arguments of the command",
    ))
}

/// Whether a command line that could not be parsed requests JSON.
pub(crate) fn wants_json(arguments: impl Iterator<Item = std::ffi::OsString>) -> bool {
    let arguments: Vec<_> = arguments.collect();
    arguments.iter().any(|argument| argument == "--format=json")
        || arguments.windows(2).any(|pair| pair[0] == "--format" && pair[1] == "json")
}
