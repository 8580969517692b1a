//! `weft list`.

use clap::Args;
use contracts::api::ProjectSummary;
use serde_json::{Value, json};

use crate::{
    client::Purpose,
    failure::Result,
    location::Location,
    options::Shared,
    output::{Message, Output, table::table},
};

/// List the projects of the registry: latest version, where it is deployed, what it reads.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft list\n  weft list --registry https://weft.example.com --format json")]
pub(super) struct Arguments {}

/// Every project.
pub(super) struct Projects {
    registry: Location,
    projects: Vec<ProjectSummary>,
}

pub(super) async fn run(shared: &Shared) -> Result<Projects> {
    let config = shared.config()?;
    let registry = shared.location(&config)?;
    let projects = shared.client(&config, Purpose::Read).await?.projects().await?;
    Ok(Projects { registry, projects })
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

impl Output for Projects {
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
        let state = if missing { "is not there yet" } else { "holds no project yet" };
        vec![Message::Hint(format!(
            "the registry `{}` {state}; `weft publish` in a dbt project puts one there",
            self.registry
        ))]
    }
}
