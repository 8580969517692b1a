//! What goes wrong on the command line: always a `Problem`, so that it has a code, a sentence and a way out.

mod domain;

use std::{io, path::Path};

use weft_api::problem::{FieldError, Problem, ProblemCode};

pub(crate) use crate::failure::domain::explained;

/// What a fallible function of this crate gives back.
pub(crate) type Result<T> = std::result::Result<T, Box<Problem>>;

/// A boxed problem of a code with this time's sentence.
pub(crate) fn problem(code: ProblemCode, detail: impl Into<String>) -> Box<Problem> {
    Box::new(Problem::new(code, detail))
}

/// A boxed problem with a hint.
pub(crate) fn problem_with_hint(code: ProblemCode, detail: impl Into<String>, hint: impl Into<String>) -> Box<Problem> {
    Box::new(Problem::new(code, detail).with_hint(hint))
}

/// The innermost cause of an error, which says what happened: the outer ones only name the request.
pub(crate) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// A boxed problem with the places of its faults.
pub(crate) fn problem_at(code: ProblemCode, detail: impl Into<String>, errors: Vec<FieldError>) -> Box<Problem> {
    Box::new(Problem::new(code, detail).with_errors(errors))
}

/// A file or folder that an operating system call failed on.
#[derive(Debug, thiserror::Error)]
#[error("`{}` cannot be {action}: {source}", crate::escape::path(path))]
pub(crate) struct FileError {
    /// The path of the file.
    pub(crate) path: std::path::PathBuf,
    /// What was tried, as a participle: "read", "written".
    pub(crate) action: &'static str,
    /// The error of the system.
    pub(crate) source: io::Error,
}

impl FileError {
    /// For `map_err`: the error of an action on a path.
    pub(crate) fn on(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self { path: path.to_owned(), action, source }
    }
}

impl From<FileError> for Box<Problem> {
    fn from(error: FileError) -> Self {
        problem_with_hint(ProblemCode::FileUnreadable, error.to_string(), "check the path and its permissions")
    }
}
