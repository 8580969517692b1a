//! `weft demo`.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::{Value, json};
use weft_api::{Consumer, ProjectSummary, PublishRequest, problem::ProblemCode};
use weft_publication::Publication;

use crate::{
    client::{Client, location::RegistryLocation},
    command::{
        list::projects_table,
        resolve::{self, Resolved},
    },
    escape::{self, escape},
    failure::{FileError, Result, problem},
    options::{Environment, Fallbacks, Shared},
    output::{
        Format, Message, Output,
        progress::Progress,
        style::{HEAD, paint},
        table::table,
    },
    project::config,
    system::files,
};

/// The sample mesh as `weft publish` sends it, upstream first: `data.request` of `weft publish --dry-run --format json`
/// in each project under `projects/`.
const SAMPLES: [&str; 3] = [
    include_str!("../../../projects/demo/inventory.json"),
    include_str!("../../../projects/demo/sales.json"),
    include_str!("../../../projects/demo/finance.json"),
];

/// Try weft without dbt: publish three sample projects, and resolve what the last one reads.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft demo\n  weft demo --dir ./mesh")]
pub(super) struct Arguments {
    /// Where to keep the demo's registry and project; default: a new temporary folder
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// The mesh that was made.
pub(super) struct DemoOutput {
    dir: PathBuf,
    projects: Vec<ProjectSummary>,
    readings: Vec<Consumer>,
    resolved: Resolved,
    /// The project that was resolved, below `dir`.
    downstream: String,
}

pub(super) async fn run(arguments: &Arguments, progress: &Progress) -> Result<DemoOutput> {
    let dir = folder(arguments)?;
    let database = dir.join(".weft").join("registry.db");
    let client = Client::open_file(&database).await?;
    let mut downstream = None;
    for sample in SAMPLES {
        let request = read(sample)?;
        progress.step(&format!("publishing {}", request.publication.package_name));
        client.publish(&request, false).await?;
        downstream = Some(request.publication);
    }
    let Some(downstream) = downstream else { return Err(problem(ProblemCode::Internal, "the demo has no samples")) };
    let project_dir = dir.join(downstream.package_name.as_str());
    write_project(&project_dir, &downstream)?;
    let shared = Shared { registry: Some(database.to_string_lossy().into_owned()), project_dir, format: Format::Text };
    let resolved = resolve::run(&everything(), &shared, progress).await?;
    let projects = client.projects().await?;
    let mut readings = Vec::new();
    for project in &projects {
        readings.extend(client.project(&project.package_name).await?.consumers);
    }
    Ok(DemoOutput { dir, projects, readings, resolved, downstream: downstream.package_name.to_string() })
}

fn folder(arguments: &Arguments) -> Result<PathBuf> {
    if let Some(dir) = &arguments.dir {
        files::make_folder(dir)?;
        return Ok(dir.clone());
    }
    let made = tempfile::Builder::new().prefix("weft-demo-").tempdir();
    Ok(made.map_err(FileError::on(&std::env::temp_dir(), "written"))?.keep())
}

fn read(sample: &str) -> Result<PublishRequest> {
    serde_json::from_str(sample)
        .map_err(|error| problem(ProblemCode::Internal, format!("a sample of the demo cannot be read: {error}")))
}

/// A dbt project that reads what the sample reads: enough for `weft resolve` to see which nodes it names.
fn write_project(dir: &Path, publication: &Publication) -> Result<()> {
    let name = &publication.package_name;
    files::write(&dir.join("dbt_project.yml"), &format!("name: {name}\nversion: {}\n", publication.version))?;
    let mut requires = "requires:\n".to_owned();
    for (upstream, requirement) in &publication.requires {
        let _ = writeln!(requires, "  {upstream}: \"{requirement}\"");
    }
    files::write(&dir.join(config::FILE), &requires)?;
    let mut sql = String::new();
    for reading in &publication.uses {
        let _ = writeln!(sql, "-- reads {}: {}", reading.upstream, reading.unique_id);
    }
    files::write(&dir.join("models").join("reads.sql"), &sql)?;
    Ok(())
}

/// The arguments of `weft resolve --write`.
fn everything() -> resolve::Arguments {
    resolve::Arguments {
        environment: Environment { environment: None },
        binding: None,
        locked: false,
        offline: false,
        latest: false,
        fallback: Fallbacks::default(),
        all: false,
        write: true,
    }
}

impl DemoOutput {
    fn readings(&self) -> String {
        let row =
            |it: &Consumer| [it.package_name.to_string(), escape(it.reader.as_str()), escape(it.unique_id.as_str())];
        let rows: Vec<_> = self.readings.iter().map(row).collect();
        table(["CONSUMER", "READER", "READS"], &rows)
    }
}

impl Output for DemoOutput {
    fn text(&self) -> String {
        let mut text = format!("{}\n{}\n", paint(HEAD, "The mesh"), projects_table(&self.projects));
        let _ = writeln!(text, "{}\n{}", paint(HEAD, "Who reads what"), self.readings());
        let _ = writeln!(
            text,
            "{}\n{}",
            paint(HEAD, format_args!("What {} received", self.downstream)),
            self.resolved.text()
        );
        for file in &self.resolved.bound.files {
            let _ = writeln!(text, "  {}/{}", self.downstream, escape(file));
        }
        text
    }

    fn json(&self) -> Value {
        json!({
            "dir": self.dir, "projects": self.projects, "readings": self.readings, "resolved": self.resolved.json(),
        })
    }

    fn messages(&self) -> Vec<Message> {
        let registry = RegistryLocation::File(self.dir.join(".weft").join("registry.db"));
        vec![Message::Hint(format!(
            "everything is in {}; explore it with\n  export WEFT_REGISTRY={registry}\n  weft list\n  weft show inventory\n  \
             weft serve",
            escape::path(&self.dir)
        ))]
    }
}
