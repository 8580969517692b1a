//! `weft results`.

mod outcome;

use std::path::PathBuf;

use clap::Args;
use weft_api::problem::{Problem, ProblemCode};
use weft_dbt::{
    derive::Derived,
    freshness::Freshness,
    manifest::Manifest,
    results::{ObservedRun, ResultsReader, singular::read_by_sql},
    run_results::RunResults,
};
use weft_model::name::PackageName;
use weft_sql::Polyglot;

use crate::{
    client::RegistryUse,
    command::{
        results::outcome::{Recorded, ResultsFile},
        unused,
    },
    failure::{Result, explained, problem},
    options::{Environment, Shared},
    output::progress::Progress,
    project::{
        data_contracts,
        dbt::{
            Project,
            current::{Currency, Current},
        },
        interface::{self, DbtInputs},
    },
};

/// Record the results of dbt's tests, builds and source freshness, as the health of this project's nodes over time.
///
/// Reads what dbt wrote (`target/run_results.json` of `dbt build`, `test` or `run`, and `target/sources.json` of `dbt
/// source freshness`) next to the manifest. A test that checks the same as a rule of the node's data contract counts for
/// that rule. weft sends counts, but no rows; results of private nodes are not sent.
///
/// A singular test counts for each node that its SQL reads, by `ref()` or by the name of its relation. A test that fails and
/// belongs to no public node is listed by its name, and the project counts as failing.
///
/// Exits with 0 even if tests failed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft results\n  weft results --environment staging --dry-run\n  \
                        weft results --run-results target/run_results.json --sources target/sources.json")]
pub(super) struct Arguments {
    /// The results of `dbt build` or `dbt test`; default, unless --sources is given: `run_results.json` in the target
    /// folder, if it exists
    #[arg(long, value_name = "FILE")]
    run_results: Option<PathBuf>,

    /// The results of `dbt source freshness`; default, unless --run-results is given: `sources.json` in the target
    /// folder, if it exists
    #[arg(long, value_name = "FILE")]
    sources: Option<PathBuf>,

    /// dbt's manifest; default: manifest.json in the project's target folder
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,

    /// The name that the project is published under, if that is not the manifest's
    #[arg(long = "as", value_name = "NAME")]
    name: Option<PackageName>,

    #[command(flatten)]
    environment: Environment,

    /// Continue with a manifest that does not match the work tree; the output mentions it
    #[arg(long)]
    stale: bool,

    /// Show what would be recorded, and record nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn run(arguments: &Arguments, shared: &Shared, progress: &Progress) -> Result<Recorded> {
    let config = shared.config()?;
    let project = shared.project()?;
    progress.step("reading dbt's results");
    let (results, freshness) = read(arguments, &project)?;
    let currency = Currency { stale: arguments.stale, compile: false };
    let read = project.current(&config, arguments.manifest.as_deref(), currency, progress).await.map_err(of_results)?;
    let Current { manifest, path, remarks, .. } = read;
    let contracts = data_contracts::of_project(&config, &project)?;
    let name = arguments.name.as_ref();
    let written = DbtInputs { manifest: &manifest, catalog: None, path: &path };
    let Derived { publication, .. } = interface::derived(&config, &project, name, written, contracts)?;
    let in_manifest = manifest.project_name().unwrap_or_else(|_| publication.package_name.clone());
    let read_by_sql = read_by_sql(&manifest, results.as_ref(), &Polyglot::default());
    let teller = ResultsReader::new(&manifest, &publication, &in_manifest, &read_by_sql);
    let of_tests = results.map(|results| teller.run(&results)).transpose().map_err(|error| explained(&error))?;
    let of_sources =
        freshness.map(|freshness| teller.freshness(&freshness)).transpose().map_err(|error| explained(&error))?;
    let environment = arguments.environment.or_default();
    let unseen = if of_sources.is_none() && arguments.run_results.is_none() { with_freshness(&manifest) } else { 0 };
    let mut told = Vec::new();
    let files = [("run_results.json", of_tests), ("sources.json", of_sources)];
    for (file, found) in files.into_iter().filter_map(|(file, found)| Some((file, found?))) {
        told.push(ResultsFile { file, found, recorded: None });
    }
    let mut warning = None;
    if !arguments.dry_run {
        progress.step("recording");
        let client = shared.client(&config, RegistryUse::Read).await?;
        warning = unused::warning(&client, &environment, Some(&publication.package_name)).await?;
        for ResultsFile { found, recorded, .. } in told.iter_mut().filter(|told| has_any(&told.found)) {
            *recorded = Some(client.record(&publication.package_name, &environment, &found.run).await?);
        }
    }
    let package_name = publication.package_name;
    Ok(Recorded { package_name, environment, told, unseen, remarks, warning, dry_run: arguments.dry_run })
}

/// What was found is of what dbt ran, so that compiling alone does not bring it up to date.
fn of_results(mut problem: Box<Problem>) -> Box<Problem> {
    if problem.code == ProblemCode::ManifestStale {
        problem.hint = Some("run `dbt build` or `dbt test` again; --stale continues with these results".to_owned());
    }
    problem
}

/// What the files say: those that are named, else both, as far as they are there.
fn read(arguments: &Arguments, project: &Project) -> Result<(Option<RunResults>, Option<Freshness>)> {
    let Arguments { run_results, sources, .. } = arguments;
    let is_meant = |given: &Option<PathBuf>, other: &Option<PathBuf>| given.is_some() || other.is_none();
    let results = if is_meant(run_results, sources) {
        project.results(run_results.as_deref(), "run_results.json", RunResults::read)?
    } else {
        None
    };
    let freshness = if is_meant(sources, run_results) {
        project.results(sources.as_deref(), "sources.json", Freshness::read)?
    } else {
        None
    };
    if results.is_none() && freshness.is_none() {
        let detail = "dbt's target folder has no run_results.json and no sources.json";
        return Err(problem(ProblemCode::ResultsNotFound, detail));
    }
    Ok((results, freshness))
}

fn has_any(found: &ObservedRun) -> bool {
    !found.run.nodes.is_empty()
}

/// How many sources define how old they may be.
fn with_freshness(manifest: &Manifest) -> usize {
    manifest.resources.values().filter(|source| source.has_freshness).count()
}
