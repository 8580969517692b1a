//! `weft list`.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use serde_json::{Value, json};
use weft_api::ProjectSummary;
use weft_model::name::PackageName;

use crate::{
    client::{Client, RegistryUse, location::RegistryLocation},
    failure::Result,
    options::Shared,
    output::{Message, Output, table::table},
};

/// List the projects in the registry: latest version, deployments, upstream projects.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft list\n  weft list --registry https://weft.example.com --format json")]
pub(super) struct Arguments {}

/// All projects in the registry.
pub(super) struct ListOutput {
    registry: RegistryLocation,
    projects: Vec<ProjectSummary>,
}

pub(super) async fn run(shared: &Shared) -> Result<ListOutput> {
    let config = shared.config()?;
    let registry = shared.location(&config)?;
    let client = shared.client(&config, RegistryUse::Read).await?;
    let mut projects = client.projects().await?;
    add_readings(&client, &mut projects).await?;
    Ok(ListOutput { registry, projects })
}

/// Adds to what projects read by `ref()` what they read by sources and by the names of relations: that is known only
/// from the deployments of an environment.
pub(super) async fn add_readings(client: &Client, projects: &mut [ProjectSummary]) -> Result<()> {
    let deployments = projects.iter().flat_map(|project| &project.deployments);
    let environments: BTreeSet<_> = deployments.map(|deployment| deployment.environment.clone()).collect();
    let mut read: BTreeMap<PackageName, BTreeSet<PackageName>> = BTreeMap::new();
    for environment in environments {
        let items = client.graph(&environment, "project").await?;
        for item in items.into_iter().filter(|item| item.unique_id.is_none()) {
            // What is required and not read is told by the graph alone.
            let upstreams = item.reads.into_iter().filter(|read| read.nodes.is_some_and(|nodes| nodes > 0));
            read.entry(item.package_name).or_default().extend(upstreams.map(|read| read.package_name));
        }
    }
    for project in projects {
        project.reads.extend(read.remove(&project.package_name).unwrap_or_default());
    }
    Ok(())
}

/// The table of projects that `list` and `demo` show.
pub(super) fn projects_table(projects: &[ProjectSummary]) -> String {
    let rows: Vec<_> = projects.iter().map(row).collect();
    table(["PROJECT", "LATEST", "DEPLOYED", "READS"], &rows)
}

fn row(project: &ProjectSummary) -> [String; 4] {
    let or_dash = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    let deployed: Vec<_> = project.deployments.iter().map(|it| format!("{} {}", it.environment, it.version)).collect();
    let reads: Vec<_> = project.reads.iter().map(ToString::to_string).collect();
    [
        project.package_name.to_string(),
        project.latest.as_ref().map_or_else(|| "yanked".to_owned(), ToString::to_string),
        or_dash(deployed.join(", ")),
        or_dash(reads.join(", ")),
    ]
}

impl Output for ListOutput {
    fn text(&self) -> String {
        if self.projects.is_empty() { String::new() } else { projects_table(&self.projects) }
    }

    fn json(&self) -> Value {
        json!({ "projects": self.projects })
    }

    fn messages(&self) -> Vec<Message> {
        if !self.projects.is_empty() {
            return Vec::new();
        }
        let missing = self.registry.file().is_some_and(|path| !path.exists());
        let state = if missing { "does not exist yet" } else { "has no projects yet" };
        vec![Message::Hint(format!("the registry `{}` {state}; run `weft publish` in a dbt project", self.registry))]
    }
}
