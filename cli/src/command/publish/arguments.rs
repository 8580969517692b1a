//! The arguments of `weft publish`.

use clap::Args;
use weft_model::name::{PackageName, Reason};

use crate::{
    command::publish::version::{VersionChoice, choice},
    options::{Artifacts, Environment, Fallbacks},
    project::dbt::current::Currency,
};

/// Publish this project's interface, and deploy it to the environment.
///
/// Reads dbt's artifacts (target/manifest.json, and catalog.json if it exists), weft.yml and git. SQL, macros and private
/// nodes are not sent. If you publish the same content again, it keeps its version.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft publish\n  weft publish --dry-run --format json\n  \
                        weft publish --environment staging\n  weft publish --version 2.0.0 --no-deploy")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(in crate::command) struct Arguments {
    /// Version to publish; `auto` bumps the latest as the changes require
    #[arg(long, value_name = "auto|VERSION", default_value = "auto", value_parser = choice)]
    pub(super) version: VersionChoice,

    /// Publish under this name instead of the manifest's
    #[arg(long = "as", value_name = "NAME")]
    pub(super) name: Option<PackageName>,

    #[command(flatten)]
    pub(super) environment: Environment,

    #[command(flatten)]
    pub(super) artifacts: Artifacts,

    #[command(flatten)]
    pub(super) currency: Currency,

    #[command(flatten)]
    pub(super) fallback: Fallbacks,

    /// Publish without deploying
    #[arg(long)]
    pub(super) no_deploy: bool,

    /// Deploy even if it breaks readers; the reason is recorded
    #[arg(long, value_name = "REASON", conflicts_with = "no_deploy")]
    pub(super) force: Option<Reason>,

    /// Publish with uncommitted changes in the project; the publication records it
    #[arg(long)]
    pub(super) allow_dirty: bool,

    /// The project moved here: transfer its name to this repository and folder
    #[arg(long)]
    pub(super) moved: bool,

    /// Show what would be published, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}
