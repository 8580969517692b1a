//! `weft deploy --rollback`: one step back in the history of an environment.

use std::collections::BTreeMap;

use weft_api::{DeployRequest, Deployment, Force, problem::ProblemCode};
use weft_model::name::{EnvironmentName, PackageName};

use crate::{
    client::Client,
    command::deploy::outcome::DeployOutput,
    failure::{Result, problem_with_hint},
};

/// Deploys the previous version, unless the deployment changes meanwhile.
pub(super) async fn roll_back(
    client: &Client,
    package_name: &PackageName,
    environment: &EnvironmentName,
    force: Option<Force>,
    fallback: BTreeMap<EnvironmentName, EnvironmentName>,
) -> Result<DeployOutput> {
    let (present, earlier) = last_two(client, package_name, environment).await?;
    let relations = client.relations(package_name, earlier.relations_digest).await?;
    let request = DeployRequest { version: earlier.version, relations: Some(relations), force, fallback };
    let deployment = client.deploy_over(package_name, environment, &request, present.revision).await?;
    Ok(DeployOutput::RolledBack { deployment, from: present.version })
}

/// The current deployment, and the last one of a different version before it.
async fn last_two(
    client: &Client,
    package_name: &PackageName,
    environment: &EnvironmentName,
) -> Result<(Deployment, Deployment)> {
    let mut present: Option<Deployment> = None;
    let mut after: Option<String> = None;
    loop {
        let page = client.history_page(package_name, environment, after.as_deref()).await?;
        for past in page.items {
            match &present {
                None if past.removed => return Err(nothing(package_name, environment)),
                None => present = Some(past.deployment),
                Some(present) if !past.removed && past.deployment.version != present.version => {
                    return Ok((present.clone(), past.deployment));
                }
                Some(_) => {}
            }
        }
        if page.next.is_none() || page.next == after {
            break;
        }
        after = page.next;
    }
    let Some(present) = present else { return Err(nothing(package_name, environment)) };
    Err(problem_with_hint(
        ProblemCode::DeploymentNotFound,
        format!("no other version of `{package_name}` was deployed in `{environment}` before {}", present.version),
        format!("there is nothing to roll back to; `weft show {package_name}` lists the versions that can be deployed"),
    ))
}

fn nothing(package_name: &PackageName, environment: &EnvironmentName) -> Box<weft_api::problem::Problem> {
    problem_with_hint(
        ProblemCode::DeploymentNotFound,
        format!("`{package_name}` is not deployed in `{environment}`, so there is nothing to roll back"),
        format!(
            "`weft deploy --history {package_name}` lists the past deployments; `weft deploy` deploys a version again"
        ),
    )
}
