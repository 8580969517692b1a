//! `weft graph`.

mod outcome;

use clap::Args;

use crate::{
    client::RegistryUse,
    command::{
        graph::outcome::{GraphDetail, GraphOutput},
        unused,
    },
    failure::Result,
    options::{Environment, Shared},
};

/// Show the graph of an environment: which projects and registered consumers read from each other, or which nodes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft graph\n  weft graph --level node --environment staging\n  \
                        weft graph --format mermaid\n  weft graph --format dot | dot -Tsvg > mesh.svg")]
pub(super) struct Arguments {
    /// How detailed the graph is
    #[arg(long, value_enum, default_value_t)]
    level: GraphDetail,

    #[command(flatten)]
    environment: Environment,
}

pub(super) async fn run(arguments: &Arguments, shared: &Shared) -> Result<GraphOutput> {
    let config = shared.config()?;
    let client = shared.client(&config, RegistryUse::Read).await?;
    let environment = arguments.environment.or_default();
    let level = arguments.level;
    let word = match level {
        GraphDetail::Project => "project",
        GraphDetail::Node => "node",
    };
    let items = client.graph(&environment, word).await?;
    let warning = if items.is_empty() { unused::warning(&client, &environment, None).await? } else { None };
    Ok(GraphOutput { environment, level, items, warning })
}
