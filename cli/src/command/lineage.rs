//! `weft lineage`.

mod drawn;
mod tree;

use clap::Args;
use contracts::{
    api::{Direction, Lineage},
    name::PackageName,
};
use serde_json::{Value, json};

use crate::{
    client::{Neighbourhood, Purpose},
    failure::Result,
    options::{Environment, Shared},
    output::{Message, Output, drawing::Drawing},
    target::{Deployed, Target},
};

/// Show what a node or column is made of, and whom a change of it reaches, across projects.
///
/// A column is followed upstream to what its values are made of, and downstream to whatever breaks with it: also where it
/// only filters, joins, groups or orders. Where it is not known what a node reads, it counts as reading everything.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft lineage products\n  weft lineage products.price --direction down\n  \
                        weft lineage model.inventory.products --columns --format mermaid")]
pub(super) struct Arguments {
    /// The node, by name, PROJECT.NAME or `unique_id`; with `.COLUMN`, that column of it. What can be read in two ways is
    /// the longest node that there is
    #[arg(value_name = "NODE[.COLUMN]")]
    node: String,

    /// The node's project; else the one in the folder comes first
    #[arg(long, value_name = "NAME")]
    project: Option<PackageName>,

    /// up: what it is made of; down: whom a change reaches; both
    #[arg(long, value_name = "up|down|both", default_value_t)]
    direction: Direction,

    /// How many readings far, 0 to 20; default: 5
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(0..=20))]
    depth: Option<u32>,

    /// Show which columns are read, and how; so it is for a column that is followed
    #[arg(long)]
    columns: bool,

    #[command(flatten)]
    environment: Environment,
}

/// The neighbourhood of a node.
pub(super) struct Shown(Lineage);

pub(super) async fn run(arguments: &Arguments, shared: &Shared) -> Result<Shown> {
    let config = shared.config()?;
    let client = shared.client(&config, Purpose::Read).await?;
    let environment = arguments.environment.or_default();
    let mut deployed = Deployed::open(&client, &environment, (shared, &config)).await?;
    let found = deployed.find(&arguments.node, arguments.project.as_ref()).await?;
    let Target { package_name, unique_id, column, .. } = found.map_err(|error| deployed.problem(&error))?;
    let columns = column.as_deref().or(arguments.columns.then_some("true"));
    let Arguments { direction, depth, .. } = *arguments;
    let asked = Neighbourhood { environment: &environment, direction, depth, columns };
    client.lineage(&package_name, &unique_id, &asked).await.map(Shown)
}

impl Output for Shown {
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
            let nodes =
                if *hidden == 1 { "1 node further on is".to_owned() } else { format!("{hidden} nodes further on are") };
            messages.push(Message::Hint(format!("{nodes} not shown; --depth goes further than {depth}, up to 20")));
        }
        if *hidden_columns > 0 {
            messages
                .push(Message::Hint(format!("{hidden_columns} readings of columns are not shown; follow one column")));
        }
        messages
    }
}
