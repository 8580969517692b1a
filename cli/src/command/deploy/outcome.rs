//! Current and earlier deployments of an environment, for people and programs.

use semver::Version;
use serde_json::{Value, json};
use weft_api::{Deployment, PastDeployment, TablesElsewhere};
use weft_model::name::{EnvironmentName, PackageName};

use crate::{
    escape::{escape, excerpt, moment},
    output::{
        Message, Output,
        style::{HEAD, paint},
        table::table,
    },
};

/// How many characters of a reason are listed.
const REASON: usize = 80;

/// The addition for a deployment to a new environment: its name may be misspelled.
pub(in crate::command) const FIRST: &str = "; nothing was deployed to this environment before";

/// `projects that staging lacks are taken from prod`; empty if they are taken from nowhere.
pub(in crate::command) fn taken_from(environment: &EnvironmentName, fallback: &[EnvironmentName]) -> String {
    let names: Vec<_> = fallback.iter().map(ToString::to_string).collect();
    if names.is_empty() {
        return String::new();
    }
    format!("projects that {environment} lacks are taken from {}", names.join(", then "))
}

/// That a version uses tables of another environment than the one to which it is deployed, and what to do about it.
pub(in crate::command) fn tables_elsewhere(
    elsewhere: &TablesElsewhere,
    (version, environment): (&Version, &EnvironmentName),
) -> [Message; 2] {
    let package_name = &elsewhere.package_name;
    [
        Message::Warning(escape(&format!(
            "{elsewhere}; readers in `{environment}` would read them there: no deployment says where its own tables are"
        ))),
        Message::Hint(format!(
            "run dbt for the target of {environment}, then `weft deploy {package_name} {version} --environment {environment} --manifest target/manifest.json`"
        )),
    ]
}

/// What was deployed, or has been.
#[expect(clippy::large_enum_variant, reason = "a command makes one")]
pub(in crate::command) enum DeployOutput {
    Deployed {
        /// In the order of the request; several were one step.
        deployments: Vec<Deployment>,
        /// Of versions that are yanked.
        warnings: Vec<Message>,
    },
    RolledBack {
        deployment: Deployment,
        /// What it took the place of.
        from: Version,
    },
    History {
        package_name: PackageName,
        environment: EnvironmentName,
        /// The deployments, newest first.
        past: Vec<PastDeployment>,
    },
}

fn history(past: &[PastDeployment]) -> String {
    let row = |(index, past): (usize, &PastDeployment)| {
        let state = match (index, past.removed) {
            (_, true) => "taken out",
            (0, false) => "stands",
            (_, false) => "-",
        };
        let Deployment { revision, version, deployed_at, forced, .. } = &past.deployment;
        let forced = forced.as_deref().map_or_else(|| "-".to_owned(), |reason| excerpt(reason, REASON));
        [revision.to_string(), version.to_string(), moment(*deployed_at), state.to_owned(), forced]
    };
    let rows: Vec<_> = past.iter().enumerate().map(row).collect();
    table(["REVISION", "VERSION", "WHEN", "STATE", "FORCED, FOR"], &rows)
}

impl Output for DeployOutput {
    fn text(&self) -> String {
        let deployed = |deployment: &Deployment| {
            let Deployment { package_name, environment, revision, version, new_environment, .. } = deployment;
            let name = paint(HEAD, format_args!("{package_name} {version}"));
            let first = if *new_environment && *environment != EnvironmentName::default() { FIRST } else { "" };
            let taken = taken_from(environment, &deployment.fallback);
            let taken = if taken.is_empty() { taken } else { format!("; {taken}") };
            format!("Deployed {name} to {environment} (revision {revision}{first}{taken})")
        };
        match self {
            Self::Deployed { deployments, .. } => {
                deployments.iter().map(deployed).collect::<Vec<_>>().join("\n") + "\n"
            }
            Self::RolledBack { deployment, from } => format!("{}, back from {from}\n", deployed(deployment)),
            Self::History { past, .. } => history(past),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Deployed { deployments, .. } => match deployments.as_slice() {
                [deployment] => json!({ "deployment": deployment }),
                several => json!({ "deployments": several }),
            },
            Self::RolledBack { deployment, from } => json!({ "deployment": deployment, "from": from }),
            Self::History { package_name, environment, past } => {
                json!({ "package_name": package_name, "environment": environment, "history": past })
            }
        }
    }

    fn messages(&self) -> Vec<Message> {
        match self {
            Self::Deployed { deployments, warnings } => {
                let elsewhere = deployments.iter().filter_map(|it| Some((it.tables_elsewhere.as_ref()?, it)));
                let elsewhere =
                    elsewhere.flat_map(|(elsewhere, it)| tables_elsewhere(elsewhere, (&it.version, &it.environment)));
                warnings.iter().cloned().chain(elsewhere).collect()
            }
            Self::RolledBack { .. } | Self::History { .. } => Vec::new(),
        }
    }
}
