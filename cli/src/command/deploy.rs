//! `weft deploy`.

mod outcome;
mod rollback;

pub(in crate::command) use crate::command::deploy::outcome::{FIRST, tables_elsewhere, taken_from};

use clap::Args;
use semver::Version;
use weft_api::{DeployItem, DeployRequest, DeployTogetherRequest, Deployment, Force, problem::ProblemCode};
use weft_dbt::derive::Derived;
use weft_model::name::{PackageName, ParseNameError, Reason, UniqueId};
use weft_publication::{Publication, relation::Relations};

use crate::{
    client::{Client, RegistryUse},
    command::{
        deploy::{outcome::DeployOutput, rollback::roll_back},
        yanked,
    },
    escape::escape,
    failure::{Result, problem, problem_with_hint},
    named,
    options::{Artifacts, Environment, Fallbacks, Shared},
    project::{
        config::Config,
        interface::{self, DbtInputs},
    },
};

/// Deploy a published version of this project to an environment, or roll back to the previous one.
///
/// The relations of its nodes come from the version's last deployment there, else from the project's last deployment
/// there, else from its publication; with --manifest they come from the manifest. A new node gets the schema that
/// corresponds to its own. weft warns if the nodes use tables of another environment.
///
/// Several projects, each written PROJECT@VERSION, are deployed in one step: all of them or none. Use this for projects
/// that need each other.
///
/// A rollback is a deployment with the relations of the earlier one: it can be refused, and it is part of the history. A
/// second rollback therefore undoes the first; to go further back, name the version.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft deploy 1.4.0 --environment staging\n  weft deploy inventory 1.4.0\n  \
                        weft deploy inventory@2.0.0 sales@1.4.0 --environment staging\n  \
                        weft deploy 1.4.0 --environment prod --manifest target/manifest.json\n  \
                        weft deploy --history inventory\n  weft deploy --rollback --environment staging")]
pub(super) struct Arguments {
    /// The published version; put the project before it, if it is not this one. Several projects: PROJECT@VERSION each.
    /// With --history and --rollback: only the project
    #[arg(
        num_args = 1.., required_unless_present_any = ["history", "rollback"],
        value_names = ["[PROJECT] VERSION"]
    )]
    target: Vec<String>,

    /// List the deployments there, newest first
    #[arg(long, conflicts_with_all = ["rollback", "manifest", "catalog", "force"])]
    history: bool,

    /// Deploy the version that was deployed there before the current one, with its relations
    #[arg(long, conflicts_with_all = ["manifest", "catalog"])]
    rollback: bool,

    #[command(flatten)]
    environment: Environment,

    #[command(flatten)]
    artifacts: Artifacts,

    #[command(flatten)]
    fallback: Fallbacks,

    /// Deploy even if it breaks readers; the reason is recorded
    #[arg(long, value_name = "REASON")]
    force: Option<Reason>,
}

impl Arguments {
    /// The project, if it is named, where no version is.
    fn project(&self) -> Result<Option<PackageName>> {
        let name = match self.target.as_slice() {
            [] => return Ok(None),
            [name] => name,
            [_, version, ..] => {
                let detail = format!("--history and --rollback take only a project, not `{}`", escape(version));
                return Err(problem_with_hint(ProblemCode::Usage, detail, "leave out the version"));
            }
        };
        name.parse().map(Some).map_err(|error: ParseNameError| problem(ProblemCode::InvalidName, error.to_string()))
    }

    /// What is to be deployed.
    fn target(&self) -> Result<DeployTarget> {
        if self.target.iter().any(|word| word.contains('@')) {
            return self.candidates();
        }
        let (name, version) = match self.target.as_slice() {
            [name, version] => (Some(name), version.as_str()),
            [version] => (None, version.as_str()),
            [_, _, third, ..] => {
                let detail = format!("unexpected argument `{}`", escape(third));
                let hint = "write several projects each with a version: `weft deploy inventory@2.0.0 sales@1.4.0`";
                return Err(problem_with_hint(ProblemCode::Usage, detail, hint));
            }
            [] => (None, ""),
        };
        let name = name.map(|name| name.parse()).transpose();
        let name = name.map_err(|error: ParseNameError| problem(ProblemCode::InvalidName, error.to_string()))?;
        Ok(DeployTarget::One(name, read_version(version)?))
    }

    /// Each word as a project and its version.
    fn candidates(&self) -> Result<DeployTarget> {
        let mut versions: Vec<(PackageName, Version)> = Vec::new();
        for word in &self.target {
            let Some((name, version)) = word.split_once('@') else {
                let detail = format!("`{}` has no version", escape(word));
                let hint = "write every project as PROJECT@VERSION";
                return Err(problem_with_hint(ProblemCode::Usage, detail, hint));
            };
            let name = name.parse();
            let name = name.map_err(|error: ParseNameError| problem(ProblemCode::InvalidName, error.to_string()))?;
            versions.push((name, read_version(version)?));
        }
        named::refuse_duplicates(versions.iter().map(|(name, _)| name))?;
        Ok(match versions.as_slice() {
            [(name, version)] => DeployTarget::One(Some(name.clone()), version.clone()),
            _ => DeployTarget::Several(versions),
        })
    }
}

