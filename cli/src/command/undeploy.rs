//! `weft undeploy`.

use clap::Args;
use serde_json::{Value, json};
use weft_api::{Deployment, UndeployRequest};
use weft_model::name::{PackageName, Reason};

use crate::{
    client::RegistryUse,
    command::deploy::force,
    failure::Result,
    options::{Environment, Shared},
    output::{
        Output,
        style::{HEAD, paint},
    },
};

/// Remove a project from an environment. Its versions and its history stay.
///
/// The registry refuses this if others read the project there.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft undeploy inventory --environment staging")]
pub(super) struct Arguments {
    /// The project
    project: PackageName,

    #[command(flatten)]
    environment: Environment,

    /// Remove it even if that breaks readers; the reason is recorded
    #[arg(long, value_name = "REASON")]
    force: Option<Reason>,
}

/// What was deployed there.
pub(super) struct UndeployOutput(Deployment);

pub(super) async fn run(arguments: &Arguments, shared: &Shared) -> Result<UndeployOutput> {
    let config = shared.config()?;
    let client = shared.client(&config, RegistryUse::Read).await?;
    let request = UndeployRequest { force: force(arguments.force.as_ref()) };
    client.undeploy(&arguments.project, &arguments.environment.or_default(), &request).await.map(UndeployOutput)
}

impl Output for UndeployOutput {
    fn text(&self) -> String {
        let Deployment { package_name, environment, revision, version, .. } = &self.0;
        let name = paint(HEAD, format_args!("{package_name} {version}"));
        format!("Removed {name} from {environment} (revision {revision})\n")
    }

    fn json(&self) -> Value {
        json!({ "deployment": self.0 })
    }
}
