//! An environment that nothing is deployed to: its name may be misspelled.

use std::collections::BTreeSet;

use weft_model::name::{EnvironmentName, PackageName};

use crate::{client::Client, failure::Result, output::Message};

/// A warning if no project is deployed to an environment other than `prod`. The list of projects is requested only if
/// `package_name` is not deployed there itself.
pub(super) async fn warning(
    client: &Client,
    environment: &EnvironmentName,
    package_name: Option<&PackageName>,
) -> Result<Option<Message>> {
    if *environment == EnvironmentName::default() {
        return Ok(None);
    }
    if let Some(package_name) = package_name
        && let Ok(project) = client.project(package_name).await
        && project.summary.deployments.iter().any(|deployment| deployment.environment == *environment)
    {
        return Ok(None);
    }
    let projects = client.projects().await?;
    let deployments = projects.iter().flat_map(|project| &project.deployments);
    let known: BTreeSet<&EnvironmentName> = deployments.map(|deployment| &deployment.environment).collect();
    Ok((!known.contains(environment)).then(|| Message::Warning(sentence(environment, &known))))
}

fn sentence(environment: &EnvironmentName, known: &BTreeSet<&EnvironmentName>) -> String {
    let known: Vec<_> = known.iter().map(ToString::to_string).collect();
    let known = match &known[..] {
        [] => "nor to any other environment".to_owned(),
        [only] => format!("only to {only}"),
        several => format!("only to {}", several.join(", ")),
    };
    format!("nothing is deployed to {environment}, {known}: check the spelling of its name")
}