/// What is to be deployed.
enum DeployTarget {
    /// A version of a project: of this one where none is named.
    One(Option<PackageName>, Version),
    /// Projects, in one step.
    Several(Vec<(PackageName, Version)>),
}

fn read_version(text: &str) -> Result<Version> {
    named::version(text).map_err(|error| problem(ProblemCode::InvalidVersion, error.to_string()))
}

pub(super) async fn run(arguments: &Arguments, shared: &Shared) -> Result<DeployOutput> {
    if arguments.history || arguments.rollback {
        return look_back(arguments, shared).await;
    }
    let (name, version) = match arguments.target()? {
        DeployTarget::One(name, version) => (name, version),
        DeployTarget::Several(versions) => return together(arguments, shared, versions).await,
    };
    let mut config = shared.config()?;
    config.package_name = name.or(config.package_name);
    let derived = match &arguments.artifacts.manifest {
        Some(_) => Some(from_manifest(arguments, shared, &config)?),
        None => None,
    };
    let package_name = match &derived {
        Some(derived) => derived.publication.package_name.clone(),
        None => shared.package_name(None, &config)?,
    };
    let client = shared.client(&config, RegistryUse::Read).await?;
    let relations = match derived {
        Some(derived) => Some(of_version(derived, &client.publication(&package_name, &version).await?)),
        None => None,
    };
    let (force, fallback) = (force(arguments.force.as_ref()), arguments.fallback.pairs());
    let request = DeployRequest { version, relations, force, fallback };
    let deployment = client.deploy(&package_name, &arguments.environment.or_default(), &request).await?;
    Ok(deployed(&client, vec![deployment]).await)
}

/// Deploys several projects in one step.
async fn together(
    arguments: &Arguments,
    shared: &Shared,
    versions: Vec<(PackageName, Version)>,
) -> Result<DeployOutput> {
    if arguments.artifacts.manifest.is_some() || arguments.artifacts.contracts.is_some() {
        return Err(problem_with_hint(
            ProblemCode::Usage,
            "a manifest has the relations of one project, but several projects are named",
            "leave out --manifest and --contracts to deploy them with the relations that the registry knows",
        ));
    }
    let client = shared.client(&shared.config()?, RegistryUse::Read).await?;
    let deployments = versions.into_iter().map(|(package_name, version)| DeployItem {
        package_name,
        version,
        relations: None,
        if_revision: None,
    });
    let (force, fallback) = (force(arguments.force.as_ref()), arguments.fallback.pairs());
    let request = DeployTogetherRequest { deployments: deployments.collect(), force, fallback };
    let done = client.deploy_together(&arguments.environment.or_default(), &request).await?;
    Ok(deployed(&client, done.deployments).await)
}

/// What was deployed, with a warning for each version that is yanked. If that cannot be asked, it is deployed anyway.
async fn deployed(client: &Client, deployments: Vec<Deployment>) -> DeployOutput {
    let versions = deployments.iter().map(|it| (&it.package_name, &it.version));
    let warnings = yanked::warnings(client, versions).await.unwrap_or_default();
    DeployOutput::Deployed { deployments, warnings }
}

/// The history, or a step back in it.
async fn look_back(arguments: &Arguments, shared: &Shared) -> Result<DeployOutput> {
    let config = shared.config()?;
    let package_name = shared.package_name(arguments.project()?, &config)?;
    let environment = arguments.environment.or_default();
    let client = shared.client(&config, RegistryUse::Read).await?;
    if arguments.rollback {
        let (force, fallback) = (force(arguments.force.as_ref()), arguments.fallback.pairs());
        return roll_back(&client, &package_name, &environment, force, fallback).await;
    }
    let past = client.history(&package_name, &environment).await?;
    Ok(DeployOutput::History { package_name, environment, past })
}

/// Forces the deployment if there is a reason.
pub(super) fn force(reason: Option<&Reason>) -> Option<Force> {
    reason.map(|reason| Force { reason: reason.clone() })
}

/// The name and interface of a manifest, and the relations of the nodes in its run.
fn from_manifest(arguments: &Arguments, shared: &Shared, config: &Config) -> Result<Derived> {
    let project = shared.project()?;
    let manifest = project.manifest(arguments.artifacts.manifest())?;
    let path = project.manifest_path(arguments.artifacts.manifest());
    let written = DbtInputs { manifest: &manifest, catalog: None, path: &path };
    interface::derived(config, &project, None, written, Vec::new())
}

/// The relations that are of the published version: of its interface, and of the rest of its lineage. What the manifest
/// offers and the version does not is left for the registry to refuse.
fn of_version(derived: Derived, published: &Publication) -> Relations {
    let is_of_version = |unique_id: &UniqueId| {
        derived.publication.interface.contains_key(unique_id) || published.lineage.contains_key(unique_id)
    };
    derived.relations.into_iter().filter(|(unique_id, _)| is_of_version(unique_id)).collect()
}
