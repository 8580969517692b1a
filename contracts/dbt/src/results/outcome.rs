//! dbt's words for what became of a node, test or source, as outcomes.

use weft_api::{
    CheckResult, Outcome,
    health::{BUILD, check, line},
};
use weft_model::text::shown;

use crate::{freshness::SourceAge, run_results::RunResult};

/// The name and kind of the check how old a source is.
pub(super) const FRESHNESS: &str = "freshness";

/// Replacements for dbt's error messages, which may contain SQL, paths and data and are never published.
const ERRORS: [&str; 5] = ["Compilation Error", "Database Error", "Dependency Error", "Parsing Error", "Runtime Error"];

/// What became of a node, and why where that has to be said.
pub(super) fn outcome(result: &RunResult) -> (Outcome, Option<String>) {
    match &*result.status {
        "pass" => (Outcome::Passed, None),
        "fail" => (Outcome::Failed, None),
        "warn" => (Outcome::Warned, None),
        "error" | "runtime error" => (Outcome::Error, Some(error(result.message.as_deref()))),
        "partial success" => (Outcome::Error, Some("some of its batches could not be built".to_owned())),
        "success" => (Outcome::NotChecked, Some("dbt compiled it but did not run it".to_owned())),
        "skipped" => (Outcome::NotChecked, Some("dbt skipped it: something upstream failed".to_owned())),
        other => (Outcome::NotChecked, line(&format!("dbt says `{}`", shown(other)))),
    }
}

/// What became of a node that was to be built. Of a test `success` says only that dbt compiled it.
pub(super) fn built(result: &RunResult) -> CheckResult {
    let (outcome, reason) = if &*result.status == "success" { (Outcome::Passed, None) } else { outcome(result) };
    CheckResult { reason, ..check(BUILD.to_owned(), BUILD, outcome) }
}

fn error(message: Option<&str>) -> String {
    let begins = |error: &&str| message.is_some_and(|message| message.trim_start().starts_with(*error));
    ERRORS.into_iter().find(begins).unwrap_or("dbt could not do it").to_owned()
}

pub(super) fn of_age(source: &SourceAge) -> CheckResult {
    let (outcome, reason) = match &*source.status {
        "pass" => (Outcome::Passed, None),
        "warn" => (Outcome::Warned, None),
        "error" => (Outcome::Failed, None),
        "runtime error" => (Outcome::Error, Some(error(source.message.as_deref()))),
        other => (Outcome::NotChecked, line(&format!("dbt says `{}`", shown(other)))),
    };
    let found = source.age.map(|seconds| format!("{} old", duration(seconds)));
    CheckResult { reason, found, ..check(FRESHNESS.to_owned(), FRESHNESS, outcome) }
}

/// `3 days`, `5 hours`, `40 minutes`, in the largest unit of which there are two.
fn duration(seconds: u64) -> String {
    let units = [(86_400, "days"), (3_600, "hours"), (60, "minutes"), (1, "seconds")];
    let (length, unit) = units.into_iter().find(|(length, _)| seconds >= 2 * length).unwrap_or((1, "seconds"));
    format!("{} {unit}", seconds / length)
}
