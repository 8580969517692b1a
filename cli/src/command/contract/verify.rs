//! `weft contract verify`.

mod junit;
mod outcome;
mod words;

use std::{path::PathBuf, time::Duration};

use clap::Args;
use time::OffsetDateTime;
use weft_api::{RecordedRun, Verification, problem::ProblemCode};
use weft_model::name::{EnvironmentName, PackageName, ParseNameError};
use weft_verify::verified;

use crate::{
    client::RegistryUse,
    command::contract::verify::outcome::Verified,
    escape::escape,
    failure::{Result, problem, problem_with_hint},
    options::Shared,
    output::{Format, Output, progress::Progress, report::ReportFormat},
    project::contract_files::{self, Contracts},
    system::clock,
    verify::{self, ContractFile, DatabaseChoice, DatabasePlace, Options},
};

/// Verify contracts against live data: tables, columns, types, keys, values, relationships, quality, freshness.
///
/// weft only reads the data. It uses the server that --server or the environment names, or the only one with a type that
/// weft can read: postgres and duckdb. Credentials come from `WEFT_DSN_<CONTRACT>_<SERVER>` (the contract's id, upper case,
/// `_` for other characters), else from `WEFT_DSN_<SERVER>`, else from dbt's profile if that names the same database.
/// A URL that points to a different database than the server's is refused. weft computes all aggregates of a table in one
/// statement.
///
/// Rules in prose or for other engines are reported as not checked. Exits with 1 if a check failed or was not answered,
/// with 3 if a database cannot be reached.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    WEFT_DSN_PROD=postgres://reader:...@db/sales weft contract verify contracts/ --server prod\n  \
    weft contract verify orders.odcs.yaml --object orders --samples 0\n  \
    weft contract verify --server prod --record\n  \
    weft contract verify --format junit > verify.xml")]
pub(super) struct Arguments {
    /// Contracts, or folders of them, as in `weft contract lint`; default: the dbt project's folder
    #[arg(value_name = "FILE|FOLDER")]
    paths: Vec<PathBuf>,

    /// The server, by its name in the contract
    #[arg(long, value_name = "NAME")]
    server: Option<String>,

    /// The environment of the server, if the contract has several servers that weft can read
    #[arg(long, env = "WEFT_ENVIRONMENT", hide_env_values = true, value_name = "NAME")]
    environment: Option<String>,

    /// Verify only this object of the contracts
    #[arg(long, value_name = "NAME")]
    object: Option<String>,

    /// The variable that holds the database's URL; default: `WEFT_DSN_<CONTRACT>_<SERVER>`, `WEFT_DSN_<SERVER>`
    #[arg(long, value_name = "VARIABLE")]
    dsn_env: Option<String>,

    /// The target of dbt's profile
    #[arg(long, value_name = "NAME")]
    target: Option<String>,

    /// Time limit of a statement, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    timeout: f64,

    /// How many failing rows to list per check, by their primary keys; 0 for none
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(0..=1000))]
    samples: u16,

    /// Record the results in the registry, as the health of the nodes that the contracts describe: only counts, no keys
    /// and no values
    #[arg(long)]
    record: bool,

    /// The name that the contracts are published under, if it is not the project's
    #[arg(long = "as", value_name = "NAME", requires = "record")]
    name: Option<PackageName>,
}

