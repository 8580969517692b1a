//! `weft yank`.

use clap::Args;
use semver::Version;
use serde_json::{Value, json};
use weft_api::{PublicationSummary, YankRequest};
use weft_model::name::{PackageName, Reason};

use crate::{
    client::RegistryUse,
    command::deploy,
    failure::Result,
    named,
    options::Shared,
    output::{
        Output,
        style::{HEAD, paint},
    },
};

/// Hide a version from new resolutions. Locks that hold it still work, with a warning.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft yank inventory 1.3.0\n  weft yank inventory 1.3.0 --undo")]
pub(super) struct Arguments {
    /// The project
    project: PackageName,

    /// Its version
    #[arg(value_parser = named::version)]
    version: Version,

    /// Undo a yank; refused if the version is too small beside the versions below and above it
    #[arg(long)]
    undo: bool,

    /// Undo it even if the version is too small; the reason is recorded
    #[arg(long, value_name = "REASON", requires = "undo")]
    force: Option<Reason>,
}

/// The version with its current state.
pub(super) struct YankOutput {
    project: PackageName,
    publication: PublicationSummary,
}

pub(super) async fn run(arguments: &Arguments, shared: &Shared) -> Result<YankOutput> {
    let config = shared.config()?;
    let client = shared.client(&config, RegistryUse::Read).await?;
    let request = YankRequest { yanked: !arguments.undo, force: deploy::force(arguments.force.as_ref()) };
    let publication = client.yank(&arguments.project, &arguments.version, &request).await?;
    Ok(YankOutput { project: arguments.project.clone(), publication })
}

impl Output for YankOutput {
    fn text(&self) -> String {
        let name = paint(HEAD, format_args!("{} {}", self.project, self.publication.version));
        if self.publication.yanked {
            format!("Yanked {name}: new resolutions skip it\n")
        } else {
            format!("{name} can be resolved again\n")
        }
    }

    fn json(&self) -> Value {
        json!({ "package_name": self.project, "publication": self.publication })
    }
}
