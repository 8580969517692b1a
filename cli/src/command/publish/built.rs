//! Whether dbt built what is to be deployed, by the results of its last run.

use weft_api::problem::ProblemCode;
use weft_dbt::run_results::{RunResult, RunResults};
use weft_model::name::UniqueId;
use weft_publication::Publication;

use crate::{
    failure::{Result, problem_with_hint},
    output::escape,
};

/// How many nodes are named; the rest is counted.
const LISTED: usize = 10;

/// Refuses to deploy nodes that are new or other than before, and that dbt's last run did not build.
///
/// # Errors
/// `build_failed`, with the nodes.
pub(super) fn hold(results: &RunResults, publication: &Publication, before: Option<&Publication>) -> Result<()> {
    let is_changed = |unique_id: &UniqueId| {
        let was = before.and_then(|before| before.interface.get(unique_id));
        was != publication.interface.get(unique_id)
    };
    let failed = publication.interface.keys().filter_map(|unique_id| {
        let RunResult { status, .. } = results.results.get(unique_id.as_str())?;
        let is_failed = matches!(&**status, "error" | "fail" | "runtime error" | "skipped" | "partial success");
        (is_failed && is_changed(unique_id)).then(|| format!("\n`{unique_id}` ({})", escape::escape(status)))
    });
    let failed: Vec<String> = failed.collect();
    if failed.is_empty() {
        return Ok(());
    }
    let more = failed.len().saturating_sub(LISTED);
    let more = if more > 0 { format!("\nand {more} more") } else { String::new() };
    let listed = failed.iter().take(LISTED).map(String::as_str).collect::<String>();
    Err(problem_with_hint(
        ProblemCode::BuildFailed,
        format!("dbt's last run did not build what you want to deploy:{listed}{more}"),
        "build it again; `--no-deploy` publishes without deploying, `--force REASON` deploys anyway",
    ))
}
