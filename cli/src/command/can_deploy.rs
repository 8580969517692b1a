//! `weft can-deploy`.

use std::fmt::Write as _;

use clap::Args;
use registry::hints::let_through;
use semver::Version;
use serde_json::{Value, json};
use weft_api::{CanDeploy, problem::ProblemCode};
use weft_mesh::can_deploy::way_out;
use weft_model::name::PackageName;

use crate::{
    client::RegistryUse,
    command::{
        deploy::{tables_elsewhere, taken_from},
        yanked,
    },
    escape::escape,
    failure::{Result, problem_with_hint},
    named,
    options::{Environment, Fallbacks, Shared},
    output::{
        Message, Output, needs,
        style::{HEAD, paint},
        table::table,
    },
};

/// Check whether a published version can be deployed to an environment.
///
/// It cannot if it lacks something there that it needs itself, or if it would break a requirement, node or column that
/// other projects use there now. A reader whose columns are unknown counts as one that reads every column. Several
/// projects are checked as one step. Exits with 1 unless the answer is yes.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  weft can-deploy inventory\n  weft can-deploy inventory@2.0.0 --environment staging\n  \
                  weft can-deploy inventory@2.0.0 sales@1.4.0\n  \
                  weft can-deploy sales --environment staging --fallback staging=prod"
)]
pub(super) struct Arguments {
    /// The project, with its version after `@`; default: this project, and the latest version. Several projects are
    /// checked as one deployment
    #[arg(value_name = "PROJECT[@VERSION]", value_parser = named::candidate)]
    candidates: Vec<named::ProjectVersion>,

    /// The published version, if one project is named
    #[arg(long, value_name = "VERSION", value_parser = named::version)]
    version: Option<Version>,

    #[command(flatten)]
    environment: Environment,

    #[command(flatten)]
    fallback: Fallbacks,
}

/// Yes or no, and what prevents a yes.
pub(super) struct CanDeployOutput {
    can_deploy: CanDeploy,
    /// Of candidates that are yanked.
    warnings: Vec<Message>,
}

pub(super) async fn run(arguments: &Arguments, shared: &Shared) -> Result<CanDeployOutput> {
    let config = shared.config()?;
    let (first, together) = candidates(arguments, || shared.package_name(None, &config))?;
    let client = shared.client(&config, RegistryUse::Read).await?;
    let (environment, fallback) = (arguments.environment.or_default(), arguments.fallback.pairs());
    let can_deploy = client.can_deploy(&first, &together, &environment, &fallback).await?;
    let others = can_deploy.together.iter().map(|it| (&it.package_name, &it.version));
    let all = std::iter::once((&can_deploy.package_name, &can_deploy.version)).chain(others);
    let warnings = yanked::warnings(&client, all).await?;
    Ok(CanDeployOutput { can_deploy, warnings })
}

/// The project that is asked about, and those that would be deployed with it.
fn candidates(
    arguments: &Arguments,
    own: impl FnOnce() -> Result<PackageName>,
) -> Result<(named::ProjectVersion, Vec<named::ProjectVersion>)> {
    let mut named = arguments.candidates.iter().cloned();
    let first = match named.next() {
        Some(first) => first,
        None => named::ProjectVersion { package_name: own()?, version: None },
    };
    let together: Vec<_> = named.collect();
    named::refuse_duplicates(std::iter::once(&first).chain(&together).map(|it| &it.package_name))?;
    if arguments.version.is_some() && (first.version.is_some() || !together.is_empty()) {
        return Err(problem_with_hint(
            ProblemCode::Usage,
            "--version needs exactly one project",
            "write the version of each after its name: `weft can-deploy inventory@2.0.0 sales@1.4.0`",
        ));
    }
    let version = first.version.or_else(|| arguments.version.clone());
    Ok((named::ProjectVersion { version, ..first }, together))
}

impl CanDeployOutput {
    /// `: there are prod and staging`; empty where nothing was deployed anywhere.
    fn known_environments(&self) -> String {
        let names: Vec<_> = self.can_deploy.environments.iter().map(ToString::to_string).collect();
        if names.is_empty() { String::new() } else { format!("; there is {}", names.join(", ")) }
    }
}

impl Output for CanDeployOutput {
    fn text(&self) -> String {
        let CanDeploy { package_name, version, together, environment, deployable, .. } = &self.can_deploy;
        let CanDeploy { unmet, clashes, cycle, beside, new_environment, .. } = &self.can_deploy;
        let others = together.iter().map(|it| format!(" and {} {}", it.package_name, it.version));
        let name = paint(HEAD, format_args!("{package_name} {version}{}", others.collect::<String>()));
        let is_refused = !(unmet.is_empty() && clashes.is_empty() && cycle.is_empty());
        let mut text = match (deployable, new_environment) {
            (true, _) => format!("{name} can be deployed to {environment}\n"),
            (false, true) if !is_refused => {
                format!("{name} can be deployed to {environment} if the environment exists, which is unknown\n")
            }
            (false, _) => format!("{name} cannot be deployed to {environment}\n"),
        };
        if *new_environment {
            let _ = writeln!(text, "  nothing was ever deployed to {environment}{}", self.known_environments());
        }
        let taken = taken_from(environment, &self.can_deploy.fallback);
        if !taken.is_empty() {
            let _ = writeln!(text, "  {taken}");
        }
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
        for (heading, list) in [
            ("Already unmet there, and not blocking:", &self.can_deploy.already_unmet),
            ("Unknown, and allowed by a policy:", &self.can_deploy.tolerated),
        ] {
            if !list.is_empty() {
                let _ = writeln!(text, "{heading}");
            }
            for unmet in list {
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
        json!(self.can_deploy)
    }

    fn messages(&self) -> Vec<Message> {
        let CanDeploy { package_name, version, environment, new_environment, deployable, .. } = &self.can_deploy;
        let CanDeploy { together, unmet, clashes, .. } = &self.can_deploy;
        let mut messages = self.warnings.clone();
        for elsewhere in &self.can_deploy.tables_elsewhere {
            let other = together.iter().find(|it| it.package_name == elsewhere.package_name);
            let version = other.map_or(version, |it| &it.version);
            messages.extend(tables_elsewhere(elsewhere, (version, environment)));
        }
        if *new_environment && !deployable {
            messages.push(Message::Hint(format!(
                "check the name; if it is right, `weft deploy {package_name}@{version} --environment {environment}` creates the environment"
            )));
        }
        if !(unmet.is_empty() && clashes.is_empty()) {
            let others = together.iter().map(|it| (it.package_name.clone(), Some(it.version.clone())));
            let candidates: Vec<_> =
                std::iter::once((package_name.clone(), Some(version.clone()))).chain(others).collect();
            let way = way_out(&candidates, clashes, unmet);
            messages.push(Message::Hint(let_through(&candidates, environment, &way)));
        }
        messages
    }

    fn exit_code(&self) -> u8 {
        u8::from(!self.can_deploy.deployable)
    }
}
