//! `weft show`.

use std::{collections::BTreeSet, fmt::Write as _};

use clap::Args;
use semver::Version;
use serde_json::{Value, json};
use weft_api::{Consumer, ProjectDetail, PublicationSummary};
use weft_model::name::PackageName;
use weft_publication::{Column, InterfaceNode, Publication};

use crate::{
    client::{Client, RegistryUse},
    escape::{escape, excerpt, moment},
    failure::Result,
    named,
    options::Shared,
    output::{
        Output,
        style::{DIM, HEAD, paint},
        table::table,
    },
};

/// How many characters of a description are shown.
const DESCRIPTION: usize = 60;

/// How many readings are shown.
const CONSUMERS: usize = 1_000;

/// Show a project: versions, environments, public nodes and their readers. With a version, its columns too.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  weft show inventory\n  weft show inventory 1.4.0\n  weft show inventory --format json"
)]
pub(super) struct Arguments {
    /// The project
    project: PackageName,

    /// One of its versions
    #[arg(value_parser = named::version)]
    version: Option<Version>,
}

/// A project, and one of its versions.
pub(super) struct ShowOutput {
    project: ProjectDetail,
    publications: Vec<PublicationSummary>,
    /// The version asked for, else the latest.
    publication: Option<Publication>,
    with_columns: bool,
}

pub(super) async fn run(arguments: &Arguments, shared: &Shared) -> Result<ShowOutput> {
    let config = shared.config()?;
    let client = shared.client(&config, RegistryUse::Read).await?;
    let project = with_readers(&client, client.project(&arguments.project).await?).await?;
    let publications = client.publications(&arguments.project).await?;
    let publication = match arguments.version.as_ref().or(project.summary.latest.as_ref()) {
        Some(version) => Some(client.publication(&arguments.project, version).await?),
        None => None,
    };
    Ok(ShowOutput { project, publications, publication, with_columns: arguments.version.is_some() })
}

/// The project with all readers in its environments, also by source and relation name, and registered consumers: the
/// readers that `weft consumers` and `weft graph` show.
async fn with_readers(client: &Client, project: ProjectDetail) -> Result<ProjectDetail> {
    let ProjectDetail { summary, consumers, consumers_total, .. } = &project;
    let environments: BTreeSet<_> = summary.deployments.iter().map(|it| it.environment.clone()).collect();
    // Where readers are deployed and the project is not, only what they read by `ref()` is known.
    let elsewhere = consumers.iter().filter(|consumer| !environments.contains(&consumer.environment));
    let mut readers: Vec<Consumer> = elsewhere.cloned().collect();
    for environment in &environments {
        readers.extend(client.project_consumers(&summary.package_name, environment).await?);
    }
    let key = |it: &Consumer| {
        (it.package_name.clone(), it.environment.clone(), it.reader.clone(), it.unique_id.clone(), it.kind)
    };
    readers.sort_by_cached_key(key);
    readers.dedup_by_key(|consumer| key(consumer));
    let consumers_total = (readers.len() as u64).max(*consumers_total);
    Ok(ProjectDetail { consumers: readers, consumers_total, ..project })
}

impl ShowOutput {
    fn versions(&self) -> String {
        let row = |it: &PublicationSummary| {
            let environments: Vec<_> = self
                .project
                .summary
                .deployments
                .iter()
                .filter(|deployment| deployment.version == it.version)
                .map(|deployment| deployment.environment.to_string())
                .collect();
            let state = if it.yanked { "yanked".to_owned() } else { environments.join(", ") };
            [it.version.to_string(), moment(it.published_at), state]
        };
        table(["VERSION", "PUBLISHED", "DEPLOYED"], &self.publications.iter().map(row).collect::<Vec<_>>())
    }

    fn interface(publication: &Publication) -> String {
        let row = |node: &InterfaceNode| {
            let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
            [
                node_name(node),
                format!("{:?}", node.resource_type).to_lowercase(),
                or_dash(node.group.as_deref().map(escape)),
                node.columns.len().to_string(),
                excerpt(&node.description, DESCRIPTION),
            ]
        };
        let rows: Vec<_> = publication.interface.values().map(row).collect();
        table(["NODE", "KIND", "GROUP", "COLUMNS", "DESCRIPTION"], &rows)
    }

    fn columns(publication: &Publication) -> String {
        let mut text = String::new();
        for node in publication.interface.values() {
            let rows: Vec<_> = node
                .columns
                .iter()
                .map(|column| {
                    [
                        escape(&column.name),
                        column.data_type.as_deref().map_or_else(|| "?".to_owned(), escape),
                        origin(column),
                        excerpt(&column.description, DESCRIPTION),
                    ]
                })
                .collect();
            let _ = writeln!(text, "\n{}", paint(HEAD, node_name(node)));
            text.push_str(&table(["COLUMN", "TYPE", "ORIGIN", "DESCRIPTION"], &rows));
        }
        text
    }

    fn consumers(&self) -> String {
        let rows: Vec<_> = self
            .project
            .consumers
            .iter()
            .take(CONSUMERS)
            .map(|it| [it.who(), it.environment.to_string(), escape(it.reader.as_str()), escape(it.unique_id.as_str())])
            .collect();
        let mut text = table(["CONSUMER", "ENVIRONMENT", "READER", "READS"], &rows);
        let more = self.project.consumers_total.saturating_sub(rows.len() as u64);
        if more > 0 {
            let _ = writeln!(text, "and {more} more");
        }
        text
    }
}

/// `sql`; `sql (in the SQL, not known in the table)`
fn origin(column: &Column) -> String {
    let only_in = column.only_in.map(|only_in| format!(" ({})", only_in.words())).unwrap_or_default();
    format!("{}{only_in}", format!("{:?}", column.origin).to_lowercase())
}

/// `stock_levels v2 (latest)`
fn node_name(node: &InterfaceNode) -> String {
    let name = escape(&node.name);
    match &node.version {
        Some(version) if node.latest_version.as_ref() == Some(version) => {
            format!("{name} v{} (latest)", escape(&version.to_string()))
        }
        Some(version) => format!("{name} v{}", escape(&version.to_string())),
        None => name,
    }
}

impl Output for ShowOutput {
    fn text(&self) -> String {
        let origin = self.project.origin.as_deref().map(|origin| format!("  {}", paint(DIM, escape(origin))));
        let mut text = format!("{}{}\n\n", paint(HEAD, &self.project.summary.package_name), origin.unwrap_or_default());
        text.push_str(&self.versions());
        if let Some(publication) = &self.publication {
            let _ = writeln!(text, "\nInterface of {}", paint(HEAD, &publication.version));
            text.push_str(&Self::interface(publication));
            if self.with_columns {
                text.push_str(&Self::columns(publication));
            }
        }
        if self.project.consumers.is_empty() {
            text.push_str("\nNo deployed project and no registered consumer reads it\n");
        } else {
            text.push('\n');
            text.push_str(&self.consumers());
        }
        text
    }

    fn json(&self) -> Value {
        json!({ "project": self.project, "publications": self.publications, "publication": self.publication })
    }
}