pub(super) async fn run(arguments: &Arguments, shared: &Shared, progress: &Progress) -> Result<impl Output + use<>> {
    if let Format::Report(form) = shared.format
        && form != ReportFormat::Junit
    {
        let detail = "`weft contract verify` supports --format text, json and junit";
        return Err(problem(ProblemCode::Usage, detail));
    }
    let options = options(arguments, shared)?;
    let found = match &arguments.paths[..] {
        [] => Contracts::below(&shared.project_dir)?,
        paths => Contracts::named(paths)?,
    };
    if found.files.is_empty() {
        let hint = "name the files, rename them like `orders.odcs.yaml`, or put them into a folder `contracts`";
        return Err(problem_with_hint(ProblemCode::FileUnreadable, "no contract found here", hint));
    }
    let read = |place: &contract_files::ContractPath| ContractFile::read(&place.path);
    let files: Vec<ContractFile> = found.files.iter().map(read).collect::<Result<_>>()?;
    if let Some(object) = &options.object
        && !files
            .iter()
            .any(|file| file.contract.schema.iter().any(|it| it.name == *object || it.id.as_ref() == Some(object)))
    {
        let detail = format!("no contract has an object {}", escape(object));
        return Err(problem(ProblemCode::Usage, detail));
    }
    // Before anything is asked, all contracts have a place.
    let placed = |file| DatabasePlace::for_contract(&file, &options.choice).map(|place| (file, place));
    let placed: Vec<(ContractFile, DatabasePlace)> = files.into_iter().map(placed).collect::<Result<_>>()?;
    let mut verified = Verified::default();
    for (file, place) in &placed {
        progress.step(&format!("verifying {}", file.contract.title()));
        match verify::verify(file, place, &options).await {
            Ok(verification) => {
                verified.contracts.push(verification);
                verified.told_by.push(place.told_by.clone());
            }
            Err(unreachable) if placed.len() == 1 => return Err(unreachable),
            Err(unreachable) => verified.unreachable.push(*unreachable),
        }
    }
    if arguments.record {
        progress.step("recording");
        verified.recorded = Some(record(arguments, shared, &verified.contracts, options.now).await?);
    }
    Ok(verified)
}

/// Records the results for the nodes that the deployed publication's contracts describe.
async fn record(arguments: &Arguments, shared: &Shared, found: &[Verification], now: i64) -> Result<RecordedRun> {
    let config = shared.config()?;
    let package_name = shared.package_name(arguments.name.clone(), &config)?;
    let named = arguments.environment.as_deref().filter(|name| !name.is_empty()).map(str::parse).transpose();
    let named = named.map_err(|error: ParseNameError| problem(ProblemCode::InvalidName, error.to_string()))?;
    let environment: EnvironmentName = named.unwrap_or_default();
    let client = shared.client(&config, RegistryUse::Read).await?;
    let project = client.project(&package_name).await?;
    let Some(deployment) = project.summary.deployed_in(&environment) else {
        let detail = format!("`{package_name}` is not deployed in `{environment}`, so results cannot be recorded");
        return Err(problem_with_hint(ProblemCode::DeploymentNotFound, detail, "publish the contracts first"));
    };
    let publication = client.publication(&package_name, &deployment.version).await?;
    let program = concat!("weft ", env!("CARGO_PKG_VERSION"));
    let ran_at = OffsetDateTime::from_unix_timestamp(now).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let run = verified::run(&publication.contracts, found, ran_at, program);
    if run.nodes.is_empty() {
        let version = &deployment.version;
        let detail = format!("no contract of `{package_name}` {version} covers what was verified");
        return Err(problem_with_hint(ProblemCode::DeploymentNotFound, detail, "publish the current contracts"));
    }
    client.record(&package_name, &environment, &run).await
}

fn options(arguments: &Arguments, shared: &Shared) -> Result<Options> {
    let timeout = Duration::try_from_secs_f64(arguments.timeout).ok();
    // A day; what is longer is no limit, and PostgreSQL's goes to 24 days.
    let timeout = timeout.filter(|timeout| !timeout.is_zero() && timeout.as_secs() <= 86_400);
    let wrong = || problem(ProblemCode::Usage, "--timeout must be a number of seconds, at most a day");
    Ok(Options {
        choice: DatabaseChoice {
            server: arguments.server.clone(),
            environment: arguments.environment.clone().filter(|name| !name.is_empty()),
            dsn_env: arguments.dsn_env.clone(),
            target: arguments.target.clone(),
            project: shared.project_dir.clone(),
        },
        timeout: timeout.ok_or_else(wrong)?,
        samples: arguments.samples.into(),
        object: arguments.object.clone(),
        now: clock::now(),
    })
}
