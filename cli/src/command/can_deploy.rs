//! `weft can-deploy`.

use std::fmt::Write as _;

use clap::Args;
use contracts::{api::CanDeploy, name::PackageName};
use semver::Version;
use serde_json::{Value, json};

use crate::{
    client::Purpose,
    failure::Result,
    options::{Environment, Shared},
    output::{
        Output,
        escape::escape,
        needs,
        style::{HEAD, paint},
        table::table,
    },
    usage,
};

/// Ask whether a published version may be deployed beside what stands in an environment.
///
/// It may not where it would leave a requirement, node or column unmet that is met there now. Exits with 1 then.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  weft can-deploy inventory\n  weft can-deploy inventory --version 2.0.0 --environment staging"
)]
pub(super) struct Arguments {
    /// The project; this one unless another is named
    project: Option<PackageName>,

    /// The published version; the latest unless another is named
    #[arg(long, value_name = "VERSION", value_parser = usage::version)]
    version: Option<Version>,

    #[command(flatten)]
    environment: Environment,
}

/// Yes or no, and what stands in the way.
pub(super) struct Answer(CanDeploy);

pub(super) async fn run(arguments: &Arguments, shared: &Shared) -> Result<Answer> {
    let config = shared.config()?;
    let named = arguments.project.clone().or_else(|| config.package_name.clone());
    let project = named.map_or_else(|| shared.project()?.package_name(), Ok)?;
    let client = shared.client(&config, Purpose::Read).await?;
    let environment = arguments.environment.or_default();
    client.can_deploy(&project, arguments.version.as_ref(), &environment).await.map(Answer)
}

impl Output for Answer {
    fn text(&self) -> String {
        let CanDeploy { package_name, version, environment, deployable, unmet, already_unmet, clashes, cycle, beside } =
            &self.0;
        let name = paint(HEAD, format_args!("{package_name} {version}"));
        let may = if *deployable { "may be deployed" } else { "may not be deployed" };
        let mut text = format!("{name} {may} to {environment}\n");
        for unmet in unmet {
            let _ = writeln!(text, "  {}", needs::unmet(unmet));
        }
        for clash in clashes {
            let _ = writeln!(text, "  {}", needs::clash(clash));
        }
        if !cycle.is_empty() {
            let nodes: Vec<_> =
                cycle.iter().map(|node| format!("{} of {}", node.unique_id, node.package_name)).collect();
            let _ = writeln!(text, "  nodes would read themselves: {}", escape(&nodes.join(" → ")));
        }
        if !already_unmet.is_empty() {
            text.push_str("Unmet there already, and in nobody's way:\n");
            for unmet in already_unmet {
                let _ = writeln!(text, "  {}", needs::unmet(unmet));
            }
        }
        if !beside.is_empty() {
            let rows = beside.iter().map(|standing| {
                let version = standing.version.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
                [standing.package_name.to_string(), version, standing.reads.to_string(), standing.unmet.to_string()]
            });
            text.push('\n');
            text.push_str(&table(["BESIDE", "VERSION", "READS NODES", "UNMET"], &rows.collect::<Vec<_>>()));
        }
        text
    }

    fn json(&self) -> Value {
        json!(self.0)
    }

    fn exit_code(&self) -> u8 {
        u8::from(!self.0.deployable)
    }
}
