//! `weft deploy`.

use clap::Args;
use contracts::{
    api::{DeployRequest, Deployment, Force},
    name::{PackageName, ParseNameError, Reason, UniqueId},
    problem::ProblemCode,
    publication::{Publication, derive::Derived},
    relation::Relations,
};
use semver::Version;
use serde_json::{Value, json};

use crate::{
    client::Purpose,
    config::Config,
    failure::{Result, problem},
    interface,
    options::{Artifacts, Environment, Shared},
    output::{
        Output,
        style::{HEAD, paint},
    },
    usage,
};

/// Deploy a published version of this project to an environment.
///
/// The relations of its nodes are those of its last deployment there, else those it was published with; with
/// --manifest they are the manifest's.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft deploy 1.4.0 --environment staging\n  weft deploy inventory 1.4.0\n  \
                        weft deploy 1.4.0 --environment prod --manifest target/manifest.json")]
pub(super) struct Arguments {
    /// The published version; before it the project, if it is not this one
    #[arg(num_args = 1..=2, required = true, value_names = ["[PROJECT] VERSION"])]
    target: Vec<String>,

    #[command(flatten)]
    environment: Environment,

    #[command(flatten)]
    artifacts: Artifacts,

    /// Deploy whatever that leaves unmet; the reason is kept
    #[arg(long, value_name = "REASON")]
    force: Option<Reason>,
}

/// What stands there now.
pub(super) struct Deployed(Deployment);

impl Arguments {
    /// The project, if it is named, and its version.
    fn target(&self) -> Result<(Option<PackageName>, Version)> {
        let (name, version) = match self.target.as_slice() {
            [name, version] => (Some(name), version.as_str()),
            [version] => (None, version.as_str()),
            _ => (None, ""),
        };
        let name = name.map(|name| name.parse()).transpose();
        let name = name.map_err(|error: ParseNameError| problem(ProblemCode::InvalidName, error.to_string()))?;
        let version = usage::version(version);
        Ok((name, version.map_err(|error| problem(ProblemCode::InvalidVersion, error.to_string()))?))
    }
}

pub(super) async fn run(arguments: &Arguments, shared: &Shared) -> Result<Deployed> {
    let mut config = shared.config()?;
    let (name, version) = arguments.target()?;
    config.package_name = name.or(config.package_name);
    let derived = match &arguments.artifacts.manifest {
        Some(_) => Some(from_manifest(arguments, shared, &config)?),
        None => None,
    };
    let package_name = match &derived {
        Some(derived) => derived.publication.package_name.clone(),
        None => config.package_name.clone().map_or_else(|| shared.project()?.package_name(), Ok)?,
    };
    let client = shared.client(&config, Purpose::Read).await?;
    let relations = match derived {
        Some(derived) => Some(of_version(derived, &client.publication(&package_name, &version).await?)),
        None => None,
    };
    let request = DeployRequest { version, relations, force: force(arguments.force.as_ref()) };
    client.deploy(&package_name, &arguments.environment.or_default(), &request).await.map(Deployed)
}

/// That it is done whatever it leaves unmet, where there is a reason.
pub(super) fn force(reason: Option<&Reason>) -> Option<Force> {
    reason.map(|reason| Force { reason: reason.clone() })
}

/// The name and interface of a manifest, and where the nodes of its run stand.
fn from_manifest(arguments: &Arguments, shared: &Shared, config: &Config) -> Result<Derived> {
    let project = shared.project()?;
    let manifest = project.manifest(arguments.artifacts.manifest())?;
    let path = project.manifest_path(arguments.artifacts.manifest());
    interface::derived(config, &project, None, (&manifest, None), &path, None)
}

/// The relations that are of the published version: of its interface, and of the rest of its lineage. What the manifest
/// offers and the version does not is left for the registry to refuse.
fn of_version(derived: Derived, published: &Publication) -> Relations {
    let is_of_version = |unique_id: &UniqueId| {
        derived.publication.interface.contains_key(unique_id) || published.lineage.contains_key(unique_id)
    };
    derived.relations.into_iter().filter(|(unique_id, _)| is_of_version(unique_id)).collect()
}

impl Output for Deployed {
    fn text(&self) -> String {
        let Deployment { package_name, environment, revision, version, .. } = &self.0;
        let name = paint(HEAD, format_args!("{package_name} {version}"));
        format!("Deployed {name} to {environment} (revision {revision})\n")
    }

    fn json(&self) -> Value {
        json!({ "deployment": self.0 })
    }
}
