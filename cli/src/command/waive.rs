//! `weft waive`.

mod arguments;
mod outcome;
mod seen;

use std::collections::BTreeSet;

use semver::Version;
use weft_api::{ProjectDetail, problem::ProblemCode};
use weft_check::policy::{KnownRule, WaiverRequest};
use weft_model::{
    day::Day,
    name::{Author, PackageName, Reason},
};

pub(super) use crate::command::waive::arguments::Arguments;
use crate::{
    client::{Client, RegistryUse},
    command::waive::outcome::WaiveOutput,
    failure::{Result, problem, problem_with_hint},
    git,
    options::Shared,
    output::progress::Progress,
    project::{
        config::Config,
        interface::{self, DbtInputs},
    },
    states::target::{KnownNodes, NodeTarget},
    system::clock,
};

pub(super) async fn run(arguments: &Arguments, shared: &Shared, progress: &Progress) -> Result<WaiveOutput> {
    let config = shared.config()?;
    let package_name = shared.package_name(arguments.name.clone(), &config)?;
    if arguments.list {
        let client = shared.client(&config, RegistryUse::Read).await?;
        let waivers = client.waivers(&package_name).await?;
        return Ok(WaiveOutput::Listed { package_name, waivers, today: clock::today() });
    }
    let author = author(arguments, shared)?;
    if let Some(number) = arguments.revoke {
        let client = shared.client(&config, RegistryUse::Read).await?;
        let waiver = client.revoke_waiver(&package_name, number, author).await?;
        return Ok(WaiveOutput::Revoked { package_name, waiver });
    }
    let rule: KnownRule = word("RULE", arguments.rule.as_deref())?;
    let reason: Reason = word("--reason", arguments.reason.as_deref())?;
    let until: Day = word("--until", arguments.until.as_deref())?;
    let client = shared.client(&config, RegistryUse::Read).await?;
    let known = known(arguments, shared, &config, &client, &package_name).await?;
    let node = arguments.node.as_deref().unwrap_or_default();
    let found = known.find(node, arguments.column.as_deref());
    let NodeTarget { unique_id, column, .. } = found.map_err(|error| {
        let hint =
            format!("`weft show {package_name}` lists its nodes; the project itself is `project.{package_name}`");
        error.problem(ProblemCode::InvalidWaiver, &hint)
    })?;
    let findings = match &arguments.report {
        Some(path) => seen::in_report(path)?,
        None => seen::by_check(arguments, shared, &package_name, progress).await?,
    };
    let about = seen::WaiverTarget { rule: &rule, unique_id: &unique_id, column: column.as_deref() };
    let changes = Some(seen::changes(about, &findings)?);
    let request = WaiverRequest { rule, unique_id, column, changes, author, reason, until };
    let waiver = client.waive(&package_name, &request).await?;
    Ok(WaiveOutput::Recorded { package_name, waiver })
}

/// Reads an argument; clap has seen to it that it is there.
fn word<T: std::str::FromStr<Err: std::error::Error>>(argument: &str, text: Option<&str>) -> Result<T> {
    let text = text.unwrap_or_default();
    text.parse().map_err(|error: T::Err| problem(ProblemCode::InvalidWaiver, format!("{argument}: {error}")))
}

/// Who approves: as they say, else as git knows them.
fn author(arguments: &Arguments, shared: &Shared) -> Result<Author> {
    let said = arguments.author.clone().or_else(|| git::user(&shared.project_dir));
    let Some(author) = said else {
        return Err(problem_with_hint(
            ProblemCode::InvalidWaiver,
            "a waiver needs an author, but git has no user.name here",
            "name the author with --author",
        ));
    };
    word("--author", Some(&author))
}

/// The nodes that the work tree has, and those of the versions that are deployed or the latest.
async fn known(
    arguments: &Arguments,
    shared: &Shared,
    config: &Config,
    client: &Client,
    package_name: &PackageName,
) -> Result<KnownNodes> {
    let among = format!("of `{package_name}`, neither in the work tree nor in the registry");
    let mut known = KnownNodes::among(among).with_project(package_name);
    let ProjectDetail { summary, .. } = client.project(package_name).await?;
    let deployed = summary.deployments.into_iter().map(|deployment| deployment.version);
    let versions: BTreeSet<Version> = deployed.chain(summary.latest).collect();
    for version in &versions {
        known.add(&client.publication(package_name, version).await?);
    }
    let project = shared.project()?;
    let path = project.manifest_path(arguments.artifacts.manifest());
    match project.manifest(arguments.artifacts.manifest()) {
        Ok(manifest) => {
            let catalog = project.catalog(arguments.artifacts.catalog())?;
            let written = DbtInputs { manifest: &manifest, catalog: catalog.as_ref(), path: &path };
            let name = Some(package_name);
            known.add(&interface::derived(config, &project, name, written, Vec::new())?.publication);
        }
        // Whoever approves need not have built the project.
        Err(missing) if missing.code == ProblemCode::ManifestNotFound && arguments.artifacts.manifest().is_none() => {}
        Err(problem) => return Err(problem),
    }
    Ok(known)
}
