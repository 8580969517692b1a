//! `weft lineage`.

mod drawn;
mod tree;

use clap::Args;
use serde_json::{Value, json};
use weft_api::{Direction, Lineage};
use weft_model::name::PackageName;

use crate::{
    client::{RegistryUse, mesh::Neighborhood},
    failure::Result,
    options::{Environment, Shared},
    output::{Message, Output, drawing::Drawing},
    states::{deployed::DeployedProjects, target::NodeTarget},
};

/// Show what a node or column is made of, and which readers a change of it reaches, across projects.
///
/// Upstream, weft follows a column to the columns that its values are made of. Downstream, it follows everything that
/// breaks with the column, also where it only filters, joins, groups or orders. A node whose inputs are unknown counts as
/// reading everything.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft lineage products\n  weft lineage products.price --direction down\n  \
                        weft lineage model.inventory.products --columns --format mermaid")]
pub(super) struct Arguments {
    /// The node, by name, PROJECT.NAME or `unique_id`; add `.COLUMN` for one column. If several match, the node with the
    /// longest name comes first
    #[arg(value_name = "NODE[.COLUMN]")]
    node: String,

    /// The node's project; default: the project in the folder comes first
    #[arg(long, value_name = "NAME")]
    project: Option<PackageName>,

    /// up: what it is made of; down: what a change reaches; both
    #[arg(long, value_name = "up|down|both", default_value_t)]
    direction: Direction,

    /// How many steps to follow, 0 to 20; default: 5
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(0..=20))]
    depth: Option<u32>,

    /// Show which columns are read, and how; always on if a column is named
    #[arg(long)]
    columns: bool,

    #[command(flatten)]
    environment: Environment,
}

/// The neighborhood of a node.
pub(super) struct LineageOutput(Lineage);

pub(super) async fn run(arguments: &Arguments, shared: &Shared) -> Result<LineageOutput> {
    let config = shared.config()?;
    let client = shared.client(&config, RegistryUse::Read).await?;
    let environment = arguments.environment.or_default();
    let mut deployed = DeployedProjects::open(&client, &environment, shared.own_name(&config)).await?;
    let found = deployed.find(&arguments.node, arguments.project.as_ref()).await?;
    let NodeTarget { package_name, unique_id, column, .. } = found.map_err(|error| deployed.problem(&error))?;
    let columns = column.as_deref().or(arguments.columns.then_some("true"));
    let Arguments { direction, depth, .. } = *arguments;
    let asked = Neighborhood { environment: &environment, direction, depth, columns };
    client.lineage(&package_name, &unique_id, &asked).await.map(LineageOutput)
}

impl Output for LineageOutput {
    fn text(&self) -> String {
        tree::text(&self.0)
    }

    fn json(&self) -> Value {
        json!(self.0)
    }

    fn drawing(&self) -> Option<Drawing> {
        Some(drawn::drawing(&self.0))
    }

    fn messages(&self) -> Vec<Message> {
        let Lineage { hidden, hidden_columns, depth, .. } = &self.0;
        let mut messages = Vec::new();
        if *hidden > 0 {
            let nodes = if *hidden == 1 {
                "1 more distant node is".to_owned()
            } else {
                format!("{hidden} more distant nodes are")
            };
            messages.push(Message::Hint(format!("{nodes} not shown; use a --depth above {depth}, up to 20")));
        }
        if *hidden_columns > 0 {
            messages
                .push(Message::Hint(format!("{hidden_columns} readings of columns are not shown; follow one column")));
        }
        messages
    }
}
