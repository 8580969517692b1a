//! Who reads what.

use contracts::{
    api::{CanDeploy, ImpactRequest, ImpactResponse},
    name::{EnvironmentName, PackageName},
};
use http::Method;
use semver::Version;

use crate::{
    client::{Client, body, call::Call},
    failure::Result,
};

impl Client {
    /// Whom changes of a project's nodes reach.
    pub(crate) async fn impact(&self, package_name: &PackageName, request: &ImpactRequest) -> Result<ImpactResponse> {
        let call = Call::new(Method::POST, ["projects", package_name.as_str(), "impact"]);
        self.ask(call.body(body(request)?)).await
    }

    /// Whether a version, or the latest, may be deployed.
    pub(crate) async fn can_deploy(
        &self,
        package_name: &PackageName,
        version: Option<&Version>,
        environment: &EnvironmentName,
    ) -> Result<CanDeploy> {
        let call = Call::new(Method::GET, ["projects", package_name.as_str(), "can-deploy"]);
        let call = call.query("environment", environment.as_str());
        self.ask(match version {
            Some(version) => call.query("version", &version.to_string()),
            None => call,
        })
        .await
    }
}
