//! The arguments of `weft resolve`.

use clap::Args;

use crate::{
    options::{Environment, Fallbacks},
    project::config::Binding,
};

/// Choose a version of each required project, and make its nodes available to dbt.
///
/// Requirements come from weft.yml, and from the projects in dependencies.yml. Writes weft.lock, which you commit, and
/// the upstream nodes under .weft/, in the form that `binding:` names.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  weft resolve --write\n  weft resolve --environment staging --fallback staging=prod\n  \
                        weft resolve --locked --offline\n  weft resolve --binding loom"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(in crate::command) struct Arguments {
    #[command(flatten)]
    pub(in crate::command) environment: Environment,

    /// The form in which upstream nodes reach dbt; default: `binding:` in weft.yml, else package
    #[arg(long, value_enum)]
    pub(in crate::command) binding: Option<Binding>,

    /// Use exactly the versions in weft.lock
    #[arg(long, conflicts_with_all = ["latest", "fallback"])]
    pub(in crate::command) locked: bool,

    /// Use exactly the versions in weft.lock, from the cache only; no registry is contacted
    #[arg(long, conflicts_with_all = ["latest", "fallback"])]
    pub(in crate::command) offline: bool,

    /// Use the highest published version that matches, instead of what is deployed
    #[arg(long)]
    pub(in crate::command) latest: bool,

    #[command(flatten)]
    pub(in crate::command) fallback: Fallbacks,

    /// Write a stub for every upstream node, not only for those that this project refers to (binding package)
    #[arg(long)]
    pub(in crate::command) all: bool,

    /// Add the missing lines to packages.yml (binding package) or dbt-loom's configuration (binding loom), and remove the
    /// lines of other bindings
    #[arg(long)]
    pub(in crate::command) write: bool,
}
