//! YAML that people write: how dbt reads it, and what is wrong with it.

use std::{io::ErrorKind, path::Path};

use serde::de::DeserializeOwned;
use serde_saphyr::DuplicateKeyPolicy;
use weft_api::problem::ProblemCode;

use crate::{
    escape::{self, escape},
    failure::{FileError, Result, problem_with_hint},
};

/// What is wrong with a YAML file and where, in words for who wrote it.
pub(crate) fn yaml_fault(error: &serde_saphyr::Error) -> String {
    escape(&error.without_snippet().render_with_formatter(&serde_saphyr::UserMessageFormatter))
}

/// Reads one of dbt's YAML files as dbt does: of keys that repeat the last one counts. `None` where it is not there.
pub(crate) fn read_yaml<T: DeserializeOwned + Default>(path: &Path) -> Result<Option<T>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(FileError::on(path, "read")(error).into()),
    };
    let options = serde_saphyr::options! { duplicate_keys: DuplicateKeyPolicy::LastWins };
    let document: Option<T> = serde_saphyr::from_str_with_options(&text, options).map_err(|error| {
        problem_with_hint(
            ProblemCode::FileUnreadable,
            format!("`{}` cannot be read: {}", escape::path(path), yaml_fault(&error)),
            "fix the YAML at that line; `dbt parse` reads the same file",
        )
    })?;
    Ok(Some(document.unwrap_or_default()))
}
