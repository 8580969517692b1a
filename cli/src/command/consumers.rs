//! `weft consumers`.

mod add;
mod draft;
mod file;
mod odps;
mod outcome;
mod register;

use clap::{Args, Subcommand};
use weft_model::name::PackageName;

use crate::{
    client::{Client, RegistryUse},
    command::consumers::outcome::{ConsumersOutput, ReadersTarget},
    failure::Result,
    options::{Environment, Shared},
    project::config::Config,
    states::{deployed::DeployedProjects, target::NodeTarget},
};

/// Show the readers of a project, a node or a column; register readers that are not dbt projects.
///
/// For a node or column, the list includes indirect readers: all that a change reaches through other nodes.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  weft consumers\n  weft consumers inventory --environment staging\n  \
                  weft consumers products.price\n  weft consumers add --help\n  weft consumers list\n  \
                  weft consumers remove price_board"
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,

    /// A project; or a node, by name, PROJECT.NAME or `unique_id`; add `.COLUMN` for one column. If several match, the
    /// project comes first, then the node with the longest name. Default: the project in the folder
    #[arg(value_name = "PROJECT|NODE[.COLUMN]")]
    about: Option<String>,

    /// The node's project; default: the project in the folder comes first
    #[arg(long, value_name = "NAME", requires = "about")]
    project: Option<PackageName>,

    #[command(flatten)]
    environment: Environment,
}

#[derive(Debug, Subcommand)]
enum Action {
    Add(add::Arguments),
    /// List the registered consumers
    List {
        #[command(flatten)]
        environment: Environment,
    },
    /// Remove a registered consumer
    Remove {
        /// Its name
        name: PackageName,
        #[command(flatten)]
        environment: Environment,
    },
}

pub(super) async fn run(arguments: &Arguments, shared: &Shared) -> Result<ConsumersOutput> {
    let config = shared.config()?;
    let client = shared.client(&config, RegistryUse::Read).await?;
    match &arguments.action {
        None => readers(arguments, &client, shared, &config).await,
        Some(Action::Add(arguments)) => add::run(arguments, &client, shared.own_name(&config).as_ref()).await,
        Some(Action::List { environment }) => {
            let environment = environment.or_default();
            let consumers = client.registered(&environment).await?;
            Ok(ConsumersOutput::Registered { environment, consumers })
        }
        Some(Action::Remove { name, environment }) => {
            client.remove_consumer(&environment.or_default(), name).await.map(ConsumersOutput::Removed)
        }
    }
}

/// Who reads what is asked about.
async fn readers(arguments: &Arguments, client: &Client, shared: &Shared, config: &Config) -> Result<ConsumersOutput> {
    let environment = arguments.environment.or_default();
    let own = || shared.package_name(None, config);
    let package_name = match &arguments.about {
        None => own()?,
        Some(text) => {
            let mut deployed = DeployedProjects::open(client, &environment, shared.own_name(config)).await?;
            let project = deployed.project(text).filter(|_| arguments.project.is_none());
            if let Some(project) = project {
                project.clone()
            } else {
                let found = deployed.find(text, arguments.project.as_ref()).await?;
                let NodeTarget { package_name, unique_id, column, .. } =
                    found.map_err(|error| deployed.problem(&error))?;
                let column_name = column.as_deref();
                let consumers = client.node_consumers(&package_name, &unique_id, column_name, &environment).await?;
                let about = ReadersTarget { environment, package_name, unique_id: Some(unique_id), column };
                return Ok(ConsumersOutput::Readers { about, consumers });
            }
        }
    };
    let consumers = client.project_consumers(&package_name, &environment).await?;
    let about = ReadersTarget { environment, package_name, unique_id: None, column: None };
    Ok(ConsumersOutput::Readers { about, consumers })
}
