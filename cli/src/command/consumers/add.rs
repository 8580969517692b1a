//! `weft consumers add`.

use std::{collections::BTreeSet, path::PathBuf};

use clap::Args;
use weft_api::{consumer::ConsumerKind, problem::ProblemCode};
use weft_model::name::{Author, EnvironmentName, PackageName};

use crate::{
    client::Client,
    command::consumers::{
        draft::{ConsumerFlags, Draft, DraftRead, NodeReference},
        file,
        outcome::ConsumersOutput,
        register::{Plan, plan, refused, register},
    },
    failure::{Result, problem_with_hint},
    options::Environment,
    states::deployed::DeployedProjects,
};

/// Register readers that are not dbt projects: applications, dashboards, topics. Every check includes them.
///
/// What they read must be public in what is deployed in the environment. A consumer with the same name is replaced.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    weft consumers add price_board --kind dashboard --owner Merchandising --reads products.price products.product_id\n  \
    weft consumers add tills --owner 'Store IT' --contact tills@example.com --reads 'products.price:decimal(10,2)'\n  \
    weft consumers add --file consumers.yml\n  weft consumers add customer_360 --file product.odps.yaml\n\n\
    A file has a list `consumers:`, each with name, kind, owner, contact, roles, environment, and\n  \
    reads: [{project: inventory, node: products, columns: [product_id, {name: price, data_type: 'decimal(10,2)'}]}]\n\
    or is a data product of the Open Data Product Standard: input ports are matched to nodes by contractId and name.")]
pub(super) struct Arguments {
    /// Its name: ASCII letters, digits and `_`. With a file of one consumer, the name for that consumer
    #[arg(required_unless_present = "file")]
    name: Option<PackageName>,

    /// application, dashboard, notebook, analysis, ml, topic or job; default: application
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<ConsumerKind>,

    /// Its owner
    #[arg(long, value_name = "WHO", required_unless_present = "file")]
    owner: Option<Author>,

    /// Where to reach the owner: an address, a channel
    #[arg(long, value_name = "ADDRESS")]
    contact: Option<Author>,

    /// The warehouse roles, users or groups that it reads with
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<Author>,

    /// What it reads: nodes, by name, PROJECT.NAME or `unique_id`; add a column, and the type that it must have. A node
    /// without columns counts as all its columns
    #[arg(long, num_args = 1.., value_name = "NODE[.COLUMN[:TYPE]]", required_unless_present = "file")]
    reads: Vec<String>,

    /// Read the consumers from a YAML or JSON file; flags override the file
    #[arg(long, value_name = "FILE", conflicts_with = "reads")]
    file: Option<PathBuf>,

    #[command(flatten)]
    environment: Environment,
}

fn kind(text: &str) -> std::result::Result<ConsumerKind, String> {
    let known = ConsumerKind::EVERY.into_iter().find(|kind| kind.to_string() == text);
    known.ok_or_else(|| format!("kinds are {}", ConsumerKind::EVERY.map(|kind| kind.to_string()).join(", ")))
}

pub(super) async fn run(arguments: &Arguments, client: &Client, own: Option<&PackageName>) -> Result<ConsumersOutput> {
    let drafts = drafts(arguments)?;
    let environments: BTreeSet<EnvironmentName> = drafts.iter().map(|draft| draft.environment.clone()).collect();
    let mut plans: Vec<Plan> = Vec::new();
    // All that can be told from here is told before anything is registered.
    for environment in &environments {
        let mut deployed = DeployedProjects::open(client, environment, own.cloned()).await?.of_interfaces();
        for draft in drafts.iter().filter(|draft| draft.environment == *environment) {
            plans.push(plan(draft, &mut deployed).await?);
        }
    }
    refused(&plans)?;
    register(client, plans).await
}

/// The consumers as the flags or the file describe them.
fn drafts(arguments: &Arguments) -> Result<Vec<Draft>> {
    let Arguments { name, kind, owner, contact, roles, reads, file, environment } = arguments;
    let roles: BTreeSet<Author> = roles.iter().cloned().collect();
    let environment = environment.or_default();
    let (Some(name), Some(owner), None) = (name, owner, file) else {
        let said = ConsumerFlags {
            name: name.clone(),
            kind: *kind,
            owner: owner.clone(),
            contact: contact.clone(),
            roles,
            environment,
        };
        return match file {
            Some(file) => file::read(file, &said),
            // clap has seen to it that one of the two is there.
            None => Err(problem_with_hint(
                ProblemCode::Usage,
                "a file, or a name and an owner, is required",
                "`weft consumers add --help` shows the arguments",
            )),
        };
    };
    let read = |text: &String| DraftRead {
        place: format!("--reads {text}"),
        project: None,
        what: NodeReference::Text(text.clone()),
    };
    Ok(vec![Draft {
        name: name.clone(),
        environment,
        kind: kind.unwrap_or(ConsumerKind::Application),
        owner: owner.clone(),
        contact: contact.clone(),
        roles,
        reads: reads.iter().map(read).collect(),
    }])
}
