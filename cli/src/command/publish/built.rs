//! Whether dbt built what is to be deployed, by the results of its last run and by the catalog.

use std::fmt;

use weft_api::problem::ProblemCode;
use weft_dbt::run_results::RunResults;
use weft_model::name::UniqueId;
use weft_publication::{Column, InterfaceNode, Publication};

use crate::{
    escape,
    failure::{Result, problem_with_hint},
    output::Message,
    project::interface::Material,
};

/// How many nodes are named; the rest is counted.
const LISTED: usize = 10;

/// What is known of the tables and views of nodes that are new or changed.
#[derive(Debug, Default)]
pub(super) struct BuiltColumns {
    /// The nodes that dbt's last run did not build, with their status.
    failed: Vec<String>,
    /// How many more it did not build: those whose interface did not change, and those that have none.
    others: Others,
    /// The nodes of which nothing shows whether they were built, and why that is.
    unknown: Option<(String, Vec<String>)>,
}

/// Nodes that dbt's last run did not build, and that the publication does not change.
#[derive(Debug, Default)]
struct Others {
    unchanged: usize,
    private: usize,
}

impl Others {
    fn new(run: &RunResults, publication: &Publication, failed: usize) -> Self {
        let is_node = |unique_id: &str| ["model.", "seed.", "snapshot."].iter().any(|kind| unique_id.starts_with(kind));
        let missing = run.results.keys().filter(|unique_id| is_node(unique_id) && run.failure(unique_id).is_some());
        let (public, private): (Vec<&str>, Vec<&str>) = missing
            .map(|unique_id| &**unique_id)
            .partition(|unique_id| publication.interface.keys().any(|public| public.as_str() == *unique_id));
        Self { unchanged: public.len().saturating_sub(failed), private: private.len() }
    }
}

impl fmt::Display for Others {
    /// A line, where there are any: `3 more nodes failed that did not change, and 1 that is not public`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nodes = |count: usize| if count == 1 { "node" } else { "nodes" };
        match (self.unchanged, self.private) {
            (0, 0) => Ok(()),
            (0, private) => write!(f, "\n{private} more {} failed, not in the interface", nodes(private)),
            (unchanged, 0) => write!(f, "\n{unchanged} more {} failed that did not change", nodes(unchanged)),
            (unchanged, private) => write!(
                f,
                "\n{unchanged} more {} failed that did not change, and {private} not in the interface",
                nodes(unchanged)
            ),
        }
    }
}

impl BuiltColumns {
    /// What dbt's results and a catalog say of what a publication changes against what is deployed.
    ///
    /// # Errors
    /// `results_invalid` or `wrong_artifact` where `run_results.json` cannot be read.
    pub(super) fn of(material: &Material, publication: &Publication, before: Option<&Publication>) -> Result<Self> {
        let results = material.run()?;
        let run = results.filter(|results| results.builds());
        let changed = || {
            publication.interface.iter().filter_map(|(unique_id, node)| {
                let was = before.and_then(|before| before.interface.get(unique_id));
                (was != Some(node)).then_some((unique_id, was, node))
            })
        };
        let failed = changed().filter_map(|(unique_id, ..)| {
            let status = run?.failure(unique_id.as_str())?;
            Some(format!("`{unique_id}` ({})", escape::escape(status)))
        });
        let failed: Vec<String> = failed.collect();
        let others = run.map(|run| Others::new(run, publication, failed.len())).unwrap_or_default();
        let is_of_manifest = run.is_some_and(|run| run.are_of(material.manifest()));
        let is_shown = |unique_id: &UniqueId| {
            is_of_manifest && run.is_some_and(|run| run.results.contains_key(unique_id.as_str()))
                || material.is_in_catalog(unique_id)
        };
        // A first publication without any results is most often a first try.
        let unshown: Vec<_> = changed()
            .filter(|_| before.is_some() || results.is_some())
            .filter(|(unique_id, was, node)| {
                lies_in_a_table(node) && has_other_columns(*was, node) && !is_shown(unique_id)
            })
            .map(|(unique_id, ..)| format!("`{unique_id}`"))
            .collect();
        let unknown = (!unshown.is_empty()).then(|| (why(results, is_of_manifest), unshown));
        Ok(Self { failed, others, unknown })
    }

    /// Refuses to deploy nodes that are new or changed, and that dbt's last run did not build.
    ///
    /// # Errors
    /// `build_failed`, with the nodes.
    pub(super) fn hold(&self) -> Result<()> {
        if self.failed.is_empty() {
            return Ok(());
        }
        Err(problem_with_hint(
            ProblemCode::BuildFailed,
            format!(
                "dbt's last run did not build what you want to deploy:\n{}{}",
                listed(&self.failed, "\n"),
                self.others
            ),
            "build it again; `--no-deploy` publishes without deploying, `--force REASON` deploys anyway",
        ))
    }

    /// That it is unknown whether nodes were built, where it is.
    pub(super) fn messages(&self) -> Vec<Message> {
        let Some((why, nodes)) = &self.unknown else { return Vec::new() };
        let listed = listed(nodes, ", ");
        vec![
            Message::Warning(format!("unknown whether the warehouse has the new columns of {listed}: {why}")),
            Message::Hint(
                "run `dbt build`, and publish right after it; or create a catalog with `dbt docs generate`".to_owned(),
            ),
        ]
    }
}

/// Whether a node has a table or view in the warehouse.
fn lies_in_a_table(node: &InterfaceNode) -> bool {
    node.materialization.as_deref() != Some("ephemeral")
}

/// Whether a node has columns that it did not have, or had with another type.
fn has_other_columns(was: Option<&InterfaceNode>, node: &InterfaceNode) -> bool {
    let shape = |column: &Column| (column.name.clone(), column.data_type.clone());
    let had: Vec<_> = was.into_iter().flat_map(|was| &was.columns).map(shape).collect();
    node.columns.iter().any(|column| !had.contains(&shape(column)))
}

/// Why dbt's results do not show whether nodes were built.
fn why(results: Option<&RunResults>, is_of_manifest: bool) -> String {
    match results {
        None => "there is no `run_results.json` beside the manifest".to_owned(),
        Some(results) if !results.builds() => {
            let command = results.command.as_deref().unwrap_or_default();
            format!("the last run was `dbt {}`, which builds nothing", escape::escape(command))
        }
        Some(_) if !is_of_manifest => "`run_results.json` and the manifest come from different runs of dbt".to_owned(),
        Some(_) => "the last run did not build them".to_owned(),
    }
}

/// The first of many, and how many more there are.
pub(super) fn listed(all: &[String], separator: &str) -> String {
    let more = all.len().saturating_sub(LISTED);
    let first = all.iter().take(LISTED).map(String::as_str).collect::<Vec<_>>().join(separator);
    if more > 0 { format!("{first}{separator}and {more} more") } else { first }
}
